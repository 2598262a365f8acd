#include "tests/support/sample_ca.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define MUST(condition)                                                                  \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "sample_ca: %s\n", #condition);                  \
			abort();                                                         \
		}                                                                        \
	} while (0)

static void write_pem(const struct outside *outside, const char *name, X509 *x509,
	EVP_PKEY *key)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s.pem", outside->folder, name);
	FILE *file = fopen(path, "we");
	MUST(file != NULL && PEM_write_X509(file, x509) == 1 && fclose(file) == 0);
	if (key == NULL)
		return;
	snprintf(path, sizeof path, "%s/%s.key", outside->folder, name);
	file = fopen(path, "we");
	MUST(file != NULL &&
		PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		fclose(file) == 0);
}

static void add_extension(X509 *x509, X509 *issuer, const char *name, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf(NULL, &ctx, name, value);
	MUST(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *start(const char *common_name, const uint8_t serial[16], EVP_PKEY *key,
	int64_t not_after_s)
{
	X509 *x509 = X509_new();
	X509_NAME *name = X509_get_subject_name(x509);
	BIGNUM *number = BN_bin2bn(serial, 16, NULL);
	MUST(X509_set_version(x509, 2) == 1 && X509_set_pubkey(x509, key) == 1);
	MUST(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL);
	BN_free(number);
	MUST(X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC,
		(const unsigned char *)"JP", -1, -1, 0));
	MUST(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
		(const unsigned char *)"Sample", -1, -1, 0));
	MUST(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		(const unsigned char *)common_name, -1, -1, 0));
	X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x509), (long)not_after_s);
	return x509;
}

static struct buf der_of(X509 *x509)
{
	struct buf out = BUF(LIMIT_CERT);
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	MUST(len > 0 && !err_is(buf_append(&out, blob_make(der, (size_t)len))));
	OPENSSL_free(der);
	return out;
}

static int64_t seconds(const ASN1_TIME *time)
{
	struct tm tm;
	MUST(ASN1_TIME_to_tm(time, &tm) == 1);
	return timegm(&tm);
}

/* By OpenSSL's reading, so that cert_parse() is not its own witness. */
static struct cert cert_of(X509 *x509, struct blob der)
{
	struct cert cert = { .der = der, .path_length = -1, .is_ca = true };
	const ASN1_OCTET_STRING *identifier = X509_get0_subject_key_id(x509);
	const unsigned char *subject;
	unsigned char *spki = NULL;
	size_t len;
	MUST(X509_NAME_get0_der(X509_get_subject_name(x509), &subject, &len) == 1);
	cert.subject = cert.issuer = blob_make(subject, len);
	cert.subject_key_identifier = blob_make(ASN1_STRING_get0_data(identifier),
		(size_t)ASN1_STRING_length(identifier));
	int spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &spki);
	MUST(spki_len > 0);
	/* The same bytes stand in the certificate: point there, so that nothing is owned here. */
	const uint8_t *at = memmem(der.data, der.len, spki, (size_t)spki_len);
	MUST(at != NULL);
	cert.subject_public_key_info = blob_make(at, (size_t)spki_len);
	OPENSSL_free(spki);
	cert.not_before = seconds(X509_get0_notBefore(x509));
	cert.not_after = seconds(X509_get0_notAfter(x509));
	return cert;
}

struct sample_ca sample_ca_new(const struct outside *outside, const char *name)
{
	static const uint8_t serial[16] = { 0x41, 0x01 };
	struct sample_ca ca = { .key = EVP_EC_gen("P-256") };
	MUST(ca.key != NULL);
	ca.x509 = start(name, serial, ca.key, 20 * 365 * (int64_t)DAY);
	MUST(X509_set_issuer_name(ca.x509, X509_get_subject_name(ca.x509)) == 1);
	add_extension(ca.x509, ca.x509, "subjectKeyIdentifier", "hash");
	add_extension(ca.x509, ca.x509, "keyUsage", "critical,keyCertSign,cRLSign");
	add_extension(ca.x509, ca.x509, "basicConstraints", "critical,CA:TRUE");
	MUST(X509_sign(ca.x509, ca.key, EVP_sha256()) > 0);
	write_pem(outside, name, ca.x509, ca.key);
	ca.der = der_of(ca.x509);
	ca.cert = cert_of(ca.x509, buf_view(&ca.der));
	return ca;
}

void sample_ca_clear(struct sample_ca *ca)
{
	X509_free(ca->x509);
	EVP_PKEY_free(ca->key);
	buf_clear(&ca->der);
}

struct buf sample_issue(const struct outside *outside, const struct sample_ca *ca,
	const struct sample_leaf *leaf)
{
	EVP_PKEY *made = leaf->key == NULL ? EVP_EC_gen("P-256") : NULL;
	EVP_PKEY *key = leaf->key == NULL ? made : leaf->key;
	MUST(key != NULL);
	X509 *x509 = start(leaf->name, leaf->serial_number, key, leaf->not_after_s);
	MUST(X509_set_issuer_name(x509, X509_get_subject_name(ca->x509)) == 1);
	add_extension(x509, ca->x509, "authorityKeyIdentifier", "keyid:always");
	add_extension(x509, ca->x509, "subjectKeyIdentifier", "hash");
	add_extension(x509, ca->x509, "keyUsage", "critical,digitalSignature");
	add_extension(x509, ca->x509, "extendedKeyUsage",
		leaf->ocsp_signing ? "OCSPSigning" : "clientAuth");
	if (leaf->ocsp_signing)
		add_extension(x509, ca->x509, "noCheck", "ignored");
	if (leaf->ocsp_uri != NULL) {
		char value[256];
		snprintf(value, sizeof value, "OCSP;URI:%s", leaf->ocsp_uri);
		add_extension(x509, ca->x509, "authorityInfoAccess", value);
	}
	MUST(X509_sign(x509, ca->key, EVP_sha256()) > 0);
	write_pem(outside, leaf->name, x509, made);
	struct buf out = der_of(x509);
	X509_free(x509);
	EVP_PKEY_free(made);
	return out;
}

void sample_issue_files(const struct outside *outside, const struct sample_ca *ca,
	const struct sample_leaf *leaf)
{
	struct buf der = sample_issue(outside, ca, leaf);
	buf_clear(&der);
}
