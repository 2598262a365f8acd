#include "common/pki/pem.h"

enum { LINE = 64, MARKER_MAX = 80 };

static struct blob find(struct blob in, const char *text)
{
	const uint8_t *at =
		in.len == 0 ? NULL : memmem(in.data, in.len, text, strlen(text));
	return at == NULL ? BLOB_NONE : blob_make(at, strlen(text));
}

/* RFC 7468 section 2: white space within the base64 is for readers only. */
static RESULT collect(struct blob body, struct buf *out)
{
	TRY(buf_reserve(out, body.len));
	for (size_t i = 0; i < body.len; i++)
		if (memchr(" \t\r\n", body.data[i], 4) == NULL)
			out->data[out->len++] = body.data[i];
	return OK;
}

RESULT pem_read(struct blob file, const char *label, struct buf *der)
{
	char begin[MARKER_MAX], end[MARKER_MAX];
	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	struct blob from = find(file, begin);
	if (from.len == 0)
		return FAIL(E_NOT_FOUND, "PEM: no %s in it", label);
	const uint8_t *start = from.data + from.len;
	struct blob rest = blob_make(start, (size_t)(file.data + file.len - start));
	struct blob to = find(rest, end);
	if (to.len == 0)
		return FAIL(E_INPUT, "PEM: %s has no end", label);
	AUTO(buf_clear) struct buf text = BUF(rest.len);
	TRY(collect(blob_make(start, (size_t)(to.data - start)), &text));
	TRY_IN(base64_decode(buf_view(&text), der), "PEM: %s", label);
	return OK;
}

RESULT pem_write(const char *label, struct blob der, struct buf *pem)
{
	AUTO(buf_clear) struct buf text = BUF((der.len + 2) / 3 * 4);
	TRY(base64_append(&text, der));
	TRY(buf_append_format(pem, "-----BEGIN %s-----\n", label));
	for (size_t at = 0; at < text.len; at += LINE) {
		size_t len = text.len - at < LINE ? text.len - at : LINE;
		TRY(buf_append(pem, blob_make(text.data + at, len)));
		TRY(buf_append_text(pem, "\n"));
	}
	return buf_append_format(pem, "-----END %s-----\n", label);
}
