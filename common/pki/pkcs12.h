/* pkcs12: a private key, its certificate and chain under a pass phrase (RFC 7292, RFC 9579 for the modern form). */
#ifndef COMMON_PKI_PKCS12_H
#define COMMON_PKI_PKCS12_H

#include "common/base/ossl.h"
#include "common/base/secret.h"

enum pkcs12_form {
	PKCS12_MODERN, /* PBES2, AES-256-CBC, PBKDF2-HMAC-SHA-256, MAC HMAC-SHA-256 (R-SUB-KEY-03) */
	PKCS12_3DES, /* for old readers only (gpgsm 2.2): a documented exception */
};

/* chain: DER certificates, end entity first. iterations: of PBKDF2 and of the MAC. out: opened with LIMIT_PKCS12. */
RESULT pkcs12_write(EVP_PKEY *key, const struct blob *chain, size_t chain_count,
	const char *friendly_name, const struct secret *pass_phrase,
	enum pkcs12_form form, int iterations, struct buf *out);
/* E_CRYPTO: wrong pass phrase. Certificate: DER. */
RESULT pkcs12_read(struct blob der, const struct secret *pass_phrase, EVP_PKEY **key,
	struct buf *certificate);

/* A PIN of 112 bits or more from an alphabet without look-alikes (0 O 1 l I B 8), in groups of four with '-'. */
RESULT pkcs12_new_pin(struct secret **out);

#endif
