/* keys: the issuing keys of this process, each bound to the CA certificate that it belongs to. */
#ifndef CA_SIGNER_KEYS_H
#define CA_SIGNER_KEYS_H

#include "ca/signer/conf.h"
#include "common/flow/issuer_file.h"
#include "common/token/token.h"

/* One issuing CA with its key at hand. There is no other way to a signature than by one of these (R-CA-KEY-07). */
struct signer_key {
	const struct issuer *issuer;
	struct token_key *key;
	struct signing_key signing;
	uint64_t certificates, crls; /* signatures since the start (R-CA-KEY-15) */
	uint64_t last_crl_number;
};

struct signer_keys;
/*
 * Opens the token and key of every issuer that names one. set: borrowed. E_POLICY: a key that is not its certificate's,
 * whose attributes are wrong (R-CA-KEY-02), or in a software token that is not allowed (R-CA-KEY-01).
 */
RESULT signer_keys_open(const struct signer_conf *conf, const struct issuer_set *set,
	struct signer_keys **out);
void signer_keys_close(struct signer_keys *keys);
AUTO_DEFINE(struct signer_keys, signer_keys_close)

struct signer_key *signer_keys_find(struct signer_keys *keys,
	const char *issuer); /* NULL: none */
/* A log line a key whose counts grew since the last call (R-CA-KEY-15). */
void signer_keys_tell(struct signer_keys *keys);

#endif
