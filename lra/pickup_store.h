/* pickup_store: files that wait for their holders. The LRA writes and erases them; it cannot read them back. */
#ifndef LRA_PICKUP_STORE_H
#define LRA_PICKUP_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_pickup_stmts;

struct lra_pickup_row {
	int64_t application_id, until;
	struct blob code_sha256, salt, hash, sealed, key_digest;
};
/* For the newest delivery of the application. */
RESULT lra_store_add_pickup(struct db_tx *tx, const struct lra_pickup_row *row);

/* What waits for the application's holder, locked: delivery, key digest, and whether somebody asked for its revocation. E_NOT_FOUND: nothing. */
RESULT lra_store_pickup(struct db_tx *tx, int64_t application_id, struct db_rows **out);
enum { PICKUP_ID, PICKUP_KEY_DIGEST, PICKUP_ASKED };

/* Those whose time is over, or that were tried at too often; whoever has the last try has a minute. */
RESULT lra_store_pickups_over(struct db *db, const char *lra, int64_t now, int64_t most,
	struct db_rows **out);
enum { OVER_RECEIPT, OVER_AS };

/* as: "expired", "locked" or "recalled". */
RESULT lra_store_end_pickup(struct db_tx *tx, int64_t delivery_id, const char *as,
	int64_t now);

#endif
