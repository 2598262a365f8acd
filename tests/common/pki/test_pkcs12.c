#include <ctype.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/key.h"
#include "common/pki/pkcs12.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/sample_ca.h"

enum { ITERATIONS = 2048 };

static struct secret *secret_of(const char *text)
{
	struct secret *secret = NULL;
	CHECK_OK(secret_new(blob_text(text), &secret), "secret");
	return secret;
}

/* A CA "ca", a leaf "leaf" under it, and both in one file. */
struct fixture {
	struct outside outside;
	struct sample_ca ca;
	struct buf leaf;
	EVP_PKEY *key;
	struct blob chain[2];
};

static void fixture_open(struct fixture *f, enum key_algorithm kind)
{
	*f = (struct fixture){ .outside = outside_open() };
	f->ca = sample_ca_new(&f->outside, "ca");
	CHECK_OK(key_generate(kind, &f->key), "key");
	struct sample_leaf leaf = { .name = "leaf",
		.serial_number = { 0x41, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
			16 },
		.key = f->key,
		.not_after_s = DAY };
	f->leaf = sample_issue(&f->outside, &f->ca, &leaf);
	f->chain[0] = buf_view(&f->leaf);
	f->chain[1] = buf_view(&f->ca.der);
}

static void fixture_clear(struct fixture *f)
{
	EVP_PKEY_free(f->key);
	buf_clear(&f->leaf);
	sample_ca_clear(&f->ca);
	outside_clear(&f->outside);
}
AUTO_DEFINE_HELD(struct fixture, fixture_clear)

static struct buf write_form(struct fixture *f, enum pkcs12_form form, const char *pass)
{
	struct buf out = BUF(LIMIT_PKCS12);
	AUTO(secret_free) struct secret *secret = secret_of(pass);
	CHECK_OK(pkcs12_write(f->key, f->chain, 2, "高橋 太郎", secret, form, ITERATIONS,
			 &out),
		"written");
	outside_write(&f->outside, "x.p12", buf_view(&out));
	return out;
}

static void check_run(struct fixture *f, const char *line, const char *words)
{
	AUTO(buf_clear) struct buf said = BUF(64 * 1024);
	CHECK_INT(outside_run(&f->outside, &said, "%s", line), 0, "%s: %s", line,
		buf_text(&said));
	CHECK(outside_said(&said, words), "%s: no \"%s\" in %s", line, words,
		buf_text(&said));
}

static void check_read(struct fixture *f, struct blob p12, const char *pass)
{
	AUTO(secret_free) struct secret *secret = secret_of(pass);
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear) struct buf certificate = BUF(LIMIT_CERT);
	CHECK_OK(pkcs12_read(p12, secret, &key, &certificate), "read back");
	CHECK(key != NULL && EVP_PKEY_eq(key, f->key) == 1, "the same key");
	CHECK_BLOB(buf_view(&certificate), buf_view(&f->leaf), "the same certificate");
}

/* proves R-SUB-KEY-03 */
static void test_modern(void)
{
	static const enum key_algorithm kinds[] = { KEY_P256, KEY_P384, KEY_RSA_2048 };
	for (size_t i = 0; i < COUNT(kinds); i++) {
		AUTO(fixture_clear) struct fixture f;
		fixture_open(&f, kinds[i]);
		AUTO(buf_clear)
		struct buf p12 = write_form(&f, PKCS12_MODERN, "Pa55-word");
		check_read(&f, buf_view(&p12), "Pa55-word");
		const char *info =
			"openssl pkcs12 -in x.p12 -info -noout -passin pass:Pa55-word";
		check_run(&f, info, "MAC: sha256, Iteration 2048");
		check_run(&f, info,
			"Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 2048, "
			"PRF hmacWithSHA256");
		check_run(&f, info,
			"PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC, Iteration "
			"2048, PRF hmacWithSHA256");
		/* The key inside is really that key, as openssl sees it, and both certificates came along. */
		check_run(&f,
			"openssl pkcs12 -in x.p12 -nodes -passin pass:Pa55-word -out "
			"all.pem;"
			" openssl pkey -in all.pem -pubout -out a; openssl x509 -in "
			"leaf.pem -pubkey -noout"
			" -out b; cmp a b && grep -c BEGIN.CERTIFICATE all.pem",
			"2");
		check_run(&f, "openssl pkcs12 -in x.p12 -nodes -passin pass:Pa55-word",
			"friendlyName: ");
		check_run(&f,
			"certtool --p12-info --inder --infile x.p12 --password Pa55-word",
			"Cipher: AES-256-CBC");
		check_run(&f,
			"mkdir -p db && certutil -N -d sql:db --empty-password &&"
			" pk12util -i x.p12 -d sql:db -W Pa55-word && certutil -K -d "
			"sql:db",
			"PKCS12 IMPORT SUCCESSFUL");
	}
}

