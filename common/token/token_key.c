#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/token/cryptoki.h"

enum {
	DIGEST_MAX = 64,
	COORDINATE_MAX = 48, /* P-384 */
	VALUE_MAX = 1100,    /* a modulus of LIMIT_RSA_BITS */
};

/* One handle an algorithm, so that the context of a signing_key says both key and hash. */
struct handle {
	struct token_key *key;
	enum signature_algorithm algorithm;
};

struct token_key {
	const struct token *token; /* borrowed */
	CK_OBJECT_HANDLE object;
	enum key_algorithm algorithm;
	EVP_MD_CTX *hash; /* kept: making one costs more than hashing a certificate */
	struct handle handle[SIGNATURE_ALGORITHM_COUNT];
	uint8_t spki_room[LIMIT_SPKI];
	struct blob spki;
};

static const uint8_t curve_p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
	0x01, 0x07 };
static const uint8_t curve_p384[] = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
static const struct oid id_ec_public_key = { 7,
	{ 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 } };
static const struct oid id_rsa_encryption = { 9,
	{ 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 } };

/* DigestInfo up to the digest (RFC 8017 section 9.2 note 1): CKM_RSA_PKCS pads, but does not know the hash. */
static const uint8_t info_sha256[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
static const uint8_t info_sha384[] = { 0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30 };
static const uint8_t info_sha512[] = { 0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40 };

/* clang-format off */
/* How each algorithm is asked of a token. keys: those it suits; the curve fixes the hash (PROFILES part 1). */
static const struct way {
	bool exists;
	CK_MECHANISM_TYPE mechanism;
	bool rsa;
	enum key_algorithm curve;
	size_t digest_len, coordinate;
	struct blob prefix;
} ways[SIGNATURE_ALGORITHM_COUNT] = {
	[SIGNATURE_ECDSA_SHA256] = { true, CKM_ECDSA,    false, KEY_P256, 32, 32, { NULL, 0 } },
	[SIGNATURE_ECDSA_SHA384] = { true, CKM_ECDSA,    false, KEY_P384, 48, 48, { NULL, 0 } },
	[SIGNATURE_RSA_SHA256]   = { true, CKM_RSA_PKCS, true,  KEY_NONE, 32, 0, { info_sha256, sizeof info_sha256 } },
	[SIGNATURE_RSA_SHA384]   = { true, CKM_RSA_PKCS, true,  KEY_NONE, 48, 0, { info_sha384, sizeof info_sha384 } },
	[SIGNATURE_RSA_SHA512]   = { true, CKM_RSA_PKCS, true,  KEY_NONE, 64, 0, { info_sha512, sizeof info_sha512 } },
};

/* R-CA-KEY-02, in the order in which they are asked. */
static const struct promise { CK_ATTRIBUTE_TYPE kind; CK_BBOOL want; const char *name; } promises[] = {
	{ CKA_SENSITIVE,         CK_TRUE,  "CKA_SENSITIVE" },
	{ CKA_ALWAYS_SENSITIVE,  CK_TRUE,  "CKA_ALWAYS_SENSITIVE" },
	{ CKA_EXTRACTABLE,       CK_FALSE, "CKA_EXTRACTABLE" },
	{ CKA_NEVER_EXTRACTABLE, CK_TRUE,  "CKA_NEVER_EXTRACTABLE" },
	{ CKA_PRIVATE,           CK_TRUE,  "CKA_PRIVATE" },
	{ CKA_TOKEN,             CK_TRUE,  "CKA_TOKEN" },
	{ CKA_SIGN,              CK_TRUE,  "CKA_SIGN" },
	{ CKA_DECRYPT,           CK_FALSE, "CKA_DECRYPT" },
	{ CKA_UNWRAP,            CK_FALSE, "CKA_UNWRAP" },
	{ CKA_DERIVE,            CK_FALSE, "CKA_DERIVE" },
};
/* clang-format on */

RESULT cryptoki_curve(enum key_algorithm algorithm, struct blob *out)
{
	if (algorithm != KEY_P256 && algorithm != KEY_P384)
		return FAIL(E_POLICY, "key algorithm: no curve of ours");
	*out = algorithm == KEY_P256 ? BLOB(curve_p256) : BLOB(curve_p384);
	return OK;
}

RESULT cryptoki_check_private(const struct token *token, CK_OBJECT_HANDLE key)
{
	for (size_t i = 0; i < COUNT(promises); i++) {
		CK_BBOOL value = 0xff;
		CK_ATTRIBUTE attribute = { promises[i].kind, &value, sizeof value };
		CK_RV rv = token->module->C_GetAttributeValue(token->session, key,
			&attribute, 1);
		if (rv != CKR_OK || value != promises[i].want)
			return FAIL(E_POLICY, "%s is not %s", promises[i].name,
				promises[i].want == CK_TRUE ? "true" : "false");
	}
	return OK;
}

RESULT cryptoki_find(const struct token *token, CK_OBJECT_CLASS kind, CK_ATTRIBUTE by,
	CK_OBJECT_HANDLE out[static 2], CK_ULONG *count)
{
	CK_FUNCTION_LIST *module = token->module;
	CK_ATTRIBUTE what[] = { CRYPTOKI_ATTRIBUTE(CKA_CLASS, kind), by };
	*count = 0;
	TRY(cryptoki_check(module->C_FindObjectsInit(token->session, what, COUNT(what)),
		"search"));
	CK_RV rv = module->C_FindObjects(token->session, out, 2, count);
	module->C_FindObjectsFinal(token->session);
	return cryptoki_check(rv, "search");
}

static RESULT read_value(const struct token *token, CK_OBJECT_HANDLE object,
	CK_ATTRIBUTE_TYPE kind, uint8_t *room, size_t size, struct blob *out)
{
	CK_ATTRIBUTE attribute = { kind, room, size };
	TRY(cryptoki_check(token->module->C_GetAttributeValue(token->session, object,
				   &attribute, 1),
		"attribute"));
	if (attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION ||
		attribute.ulValueLen > size)
		return FAIL(E_IO, "attribute 0x%lx: not there", kind);
	*out = blob_make(room, attribute.ulValueLen);
	return OK;
}

/* CKA_EC_POINT is an OCTET STRING around the point (v2.40 section 2.3.3); some modules leave the wrapping out. */
static RESULT write_ec(const struct token *token, CK_OBJECT_HANDLE object,
	struct der_writer *w)
{
	uint8_t params_room[64], point_room[VALUE_MAX];
	struct blob params, value, point;
	TRY_IN(read_value(token, object, CKA_EC_PARAMS, params_room, sizeof params_room,
		       &params),
		"curve");
	TRY_IN(read_value(token, object, CKA_EC_POINT, point_room, sizeof point_room,
		       &value),
		"point");
	struct blob rest = value;
	if (err_is(der_get(&rest, DER_OCTET_STRING, &point)) || rest.len != 0)
		point = value;
	size_t spki = der_open(w, DER_SEQUENCE);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &id_ec_public_key);
	der_put_raw(w, params);
	der_close(w, algorithm);
	der_put_bits(w, point);
	der_close(w, spki);
	return OK;
}

