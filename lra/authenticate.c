#include "lra/authenticate.h"

#include <openssl/sha.h>

#include "common/base/log.h"
#include "common/base/text.h"
#include "lra/certificate_store.h"
#include "lra/conf.h"
#include "lra/web_guard.h"
#include "lra/web_session.h"

enum { TOUCH_EVERY_S = 20 }; /* a session's last use is written no oftener */

static const char *const cookies
	[] = { [DOOR_CARD] = "__Host-inkan-card", [DOOR_COUNTER] = "__Host-inkan" };

const char *lra_cookie_name(enum lra_door door)
{
	return cookies[door];
}

static struct err refuse(struct http_request *request, const struct fault_rule *rule)
{
	request->refusal = rule;
	request->role = 0;
	return FAIL(E_DENIED, "%s", rule->code);
}

/* ---- by certificate */

/* The issuing CA of ours above a certificate, judged now. Revocation is asked anew each time: never older than the request. */
static RESULT check_certificate(struct lra *lra, const struct cert *cert, int64_t now)
{
	for (size_t i = 0; i < issuer_set_count(lra->issuers); i++) {
		const struct issuer *issuer = issuer_set_at(lra->issuers, i);
		bool revoked;
		if (!blob_equal(issuer->parsed.subject, cert->issuer))
			continue;
		TRY(cert_verify(cert, issuer->public_key));
		if (now < cert->not_before || now > cert->not_after)
			return FAIL(E_DENIED, "certificate: not valid at this time");
		TRY(lra_store_is_revoked(lra->db, issuer->name,
			serial_view(&cert->serial_number), &revoked));
		return revoked ? FAIL(E_DENIED, "certificate: revoked") : OK;
	}
	return FAIL(E_DENIED, "certificate: not from a CA of ours");
}

static RESULT set_person(struct http_request *request, const struct roster_person *person)
{
	request->role = person->roles;
	return text_copy(person->id, request->who, sizeof request->who);
}

/* Staff is who the roster says, never what the subject field says (PROFILES part 7); anybody else of ours is a subscriber. */
static RESULT by_certificate(struct lra *lra, struct http_request *request,
	uint8_t digest[static 32])
{
	struct cert cert;
	TRY(cert_parse(request->client_certificate, &cert));
	struct err err = check_certificate(lra, &cert, request->now);
	if (err.code == E_CRYPTO)
		return FAIL(E_DENIED, "certificate: signature");
	TRY(err);
	SHA256(request->client_certificate.data, request->client_certificate.len, digest);
	const struct roster_person *person = roster_by_auth(lra->roster, digest);
	if (person == NULL) {
		request->role = ROLE_SUBSCRIBER;
		return OK;
	}
	request->refusal = roster_lapsed(lra->roster, person, request->now);
	TRY(roster_in_force(lra->roster, person, request->now));
	return set_person(request, person);
}

/* ---- from where */

static bool from_browser(const struct http_request *request)
{
	return http_request_header(request, "Sec-Fetch-Site") != NULL ||
	       http_request_header(request, "Sec-Fetch-Mode") != NULL;
}

/* A program with its certificate names no site; a browser does, and with it other people's pages are kept out. */
static RESULT check_origin(const struct lra *lra, struct http_request *request,
	bool has_cookie)
{
	const struct web_origin from = { .method = request->method,
		.sec_fetch_site = http_request_header(request, "Sec-Fetch-Site"),
		.origin = http_request_header(request, "Origin"),
		.host = http_request_header(request, "Host"),
		.own = lra->door == DOOR_COUNTER ? lra->conf->passkey_origin : NULL,
		.program =
			lra->door == DOOR_CARD && !has_cookie && !from_browser(request) };
	return web_guard_is_ours(&from) ? OK : refuse(request, &web_rule_origin);
}

/* ---- by session */

/* R-LOG: whoever shows a token of ours where it is worth nothing, or asks for what is not his to do, leaves a trace. */
static void leave_trace(struct lra *lra, const struct http_request *request,
	const char *person, enum role role, const char *detail)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct lra_call call = { .lra = lra, .now = request->now, .ref = request->ref };
	struct err err = db_begin(lra->db, &tx);
	if (!err_is(err))
		err = lra_audit(&call, tx, AUDIT_ACCESS_REFUSED, person, role,
			request->path, detail);
	if (!err_is(err))
		err = db_commit(&tx);
	if (err_is(err))
		log_err(&request->subject, "refusal not audited", err);
}

/* A deed that carries its own proof shows it to its handler (lra_check_present). */
static RESULT check_fresh(const struct lra *lra, struct http_request *request)
{
	enum web_grave grave = web_guard_grave(request->route);
	bool proves_itself = grave == WEB_SIGNED && lra->door == DOOR_COUNTER;
	return request->fresh || grave == WEB_LIGHT || proves_itself
		       ? OK
		       : refuse(request, &web_rule_step_up);
}

