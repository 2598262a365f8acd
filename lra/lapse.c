#include "lra/lapse.h"

#include "lra/application_store.h"
#include "lra/delivery_store.h"
#include "lra/gateway.h"

struct lapsing {
	struct lra_call *call;
	const struct roster_component *self;
};

static RESULT lapse_next(void *context, struct db_tx *tx)
{
	const struct lapsing *lapsing = context;
	struct lra_call *call = lapsing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	char receipt[24];
	enum application_state to;
	enum role as;
	TRY(lra_store_revoked_case(tx, lapsing->self->lra, receipt, sizeof receipt));
	TRY(lra_application_load(call, tx, receipt, &application));
	TRY(application_step(application.state, EV_LAPSE, lapsing->self->role, &to, &as));
	TRY(lra_store_step(tx, &application, EV_LAPSE, as, to, call->now));
	return lra_audit(call, tx, AUDIT_APPLICATION_LAPSED, lapsing->self->id, as,
		receipt, "{}");
}

RESULT lra_lapse_revoked(struct lra_call *call, size_t *done)
{
	enum { AT_ONCE = 64 };
	struct lapsing lapsing = { .call = call };
	*done = 0;
	TRY(gateway_of(call->lra, NULL, &lapsing.self));
	for (; *done < AT_ONCE; (*done)++) {
		struct err err = db_run(call->lra->db, lapse_next, &lapsing);
		if (err.code == E_NOT_FOUND)
			return OK;
		TRY(err);
	}
	return OK;
}
