#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/csr.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static struct buf make_request(const struct outside *outside, const char *key,
	const char *options)
{
	struct buf said = BUF(4096), der = BUF(LIMIT_CSR);
	int code = outside_run(outside, &said,
		"rm -f key.pem csr.der; openssl %s -out key.pem 2>/dev/null &&"
		" openssl req -new -key key.pem %s -outform DER -out csr.der",
		key, options);
	CHECK(code == 0, "openssl %s %s: %s", key, options, buf_text(&said));
	buf_clear(&said);
	struct buf made = outside_read(outside, "csr.der");
	CHECK_OK(buf_append(&der, buf_view(&made)), "read");
	buf_clear(&made);
	return der;
}

#define NEW_RSA "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:"
#define NEW_EC                                                                           \
	"genpkey -algorithm EC -pkeyopt ec_param_enc:named_curve -pkeyopt "              \
	"ec_paramgen_curve:"

/* proves R-PKQ-09 */
static void test_made_by_openssl(void)
{
	static const struct {
		const char *name, *key, *options;
		enum err_code want;
		enum key_algorithm key_algorithm;
		enum signature_algorithm algorithm;
	} rows[] = {
		/* clang-format off */
		{ "P-256",             NEW_EC "P-256", "-sha256 -subj /CN=a",            E_NONE, KEY_P256, SIGNATURE_ECDSA_SHA256 },
		{ "P-384",             NEW_EC "P-384", "-sha384 -subj /CN=a",            E_NONE, KEY_P384, SIGNATURE_ECDSA_SHA384 },
		{ "P-384, SHA-256",    NEW_EC "P-384", "-sha256 -subj /CN=a",            E_NONE, KEY_P384, SIGNATURE_ECDSA_SHA256 },
		{ "P-256, SHA-384",    NEW_EC "P-256", "-sha384 -subj /CN=a",            E_NONE, KEY_P256, SIGNATURE_ECDSA_SHA384 },
		{ "RSA-2048",          NEW_RSA "2048", "-sha256 -subj /CN=a",         E_NONE, KEY_RSA_2048, SIGNATURE_RSA_SHA256 },
		{ "RSA-2048, SHA-512", NEW_RSA "2048", "-sha512 -subj /CN=a",         E_NONE, KEY_RSA_2048, SIGNATURE_RSA_SHA512 },
		{ "odd subject",       NEW_EC "P-256", "-subj '/O=髙/CN=a/CN=b/UID=x' -utf8", E_NONE, KEY_P256, SIGNATURE_ECDSA_SHA256 },
		{ "empty subject",     NEW_EC "P-256", "-subj /",                        E_NONE, KEY_P256, SIGNATURE_ECDSA_SHA256 },
		{ "extensions asked",  NEW_EC "P-256", "-subj /CN=a -addext basicConstraints=critical,CA:TRUE"
						   " -addext extendedKeyUsage=anyExtendedKeyUsage -addext subjectAltName=DNS:evil.example", E_NONE, KEY_P256, SIGNATURE_ECDSA_SHA256 },
		{ "SHA-1",             NEW_EC "P-256", "-sha1 -subj /CN=a",              E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "RSA SHA-1",         NEW_RSA "2048", "-sha1 -subj /CN=a",           E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "RSA MD5",           NEW_RSA "2048", "-md5 -subj /CN=a",            E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "RSA SHA-224",       NEW_RSA "2048", "-sha224 -subj /CN=a",         E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "RSA-PSS",           NEW_RSA "2048", "-sigopt rsa_padding_mode:pss -subj /CN=a", E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "RSA-1024",          NEW_RSA "1024", "-subj /CN=a",                 E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "P-521",             NEW_EC "P-521", "-sha384 -subj /CN=a",            E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "secp256k1",         NEW_EC "secp256k1", "-subj /CN=a",                E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "explicit curve",    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
						   "-subj /CN=a",                    E_POLICY, KEY_NONE, SIGNATURE_NONE },
		{ "Ed25519",           "genpkey -algorithm ed25519", "-subj /CN=a",  E_POLICY, KEY_NONE, SIGNATURE_NONE },
		/* clang-format on */
	};
	AUTO(outside_clear) struct outside outside = outside_open();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct csr csr = { .key_algorithm = KEY_NONE };
		AUTO(buf_clear)
		struct buf der = make_request(&outside, rows[i].key, rows[i].options);
		CHECK_ERR(csr_parse(buf_view(&der), &csr), rows[i].want, "%s",
			rows[i].name);
		CHECK_INT(csr.key_algorithm, rows[i].key_algorithm, "%s", rows[i].name);
		CHECK_INT(csr.signature_algorithm, rows[i].algorithm, "%s", rows[i].name);
		if (rows[i].want != E_NONE) {
			CHECK(csr.spki.data == NULL, "%s: out stays untouched",
				rows[i].name);
			continue;
		}
		AUTO(buf_clear) struct buf said = BUF(4096);
		CHECK_INT(outside_run(&outside, &said,
				  "openssl pkey -in key.pem -pubout -outform DER -out "
				  "spki"),
			0, "%s: %s", rows[i].name, buf_text(&said));
		AUTO(buf_clear) struct buf spki = outside_read(&outside, "spki");
		CHECK_BLOB(csr.spki, buf_view(&spki), "%s: the key's own form",
			rows[i].name);
	}
}

