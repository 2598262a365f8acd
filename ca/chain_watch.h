/* chain_watch: walks the whole audit chain again and again, a moment at a time, and writes down how each walk ended. */
#ifndef CA_CHAIN_WATCH_H
#define CA_CHAIN_WATCH_H

#include "common/flow/audit_store.h"

struct chain_watch {
	struct audit_walk walk;
	int64_t due; /* when the next walk begins, or the one under way goes on */
	bool broken; /* the last walk that ended met a break */
};

/*
 * Goes on with the walk under way, or begins one when it is due, for a moment; an ended one is noted, and the next is due
 * interval_s later. What it finds broken is logged and noted; what is returned is our own trouble.
 */
RESULT chain_watch_round(struct db *db, int64_t now, int64_t interval_s,
	struct chain_watch *watch);

#endif
