/* revoke: step 10. A life event is reported under a signature; the CA judges the same signature again (R-REV-04). */
#include "common/base/text.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/web_passkey.h"

/* clang-format off */
static const struct fault_rule revoked = { "revocation.done", "R-REV-08",
	"This certificate is revoked already.",
	"この証明書は失効済みです。" };
static const struct fault_rule not_ours = { "revocation.scope", "R-LRA-02",
	"This certificate belongs to another LRA, or to another holder.",
	"この証明書は別のLRAまたは別の利用者のものです。" };
static const struct fault_rule another = { "decision.person", "R-LRA-04",
	"The decision was signed by somebody else than who sent it.",
	"送信した人と署名した人が異なります。" };
static const struct fault_rule not_for_role = { "revocation.event", "R-REV-07",
	"Somebody with another role has to report this.",
	"この事由は別の役割の人が申請する必要があります。" };
static const struct fault_rule no_requester = { "revocation.requester", "R-REV-01",
	"Say who asked for the revocation, and how he was authenticated.",
	"失効の申請者と確認方法を入力してください。" };
/* clang-format on */

/* R-REV-09: a revocation may only be sharpened to keyCompromise. */
static bool is_settled(const struct db_rows *status, const struct revocation_event *event)
{
	if (db_is_null(status, 0, STATUS_REVOKED_AT))
		return false;
	return event->reason != REASON_KEY_COMPROMISE ||
	       db_int(status, 0, STATUS_REASON) == REASON_KEY_COMPROMISE;
}

/* lra: NULL: of whichever. A certificate of a ceremony belongs to none, and is not revoked from here. */
static bool is_of_lra(const struct db_rows *status, const char *lra)
{
	return !db_is_null(status, 0, STATUS_LRA) &&
	       (lra == NULL || strcmp(lra, db_text(status, 0, STATUS_LRA)) == 0);
}

/* The holder by TLS: issuer and serial number of his own certificate. */
static bool is_own(const struct lra_call *call, const struct revocation_request *request)
{
	const struct issuer *issuer =
		issuer_set_find(call->lra->issuers, request->issuer);
	struct cert cert;
	return issuer != NULL && !err_is(cert_parse(call->certificate, &cert)) &&
	       blob_equal(cert.issuer, issuer->parsed.subject) &&
	       blob_equal(serial_view(&cert.serial_number),
		       serial_view(&request->serial_number));
}

/* Judged here, so that a person corrects it; and by the CA. */
static RESULT check_invalidity(struct lra_call *call,
	const struct revocation_request *request, const struct db_rows *status)
{
	struct cert cert;
	if (request->invalidity_date == 0)
		return OK;
	TRY_IN(cert_parse(db_blob(status, 0, STATUS_DER), &cert), "certificate");
	const struct fault_rule *wrong =
		revocation_invalidity_wrong(request, cert.not_before, call->now);
	return wrong == NULL ? OK
			     : lra_refuse(call, E_POLICY, wrong, "suspectedSince", "%s",
				       request->event->word);
}

RESULT lra_revocation_statement(struct lra_call *call,
	const struct revocation_request *request, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *status = NULL;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct revocation_request full = *request;
	char text[400], serial[SERIAL_TEXT];
	serial_text(&request->serial_number, serial);
	if ((call->roles & request->event->roles) == 0)
		return lra_refuse(call, E_DENIED, &not_for_role, "event", "%s",
			request->event->word);
	if (request->requester[0] == 0)
		return lra_refuse(call, E_POLICY, &no_requester, "requester", "absent");
	TRY(lra_store_status(call->lra->db, request->issuer,
		serial_view(&request->serial_number), &status));
	if (call->person != NULL ? !is_of_lra(status, call->person->lra)
				 : !is_own(call, request) || !is_of_lra(status, NULL))
		return lra_refuse(call, E_DENIED, &not_ours, "serialNumber", "%s",
			serial);
	if (is_settled(status, request->event))
		return lra_refuse(call, E_CONFLICT, &revoked, "serialNumber", "%s",
			serial);
	TRY(check_invalidity(call, request, status));
	TRY(text_copy(db_text(status, 0, STATUS_RECEIPT), full.application,
		sizeof full.application));
	TRY(revocation_write(&full, &statement.content));
	statement.kind = DECISION_REVOKE;
	statement.at = call->now;
	TRY(text_copy(call->person != NULL ? call->person->id : "subscriber",
		statement.person, sizeof statement.person));
	snprintf(text, sizeof text, "失効申請 / Revoke: %s %s %s (%s / %s)",
		full.application, full.issuer, serial, request->event->ja,
		request->event->en);
	return statement_write(&statement, text, out);
}

