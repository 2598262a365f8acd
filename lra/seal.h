/* seal: a PIN between hand-over and its one showing: AES-256-GCM under a key of this LRA, bound to the receipt number. */
#ifndef LRA_SEAL_H
#define LRA_SEAL_H

#include "common/base/secret.h"

/* Nonce, ciphertext, tag. out: opened by the caller with LIMIT_PIN. */
RESULT seal_close(const struct secret *key, const char *receipt, const struct secret *pin,
	struct buf *out);
/* E_CRYPTO: another key, another receipt number, or changed. */
RESULT seal_open(const struct secret *key, const char *receipt, struct blob sealed,
	struct secret **out);

#endif
