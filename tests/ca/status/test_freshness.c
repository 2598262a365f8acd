#include "ca/status/freshness.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"

static void test_http_date(void)
{
	static const struct {
		const char *time, *want;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT" },
		{ "1994-11-06T08:49:37Z",
			"Sun, 06 Nov 1994 08:49:37 GMT" }, /* RFC 9110 section 5.6.7 */
		{ "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT" },
		{ "2026-11-23T02:08:43Z", "Mon, 23 Nov 2026 02:08:43 GMT" },
		{ "2028-02-29T12:00:00Z", "Tue, 29 Feb 2028 12:00:00 GMT" },
		{ "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[HTTP_DATE];
		int64_t time = 0;
		CHECK_OK(clock_parse(rows[i].time, &time), "%s", rows[i].time);
		http_date(time, text);
		CHECK_TEXT(text, rows[i].want, "%s", rows[i].time);
	}
}

/* proves R-OCSP-09 R-CRL-08 */
static void test_max_age(void)
{
	static const struct {
		int64_t next_update, most, now, want;
	} rows[] = {
		{ 10000, 3600, 0, 3600 },
		{ 3601, 3600, 0, 3600 },
		{ 3600, 3600, 0, 3599 },
		{ 100, 3600, 0, 99 },
		{ 1, 3600, 0, 0 },
		{ 0, 3600, 0, 0 },
		{ 0, 3600, 50, 0 },
		{ 10000, 0, 0, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct freshness freshness = { .next_update = rows[i].next_update,
			.max_age_s = rows[i].most };
		CHECK_INT(freshness_max_age(&freshness, rows[i].now), rows[i].want,
			"row %zu", i);
	}
	/* At every second of a life the answer in a cache is gone before nextUpdate. */
	struct freshness day = { .next_update = DAY - 1, .max_age_s = HOUR };
	for (int64_t now = 0; now < DAY; now++) {
		int64_t age = freshness_max_age(&day, now);
		if (age > 0 && now + age >= day.next_update)
			CHECK(false, "at second %lld", (long long)now);
	}
}

static void test_if_none_match(void)
{
	static const struct {
		const char *header;
		bool want;
	} rows[] = {
		{ NULL, false },
		{ "", false },
		{ "\"a\"", true },
		{ "W/\"a\"", true },
		{ "*", true },
		{ " * ", false },
		{ "\"b\", \"a\"", true },
		{ "\"b\" ,W/\"a\"", true },
		{ "\"ab\"", false },
		{ "a", false },
		{ "\"a", false },
		{ "\"b\",", false },
		{ "\"b\", c, \"a\"", false },
		{ "\"\"", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(freshness_matches(rows[i].header, "\"a\"") == rows[i].want, "%s",
			rows[i].header == NULL ? "(none)" : rows[i].header);
}

static const CU_TestInfo tests[] = {
	{ "HTTP dates", test_http_date },
	{ "max-age", test_max_age },
	{ "If-None-Match", test_if_none_match },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_freshness = { "ca/status/freshness", tests, NULL,
	NULL };
