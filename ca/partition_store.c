#include "ca/partition_store.h"

#include "common/base/table.h"

static const struct db_stmt prepare = { "partitions_prepare",
	"SELECT prepare_partitions((to_timestamp($1::bigint) AT TIME ZONE 'UTC')::date, "
	"12)" };
static const struct db_stmt *const stmts[] = { &prepare };
const struct db_stmt_list partition_store_stmts = { stmts, COUNT(stmts) };

RESULT partition_store_prepare(struct db *db, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query(db, &prepare, DB_ARGS(DB_INT(now)), &rows);
}
