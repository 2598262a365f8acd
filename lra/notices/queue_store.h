/* queue_store: the queue as its sender works on it; all that the role inkan_notices may do. */
#ifndef LRA_NOTICES_QUEUE_STORE_H
#define LRA_NOTICES_QUEUE_STORE_H

#include "common/db/db.h"
#include "lra/notices/notice.h"

extern const struct db_stmt_list notice_queue_stmts;

/* Revocations that were not told yet become notices, at most so many; out: how many were looked at. */
RESULT queue_store_revocations(struct db_tx *tx, int64_t most, int64_t *out);
/* Reminders that are due become notices. holidays: days as text. */
RESULT queue_store_reminders(struct db_tx *tx, int64_t now, const struct blob *holidays,
	size_t count, int64_t *out);

/* The oldest notice whose recipients are not named yet. E_NOT_FOUND: none. */
RESULT queue_store_new(struct db_tx *tx, struct notice *out);
/* Another recipient of it; the same one again is none. state: "queued", or "late" at once. */
RESULT queue_store_add(struct db_tx *tx, int64_t notice, enum notice_channel channel,
	const char *recipient, const char *state, int64_t now);
RESULT queue_store_expanded(struct db_tx *tx, int64_t notice);

/*
 * The next delivery of the channel that may be tried now; it is the caller's until lease_until: when he dies, it is tried
 * again then. E_NOT_FOUND: none.
 */
RESULT queue_store_claim(struct db_tx *tx, enum notice_channel channel, int64_t now,
	int64_t lease_until, struct notice_task *out);
/* What it says. */
RESULT queue_store_notice(struct db *db, int64_t id, struct notice *out);
/* How many the recipient got since then. */
RESULT queue_store_recent(struct db *db, const char *recipient, int64_t since,
	int64_t *out);
/* What became of the try. state "queued": again at next_at. A round that somebody began meanwhile is left alone. */
RESULT queue_store_record(struct db_tx *tx, const struct notice_task *task,
	const char *state, int64_t next_at, const char *answer, int64_t now);

#endif
