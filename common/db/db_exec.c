#include "common/db/db_inner.h"

static RESULT run(struct db *db, const struct db_stmt *stmt, struct db_args args,
	PGresult **out)
{
	AUTO(db_parameters_clear) struct db_parameters p = { .count = 0 };
	TRY(db_parameters_init(stmt, args, &p));
	AUTO(PQclear)
	PGresult *result = PQexecPrepared(db->conn, stmt->name, (int)p.count, p.value,
		p.length, p.format, 1);
	TRY(db_check(db, result, stmt->name));
	*out = MOVE(result);
	return OK;
}

RESULT db_exec(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(PQclear) PGresult *result = NULL;
	TRY(db_tx_check(tx));
	return run(tx->db, stmt, args, &result);
}

RESULT db_exec_one(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(PQclear) PGresult *result = NULL;
	TRY(db_tx_check(tx));
	TRY(run(tx->db, stmt, args, &result));
	if (strcmp(PQcmdTuples(result), "1") != 0)
		return FAIL(E_STATE, "%s: %s rows instead of one", stmt->name,
			PQcmdTuples(result));
	return OK;
}

RESULT db_query(struct db *db, const struct db_stmt *stmt, struct db_args args,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = calloc(1, sizeof *rows);
	if (rows == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(run(db, stmt, args, &rows->result));
	*out = MOVE(rows);
	return OK;
}

RESULT db_query_tx(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args,
	struct db_rows **out)
{
	TRY(db_tx_check(tx));
	return db_query(tx->db, stmt, args, out);
}

/* ---- row by row */

static RESULT send(struct db *db, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(db_parameters_clear) struct db_parameters p = { .count = 0 };
	TRY(db_parameters_init(stmt, args, &p));
	if (PQsendQueryPrepared(db->conn, stmt->name, (int)p.count, p.value, p.length,
		    p.format, 1) != 1 ||
		PQsetSingleRowMode(db->conn) != 1)
		return db_check(db, NULL, stmt->name);
	return OK;
}

/* The server may have millions of rows left that nobody wants. When it does not hear, they are read and thrown away. */
static void cancel(struct db *db)
{
	char words[256];
	PGcancel *handle = PQgetCancel(db->conn);
	if (handle != NULL && PQcancel(handle, words, sizeof words) != 1)
		words[0] = 0;
	PQfreeCancel(handle);
}

RESULT db_stream(struct db *db, const struct db_stmt *stmt, struct db_args args,
	struct err (*visit)(void *context, const struct db_rows *row), void *context)
{
	struct err first = OK;
	/* To cancel inside a transaction would break that as well. */
	bool alone = PQtransactionStatus(db->conn) == PQTRANS_IDLE;
	TRY(send(db, stmt, args));
	for (PGresult *result = PQgetResult(db->conn); result != NULL;
		result = PQgetResult(db->conn)) {
		const struct db_rows row = { result };
		if (err_is(first)) {
			PQclear(result);
			continue;
		}
		first = db_check(db, result, stmt->name);
		if (!err_is(first) && PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
			first = visit(context, &row);
			if (err_is(first) && alone)
				cancel(db);
		}
		PQclear(result);
	}
	return first;
}
