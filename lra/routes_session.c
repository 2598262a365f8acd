/* routes_session: who asks; login, step-up and logout. */
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/decision_list.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/authenticate.h"
#include "lra/enrol_store.h"
#include "lra/routes.h"
#include "lra/web_guard.h"
#include "lra/web_passkey.h"
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

/* What needs a fresh proof at this door, so that a page can ask for it beforehand. */
static RESULT write_step_up(struct json *object, enum lra_door door, int64_t fresh_s)
{
	AUTO(json_free) struct json *step_up = NULL;
	AUTO(json_free) struct json *array = NULL;
	char text[160];
	TRY(json_new_object(&step_up));
	TRY(json_set_int(step_up, "secondsLeft", fresh_s));
	TRY(json_new_array(&array));
	for (const struct web_step_up *row = web_step_ups; row->method != NULL; row++) {
		if (row->grave == WEB_SIGNED && door == DOOR_COUNTER)
			continue; /* the passkey signs the deed itself */
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
	TRY(write_step_up(object, lra->door,
		web_session_fresh_s(lra, row->verified_at, now)));
	if (strcmp(row->form, "passkey") != 0)
		return OK;
	/* UX part 4: two for each person; a page reminds him who has one. */
	size_t passkeys;
	TRY(web_passkey_count(lra, row->person, now, &passkeys));
	return json_set_int(object, "passkeys", (int64_t)passkeys);
}

/* How one may log in here, and where the other door is. */
static RESULT write_doors(struct json *object, const struct lra *lra)
{
	AUTO(json_free) struct json *logins = NULL;
	AUTO(json_free) struct json *doors = NULL;
	bool at_counter = lra->door == DOOR_COUNTER;
	TRY(json_set_text(object, "door", at_counter ? "counter" : "card"));
	TRY(json_new_array(&logins));
	TRY(json_append_text(logins, at_counter ? "passkey" : "card"));
	TRY(json_set(object, "logins", MOVE(logins)));
	TRY(json_new_object(&doors));
	if (lra->conf->origin[0] != 0)
		TRY(json_set_text(doors, "card", lra->conf->origin));
	if (lra->conf->counter_listen[0] != 0)
		TRY(json_set_text(doors, "counter", lra->conf->passkey_origin));
	return json_set(object, "doors", MOVE(doors));
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
	TRY(write_doors(object, lra));
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

/* ---- the options of a passkey's answer */

/* For a login nobody's: the browser knows its own passkeys, and nobody learns here who has some. */
static RESULT write_credentials(struct json *object, const struct lra_call *call)
{
	AUTO(json_free) struct json *array = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (call->session != 0)
		TRY(lra_store_passkeys_of(call->lra->db, call->person->id, &rows));
	TRY(answer_credentials(rows, &array));
	return json_set(object, "allowCredentials", MOVE(array));
}

/* Whose the statement is, of one decision or of a list of them. */
static RESULT signer_of(struct blob bytes, char *out, size_t size)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_list list;
	struct err err = statement_parse(bytes, &statement);
	if (!err_is(err))
		return text_copy(statement.person, out, size);
	if (err_is(decision_list_parse(bytes, &list)))
		return err;
	return text_copy(list.person, out, size);
}

/* The statement itself makes the challenge of a decision; it is the caller's own, or his passkey would sign for nothing. */
static RESULT challenge_of_statement(struct lra_call *call, const struct json *object,
	uint8_t out[static WEB_CHALLENGE])
{
	AUTO(buf_clear) struct buf bytes = BUF(LIMIT_STATEMENT);
	char person[64];
	TRY(web_passkey_check_on(call));
	TRY(json_get_base64(object, "statement", &bytes));
	TRY(signer_of(buf_view(&bytes), person, sizeof person));
	if (strcmp(person, call->person->id) != 0)
		return FAIL(E_INPUT, "statement: of somebody else");
	return decision_challenge(buf_view(&bytes), out);
}

static RESULT read_challenge(struct lra_call *call, const struct http_request *request,
	uint8_t out[static WEB_CHALLENGE])
{
	static const char *const members[] = { "purpose", "statement", NULL };
	AUTO(json_free) struct json *object = NULL;
	const char *purpose;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "purpose", &purpose));
	bool login = strcmp(purpose, "login") == 0;
	if (!login && (call->session == 0 || call->person == NULL))
		return lra_refuse(call, E_DENIED, &web_rule_none, "", "%s", "");
	if (strcmp(purpose, "decision") == 0)
		return challenge_of_statement(call, object, out);
	if (json_has(object, "statement"))
		return FAIL(E_INPUT, "statement: only for a decision");
	if (!login && strcmp(purpose, "stepUp") != 0)
		return FAIL(E_INPUT, "purpose: login, stepUp or decision");
	return web_passkey_ask(call, login ? WEB_LOGIN : WEB_STEP_UP, out);
}

static RESULT do_post_options(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(json_free) struct json *answer = NULL;
	uint8_t challenge[WEB_CHALLENGE];
	TRY(read_challenge(call, request, challenge));
	TRY(json_new_object(&answer));
	TRY(json_set_base64(answer, "challenge", BLOB(challenge)));
	TRY(json_set_text(answer, "rpId", call->lra->conf->passkey_rp_id));
	TRY(json_set_int(answer, "timeout", WEB_CHALLENGE_S * 1000));
	TRY(json_set_text(answer, "userVerification", "required"));
	TRY(write_credentials(answer, call));
	return json_write_pretty(answer, &response->body);
}

