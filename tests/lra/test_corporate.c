#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/corporate_file.h"
#include "tests/check.h"

/* The columns in their order; the row is changed by place. */
static const char *const good[CORPORATE_COLUMNS] = { "1", "1010405009403", "01", "0",
	"2026-10-05", "2026-10-05", "株式会社みらい銀行", "", "301", "東京都", "千代田区",
	"丸の内1丁目1番1号", "", "13", "101", "1000005", "", "", "", "", "", "",
	"2015-10-05", "1", "Mirai Bank, Ltd.", "Tokyo", "1-1-1, Marunouchi, Chiyoda ku",
	"", "ミライギンコウ", "0" };

static struct csv_row row_with(size_t column, const char *value)
{
	struct csv_row row = { .line = 7, .count = CORPORATE_COLUMNS };
	for (size_t i = 0; i < CORPORATE_COLUMNS; i++)
		row.cell[i] = i == column ? value : good[i];
	return row;
}

static void test_row(void)
{
	struct corporate_row out;
	struct csv_row row = row_with(SIZE_MAX, NULL);
	CHECK_OK(corporate_row_read(&row, &out), "a good row");
	CHECK_TEXT(out.number, "1010405009403", "number");
	CHECK_TEXT(out.name, "株式会社みらい銀行", "name");
	CHECK_TEXT(out.address, "東京都千代田区丸の内1丁目1番1号", "address, joined");
	CHECK_TEXT(out.en_address, "1-1-1, Marunouchi, Chiyoda ku, Tokyo", "the other");
	CHECK_TEXT(out.closed_on, "", "open");
	CHECK_INT(out.kind, 301, "kind");
	CHECK(out.latest && !out.removed, "it counts");
	row = row_with(2, "99");
	CHECK_OK(corporate_row_read(&row, &out), "a number that was given by mistake");
	CHECK(out.removed, "is removed");
	CHECK_TEXT(out.closed_on, "2026-10-05", "from then on");
	row = row_with(23, "0");
	CHECK_OK(corporate_row_read(&row, &out), "how it was before");
	CHECK(!out.latest, "does not count");
	row = row_with(18, "2026-02-28");
	CHECK_OK(corporate_row_read(&row, &out), "closed");
	CHECK_TEXT(out.closed_on, "2026-02-28", "on that day");
}

/* proves R-IDV-01: whatever is not the published form is named by its column, and nothing else is taken */
static void test_refused(void)
{
	static char long_name[4 * 400 + 2];
	memset(long_name, 'a', sizeof long_name - 1);
	/* clang-format off */
	const struct { const char *what; size_t column; const char *value, *named; } rows[] = {
		{ "a wrong check digit",  1,  "1010405009413",  "corporateNumber" },
		{ "twelve digits",        1,  "010405009403",   "corporateNumber" },
		{ "letters",              1,  "101040500940x",  "corporateNumber" },
		{ "no name",              6,  "",               "name" },
		{ "a name without end",   6,  long_name,        "name" },
		{ "a kind of letters",    8,  "abc",            "kind" },
		{ "a kind too large",     8,  "1000",           "kind" },
		{ "no day of its update", 4,  "",               "updateDate" },
		{ "a day that is none",   4,  "2026-02-30",     "updateDate" },
		{ "an era",               5,  "R8.10.05",       "changeDate" },
		{ "another day",          18, "2026-13-01",     "closeDate" },
		{ "neither old nor new",  23, "2",              "latest" },
		{ "a successor of words", 20, "see the other entry of this register, please, which is its successor in all rights", "successor" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct corporate_row out;
		struct csv_row row = row_with(rows[i].column, rows[i].value);
		struct err err = corporate_row_read(&row, &out);
		CHECK_ERR(err, E_INPUT, "%s", rows[i].what);
		CHECK(strstr(err.text, rows[i].named) != NULL, "%s: %s", rows[i].what,
			err.text);
	}
	struct corporate_row out;
	struct csv_row row = row_with(SIZE_MAX, NULL);
	row.count = 29;
	CHECK_ERR(corporate_row_read(&row, &out), E_INPUT, "a column less");
}

static void test_number_of(void)
{
	/* clang-format off */
	static const struct { const char *identifier, *number; } rows[] = {
		{ "VATJP-1010405009403", "1010405009403" },
		{ "NTRJP-010405009403",  "1010405009403" },
		{ "VATJP-1010405009413", NULL },
		{ "LEIXG-529900T8BM49AURSDO55", NULL },
		{ "GOVJP", NULL },
		{ "", NULL },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		char number[CORPORATE_NUMBER] = "";
		CHECK(corporate_number_of(rows[i].identifier, number) ==
				(rows[i].number != NULL),
			"%s", rows[i].identifier);
		if (rows[i].number != NULL)
			CHECK_TEXT(number, rows[i].number, "%s", rows[i].identifier);
	}
}

static const CU_TestInfo tests[] = {
	{ "a row", test_row },
	{ "refused", test_refused },
	{ "the number of an identifier", test_number_of },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_corporate = { "lra/corporate", tests, NULL, NULL };
