#include "ca/quota.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"

static const char folder[] = "build/test-quota";
static struct quota *quota;

static void open_again(void)
{
	quota_close(quota);
	quota = NULL;
	CHECK_OK(quota_open(folder, &quota), "open");
}

static void set_up(void)
{
	unlink("build/test-quota/data.mdb");
	unlink("build/test-quota/lock.mdb");
	mkdir(folder, 0700);
	open_again();
}

static void tear_down(void)
{
	quota_close(quota);
	quota = NULL;
}

static int64_t at(const char *text)
{
	int64_t time = 0;
	CHECK_OK(clock_parse(text, &time), "%s", text);
	return time;
}

static bool take(const char *lra, uint8_t order, const char *time, int64_t *used)
{
	uint8_t digest[32] = { order };
	bool granted = false;
	CHECK_OK(quota_take(quota, lra, 2, digest, at(time), &granted, used), "take");
	return granted;
}

/* proves R-LRA-02: so many in a month, exactly at its borders, each LRA for itself, the same order once */
static void test_counting(void)
{
	/* clang-format off */
	static const struct { const char *what, *lra; uint8_t order; const char *time; bool granted; int64_t used; } rows[] = {
		{ "the first",                    "LRA-1", 1, "2026-11-01T00:00:00Z", true,  1 },
		{ "the first again",              "LRA-1", 1, "2026-11-02T00:00:00Z", true,  1 },
		{ "the second",                   "LRA-1", 2, "2026-11-30T23:59:58Z", true,  2 },
		{ "one too many",                 "LRA-1", 3, "2026-11-30T23:59:59Z", false, 2 },
		{ "another LRA",                  "LRA-2", 9, "2026-11-30T23:59:59Z", true,  1 },
		{ "the next month",               "LRA-1", 3, "2026-12-01T00:00:00Z", true,  1 },
		{ "one of the month before",      "LRA-1", 2, "2026-12-01T00:00:01Z", true,  1 },
		{ "the next year",                "LRA-1", 4, "2027-01-31T00:00:00Z", true,  1 },
		{ "one of two months before",     "LRA-1", 2, "2027-01-31T00:00:01Z", true,  2 },
		{ "and no more",                  "LRA-1", 1, "2027-01-31T00:00:02Z", false, 2 },
		{ "a name with the other's first","LRA-1x",8, "2027-01-31T00:00:02Z", true,  1 },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t used = -1;
		CHECK(take(rows[i].lra, rows[i].order, rows[i].time, &used) ==
				rows[i].granted,
			"%s", rows[i].what);
		CHECK_INT(used, rows[i].used, "%s", rows[i].what);
		CHECK_OK(quota_keep(quota), "keep");
		if (i % 3 == 0)
			open_again(); /* it is on disk */
	}
}

static void test_dropping(void)
{
	int64_t used;
	CHECK(take("LRA-1", 1, "2026-11-01T00:00:00Z", &used), "taken");
	quota_drop(quota);
	CHECK(take("LRA-1", 2, "2026-11-01T00:00:00Z", &used), "another");
	CHECK_INT(used, 1, "what was dropped was not counted");
	open_again();
	CHECK(take("LRA-1", 3, "2026-11-01T00:00:00Z", &used), "a third");
	CHECK_INT(used, 1, "what was not kept was not counted");
	CHECK_OK(quota_keep(quota), "keep");
	CHECK_OK(quota_keep(quota), "nothing to keep");
}

static void test_damage(void)
{
	struct quota *other = NULL;
	CHECK_ERR(quota_open("build/no-such-folder", &other), E_IO, "no folder");
	CHECK(other == NULL, "untouched");
}

static const CU_TestInfo tests[] = {
	{ "counting", test_counting },
	{ "dropping", test_dropping },
	{ "damage", test_damage },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_quota = { "ca/quota", tests, set_up, tear_down };
