/* corporate_store: the copy of the register of corporate numbers, and what was decided where something is not as it says. */
#ifndef LRA_CORPORATE_STORE_H
#define LRA_CORPORATE_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_corporate_stmts; /* to ask and to decide */
extern const struct db_stmt_list
	lra_corporate_load_stmts; /* to load; of its own connection */

/* ---- loading, in one transaction: begin, put …, end */

/* E_STATE: another load is under way. */
RESULT corporate_store_begin(struct db_tx *tx);

enum { CORPORATE_TEXTS = 10 };
/* Columns of rows: number, name, furigana, enName, address, enAddress, updatedOn, closedOn, closeCause, successor. */
struct corporate_part {
	size_t count;
	struct blob *text[CORPORATE_TEXTS]; /* arrays; data NULL for none */
	int64_t *kind;
};
/* Of the whole register. E_CONFLICT: a number that came before. */
RESULT corporate_store_load(struct db_tx *tx, const struct corporate_part *part);
/* Of what changed: rows that are not younger than what stands there are left out. */
RESULT corporate_store_update(struct db_tx *tx, const struct corporate_part *part);

struct corporate_load {
	const char *kind; /* "full", "update" */
	const char *by, *newest;
	struct blob sha256;
	int64_t at, size, rows;
};
/* A full one takes the place of what was there. total: how many numbers there are now. */
RESULT corporate_store_end(struct db_tx *tx, const struct corporate_load *load,
	int64_t *total);

/* ---- asking */

/* What data there is; no row: none. */
RESULT corporate_store_status(struct db *db, struct db_rows **out);
enum {
	CORPORATE_KIND_OF_LOAD,
	CORPORATE_LOADED_AT,
	CORPORATE_LOADED_BY,
	CORPORATE_SHA256,
	CORPORATE_SIZE,
	CORPORATE_ROWS,
	CORPORATE_TOTAL,
	CORPORATE_NEWEST
};
/* One entry; no row: there is none. */
RESULT corporate_store_find(struct db *db, const char *number, struct db_rows **out);
enum {
	CORPORATE_NAME,
	CORPORATE_FURIGANA,
	CORPORATE_EN_NAME,
	CORPORATE_ADDRESS,
	CORPORATE_EN_ADDRESS,
	CORPORATE_KIND,
	CORPORATE_UPDATED_ON,
	CORPORATE_CLOSED_ON,
	CORPORATE_CLOSE_CAUSE,
	CORPORATE_SUCCESSOR
};

/* ---- deciding */

struct corporate_case {
	const char *lra, *number, *names, *entry, *finding;
};
/* The last decision of this LRA about exactly this; no row: none. */
RESULT corporate_store_decided(struct db *db, const struct corporate_case *about,
	struct db_rows **out);
enum { CORPORATE_DECIDED_REASON, CORPORATE_DECIDED_BY, CORPORATE_DECIDED_AT };
RESULT corporate_store_decide(struct db_tx *tx, const struct corporate_case *about,
	const char *reason, const char *person, int64_t now);

#endif
