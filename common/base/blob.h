/* blob: bytes. A blob is borrowed; a buf is owned and opened with the most it may ever hold. */
#ifndef COMMON_BASE_BLOB_H
#define COMMON_BASE_BLOB_H

#include "common/base/err.h"

struct blob {
	const uint8_t *data;
	size_t len;
};

#define BLOB(array) ((struct blob){ (const uint8_t *)(array), sizeof(array) })
#define BLOB_NONE   ((struct blob){ NULL, 0 })

static inline struct blob blob_make(const void *data, size_t len)
{
	return (struct blob){ (const uint8_t *)data, len };
}
struct blob blob_text(
	const char *text); /* without the final NUL; NULL gives an empty blob */
bool blob_equal(struct blob a, struct blob b);
int blob_compare(struct blob a, struct blob b); /* bytes, then length, as memcmp */
bool blob_is_text(struct blob a, const char *text);

/* buf: grows up to max, then fails with E_INPUT ("longer than N bytes"); never beyond. */
struct buf {
	uint8_t *
		data; /* always one NUL byte behind len when not NULL, so text can be read in place */
	size_t len;
	size_t room;
	size_t max;
};

#define BUF(most) ((struct buf){ .max = (most) })
void buf_clear(
	struct buf *buf); /* wipes and frees; may be used again with the same max */
AUTO_DEFINE_HELD(struct buf, buf_clear)

RESULT buf_append(struct buf *buf, struct blob bytes);
RESULT buf_append_text(struct buf *buf, const char *text);
RESULT buf_append_format(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
RESULT buf_reserve(struct buf *buf, size_t more); /* room for more bytes behind len */
static inline struct blob buf_view(const struct buf *buf)
{
	return (struct blob){ buf->data, buf->len };
}
static inline const char *buf_text(const struct buf *buf)
{
	return buf->data == NULL ? "" : (const char *)buf->data;
}

/* Lower-case hex. out holds 2 * len + 1 characters. */
void hex_encode(struct blob in, char *out);
RESULT hex_append(struct buf *out, struct blob in);
/* E_INPUT: odd number of digits, or not a hex digit. */
RESULT hex_decode(const char *text, struct buf *out);

/* Base64 (RFC 4648 section 4), one line, with padding. Decoding refuses anything else, white space too. */
RESULT base64_append(struct buf *out, struct blob in);
RESULT base64_decode(struct blob text, struct buf *out);

#endif
