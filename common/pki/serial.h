/* serial: certificate serial numbers (RFC 5280 section 4.1.2.2, R-ISS-01): octets, never integers. */
#ifndef COMMON_PKI_SERIAL_H
#define COMMON_PKI_SERIAL_H

#include "common/base/blob.h"

struct serial {
	uint8_t octet[20]; /* INTEGER content: no leading zero octet, sign bit clear */
	size_t len;
};

/* 126 random bits below the top bits 01: always 16 octets, always positive. E_CRYPTO: no randomness. */
RESULT serial_random(struct serial *out);
/* E_INPUT: zero, negative, not minimal, or more than 20 octets. */
RESULT serial_from_blob(struct blob octets, struct serial *out);
RESULT serial_from_hex(const char *text, struct serial *out); /* colons allowed */
/* As some programs show it. E_INPUT: anything but digits, too. */
RESULT serial_from_decimal(const char *text, struct serial *out);
#define SERIAL_TEXT 41
void serial_text(const struct serial *serial,
	char out[static SERIAL_TEXT]); /* lower-case hex */
static inline struct blob serial_view(const struct serial *serial)
{
	return blob_make(serial->octet, serial->len);
}

#endif
