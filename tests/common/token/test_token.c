#include "common/token/token.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/softhsm.h"

/* SoftHSM is the module; opensc's pkcs11-tool and OpenSSL judge what we made in it. */

static struct outside outside;
static struct secret *pin, *so_pin;

static void set_up(void)
{
	outside = outside_open();
	softhsm_open(&outside);
	pin = softhsm_secret(SOFTHSM_PIN);
	so_pin = softhsm_secret(SOFTHSM_SO_PIN);
}

static void tear_down(void)
{
	secret_free(pin);
	secret_free(so_pin);
	outside_clear(&outside);
}

static struct token *fresh(const char *label)
{
	struct token *token = NULL;
	CHECK_OK(token_create(SOFTHSM_MODULE, label, so_pin, pin), "create %s", label);
	CHECK_OK(token_open(SOFTHSM_MODULE, label, pin, &token), "open %s", label);
	return token;
}

static void test_create_and_open(void)
{
	AUTO(token_close) struct token *token = fresh("issuing");
	AUTO(token_close) struct token *other = NULL;
	AUTO(secret_free) struct secret *wrong = softhsm_secret("not-the-pin");
	AUTO(secret_free) struct secret *brief = softhsm_secret("123");
	struct token_info info;
	if (!CHECK(token != NULL, "a token"))
		return;
	token_get_info(token, &info);
	CHECK_TEXT(info.label, "issuing", "label without its padding");
	CHECK_TEXT(info.manufacturer, "SoftHSM project", "R-CA-KEY-01: who made it");
	CHECK(info.serial_number[0] != 0 && info.firmware[0] != 0,
		"serial number and firmware");
	CHECK_ERR(token_create(SOFTHSM_MODULE, "issuing", so_pin, pin), E_CONFLICT,
		"the same label");
	CHECK_ERR(token_create(SOFTHSM_MODULE, "x", so_pin, brief), E_INPUT,
		"PIN of three");
	CHECK_ERR(token_create(SOFTHSM_MODULE, "", so_pin, pin), E_INPUT, "no label");
	CHECK_ERR(token_create(SOFTHSM_MODULE, "123456789012345678901234567890123",
			  so_pin, pin),
		E_INPUT, "label of 33");
	CHECK_ERR(token_open(SOFTHSM_MODULE, "absent", pin, &other), E_NOT_FOUND,
		"no such token");
	CHECK_ERR(token_open("/nonexistent/module.so", "issuing", pin, &other),
		E_NOT_FOUND, "no module");
	CHECK_ERR(token_open("/etc/passwd", "issuing", pin, &other), E_NOT_FOUND,
		"not a module");
	CHECK_ERR(token_open(SOFTHSM_MODULE, "issuing", pin, &other), E_STATE,
		"twice in one process");
	CHECK(other == NULL, "out stays untouched");
	token_close(MOVE(token));
	CHECK_ERR(token_open(SOFTHSM_MODULE, "issuing", wrong, &other), E_DENIED,
		"wrong PIN");
	CHECK_OK(token_open(SOFTHSM_MODULE, "issuing", pin, &other),
		"right PIN after a wrong one");
	AUTO(token_close) struct token *second = fresh("second");
	AUTO(token_close) struct token *third = fresh("third");
	CHECK(second != NULL && third != NULL,
		"three tokens of one module in one process");
}

/* The other tool reads the token's own files, so another module instance must see them. */
static void list_objects(struct buf *said)
{
	int code = outside_run(&outside, said,
		"pkcs11-tool --module " SOFTHSM_MODULE
		" --token-label issuing --login --pin %s -O",
		SOFTHSM_PIN);
	CHECK_INT(code, 0, "pkcs11-tool: %s", buf_text(said));
}

