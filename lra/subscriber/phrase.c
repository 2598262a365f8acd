#include "lra/subscriber/phrase.h"

#include <openssl/crypto.h>

#include "common/base/ossl.h"
#include "common/pki/number.h"

enum { N = 32768, R = 8, P = 1, MEMORY = 64 * 1024 * 1024 };

/* In UTF-8 an octet 10xxxxxx goes on with a letter. */
static size_t letters_of(const char *text)
{
	size_t count = 0;
	for (; *text != 0; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

enum phrase_fault phrase_judge(const char *phrase, const char *again)
{
	if (letters_of(phrase) < PHRASE_LEAST)
		return PHRASE_SHORT;
	if (strlen(phrase) > PHRASE_MOST)
		return PHRASE_LONG;
	if (strcmp(phrase, again) != 0)
		return PHRASE_DIFFERS;
	return individual_number_in_text(blob_text(phrase)) ? PHRASE_NUMBER : PHRASE_GOOD;
}

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
