/* sample_ca: a CA and its certificates made by OpenSSL, not by our own writers, so that tests have an outside start. */
#ifndef TESTS_SUPPORT_SAMPLE_CA_H
#define TESTS_SUPPORT_SAMPLE_CA_H

#include "common/pki/cert.h"
#include "tests/support/outside.h"

struct sample_ca {
	X509 *x509;
	EVP_PKEY *key;
	struct buf der;
	struct cert
		cert; /* the members that a CA is known by: der, subject, keys, times */
};
/* Self-signed, P-256; writes NAME.pem and NAME.key into the folder. */
struct sample_ca sample_ca_new(const struct outside *outside, const char *name);
void sample_ca_clear(struct sample_ca *ca);
AUTO_DEFINE_HELD(struct sample_ca, sample_ca_clear)

struct sample_leaf {
	const char *
		name; /* of its files: NAME.pem, and NAME.key when the key is made here */
	uint8_t serial_number[16];
	EVP_PKEY *key;        /* NULL: a new P-256 */
	bool ocsp_signing;    /* OCSPSigning with nocheck, else clientAuth */
	int64_t not_after_s;  /* from now */
	const char *ocsp_uri; /* authorityInfoAccess; NULL: none */
};
/* The certificate's DER; the caller clears it. */
struct buf sample_issue(const struct outside *outside, const struct sample_ca *ca,
	const struct sample_leaf *leaf);
/* Only the files. */
void sample_issue_files(const struct outside *outside, const struct sample_ca *ca,
	const struct sample_leaf *leaf);

#endif
