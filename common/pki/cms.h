/* cms: detached signatures over a statement (RFC 5652 SignedData), in one narrow form that `openssl cms -verify` accepts. */
#ifndef COMMON_PKI_CMS_H
#define COMMON_PKI_CMS_H

#include "common/pki/cert.h"

/*
 * SignedData version 1, detached id-data, one signer named by issuerAndSerialNumber, its certificate included (and only it),
 * signed attributes contentType, messageDigest, signingTime, signingCertificateV2 (RFC 5035), in DER order.
 */
RESULT cms_sign(struct blob content, struct blob certificate, int64_t signing_time,
	const struct signing_key *key, struct der_writer *w);

/*
 * The same with the certificates above the signer's beside it, for readers of mail that have the root only (RFC 8551 section
 * 2.3). cms_verify() does not take this form: decisions carry one certificate and no other.
 */
RESULT cms_sign_chain(struct blob content, struct blob certificate,
	const struct blob *chain, size_t chain_count, int64_t signing_time,
	const struct signing_key *key, struct der_writer *w);

struct cms {
	struct cert certificate; /* parts point into the DER given */
	int64_t signing_time;
};
/*
 * Reads exactly that form and verifies digest and signature with the certificate it carries. Whether that certificate is
 * trusted is the caller's question. der: at most LIMIT_CMS. E_INPUT: another form. E_CRYPTO: does not verify.
 */
RESULT cms_verify(struct blob der, struct blob content, struct cms *out);

#endif
