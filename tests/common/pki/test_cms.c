#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/cms.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/sample_ca.h"

enum { TIME = 1795401234 }; /* 2026-11-23T02:33:54Z */

static const char statement[] = "{\"decision\":\"approved\",\"who\":\"髙橋\"}\r\n";

/* A CA, a signer under it, and the folder with their files. */
struct fixture {
	struct outside outside;
	struct sample_ca ca;
	EVP_PKEY *key;
	struct buf certificate;
	struct signing_key signer;
};

static struct buf issue(struct fixture *f, const char *name, uint8_t number,
	EVP_PKEY *key)
{
	struct sample_leaf leaf = { .name = name,
		.serial_number = { 0x41, 0xff, [15] = number },
		.key = key,
		.not_after_s = DAY };
	return sample_issue(&f->outside, &f->ca, &leaf);
}

static void fixture_open(struct fixture *f, enum key_algorithm kind)
{
	*f = (struct fixture){ .outside = outside_open() };
	f->ca = sample_ca_new(&f->outside, "ca");
	CHECK_OK(key_generate(kind, &f->key), "key");
	CHECK_OK(signature_software_key(f->key, &f->signer), "signer");
	f->certificate = issue(f, "leaf", 1, f->key);
	outside_write(&f->outside, "statement", blob_text(statement));
}

static void fixture_clear(struct fixture *f)
{
	EVP_PKEY_free(f->key);
	buf_clear(&f->certificate);
	sample_ca_clear(&f->ca);
	outside_clear(&f->outside);
}
AUTO_DEFINE_HELD(struct fixture, fixture_clear)

static struct blob sign(struct fixture *f, struct der_writer *w)
{
	struct blob der = BLOB_NONE;
	CHECK_OK(cms_sign(blob_text(statement), buf_view(&f->certificate), TIME,
			 &f->signer, w),
		"signed");
	CHECK_OK(der_finish(w, &der), "finished");
	outside_write(&f->outside, "cms", der);
	return der;
}

/* What the judges say to the files cms and statement. */
static int openssl_verify(struct fixture *f, const char *more, struct buf *said)
{
	return outside_run(&f->outside, said,
		"openssl cms -verify -binary -content statement -in cms -inform DER"
		" -CAfile ca.pem -purpose any %s -out /dev/null",
		more);
}

static void check_run(struct fixture *f, const char *line, const char *words)
{
	AUTO(buf_clear) struct buf said = BUF(64 * 1024);
	CHECK_INT(outside_run(&f->outside, &said, "%s", line), 0, "%s: %s", line,
		buf_text(&said));
	CHECK(outside_said(&said, words), "%s: no \"%s\" in %s", line, words,
		buf_text(&said));
}

static void test_written(void)
{
	static const enum key_algorithm kinds[] = { KEY_P256, KEY_P384, KEY_RSA_2048 };
	for (size_t i = 0; i < COUNT(kinds); i++) {
		uint8_t room[LIMIT_CMS];
		struct der_writer w = DER_WRITER(room);
		struct cms cms;
		AUTO(fixture_clear) struct fixture f;
		AUTO(buf_clear) struct buf said = BUF(8192);
		fixture_open(&f, kinds[i]);
		struct blob der = sign(&f, &w);
		CHECK_OK(cms_verify(der, blob_text(statement), &cms), "read back");
		CHECK_INT(cms.signing_time, TIME, "signingTime");
		CHECK_BLOB(cms.certificate.der, buf_view(&f.certificate), "certificate");
		CHECK_INT(openssl_verify(&f, "", &said), 0, "openssl: %s",
			buf_text(&said));
		CHECK_INT(openssl_verify(&f, "-cades", &said), 0, "openssl -cades: %s",
			buf_text(&said));
		check_run(&f, "openssl cms -cmsout -print -noout -in cms -inform DER",
			"UTCTIME:Nov 23 02:33:54 2026 GMT");
		check_run(&f,
			"certtool --p7-verify --inder --infile cms --load-data statement"
			" --load-ca-certificate ca.pem",
			"Signature status: ok");
	}
}

