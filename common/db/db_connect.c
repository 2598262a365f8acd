#include "common/db/db_inner.h"

static RESULT prepare_all(struct db *db)
{
	for (size_t i = 0; i < db->list_count; i++)
		for (size_t j = 0; j < db->list[i].count; j++) {
			const struct db_stmt *stmt = db->list[i].stmt[j];
			AUTO(PQclear) PGresult *result = PQprepare(db->conn, stmt->name, stmt->text, 0, NULL);
			TRY(db_check(db->conn, result, stmt->name));
		}
	for (size_t i = 0; i < db->channel_count; i++)
		TRY(db_listen_now(db, db->channel[i]));
	return OK;
}

static void no_notices(void *context, const char *message)
{
	(void)context, (void)message; /* notices are for people at psql; what matters comes as an error */
}

static RESULT connect_now(struct db *db)
{
	if (db->conn != NULL)
		PQfinish(db->conn);
	db->conn = PQconnectdb(db->conninfo);
	if (db->conn == NULL)
		return FAIL(E_IO, "out of memory");
	if (PQstatus(db->conn) != CONNECTION_OK) {
		/* Before a session stands, libpq gives words but no SQLSTATE; only a refused login is not worth another try. */
		bool login = strstr(PQerrorMessage(db->conn), "authentication failed") != NULL ||
			     strstr(PQerrorMessage(db->conn), "does not exist") != NULL;
		return FAIL(login ? E_DENIED : E_RETRY, "registry: %.180s", PQerrorMessage(db->conn));
	}
	PQsetNoticeProcessor(db->conn, no_notices, NULL);
	return prepare_all(db);
}

RESULT db_open(const char *conninfo, const struct db_stmt_list *lists, size_t count, struct db **out)
{
	AUTO(db_close) struct db *db = calloc(1, sizeof *db);
	if (db == NULL)
		return FAIL(E_IO, "out of memory");
	if (count > DB_LISTS)
		return FAIL(E_BUG, "more than %d lists of statements", DB_LISTS);
	db->conninfo = strdup(conninfo);
	if (db->conninfo == NULL)
		return FAIL(E_IO, "out of memory");
	memcpy(db->list, lists, count * sizeof *lists);
	db->list_count = count;
	TRY(connect_now(db));
	*out = MOVE(db);
	return OK;
}

RESULT db_reconnect(struct db *db)
{
	if (PQstatus(db->conn) == CONNECTION_OK)
		return OK;
	return connect_now(db);
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db->conninfo);
	free(db);
}

int db_fd(const struct db *db)
{
	return PQstatus(db->conn) == CONNECTION_OK ? PQsocket(db->conn) : -1;
}
