#include "lra/pickup_code.h"

#include <openssl/crypto.h>

#include "common/base/hkdf.h"
#include "lra/seal.h"

enum { DIGITS = 10, HALF = DIGITS / 2 };

RESULT pickup_word(struct blob pin, const char *receipt, char out[static PICKUP_WORD])
{
	uint8_t derived[HKDF_KEY];
	uint64_t number = 0;
	TRY(hkdf_derive(pin, blob_text(receipt), blob_text("inkan pick-up word 1"),
		derived));
	for (size_t i = 0; i < sizeof number; i++)
		number = number << 8 | derived[i];
	OPENSSL_cleanse(derived, sizeof derived);
	/* 2^64 is so much more than 10^10 that no word is likelier than another. */
	snprintf(out, PICKUP_WORD, "%05llu-%05llu",
		(unsigned long long)(number / 100000 % 100000),
		(unsigned long long)(number % 100000));
	return OK;
}

bool pickup_word_read(const char *typed, char out[static PICKUP_WORD])
{
	char digits[DIGITS];
	size_t count = 0;
	for (; *typed != 0; typed++) {
		if (*typed == ' ' || *typed == '-')
			continue;
		if (*typed < '0' || *typed > '9' || count == DIGITS)
			return false;
		digits[count++] = *typed;
	}
	if (count != DIGITS)
		return false;
	snprintf(out, PICKUP_WORD, "%.*s-%.*s", HALF, digits, HALF, digits + HALF);
	return true;
}

bool pickup_code_valid(const char *text)
{
	return strlen(text) == PICKUP_CODE - 1 &&
	       strspn(text, "0123456789abcdef") == PICKUP_CODE - 1;
}

RESULT pickup_close(const char *code, const char *receipt, struct blob pkcs12,
	struct buf *out)
{
	AUTO(secret_free) struct secret *key = NULL;
	TRY(secret_new(blob_text(code), &key));
	return seal_close_bytes(key, SEAL_PICKUP, receipt, pkcs12, out);
}

RESULT pickup_open(const char *code, const char *receipt, struct blob sealed,
	struct buf *out)
{
	AUTO(secret_free) struct secret *key = NULL;
	TRY(secret_new(blob_text(code), &key));
	return seal_open_bytes(key, SEAL_PICKUP, receipt, sealed, out);
}
