/* routes_session: who asks; login, step-up and logout. */
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/json/json.h"
#include "lra/authenticate.h"
#include "lra/routes.h"
#include "lra/web_guard.h"
#include "lra/web_session.h"

enum { CARD_FRESH_S = 15 }; /* from the handshake to the step-up that it is shown for */

/* clang-format off */
static const struct fault_rule rule_role = { "login.role", "R-ACC-01",
	"You have no role at this counter. Ask for one, or use your own certificate.",
	"この受付での役割がありません。担当者に確認するか、ご自分の証明書をお使いください。" };
static const struct fault_rule rule_card = { "session.card", "R-ACC-06",
	"Show the card once more: repeat the request on a new connection.",
	"カードをもう一度確認します。新しい接続で要求を繰り返してください。" };
/* clang-format on */

/* ---- the answer */

static RESULT write_roles(struct json *object, unsigned roles)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (unsigned bit = ROLE_LRA_CLERK; bit <= ROLE_LRA_ADMIN; bit <<= 1)
		if ((roles & bit) != 0)
			TRY(json_append_text(array, role_name((enum role)bit)));
	return json_set(object, "roles", MOVE(array));
}

static RESULT write_person(struct json *object, const struct lra *lra,
	const struct roster_person *person)
{
	AUTO(json_free) struct json *row = NULL;
	AUTO(json_free) struct json *office = NULL;
	const struct roster_lra *of = roster_lra(lra->roster, person->lra);
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "id", person->id));
	TRY(json_set_text(row, "name", person->name));
	TRY(json_set_text(row, "nameJa",
		person->name_ja[0] == 0 ? person->name : person->name_ja));
	TRY(json_set(object, "person", MOVE(row)));
	if (of == NULL)
		return OK;
	TRY(json_new_object(&office));
	TRY(json_set_text(office, "id", of->id));
	TRY(json_set_text(office, "name", of->name));
	return json_set(object, "lra", MOVE(office));
}

/* What needs a fresh proof, so that a page can ask for it beforehand. */
static RESULT write_step_up(struct json *object, int64_t fresh_s)
{
	AUTO(json_free) struct json *step_up = NULL;
	AUTO(json_free) struct json *array = NULL;
	char text[160];
	TRY(json_new_object(&step_up));
	TRY(json_set_int(step_up, "secondsLeft", fresh_s));
	TRY(json_new_array(&array));
	for (const struct web_step_up *row = web_step_ups; row->method != NULL; row++) {
		snprintf(text, sizeof text, "%s %s", row->method, row->path);
		TRY(json_append_text(array, text));
	}
	TRY(json_set(step_up, "routes", MOVE(array)));
	return json_set(object, "stepUp", MOVE(step_up));
}

static RESULT write_session(struct json *object, const struct lra *lra,
	const struct web_session_row *row, const char *token, int64_t now)
{
	char forms[WEB_TOKEN];
	int64_t idle = row->seen_at + lra->conf->session_idle_s - now,
		left = row->ends_at - now;
	TRY(web_token_for_forms(token, forms));
	TRY(json_set_text(object, "token", forms));
	TRY(json_set_int(object, "idleSeconds", idle < left ? idle : left));
	TRY(json_set_int(object, "secondsLeft", left));
	return write_step_up(object, web_session_fresh_s(lra, row->verified_at, now));
}

/* R-LRA-01, R-LRA-15: what will end soon, before it stops the clerk's work. */
static RESULT write_warnings(struct json *object, const struct lra *lra,
	const struct roster_person *person, int64_t now)
{
	AUTO(json_free) struct json *array = NULL;
	struct roster_standing ending[ROSTER_STANDINGS];
	size_t count = roster_lapsing(lra->roster, person, now, lra->conf->roster_ahead_s,
		ending);
	TRY(json_new_array(&array));
	for (size_t i = 0; i < count; i++) {
		AUTO(json_free) struct json *row = NULL;
		char until[CLOCK_TEXT];
		clock_text(ending[i].at, until);
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "code", ending[i].rule->code));
		TRY(json_set_text(row, "clause", ending[i].rule->clause));
		TRY(json_set_text(row, "until", until));
		TRY(json_set_text(row, "message_en", ending[i].rule->en));
		TRY(json_set_text(row, "message_ja", ending[i].rule->ja));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "warnings", MOVE(array));
}

/* row: NULL without a session; token: of the session's cookie. */
static RESULT answer(const struct lra *lra, const struct http_request *request,
	const struct web_session_row *row, const char *token, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	const struct roster_person *person =
		roster_person(lra->roster, row != NULL ? row->person : request->who);
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "login",
		row != NULL                           ? row->form
		: request->client_certificate.len > 0 ? "certificate"
						      : "none"));
	TRY(json_set_text(object, "door", lra->door == DOOR_CARD ? "card" : "counter"));
	TRY(write_roles(object, person != NULL ? person->roles : request->role));
	if (person != NULL) {
		TRY(write_person(object, lra, person));
		TRY(write_warnings(object, lra, person, request->now));
	}
	TRY(json_set_text(object, "language", request->language));
	if (row != NULL)
		TRY(write_session(object, lra, row, token, request->now));
	return json_write_pretty(object, out);
}