struct revoking {
	struct lra_call *call;
	const struct decision *decision;
	const struct revocation_request *request;
	const struct decision_signer *signer;
	const struct db_rows *status;
	struct lra_revocation *out;
};

static RESULT ask(void *context, struct db_tx *tx)
{
	const struct revoking *revoking = context;
	struct lra_call *call = revoking->call;
	const struct revocation_request *request = revoking->request;
	const char *receipt = db_text(revoking->status, 0, STATUS_RECEIPT);
	const char *person = revoking->signer->person != NULL
				     ? revoking->signer->person->id
				     : "subscriber";
	enum role as =
		revoking->signer->person != NULL ? ROLE_LRA_CLERK : ROLE_SUBSCRIBER;
	const struct lra_revocation_row row = { .request = request,
		.form = revoking->decision->form,
		.statement = buf_view(&revoking->decision->statement),
		.signature = buf_view(&revoking->decision->signature),
		.received_at = call->now,
		.due_at = call->now + request->event->due_s };
	TRY(web_passkey_used(call, tx, revoking->signer));
	TRY(lra_store_add_decision(tx, db_int(revoking->status, 0, STATUS_APPLICATION_ID),
		db_int(revoking->status, 0, STATUS_VERSION), revoking->decision,
		DECISION_REVOKE, person, call->now));
	TRY(lra_store_add_revocation(tx, &row, &revoking->out->id));
	TRY(lra_audit(call, tx, AUDIT_REVOCATION_ASKED, person, as, receipt, "{}"));
	TRY(lra_store_notify(tx, "inkan_revocation"));
	revoking->out->due_at = row.due_at;
	return OK;
}

/* Who signed may speak for this certificate. */
static RESULT check_scope(struct lra_call *call, const struct decision_signer *signer,
	const struct revocation_request *request, const struct db_rows *status)
{
	const char *lra = revocation_lra(signer);
	if (signer->component != NULL ||
		(signer->person != NULL && signer->person != call->person))
		return lra_refuse(call, E_DENIED, &another, "person", "not the sender");
	if (!is_of_lra(status, lra) ||
		strcmp(request->application, db_text(status, 0, STATUS_RECEIPT)) != 0)
		return lra_refuse(call, E_DENIED, &not_ours, "application", "%s",
			request->application);
	return OK;
}

RESULT lra_revoke(struct lra_call *call, const struct decision *decision,
	struct lra_revocation *out)
{
	AUTO(db_rows_free) struct db_rows *status = NULL;
	struct revocation_request request;
	struct decision_signer signer;
	*out = (struct lra_revocation){ .id = 0 };
	TRY(revocation_verify(&call->lra->trust, decision, call->now, &request, &signer));
	TRY(lra_store_status(call->lra->db, request.issuer,
		serial_view(&request.serial_number), &status));
	TRY(check_scope(call, &signer, &request, status));
	TRY(check_invalidity(call, &request, status));
	if (is_settled(status, request.event)) {
		out->revoked = true;
		out->revoked_at = db_int(status, 0, STATUS_REVOKED_AT);
		return OK;
	}
	/* Asked before and not yet done: the first request stands, unless this one is graver. */
	if (!db_is_null(status, 0, STATUS_ASKED_ID) &&
		request.event->reason != REASON_KEY_COMPROMISE) {
		out->id = db_int(status, 0, STATUS_ASKED_ID);
		out->due_at = db_int(status, 0, STATUS_DUE_AT);
		return OK;
	}
	struct revoking revoking = { .call = call,
		.decision = decision,
		.request = &request,
		.signer = &signer,
		.status = status,
		.out = out };
	return db_run(call->lra->db, ask, &revoking);
}