/* proves R-ISS-06: a struct csr has no place for requested extensions, so nothing can copy them. */
static void test_only_the_key_is_used(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear)
	struct buf der = make_request(&outside, NEW_EC "P-256",
		"-subj /CN=a -addext basicConstraints=critical,CA:TRUE");
	struct csr csr;
	CHECK_OK(csr_parse(buf_view(&der), &csr), "with CA:TRUE");
	const uint8_t *end = der.data + der.len;
	CHECK(csr.spki.data > der.data && csr.spki.data + csr.spki.len < end &&
			csr.subject.data + csr.subject.len == csr.spki.data,
		"subject and key stand side by side in the request, nothing else is "
		"kept");
	CHECK_INT(sizeof csr, 2 * sizeof(struct blob) + 2 * sizeof(enum key_algorithm),
		"two blobs and two algorithms are all there is");
}

/* proves R-PKQ-09 */
static void test_every_bit_counts(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear)
	struct buf der = make_request(&outside, NEW_EC "P-256",
		"-subj /CN=abc -addext keyUsage=digitalSignature");
	struct csr csr;
	CHECK_OK(csr_parse(buf_view(&der), &csr), "untouched");
	size_t accepted = 0, wrong_signature = 0;
	for (size_t bit = 0; bit < 8 * der.len; bit++) {
		der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		struct err err = csr_parse(buf_view(&der), &csr);
		accepted += !err_is(err);
		wrong_signature += err.code == E_CRYPTO;
		CHECK(err.code == E_NONE || err.code == E_INPUT || err.code == E_POLICY ||
				err.code == E_CRYPTO,
			"bit %zu: %s", bit, err.text);
		der.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	CHECK_INT(accepted, 0, "no flipped bit is accepted");
	CHECK(wrong_signature > 500, "most of them by the signature: %zu",
		wrong_signature);
	for (size_t len = 0; len < der.len; len++)
		CHECK_ERR(csr_parse(blob_make(der.data, len), &csr), E_INPUT,
			"cut at %zu", len);
	/* A buf has one more octet, zero, behind its end. */
	CHECK_ERR(csr_parse(blob_make(der.data, der.len + 1), &csr), E_INPUT,
		"a byte behind");
}

