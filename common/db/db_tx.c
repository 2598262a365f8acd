#include <poll.h>

#include "common/db/db_inner.h"

static RESULT simple(struct db *db, const char *sql, const char *what)
{
	AUTO(PQclear) PGresult *result = PQexec(db->conn, sql);
	return db_check(db->conn, result, what);
}

static RESULT begin(struct db *db, const char *sql, struct db_tx **out)
{
	struct db_tx *tx = calloc(1, sizeof *tx);
	if (tx == NULL)
		return FAIL(E_IO, "out of memory");
	tx->db = db;
	struct err err = simple(db, sql, "begin");
	if (err_is(err)) {
		free(tx);
		return err;
	}
	*out = tx;
	return OK;
}

RESULT db_begin(struct db *db, struct db_tx **out)
{
	return begin(db, "BEGIN ISOLATION LEVEL SERIALIZABLE", out);
}

RESULT db_begin_read_committed(struct db *db, struct db_tx **out)
{
	return begin(db, "BEGIN ISOLATION LEVEL READ COMMITTED", out);
}

RESULT db_commit(struct db_tx **tx)
{
	struct db *db = (*tx)->db;
	free(*tx);
	*tx = NULL;
	AUTO(PQclear) PGresult *result = PQexec(db->conn, "COMMIT");
	TRY(db_check(db->conn, result, "commit"));
	/* A transaction that had failed answers COMMIT with ROLLBACK, without an error. */
	if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
		return FAIL(E_STATE, "commit: the transaction had failed before");
	return OK;
}

void db_rollback(struct db_tx *tx)
{
	if (tx == NULL)
		return;
	if (PQstatus(tx->db->conn) == CONNECTION_OK)
		IGNORE(simple(tx->db, "ROLLBACK", "rollback")); /* a lost connection undoes by itself */
	free(tx);
}

enum { TRIES = 5 };

RESULT db_run(struct db *db, struct err (*work)(void *context, struct db_tx *tx), void *context)
{
	struct err err = OK;
	for (int i = 0; i < TRIES; i++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		TRY(db_begin(db, &tx));
		err = work(context, tx);
		if (!err_is(err))
			err = db_commit(&tx);
		if (err.code != E_RETRY || PQstatus(db->conn) != CONNECTION_OK)
			return err;
	}
	return err;
}

/* ---- notifications */

RESULT db_listen_now(struct db *db, const char *channel)
{
	char sql[DB_CHANNEL + 16];
	snprintf(sql, sizeof sql, "LISTEN %s", channel);
	return simple(db, sql, "listen");
}

RESULT db_listen(struct db *db, const char *channel)
{
	if (strspn(channel, "abcdefghijklmnopqrstuvwxyz_") != strlen(channel) || strlen(channel) >= DB_CHANNEL)
		return FAIL(E_BUG, "channel: not a word of ours");
	for (size_t i = 0; i < db->channel_count; i++)
		if (strcmp(db->channel[i], channel) == 0)
			return OK; /* stands already, also after a reconnection */
	if (db->channel_count == DB_CHANNELS)
		return FAIL(E_BUG, "more than %d channels", DB_CHANNELS);
	TRY(db_listen_now(db, channel));
	memcpy(db->channel[db->channel_count++], channel, strlen(channel) + 1);
	return OK;
}

static bool take_notifies(struct db *db)
{
	bool any = false;
	for (PGnotify *notify = PQnotifies(db->conn); notify != NULL; notify = PQnotifies(db->conn)) {
		PQfreemem(notify);
		any = true;
	}
	return any;
}

RESULT db_wait(struct db *db, int timeout_ms, bool *woken)
{
	struct pollfd fd = { .fd = PQsocket(db->conn), .events = POLLIN };
	*woken = take_notifies(db);
	if (*woken)
		return OK;
	if (fd.fd < 0)
		return FAIL(E_RETRY, "wait: the connection to the registry is lost");
	if (poll(&fd, 1, timeout_ms) > 0 && PQconsumeInput(db->conn) != 1)
		return FAIL(E_RETRY, "wait: the connection to the registry is lost");
	*woken = take_notifies(db);
	return OK;
}
