/* db_inner: what the files of common/db share; nobody else includes it. */
#ifndef COMMON_DB_DB_INNER_H
#define COMMON_DB_DB_INNER_H

#include <libpq-fe.h>

#include "common/db/db.h"

enum { DB_LISTS = 8, DB_CHANNELS = 8, DB_CHANNEL = 40 };

struct db {
	PGconn *conn;
	char *conninfo;
	struct db_stmt_list list[DB_LISTS]; /* prepared again after a lost connection */
	size_t list_count;
	char channel[DB_CHANNELS][DB_CHANNEL]; /* listened to */
	size_t channel_count;
};

struct db_tx {
	struct db *db;
};

struct db_rows {
	PGresult *result;
};

AUTO_DEFINE(PGresult, PQclear)

/* The result's error by its SQLSTATE; OK for commands and tuples. The one place where the database's words are judged. */
RESULT db_check(PGconn *conn, const PGresult *result, const char *what);
/* Runs a prepared statement with binary parameters and results. */
RESULT db_run_stmt(struct db *db, const struct db_stmt *stmt, struct db_args args, PGresult **out);
/* Sends it in single-row mode. */
RESULT db_send_stmt(struct db *db, const struct db_stmt *stmt, struct db_args args);
RESULT db_listen_now(struct db *db, const char *channel);

#endif
