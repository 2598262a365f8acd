/* The guard of 個人番号: over every route of the table, and what is left of one anywhere. */
#include "lra/guard.h"

#include "common/base/table.h"
#include "lra/routes.h"
#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define NUMBER      "123456789018"
#define SAID(world) buf_text(&(world)->said)

static size_t guard(const char *text, struct faults *faults)
{
	AUTO(json_free) struct json *value = NULL;
	*faults = (struct faults){ .count = 0 };
	if (CHECK_OK(json_parse(blob_text(text), &value), "%s", text))
		lra_guard_json(value, faults);
	return faults->count;
}

/* proves R-IDV-13: free fields refuse, typed fields take a number of their own form and no other */
static void test_fields(void)
{
	/* clang-format off */
	static const struct {
		const char *text, *field; /* NULL: taken */
	} rows[] = {
		{ "{\"reason\":\"his number is " NUMBER "\"}", "reason" },
		{ "{\"a\":[{\"b\":\"1234 5678 9018\"}]}", "a[0].b" },
		{ "[\"x\",\"１２３４－５６７８－９０１８\"]", "[1]" },
		{ "[\"1234\\n5678\\n9018\"]", "[0]" },
		{ "{\"note\":\"\\u0031234-5678-9018\"}", "note" },
		{ "{\"validity\":" NUMBER "}", "validity" },
		{ "{\"" NUMBER "\":1}", "body" },
		{ "{\"a\":{\"" NUMBER "\":1}}", "a" },
		{ "{\"reason\":\"123456789017\"}", NULL },
		{ "{\"subject\":{\"serialNumber\":\"" NUMBER "\"}}", "subject.serialNumber" },
		{ "{\"subject\":{\"organizationIdentifier\":\"NTRJP-" NUMBER "\"}}", NULL },
		{ "{\"subject\":{\"organizationIdentifier\":\"" NUMBER "\"}}", "subject.organizationIdentifier" },
		{ "{\"subject\":{\"organizationName\":\"NTRJP-" NUMBER "\"}}", "subject.organizationName" },
		{ "{\"subject\":[{\"type\":\"organizationIdentifier\",\"value\":\"NTRJP-" NUMBER "\"}]}", NULL },
		{ "{\"subject\":[{\"type\":\"organizationName\",\"value\":\"NTRJP-" NUMBER "\"}]}", "subject[0].value" },
		{ "{\"evidence\":[{\"kind\":\"driverLicence\",\"number\":\"" NUMBER "\"}]}", NULL },
		{ "{\"evidence\":[{\"kind\":\"corporateRegister\",\"number\":\"" NUMBER "\"}]}", NULL },
		{ "{\"evidence\":[{\"kind\":\"driverLicence\",\"number\":\"1234 5678 9018\"}]}", "evidence[0].number" },
		{ "{\"evidence\":[{\"kind\":\"myNumberCard\",\"number\":\"" NUMBER "\"}]}", "evidence[0].number" },
		{ "{\"evidence\":[{\"kind\":\"" NUMBER "\"}]}", "evidence[0].kind" },
		{ "{\"number\":\"" NUMBER "\"}", "number" },
		{ "{\"sha256\":\"0a123456789018b000000000000000000000000000000000000000000000000c\"}", NULL },
	};
	/* clang-format on */
	struct faults faults;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t count = guard(rows[i].text, &faults);
		CHECK_INT(count, rows[i].field != NULL, "%s", rows[i].text);
		if (rows[i].field != NULL)
			CHECK_TEXT(faults.row[0].field, rows[i].field, "%s",
				rows[i].text);
		if (count > 0)
			CHECK(strstr(faults.row[0].detail, "9018") == NULL &&
					strstr(faults.row[0].en,
						"organizationIdentifier") != NULL &&
					strstr(faults.row[0].ja, "専用の欄") != NULL,
				"it is not told again, and where others belong is");
	}
}

/* What is inside Base64 is read too: a statement may not carry what its fields may not. */
static void test_decoded(void)
{
	/* clang-format off */
	static const struct {
		const char *inner;
		bool want;
	} rows[] = {
		{ "{\"content\":{\"requester\":\"" NUMBER "\"}}", true },
		{ "{\"text\":\"O=Mirai, organizationIdentifier=NTRJP-" NUMBER ", CN=x\"}", false },
		{ "{\"text\":\"O=Mirai, organizationIdentifier=NTRJP-" NUMBER ", CN=" NUMBER "\"}", true },
		{ "{\"text\":\"enrol passkey: sato 1684 2913 0385 88f3 716f\"}", false },
		{ "{\"text\":\"enrol passkey: sato 1684 2913 0385\"}", true },
		{ "{\"content\":{\"reason\":\"sato 1684 2913 0385 88f3 716f\"}}", true },
		{ "{\"content\":{\"reason\":\"=NTRJP-" NUMBER "\"}}", true },
		{ "{\"content\":{\"reason\":\"good\"}}", false },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf body = BUF(1024);
		struct faults faults;
		CHECK_OK(buf_append_text(&body, "{\"statement\":\""), "body");
		CHECK_OK(base64_append(&body, blob_text(rows[i].inner)), "body");
		CHECK_OK(buf_append_text(&body, "\"}"), "body");
		CHECK_INT(guard(buf_text(&body), &faults), rows[i].want, "%s",
			rows[i].inner);
	}
}

