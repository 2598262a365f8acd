/*
 * pkcs12_modern: a PFX (RFC 7292) of one key and its chain, both under PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018),
 * with a MAC of HMAC-SHA-256. Key and chain share one derivation, with an IV each: who tries pass phrases tries them against the
 * MAC, which costs least, so that a second derivation would only be paid by the honest. Nettle derives: OpenSSL's own derivation
 * looks its hash up anew in every round and takes twice as long.
 */
#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>
#include <openssl/hmac.h>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/pki/der.h"
#include "common/pki/pkcs12_parts.h"

/* clang-format off */
static const struct oid oid_data             = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 } };             /* 1.2.840.113549.1.7.1 */
static const struct oid oid_encrypted_data   = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06 } };             /* 1.2.840.113549.1.7.6 */
static const struct oid oid_shrouded_key_bag = { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x02 } }; /* 1.2.840.113549.1.12.10.1.2 */
static const struct oid oid_cert_bag         = { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03 } }; /* 1.2.840.113549.1.12.10.1.3 */
static const struct oid oid_x509_certificate = { 10, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01 } };       /* 1.2.840.113549.1.9.22.1 */
static const struct oid oid_friendly_name    = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14 } };             /* 1.2.840.113549.1.9.20 */
static const struct oid oid_local_key_id     = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x15 } };             /* 1.2.840.113549.1.9.21 */
static const struct oid oid_pbes2            = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d } };             /* 1.2.840.113549.1.5.13 */
static const struct oid oid_pbkdf2           = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c } };             /* 1.2.840.113549.1.5.12 */
static const struct oid oid_hmac_sha256      = { 8,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09 } };                   /* 1.2.840.113549.2.9 */
static const struct oid oid_aes256_cbc       = { 9,  { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a } };             /* 2.16.840.1.101.3.4.1.42 */
static const struct oid oid_sha256           = { 9,  { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 } };             /* 2.16.840.1.101.3.4.2.1 */
/* clang-format on */

enum {
	BMP_STRING = 0x1e,
	VERSION = 3, /* RFC 7292 section 4 */
	MAC_KEY = 3, /* appendix B.3: the diversifier of the key of a MAC */
	SALT = 16,
	IV = 16,
	BLOCK = 64, /* of SHA-256, "v" of appendix B.2 */
	DIGEST =
		32, /* "u": the MAC's key is one digest, so that B.2 needs a single block */
};

struct pack {
	uint8_t salt[SALT], key[DIGEST], local_key_id[20];
	int iterations;
	unsigned char *name; /* friendlyName in UTF-16BE, or NULL */
	size_t name_len;
	/* bytes in the clear, wiped at the end; `cipher` and `safe` are not secret */
	uint8_t clear[LIMIT_PKCS12], cipher[LIMIT_PKCS12], safe[LIMIT_PKCS12];
};

static void pack_free(struct pack *pack)
{
	if (pack == NULL)
		return;
	OPENSSL_free(pack->name);
	OPENSSL_clear_free(pack, sizeof *pack);
}
AUTO_DEFINE(struct pack, pack_free)

static void pkcs8_free(unsigned char *octets)
{
	OPENSSL_free(octets);
}
AUTO_DEFINE(unsigned char, pkcs8_free)

/* UTF-16BE without the two zeros that OpenSSL puts behind. */
static RESULT to_bmp(struct blob text, unsigned char **out, size_t *len)
{
	int found = 0;
	if (OPENSSL_utf82uni((const char *)text.data, (int)text.len, out, &found) == NULL)
		return FAIL_OSSL(E_INPUT, "not UTF-8");
	*len = (size_t)found - 2;
	return OK;
}

/* ---- the two derivations */

static void fill(const uint8_t *from, size_t from_len, uint8_t *to, size_t to_len)
{
	for (size_t i = 0; i < to_len; i++)
		to[i] = from[i % from_len];
}

static size_t whole_blocks(size_t len)
{
	return (len + BLOCK - 1) / BLOCK * BLOCK;
}

/* RFC 7292 appendix B.2 for a key of one digest. The pass phrase counts with its two final zeros. */
static RESULT derive_mac_key(struct blob pass_phrase, const uint8_t salt[static SALT],
	int iterations, uint8_t out[static DIGEST])
{
	AUTO(buf_clear) struct buf start = BUF(LIMIT_PIN * 4 + 3 * BLOCK);
	unsigned char *bmp = NULL;
	size_t len = 0;
	struct sha256_ctx hash;
	TRY_IN(to_bmp(pass_phrase, &bmp, &len), "pass phrase");
	len += 2;
	size_t padded = whole_blocks(len);
	struct err err = buf_reserve(&start, 2 * BLOCK + padded);
	if (!err_is(err)) {
		memset(start.data, MAC_KEY, BLOCK);
		fill(salt, SALT, start.data + BLOCK, BLOCK);
		fill(bmp, len, start.data + 2 * BLOCK, padded);
		start.len = 2 * BLOCK + padded;
	}
	OPENSSL_clear_free(bmp, len);
	TRY(err);
	sha256_init(&hash);
	sha256_update(&hash, start.len, start.data);
	sha256_digest(&hash, DIGEST, out);
	for (int i = 1; i < iterations; i++) {
		sha256_update(&hash, DIGEST, out);
		sha256_digest(&hash, DIGEST, out);
	}
	OPENSSL_cleanse(&hash, sizeof hash);
	return OK;
}

