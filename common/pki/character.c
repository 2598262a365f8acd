#include "common/pki/character.h"

#include <utf8proc.h>

#include "common/base/table.h"
#include "common/base/text.h"

struct range {
	int32_t from, to;
	enum script script;
};

/* clang-format off */
static const struct range scripts[] = { /* Unicode's Scripts.txt, blocks of letters that names are made of */
	{ 0x0041, 0x024f, SCRIPT_LATIN },
	{ 0x0250, 0x02af, SCRIPT_LATIN },
	{ 0x02b0, 0x02ff, SCRIPT_NONE },       /* modifier letters: apostrophes of many writings */
	{ 0x0370, 0x03ff, SCRIPT_GREEK },
	{ 0x0400, 0x052f, SCRIPT_CYRILLIC },
	{ 0x1100, 0x11ff, SCRIPT_HANGUL },
	{ 0x1c80, 0x1c8f, SCRIPT_CYRILLIC },
	{ 0x1d00, 0x1dbf, SCRIPT_LATIN },
	{ 0x1e00, 0x1eff, SCRIPT_LATIN },
	{ 0x1f00, 0x1fff, SCRIPT_GREEK },
	{ 0x2c60, 0x2c7f, SCRIPT_LATIN },
	{ 0x2de0, 0x2dff, SCRIPT_CYRILLIC },
	{ 0x3005, 0x3007, SCRIPT_JAPANESE },   /* 々〆〇 */
	{ 0x3031, 0x303c, SCRIPT_JAPANESE },
	{ 0x3041, 0x30ff, SCRIPT_JAPANESE },
	{ 0x3130, 0x318f, SCRIPT_HANGUL },
	{ 0x31f0, 0x31ff, SCRIPT_JAPANESE },
	{ 0x3400, 0x4dbf, SCRIPT_JAPANESE },
	{ 0x4e00, 0x9fff, SCRIPT_JAPANESE },
	{ 0xa640, 0xa69f, SCRIPT_CYRILLIC },
	{ 0xa720, 0xa7ff, SCRIPT_LATIN },
	{ 0xa960, 0xa97f, SCRIPT_HANGUL },
	{ 0xac00, 0xd7ff, SCRIPT_HANGUL },
	{ 0xf900, 0xfaff, SCRIPT_JAPANESE },
	{ 0xff21, 0xff5a, SCRIPT_LATIN },
	{ 0xff66, 0xff9f, SCRIPT_JAPANESE },
	{ 0xffa0, 0xffdc, SCRIPT_HANGUL },
	{ 0x1b000, 0x1b16f, SCRIPT_JAPANESE }, /* 変体仮名 */
	{ 0x20000, 0x3fffd, SCRIPT_JAPANESE },
};
/* clang-format on */

enum { BRAILLE_BLANK = 0x2800, IDEOGRAPHIC_SPACE = 0x3000 };

static bool is_letter(utf8proc_category_t category)
{
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool character_is_kanji(int32_t point)
{
	return point == 0x3005 || point == 0x3007 ||
	       (point >= 0x3400 && point <= 0x4dbf) ||
	       (point >= 0x4e00 && point <= 0x9fff) ||
	       (point >= 0xf900 && point <= 0xfaff) ||
	       (point >= 0x20000 && point <= 0x3fffd);
}

bool character_is_space(int32_t point)
{
	return utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

bool character_is_letter_or_digit(int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);
	return is_letter(category) || category == UTF8PROC_CATEGORY_ND ||
	       character_is_kanji(point);
}

static bool is_selector(int32_t point)
{
	return (point >= 0xfe00 && point <= 0xfe0f) ||
	       (point >= 0xe0100 && point <= 0xe01ef);
}

/* Kanji come with every year's Unicode, faster than our tables: unassigned places of their planes are let through. */
static bool is_unassigned(int32_t point, utf8proc_category_t category)
{
	bool noncharacter =
		(point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
	return noncharacter || category == UTF8PROC_CATEGORY_CO ||
	       category == UTF8PROC_CATEGORY_CS ||
	       (category == UTF8PROC_CATEGORY_CN && !character_is_kanji(point));
}

enum character_trouble character_judge(int32_t point, int32_t before)
{
	if (point >= 0x20 && point < 0x7f)
		return CHARACTER_FINE;
	utf8proc_category_t category = utf8proc_category(point);
	if (category == UTF8PROC_CATEGORY_CC)
		return CHARACTER_CONTROL;
	if (is_selector(point))
		return character_is_kanji(before) ? CHARACTER_FINE : CHARACTER_INVISIBLE;
	/* Unicode's Default_Ignorable_Code_Point holds the joiners, fillers and bidi marks; Cf the rest of the formatters. */
	if (utf8proc_get_property(point)->ignorable || category == UTF8PROC_CATEGORY_CF ||
		category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
		point == BRAILLE_BLANK ||
		(category == UTF8PROC_CATEGORY_ZS && point != IDEOGRAPHIC_SPACE))
		return CHARACTER_INVISIBLE;
	return is_unassigned(point, category) ? CHARACTER_PRIVATE : CHARACTER_FINE;
}

enum script character_script(int32_t point)
{
	if (!is_letter(utf8proc_category(point)) && !character_is_kanji(point))
		return SCRIPT_NONE;
	for (size_t i = 0; i < COUNT(scripts); i++)
		if (point >= scripts[i].from && point <= scripts[i].to)
			return scripts[i].script;
	return SCRIPT_OTHER;
}

bool character_are_printable(struct blob text)
{
	static const char others[] = " '()+,-./:=?";
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (!letter && !digit && memchr(others, c, sizeof others - 1) == NULL)
			return false;
	}
	return true;
}

bool character_is_nfc(const char *text)
{
	struct blob bytes = blob_text(text);
	size_t at = 0;
	int32_t point = 0, highest = 0;
	while ((point = text_next(bytes, &at)) >= 0)
		highest = point > highest ? point : highest;
	/* No character below U+0300 is anything else in Form C. */
	if (highest < 0x300)
		return true;
	utf8proc_uint8_t *normal = utf8proc_NFC((const utf8proc_uint8_t *)text);
	bool same = normal != NULL && strcmp((const char *)normal, text) == 0;
	free(normal);
	return same;
}
