#include "common/pki/signature.h"

#include <openssl/core_names.h>
#include <string.h>

#include "common/base/table.h"

enum { IDENTIFIER_MAX = 15 };

struct algorithm {
	const char *name;
	int key_type; /* EVP_PKEY_EC or EVP_PKEY_RSA */
	const EVP_MD *(*digest)(void);
	uint8_t identifier[IDENTIFIER_MAX];
	size_t identifier_len;
};

/* clang-format off */
#define ECDSA(n) { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, (n) }, 12
#define PKCS1(n) { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, (n), 0x05, 0x00 }, 15

/* BR 7.1.3.2: these bytes and no others; without parameters for ECDSA (RFC 5758), with NULL for RSA (RFC 4055). */
static const struct algorithm algorithms[SIGNATURE_ALGORITHM_COUNT] = {
	[SIGNATURE_ECDSA_SHA256] = { "ecdsa-with-SHA256",       EVP_PKEY_EC,  EVP_sha256, ECDSA(0x02) },
	[SIGNATURE_ECDSA_SHA384] = { "ecdsa-with-SHA384",       EVP_PKEY_EC,  EVP_sha384, ECDSA(0x03) },
	[SIGNATURE_RSA_SHA256]   = { "sha256WithRSAEncryption", EVP_PKEY_RSA, EVP_sha256, PKCS1(0x0b) },
	[SIGNATURE_RSA_SHA384]   = { "sha384WithRSAEncryption", EVP_PKEY_RSA, EVP_sha384, PKCS1(0x0c) },
	[SIGNATURE_RSA_SHA512]   = { "sha512WithRSAEncryption", EVP_PKEY_RSA, EVP_sha512, PKCS1(0x0d) },
};
/* clang-format on */

static const struct algorithm *row_of(enum signature_algorithm algorithm)
{
	if (algorithm <= SIGNATURE_NONE || algorithm >= SIGNATURE_ALGORITHM_COUNT)
		return NULL;
	return &algorithms[algorithm];
}

struct blob signature_identifier(enum signature_algorithm algorithm)
{
	const struct algorithm *row = row_of(algorithm);
	return row == NULL ? BLOB_NONE : blob_make(row->identifier, row->identifier_len);
}

RESULT signature_by_identifier(struct blob identifier, enum signature_algorithm *out)
{
	for (int i = SIGNATURE_NONE + 1; i < SIGNATURE_ALGORITHM_COUNT; i++) {
		struct blob known =
			blob_make(algorithms[i].identifier, algorithms[i].identifier_len);
		if (blob_equal(known, identifier)) {
			*out = (enum signature_algorithm)i;
			return OK;
		}
	}
	return FAIL(E_INPUT, "signatureAlgorithm is not one of the table");
}

const char *signature_name(enum signature_algorithm algorithm)
{
	const struct algorithm *row = row_of(algorithm);
	return row == NULL ? "none" : row->name;
}

const EVP_MD *signature_digest(enum signature_algorithm algorithm)
{
	const struct algorithm *row = row_of(algorithm);
	return row == NULL ? NULL : row->digest();
}

static struct err sign_with(EVP_PKEY *key, const EVP_MD *digest, struct blob to_be_signed,
	uint8_t *signature, size_t *len)
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t made = SIGNATURE_MAX;
	if (ctx == NULL)
		return FAIL(E_IO, "out of memory");
	if (EVP_DigestSignInit(ctx, NULL, digest, NULL, key) != 1 ||
		EVP_DigestSign(ctx, signature, &made, to_be_signed.data,
			to_be_signed.len) != 1)
		return FAIL_OSSL(E_CRYPTO, "the key did not sign");
	*len = made;
	return OK;
}

/* One function a hash: the context of a signing_key is the bare key, so nothing has to be freed. */
static struct err sign_sha256(void *key, struct blob tbs, uint8_t *signature, size_t *len)
{
	return sign_with(key, EVP_sha256(), tbs, signature, len);
}

static struct err sign_sha384(void *key, struct blob tbs, uint8_t *signature, size_t *len)
{
	return sign_with(key, EVP_sha384(), tbs, signature, len);
}

static struct err sign_sha512(void *key, struct blob tbs, uint8_t *signature, size_t *len)
{
	return sign_with(key, EVP_sha512(), tbs, signature, len);
}

RESULT signature_software_key(EVP_PKEY *key, struct signing_key *out)
{
	enum signature_algorithm algorithm = SIGNATURE_NONE;
	TRY(signature_for_key(key, &algorithm));
	return signature_software_key_with(key, algorithm, out);
}

RESULT signature_software_key_with(EVP_PKEY *key, enum signature_algorithm algorithm,
	struct signing_key *out)
{
	struct signing_key made = { .algorithm = algorithm, .context = key };
	enum signature_algorithm usual = SIGNATURE_NONE;
	TRY(signature_for_key(key, &usual));
	const struct algorithm *row = row_of(algorithm);
	if (row == NULL || row->key_type != algorithms[usual].key_type ||
		(row->key_type == EVP_PKEY_EC && algorithm != usual))
		return FAIL(E_POLICY, "this key does not sign with %s",
			signature_name(algorithm));
	switch (algorithm) {
	case SIGNATURE_ECDSA_SHA256:
	case SIGNATURE_RSA_SHA256:
		made.sign = sign_sha256;
		break;
	case SIGNATURE_ECDSA_SHA384:
	case SIGNATURE_RSA_SHA384:
		made.sign = sign_sha384;
		break;
	case SIGNATURE_RSA_SHA512:
		made.sign = sign_sha512;
		break;
	case SIGNATURE_NONE:
	case SIGNATURE_ALGORITHM_COUNT:
		return FAIL(E_BUG, "no such algorithm");
	}
	*out = made;
	return OK;
}

RESULT signature_for_key(const EVP_PKEY *key, enum signature_algorithm *out)
{
	char group[32] = "";
	size_t len = 0;
	if (EVP_PKEY_is_a(key, "RSA")) {
		*out = SIGNATURE_RSA_SHA256;
		return OK;
	}
	if (EVP_PKEY_is_a(key, "EC") &&
		EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1) {
		/* BR 7.1.3.2.2: the curve fixes the hash. */
		if (strcmp(group, "prime256v1") == 0) {
			*out = SIGNATURE_ECDSA_SHA256;
			return OK;
		}
		if (strcmp(group, "secp384r1") == 0) {
			*out = SIGNATURE_ECDSA_SHA384;
			return OK;
		}
	}
	return FAIL_OSSL(E_POLICY,
		"no signature algorithm is known for this kind of key");
}

RESULT signature_verify(EVP_PKEY *key, enum signature_algorithm algorithm,
	struct blob signed_bytes, struct blob signature)
{
	const struct algorithm *row = row_of(algorithm);
	if (row == NULL || EVP_PKEY_get_base_id(key) != row->key_type)
		return FAIL(E_CRYPTO, "the key is not one for %s",
			signature_name(algorithm));
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		return FAIL(E_IO, "out of memory");
	if (EVP_DigestVerifyInit(ctx, NULL, row->digest(), NULL, key) != 1 ||
		EVP_DigestVerify(ctx, signature.data, signature.len, signed_bytes.data,
			signed_bytes.len) != 1)
		return FAIL_OSSL(E_CRYPTO, "the signature does not verify");
	return OK;
}
