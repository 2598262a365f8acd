#include "common/base/blob.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"

static void test_base64(void)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = {
		/* RFC 4648 section 10 */
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	static const char *const wrong[] = { "Zg=", "Zh==", "Zm9=", "Z===", "Zm 8",
		"Zm8\n", "====", "Zg==Zg==" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf coded = BUF(64);
		AUTO(buf_clear) struct buf plain = BUF(64);
		CHECK_OK(base64_append(&coded, blob_text(rows[i].plain)), "%s",
			rows[i].plain);
		CHECK_TEXT(buf_text(&coded), rows[i].coded, "%s", rows[i].plain);
		CHECK_OK(base64_decode(blob_text(rows[i].coded), &plain), "%s",
			rows[i].coded);
		CHECK_BLOB(buf_view(&plain), blob_text(rows[i].plain), "%s",
			rows[i].coded);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		AUTO(buf_clear) struct buf plain = BUF(64);
		CHECK_ERR(base64_decode(blob_text(wrong[i]), &plain), E_INPUT, "%s",
			wrong[i]);
	}
}

static void test_buf_keeps_its_maximum(void)
{
	AUTO(buf_clear) struct buf buf = BUF(4);
	CHECK_OK(buf_append_text(&buf, "abcd"), "four of four");
	CHECK_ERR(buf_append_text(&buf, "e"), E_INPUT, "five of four");
	CHECK_TEXT(buf_text(&buf), "abcd", "what was there stays");
}

static void test_clock_borders(void)
{
	static const struct {
		const char *text;
		int64_t time;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2000-02-29T12:00:00Z", 951825600 },
		{ "2049-12-31T23:59:59Z", 2524607999 },
		{ "2050-01-01T00:00:00Z", 2524608000 },
		{ "2100-03-01T00:00:00Z", 4107542400 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	static const char *const wrong[] = { "2001-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z",
		"2026-01-01T00:00:00", "2026-1-01T00:00:00Z" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[CLOCK_TEXT];
		int64_t time = 1;
		clock_text(rows[i].time, text);
		CHECK_TEXT(text, rows[i].text, "written");
		CHECK_OK(clock_parse(rows[i].text, &time), "%s", rows[i].text);
		CHECK_INT(time, rows[i].time, "%s", rows[i].text);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		int64_t time = 7;
		CHECK_ERR(clock_parse(wrong[i], &time), E_INPUT, "%s", wrong[i]);
		CHECK_INT(time, 7, "%s: out stays untouched", wrong[i]);
	}
}

static void test_text_utf8(void)
{
	static const struct {
		const char *hex;
		bool good;
		size_t chars;
	} rows[] = {
		{ "e9ab99", true, 1 },         /* 髙 */
		{ "f0a0aeb7", true, 1 },       /* 𠮷 */
		{ "e8919bf3a08480", true, 2 }, /* 葛 with a selector */
		{ "c080", false, 0 },          /* NUL in two octets */
		{ "eda080", false, 0 },        /* a surrogate */
		{ "f4908080", false, 0 },      /* beyond U+10FFFF */
		{ "e9ab", false, 0 },          /* cut off */
		{ "80", false, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf bytes = check_unhex(rows[i].hex);
		CHECK(text_is_utf8(buf_view(&bytes)) == rows[i].good, "%s", rows[i].hex);
		CHECK_INT(text_length(buf_view(&bytes)), rows[i].chars, "%s",
			rows[i].hex);
	}
}

static void test_errors_have_words(void)
{
	for (int code = 0; code < E_CODE_COUNT; code++) {
		const struct err_kind *kind = err_kind((enum err_code)code);
		CHECK(kind->name != NULL && kind->message_en != NULL &&
				kind->message_ja != NULL,
			"code %d has a row", code);
		CHECK_INT(err_code_by_name(kind->name), code, "%s comes back",
			kind->name);
	}
	struct err err = err_in(FAIL(E_INPUT, "too long"), "order %d", 17);
	CHECK_TEXT(err.text, "order 17: too long", "words are put before");
}

static void test_mended_texts(void)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "\xe9\xab\x99", "\xe9\xab\x99" },
		{ "a\xe9\xab", "a" }, /* cut off within a character */
		{ "a\xe9", "a" },
		{ "a\xf0\xa0\xae", "a" },
		{ "a\xe9\xab: b", "a??: b" }, /* a word was cut, the text went on */
		{ "a\x80", "a?" },
		{ "\xc0\x80z", "??z" },
		{ "\xff\xe9", "?" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[16];
		snprintf(text, sizeof text, "%s", rows[i].before);
		text_mend(text);
		CHECK_TEXT(text, rows[i].after, "row %zu", i);
	}
}

/* Words of refusals come back as JSON and stand in the registry, which take UTF-8 alone: one long name must not stop a batch. */
static void test_cut_words_stay_utf8(void)
{
	static const struct fault_rule rule = { "c", "R", "en", "ja" };
	char name[400] = "";
	for (size_t shift = 0; shift < 3; shift++) {
		size_t len = shift;
		memset(name, 'a', len);
		for (; len + 4 < sizeof name; len += 3)
			memcpy(name + len, "\xe9\xab\x99", 4);
		struct faults faults = { .count = 0 };
		struct err err = FAIL(E_INPUT, "%s", name);
		CHECK(text_is_utf8(blob_text(err.text)), "an error, shift %zu", shift);
		err = err_in(FAIL(E_INPUT, "%.60s: no such member", name), "order %s",
			"\xe9\xab\x99");
		CHECK(text_is_utf8(blob_text(err.text)), "with words before, shift %zu",
			shift);
		faults_add(&faults, &rule, name, "%s", name);
		CHECK(text_is_utf8(blob_text(faults.row[0].detail)) &&
				text_is_utf8(blob_text(faults.row[0].field)),
			"a fault, shift %zu", shift);
	}
}

static const CU_TestInfo tests[] = {
	{ "what was cut is mended", test_mended_texts },
	{ "words of errors and faults are UTF-8", test_cut_words_stay_utf8 },
	{ "base64 is the one of RFC 4648", test_base64 },
	{ "a buf keeps its maximum", test_buf_keeps_its_maximum },
	{ "times at their borders", test_clock_borders },
	{ "UTF-8 only", test_text_utf8 },
	{ "every error code has words in two languages", test_errors_have_words },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_base = { "common/base", tests, NULL, NULL };