/* Longer than one block of the MAC's derivation, and beyond ASCII: OpenSSL reads what was derived without it. */
static void test_pass_phrases(void)
{
	static const char *const texts[] = { "a", "合言葉 𠮷野家 — ひみつ",
		"thirty-two letters and one: abcde", "0123456789012345678901234567890",
		"a long pass phrase of a card holder who likes to type, with far more "
		"than "
		"sixty-four octets in it",
		"not UTF-8: \xff\xfe, taken for ISO 8859-1" };
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_P256);
	for (size_t i = 0; i < COUNT(texts); i++) {
		AUTO(buf_clear)
		struct buf p12 = write_form(&f, PKCS12_MODERN, texts[i]);
		check_read(&f, buf_view(&p12), texts[i]);
	}
}

static void test_for_old_readers(void)
{
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_RSA_2048);
	AUTO(buf_clear) struct buf p12 = write_form(&f, PKCS12_3DES, "Pa55-word");
	check_read(&f, buf_view(&p12), "Pa55-word");
	check_run(&f, "openssl pkcs12 -in x.p12 -info -noout -passin pass:Pa55-word",
		"pbeWithSHA1And3-KeyTripleDES-CBC");
	check_run(&f, "openssl pkcs12 -in x.p12 -info -noout -passin pass:Pa55-word",
		"MAC: sha1");
	check_run(&f,
		"mkdir -m 700 gpg && export GNUPGHOME=$PWD/gpg &&"
		" echo allow-loopback-pinentry > gpg/gpg-agent.conf &&"
		" gpgsm --batch --disable-crl-checks --import ca.pem;"
		" echo Pa55-word > pass; gpgsm --batch --pinentry-mode loopback "
		"--passphrase-fd 3"
		" --disable-crl-checks --import x.p12 3<pass; gpgsm --batch -K; gpgconf "
		"--kill all",
		"secret keys imported: 1");
}

