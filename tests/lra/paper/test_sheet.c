/* What goes to inkan-paper comes out there as it was; the ledger's lines, and what a spreadsheet would make of them. */
#include "lra/paper/sheet.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"

static void test_sheets(void)
{
	AUTO(buf_clear) struct buf first = BUF(64 * KIB);
	AUTO(buf_clear) struct buf second = BUF(64 * KIB);
	struct sheet sheet = { .receipt = "A26-000001-0",
		.recipient = { .name = "\u845b\U000E0100\u57ce",
			.address_count = 2,
			.address = { "a", "b" } },
		.common_name = "\"quoted\"",
		.due_at = 1796619900,
		.pin_channel = "" };
	struct sheet got;
	CHECK_OK(sheet_write(&sheet, &first), "written");
	CHECK_OK(sheet_read(buf_view(&first), &got), "read");
	CHECK_OK(sheet_write(&got, &second), "written again");
	CHECK_BLOB(buf_view(&second), buf_view(&first), "the same");
	CHECK_TEXT(got.recipient.name, sheet.recipient.name, "name");
	CHECK_INT(got.due_at, sheet.due_at, "time");
	CHECK_ERR(sheet_read(blob_text("{}"), &got), E_INPUT, "nothing in it");
}

static void test_headings(void)
{
	for (int form = 0; form < SHEET_FORM_COUNT; form++) {
		AUTO(buf_clear) struct buf text = BUF(64 * KIB);
		const struct sheet_heading heading = { .form = (enum sheet_form)form,
			.made_at = 7,
			.sender = "s",
			.until = 9 };
		struct sheet_heading got;
		CHECK_OK(sheet_heading_write(&heading, &text), "form %d", form);
		CHECK_OK(sheet_heading_read(buf_view(&text), &got), "form %d", form);
		CHECK_INT(got.form, form, "its form");
		CHECK_INT(got.until, 9, "its end");
	}
}

static struct err read_recipient(const char *text, struct recipient *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_parse(blob_text(text), &object));
	return recipient_read(object, out);
}

static void test_recipients(void)
{
	static const struct {
		const char *name, *text;
		enum err_code want;
	} rows[] = {
		{ "a name alone", "{\"name\":\"a\"}", E_NONE },
		{ "no name", "{\"unit\":\"a\"}", E_INPUT },
		{ "an empty name", "{\"name\":\"\"}", E_INPUT },
		{ "a control character", "{\"name\":\"a\\u0007\"}", E_INPUT },
		{ "a C1 control", "{\"name\":\"a\\u0085\"}", E_INPUT },
		{ "another type", "{\"name\":7}", E_INPUT },
		{ "another member", "{\"name\":\"a\",\"birthday\":\"x\"}", E_INPUT },
		{ "four lines", "{\"name\":\"a\",\"address\":[\"1\",\"2\",\"3\",\"4\"]}",
			E_INPUT },
		{ "three lines", "{\"name\":\"a\",\"address\":[\"1\",\"2\",\"3\"]}",
			E_NONE },
		{ "a line that is none", "{\"name\":\"a\",\"address\":[1]}", E_INPUT },
		{ "a postal code of 16",
			"{\"name\":\"a\",\"postalCode\":\"1234567890123456\"}", E_INPUT },
	};
	struct recipient got;
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_ERR(read_recipient(rows[i].text, &got), rows[i].want, "%s",
			rows[i].name);
	AUTO(buf_clear) struct buf text = BUF(4 * KIB);
	CHECK_OK(buf_append_text(&text, "{\"name\":\""), "text");
	for (size_t i = 0; i < RECIPIENT_NAME; i++)
		CHECK_OK(buf_append_text(&text, "\U00020BB7"), "text");
	CHECK_OK(buf_append_text(&text, "\"}"), "text");
	CHECK_OK(read_recipient(buf_text(&text), &got), "as long as may be");
	text.len -= 2;
	CHECK_OK(buf_append_text(&text, "x\"}"), "text");
	CHECK_ERR(read_recipient(buf_text(&text), &got), E_INPUT, "one more");
}

static void test_csv(void)
{
	static const struct {
		const char *name, *cell, *want;
	} rows[] = {
		{ "plain", "a", "a" },
		{ "a comma", "a,b", "\"a,b\"" },
		{ "a quote", "a\"b", "\"a\"\"b\"" },
		{ "a line's end", "a\r\nb", "\"a\r\nb\"" },
		{ "=", "=1+1", "\"'=1+1\"" },
		{ "+", "+1", "\"'+1\"" },
		{ "-", "-1", "\"'-1\"" },
		{ "@", "@x", "\"'@x\"" },
		{ "a tabulator", "\tx", "\"'\tx\"" },
		{ "a carriage return", "\rx", "\"'\rx\"" },
		{ "= behind a quote", "=\"x\"", "\"'=\"\"x\"\"\"" },
		{ "full-width =", "\uff1d1", "\"'\uff1d1\"" },
		{ "full-width @", "\uff20x", "\"'\uff20x\"" },
		{ "= behind a blank", " =1", "\"' =1\"" },
		{ "= in the middle", "a=1", "a=1" },
		{ "nothing", "", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf line = BUF(4 * KIB);
		AUTO(buf_clear) struct buf want = BUF(4 * KIB);
		struct sheet_row row = { .receipt = "R" };
		snprintf(row.common_name, sizeof row.common_name, "%s", rows[i].cell);
		CHECK_OK(sheet_row_csv(&row, &line), "%s", rows[i].name);
		CHECK_OK(buf_append_format(&want, "R,%s,,,,,,,,,,,,,,\r\n", rows[i].want),
			"want");
		CHECK_TEXT(buf_text(&line), buf_text(&want), "%s", rows[i].name);
	}
}

static void test_rows(void)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf text = BUF(4 * KIB);
	struct sheet_row row = { .receipt = "R", .issued_at = 1795410000 };
	struct sheet_row got;
	CHECK_OK(sheet_row_json(&row, &object), "JSON");
	CHECK_OK(json_write(object, &text), "text");
	CHECK(strstr(buf_text(&text), "\"acceptedAt\":null") != NULL, "not yet: %s",
		buf_text(&text));
	CHECK_OK(sheet_row_read(object, &got), "back");
	CHECK_INT(got.issued_at, row.issued_at, "time");
	CHECK_INT(got.accepted_at, 0, "no time");
	buf_clear(&text);
	CHECK_OK(sheet_row_csv(&row, &text), "CSV");
	CHECK_TEXT(buf_text(&text), "R,,,,,,2026-11-23T05:00:00Z,,,,,,,,,\r\n", "a line");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "sheets", test_sheets },
	{ "headings", test_headings },
	{ "recipients", test_recipients },
	{ "cells of CSV", test_csv },
	{ "rows of the ledger", test_rows },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_sheet = { "lra/paper/sheet", tests, NULL, NULL };
