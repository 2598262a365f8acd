/* db_inner: what the files of common/db share; nobody else includes it. */
#ifndef COMMON_DB_DB_INNER_H
#define COMMON_DB_DB_INNER_H

#include <libpq-fe.h>

#include "common/db/db.h"

enum { DB_LISTS = 24, DB_CHANNELS = 8, DB_CHANNEL = 40, DB_ARGS_MOST = 24 };

struct db {
	PGconn *conn; /* NULL or bad when it is lost */
	char *conninfo;
	struct db_stmt_list list[DB_LISTS]; /* prepared again after a lost connection */
	size_t list_count;
	char channel[DB_CHANNELS][DB_CHANNEL]; /* listened to */
	size_t channel_count;
	unsigned
		session; /* counts connections: a transaction of an earlier one is gone */
	bool stale; /* seen lost, or its server has become read-only: to be connected anew */
	bool collided; /* the last failure was a serialization or a deadlock: the same work may be tried again */
	bool missed; /* connected anew: what was notified in between is unknown */
};

struct db_tx {
	struct db *db;
	unsigned session;
	bool parted; /* a savepoint stands, of the last part */
};

struct db_rows {
	PGresult *result;
};

/* Parameters as libpq wants them; the bytes of texts and blobs stay where they are. */
struct db_parameters {
	const char *value[DB_ARGS_MOST];
	int length[DB_ARGS_MOST], format[DB_ARGS_MOST];
	int64_t number[DB_ARGS_MOST];
	struct buf array[DB_ARGS_MOST];
	size_t count;
};
RESULT db_parameters_init(const struct db_stmt *stmt, struct db_args args,
	struct db_parameters *out);
void db_parameters_clear(struct db_parameters *parameters);
AUTO_DEFINE_HELD(struct db_parameters, db_parameters_clear)

AUTO_DEFINE(PGresult, PQclear)

/* The result's error by its SQLSTATE; OK for commands and tuples. The one place where the database's words are judged. */
RESULT db_check(struct db *db, const PGresult *result, const char *what);
/* A command of our own, without parameters. */
RESULT db_command(struct db *db, const char *sql, const char *what);
/* All statements of all lists. E_BUG: one does not fit the schema, or has types that struct db_value cannot carry. */
RESULT db_prepare_all(struct db *db);
RESULT db_listen_again(struct db *db);
/* E_RETRY: the connection it stood on is lost, and the transaction with it. */
RESULT db_tx_check(const struct db_tx *tx);

#endif