static RESULT write_rsa(const struct token *token, CK_OBJECT_HANDLE object,
	struct der_writer *w)
{
	uint8_t modulus_room[VALUE_MAX], exponent_room[VALUE_MAX], key_room[LIMIT_SPKI];
	struct blob modulus, exponent, key;
	struct der_writer inner = DER_WRITER(key_room);
	TRY_IN(read_value(token, object, CKA_MODULUS, modulus_room, sizeof modulus_room,
		       &modulus),
		"modulus");
	TRY_IN(read_value(token, object, CKA_PUBLIC_EXPONENT, exponent_room,
		       sizeof exponent_room, &exponent),
		"exponent");
	size_t sequence = der_open(&inner, DER_SEQUENCE);
	der_put_unsigned(&inner, modulus);
	der_put_unsigned(&inner, exponent);
	der_close(&inner, sequence);
	TRY(der_finish(&inner, &key));
	size_t spki = der_open(w, DER_SEQUENCE);
	size_t algorithm = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &id_rsa_encryption);
	der_put_null(w);
	der_close(w, algorithm);
	der_put_bits(w, key);
	der_close(w, spki);
	return OK;
}

/* The public half is found by CKA_ID: labels are for people, the id is what makes a pair (v2.40 section 4.9). */
static RESULT read_public(struct token_key *key)
{
	const struct token *token = key->token;
	uint8_t id_room[256];
	struct blob id;
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count, type;
	CK_ATTRIBUTE type_attribute = { CKA_KEY_TYPE, &type, sizeof type };
	struct der_writer w = DER_WRITER(key->spki_room);
	TRY_IN(read_value(token, key->object, CKA_ID, id_room, sizeof id_room, &id),
		"id");
	TRY(cryptoki_find(token, CKO_PUBLIC_KEY, CRYPTOKI_BYTES(CKA_ID, id), found,
		&count));
	if (count != 1)
		return FAIL(count == 0 ? E_NOT_FOUND : E_CONFLICT,
			"%lu public keys of its id", count);
	TRY(cryptoki_check(token->module->C_GetAttributeValue(token->session, found[0],
				   &type_attribute, 1),
		"key type"));
	if (type != CKK_EC && type != CKK_RSA)
		return FAIL(E_POLICY, "key type %lu", type);
	TRY(type == CKK_EC ? write_ec(token, found[0], &w)
			   : write_rsa(token, found[0], &w));
	TRY(der_finish(&w, &key->spki));
	/* The strict reader judges it: the point lies on its curve, the size is one of ours. */
	AUTO(EVP_PKEY_free) EVP_PKEY *parsed = NULL;
	return key_parse(key->spki, &key->algorithm, &parsed);
}

