/* key: public keys and the gate that every one of them passes (R-PKQ-01 to -06). */
#ifndef COMMON_PKI_KEY_H
#define COMMON_PKI_KEY_H

#include "common/base/fault.h"
#include "common/base/ossl.h"
#include "common/pki/der.h"

enum key_algorithm {
	KEY_NONE,
	KEY_P256,
	KEY_P384,
	KEY_RSA_2048,
	KEY_RSA_3072,
	KEY_RSA_4096,
	KEY_ALGORITHM_COUNT
};
#define KEY_BIT(algorithm) (1u << (algorithm))
const char *key_algorithm_name(enum key_algorithm algorithm); /* "P-256", "RSA-3072" */
enum key_algorithm key_algorithm_by_name(const char *name);   /* KEY_NONE: unknown */
bool key_algorithm_is_rsa(enum key_algorithm algorithm);

/*
 * Reads a SubjectPublicKeyInfo by hand (d2i costs fifteen times as much) into a key for verification.
 * E_INPUT: not DER, parameters not exactly those of the table, trailing bytes. E_POLICY: an algorithm or size outside
 * key_algorithm (explicit EC parameters, secp256k1, 2049 bits). EC points are validated (R-PKQ-06): on the curve, not
 * infinity, uncompressed form only.
 */
RESULT key_parse(struct blob spki, enum key_algorithm *algorithm, EVP_PKEY **out);
/*
 * Only which kind it is, strictly by its bytes, for whoever neither verifies with it nor is its gate: a twentieth of the
 * time, but a point is not proved to lie on its curve. Errors as key_parse().
 */
RESULT key_kind(struct blob spki, enum key_algorithm *out);
/* The SubjectPublicKeyInfo of a key; out has room for LIMIT_SPKI. */
RESULT key_write(const EVP_PKEY *key, struct der_writer *w);
/* A new key in memory. E_CRYPTO. */
RESULT key_generate(enum key_algorithm algorithm, EVP_PKEY **out);

/*
 * The weak-key list as data (R-PKQ-05): a text file of a line "version WORDS", then rows "kind bits hex" in any order; '#'
 * begins a comment line. hex: the last 80 bits of, for rsa, SHA-1 over "Modulus=<HEX>\n" (the form of Debian's
 * openssl-blacklist), and for ec, SHA-256 over the x coordinate without leading zeros (the form of the published lists of
 * EC keys). Looked up by bisection. Made by tools/import-weak-keys. E_INPUT: with the line.
 */
struct key_blocklist;
RESULT key_blocklist_parse(struct blob file, struct key_blocklist **out);
void key_blocklist_free(struct key_blocklist *list);
AUTO_DEFINE(struct key_blocklist, key_blocklist_free)
const char *key_blocklist_version(const struct key_blocklist *list);

/*
 * R-PKQ-01 to -06: allowed: bits of KEY_BIT(). Exponent, small factors, perfect power, Fermat within 100 rounds, ROCA,
 * Debian list (list may be NULL only in tests). All faults are listed; nothing is when the key is good.
 */
void key_check(struct blob spki, uint32_t allowed, const struct key_blocklist *list,
	struct faults *faults);

/* SHA-256 of the whole SubjectPublicKeyInfo: the identity of a key in lists and decisions. */
RESULT key_digest(struct blob spki, uint8_t out[static 32]);
/* First 160 bits of SHA-256 over the subjectPublicKey bits (RFC 7093 method 1): the SubjectKeyIdentifier. */
RESULT key_identifier(struct blob spki, uint8_t out[static 20]);

#endif
