#include <utf8proc.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/name.h"

/* U+FF61 to U+FF9D, half-width punctuation and katakana, as their full-width characters. */
/* clang-format off */
static const uint16_t wide_kana[] = {
	0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3,
	0x30fc, 0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb,
	0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8,
	0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef,
	0x30f3,
};
/* Hyphens, dashes, the minus, the long vowel mark and a box line: between digits all of them are meant as '-'. */
static const uint16_t hyphens[] = {
	0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x207b, 0x2212, 0x2500, 0x2501, 0x30fc, 0xfe58, 0xfe63, 0xff0d,
	0xff70,
};
/* clang-format on */

enum {
	HALF_KANA_FIRST = 0xff61,
	HALF_KANA_LAST = 0xff9d,
	HALF_VOICED = 0xff9e,
	HALF_SEMI_VOICED = 0xff9f,
	VOICED = 0x3099, /* combining; U+309B is the mark that stands alone */
	VOICED_ALONE = 0x309b,
	WIDE_ASCII_FIRST = 0xff01,
	WIDE_ASCII_LAST = 0xff5e,
	SELECTOR_FIRST = 0xfe00,
};

struct points {
	size_t count;
	int32_t *point; /* room for two of every octet that came in, and a final one */
};

static void points_free(struct points *points)
{
	free(points->point);
}
AUTO_DEFINE_HELD(struct points, points_free)

static int32_t last_of(const struct points *points)
{
	return points->count == 0 ? -1 : points->point[points->count - 1];
}

static void push(struct points *points, int32_t point)
{
	points->point[points->count++] = point;
}

static int32_t narrow(int32_t point)
{
	if (point >= WIDE_ASCII_FIRST && point <= WIDE_ASCII_LAST)
		return point - WIDE_ASCII_FIRST + '!';
	if (point >= HALF_KANA_FIRST && point <= HALF_KANA_LAST)
		return wide_kana[point - HALF_KANA_FIRST];
	return character_is_space(point) ? ' ' : point;
}

static bool is_digit(int32_t point)
{
	return point >= '0' && point <= '9';
}

static bool is_hyphen(int32_t point)
{
	for (size_t i = 0; i < COUNT(hyphens); i++)
		if (hyphens[i] == point)
			return true;
	return false;
}

/* ｶ and its ﾞ are one character; behind a letter that has no voiced form the mark stands alone. */
static void push_mark(struct points *points, int32_t half)
{
	int32_t pair[3] = { last_of(points), VOICED + (half - HALF_VOICED) };
	if (points->count > 0 && utf8proc_normalize_utf32(pair, 2,
					 UTF8PROC_STABLE | UTF8PROC_COMPOSE) == 1)
		points->point[points->count - 1] = pair[0];
	else
		push(points, VOICED_ALONE + (half - HALF_VOICED));
}

/* The kanji that a compatibility kanji is a variant of; 0 when the point is none. */
static int32_t kanji_base(int32_t point)
{
	int32_t base[4];
	bool compatibility = (point >= 0xf900 && point <= 0xfaff) ||
			     (point >= 0x2f800 && point <= 0x2fa1f);
	if (!compatibility ||
		utf8proc_decompose_char(point, base, 4, UTF8PROC_DECOMPOSE, NULL) != 1)
		return 0;
	return base[0] == point ? 0 : base[0];
}

/*
 * Form C makes 神 out of its old form U+FA19, and a name would be another one. Unicode gives each compatibility kanji a
 * sequence that stays (StandardizedVariants.txt): the base and the selector whose number is its place among those of the
 * same base.
 */
static void push_variant(struct points *points, int32_t point, int32_t base)
{
	int32_t selector = SELECTOR_FIRST;
	for (int32_t other = 0xf900; other < point;
		other = other == 0xfaff ? 0x2f800 : other + 1)
		selector += kanji_base(other) == base;
	push(points, base);
	push(points, selector);
}

static void push_point(struct points *points, int32_t point, int32_t next)
{
	int32_t narrowed = narrow(point), base = kanji_base(point);
	if (is_hyphen(point) && is_digit(last_of(points)) && is_digit(narrow(next)))
		push(points, '-');
	else if (point == HALF_VOICED || point == HALF_SEMI_VOICED)
		push_mark(points, point);
	else if (narrowed == ' ' && (points->count == 0 || last_of(points) == ' '))
		return;
	else if (base != 0)
		push_variant(points, point, base);
	else
		push(points, narrowed);
}

static void repair(struct blob in, struct points *points)
{
	size_t at = 0;
	int32_t point = text_next(in, &at);
	while (point >= 0) {
		int32_t next = text_next(in, &at);
		push_point(points, point, next);
		point = next;
	}
	if (last_of(points) == ' ')
		points->count--;
}

static RESULT encode(const struct points *points, struct buf *out)
{
	for (size_t i = 0; i < points->count; i++) {
		uint8_t octets[4];
		utf8proc_ssize_t len = utf8proc_encode_char(points->point[i], octets);
		TRY(buf_append(out, blob_make(octets, (size_t)len)));
	}
	return OK;
}

static void normal_free(char *text)
{
	free(text);
}
AUTO_DEFINE(char, normal_free)

RESULT name_normalize(const char *in, char *out, size_t size, bool *changed)
{
	struct blob bytes = blob_text(in);
	if (!text_is_utf8(bytes))
		return FAIL(E_INPUT, "not UTF-8");
	if (bytes.len >= size)
		return FAIL(E_INPUT, "longer than %zu bytes", size - 1);
	AUTO(points_free)
	struct points points = { .point = calloc(2 * bytes.len + 1,
					 sizeof *points.point) };
	if (points.point == NULL)
		return FAIL(E_IO, "out of memory");
	repair(bytes, &points);
	AUTO(buf_clear) struct buf made = BUF(4 * points.count);
	TRY(encode(&points, &made));
	AUTO(normal_free)
	char *normal = (char *)utf8proc_NFC((const utf8proc_uint8_t *)buf_text(&made));
	if (normal == NULL)
		return FAIL(E_IO, "out of memory");
	bool differs = strcmp(normal, in) != 0;
	TRY(text_copy(normal, out, size));
	if (differs)
		*changed = true;
	return OK;
}
