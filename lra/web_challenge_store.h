/* web_challenge_store: what passkeys are asked to sign for a login or a step-up, in the registry. */
#ifndef LRA_WEB_CHALLENGE_STORE_H
#define LRA_WEB_CHALLENGE_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_web_challenge_stmts;

enum { WEB_CHALLENGE = 32 };
struct web_challenge_row {
	uint8_t challenge[WEB_CHALLENGE];
	char purpose[8];
	int64_t session;    /* 0: none */
	int64_t expires_at; /* to be added with; not read */
};
/* In the place of one that has expired, when there is one. The transaction: read committed, for others do the same now. */
RESULT lra_store_add_challenge(struct db_tx *tx, const struct web_challenge_row *row,
	int64_t now);
/* It has expired then, for whoever comes next. E_NOT_FOUND: there is none, or not any more. */
RESULT lra_store_take_challenge(struct db_tx *tx, struct blob challenge, int64_t now,
	struct web_challenge_row *out);

#endif
