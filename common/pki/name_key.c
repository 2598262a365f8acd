#include "common/pki/name_key.h"

#include <utf8proc.h>

#include "common/base/table.h"
#include "common/base/text.h"

/* ---- kana: as Kunrei writes them, from which no other system tells more */

enum { KATAKANA_FIRST = 0x30a1, HIRAGANA_FIRST = 0x3041, HIRAGANA_LAST = 0x3096 };

/* clang-format off */
static const char *const kana[] = { /* from U+30A1; small letters as they sound behind another; "*": the next consonant is doubled */
	"a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge", "ko", "go", "sa", "za",
	"si", "zi", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "ti", "zi", "*", "tu", "zu", "te", "de", "to", "do", "na", "ni",
	"nu", "ne", "no", "ha", "ba", "pa", "hi", "bi", "pi", "hu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma", "mi", "mu",
	"me", "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "bu", "ka", "ke",
};
/* Those that join what stands before them: ャュョ take away an i, ァィゥェォ an u. */
static const struct { uint16_t point; char takes; } small[] = {
	{ 0x30a1, 'u' }, { 0x30a3, 'u' }, { 0x30a5, 'u' }, { 0x30a7, 'u' }, { 0x30a9, 'u' },
	{ 0x30e3, 'i' }, { 0x30e5, 'i' }, { 0x30e7, 'i' },
};

/* ---- romaji: each system becomes Kunrei; the first that fits is taken, so the longer stand before the shorter. */

static const struct { const char *from, *to; } romaji[] = {
	{ "cchi", "tti" }, { "cch", "tty" }, { "tchi", "tti" }, { "tch", "tty" }, { "shi", "si" }, { "sh", "sy" }, { "chi", "ti" }, { "ch", "ty" }, { "tsu", "tu" }, { "dzu", "zu" },
	{ "dzi", "zi" }, { "dya", "zya" }, { "dyu", "zyu" }, { "dyo", "zyo" }, { "ji", "zi" }, { "jy", "zy" }, { "j", "zy" },
	{ "du", "zu" }, { "di", "zi" }, { "f", "h" }, { "v", "b" }, { "mb", "nb" }, { "mp", "np" }, { "mm", "nm" }, { "nn", "n" },
};
/* clang-format on */

static bool is_vowel(char c)
{
	return c != 0 && strchr("aeiou", c) != NULL;
}

/* A long vowel is written in five ways, one of them not at all: oo, ou, oh, ō, o. An h begins a syllable where a vowel follows. */
static size_t long_vowel(const char *at)
{
	if (at[0] == 'u' && at[1] == 'u')
		return 2;
	if (at[0] != 'o')
		return 0;
	if (at[1] == 'o' || at[1] == 'u')
		return 2;
	return at[1] == 'h' && !is_vowel(at[2]) ? 2 : 0;
}

static size_t rule_of(const char *at)
{
	size_t i = 0;
	while (i < COUNT(romaji) &&
		strncmp(at, romaji[i].from, strlen(romaji[i].from)) != 0)
		i++;
	return i;
}

/* In two walks: consonants, then vowels, for the second must not see what the first has not written yet. */
static RESULT write_latin(const char *word, struct buf *out)
{
	AUTO(buf_clear) struct buf plain = BUF(out->max);
	for (const char *at = word; *at != 0;) {
		size_t rule = rule_of(at);
		if (rule == COUNT(romaji)) {
			TRY(buf_append(&plain, blob_make(at++, 1)));
			continue;
		}
		TRY(buf_append_text(&plain, romaji[rule].to));
		at += strlen(romaji[rule].from);
	}
	for (const char *at = buf_text(&plain); *at != 0;) {
		size_t length = long_vowel(at);
		TRY(buf_append(out, blob_make(at, 1)));
		at += length == 0 ? 1 : length;
	}
	return OK;
}

/* ---- a word: letters wait until it ends or goes on in kanji */

struct writing {
	struct buf *out;
	struct buf latin; /* what is read as sounds */
	bool doubled;     /* behind ッ */
	bool begun;       /* a word has begun */
};

static RESULT begin(struct writing *w)
{
	if (!w->begun && w->out->len > 0)
		TRY(buf_append_text(w->out, " "));
	w->begun = true;
	return OK;
}

static RESULT flush(struct writing *w)
{
	w->doubled = false;
	if (w->latin.len == 0)
		return OK;
	TRY(begin(w));
	TRY(write_latin(buf_text(&w->latin), w->out));
	buf_clear(&w->latin);
	return OK;
}

static RESULT end_word(struct writing *w)
{
	TRY(flush(w));
	w->begun = false;
	return OK;
}

static void join(struct writing *w, int32_t point)
{
	for (size_t i = 0; i < COUNT(small); i++)
		if (small[i].point == point && w->latin.len > 1 &&
			w->latin.data[w->latin.len - 1] == (uint8_t)small[i].takes)
			w->latin.len--;
}

static RESULT add_kana(struct writing *w, int32_t point)
{
	const char *sound = kana[point - KATAKANA_FIRST];
	if (sound[0] == '*') {
		w->doubled = true;
		return OK;
	}
	join(w, point);
	if (w->doubled && !is_vowel(sound[0]))
		TRY(buf_append(&w->latin, blob_make(sound, 1)));
	w->doubled = false;
	return buf_append_text(&w->latin, sound);
}

static RESULT add_kanji(struct writing *w, int32_t point)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t length = utf8proc_encode_char(kanji_everyday(point), bytes);
	TRY(flush(w));
	TRY(begin(w));
	return buf_append(w->out, blob_make(bytes, (size_t)length));
}

/* A Latin letter without its accents. */
static int32_t bare(int32_t point)
{
	utf8proc_int32_t parts[8];
	int last = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char(point, parts, COUNT(parts),
		UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &last);
	return count < 1 ? point : parts[0];
}

static bool is_mark_inside(int32_t point)
{
	return point == '\'' || point == 0x2019 || point == 0x30fc; /* Jun'ichi, ー */
}

static RESULT add(struct writing *w, int32_t point)
{
	if (point >= HIRAGANA_FIRST && point <= HIRAGANA_LAST)
		point += KATAKANA_FIRST - HIRAGANA_FIRST;
	if (point >= KATAKANA_FIRST && point < KATAKANA_FIRST + (int32_t)COUNT(kana))
		return add_kana(w, point);
	if (is_mark_inside(point))
		return OK;
	if (point > 0x7f && point < 0x2000)
		point = bare(point);
	if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9')) {
		char c = (char)point;
		return buf_append(&w->latin, blob_make(&c, 1));
	}
	utf8proc_category_t category = utf8proc_category(point);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO
		       ? add_kanji(w, point)
		       : end_word(w);
}

RESULT name_key(const char *text, struct buf *out)
{
	utf8proc_uint8_t *folded = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)text);
	struct writing w = { .out = out, .latin = BUF(out->max) };
	struct err err = OK;
	if (folded == NULL)
		return FAIL(E_INPUT, "not UTF-8");
	const utf8proc_uint8_t *at = folded;
	for (utf8proc_int32_t point; *at != 0 && !err_is(err);) {
		at += utf8proc_iterate(at, -1, &point);
		err = add(&w, point);
	}
	if (!err_is(err))
		err = end_word(&w);
	buf_clear(&w.latin);
	free(folded);
	return err;
}
