/* calendar_store: the secret addresses at which calendar programs fetch what ends; the registry has only hashes of them. */
#ifndef LRA_CALENDAR_STORE_H
#define LRA_CALENDAR_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_calendar_stmts;

RESULT lra_store_add_calendar(struct db_tx *tx, const char *person,
	struct blob token_sha256, int64_t now);
/* had: there was one. */
RESULT lra_store_end_calendar(struct db_tx *tx, const char *person, int64_t now,
	bool *had);
/* Whose it is; when it was used is kept to the hour. E_NOT_FOUND: none, or it has ended. */
RESULT lra_store_use_calendar(struct db_tx *tx, struct blob token_sha256, int64_t now,
	char *person, size_t size);
/* The one of a person, no row when there is none. */
RESULT lra_store_calendar(struct db *db, const char *person, struct db_rows **out);
enum { CALENDAR_CREATED_AT, CALENDAR_USED_AT /* NULL: never */ };

#endif
