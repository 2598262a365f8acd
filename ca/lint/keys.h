/* keys: the kinds of public keys there are here, and the one AlgorithmIdentifier with which each of them signs. */
#ifndef CA_LINT_KEYS_H
#define CA_LINT_KEYS_H

#include <openssl/evp.h>

#include "ca/lint/walk.h"

enum key_kind {
	KIND_NONE,
	KIND_P256,
	KIND_P384,
	KIND_RSA_2048,
	KIND_RSA_3072,
	KIND_RSA_4096,
	KIND_COUNT
};
const char *lint_key_word(enum key_kind kind); /* "P-256"; "" for none */
bool lint_key_is_rsa(enum key_kind kind);

/*
 * The kind of a SubjectPublicKeyInfo, whose parameters must be exactly the right ones and whose numbers must have the
 * right form (uncompressed point; odd modulus, odd exponent between 2^16 and 2^256). KIND_NONE: no kind of ours.
 */
enum key_kind lint_key_kind(struct span spki);
/* Whole AlgorithmIdentifier that a CA key of this kind signs with. */
struct span lint_signature_algorithm(enum key_kind kind);
/*
 * First 160 bits of SHA-256 over the subjectPublicKey's bits (RFC 7093 section 2, method 1). Zeros when it is no key.
 * digest: used anew each time, so that nothing is looked up for one certificate.
 */
void lint_key_identifier(EVP_MD_CTX *digest, struct span spki, uint8_t out[static 20]);

#endif
