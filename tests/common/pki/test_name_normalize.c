#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/name.h"
#include "tests/check.h"

/* UX part 4, "enter once, in any width" */
static void test_normalize_rows(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "" }, { "Mirai Bank", "Mirai Bank" },
		{ "ＡＢＣ１２３（株）", "ABC123(株)" }, { "！～", "!~" },
		{ "ﾐﾗｲ ｷﾞﾝｺｳ", "ミライ ギンコウ" }, { "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ", "パピプペポ" },
		{ "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞ", "ガギグゲゴザジズゼゾダヂヅデド" },
		{ "ﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞｳﾞﾜﾞｦﾞ", "バビブベボヴヷヺ" },
		{ "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ",
			"アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミ"
			"ムメモヤユヨラリルレロワヲン" },
		{ "ｧｨｩｪｫｬｭｮｯｰ｡｢｣､･", "ァィゥェォャュョッー。「」、・" },
		{ "ｱﾞ", "ア゛" }, /* no voiced form */
		{ "ﾞ", "゛" }, { "aﾟ", "a゜" }, { "田中　太郎", "田中 太郎" },
		{ "田中　　太郎", "田中 太郎" }, { "田中  太郎", "田中 太郎" },
		{ "　田中 ", "田中" }, { "　", "" },
		{ "a\xc2\xa0\xe2\x80\x83 b",
			"a b" }, /* no-break and em space, from a text program */
		{ "カ\xe3\x82\x99", "ガ" },                    /* U+3099 */
		{ "e\xcc\x81", "é" }, { "\xe2\x84\xab", "Å" }, /* the sign of Ångström */
		/* hyphens, between digits only */
		{ "03-1234-5678", "03-1234-5678" }, { "03‐1234−5678", "03-1234-5678" },
		{ "０３ー１２３４－５６７８", "03-1234-5678" },
		{ "1–2—3―4─5", "1-2-3-4-5" }, { "03ｰ1234", "03-1234" },
		{ "センター", "センター" }, { "1ー", "1ー" }, { "ー1", "ー1" },
		{ "A—B", "A—B" },
		/* kanji and their variants stay */
		{ "髙﨑", "髙﨑" }, { "𠮷野家", "𠮷野家" },
		{ "葛󠄀城", "葛󠄀城" }, { "神\xef\xb8\x80", "神\xef\xb8\x80" },
		{ "\xef\xa8\x99\xe6\x88\xb8", "神\xef\xb8\x80戸" }, /* U+FA19 */
		{ "\xef\xa8\x90", "塚\xef\xb8\x80" },               /* U+FA10 */
		{ "\xef\xa4\x87\xef\xa4\x88\xef\xab\x8e",
			"龜\xef\xb8\x80龜\xef\xb8\x81龜\xef\xb8\x82" }, /* U+F907 U+F908 U+FACE */
		{ "\xef\xa6\x96\xef\xa9\x97\xef\xaa\xb0",
			"練\xef\xb8\x80練\xef\xb8\x81練\xef\xb8\x82" }, /* U+F996 U+FA57 U+FAB0 */
		{ "\xf0\xaf\xa5\xba",
			"者\xef\xb8\x82" }, /* U+2F97A, behind U+FA5B and U+FAB2 */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[512], again[512];
		bool changed = false;
		CHECK_OK(name_normalize(rows[i].in, out, sizeof out, &changed), "%s",
			rows[i].in);
		CHECK_TEXT(out, rows[i].out, "%s", rows[i].in);
		CHECK(changed == (strcmp(rows[i].in, rows[i].out) != 0),
			"%s: told when changed", rows[i].in);
		CHECK(character_is_nfc(out), "%s is in Form C", out);
		changed = false;
		CHECK_OK(name_normalize(out, again, sizeof again, &changed), "%s", out);
		CHECK(!changed, "%s is not changed again to %s", out, again);
	}
}

static void test_normalize_limits(void)
{
	char out[8] = "kept";
	bool changed = false;
	CHECK_ERR(name_normalize("\xff", out, sizeof out, &changed), E_INPUT,
		"not UTF-8");
	CHECK_ERR(name_normalize("12345678", out, sizeof out, &changed), E_INPUT,
		"8 of 7 octets");
	/* Three octets become six. */
	CHECK_ERR(name_normalize("\xef\xa8\x99zz", out, sizeof out, &changed), E_INPUT,
		"the result is longer");
	CHECK_TEXT(out, "kept", "out stays untouched");
	CHECK(!changed, "and nothing is told as changed");
	CHECK_OK(name_normalize("1234567", out, sizeof out, &changed), "7 octets");
	changed = true;
	CHECK_OK(name_normalize("abc", out, sizeof out, &changed), "unchanged");
	CHECK(changed, "changed is left as it was");
}

/* The character between two digits. */
static void put(int32_t point, char out[static 8])
{
	uint8_t *at = (uint8_t *)out;
	static const struct {
		int32_t below;
		uint8_t first;
	} forms[] = { { 0x80, 0 }, { 0x800, 0xc0 }, { 0x10000, 0xe0 },
		{ 0x110000, 0xf0 } };
	size_t more = 0;
	while (point >= forms[more].below)
		more++;
	*at++ = '1';
	*at++ = (uint8_t)(forms[more].first | point >> 6 * more);
	for (; more > 0; more--)
		*at++ = (uint8_t)(0x80 | (point >> 6 * (more - 1) & 0x3f));
	*at++ = '2';
	*at = 0;
}

/* Whatever the character: what comes out is UTF-8, in Form C, and stays as it is. */
static void test_normalize_every_character(void)
{
	for (int32_t point = 1; point <= 0x2fa1f; point++) {
		char in[16], out[64], again[64];
		bool changed = false;
		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		put(point, in);
		CHECK_OK(name_normalize(in, out, sizeof out, &changed), "U+%04X",
			(unsigned)point);
		CHECK(character_is_nfc(out), "U+%04X in Form C", (unsigned)point);
		changed = false;
		CHECK_OK(name_normalize(out, again, sizeof again, &changed), "U+%04X",
			(unsigned)point);
		CHECK(!changed, "U+%04X: %s is not changed again", (unsigned)point, out);
	}
}

static const CU_TestInfo tests[] = {
	{ "rows", test_normalize_rows },
	{ "limits", test_normalize_limits },
	{ "every character", test_normalize_every_character },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_name_normalize = { "common/pki/name_normalize", tests,
	NULL, NULL };
