/* distribution_store: many hand-overs in one step, as rows (sql/schema.sql says what they mean). */
#ifndef LRA_DISTRIBUTION_STORE_H
#define LRA_DISTRIBUTION_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_distribution_stmts;

struct distribution_row {
	const char *lra, *form, *file_channel, *pin_channel, *asked_by;
	const char *idempotency_key; /* or NULL */
	int64_t asked_at;
};
RESULT distribution_store_add(struct db_tx *tx, const struct distribution_row *row,
	int64_t *id);
/* Positions count from one, in the order of the ids. E_CONFLICT: one of them waits in a distribution already. */
RESULT distribution_store_add_rows(struct db_tx *tx, int64_t id,
	const int64_t *application_ids, size_t count);
/* E_NOT_FOUND: the first time. */
RESULT distribution_store_repeat(struct db_tx *tx, const char *lra,
	const char *idempotency_key, int64_t *id);

/* Applications by receipt number, locked; those that are not there are absent. */
RESULT distribution_store_applications(struct db_tx *tx, const char *lra,
	const struct blob *receipts, size_t count, struct db_rows **out);
enum { READY_ID, READY_RECEIPT, READY_STATE, READY_HANDOVER, READY_WAITS };

/* Distributions from id `first` to `last`, the newest first. lra: "" for those who see all. */
RESULT distribution_store_list(struct db *db, const char *lra, int64_t first,
	int64_t last, int64_t most, struct db_rows **out);
enum {
	DISTRIBUTION_ID,
	DISTRIBUTION_FORM,
	DISTRIBUTION_FILE_CHANNEL,
	DISTRIBUTION_PIN_CHANNEL,
	DISTRIBUTION_ASKED_BY,
	DISTRIBUTION_ASKED_AT,
	DISTRIBUTION_CANCELLED_AT,
	DISTRIBUTION_TAKEN_AT,
	DISTRIBUTION_OF,
	DISTRIBUTION_WAITING,
	DISTRIBUTION_DONE,
	DISTRIBUTION_REFUSED,
	DISTRIBUTION_CANCELLED,
	DISTRIBUTION_FILES,
	DISTRIBUTION_ENDED_AT, /* of the last row that ended */
	DISTRIBUTION_BEFORE    /* people that wait in earlier ones */
};
/* state: "" for all. */
RESULT distribution_store_rows(struct db *db, int64_t id, const char *state,
	int64_t after, int64_t most, struct db_rows **out);
enum { ROW_POSITION, ROW_RECEIPT, ROW_STATE, ROW_ENDED_AT, ROW_REFUSAL };
RESULT distribution_store_files(struct db *db, int64_t id, int64_t after, int64_t most,
	struct db_rows **out);
enum { FILE_POSITION, FILE_RECEIPT, FILE_PKCS12 };

RESULT distribution_store_cancel(struct db_tx *tx, int64_t id, int64_t now);
/* Rows of cancelled distributions whose key is not born end; the others are under way. */
RESULT distribution_store_end_cancelled(struct db_tx *tx, const char *lra, int64_t now);
RESULT distribution_store_taken(struct db_tx *tx, int64_t id, int64_t now);
/* The files of distributions that were asked for before a time; their ids and how many of each. */
RESULT distribution_store_erase_old(struct db_tx *tx, const char *lra, int64_t before,
	struct db_rows **out);

/*
 * Up to `most` people whose turn it is, each with its key lock (delivery_store.h) now held by this session; those in `mine`
 * it holds already, and those that were tried after `before` rest.
 */
RESULT distribution_store_claim(struct db *db, const char *lra, int64_t before,
	const int64_t *mine, size_t mine_count, int64_t most, struct db_rows **out);
enum {
	CLAIM_DISTRIBUTION,
	CLAIM_POSITION,
	CLAIM_APPLICATION,
	CLAIM_RECEIPT,
	CLAIM_FORM,
	CLAIM_FILE_CHANNEL,
	CLAIM_PIN_CHANNEL,
	CLAIM_ASKED_BY
};
/* Which of these applications wait for an answer no more. */
RESULT distribution_store_answered(struct db *db, const int64_t *application_ids,
	size_t count, struct db_rows **out);

/* One row's ends. done: E_STATE when it ended before. refused, rest: nothing then. */
RESULT distribution_store_done(struct db_tx *tx, int64_t id, int64_t position,
	struct blob pkcs12, int64_t now);
RESULT distribution_store_refused(struct db_tx *tx, int64_t id, int64_t position,
	const char *refusal, int64_t now);
RESULT distribution_store_rest(struct db_tx *tx, int64_t id, int64_t position,
	int64_t now);

#endif
