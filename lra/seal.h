/*
 * seal: what waits at the LRA: a PIN between hand-over and its one showing, the key of an open case, drafts; a file that its
 * holder fetches. AES-256-GCM under a key of this LRA for that purpose (the file: under the code of its link), bound to the
 * receipt number, or to whose draft it is.
 */
#ifndef LRA_SEAL_H
#define LRA_SEAL_H

#include "common/base/secret.h"

#define SEAL_PIN    "delivery PIN"
#define SEAL_CASE   "evidence case"
#define SEAL_DRAFT  "draft"
#define SEAL_PICKUP "pick-up"

enum { SEAL_MORE = 12 + 16 }; /* octets of nonce and tag */

/* Nonce, ciphertext, tag. out: opened by the caller with LIMIT_PIN. */
RESULT seal_close(const struct secret *key, const char *purpose, const char *receipt,
	const struct secret *pin, struct buf *out);
/* E_CRYPTO: another key, purpose or receipt number, or changed. */
RESULT seal_open(const struct secret *key, const char *purpose, const char *receipt,
	struct blob sealed, struct secret **out);

/* The same for what is no short secret. out: opened by the caller. */
RESULT seal_close_bytes(const struct secret *key, const char *purpose, const char *whose,
	struct blob plain, struct buf *out);
RESULT seal_open_bytes(const struct secret *key, const char *purpose, const char *whose,
	struct blob sealed, struct buf *out);

#endif
