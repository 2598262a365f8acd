/* tally: what the workers tell the process that started them, in memory that they share: what was answered, and a wish. */
#ifndef CA_STATUS_TALLY_H
#define CA_STATUS_TALLY_H

#include "common/base/err.h"

enum tally_row {
	TALLY_GOOD,
	TALLY_REVOKED,
	TALLY_UNASSIGNED, /* R-OCSP-03: numbers of ours that were never given */
	TALLY_OTHER,      /* of CAs that are not ours */
	TALLY_MALFORMED,
	TALLY_TRY_LATER,
	TALLY_INTERNAL,
	TALLY_KEPT, /* given from the answers kept */
	TALLY_CRL,
	TALLY_COUNT
};

struct tally; /* shared; survives fork() */
RESULT tally_new(struct tally **out);
void tally_free(struct tally *tally);
AUTO_DEFINE(struct tally, tally_free)

void tally_add(struct tally *tally, enum tally_row row); /* tally may be NULL */
/* One log line with what came since the last; a warning when never given numbers were asked for. Silent when nothing came. */
void tally_log(struct tally *tally);
/* A worker lacks keys and cannot open the token itself any more; the other side takes the wish and grants it anew. */
void tally_want_keys(struct tally *tally);
bool tally_take_wish(struct tally *tally);
uint64_t tally_get(const struct tally *tally, enum tally_row row);

#endif
