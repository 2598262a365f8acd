/*
 * romaji: kana and the ways to write them in Latin letters, made one. The spelling is Hepburn's without long vowels, as a
 * passport has it (旅券法施行規則 別表第二), but n stays n before b, m and p; Kunrei and Nippon spellings (ISO 3602) and the
 * passport's m become it.
 */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/japanese/fold.h"

struct spelling {
	const char *from, *to;
};

/* clang-format off */
/* Longest first where one begins another. */
static const struct spelling kana[] = {
	{ "キャ", "kya" }, { "キュ", "kyu" }, { "キョ", "kyo" }, { "シャ", "sha" }, { "シュ", "shu" }, { "ショ", "sho" },
	{ "チャ", "cha" }, { "チュ", "chu" }, { "チョ", "cho" }, { "ニャ", "nya" }, { "ニュ", "nyu" }, { "ニョ", "nyo" },
	{ "ヒャ", "hya" }, { "ヒュ", "hyu" }, { "ヒョ", "hyo" }, { "ミャ", "mya" }, { "ミュ", "myu" }, { "ミョ", "myo" },
	{ "リャ", "rya" }, { "リュ", "ryu" }, { "リョ", "ryo" }, { "ギャ", "gya" }, { "ギュ", "gyu" }, { "ギョ", "gyo" },
	{ "ジャ", "ja" },  { "ジュ", "ju" },  { "ジョ", "jo" },  { "ヂャ", "ja" },  { "ヂュ", "ju" },  { "ヂョ", "jo" },
	{ "ビャ", "bya" }, { "ビュ", "byu" }, { "ビョ", "byo" }, { "ピャ", "pya" }, { "ピュ", "pyu" }, { "ピョ", "pyo" },
	{ "シェ", "she" }, { "チェ", "che" }, { "ジェ", "je" },  { "ティ", "ti" },  { "ディ", "di" },  { "デュ", "du" },
	{ "ファ", "fa" },  { "フィ", "fi" },  { "フェ", "fe" },  { "フォ", "fo" },  { "ヴァ", "va" },  { "ヴィ", "vi" },
	{ "ヴェ", "ve" },  { "ヴォ", "vo" },  { "ヴ", "vu" },    { "ウィ", "wi" },  { "ウェ", "we" },  { "ウォ", "wo" },
	{ "ア", "a" },   { "イ", "i" },   { "ウ", "u" },   { "エ", "e" },  { "オ", "o" },
	{ "カ", "ka" },  { "キ", "ki" },  { "ク", "ku" },  { "ケ", "ke" }, { "コ", "ko" },
	{ "サ", "sa" },  { "シ", "shi" }, { "ス", "su" },  { "セ", "se" }, { "ソ", "so" },
	{ "タ", "ta" },  { "チ", "chi" }, { "ツ", "tsu" }, { "テ", "te" }, { "ト", "to" },
	{ "ナ", "na" },  { "ニ", "ni" },  { "ヌ", "nu" },  { "ネ", "ne" }, { "ノ", "no" },
	{ "ハ", "ha" },  { "ヒ", "hi" },  { "フ", "fu" },  { "ヘ", "he" }, { "ホ", "ho" },
	{ "マ", "ma" },  { "ミ", "mi" },  { "ム", "mu" },  { "メ", "me" }, { "モ", "mo" },
	{ "ヤ", "ya" },  { "ユ", "yu" },  { "ヨ", "yo" },
	{ "ラ", "ra" },  { "リ", "ri" },  { "ル", "ru" },  { "レ", "re" }, { "ロ", "ro" },
	{ "ワ", "wa" },  { "ヰ", "i" },   { "ヱ", "e" },   { "ヲ", "o" },  { "ン", "n" },
	{ "ガ", "ga" },  { "ギ", "gi" },  { "グ", "gu" },  { "ゲ", "ge" }, { "ゴ", "go" },
	{ "ザ", "za" },  { "ジ", "ji" },  { "ズ", "zu" },  { "ゼ", "ze" }, { "ゾ", "zo" },
	{ "ダ", "da" },  { "ヂ", "ji" },  { "ヅ", "zu" },  { "デ", "de" }, { "ド", "do" },
	{ "バ", "ba" },  { "ビ", "bi" },  { "ブ", "bu" },  { "ベ", "be" }, { "ボ", "bo" },
	{ "パ", "pa" },  { "ピ", "pi" },  { "プ", "pu" },  { "ペ", "pe" }, { "ポ", "po" },
	{ "ァ", "a" },   { "ィ", "i" },   { "ゥ", "u" },   { "ェ", "e" },  { "ォ", "o" },
	{ "ャ", "ya" },  { "ュ", "yu" },  { "ョ", "yo" },  { "ヮ", "wa" }, { "ヵ", "ka" }, { "ヶ", "ke" },
};
static const struct spelling latin[] = {
	{ "ā", "a" }, { "ī", "i" }, { "ū", "u" }, { "ē", "e" }, { "ō", "o" },
	{ "â", "a" }, { "î", "i" }, { "û", "u" }, { "ê", "e" }, { "ô", "o" },
	{ "sya", "sha" }, { "syu", "shu" }, { "syo", "sho" }, { "tya", "cha" }, { "tyu", "chu" }, { "tyo", "cho" },
	{ "zya", "ja" },  { "zyu", "ju" },  { "zyo", "jo" },  { "jya", "ja" },  { "jyu", "ju" },  { "jyo", "jo" },
	{ "cchi", "tchi" }, { "ccha", "tcha" }, { "cchu", "tchu" }, { "ccho", "tcho" },
	{ "l", "r" },
};
static const struct spelling syllables[] = { { "si", "shi" }, { "ti", "chi" }, { "tu", "tsu" }, { "hu", "fu" }, { "zi", "ji" } };
/* clang-format on */