static void test_gpgsm_reads_it(void)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_RSA_2048);
	sign(&f, &w);
	check_run(&f,
		"mkdir -m 700 gpg && export GNUPGHOME=$PWD/gpg &&"
		" gpgsm --batch --disable-crl-checks --import ca.pem &&"
		" gpgsm --batch --with-colons -k | awk -F: '/^fpr/ { print $10, \"S "
		"relax\" }' > gpg/trustlist.txt; gpgconf --kill all;"
		" gpgsm --batch --disable-crl-checks --verify cms statement; code=$?;"
		" gpgconf --kill all; exit $code",
		"Good signature");
}

/* RFC 5652 section 5.3: byte for byte what the header promises, by its own order and sizes. */
static void test_attributes_are_sorted(void)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	AUTO(fixture_clear) struct fixture f;
	AUTO(buf_clear) struct buf said = BUF(64 * 1024);
	fixture_open(&f, KEY_P256);
	sign(&f, &w);
	CHECK_INT(outside_run(&f.outside, &said,
			  "openssl asn1parse -inform DER -in cms |"
			  " grep -oE "
			  "':(contentType|signingTime|messageDigest|id-smime-aa-"
			  "signingCertificateV2)$' |"
			  " tr -d '\\n'"),
		0, "%s", buf_text(&said));
	CHECK_TEXT(buf_text(&said),
		":contentType:signingTime:messageDigest:id-smime-aa-signingCertificateV2",
		"by length, then bytes");
}

static void test_other_times(void)
{
	static const int64_t times[] = { 2524607999,
		2524608000 }; /* UTCTime's last second, and the next */
	for (size_t i = 0; i < COUNT(times); i++) {
		uint8_t room[LIMIT_CMS];
		struct der_writer w = DER_WRITER(room);
		struct blob der = BLOB_NONE;
		struct cms cms;
		AUTO(fixture_clear) struct fixture f;
		AUTO(buf_clear) struct buf said = BUF(8192);
		fixture_open(&f, KEY_P256);
		CHECK_OK(cms_sign(blob_text(statement), buf_view(&f.certificate),
				 times[i], &f.signer, &w),
			"signed");
		CHECK_OK(der_finish(&w, &der), "finished");
		outside_write(&f.outside, "cms", der);
		CHECK_OK(cms_verify(der, blob_text(statement), &cms), "verified");
		CHECK_INT(cms.signing_time, times[i], "signingTime");
		CHECK_INT(openssl_verify(&f, "", &said), 0, "openssl: %s",
			buf_text(&said));
	}
}

/* A statement that openssl signs in our form is one of ours: clerks may use it. */
static void test_signed_by_openssl(void)
{
	static const struct {
		const char *name, *options;
		enum err_code want;
	} rows[] = {
		/* clang-format off */
		{ "our form",                  "-signer leaf.pem -inkey leaf.key -cades -nosmimecap -md sha256", E_NONE },
		{ "smimeCapabilities too",     "-signer leaf.pem -inkey leaf.key -cades -md sha256", E_INPUT },
		{ "no signingCertificateV2",   "-signer leaf.pem -inkey leaf.key -nosmimecap -md sha256", E_INPUT },
		{ "no signed attributes",      "-signer leaf.pem -inkey leaf.key -noattr -md sha256", E_INPUT },
		{ "not detached",              "-signer leaf.pem -inkey leaf.key -cades -nosmimecap -nodetach -md sha256", E_INPUT },
		{ "without its certificate",   "-signer leaf.pem -inkey leaf.key -cades -nosmimecap -nocerts -md sha256", E_INPUT },
		{ "with another certificate",  "-signer leaf.pem -inkey leaf.key -cades -nosmimecap -certfile ca.pem -md sha256", E_INPUT },
		{ "two signers",               "-signer leaf.pem -inkey leaf.key -signer b.pem -inkey b.key -cades -nosmimecap -md sha256", E_INPUT },
		{ "by subjectKeyIdentifier",   "-signer leaf.pem -inkey leaf.key -keyid -cades -nosmimecap -md sha256", E_INPUT },
		{ "SHA-1",                     "-signer leaf.pem -inkey leaf.key -cades -nosmimecap -md sha1", E_INPUT },
		/* clang-format on */
	};
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_P256);
	AUTO(buf_clear) struct buf leaf = issue(&f, "leaf", 7, NULL);
	AUTO(buf_clear) struct buf b = issue(&f, "b", 8, NULL);
	CHECK(leaf.len > 0 && b.len > 0, "two signers whose keys openssl has");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cms cms;
		AUTO(buf_clear) struct buf said = BUF(8192);
		CHECK_INT(outside_run(&f.outside, &said,
				  "openssl cms -sign -binary -in statement %s -outform "
				  "DER -out theirs",
				  rows[i].options),
			0, "%s: %s", rows[i].name, buf_text(&said));
		AUTO(buf_clear) struct buf theirs = outside_read(&f.outside, "theirs");
		CHECK_ERR(cms_verify(buf_view(&theirs), blob_text(statement), &cms),
			rows[i].want, "%s", rows[i].name);
	}
}