RESULT token_find(struct token *token, const char *label, struct token_key **out)
{
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count;
	struct blob name = blob_text(label);
	TRY(cryptoki_find(token, CKO_PRIVATE_KEY, CRYPTOKI_BYTES(CKA_LABEL, name), found,
		&count));
	if (count == 0)
		return FAIL(E_NOT_FOUND, "no key %s in token %s", label,
			token->info.label);
	if (count > 1)
		return FAIL(E_CONFLICT, "two keys are named %s", label);
	TRY_IN(cryptoki_check_private(token, found[0]), "key %s", label);
	AUTO(token_key_free) struct token_key *key = calloc(1, sizeof *key);
	if (key == NULL || (key->hash = EVP_MD_CTX_new()) == NULL)
		return FAIL(E_IO, "out of memory");
	key->token = token;
	key->object = found[0];
	TRY_IN(read_public(key), "key %s", label);
	*out = MOVE(key);
	return OK;
}

void token_key_free(struct token_key *key)
{
	if (key == NULL)
		return;
	EVP_MD_CTX_free(key->hash);
	free(key);
}

struct blob token_key_get_spki(const struct token_key *key)
{
	return key->spki;
}

static RESULT check_suits(const struct token_key *key, enum signature_algorithm algorithm)
{
	if (algorithm <= SIGNATURE_NONE || algorithm >= SIGNATURE_ALGORITHM_COUNT)
		return FAIL(E_POLICY, "no signature algorithm");
	const struct way *way = &ways[algorithm];
	if (!way->exists || key_algorithm_is_rsa(key->algorithm) != way->rsa ||
		(!way->rsa && way->curve != key->algorithm))
		return FAIL(E_POLICY, "%s with a key of %s", signature_name(algorithm),
			key_algorithm_name(key->algorithm));
	return OK;
}

/* PKCS #11 gives r and s as two numbers of fixed length (v2.40 section 2.3.1); X.509 wants SEQUENCE of INTEGERs. */
static RESULT ecdsa_to_der(const uint8_t *raw, size_t coordinate, uint8_t *signature,
	size_t *len)
{
	struct der_writer w = { .data = signature, .max = SIGNATURE_MAX };
	struct blob out;
	size_t mark = der_open(&w, DER_SEQUENCE);
	der_put_unsigned(&w, blob_make(raw, coordinate));
	der_put_unsigned(&w, blob_make(raw + coordinate, coordinate));
	der_close(&w, mark);
	TRY(der_finish(&w, &out));
	*len = out.len;
	return OK;
}

RESULT token_key_sign_digest(struct token_key *key, enum signature_algorithm algorithm,
	struct blob digest, uint8_t *signature, size_t *len)
{
	uint8_t input[sizeof info_sha512 + DIGEST_MAX], raw[2 * COORDINATE_MAX];
	TRY(check_suits(key, algorithm));
	const struct way *way = &ways[algorithm];
	if (digest.len != way->digest_len)
		return FAIL(E_INPUT, "digest: %zu octets, not %zu", digest.len,
			way->digest_len);
	if (way->prefix.len > 0)
		memcpy(input, way->prefix.data, way->prefix.len);
	memcpy(input + way->prefix.len, digest.data, digest.len);
	const struct token *token = key->token;
	CK_MECHANISM mechanism = { way->mechanism, NULL, 0 };
	CK_ULONG made = way->rsa ? SIGNATURE_MAX : sizeof raw;
	CK_RV rv = token->module->C_SignInit(token->session, &mechanism, key->object);
	if (rv == CKR_OK)
		rv = token->module->C_Sign(token->session, input,
			way->prefix.len + digest.len, way->rsa ? signature : raw, &made);
	TRY(cryptoki_check(rv, "signing"));
	if (!way->rsa && made != 2 * way->coordinate)
		return FAIL(E_CRYPTO, "signing: %lu octets of r and s", made);
	if (!way->rsa)
		return ecdsa_to_der(raw, way->coordinate, signature, len);
	*len = made;
	return OK;
}

static RESULT sign_bytes(void *context, struct blob to_be_signed, uint8_t *signature,
	size_t *len)
{
	const struct handle *handle = context;
	EVP_MD_CTX *hash = handle->key->hash;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned digest_len = 0;
	if (EVP_DigestInit_ex(hash, signature_digest(handle->algorithm), NULL) != 1 ||
		EVP_DigestUpdate(hash, to_be_signed.data, to_be_signed.len) != 1 ||
		EVP_DigestFinal_ex(hash, digest, &digest_len) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not hash");
	return token_key_sign_digest(handle->key, handle->algorithm,
		blob_make(digest, digest_len), signature, len);
}

RESULT token_key_signing(struct token_key *key, enum signature_algorithm algorithm,
	struct signing_key *out)
{
	TRY(check_suits(key, algorithm));
	struct handle *handle = &key->handle[algorithm];
	*handle = (struct handle){ .key = key, .algorithm = algorithm };
	*out = (struct signing_key){ .algorithm = algorithm,
		.context = handle,
		.sign = sign_bytes };
	return OK;
}