static const struct spelling *begins(const struct spelling *rows, size_t count,
	const char *at)
{
	for (size_t i = 0; i < count; i++)
		if (text_starts(at, rows[i].from))
			return &rows[i];
	return NULL;
}

/* Kana to letters; a small tsu doubles the consonant behind it, ch with a t. */
static RESULT spell_kana(const char *at, struct buf *out)
{
	static const char small_tsu[] = "ッ";
	bool doubled = false;
	while (*at != 0) {
		if (text_starts(at, small_tsu)) {
			doubled = true;
			at += strlen(small_tsu);
			continue;
		}
		const struct spelling *row = begins(kana, COUNT(kana), at);
		const char *to = row != NULL ? row->to : NULL;
		if (doubled && to != NULL && strchr("aiueo", to[0]) == NULL)
			TRY(buf_append(out,
				blob_make(text_starts(to, "ch") ? "t" : to, 1)));
		doubled = false;
		TRY(to != NULL ? buf_append_text(out, to)
			       : buf_append(out, blob_make(at, 1)));
		at += row != NULL ? strlen(row->from) : 1;
	}
	return OK;
}

/* The hu of shu and chu is no syllable of its own. */
static bool is_syllable(const char *start, const char *at)
{
	return at == start || strchr("sc", at[-1]) == NULL || at[0] != 'h';
}

/* The m of a passport's Namba. */
static bool is_passport_n(const char *at)
{
	return at[0] == 'm' && at[1] != 0 && strchr("bmp", at[1]) != NULL;
}

static RESULT spell_latin(const char *start, struct buf *out)
{
	for (const char *at = start; *at != 0;) {
		const struct spelling *row = begins(latin, COUNT(latin), at);
		if (row == NULL && is_syllable(start, at))
			row = begins(syllables, COUNT(syllables), at);
		if (row != NULL)
			TRY(buf_append_text(out, row->to));
		else
			TRY(buf_append(out, blob_make(is_passport_n(at) ? "n" : at, 1)));
		at += row != NULL ? strlen(row->from) : 1;
	}
	return OK;
}