/* ---- what lies in a bag */

static void put_algorithm(struct der_writer *w, const struct pack *pack,
	const uint8_t iv[static IV])
{
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_pbes2);
	size_t parameters = der_open(w, DER_SEQUENCE);
	size_t derivation = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_pbkdf2);
	size_t inner = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OCTET_STRING, BLOB(pack->salt));
	der_put_int(w, DER_INTEGER, (uint64_t)pack->iterations);
	size_t prf = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_hmac_sha256);
	der_put_null(w);
	der_close(w, prf);
	der_close(w, inner);
	der_close(w, derivation);
	size_t cipher = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_aes256_cbc);
	der_put(w, DER_OCTET_STRING, blob_make(iv, IV));
	der_close(w, cipher);
	der_close(w, parameters);
	der_close(w, algorithm);
}

static void put_attribute(struct der_writer *w, const struct oid *oid, uint8_t tag,
	struct blob value)
{
	size_t attribute = der_open(w, DER_SEQUENCE);
	der_put_oid(w, oid);
	size_t values = der_open(w, DER_SET);
	der_put(w, tag, value);
	der_close(w, values);
	der_close(w, attribute);
}

/* Of the key and of its certificate, so that readers find them together. */
static void put_attributes(struct der_writer *w, const struct pack *pack)
{
	size_t set = der_open(w, DER_SET);
	if (pack->name != NULL)
		put_attribute(w, &oid_friendly_name, BMP_STRING,
			blob_make(pack->name, pack->name_len));
	put_attribute(w, &oid_local_key_id, DER_OCTET_STRING, BLOB(pack->local_key_id));
	der_close(w, set);
}

static RESULT encrypt(const struct pack *pack, const uint8_t iv[static IV],
	struct blob clear, uint8_t *out, size_t *out_len)
{
	int len = 0, rest = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool done =
		context != NULL && clear.len <= LIMIT_PKCS12 - 2 * IV &&
		EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, pack->key, iv) ==
			1 &&
		EVP_EncryptUpdate(context, out, &len, clear.data, (int)clear.len) == 1 &&
		EVP_EncryptFinal_ex(context, out + len, &rest) == 1;
	EVP_CIPHER_CTX_free(context);
	if (!done)
		return FAIL_OSSL(E_CRYPTO, "AES-256-CBC");
	*out_len = (size_t)len + (size_t)rest;
	return OK;
}

/* ---- the two halves of the safe */

static RESULT put_key(struct der_writer *w, struct pack *pack, EVP_PKEY *key)
{
	AUTO(pkcs8_free) unsigned char *der = NULL;
	uint8_t iv[IV];
	size_t len = 0;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	int clear = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	PKCS8_PRIV_KEY_INFO_free(info);
	if (clear <= 0)
		return FAIL_OSSL(E_CRYPTO, "private key");
	TRY(random_bytes(iv, sizeof iv));
	struct err err =
		encrypt(pack, iv, blob_make(der, (size_t)clear), pack->cipher, &len);
	OPENSSL_cleanse(der, (size_t)clear);
	TRY(err);

	size_t content = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_data);
	size_t explicit = der_open(w, DER_CONTEXT_OPEN(0));
	size_t octets = der_open(w, DER_OCTET_STRING);
	size_t bags = der_open(w, DER_SEQUENCE);
	size_t bag = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_shrouded_key_bag);
	size_t value = der_open(w, DER_CONTEXT_OPEN(0));
	size_t shrouded = der_open(w, DER_SEQUENCE);
	put_algorithm(w, pack, iv);
	der_put(w, DER_OCTET_STRING, blob_make(pack->cipher, len));
	der_close(w, shrouded);
	der_close(w, value);
	put_attributes(w, pack);
	der_close(w, bag);
	der_close(w, bags);
	der_close(w, octets);
	der_close(w, explicit);
	der_close(w, content);
	return OK;
}

static void put_certificate(struct der_writer *w, const struct pack *pack,
	struct blob certificate, bool is_own)
{
	size_t bag = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_cert_bag);
	size_t value = der_open(w, DER_CONTEXT_OPEN(0));
	size_t form = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_x509_certificate);
	size_t octets = der_open(w, DER_CONTEXT_OPEN(0));
	der_put(w, DER_OCTET_STRING, certificate);
	der_close(w, octets);
	der_close(w, form);
	der_close(w, value);
	if (is_own)
		put_attributes(w, pack);
	der_close(w, bag);
}

