#include "common/net/mime.h"

#include "common/base/clock.h"
#include "common/base/text.h"

enum {
	LINE = 76,
	WORD = 45, /* octets of text in one encoded word: 60 of base64, "=?UTF-8?B?" and "?=" in a line of 76 with a name before it */
	PLAIN = 60 /* a short text of printable ASCII stands as it is */
};

static bool is_plain(const char *text)
{
	for (const char *c = text; *c != 0; c++)
		if (*c < ' ' || *c > '~')
			return false;
	/* "=?" would be read as the begin of an encoded word. */
	return strlen(text) <= PLAIN && strstr(text, "=?") == NULL;
}

/* How many octets of the text go into one word: whole characters, so that each word can be read by itself. */
static size_t word_length(struct blob rest)
{
	size_t at = 0, good = 0;
	while (at < rest.len && text_next(rest, &at) >= 0 && at <= WORD)
		good = at;
	return good > 0 ? good : (rest.len < WORD ? rest.len : WORD);
}

static RESULT encoded_words(struct buf *out, const char *text)
{
	AUTO(buf_clear) struct buf clean = BUF(64 * 1024);
	TRY(buf_append_text(&clean, text));
	for (size_t i = 0; i < clean.len; i++)
		if (clean.data[i] < ' ' || clean.data[i] == 0x7f)
			clean.data[i] = ' ';
	struct blob rest = buf_view(&clean);
	for (const char *before = ""; rest.len > 0; before = "\r\n ") {
		size_t len = word_length(rest);
		TRY(buf_append_format(out, "%s=?UTF-8?B?", before));
		TRY(base64_append(out, blob_make(rest.data, len)));
		TRY(buf_append_text(out, "?="));
		rest = blob_make(rest.data + len, rest.len - len);
	}
	return OK;
}

RESULT mime_header(struct buf *out, const char *name, const char *text)
{
	TRY(buf_append_format(out, "%s: ", name));
	TRY(is_plain(text) ? buf_append_text(out, text) : encoded_words(out, text));
	return buf_append_text(out, "\r\n");
}

RESULT mime_mailbox(struct buf *out, const char *header, const char *name,
	const char *address)
{
	TRY(buf_append_format(out, "%s: ", header));
	if (name[0] == 0)
		return buf_append_format(out, "<%s>\r\n", address);
	/* Always as encoded words: then no name needs quoting. */
	TRY(encoded_words(out, name));
	return buf_append_format(out, "\r\n <%s>\r\n", address);
}

RESULT mime_date(struct buf *out, int64_t time)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue",
		"Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct clock_fields at = clock_split(time);
	return buf_append_format(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n",
		days[(time / 86400) % 7], at.day, months[at.month - 1], at.year, at.hour,
		at.minute, at.second);
}

static RESULT base64_lines(struct buf *out, struct blob bytes)
{
	enum { OCTETS = LINE / 4 * 3 };
	while (bytes.len > 0) {
		size_t len = bytes.len < OCTETS ? bytes.len : OCTETS;
		TRY(base64_append(out, blob_make(bytes.data, len)));
		TRY(buf_append_text(out, "\r\n"));
		bytes = blob_make(bytes.data + len, bytes.len - len);
	}
	return OK;
}

RESULT mime_text(struct buf *out, const char *text)
{
	AUTO(buf_clear) struct buf lines = BUF(256 * 1024);
	for (const char *c = text; *c != 0; c++) {
		if (*c == '\r')
			continue;
		TRY(*c == '\n' ? buf_append_text(&lines, "\r\n")
			       : buf_append(&lines, blob_make(c, 1)));
	}
	TRY(buf_append_text(out, "Content-Type: text/plain; charset=UTF-8\r\n"
				 "Content-Transfer-Encoding: base64\r\n\r\n"));
	return base64_lines(out, buf_view(&lines));
}

RESULT mime_signed(struct buf *out, struct blob part, struct blob cms, const char *micalg,
	const char *boundary)
{
	TRY(buf_append_format(out,
		"Content-Type: multipart/signed; "
		"protocol=\"application/pkcs7-signature\";\r\n"
		" micalg=%s; boundary=\"%s\"\r\n\r\n--%s\r\n",
		micalg, boundary, boundary));
	TRY(buf_append(out, part));
	/* The line end before a boundary is the boundary's. */
	TRY(buf_append_format(out,
		"\r\n--%s\r\nContent-Type: application/pkcs7-signature; "
		"name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n"
		"Content-Disposition: attachment; filename=smime.p7s\r\n\r\n",
		boundary));
	TRY(base64_lines(out, cms));
	return buf_append_format(out, "\r\n--%s--\r\n", boundary);
}
