#include "ca/lint/walk.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"

/* X.690: each way of not being DER, beside the same as it should be. */
static void test_der(void)
{
	static const struct {
		const char *name, *hex;
		bool good;
	} rows[] = {
		{ "nothing", "", true },
		{ "an INTEGER", "020100", true },
		{ "a tag alone", "02", false },
		{ "a length beyond the end", "020200", false },
		{ "bytes behind", "02010005", false },
		{ "127 in the short form",
			"047f"
			"0000000000000000000000000000000000000000000000000000000000000000"
			"0000000000000000000000"
			"0000000000000000000000000000000000000000000000000000000000000000"
			"0000000000000000000000000000000000000000000000"
			"0000000000000000000000000000000000000000000000000000000000",
			true },
		{ "1 in a longer form", "04810100", false },
		{ "length octets with a zero ahead", "0482007f", false },
		{ "an indefinite length", "30800000", false },
		{ "a length of five octets",
			"04850000000001"
			"00",
			false },
		{ "a tag of two octets", "1f2000", false },
		{ "INTEGER without octets", "0200", false },
		{ "INTEGER 127", "02017f", true },
		{ "INTEGER 128", "02020080", true },
		{ "INTEGER 127 with a zero ahead", "0202007f", false },
		{ "INTEGER -1", "0201ff", true },
		{ "INTEGER -1 too long", "0202ffff", false },
		{ "INTEGER -129", "0202ff7f", true },
		{ "ENUMERATED 0", "0a0100", true },
		{ "ENUMERATED without octets", "0a00", false },
		{ "TRUE", "0101ff", true },
		{ "TRUE as 1", "010101", false },
		{ "FALSE, always a default", "010100", false },
		{ "BOOLEAN of two octets", "0102ffff", false },
		{ "BIT STRING, empty", "030100", true },
		{ "BIT STRING, empty with unused bits", "030101", false },
		{ "BIT STRING without octets", "0300", false },
		{ "BIT STRING, one bit", "03020780", true },
		{ "BIT STRING, set padding", "030207c0", false },
		{ "BIT STRING, eight unused bits", "03020800", false },
		{ "NULL", "0500", true },
		{ "NULL with a value", "050100", false },
		{ "OID", "0603551d0f", true },
		{ "OID without octets", "0600", false },
		{ "OID that does not end", "060188", false },
		{ "OID with 80 ahead", "06028001", false },
		{ "OID with 80 inside", "0603558001", false },
		{ "OID with 80 as a later group", "06052a81808001", true },
		{ "SEQUENCE", "3003020100", true },
		{ "SEQUENCE with bad content", "300302017f02", false },
		{ "SEQUENCE, primitive", "1003020100", false },
		{ "SET, primitive", "1100", false },
		{ "OCTET STRING, constructed", "2403040100", false },
		{ "BIT STRING, constructed", "230403020780", false },
		{ "UTF8String, constructed", "2c030c0141", false },
		{ "end of contents", "0000", false },
		{ "context, primitive", "800101", true },
		{ "context, constructed with bad content", "a003020200", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(rows[i].hex);
		CHECK_INT(walk_is_der((struct span){ der.data, der.len }, 4),
			rows[i].good, "%s", rows[i].name);
	}
	AUTO(buf_clear) struct buf deep = check_unhex("3006300430023000");
	CHECK(walk_is_der((struct span){ deep.data, deep.len }, 5), "four deep");
	CHECK(!walk_is_der((struct span){ deep.data, deep.len }, 4),
		"deeper than allowed");
}

/* RFC 5280 section 4.1.2.5, beside the C library's calendar. */
static void test_time(void)
{
	static const struct {
		uint8_t tag;
		const char *text, *want;
	} rows[] = {
		/* want NULL: refused */
		{ 0x17, "700101000000Z", "1970-01-01T00:00:00Z" },
		{ 0x17, "000229123456Z", "2000-02-29T12:34:56Z" },
		{ 0x17, "491231235959Z", "2049-12-31T23:59:59Z" },
		{ 0x18, "20500101000000Z", "2050-01-01T00:00:00Z" },
		{ 0x18, "99991231235959Z", "9999-12-31T23:59:59Z" },
		{ 0x18, "21000228235959Z", "2100-02-28T23:59:59Z" },
		{ 0x18, "21000229000000Z", NULL },
		{ 0x18, "20491231235959Z", NULL },
		{ 0x17, "500101000000Z", NULL }, /* 1950 */
		{ 0x17, "690101000000Z", NULL },
		{ 0x17, "261301000000Z", NULL },
		{ 0x17, "260001000000Z", NULL },
		{ 0x17, "260100000000Z", NULL },
		{ 0x17, "260132000000Z", NULL },
		{ 0x17, "260431000000Z", NULL },
		{ 0x17, "260101240000Z", NULL },
		{ 0x17, "260101006000Z", NULL },
		{ 0x17, "260101000060Z", NULL },
		{ 0x17, "260101000000z", NULL },
		{ 0x17, "2601010000000", NULL },
		{ 0x17, "26010100000Z", NULL },
		{ 0x17, "2601010000Z", NULL },
		{ 0x17, " 60101000000Z", NULL },
		{ 0x17, "26 101000000Z", NULL },
		{ 0x18, "20500101000000+", NULL },
		{ 0x18, "20500101000000.0Z", NULL },
		{ 0x0c, "260101000000Z", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct node node = { .tag = rows[i].tag,
			.content = { (const uint8_t *)rows[i].text,
				strlen(rows[i].text) } };
		int64_t got = -1, want = -1;
		bool good = walk_time(&node, &got);
		CHECK_INT(good, rows[i].want != NULL, "%s", rows[i].text);
		if (rows[i].want == NULL ||
			!CHECK_OK(clock_parse(rows[i].want, &want), "%s", rows[i].want))
			continue;
		CHECK_INT(got, want, "%s", rows[i].text);
	}
	const struct node early = { .tag = 0x18,
		.content = { (const uint8_t *)"20261123000000Z", 15 } };
	int64_t time = 0;
	CHECK(walk_generalized(&early, &time),
		"GeneralizedTime of any year, where that is asked for");
	CHECK_INT(time, 1795392000, "and which it is");
}

static void test_oid(void)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		/* hex "": refused */
		{ "2.5.29.15", "551d0f" },
		{ "2.999.1.2.1", "8837010201" },
		{ "1.2.840.113549", "2a864886f70d" },
		{ "2.23.140.1.5.3.2", "67810c01050302" },
		{ "0.4.0.1862.1.1", "04008e460101" },
		{ "2.4294967295", "908080804f" },
		{ "", "" },
		{ "2", "" },
		{ "2.", "" },
		{ "2.5.", "" },
		{ ".2.5", "" },
		{ "2..5", "" },
		{ "3.1", "" },
		{ "1.40", "" },
		{ "2.05", "" },
		{ "2.5 ", "" },
		{ "a.b", "" },
		{ "2.5.4294967296", "" },
		{ "2.5.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
			"" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t out[32];
		AUTO(buf_clear) struct buf want = check_unhex(rows[i].hex);
		size_t len = walk_oid(rows[i].text, out);
		CHECK_BLOB(blob_make(out, len), buf_view(&want), "%s", rows[i].text);
	}
}

static void test_positive(void)
{
	static const struct {
		const char *hex;
		bool good;
	} rows[] = {
		{ "", false },
		{ "00", true },
		{ "7f", true },
		{ "80", false },
		{ "0080", true },
		{ "007f", false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf bytes = check_unhex(rows[i].hex);
		CHECK_INT(walk_is_positive((struct span){ bytes.data, bytes.len }),
			rows[i].good, "%s", rows[i].hex);
	}
}

/* What is not there cannot be taken, and nothing is lost by trying. */
static void test_take(void)
{
	static const uint8_t bytes[] = { 0x02, 0x01, 0x05, 0x05, 0x00 };
	struct span in = SPAN(bytes);
	struct node node;
	CHECK(!walk_take_tag(&in, 0x05, &node) && in.len == 5, "another tag comes first");
	CHECK(walk_take_tag(&in, 0x02, &node) && node.content.len == 1 &&
			node.whole.len == 3,
		"INTEGER");
	CHECK(walk_take(&in, &node) && node.tag == 0x05 && in.len == 0, "NULL");
	CHECK(!walk_take(&in, &node), "nothing is left");
	CHECK(span_is((struct span){ (const uint8_t *)"abc", 3 }, "abc"), "text");
	CHECK(!span_is((struct span){ (const uint8_t *)"abc", 3 }, "ab"), "longer text");
	CHECK(span_equal((struct span){ NULL, 0 }, (struct span){ bytes, 0 }),
		"nothing is nothing");
}

static const CU_TestInfo tests[] = {
	{ "what is DER", test_der },
	{ "times", test_time },
	{ "object identifiers out of text", test_oid },
	{ "numbers that are not negative", test_positive },
	{ "taking elements", test_take },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lint_walk = { "ca/lint/walk", tests, NULL, NULL };
