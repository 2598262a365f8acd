#include "common/pki/serial.h"

#include "common/base/random.h"

enum { SERIAL_RANDOM_OCTETS = 16 };

/* R-ISS-01, BR 7.1.2.7: from the CSPRNG alone, never counted; no second source when it fails. */
RESULT serial_random(struct serial *out)
{
	struct serial serial = { .len = SERIAL_RANDOM_OCTETS };
	TRY_IN(random_bytes(serial.octet, serial.len), "serialNumber");
	/* Top bits 01: positive without a sign octet, and the same length for all (G2). */
	serial.octet[0] = (uint8_t)((serial.octet[0] & 0x3f) | 0x40);
	*out = serial;
	return OK;
}

RESULT serial_from_blob(struct blob octets, struct serial *out)
{
	struct serial serial = { .len = octets.len };
	if (octets.len == 0 || octets.len > sizeof serial.octet)
		return FAIL(E_INPUT, "serialNumber: %zu octets, not 1 to 20", octets.len);
	if ((octets.data[0] & 0x80) != 0)
		return FAIL(E_INPUT, "serialNumber: negative");
	memcpy(serial.octet, octets.data, octets.len);
	if (serial.octet[0] == 0) {
		if (octets.len == 1)
			return FAIL(E_INPUT, "serialNumber: zero");
		/* A leading zero octet is there for the sign alone, and then it counts (RFC 5280 section 4.1.2.2). */
		if ((serial.octet[1] & 0x80) == 0)
			return FAIL(E_INPUT, "serialNumber: needless zeros");
	}
	*out = serial;
	return OK;
}

RESULT serial_from_hex(const char *text, struct serial *out)
{
	char digits[2 * sizeof out->octet + 1];
	size_t count = 0;
	AUTO(buf_clear) struct buf octets = BUF(sizeof out->octet);
	for (const char *at = text; *at != 0; at++) {
		/* A colon stands between octets only. */
		if (*at == ':' && at != text && at[1] != 0 && at[-1] != ':' &&
			count % 2 == 0)
			continue;
		if (count == sizeof digits - 1)
			return FAIL(E_INPUT, "serialNumber: more than 20 octets");
		digits[count++] = *at;
	}
	digits[count] = 0;
	TRY_IN(hex_decode(digits, &octets), "serialNumber");
	return serial_from_blob(buf_view(&octets), out);
}

RESULT serial_from_decimal(const char *text, struct serial *out)
{
	uint8_t octets[1 + sizeof out->octet] = { 0 }; /* one for the sign alone */
	size_t first = 0;
	if (text[0] == 0)
		return FAIL(E_INPUT, "serialNumber: empty");
	for (const char *at = text; *at != 0; at++) {
		if (*at < '0' || *at > '9')
			return FAIL(E_INPUT, "serialNumber: not a decimal number");
		unsigned carry = (unsigned)(*at - '0');
		for (size_t i = sizeof octets; i-- > 0;) {
			carry += octets[i] * 10u;
			octets[i] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry != 0 || octets[0] != 0)
			return FAIL(E_INPUT, "serialNumber: more than 20 octets");
	}
	while (first < sizeof octets - 1 && octets[first] == 0 &&
		(octets[first + 1] & 0x80) == 0)
		first++;
	return serial_from_blob(blob_make(octets + first, sizeof octets - first), out);
}

void serial_text(const struct serial *serial, char out[static SERIAL_TEXT])
{
	hex_encode(serial_view(serial), out);
}
