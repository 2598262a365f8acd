#include "common/csv/charset.h"

#include <errno.h>
#include <iconv.h>

static const char *const names[CHARSET_COUNT] = { [CHARSET_DETECT] = "",
	[CHARSET_UTF_8] = "UTF-8",
	[CHARSET_CP932] = "CP932",
	[CHARSET_UTF_16LE] = "UTF-16LE",
	[CHARSET_UTF_16BE] = "UTF-16BE" };

/* iconv's own descriptors: its tables are files, which a restricted process cannot open. None of these encodings has a state. */
static iconv_t converter[CHARSET_COUNT];

const char *charset_name(enum charset charset)
{
	return charset < CHARSET_COUNT ? names[charset] : "";
}

RESULT charset_by_name(const char *name, enum charset *out)
{
	for (enum charset at = CHARSET_DETECT; at < CHARSET_COUNT; at++)
		if (strcmp(name, names[at]) == 0) {
			*out = at;
			return OK;
		}
	return FAIL(E_INPUT, "charset: UTF-8, CP932, UTF-16LE or UTF-16BE");
}

RESULT charset_load(void)
{
	for (enum charset at = CHARSET_UTF_8; at < CHARSET_COUNT; at++) {
		if (converter[at] != NULL)
			continue;
		iconv_t made = iconv_open("UTF-8", names[at]);
		if (made == (iconv_t)-1)
			return FAIL(E_IO, "iconv: %s: %s", names[at], strerror(errno));
		converter[at] = made;
	}
	return OK;
}

/* ---- marks */

static const struct {
	enum charset charset;
	uint8_t mark[3];
	size_t len;
	const char *reason;
} marks[] = {
	{ CHARSET_UTF_8, { 0xef, 0xbb, 0xbf }, 3, "mark (BOM) of UTF-8" },
	{ CHARSET_UTF_16LE, { 0xff, 0xfe }, 2, "mark (BOM) of UTF-16, little endian" },
	{ CHARSET_UTF_16BE, { 0xfe, 0xff }, 2, "mark (BOM) of UTF-16, big endian" },
};
enum { MARKS = sizeof marks / sizeof *marks };

static bool begins_with(struct blob text, size_t row)
{
	return text.len >= marks[row].len &&
	       memcmp(text.data, marks[row].mark, marks[row].len) == 0;
}

struct blob charset_skip_mark(enum charset charset, struct blob text)
{
	for (size_t i = 0; i < MARKS; i++)
		if (marks[i].charset == charset && begins_with(text, i))
			return blob_make(text.data + marks[i].len,
				text.len - marks[i].len);
	return text;
}

/* ---- reading */

RESULT charset_decode(enum charset charset, struct blob *in, struct buf *out)
{
	enum { GROWTH = 3 }; /* an octet of CP932 becomes three of UTF-8 at the most */
	TRY(charset_load());
	TRY(buf_reserve(out, in->len * GROWTH));
	char *from = (char *)(uintptr_t)in->data, *to = (char *)out->data + out->len;
	size_t left = in->len, room = in->len * GROWTH;
	if (in->len == 0)
		return OK;
	size_t done = iconv(converter[charset], &from, &left, &to, &room);
	int why = errno;
	(void)iconv(converter[charset], NULL, NULL, NULL, NULL);
	out->len = (size_t)((uint8_t *)to - out->data);
	out->data[out->len] = 0;
	*in = blob_make(from, left);
	if (done != (size_t)-1 || why == EINVAL)
		return OK;
	return why == EILSEQ ? FAIL(E_INPUT, "not %s", names[charset])
			     : FAIL(E_BUG, "iconv: %s", strerror(why));
}

/* Whether all of it can be read; a character cut off at the end counts unless that is the end of all. */
static RESULT can_read(enum charset charset, struct blob text, bool all, bool *out)
{
	AUTO(buf_clear) struct buf decoded = BUF(text.len * 3);
	struct blob rest = text;
	struct err err = charset_decode(charset, &rest, &decoded);
	if (err_is(err) && err.code != E_INPUT)
		return err;
	*out = !err_is(err) && (!all || rest.len == 0);
	return OK;
}

static bool is_ascii(struct blob text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

RESULT charset_detect(struct blob beginning, bool all, enum charset *out,
	bool *only_ascii, const char **reason)
{
	static const struct {
		enum charset charset;
		const char *reason;
	} guesses[] = { { CHARSET_UTF_8, "each octet is UTF-8" },
		{ CHARSET_CP932, "not UTF-8; each pair of octets is CP932" } };
	*only_ascii = false;
	for (size_t i = 0; i < MARKS; i++)
		if (begins_with(beginning, i)) {
			*out = marks[i].charset;
			*reason = marks[i].reason;
			return OK;
		}
	if (is_ascii(beginning)) {
		*only_ascii = true;
		*out = CHARSET_UTF_8;
		*reason = "ASCII only";
		return OK;
	}
	for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
		bool good;
		TRY(can_read(guesses[i].charset, beginning, all, &good));
		if (good) {
			*out = guesses[i].charset;
			*reason = guesses[i].reason;
			return OK;
		}
	}
	return FAIL(E_INPUT,
		"neither UTF-8, UTF-16 with a mark (BOM), nor CP932 (Shift_JIS)");
}
