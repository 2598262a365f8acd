#include "common/japanese/fold.h"

#include "common/base/table.h"
#include "tests/check.h"

struct row {
	const char *a, *b;
	bool same;
};

static void compare(const struct row *rows, size_t count,
	struct err (*fold)(const char *in, char *out, size_t size))
{
	for (size_t i = 0; i < count; i++) {
		char a[400], b[400];
		CHECK_OK(fold(rows[i].a, a, sizeof a), "%s", rows[i].a);
		CHECK_OK(fold(rows[i].b, b, sizeof b), "%s", rows[i].b);
		CHECK_INT(strcmp(a, b) == 0, rows[i].same, "%s and %s: %s, %s", rows[i].a,
			rows[i].b, a, b);
	}
}

/* proves R-IDV-04: forms of one name are found to be one, and different names are not */
static void test_names(void)
{
	static const struct row rows[] = {
		{ "髙橋一郎", "高橋　一郎", true },
		{ "斎藤", "齋藤", true },
		{ "斉藤", "齊籐", true },
		{ "渡邊", "渡辺", true },
		{ "渡邉", "渡辺", true },
		{ "山﨑", "山崎", true },
		{ "𠮷田", "吉田", true },
		{ "葛󠄀城", "葛城", true }, /* with a selector */
		{ "神田", "神田", true },       /* U+FA19 */
		{ "ﾀｶﾊｼ", "たかはし", true },
		{ "タカハシ", "ｔakahasi", false },
		{ "ｶﾞｯｺｳ", "がっこう", true },
		{ "ＡＢＣ", "abc", true },
		{ "スーパー", "ス－パ－", true },
		{ "スーパー", "スパ", false },
		{ "一郎", "二郎", false },
		{ "高橋", "高木", false },
		{ "O'Brien", "OBRIEN", true },
		{ "Ōno", "Ono", false },
	};
	compare(rows, COUNT(rows), japanese_fold);
}

static void test_companies(void)
{
	static const struct row rows[] = {
		{ "㈱みらい銀行", "株式会社みらい銀行", true },
		{ "（株）みらい銀行", "株式会社　みらい銀行", true },
		{ "みらい銀行(株)", "みらい銀行株式会社", true },
		{ "株式会社みらい銀行", "みらい銀行株式会社", false },
		{ "株式会社みらい銀行", "有限会社みらい銀行", false },
		{ "㈲さくら", "有限会社桜", false },
		{ "株式會社櫻", "株式会社桜", true },
		{ "Mirai Bank, Ltd.", "MIRAI BANK LIMITED", true },
		{ "Mirai Co., Ltd.", "Mirai Company Limited", true },
		{ "Mirai Inc.", "Mirai, Incorporated", true },
		{ "Mirai Bank, Ltd.", "Mirai Banks, Ltd.", false },
	};
	compare(rows, COUNT(rows), japanese_fold_company);
}

static void test_addresses(void)
{
	static const struct row rows[] = {
		{ "千代田区丸の内１丁目２番３号", "千代田区丸の内1-2-3", true },
		{ "千代田区丸の内一丁目２番３号", "千代田区 丸の内 1−2−3", true },
		{ "高崎市本町４８番地", "高崎市本町48", true },
		{ "高崎市本町４８番地", "高崎市本町49", false },
		{ "高崎市本町４８番地１", "高崎市本町48-1", true },
		{ "高崎市本町４８番地１", "高崎市本町481", false },
	};
	compare(rows, COUNT(rows), japanese_fold_address);
}

static void test_romaji(void)
{
	static const struct row rows[] = {
		{ "タカハシ　イチロウ", "Takahashi Ichiro", true },
		{ "ﾀｶﾊｼ", "TAKAHASI", true },
		{ "オオノ", "Ōno", true },
		{ "おおの", "Ohno", true },
		{ "ハットリ", "Hattori", true },
		{ "ハッチョウ", "Hatcho", true },
		{ "はっちょう", "Haccho", true },
		{ "ナンバ", "Namba", true },
		{ "ナンバ", "Nanba", true },
		{ "サンマ", "Samma", true },
		{ "ジュンイチ", "Jun'ichi", true },
		{ "ジュンイチ", "Zyun-iti", true },
		{ "マツシタ", "Matusita", true },
		{ "シュウヘイ", "Shūhei", true },
		{ "フジワラ", "Huziwara", true },
		{ "サトウ", "Sato", true },
		{ "サトウ", "Satoh", true },
		{ "ジョージ", "Joji", true },
		{ "ノハラ", "Nohara", true },
		{ "サトウ", "Saito", false },
		{ "タナカ", "Nakata", false },
		{ "高橋", "髙橋", true },
		{ "高橋", "タカハシ", false },
		{ "ッ", "", true },
		{ "メンマ", "Memma", true },
		{ "オハラ", "Ohara", true },
		{ "オオハラ", "Ohara", true },
	};
	compare(rows, COUNT(rows), japanese_fold_romaji);
}