/* What a passport may leave out or write as h: ou, oo, oh, uu and the hyphen of a long vowel. */
static RESULT shorten(const char *at, struct buf *out)
{
	char before = 0;
	for (; *at != 0; at++) {
		bool last = at[1] == 0 || strchr("aiueoy", at[1]) == NULL;
		if (*at == '-' || (before == 'o' && (*at == 'o' || *at == 'u')) ||
			(before == 'u' && *at == 'u') ||
			(before == 'o' && *at == 'h' && last))
			continue;
		TRY(buf_append(out, blob_make(at, 1)));
		before = *at;
	}
	return OK;
}

RESULT japanese_fold_romaji(const char *in, char *out, size_t size)
{
	enum { MOST = 8192 };
	char folded[2048];
	AUTO(buf_clear) struct buf letters = BUF(MOST);
	AUTO(buf_clear) struct buf one = BUF(MOST);
	AUTO(buf_clear) struct buf made = BUF(MOST);
	TRY(japanese_fold(in, folded, sizeof folded));
	TRY(spell_kana(folded, &letters));
	TRY(spell_latin(buf_text(&letters), &one));
	TRY(shorten(buf_text(&one), &made));
	return text_copy(buf_text(&made), out, size);
}

/* ---- as a passport has it */

/* A long u or o is written once; オ at the end is written (妹尾: SENOO), and ウ behind these begins another part of a name (松浦). */
static bool is_long(const char *at, const char *before, char vowel)
{
	static const char *const apart[] = { "ツ", "ヌ", "ム", "ル", "グ", "ズ", "ブ",
		"プ" };
	static const char u[] = "ウ", o[] = "オ";
	if (text_starts(at, o))
		return vowel == 'o' && at[strlen(o)] != 0;
	if (!text_starts(at, u) || (vowel != 'o' && vowel != 'u'))
		return false;
	for (size_t i = 0; vowel == 'u' && i < COUNT(apart); i++)
		if (strcmp(before, apart[i]) == 0)
			return false;
	return true;
}

static RESULT append_capitals(const char *text, struct buf *out)
{
	for (; *text != 0; text++) {
		char capital = (char)(*text >= 'a' && *text <= 'z' ? *text - 32 : *text);
		TRY(buf_append(out, blob_make(&capital, 1)));
	}
	return OK;
}

static RESULT spell_passport(const char *at, struct buf *out)
{
	static const char small_tsu[] = "ッ";
	const char *before = "";
	char vowel = 0;
	bool doubled = false;
	while (*at != 0) {
		if (text_starts(at, small_tsu) || *at == '-') {
			doubled |= *at != '-';
			at += *at == '-' ? 1 : strlen(small_tsu);
			continue;
		}
		const struct spelling *row = begins(kana, COUNT(kana), at);
		if (row == NULL)
			return FAIL(E_INPUT, "not in kana");
		const char *next = at + strlen(row->from);
		const struct spelling *then = begins(kana, COUNT(kana), next);
		if (!is_long(at, before, vowel)) {
			bool m = strcmp(row->to, "n") == 0 && then != NULL &&
				 strchr("bmp", then->to[0]) != NULL;
			if (doubled && strchr("aiueo", row->to[0]) == NULL)
				TRY(append_capitals(text_starts(row->to, "ch")
							    ? "t"
							    : (char[]){ row->to[0], 0 },
					out));
			TRY(append_capitals(m ? "m" : row->to, out));
			vowel = row->to[strlen(row->to) - 1];
		} else {
			vowel = 0; /* a third of its kind is a syllable again */
		}
		doubled = false;
		before = row->from;
		at = next;
	}
	return out->len > 0 ? OK : FAIL(E_INPUT, "nothing in kana");
}

RESULT japanese_passport(const char *in, char *out, size_t size)
{
	enum { MOST = 8192 };
	char folded[2048];
	AUTO(buf_clear) struct buf made = BUF(MOST);
	TRY(japanese_fold(in, folded, sizeof folded));
	TRY(spell_passport(folded, &made));
	return text_copy(buf_text(&made), out, size);
}