/*
 * Routes whose body is no JSON, and what keeps the numbers out there. A new one has to be thought about. Scans of papers are
 * never parsed: they are sealed as they are, and which papers are scanned, and what of them, the checklist says.
 */
static const char *const bytes_routes[] = {
	"/v1/applications/{receipt}/evidence/{sha256}",
	"/v1/imports", /* each cell is looked at, and the number is not kept: tests/flow/bulk.sh */
};

static bool takes_bytes(const struct http_route *route)
{
	for (size_t i = 0; i < COUNT(bytes_routes); i++)
		if (strcmp(bytes_routes[i], route->path) == 0)
			return true;
	return false;
}

/* "/v1/applications/{receipt}/pin" with values in it. */
static void fill_path(const char *pattern, const char *receipt, char *out, size_t size)
{
	size_t len = 0;
	out[0] = 0;
	while (*pattern != 0 && len + 1 < size) {
		const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
		if (end == NULL) {
			out[len++] = *pattern++;
			out[len] = 0;
			continue;
		}
		len += (size_t)snprintf(out + len, size - len, "%s",
			strncmp(pattern, "{receipt}", 9) == 0 ? receipt : "x");
		pattern = end + 1;
	}
}

/* In whichever way it was written; four digits alone may be part of a reference. */
static bool says_number(const struct lra_world *world)
{
	static const char *const ends[] = { "56789018", "5678 9018", "5678-9018",
		"5678\\n9018", "5678%209018" };
	for (size_t i = 0; i < COUNT(ends); i++)
		if (outside_said(&world->said, ends[i]))
			return true;
	return false;
}

static void check_refused(struct lra_world *world, int status,
	const struct http_route *route)
{
	CHECK_INT(status, err_kind(E_POLICY)->http_status, "%s %s: %s", route->method,
		route->path, SAID(world));
	CHECK(outside_said(&world->said, "\"personalNumber\"") && !says_number(world),
		"%s %s: %s", route->method, route->path, SAID(world));
}

static const char *someone(const struct http_route *route)
{
	return route->roles == 0 || (route->roles & CLERK) != 0 ? "sato-auth"
	       : (route->roles & APPROVER) != 0                 ? "suzuki-auth"
	       : (route->roles & ROLE_LRA_ADMIN) != 0           ? "kanri-auth"
								: "mieru-auth";
}

static void check_route(struct lra_world *world, const struct http_route *route,
	const char *receipt)
{
	static const char *const bodies[] = { "{\"reason\":\"" NUMBER "\"}",
		"{\"subject\":{\"commonName\":\"1234 5678\\n9018\"}}",
		"{\"any\":[[\"１２３４‐５６７８‐９０１８\"]]}" };
	char path[256], query[300];
	fill_path(route->path, receipt, path, sizeof path);
	snprintf(query, sizeof query, "%s?q=1234%%205678-9018", path);
	if (strcmp(route->method, "GET") == 0) {
		check_refused(world,
			lra_world_curl(world, someone(route), "GET", query, NULL), route);
		return;
	}
	if (route->media == MEDIA_BYTES || takes_bytes(route)) {
		CHECK(takes_bytes(route), "%s %s: what guards it?", route->method,
			route->path);
		return;
	}
	for (size_t i = 0; i < COUNT(bodies); i++)
		check_refused(world,
			lra_world_curl(world, someone(route), route->method, path,
				bodies[i]),
			route);
}

