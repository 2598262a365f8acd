#include "lra/web_challenge_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

static const struct db_stmt reuse = { "lra_reuse_challenge",
	"UPDATE web_challenge SET challenge = $1, purpose = $2, session_id = "
	"nullif($3::bigint, 0), expires_at = to_timestamp($4::bigint) WHERE id = (SELECT "
	"id FROM web_challenge WHERE expires_at <= to_timestamp($5::bigint) ORDER BY "
	"expires_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id" };
static const struct db_stmt add = { "lra_add_challenge",
	"INSERT INTO web_challenge (challenge, purpose, session_id, expires_at) VALUES "
	"($1, $2, nullif($3::bigint, 0), to_timestamp($4::bigint))" };
static const struct db_stmt take = {
	"lra_take_challenge",
	"UPDATE web_challenge SET expires_at = 'epoch' WHERE challenge = $1 AND "
	"expires_at > to_timestamp($2::bigint) RETURNING challenge, purpose, session_id"
};
static const struct db_stmt *const stmts[] = { &reuse, &add, &take };
const struct db_stmt_list lra_web_challenge_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_add_challenge(struct db_tx *tx, const struct web_challenge_row *row,
	int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &reuse,
		DB_ARGS(DB_BLOB(BLOB(row->challenge)), DB_TEXT(row->purpose),
			DB_INT(row->session), DB_INT(row->expires_at), DB_INT(now)),
		&rows));
	if (db_count(rows) > 0)
		return OK;
	return db_exec(tx, &add,
		DB_ARGS(DB_BLOB(BLOB(row->challenge)), DB_TEXT(row->purpose),
			DB_INT(row->session), DB_INT(row->expires_at)));
}

RESULT lra_store_take_challenge(struct db_tx *tx, struct blob challenge, int64_t now,
	struct web_challenge_row *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &take, DB_ARGS(DB_BLOB(challenge), DB_INT(now)), &rows));
	if (db_count(rows) != 1 || db_blob(rows, 0, 0).len != sizeof out->challenge)
		return FAIL(E_NOT_FOUND, "challenge");
	*out = (struct web_challenge_row){ .session = db_int(rows, 0, 2) };
	memcpy(out->challenge, db_blob(rows, 0, 0).data, sizeof out->challenge);
	return text_copy(db_text(rows, 0, 1), out->purpose, sizeof out->purpose);
}
