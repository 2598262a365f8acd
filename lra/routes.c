/* routes: applications, from their receipt to a revocation. Handlers parse, call one step, encode. */
#include "lra/routes.h"
#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/answers.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/hold.h"
#include "lra/pickup.h"
#include "lra/trail.h"

/* ---- applications */

static RESULT do_post_application(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(lra_form_free) struct lra_form *form = NULL;
	struct lra_received received;
	TRY(lra_form_new(&form));
	TRY(json_parse(request->body, &object));
	TRY(lra_form_read(object, form, call->faults));
	TRY(lra_receive(call, request->body, form, &received));
	response->status = received.again ? 200 : 201;
	return answer_received(&received, form, &response->body);
}

static RESULT do_put_application(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(lra_form_free) struct lra_form *form = NULL;
	struct lra_received received;
	TRY(lra_form_new(&form));
	TRY(json_parse(request->body, &object));
	TRY(lra_form_read(object, form, call->faults));
	TRY(lra_amend(call, request->parameter[0], request->body, form, &received));
	return answer_received(&received, form, &response->body);
}

static RESULT do_list_applications(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	enum application_state state;
	char word[32];
	int64_t after, limit;
	TRY(lra_query_or(request, "state", "", word, sizeof word));
	if (word[0] != 0)
		TRY(application_state_by_name(word, &state));
	TRY(lra_query_int(request, "after", "0", 0, INT64_MAX / 2, &after));
	TRY(lra_query_int(request, "limit", "100", 1, 500, &limit));
	TRY(lra_store_list(call->lra->db, lra_reader(call), word, after, limit, &rows));
	return answer_list(rows, (size_t)limit, &response->body);
}

static RESULT do_get_application(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (!receipt_number_valid(request->parameter[0]))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(lra_store_view(call->lra->db, lra_reader(call), request->parameter[0],
		&rows));
	TRY(trail_note_shown(call, request->parameter[0]));
	return answer_application(call->lra->db, rows, &response->body);
}

static RESULT do_post_evidence(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "evidence", NULL };
	AUTO(json_free) struct json *object = NULL;
	struct examined_list list;
	const struct json *array;
	size_t total;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_array(object, "evidence", &array));
	TRY(examined_read(array, &list, call->faults));
	TRY(faults_result(call->faults, E_POLICY));
	TRY(lra_add_evidence(call, request->parameter[0], &list, &total));
	response->status = 201;
	return buf_append_format(&response->body, "{\"evidence\":%zu}\n", total);
}

static RESULT do_get_statement(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	enum decision_kind kind;
	if (err_is(decision_kind_by_name(request->parameter[1], &kind)))
		return FAIL(E_NOT_FOUND, "statement %.30s", request->parameter[1]);
	TRY(lra_statement(call, request->parameter[0], kind, &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

static RESULT do_post_decision(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	enum application_state state;
	TRY(lra_read_decision(request, &decision));
	TRY(lra_check_present(call, &decision));
	TRY(lra_decide(call, request->parameter[0], &decision, &state));
	return answer_state(request->parameter[0], state, &response->body);
}

static RESULT turn(struct lra_call *call, const struct http_request *request,
	enum application_event event, struct http_response *response)
{
	static const char *const members[] = { "reason", "forApplicant", NULL };
	AUTO(json_free) struct json *object = NULL;
	enum application_state state;
	char reason[500], told[1600];
	const char *text;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "reason", &text));
	TRY_IN(text_copy(text, reason, sizeof reason), "reason");
	TRY(json_get_text_or(object, "forApplicant", "", &text));
	TRY_IN(text_copy(text, told, sizeof told), "forApplicant");
	TRY(lra_turn(call, request->parameter[0], event, reason, told, &state));
	return answer_state(request->parameter[0], state, &response->body);
}

static RESULT do_post_send_back(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	return turn(call, request, EV_SEND_BACK, response);
}

static RESULT do_post_reject(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	return turn(call, request, EV_REJECT, response);
}

static RESULT do_post_withdraw(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	return turn(call, request, EV_WITHDRAW, response);
}

static RESULT do_post_hold(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "reason", "note", "resumer", "resumeOn",
		NULL };
	AUTO(json_free) struct json *object = NULL;
	enum application_state state;
	struct lra_hold hold;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "reason", &hold.reason));
	TRY(json_get_text_or(object, "note", "", &hold.note));
	TRY(json_get_text_or(object, "resumer", "", &hold.resumer));
	TRY(json_get_text_or(object, "resumeOn", "", &hold.resume_on));
	if (strlen(hold.note) > HOLD_NOTE)
		return FAIL(E_INPUT, "note: longer than %d bytes", HOLD_NOTE);
	TRY(lra_hold(call, request->parameter[0], &hold, &state));
	return answer_state(request->parameter[0], state, &response->body);
}

