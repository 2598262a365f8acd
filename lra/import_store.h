/* import_store: imports and their rows in the registry. */
#ifndef LRA_IMPORT_STORE_H
#define LRA_IMPORT_STORE_H

#include "common/db/db.h"
#include "common/flow/decision.h"
#include "lra/import.h"

extern const struct db_stmt_list lra_import_stmts;

/* ---- reading */
RESULT import_store_begin(struct db *db, const char *lra, const char *name,
	const char *person, int64_t now, int64_t *id);
/* Rows of one part: numbers, cells as JSON. */
RESULT import_store_add_rows(struct db *db, int64_t id, const int64_t *numbers,
	const struct blob *cells, size_t count);
/* E_CONFLICT: the same bytes came before; *same: of them. */
struct import_end {
	struct blob sha256;
	int64_t size, rows;
	const char *charset, *reason, *columns, *common;
	char separator;
	bool header;
};
RESULT import_store_find_same(struct db_tx *tx, const char *lra, struct blob sha256,
	int64_t *id); /* 0: none */
RESULT import_store_end(struct db_tx *tx, int64_t id, const struct import_end *end);
RESULT import_store_drop(struct db *db, int64_t id);
/* What the last import of this LRA had in common and its columns, for a file with as many columns; "{}" when there was none. */
RESULT import_store_last_common(struct db *db, const char *lra, struct buf *common);

/* ---- looking; lra: "" sees all; E_NOT_FOUND */
enum {
	IMPORT_ID,
	IMPORT_LRA,
	IMPORT_FILE,
	IMPORT_SHA256,
	IMPORT_SIZE,
	IMPORT_ROWS,
	IMPORT_CHARSET,
	IMPORT_REASON,
	IMPORT_SEPARATOR,
	IMPORT_HEADER,
	IMPORT_COMMON,
	IMPORT_COLUMNS,
	IMPORT_STATE,
	IMPORT_MODE,
	IMPORT_ENTERED_BY,
	IMPORT_ENTERED_AT,
	IMPORT_STARTED_BY,
	IMPORT_STARTED_AT,
	IMPORT_ENDED_AT,
	IMPORT_POSITION
};
RESULT import_store_find(struct db *db, const char *lra, int64_t id,
	struct db_rows **out);
RESULT import_store_list(struct db *db, const char *lra, int64_t before, int64_t limit,
	struct db_rows **out);
RESULT import_store_counts(struct db *db, int64_t id, struct db_rows **out);
enum { COUNT_STATE, COUNT_NUMBER };
enum {
	IMPORTED_NUMBER,
	IMPORTED_VERSION,
	IMPORTED_CELLS,
	IMPORTED_STATE,
	IMPORTED_FAULTS,
	IMPORTED_REPAIRS,
	IMPORTED_SUBJECT,
	IMPORTED_RECEIPT,
	IMPORTED_SAME_ROW,    /* of this file: the same person or key; 0: none */
	IMPORTED_SAME_RECEIPT /* of the registry; "" none */
};
/* state: "" all; "problem": faulty and duplicate. */
RESULT import_store_rows(struct db *db, int64_t id, const char *state, int64_t after,
	int64_t limit, struct db_rows **out);
RESULT import_store_row(struct db *db, int64_t id, int64_t number, struct db_rows **out);
RESULT import_store_row_tx(struct db_tx *tx, int64_t id, int64_t number,
	struct db_rows **out);

/* ---- changing */
/* Locked. Columns as above to IMPORT_STATE. */
RESULT import_store_lock(struct db_tx *tx, const char *lra, int64_t id,
	struct db_rows **out);
RESULT import_store_change(struct db_tx *tx, int64_t id, const char *common,
	const char *columns);
RESULT import_store_set_state(struct db_tx *tx, int64_t id, const char *state,
	int64_t now);
/* All that the rows of a cancelled one said; receipt numbers stay. In a transaction of its own; again: nothing. */
RESULT import_store_forget(struct db *db, int64_t id, int64_t now);
/* The verdict of one row. version: the row's before; E_CONFLICT: another. cells NULL: they stay. */
RESULT import_store_judged(struct db_tx *tx, int64_t id, int64_t number, int64_t version,
	const struct import_verdict *verdict, const char *cells, bool keep);
/* R-LRA-07, R-IDV: good rows that are another's: the same key or person in the file, or in the registry and alive. */
RESULT import_store_mark_duplicates(struct db_tx *tx, int64_t id, int64_t now);
/* How many are good, how many not, and one digest over all good rows in their order. */
struct import_sum {
	int64_t good, others;
	uint8_t digest[32];
};
RESULT import_store_sum(struct db_tx *tx, int64_t id, struct import_sum *out);
RESULT import_store_start(struct db_tx *tx, int64_t id, const char *mode,
	const char *person, const struct decision *decision, int64_t now);

/* ---- against those who have certificates (feature 14) */
enum {
	CHANGE_ROW,
	CHANGE_ENTITY,
	CHANGE_NAME,
	CHANGE_RECEIPT,
	CHANGE_ISSUER,
	CHANGE_SERIAL
};
/* Rows of the file whose person has no living certificate. */
RESULT import_store_joiners(struct db *db, int64_t id, int64_t now, int64_t limit,
	struct db_rows **out);
/* Living certificates of the LRA whose person is in no row of the file. */
RESULT import_store_leavers(struct db *db, const char *lra, int64_t id, int64_t now,
	int64_t limit, struct db_rows **out);

/* ---- the keeper */
enum { WORK_ID, WORK_STATE, WORK_PERSON, WORK_COMMON, WORK_COLUMNS, WORK_LRA };
/* The oldest that waits for work; none: no row. */
RESULT import_store_next_work(struct db *db, struct db_rows **out);
enum { TODO_NUMBER, TODO_VERSION, TODO_CELLS, TODO_FORM };
/* The next rows in this state ("read", "good"). */
RESULT import_store_todo(struct db *db, int64_t id, const char *state, int64_t limit,
	struct db_rows **out);
RESULT import_store_made(struct db_tx *tx, int64_t id, int64_t number,
	const char *receipt);
RESULT import_store_refused(struct db_tx *tx, int64_t id, int64_t number,
	const char *faults);
RESULT import_store_drop_stale(struct db *db, int64_t before);

#endif
