/* Results: binary, read by the width that PostgreSQL sent. db_prepare.c has refused types that are not read here. */
#include "common/db/db_inner.h"

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
	return db_is_null(rows, row, column)
		       ? ""
		       : PQgetvalue(rows->result, (int)row, (int)column);
}
