#include "lra/pickup_store.h"

#include "common/base/table.h"

static const struct db_stmt add = { "lra_add_pickup",
	"INSERT INTO pickup (delivery_id, code_sha256, salt, hash, sealed, key_digest, "
	"until)"
	" SELECT max(d.id), $2, $3, $4, $5, $6, to_timestamp($7::bigint) FROM delivery d"
	" WHERE d.application_id = $1" };
#define WAITS "p.fetched_at IS NULL AND p.ended_at IS NULL"
static const struct db_stmt find = { "lra_pickup",
	"SELECT p.delivery_id, p.key_digest, EXISTS (SELECT FROM revocation v WHERE "
	"v.issuer = d.issuer AND v.serial_number = d.serial_number AND v.state <> "
	"'refused') FROM delivery d JOIN pickup p ON p.delivery_id = d.id"
	" WHERE d.application_id = $1 AND " WAITS " FOR UPDATE OF p" };
static const struct db_stmt over = { "lra_pickups_over",
	"SELECT a.receipt_number, CASE WHEN p.until <= to_timestamp($2::bigint) THEN "
	"'expired' ELSE 'locked' END FROM pickup p JOIN delivery d ON d.id = "
	"p.delivery_id JOIN application a ON a.id = d.application_id WHERE " WAITS
	" AND a.lra = $1 AND (p.until <= to_timestamp($2::bigint) OR p.tries >= 5 AND "
	"p.tried_at < to_timestamp($2::bigint - 60)) ORDER BY p.until LIMIT $3" };
static const struct db_stmt end = { "lra_end_pickup",
	"UPDATE pickup SET sealed = NULL, ended_as = $2, ended_at = "
	"to_timestamp($3::bigint) WHERE delivery_id = $1 AND ended_at IS NULL" };
static const struct db_stmt *const stmts[] = { &add, &find, &over, &end };
const struct db_stmt_list lra_pickup_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_add_pickup(struct db_tx *tx, const struct lra_pickup_row *row)
{
	return db_exec_one(tx, &add,
		DB_ARGS(DB_INT(row->application_id), DB_BLOB(row->code_sha256),
			DB_BLOB(row->salt), DB_BLOB(row->hash), DB_BLOB(row->sealed),
			DB_BLOB(row->key_digest), DB_INT(row->until)));
}

RESULT lra_store_pickup(struct db_tx *tx, int64_t application_id, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &find, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "nothing waits to be picked up");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_pickups_over(struct db *db, const char *lra, int64_t now, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &over, DB_ARGS(DB_TEXT(lra), DB_INT(now), DB_INT(most)), out);
}

RESULT lra_store_end_pickup(struct db_tx *tx, int64_t delivery_id, const char *as,
	int64_t now)
{
	return db_exec_one(tx, &end,
		DB_ARGS(DB_INT(delivery_id), DB_TEXT(as), DB_INT(now)));
}
