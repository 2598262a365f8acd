/* Parameters out, results in: everything binary, so that no text form of a value can be mistaken. */
#include <arpa/inet.h>
#include <endian.h>

#include "common/db/db_inner.h"

enum { ARGS_MOST = 16, ARRAY_MOST = 64 * 1024 * 1024, OID_INT8 = 20, OID_TEXT = 25, OID_BYTEA = 17 };

struct parameters {
	const char *value[ARGS_MOST];
	int length[ARGS_MOST], format[ARGS_MOST];
	int64_t number[ARGS_MOST];
	struct buf array[ARGS_MOST];
	size_t count;
};

static void parameters_clear(struct parameters *p)
{
	for (size_t i = 0; i < p->count; i++)
		buf_clear(&p->array[i]);
}
AUTO_DEFINE_HELD(struct parameters, parameters_clear)

static RESULT put_int32(struct buf *out, int64_t number)
{
	uint32_t wire = htonl((uint32_t)number);
	return buf_append(out, blob_make(&wire, sizeof wire));
}

/* PostgreSQL's binary array: dimensions, has-null, element type, length, lower bound, then length and bytes of each. */
static RESULT write_array(const struct db_value *value, struct buf *out)
{
	int64_t type = value->type == DB_TYPE_INT_ARRAY	   ? OID_INT8
		       : value->type == DB_TYPE_TEXT_ARRAY ? OID_TEXT
							   : OID_BYTEA;
	TRY(put_int32(out, value->count == 0 ? 0 : 1));
	TRY(put_int32(out, 1));
	TRY(put_int32(out, type));
	if (value->count == 0)
		return OK;
	TRY(put_int32(out, (int64_t)value->count));
	TRY(put_int32(out, 1));
	for (size_t i = 0; i < value->count; i++) {
		if (value->type == DB_TYPE_INT_ARRAY) {
			uint64_t wire = htobe64((uint64_t)value->numbers[i]);
			TRY(put_int32(out, sizeof wire));
			TRY(buf_append(out, blob_make(&wire, sizeof wire)));
		} else if (value->blobs[i].data == NULL) {
			TRY(put_int32(out, -1));
		} else {
			TRY(put_int32(out, (int64_t)value->blobs[i].len));
			TRY(buf_append(out, value->blobs[i]));
		}
	}
	return OK;
}

static RESULT write_value(const struct db_value *value, struct parameters *p, size_t i)
{
	static const char yes[] = "\1", no[] = "\0";
	p->format[i] = 1;
	p->array[i] = BUF(ARRAY_MOST);
	switch (value->type) {
	case DB_TYPE_NULL:
		p->value[i] = NULL;
		return OK;
	case DB_TYPE_INT:
		p->number[i] = (int64_t)htobe64((uint64_t)value->number);
		p->value[i] = (const char *)&p->number[i];
		p->length[i] = sizeof p->number[i];
		return OK;
	case DB_TYPE_BOOL:
		p->value[i] = value->number != 0 ? yes : no;
		p->length[i] = 1;
		return OK;
	case DB_TYPE_TEXT:
	case DB_TYPE_BLOB:
		if (value->type == DB_TYPE_TEXT && value->bytes.len > 0 &&
			memchr(value->bytes.data, 0, value->bytes.len) != NULL)
			return FAIL(E_INPUT, "a NUL in a text");
		p->value[i] = (const char *)value->bytes.data;
		p->length[i] = (int)value->bytes.len;
		return OK;
	case DB_TYPE_INT_ARRAY:
	case DB_TYPE_TEXT_ARRAY:
	case DB_TYPE_BLOB_ARRAY:
		TRY(write_array(value, &p->array[i]));
		p->value[i] = (const char *)p->array[i].data;
		p->length[i] = (int)p->array[i].len;
		return OK;
	}
	return FAIL(E_BUG, "parameter type %d", (int)value->type);
}

static RESULT write_all(const struct db_stmt *stmt, struct db_args args, struct parameters *p)
{
	if (args.count > ARGS_MOST)
		return FAIL(E_BUG, "%s: %zu parameters", stmt->name, args.count);
	p->count = args.count;
	for (size_t i = 0; i < args.count; i++)
		TRY_IN(write_value(&args.value[i], p, i), "%s: $%zu", stmt->name, i + 1);
	return OK;
}