/* ---- login */

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

/* Who was proved: the person of the call, and by what. */
struct proof {
	const char *form;
	uint8_t digest[32]; /* of the certificate, or of the passkey's id */
};

static RESULT prove_by_card(struct lra_call *call, struct proof *out)
{
	if (call->certificate.len == 0)
		return lra_refuse(call, E_DENIED, &web_rule_none, "", "%s", "");
	*out = (struct proof){ .form = "card" };
	SHA256(call->certificate.data, call->certificate.len, out->digest);
	return OK;
}

static RESULT prove_by_passkey(struct lra_call *call, const struct http_request *request,
	enum web_purpose purpose, struct proof *out)
{
	AUTO(web_assertion_clear) struct web_assertion assertion = WEB_ASSERTION;
	TRY(web_assertion_read(request->body, &assertion));
	TRY(web_passkey_prove(call, purpose, &assertion, &call->person));
	*out = (struct proof){ .form = "passkey" };
	SHA256(assertion.credential.data, assertion.credential.len, out->digest);
	return OK;
}

/* In force, and with a role at this counter. */
static RESULT check_standing(struct lra_call *call)
{
	const struct fault_rule *rule =
		call->person == NULL
			? &rule_role
			: roster_lapsed(call->lra->roster, call->person, call->now);
	if (rule == NULL && (call->person->roles & (READER | ROLE_LRA_ADMIN)) == 0)
		rule = &rule_role;
	if (rule == NULL)
		return OK;
	TRY(audit_refused(call, rule->code));
	return lra_refuse(call, E_DENIED, rule, "", "%s", "");
}

static RESULT do_post_session(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	struct web_session_row row;
	struct proof proof;
	char token[WEB_TOKEN];
	TRY(call->lra->door == DOOR_CARD
			? prove_by_card(call, &proof)
			: prove_by_passkey(call, request, WEB_LOGIN, &proof));
	TRY(check_standing(call));
	TRY(web_session_open(call, proof.form, proof.digest, &row, token));
	TRY(web_cookie_set(response, lra_cookie_name(call->lra->door), token));
	response->status = 201;
	return answer(call->lra, request, &row, token, &response->body);
}

/* ---- step-up */

/* What the card proved long ago says nothing of now: this connection ends, the next one begins with the card. */
static RESULT prove_again_by_card(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	if (request->now <= request->connected_at + CARD_FRESH_S)
		return OK;
	TRY(http_header(response, "Connection", "close"));
	return lra_refuse(call, E_DENIED, &rule_card, "", "%s", "");
}

static RESULT prove_again_by_passkey(struct lra_call *call,
	const struct http_request *request)
{
	const struct roster_person *whose = call->person;
	struct proof proof;
	TRY(prove_by_passkey(call, request, WEB_STEP_UP, &proof));
	return call->person == whose
		       ? OK
		       : lra_refuse(call, E_DENIED, &web_rule_other, "", "%s", "");
}

static RESULT do_post_step_up(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	struct web_session_row row;
	char token[WEB_TOKEN];
	struct err err = find(call->lra, request, &row, token);
	if (err.code == E_NOT_FOUND)
		return lra_refuse(call, E_DENIED, &web_rule_none, "", "%s", "");
	TRY(err);
	TRY(call->lra->door == DOOR_CARD ? prove_again_by_card(call, request, response)
					 : prove_again_by_passkey(call, request));
	TRY(web_session_verify(call, &row, token));
	TRY(web_cookie_set(response, lra_cookie_name(call->lra->door), token));
	return answer(call->lra, request, &row, token, &response->body);
}

/* ---- logout */

static RESULT do_post_logout(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	struct web_session_row row;
	char token[WEB_TOKEN];
	struct err err = find(call->lra, request, &row, token);
	if (!err_is(err))
		TRY(web_session_end(call, &row, "logout"));
	else if (err.code != E_NOT_FOUND)
		return err;
	TRY(web_cookie_set(response, lra_cookie_name(call->lra->door), NULL));
	return buf_append_text(&response->body, "{\"login\":\"none\"}\n");
}

/* clang-format off */
LRA_HANDLER_OPEN(post_options)
LRA_HANDLER_OPEN(post_session)
LRA_HANDLER_OPEN(post_step_up)
LRA_HANDLER_OPEN(post_logout)

static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/session",         0, MEDIA_NONE, 0,        get_session,
	  "Who asks, and what he may" },
	{ "POST", "/v1/session/options", 0, MEDIA_JSON, 64 * KIB, post_options,
	  "What a passkey is to sign, to log in, to step up or to decide" },
	{ "POST", "/v1/session",         0, MEDIA_JSON, 16 * KIB, post_session,
	  "Logs in" },
	{ "POST", "/v1/session/step-up", 0, MEDIA_JSON, 16 * KIB, post_step_up,
	  "Proves anew that the person is there" },
	{ "POST", "/v1/session/logout",  0, MEDIA_JSON, 1 * KIB,  post_logout,
	  "Logs out" },
};
/* clang-format on */
const struct lra_route_set lra_routes_session = { routes, COUNT(routes) };
