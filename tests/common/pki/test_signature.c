#include "common/base/table.h"
#include "common/pki/key.h"
#include "common/pki/signature.h"
#include "tests/check.h"
#include "tests/support/outside.h"

/* clang-format off */
/* REQUIREMENTS appendix B, BR 7.1.3.2. */
static const struct {
	enum signature_algorithm algorithm;
	const char *name, *identifier, *digest;
	enum key_algorithm key, other;
} rows[] = {
	{ SIGNATURE_ECDSA_SHA256, "ecdsa-with-SHA256", "300a06082a8648ce3d040302", "sha256", KEY_P256, KEY_RSA_2048 },
	{ SIGNATURE_ECDSA_SHA384, "ecdsa-with-SHA384", "300a06082a8648ce3d040303", "sha384", KEY_P384, KEY_RSA_2048 },
	{ SIGNATURE_RSA_SHA256, "sha256WithRSAEncryption", "300d06092a864886f70d01010b0500", "sha256", KEY_RSA_2048, KEY_P256 },
	{ SIGNATURE_RSA_SHA384, "sha384WithRSAEncryption", "300d06092a864886f70d01010c0500", "sha384", KEY_RSA_2048, KEY_P384 },
	{ SIGNATURE_RSA_SHA512, "sha512WithRSAEncryption", "300d06092a864886f70d01010d0500", "sha512", KEY_RSA_2048, KEY_P256 },
};
/* clang-format on */

static const uint8_t message[] = "the exact bytes";

static void test_identifiers(void)
{
	CHECK_INT(COUNT(rows), SIGNATURE_ALGORITHM_COUNT - 1,
		"every algorithm has a row");
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum signature_algorithm found = SIGNATURE_NONE;
		AUTO(buf_clear) struct buf want = check_unhex(rows[i].identifier);
		CHECK_BLOB(signature_identifier(rows[i].algorithm), buf_view(&want), "%s",
			rows[i].name);
		CHECK_OK(signature_by_identifier(buf_view(&want), &found), "%s",
			rows[i].name);
		CHECK_INT(found, rows[i].algorithm, "%s", rows[i].name);
		CHECK_TEXT(signature_name(rows[i].algorithm), rows[i].name, "name");
		CHECK(EVP_MD_is_a(signature_digest(rows[i].algorithm), rows[i].digest),
			"%s", rows[i].name);
	}
	CHECK_INT(signature_identifier(SIGNATURE_NONE).len, 0, "none");
	CHECK(signature_digest(SIGNATURE_NONE) == NULL, "none");
}

static void test_other_identifiers(void)
{
	static const struct {
		const char *name, *hex;
	} wrong[] = {
		{ "nothing", "" },
		{ "sha1WithRSAEncryption", "300d06092a864886f70d0101050500" },
		{ "md5WithRSAEncryption", "300d06092a864886f70d0101040500" },
		{ "ecdsa-with-SHA1", "300906072a8648ce3d0401" },
		{ "RSA without NULL", "300b06092a864886f70d01010b" },
		{ "ECDSA with NULL", "300c06082a8648ce3d0403020500" },
		{ "a byte behind", "300a06082a8648ce3d04030200" },
		{ "long form of length", "30810a06082a8648ce3d040302" },
		{ "Ed25519", "300506032b6570" },
		{ "RSA-PSS",
			"304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
			"a11c301a0609"
			"2a864886f70d010108300d06096086480165030402010500a203020120" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		enum signature_algorithm found = SIGNATURE_NONE;
		AUTO(buf_clear) struct buf der = check_unhex(wrong[i].hex);
		CHECK_ERR(signature_by_identifier(buf_view(&der), &found), E_INPUT, "%s",
			wrong[i].name);
		CHECK_INT(found, SIGNATURE_NONE, "%s: out stays untouched",
			wrong[i].name);
	}
}

static void check_openssl(const struct outside *outside, EVP_PKEY *key,
	struct blob signature, const char *digest, const char *name)
{
	uint8_t room[2048];
	struct der_writer w = DER_WRITER(room);
	struct blob spki = BLOB_NONE;
	AUTO(buf_clear) struct buf said = BUF(4096);
	CHECK_OK(key_write(key, &w), "%s", name);
	CHECK_OK(der_finish(&w, &spki), "%s", name);
	outside_write(outside, "spki", spki);
	outside_write(outside, "message", BLOB(message));
	outside_write(outside, "signature", signature);
	CHECK_INT(outside_run(outside, &said,
			  "openssl dgst -%s -verify spki -keyform DER -signature "
			  "signature message",
			  digest),
		0, "%s: %s", name, buf_text(&said));
}

static void test_sign_and_verify(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *name = rows[i].name;
		struct signing_key signer;
		uint8_t signature[SIGNATURE_MAX], changed[sizeof message];
		size_t len = 0;
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		AUTO(EVP_PKEY_free) EVP_PKEY *second = NULL;
		AUTO(EVP_PKEY_free) EVP_PKEY *other = NULL;
		CHECK_OK(key_generate(rows[i].key, &key), "%s", name);
		CHECK_OK(key_generate(rows[i].key, &second), "%s", name);
		CHECK_OK(key_generate(rows[i].other, &other), "%s", name);
		CHECK_OK(signature_software_key_with(key, rows[i].algorithm, &signer),
			"%s", name);
		CHECK_INT(signer.algorithm, rows[i].algorithm, "%s", name);
		CHECK_OK(signer.sign(signer.context, BLOB(message), signature, &len),
			"%s", name);
		struct blob made = blob_make(signature, len);
		CHECK_OK(signature_verify(key, rows[i].algorithm, BLOB(message), made),
			"%s", name);
		check_openssl(&outside, key, made, rows[i].digest, name);

		CHECK_ERR(signature_verify(second, rows[i].algorithm, BLOB(message),
				  made),
			E_CRYPTO, "%s: another key", name);
		CHECK_ERR(signature_verify(other, rows[i].algorithm, BLOB(message), made),
			E_CRYPTO, "%s: a key of another kind", name);
		CHECK_ERR(signature_verify(key, SIGNATURE_NONE, BLOB(message), made),
			E_CRYPTO, "%s: no algorithm", name);
		for (size_t a = 0; a < COUNT(rows); a++)
			if (a != i)
				CHECK_ERR(signature_verify(key, rows[a].algorithm,
						  BLOB(message), made),
					E_CRYPTO, "%s: as %s", name, rows[a].name);
		memcpy(changed, message, sizeof message);
		changed[3] ^= 1;
		CHECK_ERR(signature_verify(key, rows[i].algorithm, BLOB(changed), made),
			E_CRYPTO, "%s: other bytes", name);
		CHECK_ERR(signature_verify(key, rows[i].algorithm, BLOB(message),
				  blob_make(signature, len - 1)),
			E_CRYPTO, "%s: cut off", name);
		CHECK_ERR(signature_verify(key, rows[i].algorithm, BLOB(message),
				  BLOB_NONE),
			E_CRYPTO, "%s: empty", name);
		signature[len / 2] ^= 1;
		CHECK_ERR(signature_verify(key, rows[i].algorithm, BLOB(message), made),
			E_CRYPTO, "%s: a flipped bit", name);
	}
}

