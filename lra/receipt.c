/* receipt: step 9. Who received proves it by using the new key (R-LRA-09), or signs a paper. */
#include "common/base/text.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/delivery_store.h"
#include "lra/pickup_store.h"

/* clang-format off */
static const struct fault_rule another = { "receipt.certificate", "R-LRA-09",
	"Receipt is confirmed with the certificate that was delivered, with no other.",
	"受領確認には、配付された証明書を使用してください。" };
static const struct fault_rule stale = { "receipt.content", "R-LRA-09",
	"The statement is not about this delivery. Fetch it again.",
	"この配付に関する内容ではありません。取得し直してください。" };
static const struct fault_rule waits = { "receipt.notFetched", "R-LRA-09",
	"The file was not fetched from the subscribers' pages yet, so nobody has received it.",
	"ファイルはまだ受取ページからダウンロードされていないため、受領を記録できません。" };
/* clang-format on */

struct receipt {
	struct lra_call *call;
	const char *receipt_number;
	enum role as_role;
	const char *method;
	struct blob proof;
	const struct decision *decision;   /* method signature only */
	const struct statement *statement; /* the same */
	const struct decision_signer *signer;
};

/* What a confirmation is about. */
static RESULT content_of(const struct lra_application *application,
	const struct db_rows *delivery, struct buf *out)
{
	return statement_certificate_content(application->receipt,
		db_text(delivery, 0, LAST_ISSUER), db_blob(delivery, 0, LAST_SERIAL),
		out);
}

static RESULT check_tls(struct lra_call *call, const struct db_rows *certificate)
{
	if (!blob_equal(call->certificate, db_blob(certificate, 0, CERTIFICATE_DER)))
		return lra_refuse(call, E_DENIED, &another, "certificate", "another one");
	return OK;
}

static RESULT check_signature(const struct receipt *receipt,
	const struct lra_application *application, const struct db_rows *delivery)
{
	AUTO(buf_clear) struct buf want = BUF(LIMIT_STATEMENT);
	const struct decision_signer *signer = receipt->signer;
	TRY(content_of(application, delivery, &want));
	if (!blob_equal(buf_view(&want), buf_view(&receipt->statement->content)))
		return lra_refuse(receipt->call, E_CONFLICT, &stale, "statement", "%s",
			application->receipt);
	if (signer->person != NULL || signer->component != NULL ||
		strcmp(signer->issuer->name, db_text(delivery, 0, LAST_ISSUER)) != 0 ||
		!blob_equal(serial_view(&signer->serial_number),
			db_blob(delivery, 0, LAST_SERIAL)))
		return lra_refuse(receipt->call, E_DENIED, &another, "signature",
			"another one");
	return OK;
}

/* A paper about a file that still waits for its holder is about something else. */
static RESULT check_fetched(struct lra_call *call, struct db_tx *tx,
	const struct lra_application *application)
{
	AUTO(db_rows_free) struct db_rows *waiting = NULL;
	struct err err = lra_store_pickup(tx, application->id, &waiting);
	if (err.code == E_NOT_FOUND)
		return OK;
	TRY(err);
	return lra_refuse(call, E_STATE, &waits, "pickup", "%s", application->receipt);
}

static RESULT check_proof(const struct receipt *receipt, struct db_tx *tx,
	const struct lra_application *application, const struct db_rows *delivery)
{
	AUTO(db_rows_free) struct db_rows *certificate = NULL;
	if (receipt->decision != NULL)
		return check_signature(receipt, application, delivery);
	if (receipt->as_role != ROLE_SUBSCRIBER) /* on paper: its digest is the proof */
		return check_fetched(receipt->call, tx, application);
	TRY(lra_store_certificate(tx, application->id, &certificate));
	return check_tls(receipt->call, certificate);
}

static RESULT confirm(void *context, struct db_tx *tx)
{
	const struct receipt *receipt = context;
	struct lra_call *call = receipt->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *delivery = NULL;
	enum application_state to;
	enum role as;
	const char *actor = receipt->as_role == ROLE_SUBSCRIBER ? "subscriber" : NULL;
	TRY(lra_application_load(call, tx, receipt->receipt_number, &application));
	TRY(application_step(application.state, EV_CONFIRM, receipt->as_role, &to, &as));
	TRY(lra_store_last_delivery(tx, application.id, &delivery));
	TRY(check_proof(receipt, tx, &application, delivery));
	if (receipt->decision != NULL)
		TRY(lra_store_add_decision(tx, application.id, application.version,
			receipt->decision, DECISION_CONFIRM, "subscriber", call->now));
	TRY(lra_store_add_receipt(tx, application.id, db_blob(delivery, 0, LAST_SERIAL),
		receipt->method, receipt->proof, call->now));
	TRY(lra_store_step(tx, &application, EV_CONFIRM, as, to, call->now));
	return lra_audit(call, tx, AUDIT_CERTIFICATE_ACCEPTED, actor, as,
		application.receipt, "{}");
}

RESULT lra_receipt_statement(struct lra_call *call, const char *receipt, struct buf *out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *delivery = NULL;
	AUTO(db_rows_free) struct db_rows *certificate = NULL;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	char text[96];
	enum application_state to;
	enum role as;
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_application_load(call, tx, receipt, &application));
	TRY(application_step(application.state, EV_CONFIRM, ROLE_SUBSCRIBER, &to, &as));
	TRY(lra_store_last_delivery(tx, application.id, &delivery));
	TRY(lra_store_certificate(tx, application.id, &certificate));
	if (call->person == NULL)
		TRY(check_tls(call, certificate));
	TRY(content_of(&application, delivery, &statement.content));
	statement.kind = DECISION_CONFIRM;
	statement.at = call->now;
	TRY(text_copy("subscriber", statement.person, sizeof statement.person));
	snprintf(text, sizeof text, "受領確認 / Received: %s", application.receipt);
	return statement_write(&statement, text, out);
}

RESULT lra_receipt_by_tls(struct lra_call *call, const char *receipt)
{
	struct receipt confirming = { .call = call,
		.receipt_number = receipt,
		.as_role = ROLE_SUBSCRIBER,
		.method = "tls",
		.proof = call->certificate };
	return db_run(call->lra->db, confirm, &confirming);
}

RESULT lra_receipt_by_signature(struct lra_call *call, const char *receipt,
	const struct decision *decision)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_signer signer;
	struct receipt confirming = { .call = call,
		.receipt_number = receipt,
		.as_role = ROLE_SUBSCRIBER,
		.method = "signature",
		.proof = buf_view(&decision->signature),
		.decision = decision,
		.statement = &statement,
		.signer = &signer };
	TRY(decision_verify(&call->lra->trust, decision, call->now, &statement, &signer));
	if (statement.kind != DECISION_CONFIRM)
		return FAIL(E_INPUT, "statement: not about a receipt");
	return db_run(call->lra->db, confirm, &confirming);
}

RESULT lra_receipt_by_paper(struct lra_call *call, const char *receipt,
	struct blob sha256)
{
	struct receipt confirming = { .call = call,
		.receipt_number = receipt,
		.as_role = ROLE_LRA_CLERK,
		.method = "paper",
		.proof = sha256 };
	return db_run(call->lra->db, confirm, &confirming);
}
