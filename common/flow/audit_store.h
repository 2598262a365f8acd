/* audit_store: rows of audit_event and audit_link. Writing is part of the caller's transaction. */
#ifndef COMMON_FLOW_AUDIT_STORE_H
#define COMMON_FLOW_AUDIT_STORE_H

#include "common/db/db.h"
#include "common/flow/audit.h"

extern const struct db_stmt_list audit_store_writing; /* for roles that only append */
extern const struct db_stmt_list audit_store_chain;   /* for inkan_audit */

RESULT audit_store_append(struct db_tx *tx, const struct audit_event *event);
/* Many in one statement. */
RESULT audit_store_append_all(struct db_tx *tx, const struct audit_event *events,
	size_t count);

/*
 * Closes the chain over events whose transactions have settled, at most `most` of them, in the order (transaction, id):
 * a transaction that commits late is never passed over (HOUSE part 1, property 6). count: how many were sealed.
 */
RESULT audit_store_seal(struct db *db, int64_t now, int64_t most, size_t *count);

/* A walk along the chain, from the rows: how far it came, and the digest of the last good link. All zeros: before the first. */
struct audit_walk {
	int64_t links, events;
	uint8_t head[32];
};
/*
 * A few links further. over: nothing is left. At the first break it says what is wrong, with sequence and event, and stays
 * before it: E_CRYPTO. Every event is written to out as one JSON line, with its sequence, when out is not NULL.
 */
RESULT audit_store_walk(struct db *db, struct audit_walk *walk, FILE *out, bool *over);
/* The whole chain. unsealed: events that no link covers yet. */
struct audit_report {
	int64_t links, events, unsealed;
};
RESULT audit_store_verify(struct db *db, FILE *out, struct audit_report *report);
/* Writes down how a walk ended, for those who may not walk themselves. fault: where the chain breaks; NULL: nowhere. */
RESULT audit_store_note(struct db *db, int64_t now, const struct audit_walk *walk,
	const char *fault);

#endif
