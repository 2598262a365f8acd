/* expiring_store: certificates that end: one by one, by day, and as little as a calendar needs. */
#ifndef LRA_EXPIRING_STORE_H
#define LRA_EXPIRING_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_expiring_stmts;

/* What people use and nobody revoked, whose end lies in from … until (without it). lra "": all. */
struct lra_expiring_filter {
	const char *lra;
	int64_t from, until;
	int64_t after_end, after_id; /* behind this one; 0, 0: from the first */
	int64_t most;
};
/* By their end, the first to end first. */
RESULT lra_store_expiring(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out);
enum {
	EXPIRING_ID,
	EXPIRING_RECEIPT,
	EXPIRING_NAME,
	EXPIRING_ENTITY,
	EXPIRING_PROFILE,
	EXPIRING_KEY_ORIGIN,
	EXPIRING_ISSUER,
	EXPIRING_SERIAL,
	EXPIRING_NOT_AFTER,
	EXPIRING_RENEWED_BY, /* NULL: not yet */
	EXPIRING_RENEWAL,    /* the application for it, while it is on its way */
	EXPIRING_REMINDED    /* "60 30": days before the end; NULL: not yet */
};
/* How many on each day in Japan that has any: "2027-01-31", all, and those of them that are renewed. */
RESULT lra_store_expiring_days(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out);
enum { EXPIRING_DAY, EXPIRING_COUNT, EXPIRING_RENEWED };
/* Receipt number and end of those that are not renewed: no more goes into a calendar. */
RESULT lra_store_expiring_open(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out);
enum { EXPIRING_OPEN_RECEIPT, EXPIRING_OPEN_NOT_AFTER };

#endif