static RESULT do_post_resume(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { NULL };
	AUTO(json_free) struct json *object = NULL;
	enum application_state state;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(lra_resume(call, request->parameter[0], &state));
	return answer_state(request->parameter[0], state, &response->body);
}

/* ---- delivery */

static RESULT give_certificate(struct lra_call *call, const char *receipt,
	struct buf *out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(lra_application_load(call, tx, receipt, &application));
	TRY(lra_store_certificate(tx, application.id, &rows));
	const struct issuer *issuer =
		issuer_set_find(call->lra->issuers, db_text(rows, 0, CERTIFICATE_ISSUER));
	if (issuer == NULL)
		return FAIL(E_BUG, "issuer %.30s: not in issuers.cfg",
			db_text(rows, 0, CERTIFICATE_ISSUER));
	return answer_certificate(issuer, db_blob(rows, 0, CERTIFICATE_DER),
		application.state, out);
}

static RESULT give_pkcs12(const char *receipt, struct blob pkcs12, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	char name[40];
	snprintf(name, sizeof name, "%.30s.p12", receipt);
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "state", application_state_name(APP_DELIVERED)));
	TRY(json_set_text(object, "fileName", name));
	TRY(json_set_base64(object, "pkcs12", pkcs12));
	return json_write_pretty(object, out);
}

static RESULT give_ticket(const char *receipt, const struct pickup_ticket *ticket,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "state", application_state_name(APP_DELIVERED)));
	TRY(json_set_text(object, "receiptNumber", receipt));
	TRY(json_set_text(object, "link", ticket->link));
	TRY(json_set_time(object, "until", ticket->until));
	return json_write_pretty(object, out);
}

RESULT lra_read_delivery(const struct json *object, struct lra_delivery *out)
{
	const char *word;
	out->pickup = false;
	if (json_has(object, "pickup"))
		TRY(json_get_bool(object, "pickup", &out->pickup));
	TRY(json_get_text(object, "form", &word));
	TRY(json_get_text_or(object, "fileChannel", NULL, &out->file_channel));
	TRY(json_get_text_or(object, "pinChannel", NULL, &out->pin_channel));
	for (int form = 0; form < DELIVERY_COUNT; form++)
		if (strcmp(lra_delivery_name((enum lra_form_of_delivery)form), word) ==
			0) {
			out->form = (enum lra_form_of_delivery)form;
			return OK;
		}
	return FAIL(E_INPUT, "form: certificate, pkcs12 or pkcs12-3des");
}

static RESULT do_post_delivery(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "form", "fileChannel", "pinChannel",
		"pickup", NULL };
	AUTO(json_free) struct json *object = NULL;
	struct pickup_ticket ticket;
	AUTO(buf_clear) struct buf pkcs12 = BUF(LIMIT_PKCS12);
	struct lra_delivery delivery;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(lra_read_delivery(object, &delivery));
	TRY(lra_deliver(call, request->parameter[0], &delivery, &pkcs12, &ticket));
	if (delivery.pickup)
		return give_ticket(request->parameter[0], &ticket, &response->body);
	if (delivery.form == DELIVERY_CERTIFICATE)
		return give_certificate(call, request->parameter[0], &response->body);
	return give_pkcs12(request->parameter[0], buf_view(&pkcs12), &response->body);
}

static RESULT do_post_recall(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "reason", NULL };
	AUTO(json_free) struct json *object = NULL;
	enum application_state state;
	const char *reason;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "reason", &reason));
	if (strlen(reason) > 499)
		return FAIL(E_INPUT, "reason: longer than 499 octets");
	TRY(lra_recall(call, request->parameter[0], reason, &state));
	return answer_state(request->parameter[0], state, &response->body);
}

static RESULT do_post_pin(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(secret_free) struct secret *pin = NULL;
	char word[PICKUP_WORD];
	TRY(http_header(response, "Cache-Control", "no-store"));
	TRY(lra_show_pin(call, request->parameter[0], &pin, word));
	return answer_pin(pin, word, &response->body);
}

static RESULT do_get_certificate(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	return give_certificate(call, request->parameter[0], &response->body);
}

/* ---- receipts */

