/* The browser's door without a network: cookies, tokens, where a request comes from, and what sessions are worth. */
#include <stdlib.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"
#include "lra/routes.h"
#include "lra/web_guard.h"
#include "lra/web_session.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

#define T64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void test_cookies(void)
{
	static const struct {
		const char *header;
		enum web_cookie want;
	} rows[] = {
		{ NULL, COOKIE_ABSENT },
		{ "", COOKIE_ABSENT },
		{ "a=b; c=d", COOKIE_ABSENT },
		{ "__Host-inkan=" T64, COOKIE_THERE },
		{ "a=b; __Host-inkan=" T64 "; c=d", COOKIE_THERE },
		{ "a=b;__Host-inkan=" T64, COOKIE_THERE },
		{ "__Host-inkan-card=" T64, COOKIE_ABSENT },
		{ "x__Host-inkan=" T64, COOKIE_ABSENT },
		{ "__host-inkan=" T64, COOKIE_ABSENT },
		{ "__Host-inkan", COOKIE_ABSENT },
		{ "__Host-inkan=", COOKIE_WRONG },
		{ "__Host-inkan=short", COOKIE_WRONG },
		{ "__Host-inkan=" T64 "0", COOKIE_WRONG },
		{ "__Host-inkan=\"" T64 "\"", COOKIE_WRONG },
		{ "__Host-inkan=0011223344556677889"
		  "9AABBCCDDEEFF00112233445566778899aabbccddeeff",
			COOKIE_WRONG },
		{ "__Host-inkan=" T64 "; __Host-inkan=" T64, COOKIE_WRONG },
		{ ";;; ; __Host-inkan=" T64 ";;", COOKIE_THERE },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[WEB_TOKEN] = "untouched";
		CHECK_INT(web_cookie_find(rows[i].header, "__Host-inkan", out),
			rows[i].want, "%s", rows[i].header);
		CHECK_TEXT(out, rows[i].want == COOKIE_THERE ? T64 : "untouched", "%s",
			rows[i].header);
	}
}

static void test_cookie_flags(void)
{
	struct http_response response = { .file_fd = -1 };
	CHECK_OK(web_cookie_set(&response, "__Host-inkan", T64), "set");
	CHECK_OK(web_cookie_set(&response, "__Host-inkan", NULL), "taken away");
	CHECK_TEXT(response.header[0].name, "Set-Cookie", "the header");
	CHECK_TEXT(response.header[0].value,
		"__Host-inkan=" T64 "; Path=/; Secure; HttpOnly; SameSite=Strict",
		"every flag, no domain, no age");
	CHECK_TEXT(response.header[1].value,
		"__Host-inkan=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
		"gone at once");
}