/* The place of a text in the message, to change what is there. */
static size_t find(struct blob in, const char *hex)
{
	AUTO(buf_clear) struct buf what = check_unhex(hex);
	const uint8_t *at = memmem(in.data, in.len, what.data, what.len);
	CHECK(at != NULL, "%s is in it", hex);
	return at == NULL ? 0 : (size_t)(at - in.data);
}

static void test_tampered(void)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct cms cms = { .signing_time = 7 };
	AUTO(fixture_clear) struct fixture f;
	AUTO(buf_clear) struct buf said = BUF(8192);
	fixture_open(&f, KEY_P256);
	struct blob der = sign(&f, &w);

	outside_write(&f.outside, "statement", blob_text("{\"decision\":\"refused\"}"));
	CHECK_ERR(cms_verify(der, blob_text("{\"decision\":\"refused\"}"), &cms),
		E_CRYPTO, "another statement");
	CHECK(openssl_verify(&f, "", &said) != 0, "openssl refuses it too");
	CHECK_ERR(cms_verify(der, BLOB_NONE, &cms), E_CRYPTO, "no statement");
	outside_write(&f.outside, "statement", blob_text(statement));

	static const struct {
		const char *name, *hex;
		size_t behind;
	} places[] = {
		{ "messageDigest", "06092a864886f70d01090431220420", 15 },
		{ "signingTime", "06092a864886f70d010905310f170d", 16 },
		{ "signingCertificateV2", "060b2a864886f70d010910022f", 25 },
	};
	for (size_t i = 0; i < COUNT(places); i++) {
		size_t at = find(der, places[i].hex) + places[i].behind;
		room[at] ^= 1;
		CHECK_ERR(cms_verify(der, blob_text(statement), &cms), E_CRYPTO, "%s",
			places[i].name);
		outside_write(&f.outside, "cms", der);
		CHECK(openssl_verify(&f, "-cades", &said) != 0,
			"%s: openssl refuses it too", places[i].name);
		room[at] ^= 1;
	}
	room[der.len - 1] ^= 1;
	CHECK_ERR(cms_verify(der, blob_text(statement), &cms), E_CRYPTO, "signature");
	outside_write(&f.outside, "cms", der);
	CHECK(openssl_verify(&f, "", &said) != 0, "signature: openssl refuses it too");
	room[der.len - 1] ^= 1;
	CHECK_INT(cms.signing_time, 7, "out stays untouched");
	CHECK_OK(cms_verify(der, blob_text(statement), &cms), "all put back");
}

