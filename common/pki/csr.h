/* csr: a certification request (PKCS #10, RFC 2986), parsed by hand and proved. Only its public key is ever used (R-ISS-06). */
#ifndef COMMON_PKI_CSR_H
#define COMMON_PKI_CSR_H

#include "common/pki/key.h"
#include "common/pki/name.h"
#include "common/pki/signature.h"

struct csr {
	struct blob spki;    /* borrowed from the DER given to csr_parse() */
	struct blob subject; /* DER Name as asked for, of any form; information only */
	enum key_algorithm key_algorithm;
	enum signature_algorithm signature_algorithm;
};

/*
 * der: borrowed, at most LIMIT_CSR bytes, nothing may follow. Verifies the signature (proof of possession, R-PKQ-09).
 * E_INPUT: not DER, trailing bytes. E_POLICY: key or signature algorithm not in the tables (SHA-1). E_CRYPTO: wrong signature.
 */
RESULT csr_parse(struct blob der, struct csr *out);
/* PEM ("CERTIFICATE REQUEST", old and new label) or DER to DER. E_INPUT. */
RESULT csr_from_file(struct blob file, struct buf *der);
/* Writes a request for a key; subject may be empty. */
RESULT csr_write(const struct name *subject, struct blob spki,
	const struct signing_key *key, struct der_writer *w);

#endif