static RESULT do_get_receipt_statement(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	TRY(lra_receipt_statement(call, request->parameter[0], &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

static RESULT do_post_receipt(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	if (request->body.len == 0) {
		TRY(lra_receipt_by_tls(call, request->parameter[0]));
	} else {
		TRY(lra_read_decision(request, &decision));
		TRY(lra_receipt_by_signature(call, request->parameter[0], &decision));
	}
	return answer_state(request->parameter[0], APP_ACCEPTED, &response->body);
}

static RESULT do_post_paper_receipt(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "sha256", NULL };
	AUTO(json_free) struct json *object = NULL;
	uint8_t digest[32];
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_digest(object, "sha256", digest));
	TRY(lra_receipt_by_paper(call, request->parameter[0], BLOB(digest)));
	return answer_state(request->parameter[0], APP_ACCEPTED, &response->body);
}

/* ---- revocation */

/* clang-format off */
static const struct fault_rule no_suspicion = { "revocation.suspectedSince", "RFC 5280 5.3.2",
	"Since when a key is suspected is a time such as 2026-11-21T09:30:00Z, and is told only of a key that was compromised.",
	"疑われる日時は 2026-11-21T09:30:00Z の形で、鍵の危殆化のときだけ指定できます。" };
/* clang-format on */

static RESULT do_get_revocation_statement(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	struct revocation_request asked = { .event = NULL };
	char word[64];
	TRY(http_query(request, "issuer", asked.issuer, sizeof asked.issuer));
	TRY(http_query(request, "serialNumber", word, sizeof word));
	TRY_IN(serial_from_hex(word, &asked.serial_number), "serialNumber");
	TRY(http_query(request, "event", word, sizeof word));
	asked.event = revocation_event_find(word);
	if (asked.event == NULL)
		return FAIL(E_INPUT, "event: \"%.40s\" is none", word);
	TRY(lra_query_or(request, "requester", "", asked.requester,
		sizeof asked.requester));
	TRY(lra_query_or(request, "suspectedSince", "", word, sizeof word));
	if (word[0] != 0 && (asked.event->reason != REASON_KEY_COMPROMISE ||
				    err_is(clock_parse(word, &asked.invalidity_date))))
		return lra_refuse(call, E_POLICY, &no_suspicion, "suspectedSince",
			"%.30s with %s", word, asked.event->word);
	TRY(lra_revocation_statement(call, &asked, &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

static RESULT do_post_revocation(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	struct lra_revocation revocation;
	TRY(lra_read_decision(request, &decision));
	TRY(lra_check_present(call, &decision));
	TRY(lra_revoke(call, &decision, &revocation));
	response->status = revocation.revoked ? 200 : 202;
	return answer_revocation(&revocation, &response->body);
}

static RESULT do_get_status(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct serial serial;
	char hex[SERIAL_TEXT];
	const char *lra = lra_reader(call);
	TRY_IN(serial_from_hex(request->parameter[1], &serial), "serial number");
	TRY(lra_store_status(call->lra->db, request->parameter[0], serial_view(&serial),
		&rows));
	if (lra[0] != 0 && (db_is_null(rows, 0, STATUS_LRA) ||
				   strcmp(lra, db_text(rows, 0, STATUS_LRA)) != 0))
		return FAIL(E_NOT_FOUND, "certificate: of another LRA");
	serial_text(&serial, hex);
	return answer_status(rows, request->parameter[0], hex, &response->body);
}

/* ---- agreements */

static RESULT do_list_agreements(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	(void)request;
	TRY(lra_store_agreements(call->lra->db, &rows));
	return answer_agreements(rows, &response->body);
}

static RESULT do_get_agreement(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(buf_clear) struct buf digest = BUF(32);
	TRY_IN(hex_decode(request->parameter[0], &digest), "agreement");
	TRY(lra_store_agreement_document(call->lra->db, buf_view(&digest), &rows));
	response->media_type = "application/octet-stream";
	return buf_append(&response->body, db_blob(rows, 0, 0));
}

/* ---- health */

static RESULT health(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context, (void)request;
	return buf_append_text(&response->body, "{\"status\":\"ok\"}\n");
}

static RESULT ready(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct lra *lra = context;
	(void)request;
	TRY(lra_store_ping(lra->db));
	return buf_append_text(&response->body, "{\"status\":\"ready\"}\n");
}

LRA_HANDLER(post_application)
LRA_HANDLER(list_applications)
LRA_HANDLER(get_application)
LRA_HANDLER(put_application)
LRA_HANDLER(post_evidence)
LRA_HANDLER(get_statement)
LRA_HANDLER(post_decision)
LRA_HANDLER(post_send_back)
LRA_HANDLER(post_reject)
LRA_HANDLER(post_withdraw)
LRA_HANDLER(post_hold)
LRA_HANDLER(post_resume)
LRA_HANDLER(post_delivery)
LRA_HANDLER(post_recall)
LRA_HANDLER(post_pin)
LRA_HANDLER(get_certificate)
LRA_HANDLER(post_paper_receipt)
LRA_HANDLER(get_receipt_statement)
LRA_HANDLER(post_receipt)
LRA_HANDLER(get_revocation_statement)
LRA_HANDLER(post_revocation)
LRA_HANDLER(get_status)
LRA_HANDLER(list_agreements)
LRA_HANDLER(get_agreement)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/healthz",                                     0,              MEDIA_NONE, 0,         health,
	  "The process is alive" },
	{ "GET",  "/readyz",                                      0,              MEDIA_NONE, 0,         ready,
	  "The registry answers" },
	{ "POST", "/v1/applications",                             CLERK,          MEDIA_JSON, 128 * KIB, post_application,
	  "Receives an application" },
	{ "GET",  "/v1/applications",                             READER,         MEDIA_NONE, 0,         list_applications,
	  "Applications of this LRA" },
	{ "GET",  "/v1/applications/{receipt}",                   READER,         MEDIA_NONE, 0,         get_application,
	  "One application with its history" },
	{ "PUT",  "/v1/applications/{receipt}",                   CLERK,          MEDIA_JSON, 128 * KIB, put_application,
	  "Corrects an application" },
	{ "POST", "/v1/applications/{receipt}/evidence",          CLERK,          MEDIA_JSON, 64 * KIB,  post_evidence,
	  "Adds evidence that was examined" },
	{ "GET",  "/v1/applications/{receipt}/statements/{kind}", STAFF,          MEDIA_NONE, 0,         get_statement,
	  "The statement that a decision signs" },
	{ "POST", "/v1/applications/{receipt}/decisions",         STAFF,          MEDIA_JSON, 128 * KIB, post_decision,
	  "A signed decision" },
	{ "POST", "/v1/applications/{receipt}/send-back",         APPROVER,       MEDIA_JSON, 4 * KIB,   post_send_back,
	  "Sends an application back to the clerk" },
	{ "POST", "/v1/applications/{receipt}/reject",            APPROVER,       MEDIA_JSON, 4 * KIB,   post_reject,
	  "Rejects an application" },
	{ "POST", "/v1/applications/{receipt}/withdraw",          CLERK,          MEDIA_JSON, 4 * KIB,   post_withdraw,
	  "Withdraws an application" },
	{ "POST", "/v1/applications/{receipt}/hold",              STAFF,          MEDIA_JSON, 4 * KIB,   post_hold,
	  "Puts an application on hold" },
	{ "POST", "/v1/applications/{receipt}/resume",            CLERK,          MEDIA_JSON, 1 * KIB,   post_resume,
	  "Resumes an application that was on hold" },
	{ "POST", "/v1/applications/{receipt}/delivery",          CLERK,          MEDIA_JSON, 4 * KIB,   post_delivery,
	  "Hands a certificate over" },
	{ "POST", "/v1/applications/{receipt}/recall",            CLERK,          MEDIA_JSON, 4 * KIB,   post_recall,
	  "Ends a link to a file that was not picked up" },
	{ "POST", "/v1/applications/{receipt}/pin",               CLERK,          MEDIA_ANY,  1 * KIB,   post_pin,
	  "Shows the PIN, once" },
	{ "GET",  "/v1/applications/{receipt}/certificate",       READER,         MEDIA_NONE, 0,         get_certificate,
	  "The certificate and its chain" },
	{ "POST", "/v1/applications/{receipt}/paper-receipt",     CLERK,          MEDIA_JSON, 1 * KIB,   post_paper_receipt,
	  "Records a receipt signed on paper" },
	{ "GET",  "/v1/receipts/{receipt}/statement",             CLERK | HOLDER, MEDIA_NONE, 0,         get_receipt_statement,
	  "The statement that confirms receipt" },
	{ "POST", "/v1/receipts/{receipt}",                       CLERK | HOLDER, MEDIA_ANY,  128 * KIB, post_receipt,
	  "Confirms receipt by the new key" },
	{ "GET",  "/v1/revocations/statement",                    CLERK | HOLDER, MEDIA_NONE, 0,         get_revocation_statement,
	  "The statement that asks for a revocation" },
	{ "POST", "/v1/revocations",                              CLERK | HOLDER, MEDIA_JSON, 128 * KIB, post_revocation,
	  "A signed request for revocation" },
	{ "GET",  "/v1/certificates/{issuer}/{serial}",           READER,         MEDIA_NONE, 0,         get_status,
	  "One certificate in plain words, with its status" },
	{ "GET",  "/v1/agreements",                               READER | HOLDER, MEDIA_NONE, 0,        list_agreements,
	  "Terms that were published" },
	{ "GET",  "/v1/agreements/{sha256}",                      READER | HOLDER, MEDIA_NONE, 0,        get_agreement,
	  "One text of terms, byte for byte" },
};
/* clang-format on */
const struct lra_route_set lra_routes_application = { routes, COUNT(routes) };
