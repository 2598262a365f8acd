/* trail: the audit trail of one LRA (監査証跡, UX feature 21): its cases, and what its people did; for a page and for spreadsheets. */
#ifndef LRA_TRAIL_H
#define LRA_TRAIL_H

#include "lra/lra.h"

/* "" leaves none out. */
struct trail_query {
	char lra[32]; /* "": for those who see all */
	char person[32], object[80], event[64];
	int64_t from, until;  /* without it */
	int64_t before, most; /* ids below this one; of one page */
};

struct trail;
RESULT trail_open(struct lra_call *call, const struct trail_query *query,
	struct trail **out);
void trail_free(struct trail *trail);
AUTO_DEFINE(struct trail, trail_free)

/*
 * One page: {"events": […], "people", "next", "chain"}, the newest first. chain: how the auditor's last walk along the whole
 * chain ended; absent before the first.
 */
RESULT trail_page(struct trail *trail, struct buf *out);
/* All of it as CSV, part by part like the ledger (papers.h). The export is an event itself, written before the first part. */
RESULT trail_export(struct lra_call *call, struct trail *trail);
RESULT trail_next(struct trail *trail, struct buf *part);

/* Somebody looked at a case: an event, once an hour for each person and case. */
RESULT trail_note_shown(struct lra_call *call, const char *receipt);

#endif
