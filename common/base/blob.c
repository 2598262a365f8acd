#include "common/base/blob.h"

#include <openssl/crypto.h>
#include <stdarg.h>

struct blob blob_text(const char *text)
{
	return text == NULL ? BLOB_NONE : blob_make(text, strlen(text));
}

bool blob_equal(struct blob a, struct blob b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int blob_compare(struct blob a, struct blob b)
{
	size_t both = a.len < b.len ? a.len : b.len;
	int order = both == 0 ? 0 : memcmp(a.data, b.data, both);
	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool blob_is_text(struct blob a, const char *text)
{
	return blob_equal(a, blob_text(text));
}

void buf_clear(struct buf *buf)
{
	if (buf->data != NULL)
		OPENSSL_cleanse(buf->data, buf->room);
	free(buf->data);
	*buf = BUF(buf->max);
}

RESULT buf_reserve(struct buf *buf, size_t more)
{
	if (more > buf->max || buf->len > buf->max - more)
		return FAIL(E_INPUT, "longer than %zu bytes", buf->max);
	size_t need = buf->len + more + 1;
	if (need <= buf->room)
		return OK;
	size_t room = buf->room < 64 ? 64 : buf->room;
	while (room < need)
		room *= 2;
	uint8_t *data = malloc(room);
	if (data == NULL)
		return FAIL(E_IO, "out of memory");
	if (buf->data != NULL) {
		memcpy(data, buf->data, buf->len);
		OPENSSL_cleanse(buf->data, buf->room);
		free(buf->data);
	}
	data[buf->len] = 0;
	buf->data = data;
	buf->room = room;
	return OK;
}

RESULT buf_append(struct buf *buf, struct blob bytes)
{
	TRY(buf_reserve(buf, bytes.len));
	if (bytes.len > 0)
		memcpy(buf->data + buf->len, bytes.data, bytes.len);
	buf->len += bytes.len;
	buf->data[buf->len] = 0;
	return OK;
}

RESULT buf_append_text(struct buf *buf, const char *text)
{
	return buf_append(buf, blob_text(text));
}

RESULT buf_append_format(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return FAIL(E_BUG, "format");
	TRY(buf_reserve(buf, (size_t)len));
	va_start(args, format);
	vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
	return OK;
}

void hex_encode(struct blob in, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < in.len; i++) {
		out[2 * i] = digits[in.data[i] >> 4];
		out[2 * i + 1] = digits[in.data[i] & 15];
	}
	out[2 * in.len] = 0;
}

RESULT hex_append(struct buf *out, struct blob in)
{
	TRY(buf_reserve(out, 2 * in.len));
	hex_encode(in, (char *)out->data + out->len);
	out->len += 2 * in.len;
	return OK;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

RESULT hex_decode(const char *text, struct buf *out)
{
	size_t len = strlen(text);
	if (len % 2 != 0)
		return FAIL(E_INPUT, "hex: odd number of digits");
	TRY(buf_reserve(out, len / 2));
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
		if (high < 0 || low < 0)
			return FAIL(E_INPUT, "hex: not a digit at character %zu", i + 1);
		out->data[out->len++] = (uint8_t)(high << 4 | low);
	}
	out->data[out->len] = 0;
	return OK;
}

static const char base64_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

RESULT base64_append(struct buf *out, struct blob in)
{
	TRY(buf_reserve(out, (in.len + 2) / 3 * 4));
	for (size_t i = 0; i < in.len; i += 3) {
		size_t left = in.len - i;
		uint32_t group = (uint32_t)in.data[i] << 16;
		group |= left > 1 ? (uint32_t)in.data[i + 1] << 8 : 0;
		group |= left > 2 ? in.data[i + 2] : 0;
		out->data[out->len++] = (uint8_t)base64_alphabet[group >> 18];
		out->data[out->len++] = (uint8_t)base64_alphabet[group >> 12 & 63];
		out->data[out->len++] =
			left > 1 ? (uint8_t)base64_alphabet[group >> 6 & 63] : '=';
		out->data[out->len++] =
			left > 2 ? (uint8_t)base64_alphabet[group & 63] : '=';
	}
	if (out->data != NULL)
		out->data[out->len] = 0;
	return OK;
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

RESULT base64_decode(struct blob text, struct buf *out)
{
	if (text.len % 4 != 0)
		return FAIL(E_INPUT, "base64: length is not a multiple of four");
	TRY(buf_reserve(out, text.len / 4 * 3));
	for (size_t i = 0; i < text.len; i += 4) {
		bool last = i + 4 == text.len;
		size_t pad = !last ? 0
			     : text.data[i + 3] != '='
				     ? 0
				     : (text.data[i + 2] == '=' ? 2u : 1u);
		uint32_t group = 0;
		for (size_t j = 0; j < 4; j++) {
			int value = j >= 4 - pad ? 0 : base64_value(text.data[i + j]);
			if (value < 0)
				return FAIL(E_INPUT, "base64: character %zu", i + j + 1);
			group = group << 6 | (uint32_t)value;
		}
		/* The bits behind the last octet are zero, so that one value has one text. */
		if ((pad == 1 && (group & 0xff) != 0) ||
			(pad == 2 && (group & 0xffff) != 0))
			return FAIL(E_INPUT, "base64: bits left over");
		for (size_t j = 0; j < 3 - pad; j++)
			out->data[out->len++] = (uint8_t)(group >> (16 - 8 * j));
	}
	if (out->data != NULL)
		out->data[out->len] = 0;
	return OK;
}
