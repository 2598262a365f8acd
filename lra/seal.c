#include "lra/seal.h"

#include "common/base/hkdf.h"
#include "common/base/limits.h"
#include "common/base/ossl.h"
#include "common/base/random.h"

enum { NONCE = 12, TAG = 16, KEY = HKDF_KEY };
_Static_assert(SEAL_MORE == NONCE + TAG, "the header says so");

AUTO_DEFINE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

/* The setting may be any secret of 32 octets or more; each purpose has a key of its own. */
static RESULT derive(const struct secret *key, const char *purpose,
	uint8_t out[static KEY])
{
	char info[64];
	snprintf(info, sizeof info, "inkan %s 1", purpose);
	return hkdf_derive(secret_view(key), BLOB_NONE, blob_text(info), out);
}

static RESULT encrypt(const uint8_t key[static KEY], const uint8_t nonce[static NONCE],
	const char *receipt, struct blob pin, uint8_t *out, uint8_t tag[static TAG])
{
	AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0, more = 0;
	if (context == NULL ||
		EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
		EVP_EncryptUpdate(context, NULL, &len, (const uint8_t *)receipt,
			(int)strlen(receipt)) != 1 ||
		EVP_EncryptUpdate(context, out, &len, pin.data, (int)pin.len) != 1 ||
		EVP_EncryptFinal_ex(context, out + len, &more) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, tag) != 1)
		return FAIL_OSSL(E_CRYPTO, "AES-256-GCM");
	return OK;
}

RESULT seal_close_bytes(const struct secret *key, const char *purpose, const char *whose,
	struct blob plain, struct buf *out)
{
	uint8_t derived[KEY], nonce[NONCE], tag[TAG];
	TRY(random_bytes(nonce, sizeof nonce));
	TRY(buf_append(out, BLOB(nonce)));
	TRY(buf_reserve(out, plain.len + TAG));
	struct err err = derive(key, purpose, derived);
	if (!err_is(err))
		err = encrypt(derived, nonce, whose, plain, out->data + out->len, tag);
	OPENSSL_cleanse(derived, sizeof derived);
	TRY(err);
	out->len += plain.len;
	return buf_append(out, BLOB(tag));
}

RESULT seal_close(const struct secret *key, const char *purpose, const char *receipt,
	const struct secret *pin, struct buf *out)
{
	struct blob bytes = secret_view(pin);
	if (bytes.len > LIMIT_PIN - NONCE - TAG)
		return FAIL(E_INPUT, "%s: too long", purpose);
	return seal_close_bytes(key, purpose, receipt, bytes, out);
}

static RESULT decrypt(const uint8_t key[static KEY], const char *receipt,
	struct blob sealed, uint8_t *out, size_t *len)
{
	AUTO(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG];
	int text = (int)(sealed.len - NONCE - TAG), done = 0, more = 0;
	memcpy(tag, sealed.data + sealed.len - TAG, TAG);
	if (context == NULL ||
		EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, sealed.data) !=
			1 ||
		EVP_DecryptUpdate(context, NULL, &done, (const uint8_t *)receipt,
			(int)strlen(receipt)) != 1 ||
		EVP_DecryptUpdate(context, out, &done, sealed.data + NONCE, text) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, tag) != 1 ||
		EVP_DecryptFinal_ex(context, out + done, &more) != 1)
		return FAIL_OSSL(E_CRYPTO, "sealed: does not open");
	*len = (size_t)(done + more);
	return OK;
}

RESULT seal_open_bytes(const struct secret *key, const char *purpose, const char *whose,
	struct blob sealed, struct buf *out)
{
	uint8_t derived[KEY];
	size_t len = 0;
	if (sealed.len <= NONCE + TAG)
		return FAIL(E_CRYPTO, "sealed: %zu octets", sealed.len);
	TRY(buf_reserve(out, sealed.len - NONCE - TAG));
	struct err err = derive(key, purpose, derived);
	if (!err_is(err))
		err = decrypt(derived, whose, sealed, out->data + out->len, &len);
	OPENSSL_cleanse(derived, sizeof derived);
	TRY(err);
	out->len += len;
	return OK;
}

RESULT seal_open(const struct secret *key, const char *purpose, const char *receipt,
	struct blob sealed, struct secret **out)
{
	uint8_t derived[KEY], text[LIMIT_PIN];
	size_t len = 0;
	if (sealed.len <= NONCE + TAG || sealed.len > sizeof text)
		return FAIL(E_CRYPTO, "sealed: %zu octets", sealed.len);
	struct err err = derive(key, purpose, derived);
	if (!err_is(err))
		err = decrypt(derived, receipt, sealed, text, &len);
	if (!err_is(err))
		err = secret_new(blob_make(text, len), out);
	OPENSSL_cleanse(derived, sizeof derived);
	OPENSSL_cleanse(text, sizeof text);
	return err;
}
