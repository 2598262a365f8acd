#include "common/base/table.h"
#include "common/db/db_inner.h"

static void no_notices(void *context, const char *message)
{
	(void)context,
		(void)message; /* notices are for people at psql; what matters comes as an error */
}

/*
 * Ours stand before the caller's words, which may say otherwise; the encoding stands behind them, for no other one works.
 * Without these times a registry whose machine is gone would hold a daemon for as long as TCP hopes.
 */
static PGconn *dial(const char *conninfo)
{
	static const char *const names[] = { "fallback_application_name",
		"connect_timeout", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "dbname", "client_encoding",
		NULL };
	const char *const values[] = { "inkan", "10", "30", "10", "3", "60000", conninfo,
		"UTF8", NULL };
	return PQconnectdbParams(names, values, 1);
}

/* Before a session stands, libpq gives words but no SQLSTATE; only a refused login is not worth another try. */
static enum err_code refusal_of(const char *words)
{
	static const char *const logins[] = { "authentication failed", "does not exist",
		"no pg_hba.conf entry", "is not permitted to log in",
		"permission denied for database" };
	for (size_t i = 0; i < COUNT(logins); i++)
		if (strstr(words, logins[i]) != NULL)
			return E_DENIED;
	return E_RETRY;
}

static void hang_up(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
}

static RESULT stand_up(struct db *db)
{
	if (PQstatus(db->conn) != CONNECTION_OK) {
		const char *words = PQerrorMessage(db->conn);
		return FAIL(refusal_of(words), "registry: %.*s",
			(int)strcspn(words, "\n"), words);
	}
	PQsetNoticeProcessor(db->conn, no_notices, NULL);
	TRY(db_prepare_all(db));
	return db_listen_again(db);
}

static RESULT connect_now(struct db *db)
{
	hang_up(db);
	db->conn = dial(db->conninfo);
	if (db->conn == NULL)
		return FAIL(E_IO, "out of memory");
	db->session++;
	db->stale = false;
	struct err err = stand_up(db);
	if (err_is(err)) /* half prepared is not connected: the next try begins anew */
		hang_up(db);
	return err;
}

static RESULT check_conninfo(const char *conninfo)
{
	char *words = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &words);
	if (options != NULL) {
		PQconninfoFree(options);
		return OK;
	}
	struct err err = FAIL(E_INPUT, "conninfo: %.*s",
		words == NULL ? 0 : (int)strcspn(words, "\n"),
		words == NULL ? "" : words);
	PQfreemem(words);
	return err;
}

RESULT db_open(const char *conninfo, const struct db_stmt_list *lists, size_t count,
	struct db **out)
{
	AUTO(db_close) struct db *db = calloc(1, sizeof *db);
	if (db == NULL)
		return FAIL(E_IO, "out of memory");
	if (count > DB_LISTS)
		return FAIL(E_BUG, "more than %d lists of statements", DB_LISTS);
	TRY(check_conninfo(conninfo));
	db->conninfo = strdup(conninfo);
	if (db->conninfo == NULL)
		return FAIL(E_IO, "out of memory");
	for (; db->list_count < count; db->list_count++)
		db->list[db->list_count] = lists[db->list_count];
	TRY(connect_now(db));
	*out = MOVE(db);
	return OK;
}

RESULT db_reconnect(struct db *db)
{
	if (PQstatus(db->conn) == CONNECTION_OK && !db->stale)
		return OK;
	TRY(connect_now(db));
	db->missed = db->channel_count > 0;
	return OK;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	hang_up(db);
	free(db->conninfo);
	free(db);
}

int db_fd(const struct db *db)
{
	return PQstatus(db->conn) == CONNECTION_OK ? PQsocket(db->conn) : -1;
}
