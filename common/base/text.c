#include "common/base/text.h"

RESULT text_from_blob(struct blob bytes, char *out, size_t size)
{
	if (bytes.len >= size)
		return FAIL(E_INPUT, "longer than %zu bytes", size - 1);
	if (bytes.len > 0 && memchr(bytes.data, 0, bytes.len) != NULL)
		return FAIL(E_INPUT, "a NUL within the text");
	if (!text_is_utf8(bytes))
		return FAIL(E_INPUT, "not UTF-8");
	if (bytes.len > 0)
		memcpy(out, bytes.data, bytes.len);
	out[bytes.len] = 0;
	return OK;
}

RESULT text_copy(const char *text, char *out, size_t size)
{
	return text_from_blob(blob_text(text), out, size);
}

int32_t text_next(struct blob bytes, size_t *at)
{
	/* Smallest code point per length: a longer form than needed is refused (RFC 3629 section 3). */
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (*at >= bytes.len)
		return -1;
	uint8_t first = bytes.data[*at];
	size_t len = first < 0x80             ? 1
		     : (first & 0xe0) == 0xc0 ? 2
		     : (first & 0xf0) == 0xe0 ? 3
		     : (first & 0xf8) == 0xf0 ? 4
					      : 0;
	if (len == 0 || len > bytes.len - *at)
		return -1;
	int32_t point = len == 1 ? first : first & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		uint8_t next = bytes.data[*at + i];
		if ((next & 0xc0) != 0x80)
			return -1;
		point = point << 6 | (next & 0x3f);
	}
	if (point < least[len] || point > 0x10ffff ||
		(point >= 0xd800 && point <= 0xdfff))
		return -1;
	*at += len;
	return point;
}

bool text_is_utf8(struct blob bytes)
{
	size_t at = 0;
	while (at < bytes.len)
		if (text_next(bytes, &at) < 0)
			return false;
	return true;
}

void text_mend(char *text)
{
	struct blob bytes = blob_text(text);
	size_t at = 0;
	while (at < bytes.len) {
		if (text_next(bytes, &at) >= 0)
			continue;
		/* A leading octet with nothing but its followers behind it, to the end. */
		size_t end = at + 1;
		while (end < bytes.len && (bytes.data[end] & 0xc0) == 0x80)
			end++;
		if (end == bytes.len && bytes.data[at] >= 0xc0) {
			text[at] = 0;
			return;
		}
		text[at++] = '?';
	}
}

size_t text_length(struct blob bytes)
{
	size_t at = 0, count = 0;
	for (; at < bytes.len; count++)
		if (text_next(bytes, &at) < 0)
			return 0;
	return count;
}

bool text_starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

bool text_ends(const char *text, const char *with)
{
	size_t len = strlen(text), end = strlen(with);
	return len >= end && strcmp(text + len - end, with) == 0;
}

RESULT text_to_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
	int64_t value = 0;
	if (*text == 0 || strlen(text) > 18)
		return FAIL(E_INPUT, "not a number of 1 to 18 digits");
	for (const char *at = text; *at != 0; at++) {
		if (*at < '0' || *at > '9')
			return FAIL(E_INPUT, "not a decimal number");
		value = value * 10 + (*at - '0');
	}
	if (value < min || value > max)
		return FAIL(E_INPUT, "not between %lld and %lld", (long long)min,
			(long long)max);
	*out = value;
	return OK;
}