/* A row of the table names each form once, and its base is nobody's form. */
static void test_kanji(void)
{
	CHECK_INT(japanese_kanji(0x9ad9), 0x9ad8, "髙");
	CHECK_INT(japanese_kanji(0x9ad8), 0x9ad8, "高");
	CHECK_INT(japanese_kanji('A'), 'A', "A");
	for (int32_t point = 0x3400; point < 0x30000; point++) {
		int32_t base = japanese_kanji(point);
		if (base != point)
			CHECK_INT(japanese_kanji(base), base, "the base of U+%04X",
				(unsigned)point);
	}
	CHECK(japanese_is_written("Mirai 銀行") && japanese_is_written("ｱ") &&
			!japanese_is_written("Mirai Bank, Ltd. 1-2-3"),
		"which texts are Japanese");
}

static void test_limits(void)
{
	char out[8];
	CHECK_ERR(japanese_fold("あいう", out, sizeof out), E_INPUT, "no room");
	CHECK_ERR(japanese_fold("\xff", out, sizeof out), E_INPUT, "not UTF-8");
	CHECK_OK(japanese_fold("", out, sizeof out), "nothing");
	char long_text[4200];
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = 0;
	CHECK_ERR(japanese_fold(long_text, out, sizeof out), E_INPUT, "too long");
	CHECK_ERR(japanese_fold_romaji(long_text, out, sizeof out), E_INPUT, "too long");
}

/* clang-format off */
/* UX feature 37: what is proposed, and what is no kana */
static void test_passport(void)
{
	static const struct {
		const char *kana, *romaji;
	} rows[] = { { "おおたに", "OTANI" }, { "せのお", "SENOO" },
		{ "まつうら", "MATSUURA" }, { "ほんま", "HOMMA" },
		{ "はっちょう", "HATCHO" }, { "ﾀｶﾊｼ", "TAKAHASHI" },
		{ "タカハシ", "TAKAHASHI" }, { "いちろう", "ICHIRO" },
		{ "こうの", "KONO" }, { "おおの", "ONO" }, { "ゆうこ", "YUKO" },
		{ "ひゅうが", "HYUGA" }, { "ちゅうじょう", "CHUJO" },
		{ "なんば", "NAMBA" }, { "さんぺい", "SAMPEI" }, { "ほった", "HOTTA" },
		{ "べっぷ", "BEPPU" }, { "いいだ", "IIDA" }, { "けいこ", "KEIKO" },
		{ "じょーじ", "JOJI" }, { "ローラ", "RORA" }, { "づか", "ZUKA" },
		{ "しんいち", "SHINICHI" }, { "じゅんいちろう", "JUNICHIRO" },
		{ "とおる", "TORU" }, { "みちお", "MICHIO" }, { "高橋", NULL },
		{ "Takahashi", NULL }, { "", NULL }, { "　", NULL }, { "ー", NULL },
		{ "たか1", NULL } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[64] = "untouched";
		struct err err = japanese_passport(rows[i].kana, out, sizeof out);
		if (rows[i].romaji == NULL)
			CHECK_ERR(err, E_INPUT, "%s", rows[i].kana);
		else
			CHECK_OK(err, "%s", rows[i].kana);
		CHECK_TEXT(out, rows[i].romaji == NULL ? "untouched" : rows[i].romaji,
			"%s", rows[i].kana);
	}
}

static const CU_TestInfo tests[] = {
	{ "names", test_names },
	{ "companies", test_companies },
	{ "addresses", test_addresses },
	{ "romaji", test_romaji },
	{ "kanji", test_kanji },
	{ "limits", test_limits },
	{ "passport", test_passport },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_japanese_fold = { "common/japanese/fold", tests, NULL,
	NULL };
