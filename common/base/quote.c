#include "common/base/quote.h"

#include "common/base/text.h"

static RESULT append_escaped(struct buf *out, uint8_t byte)
{
	if (byte == '"' || byte == '\\')
		return buf_append_format(out, "\\%c", byte);
	return buf_append_format(out, "\\u%04x", byte);
}

RESULT quote_json(struct buf *out, const char *text)
{
	struct blob bytes = blob_text(text);
	if (text == NULL)
		return buf_append_text(out, "null");
	TRY(buf_append_text(out, "\""));
	for (size_t at = 0; at < bytes.len;) {
		size_t from = at;
		int32_t point = text_next(bytes, &at);
		if (point < 0) {
			at = from + 1;
			TRY(buf_append_text(out, "\xef\xbf\xbd"));
		} else if (point < 0x20 || point == '"' || point == '\\' ||
			   point == 0x7f) {
			TRY(append_escaped(out, (uint8_t)point));
		} else {
			TRY(buf_append(out, blob_make(bytes.data + from, at - from)));
		}
	}
	return buf_append_text(out, "\"");
}