/* A request out of hand-made parts, really signed. */
static struct err parse_made(const char *version_hex, const char *attributes_hex,
	bool attributes)
{
	uint8_t room[LIMIT_CSR], spki_room[LIMIT_SPKI], signature[SIGNATURE_MAX];
	struct der_writer w = DER_WRITER(room), info_w = DER_WRITER(spki_room);
	struct blob info = BLOB_NONE, der = BLOB_NONE;
	struct signing_key signer;
	struct csr csr;
	size_t len = 0;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear) struct buf version = check_unhex(version_hex);
	AUTO(buf_clear) struct buf list = check_unhex(attributes_hex);
	CHECK_OK(key_generate(KEY_P256, &key), "key");
	CHECK_OK(signature_software_key(key, &signer), "signer");
	size_t sequence = der_open(&info_w, DER_SEQUENCE);
	der_put_raw(&info_w, buf_view(&version));
	der_put(&info_w, DER_SEQUENCE, BLOB_NONE);
	CHECK_OK(key_write(key, &info_w), "key");
	if (attributes)
		der_put(&info_w, DER_CONTEXT_OPEN(0), buf_view(&list));
	else
		der_put_raw(&info_w, buf_view(&list));
	der_close(&info_w, sequence);
	CHECK_OK(der_finish(&info_w, &info), "info");
	CHECK_OK(signer.sign(signer.context, info, signature, &len), "signature");
	sequence = der_open(&w, DER_SEQUENCE);
	der_put_raw(&w, info);
	der_put_raw(&w, signature_identifier(signer.algorithm));
	der_put_bits(&w, blob_make(signature, len));
	der_close(&w, sequence);
	CHECK_OK(der_finish(&w, &der), "request");
	return csr_parse(der, &csr);
}

static void test_forms(void)
{
	static const struct {
		const char *name, *version, *attributes;
		bool tagged;
		enum err_code want;
	} rows[] = {
		/* clang-format off */
		{ "no attributes",                "020100", "", true, E_NONE },
		{ "attributes left out",          "020100", "", false, E_NONE },
		{ "an attribute",                 "020100", "300906035504033102" "0500", true, E_NONE },
		{ "two values",                   "020100", "300b0603550403310405000500", true, E_NONE },
		{ "version 1",                    "020101", "", true, E_INPUT },
		{ "version missing",              "",       "", true, E_INPUT },
		{ "attribute is no SEQUENCE",     "020100", "0500", true, E_INPUT },
		{ "attribute without type",       "020100", "30023100", true, E_INPUT },
		{ "attribute without SET",        "020100", "30050603550403", true, E_INPUT },
		{ "attribute, more behind",       "020100", "300906035504033100" "0500", true, E_INPUT },
		{ "value cut off",                "020100", "300806035504033101" "05", true, E_INPUT },
		{ "indefinite length",            "020100", "30800603550403310000" "00", true, E_INPUT },
		{ "attributes under another tag", "020100", "3100", false, E_INPUT },
		/* clang-format on */
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_ERR(parse_made(rows[i].version, rows[i].attributes, rows[i].tagged),
			rows[i].want, "%s", rows[i].name);
}

static void test_written(void)
{
	static const enum key_algorithm kinds[] = { KEY_P256, KEY_P384, KEY_RSA_2048 };
	AUTO(outside_clear) struct outside outside = outside_open();
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *name = key_algorithm_name(kinds[i]);
		uint8_t room[LIMIT_CSR], spki_room[LIMIT_SPKI], name_room[LIMIT_NAME];
		struct der_writer w = DER_WRITER(room), spki_w = DER_WRITER(spki_room);
		struct der_writer name_w = DER_WRITER(name_room);
		struct blob der = BLOB_NONE, spki = BLOB_NONE, subject_der = BLOB_NONE;
		struct name subject = { .count = 0 };
		struct signing_key signer;
		struct csr csr;
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		AUTO(buf_clear) struct buf said = BUF(8192);
		if (i != 1)
			CHECK_OK(name_add(&subject, NAME_COMMON_NAME, "高橋 太郎"),
				"subject");
		name_write(&subject, &name_w);
		CHECK_OK(der_finish(&name_w, &subject_der), "subject");
		CHECK_OK(key_generate(kinds[i], &key), "%s", name);
		CHECK_OK(key_write(key, &spki_w), "%s", name);
		CHECK_OK(der_finish(&spki_w, &spki), "%s", name);
		CHECK_OK(signature_software_key(key, &signer), "%s", name);
		CHECK_OK(csr_write(&subject, spki, &signer, &w), "%s", name);
		CHECK_OK(der_finish(&w, &der), "%s", name);
		CHECK_OK(csr_parse(der, &csr), "%s: read back", name);
		CHECK_BLOB(csr.subject, subject_der, "%s: subject", name);
		CHECK_BLOB(csr.spki, spki, "%s: key", name);
		outside_write(&outside, "ours.der", der);
		CHECK_INT(outside_run(&outside, &said,
				  "openssl req -inform DER -in ours.der -verify -noout "
				  "-subject"
				  " -nameopt utf8 && certtool --crq-info --inder"
				  " --infile ours.der"),
			0, "%s: %s", name, buf_text(&said));
		CHECK(outside_said(&said, "verify OK"), "%s: %s", name, buf_text(&said));
		CHECK(i == 1 || outside_said(&said, "高橋 太郎"), "%s: %s", name,
			buf_text(&said));
		CHECK(outside_said(&said, "Self signature: verified"), "%s: certtool: %s",
			name, buf_text(&said));
	}
}

