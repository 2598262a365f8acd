/*
 * quota: how many orders of each LRA were accepted in a month, counted in the CA's own hand (R-LRA-02): whoever holds the
 * registry, the LRA and the RA still cannot make this number smaller. Kept in a folder of the issuer's own.
 */
#ifndef CA_QUOTA_H
#define CA_QUOTA_H

#include "common/base/blob.h"

struct quota;
/* E_IO: not there, not ours, or damaged: then nothing is accepted for those who have a quota. */
RESULT quota_open(const char *folder, struct quota **out);
void quota_close(struct quota *quota); /* NULL is fine */
AUTO_DEFINE(struct quota, quota_close)

/*
 * Counts one order in the calendar month (UTC) of now, unless `most` of this LRA were counted already: granted. The same
 * order again, by the SHA-256 of its document, is granted and not counted, this month or the next. used: how many are counted now. Not
 * durable before quota_keep().
 */
RESULT quota_take(struct quota *quota, const char *lra, int64_t most,
	const uint8_t order[static 32], int64_t now, bool *granted, int64_t *used);
/* What was taken since the last call is on disk, or none of it counts. */
RESULT quota_keep(struct quota *quota);
void quota_drop(struct quota *quota);

#endif
