/* individual_number: the detector of 個人番号 in whatever people type (R-IDV-13). */
#include <utf8proc.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/number.h"

enum { DIGITS = 12, GROUP_OF_FOUR = 4 };

/* What stands between two groups of digits; several kinds may stand together. */
enum { BETWEEN_SPACE = 1, BETWEEN_HYPHEN = 2, BETWEEN_LINES = 4 };

/* Digits without anything between them. Those behind the twelfth are counted, not kept. */
struct group {
	size_t len;
	char digit[DIGITS];
	int before; /* what parts it from the group before */
};

/* The latest groups of a run: groups with nothing but joiners between them. A window of twelve digits has twelve at most. */
struct run {
	size_t count; /* of groups since the run began */
	struct group ring[DIGITS];
	int between; /* since the last digit */
	bool open;   /* the last character was a digit */
};

static struct group *latest(struct run *run, size_t back)
{
	return &run->ring[(run->count - 1 - back) % DIGITS];
}

static bool fits(struct run *run, size_t groups)
{
	char digits[DIGITS + 1] = "";
	size_t len = 0;
	for (size_t back = groups; back-- > 0;) {
		const struct group *group = latest(run, back);
		memcpy(digits + len, group->digit, group->len);
		len += group->len;
	}
	return individual_number_plausible(digits);
}

/*
 * People group by fours, or part all groups alike; or the run is the number and nothing else. Other windows belong to
 * dates and telephone numbers that happen to stand side by side.
 */
static bool is_written_as_one(struct run *run, size_t groups, bool run_ends)
{
	bool alike = true, fours = groups == DIGITS / GROUP_OF_FOUR;
	for (size_t back = 0; back < groups; back++) {
		const struct group *group = latest(run, back);
		if (group->len != GROUP_OF_FOUR)
			fours = false;
		if (back + 2 < groups && group->before != latest(run, back + 1)->before)
			alike = false;
	}
	return alike || fours || (run_ends && groups == run->count);
}

/* Windows of whole groups that end with the last one. */
static bool ends_with_number(struct run *run, bool run_ends)
{
	size_t digits = 0;
	for (size_t groups = 1; groups <= run->count && groups <= DIGITS; groups++) {
		digits += latest(run, groups - 1)->len;
		if (digits > DIGITS)
			return false;
		if (digits == DIGITS)
			return is_written_as_one(run, groups, run_ends) &&
			       fits(run, groups);
	}
	return false;
}

static void add_digit(struct run *run, char digit)
{
	if (!run->open) {
		run->count++;
		*latest(run, 0) = (struct group){ .before = run->between };
		run->between = 0;
		run->open = true;
	}
	struct group *group = latest(run, 0);
	if (group->len < DIGITS)
		group->digit[group->len] = digit;
	group->len++;
}

/* 0 to 9, whatever the width or style: full-width, superscript, mathematical, circled. -1: no digit. */
static int digit_of(int32_t point)
{
	int32_t plain[8];
	if (point >= '0' && point <= '9')
		return point - '0';
	if (point < 0x80 || utf8proc_decompose_char(point, plain, COUNT(plain),
				    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, NULL) != 1)
		return -1;
	return plain[0] >= '0' && plain[0] <= '9' ? plain[0] - '0' : -1;
}

static bool is_line_end(int32_t point)
{
	return point == '\n' || point == '\r' || point == 0x85 || point == 0x2028 ||
	       point == 0x2029;
}

/* The minus, the long vowel mark and lines of tables are typed for a hyphen. */
static bool is_hyphen(int32_t point)
{
	static const int32_t meant[] = { 0x2043, 0x207b, 0x2212, 0x2500, 0x2501, 0x30fc,
		0xff70 };
	for (size_t i = 0; i < COUNT(meant); i++)
		if (meant[i] == point)
			return true;
	return utf8proc_category(point) == UTF8PROC_CATEGORY_PD;
}

/* -1: it parts numbers. 0: it has no width, nobody sees it. */
static int between_of(int32_t point)
{
	if (is_line_end(point))
		return BETWEEN_LINES;
	if (point == '\t' || character_is_space(point))
		return BETWEEN_SPACE;
	if (is_hyphen(point))
		return BETWEEN_HYPHEN;
	return point >= 0x80 && utf8proc_category(point) == UTF8PROC_CATEGORY_CF ? 0 : -1;
}

bool individual_number_in_text(struct blob text)
{
	struct run run = { .count = 0 };
	for (size_t at = 0; at < text.len;) {
		size_t next = at;
		int32_t point = text_next(text, &next);
		at = point < 0 ? at + 1 : next; /* bytes that are no text part numbers */
		int digit = digit_of(point), between = point < 0 ? -1 : between_of(point);
		if (digit >= 0) {
			add_digit(&run, (char)('0' + digit));
			continue;
		}
		if (between == 0)
			continue;
		if (run.open && ends_with_number(&run, between < 0))
			return true;
		if (!run.open && between < 0 && run.count > 0 &&
			ends_with_number(&run, true))
			return true;
		run.open = false;
		run.between |= between;
		if (between < 0)
			run = (struct run){ .count = 0 };
	}
	return run.count > 0 && ends_with_number(&run, true);
}
