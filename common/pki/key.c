#include "common/pki/key.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/key_parts.h"

struct algorithm {
	const char *name;
	bool is_rsa;
	size_t bits;
	const char *group; /* OpenSSL's name of the curve */
	uint8_t identifier[21];
	size_t identifier_len;
};

/* clang-format off */
#define RSA_ID  { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 }, 15
#define P256_ID { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, \
		  0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 }, 21
#define P384_ID { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, \
		  0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 }, 18

/* BR 7.1.3.1: these AlgorithmIdentifiers, byte for byte. */
static const struct algorithm algorithms[KEY_ALGORITHM_COUNT] = {
	[KEY_P256]     = { "P-256",    false,  256, "P-256", P256_ID },
	[KEY_P384]     = { "P-384",    false,  384, "P-384", P384_ID },
	[KEY_RSA_2048] = { "RSA-2048", true,  2048, NULL,    RSA_ID  },
	[KEY_RSA_3072] = { "RSA-3072", true,  3072, NULL,    RSA_ID  },
	[KEY_RSA_4096] = { "RSA-4096", true,  4096, NULL,    RSA_ID  },
};

/* The OIDs of both families, to tell a wrong parameter (E_INPUT) from another kind of key (E_POLICY). */
static const uint8_t oid_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
static const uint8_t oid_ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };

enum { EXPONENT_MAX = 32 }; /* octets: R-PKQ-02 ends at 2^256; larger ones only cost time */
/* clang-format on */

const char *key_algorithm_name(enum key_algorithm algorithm)
{
	if (algorithm <= KEY_NONE || algorithm >= KEY_ALGORITHM_COUNT)
		return "none";
	return algorithms[algorithm].name;
}

