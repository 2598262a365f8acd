#include "lra/letter_store.h"

#include "common/base/table.h"

static const struct db_stmt waiting = { "lra_letters",
	"SELECT l.id, a.receipt_number, l.kind, l.door, l.event, l.certificate,"
	" extract(epoch FROM l.received_at)::bigint, l.statement, l.signature FROM "
	"subscriber_letter l"
	" JOIN application a ON a.id = l.application_id"
	" WHERE l.done_at IS NULL AND a.lra = $1 ORDER BY l.id LIMIT $2" };
static const struct db_stmt answer = { "lra_answer_letter",
	"UPDATE subscriber_letter SET done_at = to_timestamp($3::bigint), refusal = $2"
	" WHERE id = $1 AND done_at IS NULL" };
static const struct db_stmt *const stmts[] = { &waiting, &answer };
const struct db_stmt_list lra_letter_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_letters(struct db *db, const char *lra, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &waiting, DB_ARGS(DB_TEXT(lra), DB_INT(most)), out);
}

RESULT lra_store_answer_letter(struct db_tx *tx, int64_t id, const char *refusal,
	int64_t now)
{
	return db_exec_one(tx, &answer,
		DB_ARGS(DB_INT(id), DB_TEXT(refusal), DB_INT(now)));
}
