#include "common/pki/number.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"

/* proves R-IDV-13: twelve digits are found however they are written; eleven, thirteen, wrong ones and other numbers are not */
static void test_found(void)
{
	/* clang-format off */
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "123456789018", true },
		{ "no. 1234 5678 9018.", true },
		{ "1234-5678-9018", true },
		{ "x123456789018x", true },
		{ "番号１２３４５６７８９０１８です", true },
		{ "１２３４－５６７８－９０１８", true },
		{ "1234‐5678−9018", true },            /* U+2010, U+2212 */
		{ "1234ー5678―9018", true },           /* the long vowel mark, U+2015 */
		{ "1234　5678　9018", true },           /* ideographic spaces */
		{ "1234\n5678\n9018", true },
		{ "1234\r\n5678\r\n9018", true },
		{ "1234 56\n78 9018", true },          /* however it is parted, when nothing else stands there */
		{ "1 2 3 4 5 6 7 8 9 0 1 8", true },
		{ "1234 - 5678 - 9018", true },
		{ "12345\u200b6789\u2060018", true },  /* zero width */
		{ "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟖", true },
		{ "①②③④⑤⑥⑦⑧⑨⓪①⑧", true },
		{ "〒100-0005 1234 5678 9018", true },
		{ "2026-11-23 123456789018", true },
		{ "1234-5678-9018 03-1234-5678", true },
		{ "03-1234-5678 1234-5678-9018", true },
		{ "1-123456789018", true },
		{ "000000000000", true },
		{ "123456789017", false },
		{ "12345678901", false },
		{ "1234567890183", false },
		{ "0123456789018", false },
		{ "1234/5678/9018", false },
		{ "1234.5678.9018", false },
		{ "1234a5678a9018", false },
		{ "", false },
		{ "12345678901812345678901812345678", false },
		{ "1010405009403", false },            /* 法人番号 */
		{ "03-1234-5678 03-1234-5679", false },
		{ "2026-11-23T02:08:43Z", false },
		{ "A26-000001-K", false },
		{ "100-0005", false },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_INT(individual_number_in_text(blob_text(rows[i].text)),
			rows[i].want, "\"%s\"", rows[i].text);
}

/* Each single wrong digit is noticed, but for those that the arithmetic cannot see: remainders 0 and 1 give the same digit. */
static void test_slips(void)
{
	size_t passed = 0;
	for (size_t at = 0; at < 12; at++)
		for (char digit = '0'; digit <= '9'; digit++) {
			char text[] = "123456789018";
			if (text[at] == digit)
				continue;
			text[at] = digit;
			passed += individual_number_in_text(blob_text(text));
		}
	CHECK(passed <= 6, "%zu of 108 slips pass", passed);
}

/* Whatever the bytes, it comes to an end; and a number among bytes that are no text is found. */
static void test_bytes(void)
{
	static const uint8_t broken[] = { 0xff, 0xc3, '1', '2', '3', '4', '5', '6', '7',
		'8', '9', '0', '1', '8', 0x80, 0, 0xe3 };
	CHECK(individual_number_in_text(BLOB(broken)), "among bytes");
	CHECK(!individual_number_in_text(BLOB_NONE), "nothing");
}

/* A long run keeps no more than its last groups. */
static void test_long(void)
{
	AUTO(buf_clear) struct buf text = BUF(100000);
	for (int i = 0; i < 9000; i++)
		CHECK_OK(buf_append_text(&text, "7-"), "room");
	CHECK(!individual_number_in_text(buf_view(&text)) ||
			individual_number_plausible("777777777777"),
		"sevens");
	CHECK_OK(buf_append_text(&text, " 1234 5678 9018"), "room");
	CHECK(individual_number_in_text(buf_view(&text)), "at its end");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "found", test_found },
	{ "slips", test_slips },
	{ "bytes", test_bytes },
	{ "long runs", test_long },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_individual_number = { "common/pki/individual_number",
	tests, NULL, NULL };
