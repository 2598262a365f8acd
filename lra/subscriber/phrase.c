#include "lra/subscriber/phrase.h"

#include <openssl/crypto.h>

#include "common/base/ossl.h"

enum { N = 32768, R = 8, P = 1, MEMORY = 64 * 1024 * 1024 };

RESULT phrase_hash(const char *phrase, const uint8_t salt[static PHRASE_SALT],
	uint8_t out[static PHRASE_HASH])
{
	if (EVP_PBE_scrypt(phrase, strlen(phrase), salt, PHRASE_SALT, N, R, P, MEMORY,
		    out, PHRASE_HASH) != 1)
		return FAIL_OSSL(E_CRYPTO, "scrypt");
	return OK;
}

bool phrase_equal(const uint8_t a[static PHRASE_HASH],
	const uint8_t b[static PHRASE_HASH])
{
	return CRYPTO_memcmp(a, b, PHRASE_HASH) == 0;
}
