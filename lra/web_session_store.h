/* web_session_store: sessions of browsers in the registry. */
#ifndef LRA_WEB_SESSION_STORE_H
#define LRA_WEB_SESSION_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_web_session_stmts;

enum { WEB_ROLES = 64 };
struct web_session_row {
	int64_t id;
	uint8_t token_sha256[32], credential[32];
	char person[32], roles[WEB_ROLES], form[8];
	int64_t created_at, seen_at, verified_at, ends_at;
	bool ended;
};

RESULT lra_store_add_session(struct db_tx *tx, const struct web_session_row *row,
	int64_t *id);
/* By the token's digest, ended ones too. E_NOT_FOUND. */
RESULT lra_store_find_session(struct db *db, const uint8_t token_sha256[static 32],
	struct web_session_row *out);
/* All that have not ended. */
RESULT lra_store_live_sessions(struct db *db, struct db_rows **out);
void lra_store_read_session(const struct db_rows *rows, size_t at,
	struct web_session_row *out);

/* E_STATE for these when it has ended meanwhile. */
RESULT lra_store_touch_session(struct db_tx *tx, int64_t id, int64_t now);
/* A new token, and the person was seen in person. */
RESULT lra_store_verify_session(struct db_tx *tx, int64_t id,
	const uint8_t token_sha256[static 32], int64_t now);
RESULT lra_store_end_session(struct db_tx *tx, int64_t id, const char *why, int64_t now);
/* Whatever of this person is live (R-ACC-06: one active session). */
RESULT lra_store_end_sessions_of(struct db_tx *tx, const char *person, const char *why,
	int64_t now);

#endif