/* A good form with the number in one place of it. */
static void check_forms(struct lra_world *world)
{
	static const char *const places[] = { "\"commonName\": \"",
		"\"organizationName\": \"", "\"surname\": \"", "\"employeeNumber\": \"",
		"\"idempotencyKey\": \"", "\"acceptedBy\": \"", "\"means\": \"",
		"\"mailboxes\": [ \"" };
	AUTO(buf_clear) struct buf form = outside_read(&world->outside, "handover.json");
	for (size_t i = 0; i < COUNT(places); i++) {
		AUTO(buf_clear) struct buf body = BUF(1 << 16);
		const char *at = strstr(buf_text(&form), places[i]);
		if (!CHECK(at != NULL, "%s", places[i]))
			return;
		at += strlen(places[i]);
		CHECK_OK(buf_append(&body,
				 blob_make(form.data, (size_t)(at - buf_text(&form)))),
			"body");
		CHECK_OK(buf_append_text(&body, NUMBER " "), "body");
		CHECK_OK(buf_append_text(&body, at), "body");
		CHECK_INT(lra_world_curl(world, "sato-auth", "POST", "/v1/applications",
				  buf_text(&body)),
			err_kind(E_POLICY)->http_status, "%s: %s", places[i],
			SAID(world));
	}
	CHECK_INT(outside_run(&world->outside, &world->said,
			  "openssl req -new -key own.key -subj '/CN=" NUMBER
			  "' -config empty.cnf -out bad.csr && sed -n p csr.json "
			  ">bad.json"),
		0, "a request that asks for the number");
	CHECK_INT(lra_world_run(world, "sato", "apply bad.json --csr bad.csr"), 1,
		"refused, too: %s", SAID(world));
	CHECK(outside_said(&world->said, "key.csr"), "and named: %s", SAID(world));
}

/* Nothing that parses, and a number in it: the error quotes nothing. */
static void check_malformed(struct lra_world *world)
{
	CHECK_INT(lra_world_curl(world, "sato-auth", "POST", "/v1/applications",
			  "{\"a\": " NUMBER NUMBER "}"),
		400, "too large a number");
	CHECK_INT(lra_world_curl(world, "sato-auth", "POST", "/v1/applications",
			  "{\"a\" " NUMBER "}"),
		400, "no JSON");
	CHECK_INT(lra_world_curl(world, "sato-auth", "POST", "/v1/applications",
			  "{\"" NUMBER "\": 1, \"" NUMBER "\": 1}"),
		400, "a name twice");
}

/* Whether any file of the folder, and the whole registry as text or as hexadecimal bytes, holds it. */
static void check_nowhere(struct lra_world *world)
{
	CHECK_INT(outside_run(&world->outside, &world->said,
			  "pg_dump '%s' >dump && test $(wc -c <dump) -gt 10000",
			  postgres_conninfo(NULL)),
		0, "the registry: %s", SAID(world));
	CHECK_INT(outside_run(&world->outside, &world->said,
			  "grep -acE '123456789018|1234.{1,3}5678.{1,3}9018|"
			  "313233343536373839303138|1234.205678' dump lra.log"),
		1, "nowhere in registry and log: %s", SAID(world));
	CHECK_INT(outside_run(&world->outside, &world->said,
			  "grep -c personalNumber lra.log"),
		0, "but that it was refused stands in the log");
}

/* proves R-IDV-13 R-LOG-06: no route takes one, whatever it is for, and none is kept, logged or told again */
static void test_every_route(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	struct http_route *routes = NULL;
	size_t count = 0;
	if (!CHECK(world.good, "the LRA serves") ||
		!CHECK_OK(lra_routes_join(&routes, &count), "routes"))
		return;
	char receipt[24];
	const char *made = lra_world_apply(&world, "handover.json");
	snprintf(receipt, sizeof receipt, "%s", made == NULL ? "" : made);
	for (size_t i = 0; i < count; i++)
		if (routes[i].roles != 0 || strcmp(routes[i].method, "GET") != 0)
			check_route(&world, &routes[i], receipt);
	free(routes);
	check_forms(&world);
	check_malformed(&world);
	check_nowhere(&world);
}

/* proves R-IDV-10: a licence's number is kept where it belongs */
static void test_typed_number(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	const char *made = lra_world_apply(&world, "handover.json");
	snprintf(receipt, sizeof receipt, "%s", made == NULL ? "" : made);
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "sed 's/\"personnelRegister\"/\"driverLicence\", \"number\": "
			  "\"" NUMBER "\"/' papers.json >licence.json; "
			  "sed 's/" NUMBER "/30123/' licence.json >wrong.json"),
		0, "papers");
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s wrong.json", receipt), 1,
		"of another form: %s", SAID(&world));
	CHECK(outside_said(&world.said, "evidence[0].number"), "named: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s licence.json", receipt), 0,
		"taken: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT number FROM evidence"), NUMBER, "in its column");
	CHECK_INT(lra_world_run(&world, "sato", "show %s", receipt), 0, "shown");
	CHECK(outside_said(&world.said, "\"number\": \"" NUMBER "\""), "with it: %s",
		SAID(&world));
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "fields", test_fields },
	{ "what is encoded", test_decoded },
	{ "every route", test_every_route },
	{ "a number in its own field", test_typed_number },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_guard = { "lra/guard", tests, NULL, NULL };