static RESULT put_chain(struct der_writer *w, struct pack *pack, const struct blob *chain,
	size_t count)
{
	struct der_writer inner = DER_WRITER(pack->clear);
	struct blob clear;
	uint8_t iv[IV];
	size_t len = 0, bags = der_open(&inner, DER_SEQUENCE);
	for (size_t i = 0; i < count; i++)
		put_certificate(&inner, pack, chain[i], i == 0);
	der_close(&inner, bags);
	TRY_IN(der_finish(&inner, &clear), "chain");
	TRY(random_bytes(iv, sizeof iv));
	TRY(encrypt(pack, iv, clear, pack->cipher, &len));

	size_t content = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_encrypted_data);
	size_t explicit = der_open(w, DER_CONTEXT_OPEN(0));
	size_t encrypted = der_open(w, DER_SEQUENCE);
	der_put_int(w, DER_INTEGER, 0);
	size_t info = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_data);
	put_algorithm(w, pack, iv);
	der_put(w, DER_CONTEXT(0), blob_make(pack->cipher, len));
	der_close(w, info);
	der_close(w, encrypted);
	der_close(w, explicit);
	der_close(w, content);
	return OK;
}

/* ---- the whole */

static RESULT put_mac(struct der_writer *w, struct blob pass_phrase, int iterations,
	struct blob safe)
{
	uint8_t salt[SALT], key[DIGEST], mac[DIGEST];
	unsigned int len = sizeof mac;
	TRY(random_bytes(salt, sizeof salt));
	TRY(derive_mac_key(pass_phrase, salt, iterations, key));
	bool done = HMAC(EVP_sha256(), key, sizeof key, safe.data, safe.len, mac, &len) !=
		    NULL;
	OPENSSL_cleanse(key, sizeof key);
	if (!done)
		return FAIL_OSSL(E_CRYPTO, "HMAC");
	size_t data = der_open(w, DER_SEQUENCE);
	size_t info = der_open(w, DER_SEQUENCE);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_sha256);
	der_put_null(w);
	der_close(w, algorithm);
	der_put(w, DER_OCTET_STRING, BLOB(mac));
	der_close(w, info);
	der_put(w, DER_OCTET_STRING, BLOB(salt));
	der_put_int(w, DER_INTEGER, (uint64_t)iterations);
	der_close(w, data);
	return OK;
}

static RESULT pack_new(struct blob own, const char *friendly_name,
	struct blob pass_phrase, int iterations, struct pack **out)
{
	uint8_t digest[DIGEST];
	unsigned int len = sizeof digest;
	AUTO(pack_free) struct pack *pack = OPENSSL_zalloc(sizeof *pack);
	if (pack == NULL)
		return FAIL(E_IO, "out of memory");
	pack->iterations = iterations;
	if (friendly_name != NULL)
		TRY_IN(to_bmp(blob_text(friendly_name), &pack->name, &pack->name_len),
			"friendly name");
	if (EVP_Digest(own.data, own.len, digest, &len, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "SHA-256");
	memcpy(pack->local_key_id, digest, sizeof pack->local_key_id);
	TRY(random_bytes(pack->salt, sizeof pack->salt));
	pbkdf2_hmac_sha256(pass_phrase.len, pass_phrase.data, (unsigned)iterations,
		sizeof pack->salt, pack->salt, sizeof pack->key, pack->key);
	*out = MOVE(pack);
	return OK;
}

RESULT pkcs12_write_modern(EVP_PKEY *key, const struct blob *chain, size_t chain_count,
	const char *friendly_name, struct blob pass_phrase, int iterations,
	struct buf *out)
{
	AUTO(pack_free) struct pack *pack = NULL;
	struct blob safe, whole;
	TRY(pack_new(chain[0], friendly_name, pass_phrase, iterations, &pack));
	struct der_writer inner = DER_WRITER(pack->safe);
	size_t contents = der_open(&inner, DER_SEQUENCE);
	TRY(put_chain(&inner, pack, chain, chain_count));
	TRY(put_key(&inner, pack, key));
	der_close(&inner, contents);
	TRY(der_finish(&inner, &safe));

	struct der_writer w = DER_WRITER(pack->clear);
	size_t pfx = der_open(&w, DER_SEQUENCE);
	der_put_int(&w, DER_INTEGER, VERSION);
	size_t content = der_open(&w, DER_SEQUENCE);
	der_put_oid(&w, &oid_data);
	size_t explicit = der_open(&w, DER_CONTEXT_OPEN(0));
	der_put(&w, DER_OCTET_STRING, safe);
	der_close(&w, explicit);
	der_close(&w, content);
	TRY(put_mac(&w, pass_phrase, iterations, safe));
	der_close(&w, pfx);
	TRY(der_finish(&w, &whole));
	return buf_append(out, whole);
}