RESULT db_run_stmt(struct db *db, const struct db_stmt *stmt, struct db_args args, PGresult **out)
{
	AUTO(parameters_clear) struct parameters p = { .count = 0 };
	TRY(write_all(stmt, args, &p));
	AUTO(PQclear) PGresult *result = PQexecPrepared(
		db->conn, stmt->name, (int)p.count, p.value, p.length, p.format, 1);
	TRY(db_check(db->conn, result, stmt->name));
	*out = MOVE(result);
	return OK;
}

RESULT db_send_stmt(struct db *db, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(parameters_clear) struct parameters p = { .count = 0 };
	TRY(write_all(stmt, args, &p));
	if (PQsendQueryPrepared(db->conn, stmt->name, (int)p.count, p.value, p.length, p.format, 1) != 1 ||
		PQsetSingleRowMode(db->conn) != 1)
		return FAIL(E_RETRY, "%s: the connection to the registry is lost", stmt->name);
	return OK;
}

static RESULT keep_rows(PGresult *result, struct db_rows **out)
{
	struct db_rows *rows = calloc(1, sizeof *rows);
	if (rows == NULL) {
		PQclear(result);
		return FAIL(E_IO, "out of memory");
	}
	rows->result = result;
	*out = rows;
	return OK;
}

RESULT db_exec(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(PQclear) PGresult *result = NULL;
	return db_run_stmt(tx->db, stmt, args, &result);
}

RESULT db_exec_one(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(PQclear) PGresult *result = NULL;
	TRY(db_run_stmt(tx->db, stmt, args, &result));
	if (strcmp(PQcmdTuples(result), "1") != 0)
		return FAIL(E_STATE, "%s: %s rows instead of one", stmt->name, PQcmdTuples(result));
	return OK;
}

RESULT db_query(struct db *db, const struct db_stmt *stmt, struct db_args args, struct db_rows **out)
{
	PGresult *result = NULL;
	TRY(db_run_stmt(db, stmt, args, &result));
	return keep_rows(result, out);
}

RESULT db_query_tx(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args, struct db_rows **out)
{
	return db_query(tx->db, stmt, args, out);
}

/* One row at a time; after an error of the visitor the rest is thrown away unread. */
RESULT db_stream(struct db *db, const struct db_stmt *stmt, struct db_args args,
	struct err (*visit)(void *context, const struct db_rows *row), void *context)
{
	struct err first = OK;
	TRY(db_send_stmt(db, stmt, args));
	for (PGresult *result = PQgetResult(db->conn); result != NULL; result = PQgetResult(db->conn)) {
		const struct db_rows row = { result };
		struct err err = db_check(db->conn, result, stmt->name);
		if (!err_is(err) && !err_is(first) && PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			err = visit(context, &row);
		if (!err_is(first))
			first = err;
		PQclear(result);
	}
	return first;
}

/* ---- results */

void db_rows_free(struct db_rows *rows)
{
	if (rows == NULL)
		return;
	PQclear(rows->result);
	free(rows);
}

size_t db_count(const struct db_rows *rows)
{
	return (size_t)PQntuples(rows->result);
}

bool db_is_null(const struct db_rows *rows, size_t row, size_t column)
{
	return PQgetisnull(rows->result, (int)row, (int)column) == 1;
}

struct blob db_blob(const struct db_rows *rows, size_t row, size_t column)
{
	if (db_is_null(rows, row, column))
		return BLOB_NONE;
	return blob_make(PQgetvalue(rows->result, (int)row, (int)column),
		(size_t)PQgetlength(rows->result, (int)row, (int)column));
}

int64_t db_int(const struct db_rows *rows, size_t row, size_t column)
{
	struct blob bytes = db_blob(rows, row, column);
	uint64_t value = 0;
	if (bytes.len == 0 || bytes.len > 8)
		return 0;
	/* bigint, integer and smallint come as 8, 4 and 2 octets; the sign is in the first. */
	if ((bytes.data[0] & 0x80) != 0)
		value = UINT64_MAX;
	for (size_t i = 0; i < bytes.len; i++)
		value = value << 8 | bytes.data[i];
	return (int64_t)value;
}

bool db_bool(const struct db_rows *rows, size_t row, size_t column)
{
	struct blob bytes = db_blob(rows, row, column);
	return bytes.len == 1 && bytes.data[0] != 0;
}

const char *db_text(const struct db_rows *rows, size_t row, size_t column)
{
	return db_is_null(rows, row, column) ? "" : PQgetvalue(rows->result, (int)row, (int)column);
}
