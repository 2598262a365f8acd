#include "common/base/table.h"
#include "common/pki/name_key.h"
#include "tests/check.h"

static void is(const char *text, const char *want)
{
	AUTO(buf_clear) struct buf key = BUF(512);
	CHECK_OK(name_key(text, &key), "%s", text);
	CHECK_TEXT(buf_text(&key), want, "%s", text);
}

/* Feature 31: each of them finds 髙橋, by its kanji or by its sound. */
static void test_one_name(void)
{
	is("髙橋", "高橋");
	is("高橋", "高橋");
	is("TAKAHASHI", "takahasi");
	is("takahasi", "takahasi");
	is("タカハシ", "takahasi");
	is("たかはし", "takahasi");
	is("ﾀｶﾊｼ", "takahasi");
	is("Ｔａｋａｈａｓｈｉ", "takahasi");
}

static void test_long_vowels(void)
{
	static const char *const writings[] = { "ONO", "Ōno", "Ohno", "OONO", "Oono",
		"オオノ", "おおの", "オーノ" };
	for (size_t i = 0; i < COUNT(writings); i++)
		is(writings[i], "ono");
	is("Ohara", "ohara"); /* the h begins its syllable */
	is("Satoh", "sato");
	is("サトウ", "sato");
	is("Yuuki", "yuki");
	is("ゆうき", "yuki");
}

static void test_systems_of_romaji(void)
{
	is("Shinji", "sinzi");
	is("Sinzi", "sinzi");
	is("しんじ", "sinzi");
	is("Junichi", "zyuniti");
	is("Jun'ichi", "zyuniti");
	is("ジュンイチ", "zyuniti");
	is("Zyun'iti", "zyuniti");
	is("Chatani", "tyatani");
	is("チャタニ", "tyatani");
	is("Hattori", "hattori");
	is("ハットリ", "hattori");
	is("Macchan", "mattyan");
	is("Honma", "honma");
	is("Homma", "honma");
	is("ホンマ", "honma");
	is("Fujii", "huzii");
	is("Huzii", "huzii");
	is("ふじい", "huzii");
	is("Tsuji", "tuzi");
	is("つじ", "tuzi");
}

static void test_kanji(void)
{
	is("渡邊", "渡辺");
	is("渡邉", "渡辺");
	is("齋藤 﨑", "斉藤 崎");
	is("𠮷田", "吉田");
	is("葛\xf3\xa0\x84\x80城", "葛城"); /* a selector of variants */
	is("\xef\xa8\x99", "神");           /* U+FA19, a compatibility kanji */
}

static void test_words(void)
{
	is("髙橋　一郎", "高橋 一郎");
	is("  Ichiro   TAKAHASHI ", "itiro takahasi");
	is("佐藤サトウ", "佐藤sato");
	is("Suzuki-Tanaka", "suzuki tanaka");
	is("", "");
	is("・、。", "");
	is("株式会社みらい銀行 2", "株式会社mirai銀行 2");
	is("Müller", "muller");
}

static void test_what_is_no_text(void)
{
	AUTO(buf_clear) struct buf key = BUF(64);
	AUTO(buf_clear) struct buf small = BUF(4);
	CHECK_ERR(name_key("\xff\xfe", &key), E_INPUT, "not UTF-8");
	CHECK_ERR(name_key("takahashi", &small), E_INPUT, "no room");
}

static const CU_TestInfo tests[] = {
	{ "one name, however written", test_one_name },
	{ "long vowels", test_long_vowels },
	{ "systems of romaji", test_systems_of_romaji },
	{ "variants of kanji", test_kanji },
	{ "words", test_words },
	{ "what is no text", test_what_is_no_text },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_name_key = { "common/pki/name_key", tests, NULL, NULL };
