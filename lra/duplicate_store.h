/* duplicate_store: cases of people that look like one. */
#ifndef LRA_DUPLICATE_STORE_H
#define LRA_DUPLICATE_STORE_H

#include "common/db/db.h"

struct duplicate_query { /* "" and empty: not looked for */
	const char *lra, *entity, *romaji, *kanji, *mail;
	struct blob spki;
};
enum { DUPLICATES_MOST = 20 };
/* What two cases have in common. */
enum {
	DUPLICATE_KANJI = 1 << 0,
	DUPLICATE_ROMAJI = 1 << 1,
	DUPLICATE_MAIL = 1 << 2,
	DUPLICATE_KEY = 1 << 3,
};
RESULT duplicate_store_find(struct db *db, const struct duplicate_query *query,
	struct db_rows **out);
/* lra: "" for those who see all. No row for a case that is not there, one of NULL where nobody is like it. */
RESULT duplicate_store_find_of(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum {
	DUPLICATE_RECEIPT,
	DUPLICATE_STATE,
	DUPLICATE_PROFILE,
	DUPLICATE_NAME,
	DUPLICATE_ENTITY,
	DUPLICATE_WHY,
};
/* A key with whom it is for. receipt: its own case, or "". */
struct duplicate_key {
	struct blob spki, subject_digest;
	const char *entity, *receipt;
};
/*
 * Receipt number and LRA of a case of somebody else with that key; no row: none. Asked on the connection itself, so that it is part of
 * whichever transaction is open.
 */
RESULT duplicate_store_key(struct db *db, const struct duplicate_key *key,
	struct db_rows **out);

extern const struct db_stmt_list lra_duplicate_stmts;

#endif
