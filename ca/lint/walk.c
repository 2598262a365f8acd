#include "ca/lint/walk.h"

#include <string.h>

bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool span_is(struct span a, const char *text)
{
	return span_equal(a, (struct span){ (const uint8_t *)text, strlen(text) });
}

bool walk_take(struct span *in, struct node *out)
{
	size_t head = 2, len;
	if (in->len < 2 || (in->at[0] & 0x1f) == 0x1f)
		return false;
	len = in->at[1];
	if (len >= 0x80) {
		size_t octets = len & 0x7f;
		if (octets == 0 || octets > 4 || in->len < 2 + octets || in->at[2] == 0)
			return false;
		len = 0;
		for (size_t i = 0; i < octets; i++)
			len = len << 8 | in->at[2 + i];
		head += octets;
		if (len < 0x80)
			return false;
	}
	if (len > in->len - head)
		return false;
	out->tag = in->at[0];
	out->content = (struct span){ in->at + head, len };
	out->whole = (struct span){ in->at, head + len };
	in->at += head + len;
	in->len -= head + len;
	return true;
}

bool walk_take_tag(struct span *in, uint8_t tag, struct node *out)
{
	struct span rest = *in;
	if (!walk_take(&rest, out) || out->tag != tag)
		return false;
	*in = rest;
	return true;
}

/* X.690 section 8.19.2: no number in it begins with an octet that adds nothing, and the last one ends. */
static bool oid_is_der(struct span c)
{
	for (size_t i = 0; i < c.len; i++)
		if (c.at[i] == 0x80 && (i == 0 || (c.at[i - 1] & 0x80) == 0))
			return false;
	return c.len > 0 && (c.at[c.len - 1] & 0x80) == 0;
}

/* X.690 sections 8.9, 8.11 and 10.2: SEQUENCE and SET are constructed, all other universal types are not. Tag 0 ends what
 * has no length, which DER does not know; a BER reader would take it for such an end. */
static bool form_is_der(uint8_t tag)
{
	bool constructed = (tag & 0x20) != 0;
	uint8_t number = tag & 0x1f;
	if ((tag & 0xc0) != 0)
		return true; /* context tags: their content tells */
	return number != 0 && constructed == (number == 0x10 || number == 0x11);
}

/* Rules for the content of universal leaves: BOOLEAN ff, INTEGER shortest, BIT STRING padding of zeros. */
static bool leaf_is_der(const struct node *node)
{
	const struct span c = node->content;
	switch (node->tag) {
	case 0x01: /* never an explicit FALSE either: every BOOLEAN in a certificate has DEFAULT FALSE */
		return c.len == 1 && c.at[0] == 0xff;
	case 0x02:
	case 0x0a:
		return c.len == 1 ||
		       (c.len > 1 && !(c.at[0] == 0 && (c.at[1] & 0x80) == 0) &&
			       !(c.at[0] == 0xff && (c.at[1] & 0x80) != 0));
	case 0x03:
		return c.len >= 1 && c.at[0] <= 7 && (c.len > 1 || c.at[0] == 0) &&
		       (c.len == 1 || (c.at[c.len - 1] & ((1u << c.at[0]) - 1)) == 0);
	case 0x05:
		return c.len == 0;
	case 0x06:
		return oid_is_der(c);
	default:
		return true;
	}
}

bool walk_is_der(struct span in, int depth)
{
	struct node node;
	if (depth == 0)
		return false;
	while (in.len > 0) {
		if (!walk_take(&in, &node) || !form_is_der(node.tag))
			return false;
		if ((node.tag & 0x20) != 0 ? !walk_is_der(node.content, depth - 1)
					   : !leaf_is_der(&node))
			return false;
	}
	return true;
}

bool walk_is_positive(struct span integer)
{
	return integer.len > 0 && (integer.at[0] & 0x80) == 0 &&
	       !(integer.len > 1 && integer.at[0] == 0 && (integer.at[1] & 0x80) == 0);
}

static bool two_digits(const uint8_t *at, int max, int *out)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*out = (at[0] - '0') * 10 + (at[1] - '0');
	return *out <= max;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counted year by year and month by month: slow beside arithmetic, and independent of the other reader's. */
static int64_t seconds(int year, int month, int day, int hour, int minute, int second)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t total = 0;
	for (int y = 1970; y < year; y++)
		total += is_leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		total += days[m - 1] + (m == 2 && is_leap(year));
	return (((total + day - 1) * 24 + hour) * 60 + minute) * 60 + second;
}

/* UTCTime or GeneralizedTime with seconds and Z, whatever the year asks for. */
static bool read_time(const struct node *node, int *out_year, int64_t *out)
{
	static const int days[12] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const uint8_t *at = node->content.at;
	int century = 0, year, month, day, hour, minute, second;
	bool general = node->tag == 0x18;
	if (!(general && node->content.len == 15) &&
		!(node->tag == 0x17 && node->content.len == 13))
		return false;
	if (general && !two_digits(at, 99, &century))
		return false;
	at += general ? 2 : 0;
	if (!two_digits(at, 99, &year) || !two_digits(at + 2, 12, &month) ||
		!two_digits(at + 4, 31, &day) || !two_digits(at + 6, 23, &hour) ||
		!two_digits(at + 8, 59, &minute) || !two_digits(at + 10, 59, &second) ||
		at[12] != 'Z' || month == 0 || day == 0 || day > days[month - 1])
		return false;
	year += general ? century * 100 : year < 50 ? 2000 : 1900;
	if ((month == 2 && day == 29 && !is_leap(year)) || year < 1970)
		return false;
	*out_year = year;
	*out = seconds(year, month, day, hour, minute, second);
	return true;
}

bool walk_time(const struct node *node, int64_t *out)
{
	int year;
	int64_t time;
	if (!read_time(node, &year, &time) || (node->tag == 0x18) != (year >= 2050))
		return false;
	*out = time;
	return true;
}

bool walk_generalized(const struct node *node, int64_t *out)
{
	int year;
	int64_t time;
	if (node->tag != 0x18 || !read_time(node, &year, &time))
		return false;
	*out = time;
	return true;
}

/* One number of dotted text off the front; false: no digit, a leading zero, or beyond 32 bits. */
static bool take_number(const char **text, uint64_t *out)
{
	const char *at = *text;
	uint64_t value = 0;
	if (*at < '0' || *at > '9' || (at[0] == '0' && at[1] >= '0' && at[1] <= '9'))
		return false;
	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (uint64_t)(*at - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*text = at;
	*out = value;
	return true;
}

static bool put_number(uint64_t value, uint8_t out[static 32], size_t *len)
{
	int groups = 1;
	while (value >> (7 * groups) != 0)
		groups++;
	for (int g = groups - 1; g >= 0; g--) {
		if (*len == 32)
			return false;
		out[(*len)++] = (uint8_t)((value >> (7 * g) & 0x7f) | (g > 0 ? 0x80 : 0));
	}
	return true;
}

size_t walk_oid(const char *text, uint8_t out[static 32])
{
	uint64_t first, second, next;
	size_t len = 0;
	if (!take_number(&text, &first) || *text++ != '.' ||
		!take_number(&text, &second) || first > 2 || (first < 2 && second > 39))
		return 0;
	if (!put_number(first * 40 + second, out, &len))
		return 0;
	while (*text == '.') {
		text++;
		if (!take_number(&text, &next) || !put_number(next, out, &len))
			return 0;
	}
	return *text == 0 ? len : 0;
}
