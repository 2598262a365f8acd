/* trail_store: the audit trail as an LRA's counter reads it (sql: audit_trail), and what became of the walks along its chain. */
#ifndef LRA_TRAIL_STORE_H
#define LRA_TRAIL_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_trail_stmts;

/* Which events; words that are "" leave none out. Borrowed. */
struct lra_trail_filter {
	const char *lra; /* "": for those who see all */
	const struct blob
		*people; /* of that LRA: what they did about no case is its, too */
	size_t people_count;
	const char *person, *object, *event;
	int64_t from, until; /* without it */
	int64_t before;      /* ids below this one */
	int64_t most;
};
/* The newest first. */
RESULT lra_store_trail(struct db *db, const struct lra_trail_filter *filter,
	struct db_rows **out);
enum {
	TRAIL_ID,
	TRAIL_AT,
	TRAIL_EVENT,
	TRAIL_ACTOR,
	TRAIL_ROLE,
	TRAIL_ORIGIN,
	TRAIL_OBJECT,
	TRAIL_RESULT,
	TRAIL_DETAIL
};
/* How the last walk along the whole chain ended; no row: none has yet. */
RESULT lra_store_chain(struct db *db, struct db_rows **out);
enum { CHAIN_CHECKED_AT, CHAIN_LINKS, CHAIN_EVENTS, CHAIN_HEAD, CHAIN_FAULT };

/* Has this person looked at this case since then? */
RESULT lra_store_shown(struct db_tx *tx, const char *receipt, const char *person,
	int64_t since, bool *out);

#endif
