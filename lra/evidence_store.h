/* evidence_store: what the registry knows of sealed evidence. */
#ifndef LRA_EVIDENCE_STORE_H
#define LRA_EVIDENCE_STORE_H

#include "common/db/db.h"
#include "lra/evidence_media.h"
#include "lra/sealed.h"
#include "lra/vault.h"

extern const struct db_stmt_list lra_evidence_stmts;

/* The case as an upload finds it, before any byte of it is taken: state, files that are there. lra: "" sees all. E_NOT_FOUND. */
RESULT evidence_store_case(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum { CASE_ID, CASE_STATE, CASE_FILES };

RESULT evidence_store_add(struct db_tx *tx, int64_t application_id,
	const struct evidence_media *media, const char *name,
	const struct sealed_digests *digests, const char *stored_by, int64_t now);
/* E_NOT_FOUND. */
RESULT evidence_store_find(struct db *db, const char *lra, const char *receipt,
	struct blob sha256, struct db_rows **out);
enum { FOUND_ID, FOUND_MEDIA, FOUND_NAME, FOUND_SIZE, FOUND_DESTROYED };

/* All that a case has, with what is named and not sealed yet. */
RESULT evidence_store_list(struct db *db, int64_t application_id, struct db_rows **out);
enum {
	LISTED_SHA256,
	LISTED_KIND,
	LISTED_NAMED,
	LISTED_MEDIA,
	LISTED_SIZE,
	LISTED_NAME,
	LISTED_SEALED,
	LISTED_BY,
	LISTED_AT,
	LISTED_DAMAGED_AT
};
/* Where else the same file lies: receipt numbers of the same LRA. */
RESULT evidence_store_same(struct db *db, const char *lra, int64_t application_id,
	struct blob sha256, struct db_rows **out);
/* Closed, destruction. One row, NULLs when neither. */
RESULT evidence_store_end(struct db *db, int64_t application_id, struct db_rows **out);
enum {
	END_CLOSED_AT,
	END_ENDED_AT,
	END_REASON,
	END_PROPOSED_BY,
	END_PROPOSED_AT,
	END_APPROVED_BY,
	END_APPROVED_AT,
	END_DONE_AT
};

RESULT evidence_store_known(struct db *db, const char *name, bool *out);
/* Files behind this id, in its order: for the check of what lies there. */
RESULT evidence_store_next(struct db *db, int64_t after, int64_t most,
	struct db_rows **out);
enum { NEXT_ID, NEXT_RECEIPT, NEXT_NAME, NEXT_SEALED };
RESULT evidence_store_damage(struct db_tx *tx, int64_t file_id, int64_t now, bool *new);

/* Cases that ended and have a key here still: id, receipt number. */
RESULT evidence_store_to_close(struct db *db, int64_t most, struct db_rows **out);
RESULT evidence_store_close(struct db_tx *tx, int64_t application_id, int64_t now);

/* Destruction. due: cases of the LRA whose evidence is older than `ended`: id, receipt, when all ended. */
RESULT evidence_store_due(struct db *db, const char *lra, int64_t ended, int64_t most,
	struct db_rows **out);
enum { DUE_RECEIPT, DUE_STATE, DUE_ENDED_AT, DUE_FILES, DUE_PROPOSED_BY };
RESULT evidence_store_ended(struct db_tx *tx, int64_t application_id, int64_t *out);
RESULT evidence_store_propose(struct db_tx *tx, int64_t application_id,
	const char *reason, const char *by, int64_t now);
/* Who proposed it. E_NOT_FOUND: nobody. approved: somebody said yes already. */
RESULT evidence_store_proposal(struct db_tx *tx, int64_t application_id,
	char by[static 64], bool *approved);
RESULT evidence_store_approve(struct db_tx *tx, int64_t application_id, const char *by,
	int64_t now);
/* Approved and not done: id, receipt number. */
RESULT evidence_store_to_destroy(struct db *db, int64_t most, struct db_rows **out);
RESULT evidence_store_destroyed(struct db_tx *tx, int64_t application_id, int64_t now);
enum { WAITING_ID, WAITING_RECEIPT };

#endif
