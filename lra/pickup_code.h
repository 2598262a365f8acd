/*
 * pickup_code: the two secrets of a pick-up. The code is in the link, and the file waits sealed under it: the registry keeps
 * its hash alone. The word stands beside the PIN, so that it goes the PIN's way, to the person who is named on the letter; it
 * is derived from the PIN by a one-way function, so that nothing more has to be kept, sealed and erased. The page that asks
 * for it never learns the PIN: whoever took that page over would have files that he cannot open.
 */
#ifndef LRA_PICKUP_CODE_H
#define LRA_PICKUP_CODE_H

#include "common/base/blob.h"

enum {
	PICKUP_CODE =
		65, /* 256 random bits in lower-case hex, and NUL (lra/web_token.h) */
	PICKUP_WORD = 12, /* ten digits, "12345-67890", and NUL */
	PICKUP_TRIES = 5
};

RESULT pickup_word(struct blob pin, const char *receipt, char out[static PICKUP_WORD]);
/* As people type it, already in half width: blanks and hyphens do not matter. false: not ten digits. */
bool pickup_word_read(const char *typed, char out[static PICKUP_WORD]);
/* As it stands in a link. */
bool pickup_code_valid(const char *text);

/* out: opened by the caller. */
RESULT pickup_close(const char *code, const char *receipt, struct blob pkcs12,
	struct buf *out);
/* E_CRYPTO: another code or receipt number, or changed. */
RESULT pickup_open(const char *code, const char *receipt, struct blob sealed,
	struct buf *out);

#endif
