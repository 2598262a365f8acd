/* character: what Unicode says of single characters, as far as names have to know it. */
#ifndef COMMON_PKI_CHARACTER_H
#define COMMON_PKI_CHARACTER_H

#include "common/base/blob.h"

enum character_trouble {
	CHARACTER_FINE,
	CHARACTER_CONTROL,
	CHARACTER_INVISIBLE, /* changes the order of others, has no width, or is a space unlike U+0020 and U+3000 */
	CHARACTER_PRIVATE, /* 外字, or no character at all: every machine shows something else */
};
/*
 * before: the character before it, or -1. Selectors of variants (U+FE00 to U+FE0F, U+E0100 to U+E01EF) are fine directly
 * behind a kanji and nowhere else: they tell 葛󠄀 of 葛城市 from 葛 of 葛飾区, and names need that.
 */
enum character_trouble character_judge(int32_t point, int32_t before);
bool character_is_kanji(int32_t point);
bool character_is_space(int32_t point); /* of any width */
bool character_is_letter_or_digit(int32_t point);

/* Which writing a letter belongs to. Kanji and both kana are one: names mix them. */
enum script {
	SCRIPT_NONE = 0, /* digits, marks, signs: at home everywhere */
	SCRIPT_LATIN = 1 << 0,
	SCRIPT_JAPANESE = 1 << 1,
	SCRIPT_HANGUL = 1 << 2,
	SCRIPT_GREEK = 1 << 3,
	SCRIPT_CYRILLIC = 1 << 4,
	SCRIPT_OTHER = 1 << 5,
};
enum script character_script(int32_t point);

/* Whether all are those of a PrintableString (X.680 section 41.4). */
bool character_are_printable(struct blob text);

/* Normalization Form C. text: UTF-8. */
bool character_is_nfc(const char *text);

#endif
