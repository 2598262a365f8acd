/* signature: the algorithms that may sign or be verified, byte-exact AlgorithmIdentifiers, and a handle on a signing key. */
#ifndef COMMON_PKI_SIGNATURE_H
#define COMMON_PKI_SIGNATURE_H

#include "common/base/ossl.h"
#include "common/pki/der.h"

/* Hash fixed by the curve; RSA as PKCS #1 v1.5 (PROFILES part 1). SHA-1 and MD5 do not exist here. */
enum signature_algorithm {
	SIGNATURE_NONE,
	SIGNATURE_ECDSA_SHA256, /* P-256 */
	SIGNATURE_ECDSA_SHA384, /* P-384 */
	SIGNATURE_RSA_SHA256,
	SIGNATURE_RSA_SHA384,
	SIGNATURE_RSA_SHA512,
	SIGNATURE_ALGORITHM_COUNT
};

enum { SIGNATURE_MAX = 1024 }; /* octets; RSA-8192 */

struct blob signature_identifier(
	enum signature_algorithm algorithm); /* whole AlgorithmIdentifier, DER */
/* E_INPUT: not one of the table, byte for byte. */
RESULT signature_by_identifier(struct blob identifier, enum signature_algorithm *out);
const char *signature_name(enum signature_algorithm algorithm); /* "ecdsa-with-SHA256" */
const EVP_MD *signature_digest(enum signature_algorithm algorithm);

/* A key that signs: made by common/token (PKCS #11) or signature_software_key(); handed only to builders of a format. */
struct signing_key {
	enum signature_algorithm algorithm;
	void *context; /* borrowed from whoever made the handle */
	/* signature: room for SIGNATURE_MAX octets; DER for ECDSA. */
	RESULT(*sign)
	(void *context, struct blob to_be_signed, uint8_t *signature, size_t *len);
};
/* A key in memory, for clerks' files, TLS and tests; signs as signature_for_key() says. key: borrowed. E_POLICY: no such kind. */
RESULT signature_software_key(EVP_PKEY *key, struct signing_key *out);
/* The same with another hash, for RSA keys only: the curve fixes the hash of EC keys. E_POLICY: the key cannot. */
RESULT signature_software_key_with(EVP_PKEY *key, enum signature_algorithm algorithm,
	struct signing_key *out);
/* What a key of this kind signs with by default: P-256 → SHA-256, P-384 → SHA-384, RSA → SHA-256. E_POLICY: none. */
RESULT signature_for_key(const EVP_PKEY *key, enum signature_algorithm *out);

/*
 * E_CRYPTO: does not verify, or the key is not of the algorithm's kind (EC or RSA). A P-384 key with ecdsa-with-SHA256 does
 * verify: common tools make such requests; what we sign ourselves follows signature_for_key().
 */
RESULT signature_verify(EVP_PKEY *key, enum signature_algorithm algorithm,
	struct blob signed_bytes, struct blob signature);

#endif
