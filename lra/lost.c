/* lost: keys that nobody holds any more, because a hand-over was cut off: their certificates must not live (R-SUB-KEY-02). */
#include "common/base/text.h"
#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/delivery_store.h"
#include "lra/gateway.h"

struct losing {
	struct lra_call *call;
	const char *receipt;
};

static RESULT fill_request(const struct lra_application *application,
	const struct db_rows *rows, struct revocation_request *out)
{
	*out = (struct revocation_request){ .event = revocation_event_find("keyLost") };
	TRY(text_copy(application->receipt, out->application, sizeof out->application));
	TRY(text_copy(db_text(rows, 0, CERTIFICATE_ISSUER), out->issuer,
		sizeof out->issuer));
	TRY(serial_from_blob(db_blob(rows, 0, CERTIFICATE_SERIAL), &out->serial_number));
	return text_copy("LRA gateway: the hand-over was interrupted", out->requester,
		sizeof out->requester);
}

static RESULT ask_revocation(struct lra_call *call, struct db_tx *tx,
	const struct lra_application *application, const struct roster_component *self,
	const struct revocation_request *request)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(decision_clear) struct decision decision = DECISION;
	char text[96];
	int64_t id;
	TRY(revocation_write(request, &statement.content));
	statement.kind = DECISION_REVOKE;
	snprintf(text, sizeof text, "鍵喪失・失効 / Key lost, revoke: %s",
		application->receipt);
	TRY(gateway_sign(call, self, &statement, text, &decision));
	const struct lra_revocation_row row = { .request = request,
		.form = decision.form,
		.statement = buf_view(&decision.statement),
		.signature = buf_view(&decision.signature),
		.received_at = call->now,
		.due_at = call->now + request->event->due_s };
	TRY(lra_store_add_decision(tx, application->id, application->version, &decision,
		DECISION_REVOKE, self->id, call->now));
	TRY(lra_store_add_revocation(tx, &row, &id));
	TRY(lra_audit(call, tx, AUDIT_REVOCATION_ASKED, self->id, self->role,
		application->receipt, "{}"));
	return lra_store_notify(tx, "inkan_revocation");
}

static RESULT lose(void *context, struct db_tx *tx)
{
	struct losing *losing = context;
	struct lra_call *call = losing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct revocation_request request;
	const struct roster_component *self;
	enum application_state to;
	enum role as;
	TRY(lra_application_load(call, tx, losing->receipt, &application));
	if (application.state != APP_ISSUED)
		return OK; /* handed over meanwhile */
	TRY(gateway_of(call->lra, application.lra, &self));
	TRY(application_step(application.state, EV_LOSE_KEY, self->role, &to, &as));
	TRY(lra_store_certificate(tx, application.id, &rows));
	TRY(fill_request(&application, rows, &request));
	TRY(ask_revocation(call, tx, &application, self, &request));
	TRY(lra_store_lose_key(tx, application.id, call->now));
	TRY(lra_audit(call, tx, AUDIT_KEY_LOST, self->id, as, application.receipt, "{}"));
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
