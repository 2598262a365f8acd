#include "lra/calendar_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
static const struct db_stmt add = { "lra_add_calendar",
	"INSERT INTO calendar_address (token_sha256, person, created_at) VALUES ($1, $2, to_timestamp($3::bigint))" };
static const struct db_stmt end = { "lra_end_calendar",
	"UPDATE calendar_address SET ended_at = to_timestamp($2::bigint) WHERE person = $1 AND ended_at IS NULL RETURNING id" };
static const struct db_stmt find = { "lra_find_calendar",
	"SELECT person, id, used_at IS NULL OR used_at <= to_timestamp($2::bigint - 3600) FROM calendar_address"
	" WHERE token_sha256 = $1 AND ended_at IS NULL" };
static const struct db_stmt use = { "lra_use_calendar",
	"UPDATE calendar_address SET used_at = to_timestamp($2::bigint) WHERE id = $1 AND ended_at IS NULL" };
static const struct db_stmt show = { "lra_calendar",
	"SELECT extract(epoch FROM created_at)::bigint, extract(epoch FROM used_at)::bigint FROM calendar_address"
	" WHERE person = $1 AND ended_at IS NULL" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &add, &end, &find, &use, &show };
const struct db_stmt_list lra_calendar_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_add_calendar(struct db_tx *tx, const char *person,
	struct blob token_sha256, int64_t now)
{
	return db_exec(tx, &add,
		DB_ARGS(DB_BLOB(token_sha256), DB_TEXT(person), DB_INT(now)));
}

RESULT lra_store_end_calendar(struct db_tx *tx, const char *person, int64_t now,
	bool *had)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &end, DB_ARGS(DB_TEXT(person), DB_INT(now)), &rows));
	*had = db_count(rows) > 0;
	return OK;
}

RESULT lra_store_use_calendar(struct db_tx *tx, struct blob token_sha256, int64_t now,
	char *person, size_t size)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &find, DB_ARGS(DB_BLOB(token_sha256), DB_INT(now)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "address of a calendar");
	TRY(text_copy(db_text(rows, 0, 0), person, size));
	return db_bool(rows, 0, 2)
		       ? db_exec(tx, &use,
				 DB_ARGS(DB_INT(db_int(rows, 0, 1)), DB_INT(now)))
		       : OK;
}

RESULT lra_store_calendar(struct db *db, const char *person, struct db_rows **out)
{
	return db_query(db, &show, DB_ARGS(DB_TEXT(person)), out);
}
