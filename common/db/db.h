/* db: PostgreSQL through libpq: prepared statements only, typed values, transactions that undo themselves. */
#ifndef COMMON_DB_DB_H
#define COMMON_DB_DB_H

#include "common/base/blob.h"

struct db;      /* one connection */
struct db_tx;   /* an open transaction on it; one at a time (E_BUG otherwise) */
struct db_rows; /* a result */

/* Text of a statement, beside the function that binds it. No function takes SQL that is not one of these. */
struct db_stmt {
	const char *name; /* unique in the program */
	const char *text;
};

/*
 * conninfo: libpq's, several hosts and target_session_attrs welcome; unless it says otherwise, connect_timeout is 10 s and
 * a dead peer is noticed within a minute or two (keepalives, tcp_user_timeout). All statements are prepared at once and
 * their types looked at: a wrong one stops the daemon at its start. stmts: arrays of rows, `count` of them, borrowed for
 * ever (prepared again after a lost connection).
 * E_RETRY: the server is not there (yet). E_INPUT: not a conninfo. E_DENIED: this user may not log in. E_BUG: a statement
 * does not fit the schema, or has a parameter or a column of a type that is not read here.
 */
struct db_stmt_list {
	const struct db_stmt *const *stmt;
	size_t count;
};
RESULT db_open(const char *conninfo, const struct db_stmt_list *lists, size_t count,
	struct db **out);
void db_close(struct db *db);
AUTO_DEFINE(struct db, db_close)
/*
 * Connects again after E_RETRY when the connection is lost, or when its server has become read-only (another one is then
 * the first, see target_session_attrs); OK when it stands. E_RETRY: still not. What a transaction of the old connection
 * is used for ends in E_RETRY. The first db_wait() after it is woken, for notifications may have been lost.
 */
RESULT db_reconnect(struct db *db);

/* One parameter. Blobs and texts are borrowed until the call returns. */
enum db_type {
	DB_TYPE_NULL,
	DB_TYPE_INT,
	DB_TYPE_TEXT,
	DB_TYPE_BLOB,
	DB_TYPE_BOOL,
	DB_TYPE_INT_ARRAY,
	DB_TYPE_TEXT_ARRAY,
	DB_TYPE_BLOB_ARRAY
};
struct db_value {
	enum db_type type;
	int64_t number;
	struct blob bytes;
	size_t count; /* of arrays */
	const int64_t *numbers;
	const struct blob *blobs; /* array of bytea or of text; data NULL gives NULL */
};
#define DB_NULL    ((struct db_value){ .type = DB_TYPE_NULL })
#define DB_INT(n)  ((struct db_value){ .type = DB_TYPE_INT, .number = (n) }) /* bigint */
#define DB_BOOL(b) ((struct db_value){ .type = DB_TYPE_BOOL, .number = (b) })
#define DB_TEXT(s)                                                                       \
	((struct db_value){ .type = DB_TYPE_TEXT,                                        \
		.bytes = blob_text(s) }) /* NULL pointer gives NULL */
#define DB_BLOB(b)                                                                       \
	((struct db_value){ .type = DB_TYPE_BLOB,                                        \
		.bytes = (b) }) /* data NULL gives NULL */
#define DB_INTS(a, n)                                                                    \
	((struct db_value){ .type = DB_TYPE_INT_ARRAY, .numbers = (a), .count = (n) })
#define DB_TEXTS(a, n)                                                                   \
	((struct db_value){ .type = DB_TYPE_TEXT_ARRAY, .blobs = (a), .count = (n) })
#define DB_BLOBS(a, n)                                                                   \
	((struct db_value){ .type = DB_TYPE_BLOB_ARRAY, .blobs = (a), .count = (n) })

struct db_args {
	const struct db_value *value;
	size_t count;
};
#define DB_ARGS(...)                                                                     \
	((struct db_args){ (const struct db_value[]){ __VA_ARGS__ },                     \
		sizeof((const struct db_value[]){ __VA_ARGS__ }) /                       \
			sizeof(struct db_value) })
#define DB_NO_ARGS ((struct db_args){ NULL, 0 })

/*
 * Errors by SQLSTATE, in one function: unique and exclusion violations E_CONFLICT, check and foreign key E_STATE,
 * raised by our triggers: P0001 E_STATE, P0002 E_NOT_FOUND, insufficient privilege E_DENIED, serialization, deadlock,
 * lost connection, shutdown, too many connections and read-only E_RETRY, a value that does not fit its type E_INPUT,
 * anything else E_BUG. The constraint's name stands in the text.
 */
RESULT db_begin(struct db *db, struct db_tx **out); /* serializable */
RESULT db_begin_read_committed(struct db *db,
	struct db_tx **out); /* for queues: FOR UPDATE SKIP LOCKED, and batches */
/*
 * Sets *tx to NULL, whatever comes. E_STATE: a statement had failed before. E_RETRY with a lost connection: whether it was
 * done is unknown; work that is repeated must find out by itself (by a unique key, say).
 */
RESULT db_commit(struct db_tx **tx);
void db_rollback(struct db_tx *tx);
AUTO_DEFINE(struct db_tx, db_rollback)

/*
 * One part of a transaction's work: when it fails, what it wrote is undone and the rest of the transaction stands. The error
 * of work is returned. Parts follow one another, they do not nest.
 */
RESULT db_part(struct db_tx *tx, struct err (*work)(void *context, struct db_tx *tx),
	void *context);

RESULT db_exec(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args);
RESULT db_exec_one(struct db_tx *tx, const struct db_stmt *stmt,
	struct db_args args); /* E_STATE: not exactly one row */
RESULT db_query(struct db *db, const struct db_stmt *stmt, struct db_args args,
	struct db_rows **out);
RESULT db_query_tx(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args,
	struct db_rows **out);
/*
 * Row by row, for results too large to hold: visit is called with rows of one row each; stops at its first error, and the
 * server with it. Until it returns the connection does nothing else.
 */
RESULT db_stream(struct db *db, const struct db_stmt *stmt, struct db_args args,
	struct err (*visit)(void *context, const struct db_rows *row), void *context);

/* The whole of one unit of work; done up to five times when it ends in E_RETRY by serialization or deadlock. */
RESULT db_run(struct db *db, struct err (*work)(void *context, struct db_tx *tx),
	void *context);

void db_rows_free(struct db_rows *rows);
AUTO_DEFINE(struct db_rows, db_rows_free)
size_t db_count(const struct db_rows *rows);
bool db_is_null(const struct db_rows *rows, size_t row, size_t column);
int64_t db_int(const struct db_rows *rows, size_t row,
	size_t column); /* bigint, integer, smallint; NULL gives 0 */
bool db_bool(const struct db_rows *rows, size_t row, size_t column);
struct blob db_blob(const struct db_rows *rows, size_t row,
	size_t column); /* bytea; borrowed */
const char *db_text(const struct db_rows *rows, size_t row,
	size_t column); /* borrowed; NULL gives "" */

/* NOTIFY and LISTEN. channel: a name of our own, [a-z_]+. */
RESULT db_listen(struct db *db, const char *channel);
/* Waits until something was notified or timeout_ms passed; true in *woken when notified. E_RETRY: connection lost. */
RESULT db_wait(struct db *db, int timeout_ms, bool *woken);
int db_fd(const struct db *db); /* for poll(); -1 when not connected */

#endif