static void test_every_bit_counts(void)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct cms cms;
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_P256);
	struct blob der = sign(&f, &w);
	size_t accepted = 0;
	for (size_t bit = 0; bit < 8 * der.len; bit++) {
		room[bit / 8] ^= (uint8_t)(1u << bit % 8);
		accepted += !err_is(cms_verify(der, blob_text(statement), &cms));
		room[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	/* The certificate's own signature is not checked here, but signingCertificateV2 covers its bytes. */
	CHECK_INT(accepted, 0, "no flipped bit is accepted");
	for (size_t len = 0; len < der.len; len++)
		CHECK_ERR(cms_verify(blob_make(room, len), blob_text(statement), &cms),
			E_INPUT, "cut at %zu", len);
	room[der.len] = 0;
	CHECK_ERR(cms_verify(blob_make(room, der.len + 1), blob_text(statement), &cms),
		E_INPUT, "a byte behind");
}

/* The same key in another certificate: both are good, but only one was meant (RFC 5035). */
static void test_another_certificate_of_the_key(void)
{
	uint8_t room[LIMIT_CMS], swapped[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct cms cms;
	AUTO(fixture_clear) struct fixture f;
	fixture_open(&f, KEY_P256);
	AUTO(buf_clear) struct buf second = BUF(LIMIT_CERT);
	do { /* ECDSA signatures differ in length */
		buf_clear(&second);
		second = issue(&f, "twin", 2, f.key);
	} while (second.len != f.certificate.len);
	struct blob der = sign(&f, &w);
	memcpy(swapped, room, der.len);
	const uint8_t *at =
		memmem(swapped, der.len, f.certificate.data, f.certificate.len);
	if (!CHECK(at != NULL, "the certificate is in it"))
		return;
	memcpy(swapped + (at - swapped), second.data, second.len);
	struct blob changed = blob_make(swapped, der.len);
	CHECK_ERR(cms_verify(changed, blob_text(statement), &cms), E_INPUT,
		"sid names the first");
	/* And the sid, too: the last octet of the serial number, where it stands for the second time. */
	uint8_t *serial = memmem(swapped + (at - swapped) + second.len,
		der.len - (size_t)(at - swapped) - second.len, "\x41\xff", 2);
	if (!CHECK(serial != NULL, "serialNumber of the sid"))
		return;
	serial[15] = 2;
	CHECK_ERR(cms_verify(changed, blob_text(statement), &cms), E_CRYPTO,
		"signingCertificateV2 names the first");
}

static void test_wrong_key(void)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob der = BLOB_NONE;
	struct signing_key signer;
	struct cms cms;
	AUTO(fixture_clear) struct fixture f;
	AUTO(EVP_PKEY_free) EVP_PKEY *other = NULL;
	fixture_open(&f, KEY_P256);
	CHECK_OK(key_generate(KEY_P256, &other), "key");
	CHECK_OK(signature_software_key(other, &signer), "signer");
	CHECK_OK(cms_sign(blob_text(statement), buf_view(&f.certificate), TIME, &signer,
			 &w),
		"signed");
	CHECK_OK(der_finish(&w, &der), "finished");
	CHECK_ERR(cms_verify(der, blob_text(statement), &cms), E_CRYPTO,
		"signed by another key");
	struct der_writer small = { .data = room, .max = 100 };
	CHECK_OK(cms_sign(blob_text(statement), buf_view(&f.certificate), TIME, &signer,
			 &small),
		"errors of room stick");
	CHECK_ERR(der_finish(&small, &der), E_INPUT, "no room");
	CHECK_ERR(cms_sign(blob_text(statement), blob_make(f.certificate.data, 20), TIME,
			  &signer, &w),
		E_INPUT, "no certificate");
	static const uint8_t zeros[LIMIT_CMS + 1];
	struct err err = cms_verify(BLOB(zeros), blob_text(statement), &cms);
	CHECK(err.code == E_INPUT && strstr(err.text, "longer") != NULL, "%s", err.text);
}

static const CU_TestInfo tests[] = {
	{ "openssl and certtool accept what is signed", test_written },
	{ "gpgsm accepts it", test_gpgsm_reads_it },
	{ "attributes stand in the order of DER", test_attributes_are_sorted },
	{ "signing times at the border of UTCTime", test_other_times },
	{ "what openssl signs, in our form and in others", test_signed_by_openssl },
	{ "tampered statements are refused by both", test_tampered },
	{ "every bit and every byte count", test_every_bit_counts },
	{ "another certificate of the same key is refused",
		test_another_certificate_of_the_key },
	{ "wrong keys and sizes", test_wrong_key },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_cms = { "common/pki/cms", tests, NULL, NULL };
