#include "lra/unreceived.h"

#include "lra/application_store.h"
#include "lra/delivery_store.h"
#include "lra/gateway.h"

struct revoking {
	struct lra_call *call;
	const struct roster_component *self;
};

/* The next one that nobody asked for: by a person meanwhile, or confirmed, and it is none. */
static RESULT revoke_next(void *context, struct db_tx *tx)
{
	const struct revoking *revoking = context;
	struct lra_call *call = revoking->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	char receipt[24], text[96];
	TRY(lra_store_unreceived(tx, revoking->self->lra,
		call->now - call->lra->conf->receipt_s, receipt, sizeof receipt));
	TRY(lra_application_load(call, tx, receipt, &application));
	snprintf(text, sizeof text, "受領確認なし・失効 / Not received, revoke: %s",
		receipt);
	const struct gateway_wish wish = { "notReceived",
		"LRA gateway: receipt was not confirmed in time", text, call->now };
	return gateway_revoke(call, tx, revoking->self, &application, &wish);
}

RESULT lra_revoke_unreceived(struct lra_call *call, size_t *done)
{
	enum { AT_ONCE = 64 };
	struct revoking revoking = { .call = call };
	*done = 0;
	TRY(gateway_of(call->lra, NULL, &revoking.self));
	const struct roster_lra *lra = roster_lra(call->lra->roster, revoking.self->lra);
	if (lra == NULL || !lra->revoke_unreceived)
		return OK;
	for (; *done < AT_ONCE; (*done)++) {
		struct err err = db_run(call->lra->db, revoke_next, &revoking);
		if (err.code == E_NOT_FOUND)
			return OK;
		TRY(err);
	}
	return OK;
}