static void test_files(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear)
	struct buf der = make_request(&outside, NEW_EC "P-256", "-subj /CN=a");
	AUTO(buf_clear) struct buf said = BUF(4096);
	CHECK_INT(outside_run(&outside, &said,
			  "openssl req -inform DER -in csr.der -out new.pem;"
			  " sed 's/CERTIFICATE/NEW CERTIFICATE/' new.pem > old.pem;"
			  " openssl req -in new.pem -text -out text.pem;"
			  " sed 's/$/\\r/' new.pem > crlf.pem;"
			  " sed 's/REQUEST/RUBBISH/' new.pem > other.pem;"
			  " sed '3s/./!/' new.pem > broken.pem;"
			  " grep -v END new.pem > open.pem;"
			  " cat csr.der new.pem > long.der; : > empty"),
		0, "%s", buf_text(&said));
	static const struct {
		const char *file;
		enum err_code want;
	} rows[] = {
		{ "csr.der", E_NONE },
		{ "new.pem", E_NONE },
		{ "old.pem", E_NONE },
		{ "text.pem", E_NONE },
		{ "crlf.pem", E_NONE },
		{ "other.pem", E_INPUT },
		{ "broken.pem", E_INPUT },
		{ "open.pem", E_INPUT },
		{ "long.der", E_INPUT },
		{ "empty", E_INPUT },
		{ "key.pem", E_INPUT },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf file = outside_read(&outside, rows[i].file);
		AUTO(buf_clear) struct buf out = BUF(LIMIT_CSR);
		CHECK_ERR(csr_from_file(buf_view(&file), &out), rows[i].want, "%s",
			rows[i].file);
		if (rows[i].want == E_NONE)
			CHECK_BLOB(buf_view(&out), buf_view(&der), "%s", rows[i].file);
	}
}

static void test_too_long(void)
{
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CSR + 1);
	struct csr csr;
	CHECK_OK(buf_reserve(&der, LIMIT_CSR + 1), "room");
	memset(der.data, 0, LIMIT_CSR + 1);
	struct err err = csr_parse(blob_make(der.data, LIMIT_CSR + 1), &csr);
	CHECK(err.code == E_INPUT && strstr(err.text, "longer") != NULL, "%s", err.text);
	CHECK_ERR(csr_parse(blob_make(der.data, 0), &csr), E_INPUT, "nothing");
}

static const CU_TestInfo tests[] = {
	{ "requests of openssl, good and refused", test_made_by_openssl },
	{ "only the key is used", test_only_the_key_is_used },
	{ "every bit and every byte count", test_every_bit_counts },
	{ "forms at their borders", test_forms },
	{ "what is written, others read", test_written },
	{ "PEM with both labels, and DER", test_files },
	{ "longest", test_too_long },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_csr = { "common/pki/csr", tests, NULL, NULL };