/* proves R-CA-KEY-02 */
static void test_generate_attributes(void)
{
	static const struct {
		const char *label;
		enum key_algorithm algorithm;
	} rows[] = {
		{ "p256", KEY_P256 },
		{ "p384", KEY_P384 },
		{ "rsa", KEY_RSA_2048 },
	};
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	AUTO(token_close) struct token *token = fresh("issuing");
	if (!CHECK(token != NULL, "a token"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_OK(token_generate(token, rows[i].label, rows[i].algorithm), "%s",
			rows[i].label);
	CHECK_ERR(token_generate(token, "p256", KEY_P384), E_CONFLICT, "label taken");
	CHECK_ERR(token_generate(token, "none", KEY_NONE), E_POLICY, "no algorithm");
	CHECK_ERR(token_generate(token, "", KEY_P256), E_INPUT, "no label");
	list_objects(&said);
	size_t private_keys = 0, protected_keys = 0;
	for (const char *at = buf_text(&said);
		(at = strstr(at, "Private Key Object")) != NULL; at++)
		private_keys++;
	for (const char *at = buf_text(&said);
		(at = strstr(at,
			 "sensitive, always sensitive, never extractable, local")) !=
		NULL;
		at++)
		protected_keys++;
	CHECK_INT(private_keys, 3, "private keys: %s", buf_text(&said));
	CHECK_INT(protected_keys, 3, "all are sensitive and never extractable: %s",
		buf_text(&said));
	CHECK(!outside_said(&said, "decrypt"), "sign only: %s", buf_text(&said));
	CHECK(!outside_said(&said, "unwrap"), "sign only: %s", buf_text(&said));
	int code = outside_run(&outside, &said,
		"pkcs11-tool --module " SOFTHSM_MODULE
		" --token-label issuing --login --pin %s --read-object --type privkey "
		"--label p256 -o out.der; test ! -s out.der",
		SOFTHSM_PIN);
	CHECK_INT(code, 0, "the private key cannot be read: %s", buf_text(&said));
}

/* proves R-CA-KEY-02: what others put in is refused, with the attribute's name */
static void test_find_refuses(void)
{
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	AUTO(token_close) struct token *token = fresh("issuing");
	AUTO(token_key_free) struct token_key *key = NULL;
	if (!CHECK(token != NULL, "a token"))
		return;
	CHECK_OK(token_generate(token, "bereft", KEY_P256), "a good key");
	token_close(MOVE(token));
	int code = outside_run(&outside, &said,
		"t() { pkcs11-tool --module " SOFTHSM_MODULE
		" --token-label issuing --login --pin %s \"$@\"; };"
		" t --keypairgen --key-type EC:prime256v1 --id 01 --label loose "
		"--extractable &&"
		" t --keypairgen --key-type EC:prime256v1 --id 02 --label twin "
		"--usage-sign &&"
		" t --keypairgen --key-type EC:prime256v1 --id 03 --label twin "
		"--usage-sign &&"
		" t --keypairgen --key-type EC:secp521r1 --id 04 --label wide "
		"--usage-sign &&"
		" t --delete-object --type pubkey --label bereft &&"
		" openssl ecparam -name prime256v1 -genkey -noout -outform DER -out "
		"k.der &&"
		" t --write-object k.der --type privkey --id 06 --label brought "
		"--usage-sign",
		SOFTHSM_PIN);
	if (!CHECK_INT(code, 0, "keys made by another tool: %s", buf_text(&said)))
		return;
	CHECK_OK(token_open(SOFTHSM_MODULE, "issuing", pin, &token), "open");
	static const struct {
		const char *label;
		enum err_code want;
		const char *words;
	} rows[] = {
		{ "loose", E_POLICY, "CKA_EXTRACTABLE" },
		{ "twin", E_CONFLICT, "two keys" },
		{ "wide", E_POLICY, "CKA_DECRYPT" },
		{ "bereft", E_NOT_FOUND, "0 public keys" },
		{ "brought", E_POLICY, "CKA_ALWAYS_SENSITIVE" },
		{ "absent", E_NOT_FOUND, "no key absent" },
	};
	for (size_t i = 0; token != NULL && i < COUNT(rows); i++) {
		struct err err = token_find(token, rows[i].label, &key);
		CHECK_ERR(err, rows[i].want, "%s", rows[i].label);
		CHECK(strstr(err.text, rows[i].words) != NULL, "%s: %s", rows[i].label,
			err.text);
		CHECK(key == NULL, "%s: out stays untouched", rows[i].label);
	}
}

static void verify_outside(struct blob spki, struct blob message, struct blob signature,
	const char *digest, const char *name)
{
	AUTO(buf_clear) struct buf said = BUF(16 * KIB);
	outside_write(&outside, "spki.der", spki);
	outside_write(&outside, "message", message);
	outside_write(&outside, "signature", signature);
	int code = outside_run(&outside, &said,
		"openssl pkey -pubin -inform DER -in spki.der -out spki.pem &&"
		" openssl dgst -%s -verify spki.pem -signature signature message",
		digest);
	CHECK(code == 0 && outside_said(&said, "Verified OK"), "%s: %s", name,
		buf_text(&said));
}

static void test_sign(void)
{
	static const struct row {
		const char *label;
		enum key_algorithm key;
		enum signature_algorithm algorithm;
		const char *digest;
		enum signature_algorithm wrong;
	} rows[] = {
		{ "p256", KEY_P256, SIGNATURE_ECDSA_SHA256, "sha256",
			SIGNATURE_ECDSA_SHA384 },
		{ "p384", KEY_P384, SIGNATURE_ECDSA_SHA384, "sha384",
			SIGNATURE_ECDSA_SHA256 },
		{ "rsa", KEY_RSA_2048, SIGNATURE_RSA_SHA256, "sha256",
			SIGNATURE_ECDSA_SHA256 },
		{ "rsa", KEY_NONE, SIGNATURE_RSA_SHA384, "sha384", SIGNATURE_NONE },
		{ "rsa", KEY_NONE, SIGNATURE_RSA_SHA512, "sha512",
			SIGNATURE_ALGORITHM_COUNT },
	};
	static const char message[] = "what is signed";
	AUTO(token_close) struct token *token = fresh("issuing");
	if (!CHECK(token != NULL, "a token"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		AUTO(token_key_free) struct token_key *key = NULL;
		struct signing_key handle = { .sign = NULL };
		uint8_t signature[SIGNATURE_MAX];
		size_t len = 0;
		if (row->key != KEY_NONE)
			CHECK_OK(token_generate(token, row->label, row->key), "%s",
				row->label);
		if (!CHECK_OK(token_find(token, row->label, &key), "%s", row->label))
			continue;
		CHECK_ERR(token_key_signing(key, row->wrong, &handle), E_POLICY,
			"%s: wrong algorithm", row->label);
		CHECK(handle.sign == NULL, "%s: out stays untouched", row->label);
		if (!CHECK_OK(token_key_signing(key, row->algorithm, &handle), "%s",
			    row->label))
			continue;
		/* Many times: r and s sometimes start with zero octets or a set sign bit, and are then written anew. */
		for (int n = 0; n < (row->key == KEY_P256 ? 600 : 3); n++) {
			AUTO(EVP_PKEY_free) EVP_PKEY *public_key = NULL;
			enum key_algorithm found;
			CHECK_OK(handle.sign(handle.context, BLOB(message), signature,
					 &len),
				"%s", row->label);
			CHECK_OK(key_parse(token_key_get_spki(key), &found, &public_key),
				"%s", row->label);
			CHECK_OK(signature_verify(public_key, row->algorithm,
					 BLOB(message), blob_make(signature, len)),
				"%s", row->label);
		}
		verify_outside(token_key_get_spki(key), BLOB(message),
			blob_make(signature, len), row->digest, row->label);
	}
}

static void test_sign_digest(void)
{
	static const uint8_t zero[48] = { 0 };
	static const char message[] = "streamed";
	AUTO(token_close) struct token *token = fresh("issuing");
	AUTO(token_key_free) struct token_key *key = NULL;
	uint8_t signature[SIGNATURE_MAX], digest[EVP_MAX_MD_SIZE];
	unsigned digest_len;
	size_t len = 0;
	if (!CHECK(token != NULL, "a token"))
		return;
	CHECK_OK(token_generate(token, "p384", KEY_P384), "generate");
	if (!CHECK_OK(token_find(token, "p384", &key), "find"))
		return;
	CHECK_ERR(token_key_sign_digest(key, SIGNATURE_ECDSA_SHA384, blob_make(zero, 47),
			  signature, &len),
		E_INPUT, "47 octets");
	CHECK_ERR(token_key_sign_digest(key, SIGNATURE_ECDSA_SHA256, blob_make(zero, 32),
			  signature, &len),
		E_POLICY, "another curve's hash");
	CHECK_INT(len, 0, "out stays untouched");
	CHECK(EVP_Digest(message, sizeof message, digest, &digest_len, EVP_sha384(),
		      NULL) == 1,
		"digest");
	CHECK_OK(token_key_sign_digest(key, SIGNATURE_ECDSA_SHA384,
			 blob_make(digest, digest_len), signature, &len),
		"sign");
	verify_outside(token_key_get_spki(key), BLOB(message), blob_make(signature, len),
		"sha384", "digest");
}

static const CU_TestInfo tests[] = {
	{ "create and open", test_create_and_open },
	{ "generated keys' attributes", test_generate_attributes },
	{ "find refuses", test_find_refuses },
	{ "sign", test_sign },
	{ "sign a digest", test_sign_digest },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_token = { "common/token/token", tests, set_up, tear_down };
