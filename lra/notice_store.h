/* notice_store: what applicants and their organisations were told, as the LRA reads it, and the one thing that it may ask. */
#ifndef LRA_NOTICE_STORE_H
#define LRA_NOTICE_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_notice_stmts;

/*
 * Notices in the order in which they can be followed: of the rows behind (after_transaction, after_id), as many notices as
 * `most`, each with a row for each recipient (NULL behind NOTICE_WORDS while there is none yet). What another transaction
 * may still put before them is not shown yet, so that whoever follows misses none.
 */
struct lra_notice_filter {
	const char *lra;   /* "": all */
	const char *state; /* only notices with a recipient in this state; "": any */
	int64_t after_transaction, after_id, most;
};
RESULT lra_store_notices(struct db *db, const struct lra_notice_filter *filter,
	struct db_rows **out);
/* E_NOT_FOUND: none of this LRA. */
RESULT lra_store_notice(struct db *db, const char *lra, int64_t id, struct db_rows **out);
/* Of one case, oldest first. */
RESULT lra_store_notices_of(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum {
	NOTICE_ID,
	NOTICE_TRANSACTION,
	NOTICE_KIND,
	NOTICE_AT,
	NOTICE_RECEIPT,
	NOTICE_DAYS,
	NOTICE_SERIAL,
	NOTICE_WORDS,
	NOTICE_CHANNEL,
	NOTICE_RECIPIENT,
	NOTICE_STATE,
	NOTICE_ROUND,
	NOTICE_TRIES,
	NOTICE_CHANGED_AT,
	NOTICE_NEXT_AT,
	NOTICE_ANSWER
};

/* To be sent anew to all who have it, or should have; those that wait still only wait no longer. out: to how many. */
RESULT lra_store_notice_again(struct db_tx *tx, int64_t id, int64_t now, int64_t *out);

#endif