/* The session is worth nothing: then it is as if there was none, which is enough for what is open to everybody. */
static RESULT without(const struct lra *lra, struct http_request *request,
	const struct fault_rule *rule)
{
	bool staff = request->who[0] != 0;
	if (request->route->roles == 0)
		return OK;
	/* Only in a session can somebody log out; a browser shows a certificate whether he is there or not. */
	if (request->role == 0 ||
		(staff && (from_browser(request) || rule == &web_rule_ended)))
		return refuse(request, rule);
	request->fresh =
		web_session_fresh_s(lra, request->connected_at, request->now) > 0;
	return staff ? check_fresh(lra, request) : OK;
}

static RESULT touch(struct lra *lra, const struct http_request *request,
	const struct web_session_row *row)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	/* What a page asks by itself, again and again, does not mean that somebody is there. */
	if (request->now < row->seen_at + TOUCH_EVERY_S || request->route->roles == 0 ||
		http_request_header(request, "X-Inkan-Background") != NULL)
		return OK;
	TRY(db_begin_read_committed(lra->db, &tx));
	TRY(lra_store_touch_session(tx, row->id, request->now));
	return db_commit(&tx);
}

/* A live session, and what this request must show with it. */
static RESULT with(struct lra *lra, struct http_request *request,
	const struct web_session_row *row, const char *token,
	const uint8_t certificate[static 32])
{
	char forms[WEB_TOKEN];
	const struct roster_person *person = roster_person(lra->roster, row->person);
	/* The cookie alone is nothing where the card logged in. */
	if (person == NULL ||
		(lra->door == DOOR_CARD &&
			(strcmp(request->who, row->person) != 0 ||
				memcmp(certificate, row->credential, 32) != 0))) {
		leave_trace(lra, request, row->person, ROLE_LRA_CLERK,
			"{\"by\":\"session\"}");
		return refuse(request, &web_rule_other);
	}
	TRY(web_token_for_forms(token, forms));
	if (web_guard_changes(request->method) &&
		!web_token_equal(forms, http_request_header(request, "X-Inkan-Token"))) {
		leave_trace(lra, request, row->person, ROLE_LRA_CLERK,
			"{\"by\":\"session\"}");
		return refuse(request, &web_rule_token);
	}
	request->fresh = web_session_fresh_s(lra, row->verified_at, request->now) > 0;
	TRY(check_fresh(lra, request));
	request->session = row->id;
	TRY(set_person(request, person));
	struct err err = touch(lra, request, row);
	return err.code == E_STATE ? refuse(request, &web_rule_ended) : err;
}

static bool is_of_door(const struct lra *lra, const struct web_session_row *row)
{
	return strcmp(row->form, lra->door == DOOR_CARD ? "card" : "passkey") == 0;
}

static RESULT by_session(struct lra *lra, struct http_request *request, const char *token,
	const uint8_t certificate[static 32])
{
	uint8_t digest[32];
	struct web_session_row row;
	web_token_digest(token, digest);
	struct err err = lra_store_find_session(lra->db, digest, &row);
	if (err.code == E_NOT_FOUND)
		return without(lra, request, &web_rule_ended);
	TRY(err);
	enum web_life life;
	TRY(web_session_judge(lra, &row, request->now, &life));
	if (life == WEB_LIVE && is_of_door(lra, &row))
		return with(lra, request, &row, token, certificate);
	if (request->route->roles != 0)
		leave_trace(lra, request, row.person, ROLE_LRA_CLERK,
			"{\"by\":\"session\"}");
	return without(lra, request, &web_rule_ended);
}

static RESULT identify(struct lra *lra, struct http_request *request)
{
	uint8_t certificate[32] = { 0 };
	char token[WEB_TOKEN];
	enum web_cookie cookie = web_cookie_find(http_request_header(request, "Cookie"),
		lra_cookie_name(lra->door), token);
	TRY(check_origin(lra, request, cookie != COOKIE_ABSENT));
	if (request->client_certificate.len > 0)
		TRY(by_certificate(lra, request, certificate));
	switch (cookie) {
	case COOKIE_THERE:
		return by_session(lra, request, token, certificate);
	case COOKIE_WRONG:
		return without(lra, request, &web_rule_ended);
	case COOKIE_ABSENT:
		break;
	}
	return without(lra, request, &web_rule_none);
}

RESULT lra_authenticate(void *context, struct http_request *request)
{
	struct lra *lra = context;
	if (!text_starts(request->route->path, "/v1/"))
		return OK; /* signs of life */
	(void)lra_keep_up(lra);
	TRY(identify(lra, request));
	if (request->who[0] == 0 || request->route->roles == 0 ||
		(request->route->roles & request->role) != 0)
		return OK; /* the row refuses who is nobody of ours */
	leave_trace(lra, request, request->who, role_first(request->role),
		"{\"by\":\"role\"}");
	return FAIL(E_DENIED, "role not in the row");
}
