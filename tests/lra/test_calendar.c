/* Calendars of ends: lines as RFC 5545 folds them, and the secret address that shows receipt numbers and can do nothing. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/calendar.h"

#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

static void test_text(void)
{
	static const struct {
		const char *name, *page, *want;
		int64_t not_after;
	} rows[] = {
		{ "the last second of a day in Japan", "",
			"DTSTART;VALUE=DATE:20270112\r\n", 1799765999 },
		{ "a second later", "", "DTSTART;VALUE=DATE:20270113\r\n", 1799766000 },
		{ "a case's page", "https://lra.example:8443",
			"URL:https://lra.example:8443/#/case/A26-000001-0\r\n",
			1799766000 },
		{ "a long address is folded",
			"https://registration.office.of.the.bank.example:8443",
			"URL:https://registration.office.of.the.bank.example:8443/#/case/"
			"A26-000001-\r\n 0\r\n",
			1799766000 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf out = BUF(4096);
		const struct calendar_entry entry = { "A26-000001-0", rows[i].not_after };
		CHECK_OK(calendar_begin(&out), "%s", rows[i].name);
		CHECK_OK(calendar_put(&entry, "LRA-0001", rows[i].page, 1795424923, &out),
			"%s", rows[i].name);
		CHECK_OK(calendar_end(&out), "%s", rows[i].name);
		CHECK(strstr(buf_text(&out), rows[i].want) != NULL, "%s: %s",
			rows[i].name, buf_text(&out));
		CHECK(strstr(buf_text(&out), "DTSTAMP:20261123T090843Z\r\n") != NULL,
			"%s", buf_text(&out));
		for (const char *line = buf_text(&out); *line != 0;) {
			const char *end = strstr(line, "\r\n");
			if (!CHECK(end != NULL && end - line <= 75, "%s: a line of 75",
				    rows[i].name))
				break;
			CHECK(text_is_utf8(blob_make(line, (size_t)(end - line))),
				"%s: no character is cut", rows[i].name);
			line = end + 2;
		}
	}
}

static int get(struct lra_world *world, const char *path)
{
	return lra_world_curl(world, "sato-auth", "GET", path, NULL);
}

/* Ranges, and what ends in them. */
static void test_expiring(void)
{
	static const struct {
		const char *query;
		int status;
		const char *says;
	} rows[] = {
		{ "", 200, "\"certificates\": []" },
		{ "?month=2027-02", 200, "\"to\": \"2027-02-28\"" },
		{ "?month=2027-12", 200, "\"to\": \"2027-12-31\"" },
		{ "?from=2027-01-15&to=2027-01-15", 200, "\"to\": \"2027-01-15\"" },
		{ "?month=2027-13", 400, "" },
		{ "?month=2027", 400, "" },
		{ "?from=2027-01-15", 400, "" },
		{ "?from=2027-01-15&to=2027-01-14", 400, "" },
		{ "?from=2027-01-15&to=2029-01-15", 400, "" },
		{ "?month=2027-01&from=2027-01-15&to=2027-01-16", 400, "" },
		{ "?after=x", 400, "" },
	};
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char path[96], receipt[24];
	if (!CHECK(world.good, "the LRA serves"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(path, sizeof path, "/v1/expiring%s", rows[i].query);
		CHECK_INT(get(&world, path), rows[i].status, "%s: %s", path,
			SAID(&world));
		CHECK(outside_said(&world.said, rows[i].says), "%s: %s", path,
			SAID(&world));
	}
	const char *made = lra_world_apply(&world, "csr.json");
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	if (!CHECK(lra_world_submit(&world, receipt), "approved"))
		return;
	lra_world_verify(receipt);
	if (!CHECK(lra_world_issue(&world, receipt, "holder"), "issued: %s",
		    SAID(&world)))
		return;
	const char *end = postgres_sql("SELECT to_char(not_after AT TIME ZONE interval "
				       "'+09:00', 'YYYY-MM-DD') FROM certificate");
	snprintf(path, sizeof path, "/v1/expiring?from=%.10s&to=%.10s", end, end);
	CHECK_INT(get(&world, path), 200, "%s", SAID(&world));
	CHECK(outside_said(&world.said, "\"certificates\": []"), "nobody uses it yet");
	postgres_sql("ALTER TABLE application DISABLE TRIGGER USER;"
		     "UPDATE application SET state = 'accepted';"
		     "ALTER TABLE application ENABLE TRIGGER USER");
	CHECK_INT(get(&world, path), 200, "%s", SAID(&world));
	CHECK(outside_said(&world.said, receipt), "it ends that day: %s", SAID(&world));
	CHECK(outside_said(&world.said, "\"count\": 1"), "one: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "expiring"), 1, "not in this month: %s",
		SAID(&world));
}

/* An address: shown once, ended by its owner or by the next one; wrong ones are all the same. */
static void test_address(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char first[128], second[128];
	if (!CHECK(world.good, "the LRA serves"))
		return;
	CHECK_INT(get(&world, "/v1/calendar-address"), 200, "%s", SAID(&world));
	CHECK(!outside_said(&world.said, "createdAt"), "none: %s", SAID(&world));
	for (int i = 0; i < 2; i++) {
		char *path = i == 0 ? first : second;
		CHECK_INT(lra_world_curl(&world, "sato-auth", "POST",
				  "/v1/calendar-address", "{}"),
			200, "made: %s", SAID(&world));
		const char *at = strstr(SAID(&world), "/v1/calendar/");
		if (!CHECK(at != NULL, "its path: %s", SAID(&world)))
			return;
		snprintf(path, sizeof first, "%.*s", (int)strcspn(at, "\""), at);
		CHECK_INT(get(&world, path), 200, "fetched: %s", SAID(&world));
		CHECK(outside_said(&world.said, "BEGIN:VCALENDAR"), "%s", SAID(&world));
	}
	CHECK_INT(get(&world, first), 403, "the older one ended: %s", SAID(&world));
	CHECK_INT(get(&world, "/v1/calendar/0000"), 403, "a wrong one: %s", SAID(&world));
	CHECK(outside_said(&world.said, "calendar.ended"), "in words: %s", SAID(&world));
	CHECK_INT(get(&world, "/v1/calendar-address"), 200, "%s", SAID(&world));
	CHECK(outside_said(&world.said, "usedAt"), "it was used: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM calendar_address WHERE "
				"encode(token_sha256, 'hex') IN ('%s', '%s')",
			   first + strlen("/v1/calendar/"),
			   second + strlen("/v1/calendar/")),
		"0", "the registry does not have the address itself");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", "/v1/calendar-address/end",
			  "{}"),
		200, "ended: %s", SAID(&world));
	CHECK_INT(get(&world, second), 403, "%s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT string_agg(event, ' ' ORDER BY id) FROM "
				"audit_event WHERE event LIKE 'calendar%%'"),
		"calendarOpened calendarClosed calendarOpened calendarClosed",
		"each on record");
}

static const CU_TestInfo tests[] = {
	{ "text", test_text },
	{ "expiring", test_expiring },
	{ "address", test_address },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_calendar = { "lra/calendar", tests, NULL, NULL };