enum key_algorithm key_algorithm_by_name(const char *name)
{
	for (int i = KEY_NONE + 1; i < KEY_ALGORITHM_COUNT; i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return (enum key_algorithm)i;
	return KEY_NONE;
}

bool key_algorithm_is_rsa(enum key_algorithm algorithm)
{
	return algorithm > KEY_NONE && algorithm < KEY_ALGORITHM_COUNT &&
	       algorithms[algorithm].is_rsa;
}

static size_t magnitude_bits(struct blob magnitude)
{
	size_t bits = magnitude.len * CHAR_BIT;
	for (unsigned top = 0x80; bits > 0 && (magnitude.data[0] & top) == 0; top >>= 1)
		bits--;
	return bits;
}

/* Says why an AlgorithmIdentifier is not of the table. identifier: whole element. */
static struct err refuse_identifier(struct blob identifier)
{
	struct blob content = BLOB_NONE, parameters = BLOB_NONE;
	struct oid oid;
	TRY_IN(der_get(&identifier, DER_SEQUENCE, &content), "algorithm");
	TRY_IN(der_get_oid(&content, &oid), "algorithm");
	if (content.len > 0)
		TRY_IN(der_get_element(&content, &parameters), "algorithm parameters");
	TRY_IN(der_end(content), "algorithm");
	struct blob id = blob_make(oid.octet, oid.len);
	if (blob_equal(id, BLOB(oid_rsa)))
		return FAIL(E_INPUT, "algorithm: parameters of an RSA key are NULL");
	if (!blob_equal(id, BLOB(oid_ec)))
		return FAIL(E_POLICY, "algorithm: neither RSA nor EC");
	if (der_peek(parameters, DER_OID))
		return FAIL(E_POLICY, "algorithm: the curve is neither P-256 nor P-384");
	if (der_peek(parameters, DER_SEQUENCE))
		return FAIL(E_POLICY,
			"algorithm: explicit curve parameters are not accepted");
	return FAIL(E_INPUT, "algorithm: an EC key names its curve");
}

static struct err split_rsa(struct blob bits, struct key_parts *out)
{
	struct blob content = BLOB_NONE;
	TRY_IN(der_get(&bits, DER_SEQUENCE, &content), "RSAPublicKey");
	TRY_IN(der_end(bits), "RSAPublicKey");
	TRY_IN(der_get_unsigned(&content, &out->modulus), "modulus");
	TRY_IN(der_get_unsigned(&content, &out->exponent), "publicExponent");
	TRY_IN(der_end(content), "RSAPublicKey");
	out->is_rsa = true;
	out->bits = magnitude_bits(out->modulus);
	out->algorithm = KEY_NONE;
	for (int i = KEY_NONE + 1; i < KEY_ALGORITHM_COUNT; i++)
		if (algorithms[i].is_rsa && algorithms[i].bits == out->bits)
			out->algorithm = (enum key_algorithm)i;
	return OK;
}

RESULT key_split(struct blob spki, struct key_parts *out)
{
	struct blob content = BLOB_NONE, identifier = BLOB_NONE, bits = BLOB_NONE;
	struct key_parts parts = { .algorithm = KEY_NONE };
	if (spki.len > LIMIT_SPKI)
		return FAIL(E_INPUT, "longer than %d bytes", LIMIT_SPKI);
	TRY_IN(der_get(&spki, DER_SEQUENCE, &content), "subjectPublicKeyInfo");
	TRY_IN(der_end(spki), "subjectPublicKeyInfo");
	TRY_IN(der_get_element(&content, &identifier), "algorithm");
	int found = KEY_NONE;
	for (int i = KEY_NONE + 1; i < KEY_ALGORITHM_COUNT && found == KEY_NONE; i++) {
		const struct algorithm *row = &algorithms[i];
		if (blob_equal(identifier,
			    blob_make(row->identifier, row->identifier_len)))
			found = i;
	}
	if (found == KEY_NONE)
		return refuse_identifier(identifier);
	TRY_IN(der_get_bits(&content, &bits), "subjectPublicKey");
	TRY_IN(der_end(content), "subjectPublicKeyInfo");
	if (algorithms[found].is_rsa) {
		TRY(split_rsa(bits, &parts));
	} else {
		parts.algorithm = (enum key_algorithm)found;
		parts.bits = algorithms[found].bits;
		parts.point = bits;
	}
	*out = parts;
	return OK;
}

static struct err from_data(const char *type, OSSL_PARAM *params, EVP_PKEY **out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(EVP_PKEY_CTX_free)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	if (ctx == NULL)
		return FAIL_OSSL(E_CRYPTO, "no context for %s keys", type);
	if (EVP_PKEY_fromdata_init(ctx) != 1 ||
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return FAIL_OSSL(E_INPUT, "subjectPublicKey: not a valid %s key", type);
	*out = MOVE(key);
	return OK;
}

/* SEC 1 section 2.3.3. Compressed points are known but refused: one key, one encoding, one hash. */
static struct err check_form(struct blob point, size_t coordinate)
{
	if (point.len == 1 && point.data[0] == 0x00)
		return FAIL(E_INPUT, "subjectPublicKey: the point at infinity");
	if (point.len == 1 + coordinate &&
		(point.data[0] == 0x02 || point.data[0] == 0x03))
		return FAIL(E_POLICY, "subjectPublicKey: a compressed point");
	if (point.len != 1 + 2 * coordinate || point.data[0] != 0x04)
		return FAIL(E_INPUT,
			"subjectPublicKey: not an uncompressed point of the curve");
	return OK;
}

/*
 * R-PKQ-06, SP 800-56A section 5.6.2.3.3: reading an uncompressed point, libcrypto proves both coordinates to be below
 * the prime and the curve's equation to hold; infinity has no such form; and as the cofactor of P-256 and P-384 is 1,
 * every other point has the full order. So this is the whole validation.
 */
RESULT key_from_point(const struct key_parts *parts, EVP_PKEY **out)
{
	char group[8];
	uint8_t point[KEY_POINT_MAX];
	TRY(check_form(parts->point, parts->bits / CHAR_BIT));
	snprintf(group, sizeof group, "%s", algorithms[parts->algorithm].group);
	memcpy(point, parts->point.data, parts->point.len);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
			parts->point.len),
		OSSL_PARAM_construct_end(),
	};
	return from_data("EC", params, out);
}

/* OSSL_PARAM holds integers in the machine's own order of octets. */
static struct err native_octets(struct blob magnitude, uint8_t *out)
{
	AUTO(BN_clear_free)
	BIGNUM *n = BN_bin2bn(magnitude.data, (int)magnitude.len, NULL);
	if (n == NULL || BN_bn2nativepad(n, out, (int)magnitude.len) < 0)
		return FAIL_OSSL(E_IO, "out of memory");
	return OK;
}

