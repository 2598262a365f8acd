#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/ec.h>

#include "common/base/table.h"
#include "common/webauthn/webauthn_parts.h"

/* ---- libfido2 has a type a kind of key, alike in all but name */

#define KEY_KIND(kind, cose)                                                             \
	static void kind##_free(kind##_pk_t *key)                                        \
	{                                                                                \
		kind##_pk_free(&key);                                                    \
	}                                                                                \
	AUTO_DEFINE(kind##_pk_t, kind##_free)                                            \
	static EVP_PKEY *kind##_read(struct blob raw)                                    \
	{                                                                                \
		AUTO(kind##_free) kind##_pk_t *key = kind##_pk_new();                    \
		return key != NULL && kind##_pk_from_ptr(key, raw.data, raw.len) ==      \
					       FIDO_OK                                   \
			       ? kind##_pk_to_EVP_PKEY(key)                              \
			       : NULL;                                                   \
	}                                                                                \
	static int kind##_verify(EVP_PKEY *spki, const fido_assert_t *assertion)         \
	{                                                                                \
		AUTO(kind##_free) kind##_pk_t *key = kind##_pk_new();                    \
		if (key == NULL)                                                         \
			return FIDO_ERR_INTERNAL;                                        \
		int r = kind##_pk_from_EVP_PKEY(key, spki);                              \
		return r != FIDO_OK ? r : fido_assert_verify(assertion, 0, cose, key);   \
	}
KEY_KIND(es256, COSE_ES256)
KEY_KIND(rs256, COSE_RS256)
KEY_KIND(eddsa, COSE_EDDSA)

/* clang-format off */
static const struct {
	const char *name;
	int cose;
	int type, bits;
	size_t spki_len; /* of the one encoding: a named curve, an uncompressed point, an exponent of three octets */
	EVP_PKEY *(*read)(struct blob raw);
	int (*verify)(EVP_PKEY *key, const fido_assert_t *assertion);
} kinds[] = {
	[WEBAUTHN_ES256] = { "ES256", COSE_ES256, EVP_PKEY_EC,      256,  91,  es256_read, es256_verify },
	[WEBAUTHN_RS256] = { "RS256", COSE_RS256, EVP_PKEY_RSA,     2048, 294, rs256_read, rs256_verify },
	[WEBAUTHN_EDDSA] = { "EdDSA", COSE_EDDSA, EVP_PKEY_ED25519, 256,  44,  eddsa_read, eddsa_verify },
};
/* clang-format on */

const char *webauthn_algorithm_name(enum webauthn_algorithm algorithm)
{
	return algorithm == WEBAUTHN_NONE ? "" : kinds[algorithm].name;
}

enum webauthn_algorithm webauthn_algorithm_by_name(const char *name)
{
	for (size_t i = 1; i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (enum webauthn_algorithm)i;
	return WEBAUTHN_NONE;
}

int webauthn_algorithm_cose(enum webauthn_algorithm algorithm)
{
	return algorithm == WEBAUTHN_NONE ? 0 : kinds[algorithm].cose;
}

/* ---- SubjectPublicKeyInfo */

static bool is_kind(const EVP_PKEY *key, size_t row)
{
	char group[32] = "";
	if (EVP_PKEY_get_base_id(key) != kinds[row].type ||
		EVP_PKEY_get_bits(key) != kinds[row].bits)
		return false;
	/* Other curves have 256 bits as well. */
	return row != WEBAUTHN_ES256 ||
	       (EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
		       strcmp(group, "prime256v1") == 0);
}

static RESULT write_spki(const EVP_PKEY *key, size_t row, struct webauthn_credential *out)
{
	uint8_t *at = out->spki;
	if (!is_kind(key, row) || i2d_PUBKEY(key, NULL) != (int)kinds[row].spki_len)
		return FAIL(E_CRYPTO, "key: not %s as we take it", kinds[row].name);
	if (i2d_PUBKEY(key, &at) != (int)kinds[row].spki_len)
		return FAIL_OSSL(E_CRYPTO, "key");
	out->spki_len = kinds[row].spki_len;
	out->algorithm = (enum webauthn_algorithm)row;
	return OK;
}

RESULT webauthn_key_write(enum webauthn_algorithm algorithm, struct blob raw,
	struct webauthn_credential *out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = kinds[algorithm].read(raw);
	if (key == NULL)
		return FAIL_OSSL(E_CRYPTO, "key: not %s", kinds[algorithm].name);
	return write_spki(key, algorithm, out);
}

static RESULT read_spki(struct blob spki, EVP_PKEY **out)
{
	const uint8_t *at = spki.data;
	if (spki.len > WEBAUTHN_SPKI_MAX)
		return FAIL(E_INPUT, "key: longer than %d octets", WEBAUTHN_SPKI_MAX);
	AUTO(EVP_PKEY_free) EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)spki.len);
	if (key == NULL || at != spki.data + spki.len)
		return FAIL_OSSL(E_INPUT, "key: not exactly one SubjectPublicKeyInfo");
	*out = MOVE(key);
	return OK;
}

RESULT webauthn_credential_load(struct blob id, struct blob spki, uint32_t sign_count,
	struct webauthn_credential *out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct webauthn_credential credential = { .sign_count = sign_count,
		.id_len = id.len };
	size_t row = 1;
	if (id.len == 0 || id.len > WEBAUTHN_ID_MAX)
		return FAIL(E_INPUT, "credential id: %zu octets", id.len);
	memcpy(credential.id, id.data, id.len);
	TRY(read_spki(spki, &key));
	while (row < COUNT(kinds) && !is_kind(key, row))
		row++;
	if (row == COUNT(kinds) || err_is(write_spki(key, row, &credential)) ||
		!blob_equal(webauthn_credential_spki(&credential), spki))
		return FAIL(E_INPUT, "key: of another kind or encoding");
	*out = credential;
	return OK;
}

RESULT webauthn_key_verify(const struct webauthn_credential *credential,
	const fido_assert_t *assertion)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	TRY(read_spki(webauthn_credential_spki(credential), &key));
	int r = kinds[credential->algorithm].verify(key, assertion);
	return r == FIDO_OK ? OK : FAIL(E_CRYPTO, "signature: %s", fido_strerr(r));
}
