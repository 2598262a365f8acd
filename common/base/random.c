#include "common/base/random.h"

#include <openssl/rand.h>

#include "common/base/ossl.h"

RESULT random_bytes(uint8_t *out, size_t len)
{
	if (RAND_bytes(out, (int)len) != 1)
		return FAIL_OSSL(E_CRYPTO, "random number generator");
	return OK;
}

RESULT random_uuid(char out[static RANDOM_UUID])
{
	uint8_t b[16];
	TRY(random_bytes(b, sizeof b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(out, RANDOM_UUID,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		b[12], b[13], b[14], b[15]);
	return OK;
}
