#include "common/webauthn/webauthn_parts.h"

/* The head of an item (RFC 8949 section 3): major type, and its argument. */
static RESULT read_head(struct blob cbor, size_t *at, unsigned *major, uint64_t *argument)
{
	enum { SHORT_FORMS = 24, LAST_FORM = 27 };
	if (*at >= cbor.len)
		return FAIL(E_INPUT, "ends too early");
	unsigned low = cbor.data[*at] & 0x1f;
	*major = cbor.data[(*at)++] >> 5;
	*argument = low;
	if (low > LAST_FORM)
		return FAIL(E_INPUT, "of indefinite length");
	size_t octets = low < SHORT_FORMS ? 0 : (size_t)1 << (low - SHORT_FORMS);
	if (octets > cbor.len - *at)
		return FAIL(E_INPUT, "ends too early");
	if (octets > 0)
		*argument = 0;
	for (size_t i = 0; i < octets; i++)
		*argument = *argument << 8 | cbor.data[(*at)++];
	return OK;
}

RESULT webauthn_cbor_skip(struct blob cbor, size_t *at)
{
	enum { NUMBER, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };
	uint64_t awaited = 1;
	size_t here = *at;
	while (awaited > 0) {
		unsigned major;
		uint64_t argument;
		TRY(read_head(cbor, &here, &major, &argument));
		awaited--;
		if (major == TAG)
			return FAIL(E_INPUT, "tagged");
		if (major < BYTES || major == SIMPLE)
			continue;
		if (argument > cbor.len - here)
			return FAIL(E_INPUT, "longer than what is there");
		if (major < ARRAY)
			here += (size_t)argument;
		else
			awaited += major == MAP ? 2 * argument : argument;
		/* Each item that is awaited has an octet at the least. */
		if (awaited > cbor.len - here)
			return FAIL(E_INPUT, "longer than what is there");
	}
	*at = here;
	return OK;
}