static void test_tokens(void)
{
	char one[WEB_TOKEN], two[WEB_TOKEN], forms[WEB_TOKEN], again[WEB_TOKEN];
	uint8_t digest[32], want[32];
	if (!CHECK_OK(web_token_new(one), "one") || !CHECK_OK(web_token_new(two), "two"))
		return;
	CHECK_INT(strlen(one), WEB_TOKEN - 1, "256 bits");
	CHECK(strcmp(one, two) != 0, "never the same");
	CHECK_OK(web_token_for_forms(one, forms), "for forms");
	CHECK(!web_token_equal(one, forms), "another one than the cookie's");
	CHECK_OK(web_token_for_forms(one, again), "again");
	CHECK(web_token_equal(forms, again), "the same for the same session");
	CHECK_OK(web_token_for_forms(two, again), "of another");
	CHECK(!web_token_equal(forms, again), "another for another session");
	CHECK(!web_token_equal(forms, NULL) && !web_token_equal(NULL, NULL) &&
			!web_token_equal(forms, "") && web_token_equal("", ""),
		"absent is not equal");
	/* printf %s T64 | openssl dgst -sha256 -mac hmac -macopt ... is the outside judge of the derivation. */
	FILE *pipe = popen("printf 'inkan: token for forms' | openssl dgst -sha256 -hmac "
			   "'" T64 "' | sed 's/.* //'",
		"r");
	char line[80] = "";
	if (CHECK(pipe != NULL && fgets(line, sizeof line, pipe) != NULL, "openssl")) {
		line[strcspn(line, "\n")] = 0;
		CHECK_OK(web_token_for_forms(T64, forms), "for forms");
		CHECK_TEXT(forms, line, "HMAC-SHA-256, as openssl says");
	}
	if (pipe != NULL)
		pclose(pipe);
	web_token_digest("abc", digest);
	AUTO(buf_clear)
	struct buf known = check_unhex(
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	memcpy(want, known.data, 32);
	CHECK(memcmp(digest, want, 32) == 0, "SHA-256 of the text (FIPS 180-2)");
}

#define OWN "https://lra.example:8443"

/* Every combination that a browser, a foreign page or a program can make. */
static void test_origin(void)
{
	static const struct {
		const char *method, *site, *origin, *host, *own;
		bool program, want;
	} rows[] = {
		/* A page of ours. */
		{ "GET", "same-origin", NULL, "lra.example:8443", OWN, false, true },
		{ "POST", "same-origin", OWN, "lra.example:8443", OWN, false, true },
		{ "POST", "same-origin", OWN, "lra.example:8443", NULL, false, true },
		{ "POST", NULL, OWN, "lra.example:8443", NULL, false, true },
		{ "POST", "same-origin", NULL, "lra.example:8443", OWN, false, true },
		/* Typed into the address line: may look, not change. */
		{ "GET", "none", NULL, "lra.example:8443", OWN, false, true },
		{ "HEAD", "none", NULL, "lra.example:8443", OWN, false, true },
		{ "POST", "none", NULL, "lra.example:8443", OWN, false, false },
		/* Another site's page, or the same host at another port. */
		{ "GET", "cross-site", NULL, "lra.example:8443", OWN, false, false },
		{ "POST", "cross-site", "https://evil.example", "lra.example:8443", OWN,
			false, false },
		{ "POST", "same-site", "https://lra.example:9", "lra.example:8443", OWN,
			false, false },
		{ "GET", "same-site", NULL, "lra.example:8443", OWN, false, false },
		{ "POST", NULL, "https://evil.example", "lra.example:8443", NULL, false,
			false },
		{ "POST", NULL, "null", "lra.example:8443", OWN, false, false },
		{ "POST", "same-origin", "https://evil.example", "evil.example", OWN,
			false, false },
		{ "POST", NULL, "http://lra.example:8443", "lra.example:8443", NULL,
			false, false },
		{ "POST", NULL, "https://lra.example:8443.evil", "lra.example:8443", NULL,
			false, false },
		{ "POST", NULL, "https://lra.example:8443", NULL, NULL, false, false },
		{ "GET", NULL, "https://evil.example", "lra.example:8443", OWN, true,
			false },
		{ "POST", "cross-site", NULL, "lra.example:8443", OWN, true, false },
		{ "DELETE", "bogus", NULL, "lra.example:8443", OWN, true, false },
		/* Nothing said: a program may, whatever has a session may not. */
		{ "POST", NULL, NULL, "lra.example:8443", OWN, true, true },
		{ "POST", NULL, NULL, "lra.example:8443", OWN, false, false },
		{ "PUT", NULL, NULL, "lra.example:8443", NULL, false, false },
		{ "GET", NULL, NULL, "lra.example:8443", OWN, false, true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct web_origin from = { rows[i].method, rows[i].site,
			rows[i].origin, rows[i].host, rows[i].own, rows[i].program };
		CHECK_INT(web_guard_is_ours(&from), rows[i].want,
			"row %zu: %s site %s origin %s", i, rows[i].method, rows[i].site,
			rows[i].origin);
	}
}

/*
 * Each deed of the table is a route, once; approve, revoke, hand over, PIN and letters, and whatever takes people's data out of
 * the counter are in it (UX part 4). By passkey, what is signed needs no other proof, and nothing else goes without.
 */
static void test_step_up_table(void)
{
	static const struct {
		const char *method, *path;
		enum web_grave want;
	} rows[] = {
		{ "POST", "/v1/applications/{receipt}/decisions", WEB_SIGNED },
		{ "POST", "/v1/revocations", WEB_SIGNED },
		{ "POST", "/v1/passkeys/{id}/decisions", WEB_SIGNED },
		{ "POST", "/v1/applications/{receipt}/delivery", WEB_GRAVE },
		{ "POST", "/v1/applications/{receipt}/pin", WEB_GRAVE },
		{ "POST", "/v1/papers", WEB_GRAVE },
		{ "GET", "/v1/ledger", WEB_GRAVE },
		{ "GET", "/v1/applications/{receipt}/archive-key", WEB_GRAVE },
		{ "GET", "/v1/applications/{receipt}/sealed/{sha256}", WEB_GRAVE },
		{ "POST", "/v1/applications/{receipt}/destruction", WEB_GRAVE },
		{ "POST", "/v1/applications/{receipt}/destruction/approval", WEB_GRAVE },
		{ "POST", "/v1/enrolment-codes", WEB_GRAVE },
		{ "GET", "/v1/applications", WEB_LIGHT },
		{ "POST", "/v1/applications", WEB_LIGHT },
		{ "POST", "/v1/session/step-up", WEB_LIGHT },
	};
	struct http_route *routes = NULL;
	size_t count, found = 0, named = 0;
	if (!CHECK_OK(lra_routes_join(&routes, &count), "routes"))
		return;
	for (size_t i = 0; i < count; i++) {
		found += web_guard_grave(&routes[i]) != WEB_LIGHT;
		for (size_t j = 0; j < COUNT(rows); j++)
			if (strcmp(routes[i].path, rows[j].path) == 0 &&
				strcmp(routes[i].method, rows[j].method) == 0)
				CHECK_INT(web_guard_grave(&routes[i]), rows[j].want,
					"%s %s", rows[j].method, rows[j].path);
	}
	for (const struct web_step_up *row = web_step_ups; row->method != NULL; row++)
		named++;
	CHECK_INT(found, named, "every row names a route, once");
	free(routes);
}

/* ---- sessions in the registry */

static const char roster_text[] =
	"lras = ( { id = \"LRA-1\"; name = \"x\"; validityMax = \"9 d\"; validFrom = "
	"\"2020-01-01T00:00:00Z\"; validUntil = \"2090-01-01T00:00:00Z\"; } );\n"
	"people = ( { id = \"sato\"; name = \"s\"; lra = \"LRA-1\"; roles = [ %s ]; "
	"authCertificate = \"" T64 "\"; validFrom = \"2020-01-01T00:00:00Z\"; "
	"validUntil = \"2027-01-15T08:20:00Z\"; } );\n"
	"components = ();\n";

enum { NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */

static const struct lra_conf conf = { .id = "lra",
	.roster = "build/no-such-roster.cfg", /* read by the tests themselves */
	.session_idle_s = 900,
	.session_length_s = 32400,
	.session_step_up_s = 300 };

static bool load_roster(struct lra *lra, const char *roles)
{
	char path[] = "/tmp/inkan-roster-XXXXXX", text[800];
	struct conf_faults faults = { .count = 0 };
	int fd = mkstemp(path);
	int len = snprintf(text, sizeof text, roster_text, roles);
	bool good = fd >= 0 && write(fd, text, (size_t)len) == len;
	roster_free(lra->roster);
	lra->roster = NULL;
	good = good &&
	       CHECK_OK(roster_load(path, &lra->roster, &faults), "%s", faults.text[0]);
	if (fd >= 0)
		close(fd);
	unlink(path);
	return good;
}

static void lra_clear(struct lra *lra)
{
	roster_free(lra->roster);
	db_close(lra->db);
}
AUTO_DEFINE_HELD(struct lra, lra_clear)

static struct lra open_lra(void)
{
	const struct db_stmt_list lists[] = { lra_web_session_stmts,
		audit_store_writing };
	struct lra lra = { .conf = &conf };
	postgres_fresh();
	if (!load_roster(&lra, "\"lraClerk\"") ||
		!CHECK_OK(db_open(postgres_conninfo("inkan_lra"), lists, COUNT(lists),
				  &lra.db),
			"every statement fits the schema"))
		return lra;
	return lra;
}

static enum web_life life_of(const struct lra *lra, const struct web_session_row *row,
	int64_t now)
{
	enum web_life life = WEB_LIFE_COUNT;
	CHECK_OK(web_session_judge(lra, row, now, &life), "judged");
	return life;
}

static const uint8_t card[32] = { 1, 2, 3 };

static struct lra_call call_at(struct lra *lra, int64_t now)
{
	return (struct lra_call){ .lra = lra,
		.person = roster_person(lra->roster, "sato"),
		.now = now,
		.ref = "test" };
}

/* proves R-ACC-06: idle and absolute ends, one active session, an end that is for ever; the token is nowhere in the registry */
static void test_sessions(void)
{
	AUTO(lra_clear) struct lra lra = open_lra();
	struct web_session_row row, found;
	char first[WEB_TOKEN], second[WEB_TOKEN], third[WEB_TOKEN];
	uint8_t digest[32];
	if (lra.db == NULL)
		return;
	struct lra_call call = call_at(&lra, NOW);
	if (!CHECK_OK(web_session_open(&call, "card", card, &row, first), "login"))
		return;
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM web_session WHERE "
				"web_session::text LIKE '%%%s%%'",
			   first),
		"0", "the token is not kept");
	CHECK_TEXT(postgres_sql("SELECT token_sha256 = sha256('%s') FROM web_session",
			   first),
		"t", "its digest is");
	web_token_digest(first, digest);
	CHECK_OK(lra_store_find_session(lra.db, digest, &found), "found");
	CHECK(found.id == row.id && found.ends_at == NOW + 32400 &&
			found.seen_at == NOW && found.verified_at == NOW &&
			memcmp(found.credential, card, 32) == 0,
		"as it was made");
	CHECK_TEXT(found.person, "sato", "whose");
	CHECK_TEXT(found.roles, "lraClerk", "what he may");
	CHECK_INT(life_of(&lra, &found, NOW + 899), WEB_LIVE, "still");
	CHECK_INT(life_of(&lra, &found, NOW + 900), WEB_IDLE, "15 minutes");
	CHECK_INT(web_session_fresh_s(&lra, NOW, NOW + 299), 1, "fresh");
	CHECK_INT(web_session_fresh_s(&lra, NOW, NOW + 300), 0, "not any more");
	found.seen_at = NOW + 32399;
	CHECK_INT(life_of(&lra, &found, NOW + 32400), WEB_TIME, "nine hours");

	call.now = NOW + 60;
	CHECK_OK(web_session_verify(&call, &row, second), "step-up");
	CHECK_ERR(lra_store_find_session(lra.db, digest, &found), E_NOT_FOUND,
		"the first token is worth nothing");
	web_token_digest(second, digest);
	CHECK_OK(lra_store_find_session(lra.db, digest, &found), "the second is");
	CHECK(found.id == row.id && found.verified_at == NOW + 60 &&
			found.ends_at == NOW + 32400,
		"the same session, with the same end");

	CHECK_OK(web_session_open(&call, "passkey", card, &row, third), "login again");
	CHECK_OK(lra_store_find_session(lra.db, digest, &found), "the first one");
	CHECK_INT(life_of(&lra, &found, NOW + 61), WEB_ENDED, "has ended");
	CHECK_ERR(web_session_verify(&call, &found, second), E_STATE, "for ever");
	CHECK_ERR(web_session_end(&call, &found, "logout"), E_STATE, "once");
	CHECK_OK(web_session_end(&call, &row, "logout"), "logout");
	CHECK_TEXT(postgres_sql("SELECT string_agg(event, ' ' ORDER BY id) FROM "
				"audit_event"),
		"sessionOpened sessionVerified sessionOpened sessionEnded",
		"each has its audit row");
}

static void test_registry_guards(void)
{
	static const char *const tried[] = {
		"UPDATE web_session SET ended_at = NULL, ended_by = NULL",
		"UPDATE web_session SET person = 'other'",
		"UPDATE web_session SET ends_at = ends_at + interval '1 hour'",
		"UPDATE web_session SET roles = 'auditor'",
		"DELETE FROM web_session",
	};
	AUTO(lra_clear) struct lra lra = open_lra();
	struct web_session_row row;
	char token[WEB_TOKEN];
	if (lra.db == NULL)
		return;
	struct lra_call call = call_at(&lra, NOW);
	CHECK_OK(web_session_open(&call, "card", card, &row, token), "login");
	CHECK_OK(web_session_end(&call, &row, "logout"), "logout");
	for (size_t i = 0; i < COUNT(tried); i++)
		CHECK_TEXT(
			postgres_sql("DO $$ BEGIN %s; PERFORM set_config('t.t', "
				     "'done', false); EXCEPTION WHEN raise_exception "
				     "THEN PERFORM set_config('t.t', 'refused', false); "
				     "END $$; SELECT current_setting('t.t')",
				tried[i]),
			"refused", "%s", tried[i]);
}

/* proves R-ACC-05: whoever loses his role, or his time, has no session any more */
static void test_roster(void)
{
	AUTO(lra_clear) struct lra lra = open_lra();
	struct web_session_row row;
	char token[WEB_TOKEN];
	if (lra.db == NULL)
		return;
	struct lra_call call = call_at(&lra, NOW);
	CHECK_OK(web_session_open(&call, "card", card, &row, token), "login");
	CHECK_INT(life_of(&lra, &row, NOW + 1), WEB_LIVE, "live");
	row.seen_at = NOW + 1200;
	CHECK_INT(life_of(&lra, &row, NOW + 1200), WEB_LIVE, "to the last");
	CHECK_INT(life_of(&lra, &row, NOW + 1201), WEB_ROSTER,
		"his appointment ends at twenty past");
	CHECK(load_roster(&lra, "\"lraClerk\", \"lraApprover\""), "one role more");
	CHECK_INT(life_of(&lra, &row, NOW + 1), WEB_ROSTER, "other roles");
	CHECK(load_roster(&lra, "\"lraClerk\""), "as it was");
	CHECK_INT(life_of(&lra, &row, NOW + 1), WEB_LIVE, "live");
	CHECK_OK(web_session_sweep(&call), "nothing to sweep");
	CHECK(load_roster(&lra, "\"auditor\""), "another role");
	CHECK_OK(web_session_sweep(&call), "swept");
	CHECK_TEXT(postgres_sql("SELECT ended_by FROM web_session"), "roster", "and why");
	CHECK_TEXT(postgres_sql("SELECT actor || ' ' || role || ' ' || detail FROM "
				"audit_event WHERE event = 'sessionEnded'"),
		"sato lraClerk {\"why\":\"roster\"}", "and the trace");
	CHECK(load_roster(&lra, "\"lraClerk\""), "as it was");
	uint8_t digest[32];
	web_token_digest(token, digest);
	CHECK_OK(lra_store_find_session(lra.db, digest, &row), "the session");
	CHECK_INT(life_of(&lra, &row, NOW + 1), WEB_ENDED,
		"does not come back with the role");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "cookies", test_cookies },
	{ "cookie flags", test_cookie_flags },
	{ "tokens", test_tokens },
	{ "origin", test_origin },
	{ "step-up table", test_step_up_table },
	{ "sessions", test_sessions },
	{ "registry guards", test_registry_guards },
	{ "roster", test_roster },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_web = { "lra/web", tests, NULL, NULL };