static struct err from_rsa(const struct key_parts *parts, EVP_PKEY **out)
{
	uint8_t n[LIMIT_SPKI], e[EXPONENT_MAX];
	if (parts->algorithm == KEY_NONE)
		return FAIL(E_POLICY, "RSA of %zu bits", parts->bits);
	if (parts->exponent.len > EXPONENT_MAX)
		return FAIL(E_POLICY, "publicExponent of more than %d octets",
			EXPONENT_MAX);
	TRY(native_octets(parts->modulus, n));
	TRY(native_octets(parts->exponent, e));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, parts->modulus.len),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, parts->exponent.len),
		OSSL_PARAM_construct_end(),
	};
	return from_data("RSA", params, out);
}

RESULT key_parse(struct blob spki, enum key_algorithm *algorithm, EVP_PKEY **out)
{
	struct key_parts parts;
	TRY(key_split(spki, &parts));
	if (parts.is_rsa)
		TRY(from_rsa(&parts, out));
	else
		TRY(key_from_point(&parts, out));
	*algorithm = parts.algorithm;
	return OK;
}

RESULT key_kind(struct blob spki, enum key_algorithm *out)
{
	struct key_parts parts;
	TRY(key_split(spki, &parts));
	if (parts.algorithm == KEY_NONE)
		return FAIL(E_POLICY, "an RSA key of %zu bits", parts.bits);
	if (!parts.is_rsa)
		TRY(check_form(parts.point, parts.bits / CHAR_BIT));
	*out = parts.algorithm;
	return OK;
}

static void openssl_octets_free(unsigned char *octets)
{
	OPENSSL_free(octets);
}
AUTO_DEFINE(unsigned char, openssl_octets_free)

RESULT key_write(const EVP_PKEY *key, struct der_writer *w)
{
	AUTO(openssl_octets_free) unsigned char *der = NULL;
	struct key_parts parts;
	int len = i2d_PUBKEY(key, &der);
	if (len <= 0)
		return FAIL_OSSL(E_CRYPTO, "the key has no subjectPublicKeyInfo");
	/* Read again: explicit parameters or compressed points must not leave here either. */
	TRY(key_split(blob_make(der, (size_t)len), &parts));
	if (parts.algorithm == KEY_NONE)
		return FAIL(E_POLICY, "RSA of %zu bits", parts.bits);
	if (!parts.is_rsa)
		TRY(check_form(parts.point, parts.bits / CHAR_BIT));
	der_put_raw(w, blob_make(der, (size_t)len));
	return OK;
}

RESULT key_generate(enum key_algorithm algorithm, EVP_PKEY **out)
{
	if (algorithm <= KEY_NONE || algorithm >= KEY_ALGORITHM_COUNT)
		return FAIL(E_BUG, "no such kind of key");
	const struct algorithm *row = &algorithms[algorithm];
	EVP_PKEY *key = row->is_rsa ? EVP_RSA_gen(row->bits) : EVP_EC_gen(row->group);
	if (key == NULL)
		return FAIL_OSSL(E_CRYPTO, "could not make a key of %s", row->name);
	*out = key;
	return OK;
}

static struct err sha256(struct blob bytes, uint8_t out[static 32])
{
	if (EVP_Digest(bytes.data, bytes.len, out, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "no SHA-256");
	return OK;
}

RESULT key_digest(struct blob spki, uint8_t out[static 32])
{
	return sha256(spki, out);
}

RESULT key_identifier(struct blob spki, uint8_t out[static 20])
{
	struct blob content = BLOB_NONE, identifier = BLOB_NONE, bits = BLOB_NONE;
	uint8_t digest[32];
	TRY_IN(der_get(&spki, DER_SEQUENCE, &content), "subjectPublicKeyInfo");
	TRY_IN(der_end(spki), "subjectPublicKeyInfo");
	TRY_IN(der_get_element(&content, &identifier), "algorithm");
	TRY_IN(der_get_bits(&content, &bits), "subjectPublicKey");
	TRY_IN(der_end(content), "subjectPublicKeyInfo");
	TRY(sha256(bits, digest));
	memcpy(out, digest, 20);
	return OK;
}
