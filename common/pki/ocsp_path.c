#include "common/pki/ocsp.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/*
 * R-OCSP-01: the server has undone one layer of escapes; '+' stands for itself in a path. A client that escaped twice
 * has left %2F, %2B or %3D here, which base64 does not know. Missing padding is put back.
 */
RESULT ocsp_request_from_path(const char *path, struct buf *out)
{
	AUTO(buf_clear) struct buf text = BUF(LIMIT_OCSP_REQUEST * 2);
	for (const char *at = path; *at != 0; at++) {
		char c = *at;
		if (c == '%') {
			int high = hex_value(at[1]),
			    low = high < 0 ? -1 : hex_value(at[2]);
			if (low < 0)
				return FAIL(E_INPUT, "path: a wrong escape");
			c = (char)(high << 4 | low);
			at += 2;
		}
		TRY(buf_append(&text, blob_make(&c, 1)));
	}
	while (text.len % 4 != 0)
		TRY(buf_append_text(&text, "="));
	return base64_decode(buf_view(&text), out);
}
