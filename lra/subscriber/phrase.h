/* phrase: the pass phrase for revocation (失効用合言葉) as it is kept: a slow salted hash. Pure, but for its salt. */
#ifndef LRA_SUBSCRIBER_PHRASE_H
#define LRA_SUBSCRIBER_PHRASE_H

#include "common/base/blob.h"

enum {
	PHRASE_LEAST = 12, /* letters */
	PHRASE_MOST = 128, /* octets of UTF-8 */
	PHRASE_SALT = 16,
	PHRASE_HASH = 32
};

/* Whether a phrase may be kept. again: the same, typed once more. NUMBER: it holds what looks like an Individual Number. */
enum phrase_fault {
	PHRASE_GOOD,
	PHRASE_SHORT,
	PHRASE_LONG,
	PHRASE_DIFFERS,
	PHRASE_NUMBER
};
enum phrase_fault phrase_judge(const char *phrase, const char *again);

/* scrypt (RFC 7914), N 32768, r 8, p 1: 32 MiB and about a tenth of a second. */
RESULT phrase_hash(const char *phrase, const uint8_t salt[static PHRASE_SALT],
	uint8_t out[static PHRASE_HASH]);
/* In constant time. */
bool phrase_equal(const uint8_t a[static PHRASE_HASH],
	const uint8_t b[static PHRASE_HASH]);

#endif