/* The session that the hook found. E_NOT_FOUND: none. */
static RESULT find(const struct lra *lra, const struct http_request *request,
	struct web_session_row *out, char token[static WEB_TOKEN])
{
	uint8_t digest[32];
	if (request->session == 0 ||
		web_cookie_find(http_request_header(request, "Cookie"),
			lra_cookie_name(lra->door), token) != COOKIE_THERE)
		return FAIL(E_NOT_FOUND, "session");
	web_token_digest(token, digest);
	return lra_store_find_session(lra->db, digest, out);
}

/* Never refused: that nobody is logged in is an answer, too. */
static RESULT get_session(void *context, const struct http_request *request,
	struct http_response *response)
{
	const struct lra *lra = context;
	struct web_session_row row;
	char token[WEB_TOKEN];
	struct err err = find(lra, request, &row, token);
	if (err.code == E_NOT_FOUND)
		return answer(lra, request, NULL, NULL, &response->body);
	TRY(err);
	return answer(lra, request, &row, token, &response->body);
}

/* ---- login and step-up by card */

static RESULT audit_refused(struct lra_call *call, const char *why)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	char detail[60];
	snprintf(detail, sizeof detail, "{\"why\":\"%s\"}", why);
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, AUDIT_LOGIN_REFUSED, NULL,
		call->person == NULL ? ROLE_SUBSCRIBER : ROLE_LRA_CLERK, "login",
		detail));
	return db_commit(&tx);
}

static RESULT tell(struct lra_call *call, const struct http_request *request,
	const struct fault_rule *rule, struct http_response *response)
{
	faults_add(call->faults, rule, "", "%s", "");
	log_notice(&request->subject, "refused", "code", rule->code);
	response->status = 403;
	return http_faults_body(E_DENIED, call->faults, request->ref, &response->body);
}

static RESULT log_in(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	struct web_session_row row;
	uint8_t digest[32];
	char token[WEB_TOKEN];
	SHA256(call->certificate.data, call->certificate.len, digest);
	TRY(web_session_open(call, "card", digest, &row, token));
	TRY(web_cookie_set(response, lra_cookie_name(call->lra->door), token));
	response->status = 201;
	return answer(call->lra, request, &row, token, &response->body);
}

static struct lra_call call_of(struct lra *lra, const struct http_request *request,
	struct faults *faults)
{
	return (struct lra_call){ .lra = lra,
		.person = roster_person(lra->roster, request->who),
		.certificate = request->client_certificate,
		.roles = request->role,
		.session = request->session,
		.now = request->now,
		.ref = request->ref,
		.faults = faults };
}

static RESULT post_session(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct faults faults = { .count = 0 };
	struct lra_call call = call_of(context, request, &faults);
	if (call.certificate.len == 0)
		return tell(&call, request, &web_rule_none, response);
	if (call.person != NULL && (call.person->roles & (READER | ROLE_LRA_ADMIN)) != 0)
		return log_in(&call, request, response);
	TRY(audit_refused(&call, rule_role.code));
	return tell(&call, request, &rule_role, response);
}

static RESULT post_step_up(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct faults faults = { .count = 0 };
	struct lra_call call = call_of(context, request, &faults);
	struct web_session_row row;
	char token[WEB_TOKEN];
	struct err err = find(call.lra, request, &row, token);
	if (err.code == E_NOT_FOUND)
		return tell(&call, request, &web_rule_none, response);
	TRY(err);
	/* What the card proved long ago says nothing of now: this connection ends, the next one begins with the card. */
	if (request->now > request->connected_at + CARD_FRESH_S) {
		TRY(http_header(response, "Connection", "close"));
		return tell(&call, request, &rule_card, response);
	}
	TRY(web_session_verify(&call, &row, token));
	TRY(web_cookie_set(response, lra_cookie_name(call.lra->door), token));
	return answer(call.lra, request, &row, token, &response->body);
}

static RESULT post_logout(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct faults faults = { .count = 0 };
	struct lra_call call = call_of(context, request, &faults);
	struct web_session_row row;
	char token[WEB_TOKEN];
	struct err err = find(call.lra, request, &row, token);
	if (!err_is(err))
		TRY(web_session_end(&call, &row, "logout"));
	else if (err.code != E_NOT_FOUND)
		return err;
	TRY(web_cookie_set(response, lra_cookie_name(call.lra->door), NULL));
	return buf_append_text(&response->body, "{\"login\":\"none\"}\n");
}

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/session",         0, MEDIA_NONE, 0,       get_session,
	  "Who asks, and what he may" },
	{ "POST", "/v1/session",         0, MEDIA_JSON, 4 * KIB, post_session,
	  "Logs in" },
	{ "POST", "/v1/session/step-up", 0, MEDIA_JSON, 4 * KIB, post_step_up,
	  "Proves anew that the person is there" },
	{ "POST", "/v1/session/logout",  0, MEDIA_JSON, 1 * KIB, post_logout,
	  "Logs out" },
};
/* clang-format on */
const struct lra_route_set lra_routes_session = { routes, COUNT(routes) };
