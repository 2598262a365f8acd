/* token: keys in a PKCS #11 module (v2.40), loaded through p11-kit. The only place that knows Cryptoki. */
#ifndef COMMON_TOKEN_TOKEN_H
#define COMMON_TOKEN_TOKEN_H

#include "common/base/secret.h"
#include "common/pki/key.h"
#include "common/pki/signature.h"

struct token; /* one module, one token, one logged-in session; not for use after fork() */
struct token_key; /* one key pair found in it */

/* What the module says of itself, for records (R-CA-KEY-01). */
struct token_info {
	char manufacturer[33], model[17], serial_number[17], firmware[16], label[33];
};

/* module: path of the shared object. E_NOT_FOUND: no module or no token of that label. E_DENIED: wrong PIN. */
RESULT token_open(const char *module, const char *label, const struct secret *pin,
	struct token **out);
void token_close(struct token *token); /* logs out; NULL is fine */
AUTO_DEFINE(struct token, token_close)
void token_get_info(const struct token *token, struct token_info *out);

/* Initialises the first free slot's token. E_CONFLICT: a token of that label exists. */
RESULT token_create(const char *module, const char *label, const struct secret *so_pin,
	const struct secret *pin);

/*
 * A new pair: sensitive, not extractable, sign only, private, on the token; attributes are read back and checked
 * (R-CA-KEY-02). label is unique: E_CONFLICT otherwise.
 */
RESULT token_generate(struct token *token, const char *label,
	enum key_algorithm algorithm);
/* Finds a pair by label and checks its attributes. E_NOT_FOUND, E_CONFLICT (two), E_POLICY (extractable, not sensitive). */
RESULT token_find(struct token *token, const char *label, struct token_key **out);
void token_key_free(struct token_key *key);
AUTO_DEFINE(struct token_key, token_key_free)

struct blob token_key_get_spki(
	const struct token_key *key); /* SubjectPublicKeyInfo, borrowed */
/* The handle for builders of formats; valid while the key is. algorithm: must suit the key. E_POLICY otherwise. */
RESULT token_key_signing(struct token_key *key, enum signature_algorithm algorithm,
	struct signing_key *out);
/*
 * Signs a finished digest, for the one case where the bytes are too many to hold: a CRL streamed and hashed by the
 * signer itself. digest: of algorithm's length. Not for anything that was not read and judged by the caller.
 */
RESULT token_key_sign_digest(struct token_key *key, enum signature_algorithm algorithm,
	struct blob digest, uint8_t *signature, size_t *len);

#endif