static void test_which_key_signs_how(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *p256 = EVP_EC_gen("P-256");
	AUTO(EVP_PKEY_free) EVP_PKEY *p384 = EVP_EC_gen("P-384");
	AUTO(EVP_PKEY_free) EVP_PKEY *rsa = EVP_RSA_gen(2048);
	AUTO(EVP_PKEY_free) EVP_PKEY *p521 = EVP_EC_gen("P-521");
	AUTO(EVP_PKEY_free) EVP_PKEY *koblitz = EVP_EC_gen("secp256k1");
	AUTO(EVP_PKEY_free) EVP_PKEY *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	const struct {
		EVP_PKEY *key;
		enum signature_algorithm want;
	} keys[] = {
		{ p256, SIGNATURE_ECDSA_SHA256 },
		{ p384, SIGNATURE_ECDSA_SHA384 },
		{ rsa, SIGNATURE_RSA_SHA256 },
		{ p521, SIGNATURE_NONE },
		{ koblitz, SIGNATURE_NONE },
		{ ed25519, SIGNATURE_NONE },
	};
	for (size_t i = 0; i < COUNT(keys); i++) {
		enum signature_algorithm algorithm = SIGNATURE_NONE;
		struct signing_key signer = { .algorithm = SIGNATURE_NONE };
		enum err_code want = keys[i].want == SIGNATURE_NONE ? E_POLICY : E_NONE;
		CHECK_ERR(signature_for_key(keys[i].key, &algorithm), want, "key %zu", i);
		CHECK_INT(algorithm, keys[i].want, "key %zu", i);
		CHECK_ERR(signature_software_key(keys[i].key, &signer), want, "key %zu",
			i);
		CHECK_INT(signer.algorithm, keys[i].want, "key %zu", i);
	}
	struct signing_key signer = { .algorithm = SIGNATURE_NONE };
	CHECK_ERR(signature_software_key_with(p256, SIGNATURE_ECDSA_SHA384, &signer),
		E_POLICY, "the curve fixes the hash");
	CHECK_ERR(signature_software_key_with(p256, SIGNATURE_RSA_SHA256, &signer),
		E_POLICY, "RSA with an EC key");
	CHECK_ERR(signature_software_key_with(rsa, SIGNATURE_ECDSA_SHA256, &signer),
		E_POLICY, "ECDSA with an RSA key");
	CHECK_ERR(signature_software_key_with(rsa, SIGNATURE_NONE, &signer), E_POLICY,
		"none");
	CHECK(signer.sign == NULL, "out stays untouched");
}

static const CU_TestInfo tests[] = {
	{ "AlgorithmIdentifiers are byte-exact", test_identifiers },
	{ "other identifiers are refused", test_other_identifiers },
	{ "sign and verify, openssl judging", test_sign_and_verify },
	{ "which key signs how", test_which_key_signs_how },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_signature = { "common/pki/signature", tests, NULL, NULL };
