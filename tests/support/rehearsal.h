/* rehearsal: the demonstration's ceremony, held by the real inkan-ceremony in a folder of the test's own. */
#ifndef TESTS_SUPPORT_REHEARSAL_H
#define TESTS_SUPPORT_REHEARSAL_H

#include "tests/support/softhsm.h"

struct rehearsal {
	struct outside outside; /* holds pin, so-pin, site.cfg, tokens/, out/ */
	char site[128], pin[128], output[128], issuers[160], profiles[512], plan[512];
};

/* An empty SoftHSM and a site, no ceremony yet. lint: path of a program to use for inkan-lint; NULL: the real one. */
struct rehearsal rehearsal_prepare(const char *lint);
/* Runs `inkan-ceremony run` with the options behind it; its exit code. */
int rehearsal_run(const struct rehearsal *rehearsal, const char *options,
	struct buf *said);
/* Prepared and held; ends the run when it fails, for everything rests on it. */
struct rehearsal rehearsal_held(void);
void rehearsal_clear(struct rehearsal *rehearsal);
AUTO_DEFINE_HELD(struct rehearsal, rehearsal_clear)
/* The DER of OUTPUT/WORD.pem; the caller clears it. */
struct buf rehearsal_certificate(const struct rehearsal *rehearsal, const char *word);

#endif
