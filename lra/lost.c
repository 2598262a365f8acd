#include "lra/lost.h"

#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/delivery_store.h"
#include "lra/gateway.h"

struct losing {
	struct lra_call *call;
	const char *receipt;
};

RESULT lost_key(struct lra_call *call, struct db_tx *tx,
	const struct lra_application *application, const char *why)
{
	const struct roster_component *self;
	char text[96];
	enum application_state to;
	enum role as;
	TRY(gateway_of(call->lra, application->lra, &self));
	TRY(application_step(application->state, EV_LOSE_KEY, self->role, &to, &as));
	snprintf(text, sizeof text, "鍵喪失・失効 / Key lost, revoke: %s",
		application->receipt);
	const struct gateway_wish wish = { "keyLost", why, text, call->now };
	TRY(gateway_revoke(call, tx, self, application, &wish));
	TRY(lra_store_lose_key(tx, application->id, call->now));
	return lra_audit(call, tx, AUDIT_KEY_LOST, self->id, as, application->receipt,
		"{}");
}

static RESULT lose(void *context, struct db_tx *tx)
{
	struct losing *losing = context;
	struct lra_call *call = losing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	TRY(lra_application_load(call, tx, losing->receipt, &application));
	if (application.state != APP_ISSUED)
		return OK; /* handed over meanwhile */
	TRY(lost_key(call, tx, &application,
		"LRA gateway: the hand-over was interrupted"));
	fault_point("lra.losing");
	return OK;
}

RESULT lra_recover_lost_keys(struct lra_call *call, size_t *done)
{
	enum { AT_ONCE = 64 };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct roster_component *self;
	*done = 0;
	TRY(gateway_of(call->lra, NULL, &self));
	TRY(lra_store_held_keys(call->lra->db, self->lra, 0, AT_ONCE, &rows));
	struct err last = OK;
	for (size_t i = 0; i < db_count(rows) && last.code != E_RETRY; i++) {
		struct losing losing = { .call = call,
			.receipt = db_text(rows, i, HELD_RECEIPT) };
		int64_t id = db_int(rows, i, HELD_ID);
		bool held;
		TRY(lra_store_hold_key(call->lra->db, id, &held));
		if (!held)
			continue; /* its hand-over is under way */
		struct err err = db_run(call->lra->db, lose, &losing);
		IGNORE(lra_store_release_key(call->lra->db,
			id)); /* a lost connection has released it */
		if (err_is(err))
			last = err_in(err, "application %s",
				losing.receipt); /* the others are cleared up all the same */
		else
			(*done)++;
	}
	return last;
}