static void test_refusals(void)
{
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_P256);
	AUTO(EVP_PKEY_free) EVP_PKEY *other = NULL;
	AUTO(buf_clear) struct buf out = BUF(LIMIT_PKCS12);
	AUTO(buf_clear) struct buf small = BUF(100);
	AUTO(secret_free) struct secret *good = secret_of("Pa55-word");
	AUTO(secret_free) struct secret *wrong = secret_of("Pa55-worD");
	AUTO(secret_free) struct secret *cut = NULL;
	CHECK_OK(secret_new(blob_make("Pa55\0word", 9), &cut), "secret");
	CHECK_OK(key_generate(KEY_P256, &other), "key");
	struct blob bad_chain[] = { f.chain[0], blob_make(f.leaf.data, f.leaf.len - 1) };
	struct blob long_certificate = blob_make(f.leaf.data, f.leaf.len + 1);
	CHECK_ERR(pkcs12_write(other, f.chain, 2, "x", good, PKCS12_MODERN, 1, &out),
		E_INPUT, "another key than the certificate's");
	CHECK_ERR(pkcs12_write(f.key, f.chain, 0, "x", good, PKCS12_MODERN, 1, &out),
		E_INPUT, "no certificate");
	CHECK_ERR(pkcs12_write(f.key, f.chain, 2, "x", good, PKCS12_MODERN, 0, &out),
		E_INPUT, "no iterations");
	CHECK_ERR(pkcs12_write(f.key, f.chain, 2, "x", cut, PKCS12_MODERN, 1, &out),
		E_INPUT, "a pass phrase with an inner NUL");
	CHECK_ERR(pkcs12_write(f.key, bad_chain, 2, "x", good, PKCS12_MODERN, 1, &out),
		E_INPUT, "an issuer cut off");
	CHECK_ERR(pkcs12_write(f.key, &long_certificate, 1, "x", good, PKCS12_MODERN, 1,
			  &out),
		E_INPUT, "a byte behind the certificate");
	CHECK_INT(out.len, 0, "nothing was written");
	CHECK_ERR(pkcs12_write(f.key, f.chain, 2, "x", good, PKCS12_MODERN, 1, &small),
		E_INPUT, "no room");
	CHECK_OK(pkcs12_write(f.key, f.chain, 1, NULL, good, PKCS12_MODERN, 1, &out),
		"no name");

	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear) struct buf certificate = BUF(LIMIT_CERT);
	CHECK_ERR(pkcs12_read(buf_view(&out), wrong, &key, &certificate), E_CRYPTO,
		"wrong pass phrase");
	CHECK_ERR(pkcs12_read(buf_view(&out), cut, &key, &certificate), E_INPUT,
		"inner NUL");
	CHECK_ERR(pkcs12_read(blob_make(out.data, out.len - 1), good, &key, &certificate),
		E_INPUT, "cut off");
	CHECK_ERR(pkcs12_read(blob_make(out.data, out.len + 1), good, &key, &certificate),
		E_INPUT, "a byte behind");
	CHECK_ERR(pkcs12_read(blob_make(out.data, 0), good, &key, &certificate), E_INPUT,
		"nothing");
	out.data[out.len / 2] ^= 1;
	CHECK(err_is(pkcs12_read(buf_view(&out), good, &key, &certificate)),
		"a flipped bit");
	CHECK(key == NULL && certificate.len == 0, "out stays untouched");
	AUTO(buf_clear) struct buf said = BUF(4096);
	CHECK_INT(outside_run(&f.outside, &said,
			  "openssl pkcs12 -export -nomac -in leaf.pem -nokeys -passout "
			  "pass:Pa55-word -out nomac &&"
			  " openssl pkcs12 -export -in leaf.pem -nokeys -passout "
			  "pass:Pa55-word -out nokey"),
		0, "%s", buf_text(&said));
	AUTO(buf_clear) struct buf no_mac = outside_read(&f.outside, "nomac");
	AUTO(buf_clear) struct buf no_key = outside_read(&f.outside, "nokey");
	CHECK_ERR(pkcs12_read(buf_view(&no_mac), good, &key, &certificate), E_INPUT,
		"no MAC");
	CHECK_ERR(pkcs12_read(buf_view(&no_key), good, &key, &certificate), E_INPUT,
		"no key");
}

/* proves R-SUB-KEY-03: 20 letters out of 55, each as likely as the others: 115 bits. */
static void test_pins(void)
{
	enum { PINS = 5000, LETTERS = 20 };
	static const char wanted[] =
		"2345679ACDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	size_t count[256] = { 0 }, kinds = 0;
	char last[32] = "";
	for (int i = 0; i < PINS; i++) {
		AUTO(secret_free) struct secret *pin = NULL;
		if (!CHECK_OK(pkcs12_new_pin(&pin), "pin"))
			return;
		struct blob text = secret_view(pin);
		if (!CHECK_INT(text.len, LETTERS + 4, "five groups of four"))
			return;
		CHECK(strcmp(last, (const char *)text.data) != 0, "never the same");
		snprintf(last, sizeof last, "%s", (const char *)text.data);
		for (size_t at = 0; at < text.len; at++)
			if (at % 5 == 4)
				CHECK(text.data[at] == '-', "groups");
			else
				count[text.data[at]]++;
	}
	/* Chi-square over 55 letters: 54 degrees of freedom pass 110 once in 100,000 runs; without the rejection it is 1,000. */
	double expected = PINS * (double)LETTERS / 55, chi = 0;
	for (int c = 0; c < 256; c++) {
		bool in = c != 0 && strchr(wanted, c) != NULL;
		CHECK(in || count[c] == 0, "letter %c does not belong to the alphabet",
			c);
		kinds += count[c] > 0;
		if (in)
			chi += ((double)count[c] - expected) *
			       ((double)count[c] - expected) / expected;
	}
	CHECK_INT(kinds, 55, "all letters come");
	CHECK(chi < 120, "chi-square %.1f", chi);
	for (const char *c = "0O1lIB8"; *c != '\0'; c++)
		CHECK_INT(count[(unsigned char)*c], 0, "look-alike %c", *c);
}

static const CU_TestInfo tests[] = {
	{ "the modern form, and who reads it", test_modern },
	{ "pass phrases of any length and script", test_pass_phrases },
	{ "the form for old readers", test_for_old_readers },
	{ "refusals", test_refusals },
	{ "PINs are long, even and readable", test_pins },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_pkcs12 = { "common/pki/pkcs12", tests, NULL, NULL };
