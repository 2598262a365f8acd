/* characters: what a text in a name may be made of, how long it may be, and whether it says anything. */
#include <string.h>
#include <utf8proc.h>

#include "ca/lint/lint_inner.h"
#include "common/base/table.h"

enum {
	IDEOGRAPHIC_SPACE = 0x3000,
	BRAILLE_BLANK = 0x2800,
	MOST_CHARS = 256,
	MOST_DECOMPOSED = 4 * MOST_CHARS
};

/* A code point off the front; -1 at the end or on a wrong byte. */
static int32_t take_point(struct span *in)
{
	utf8proc_int32_t point;
	if (in->len == 0)
		return -1;
	if (in->at[0] < 0x80) {
		point = in->at[0];
		in->at++;
		in->len--;
		return point;
	}
	utf8proc_ssize_t len =
		utf8proc_iterate(in->at, (utf8proc_ssize_t)in->len, &point);
	if (len <= 0)
		return -1;
	in->at += len;
	in->len -= (size_t)len;
	return point;
}

static bool is_han(int32_t point)
{
	return point == 0x3005 || point == 0x3007 ||
	       (point >= 0x3400 && point <= 0x4dbf) ||
	       (point >= 0x4e00 && point <= 0x9fff) ||
	       (point >= 0xf900 && point <= 0xfaff) ||
	       (point >= 0x20000 && point <= 0x3fffd);
}

static bool is_selector(int32_t point)
{
	return (point >= 0xfe00 && point <= 0xfe0f) ||
	       (point >= 0xe0100 && point <= 0xe01ef);
}

/*
 * R-ISS-11: nothing that cannot be seen, turns the line around, or is seen differently on every machine. Selectors stand
 * only behind their kanji. Kanji younger than our tables are unassigned there, and still kanji.
 */
static bool is_forbidden(int32_t point, int32_t before)
{
	if (point < 0x7f)
		return point < 0x20;
	if (is_selector(point))
		return !is_han(before);
	const utf8proc_property_t *property = utf8proc_get_property(point);
	if (property->ignorable || point == BRAILLE_BLANK)
		return true;
	switch ((utf8proc_category_t)property->category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	case UTF8PROC_CATEGORY_CN:
		return !is_han(point) || (point & 0xfffe) == 0xfffe;
	case UTF8PROC_CATEGORY_ZS:
		return point != IDEOGRAPHIC_SPACE;
	default:
		return false;
	}
}

bool text_is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= 0x80)
			return false;
	return true;
}

bool text_is_printable(struct span text)
{
	/* One bit a character from 0x20 on: A-Z a-z 0-9 space ' ( ) + , - . / : = ? */
	static const uint32_t allowed[3] = { 0xa7fffb81, 0x07fffffe, 0x07fffffe };
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		if (c < 0x20 || c >= 0x80 ||
			(allowed[(c - 0x20) / 32] >> (c % 32) & 1) == 0)
			return false;
	}
	return true;
}

/* Normalization Form C, on the stack: composing what was taken apart gives the same again. */
static bool is_nfc(struct span text)
{
	utf8proc_int32_t room[MOST_DECOMPOSED];
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	bool low = true;
	for (size_t i = 0; i < text.len; i++)
		low = low && text.at[i] < 0xcc;
	if (low)
		return true; /* nothing below U+0300, UTF-8 cc 80, is anything else in Form C */
	utf8proc_ssize_t len = utf8proc_decompose(text.at, (utf8proc_ssize_t)text.len,
		room, MOST_DECOMPOSED, how);
	if (len < 0 || len > MOST_DECOMPOSED)
		return false;
	len = utf8proc_normalize_utf32(room, len, how);
	for (utf8proc_ssize_t i = 0; i < len; i++)
		if (take_point(&text) != room[i])
			return false;
	return text.len == 0;
}

static bool says_something(struct span text)
{
	while (text.len > 0) {
		int32_t point = take_point(&text);
		utf8proc_category_t category = utf8proc_category(point);
		if ((category >= UTF8PROC_CATEGORY_LU &&
			    category <= UTF8PROC_CATEGORY_LO) ||
			category == UTF8PROC_CATEGORY_ND || is_han(point))
			return true;
	}
	return false;
}

/* R-ISS-11. Na, None, Null and Test are people's names too. */
static bool is_placeholder(struct span text, bool of_a_person)
{
	static const char *const words[] = { "n/a", "unknown", "tbd", "xxx", "undefined",
		"not applicable", "not available", "不明", "なし", "無し", "未定",
		"該当なし", "該当無し", "未登録", "同上" };
	static const char *const names_too[] = { "na", "none", "null", "test", "dummy",
		"sample" };
	char lower[32];
	if (!says_something(text))
		return true;
	if (text.len >= sizeof lower)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	lower[text.len] = 0;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(lower, words[i]) == 0)
			return true;
	for (size_t i = 0; i < COUNT(names_too) && !of_a_person; i++)
		if (strcmp(lower, names_too[i]) == 0)
			return true;
	return false;
}

static bool is_space(int32_t point)
{
	return point == ' ' || point == IDEOGRAPHIC_SPACE;
}

bool text_fits(const char *what, struct span text, size_t max_chars, bool of_a_person,
	struct lint_findings *findings)
{
	struct span rest = text;
	size_t count = 0;
	int32_t before = -1, first = -1;
	while (rest.len > 0) {
		int32_t point = take_point(&rest);
		count++;
		if (point < 0 || is_forbidden(point, before)) {
			lint_add(findings, &lint_rule_characters, "%s, character %zu",
				what, count);
			return false;
		}
		first = count == 1 ? point : first;
		before = point;
	}
	if (count == 0 || count > max_chars || count > MOST_CHARS) {
		lint_add(findings, &lint_rule_length, "%s: %zu of %zu", what, count,
			max_chars);
		return false;
	}
	if (is_space(first) || is_space(before)) {
		lint_add(findings, &lint_rule_characters, "%s, a space at an end", what);
		return false;
	}
	if (!is_nfc(text)) {
		lint_add(findings, &lint_rule_characters, "%s is not in Form C", what);
		return false;
	}
	if (is_placeholder(text, of_a_person)) {
		lint_add(findings, &lint_rule_placeholder, "%s", what);
		return false;
	}
	return true;
}

unsigned text_scripts(struct span text)
{
	unsigned found = 0;
	while (text.len > 0) {
		int32_t point = take_point(&text);
		utf8proc_category_t category = utf8proc_category(point);
		bool letter = category >= UTF8PROC_CATEGORY_LU &&
			      category <= UTF8PROC_CATEGORY_LO;
		if (point < 0)
			return found;
		if (is_han(point) || (letter && point >= 0x3031 && point <= 0x30ff) ||
			(letter && point >= 0x31f0 && point <= 0x31ff) ||
			(letter && point >= 0xff66 && point <= 0xff9f) ||
			(letter && point >= 0x1b000 && point <= 0x1b16f))
			found |= 2;
		else if (letter &&
			 (point < 0x2b0 || (point >= 0x1d00 && point < 0x1f00) ||
				 (point >= 0x2c60 && point < 0x2c80) ||
				 (point >= 0xa720 && point < 0xa800) ||
				 (point >= 0xff21 && point <= 0xff5a)))
			found |= 1;
		else if (letter && !(point >= 0x2b0 && point <= 0x2ff))
			found |= 4; /* modifier letters are at home everywhere */
	}
	return found;
}
