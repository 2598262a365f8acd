/* revoke: step 11. Marks a certificate revoked on a verified request, for ever (R-REV-08), and the key with it when it is lost. */
#include "ca/ca.h"
#include "ca/cert_store.h"
#include "ca/order_store.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"
#include "common/flow/batch.h"
#include "common/flow/revocation.h"
#include "common/proc/fault_point.h"

/* One request on its way. */
struct asked {
	int64_t id, issuer_id;
	struct revocation_request request;
	struct decision_signer signer;
	struct cert_status status;
	char object[80];
};

/* R-REV-04: the signer's LRA is the certificate's, or the signer holds the certificate himself. */
static RESULT judge_signer(const struct asked *asked, struct blob order_document)
{
	AUTO(order_free) struct order *order = NULL;
	const char *lra = revocation_lra(&asked->signer);
	if (lra == NULL) {
		bool own =
			asked->signer.issuer != NULL &&
			strcmp(asked->signer.issuer->name, asked->request.issuer) == 0 &&
			blob_equal(serial_view(&asked->signer.serial_number),
				serial_view(&asked->request.serial_number));
		return own ? OK
			   : FAIL(E_DENIED, "signed by another certificate than the one "
					    "to revoke");
	}
	if (order_document.len == 0)
		return FAIL(E_DENIED,
			"a certificate of a ceremony is not the LRA's to revoke");
	TRY(order_parse(order_document, &order));
	if (strcmp(order->content.lra, lra) != 0)
		return FAIL(E_DENIED, "the certificate belongs to another LRA");
	return OK;
}

static RESULT judge(struct ca *ca, struct db_tx *tx, const struct db_rows *rows,
	size_t row, int64_t now, struct asked *asked)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(buf_clear) struct buf document = BUF(LIMIT_ORDER);
	TRY(text_copy(db_text(rows, row, ASKED_FORM), decision.form,
		sizeof decision.form));
	TRY(buf_append(&decision.statement, db_blob(rows, row, ASKED_STATEMENT)));
	TRY(buf_append(&decision.signature, db_blob(rows, row, ASKED_SIGNATURE)));
	ca->status_count = 0;
	TRY(revocation_verify(&ca->trust, &decision, now, &asked->request,
		&asked->signer));
	/* What is signed counts, not what stands in the columns beside it. */
	if (strcmp(asked->request.issuer, db_text(rows, row, ASKED_ISSUER)) != 0 ||
		!blob_equal(serial_view(&asked->request.serial_number),
			db_blob(rows, row, ASKED_SERIAL)) ||
		(int64_t)asked->request.event->reason !=
			db_int(rows, row, ASKED_REASON) ||
		/* A lost key gives the application's decisions another turn (order_store_facts). */
		strcmp(asked->request.event->word, db_text(rows, row, ASKED_EVENT)) != 0)
		return FAIL(E_DENIED, "the request is not the one that was signed");
	TRY(ca_issuer_id(ca, asked->request.issuer, &asked->issuer_id));
	TRY(cert_store_status(tx, asked->issuer_id,
		serial_view(&asked->request.serial_number), &asked->status, &document));
	if (!asked->status.found)
		return FAIL(E_NOT_FOUND, "no such certificate");
	const struct fault_rule *wrong = revocation_invalidity_wrong(&asked->request,
		asked->status.not_before, now);
	if (wrong != NULL)
		return FAIL(E_POLICY, "%s", wrong->code);
	return judge_signer(asked, buf_view(&document));
}

static RESULT mark(struct ca *ca, struct db_tx *tx, const struct asked *asked,
	int64_t now)
{
	enum revocation_reason reason = asked->request.event->reason;
	const struct cert_status *status = &asked->status;
	bool sharper = status->revoked && reason == REASON_KEY_COMPROMISE &&
		       status->reason != REASON_KEY_COMPROMISE;
	if (status->revoked && !sharper)
		return OK; /* it is revoked: the same wish again is fulfilled already */
	const struct cert_revocation row = { .issuer_id = asked->issuer_id,
		.serial_number = serial_view(&asked->request.serial_number),
		.edition = status->edition + 1,
		.revocation_date = now,
		.invalidity_date = asked->request.invalidity_date,
		.reason = reason,
		.not_after = status->not_after,
		.revocation_id = asked->id };
	TRY(cert_store_revoke(tx, &row));
	if (reason == REASON_KEY_COMPROMISE) /* R-PKQ-07 */
		TRY(cert_store_block_key(tx, BLOB(status->key_digest), asked->object,
			now));
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_CERTIFICATE_REVOKED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca issuer",
		.object = asked->object,
		.detail = "{}" };
	return audit_store_append(tx, &event);
}

struct round {
	struct ca *ca;
	const struct db_rows *rows;
	int64_t now;
};

static RESULT refuse_one(void *context, struct db_tx *tx, size_t row, struct err why)
{
	const struct round *round = context;
	int64_t id = db_int(round->rows, row, ASKED_ID);
	char object[40];
	snprintf(object, sizeof object, "revocation %lld", (long long)id);
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_REVOCATION_REFUSED),
		.at = round->now,
		.actor = round->ca->conf->id,
		.role = "ca",
		.origin = "ca issuer",
		.object = object,
		.refused = true,
		.detail = "{}" };
	log_err(NULL, "revocation refused", why);
	TRY(order_store_answer_revocation(tx, id, round->now, why.text));
	return audit_store_append(tx, &event);
}

static RESULT revoke_one(void *context, struct db_tx *tx, size_t row)
{
	const struct round *round = context;
	struct asked asked = { .id = db_int(round->rows, row, ASKED_ID) };
	char serial[SERIAL_TEXT];
	TRY(judge(round->ca, tx, round->rows, row, round->now, &asked));
	serial_text(&asked.request.serial_number, serial);
	snprintf(asked.object, sizeof asked.object, "%s %s", asked.request.issuer,
		serial);
	TRY(mark(round->ca, tx, &asked, round->now));
	log_notice(NULL, "certificate revoked", "certificate", asked.object, "reason",
		reason_name(asked.request.event->reason));
	return order_store_answer_revocation(tx, asked.id, round->now, NULL);
}

RESULT ca_revoke(struct ca *ca, int64_t now, size_t *done)
{
	static const struct batch_work work = { revoke_one, refuse_one };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_take_revocations(tx, ca->conf->batch, &rows));
	struct round round = { ca, rows, now };
	size_t answered;
	TRY_IN(batch_run(tx, db_count(rows), &work, &round, &answered), "revoke");
	if (answered > 0)
		fault_point("revoke.before-commit");
	if (answered > 0)
		TRY(order_store_notify(tx, "inkan_status"));
	TRY(db_commit(&tx));
	if (answered > 0)
		fault_point("revoke.committed");
	*done = answered;
	return OK;
}
