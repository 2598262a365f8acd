#include "lra/web_session_store.h"

#include "common/base/table.h"

#define COLUMNS                                                                          \
	"id, token_sha256, credential, person, roles, form, extract(epoch FROM "         \
	"created_at)::bigint, extract(epoch FROM seen_at)::bigint, extract(epoch FROM "  \
	"verified_at)::bigint, extract(epoch FROM ends_at)::bigint, ended_at IS NOT "    \
	"NULL"
enum {
	ROW_ID,
	ROW_TOKEN,
	ROW_CREDENTIAL,
	ROW_PERSON,
	ROW_ROLES,
	ROW_FORM,
	ROW_CREATED,
	ROW_SEEN,
	ROW_VERIFIED,
	ROW_ENDS,
	ROW_ENDED
};

static const struct db_stmt add = { "lra_add_session",
	"INSERT INTO web_session (token_sha256, person, roles, form, credential, "
	"created_at, seen_at, verified_at, ends_at)"
	" VALUES ($1, $2, $3, $4, $5, to_timestamp($6::bigint), "
	"to_timestamp($6::bigint), to_timestamp($6::bigint),"
	" to_timestamp($7::bigint)) RETURNING id" };
static const struct db_stmt find = { "lra_find_session",
	"SELECT " COLUMNS " FROM web_session WHERE token_sha256 = $1" };
static const struct db_stmt live = { "lra_live_sessions",
	"SELECT " COLUMNS " FROM web_session WHERE ended_at IS NULL ORDER BY id" };
static const struct db_stmt touch = { "lra_touch_session",
	"UPDATE web_session SET seen_at = to_timestamp($2::bigint) WHERE id = $1 AND "
	"ended_at IS NULL" };
static const struct db_stmt verify = { "lra_verify_session",
	"UPDATE web_session SET token_sha256 = $2, seen_at = to_timestamp($3::bigint), "
	"verified_at = to_timestamp($3::bigint)"
	" WHERE id = $1 AND ended_at IS NULL" };
static const struct db_stmt end_one = { "lra_end_session",
	"UPDATE web_session SET ended_at = to_timestamp($3::bigint), ended_by = $2 WHERE "
	"id = $1 AND ended_at IS NULL" };
static const struct db_stmt end_of = { "lra_end_sessions_of",
	"UPDATE web_session SET ended_at = to_timestamp($3::bigint), ended_by = $2 WHERE "
	"person = $1 AND ended_at IS NULL" };
static const struct db_stmt *const stmts[] = { &add, &find, &live, &touch, &verify,
	&end_one, &end_of };
const struct db_stmt_list lra_web_session_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_add_session(struct db_tx *tx, const struct web_session_row *row,
	int64_t *id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &add,
		DB_ARGS(DB_BLOB(BLOB(row->token_sha256)), DB_TEXT(row->person),
			DB_TEXT(row->roles), DB_TEXT(row->form),
			DB_BLOB(BLOB(row->credential)), DB_INT(row->created_at),
			DB_INT(row->ends_at)),
		&rows));
	*id = db_int(rows, 0, 0);
	return OK;
}

static void copy_digest(struct blob from, uint8_t out[static 32])
{
	memset(out, 0, 32);
	memcpy(out, from.data, from.len < 32 ? from.len : 32);
}

void lra_store_read_session(const struct db_rows *rows, size_t at,
	struct web_session_row *out)
{
	*out = (struct web_session_row){ .id = db_int(rows, at, ROW_ID),
		.created_at = db_int(rows, at, ROW_CREATED),
		.seen_at = db_int(rows, at, ROW_SEEN),
		.verified_at = db_int(rows, at, ROW_VERIFIED),
		.ends_at = db_int(rows, at, ROW_ENDS),
		.ended = db_bool(rows, at, ROW_ENDED) };
	copy_digest(db_blob(rows, at, ROW_TOKEN), out->token_sha256);
	copy_digest(db_blob(rows, at, ROW_CREDENTIAL), out->credential);
	snprintf(out->person, sizeof out->person, "%s", db_text(rows, at, ROW_PERSON));
	snprintf(out->roles, sizeof out->roles, "%s", db_text(rows, at, ROW_ROLES));
	snprintf(out->form, sizeof out->form, "%s", db_text(rows, at, ROW_FORM));
}

RESULT lra_store_find_session(struct db *db, const uint8_t token_sha256[static 32],
	struct web_session_row *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &find, DB_ARGS(DB_BLOB(blob_make(token_sha256, 32))), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "session");
	lra_store_read_session(rows, 0, out);
	return OK;
}

RESULT lra_store_live_sessions(struct db *db, struct db_rows **out)
{
	return db_query(db, &live, DB_NO_ARGS, out);
}

RESULT lra_store_touch_session(struct db_tx *tx, int64_t id, int64_t now)
{
	return db_exec_one(tx, &touch, DB_ARGS(DB_INT(id), DB_INT(now)));
}

RESULT lra_store_verify_session(struct db_tx *tx, int64_t id,
	const uint8_t token_sha256[static 32], int64_t now)
{
	return db_exec_one(tx, &verify,
		DB_ARGS(DB_INT(id), DB_BLOB(blob_make(token_sha256, 32)), DB_INT(now)));
}

RESULT lra_store_end_session(struct db_tx *tx, int64_t id, const char *why, int64_t now)
{
	return db_exec_one(tx, &end_one, DB_ARGS(DB_INT(id), DB_TEXT(why), DB_INT(now)));
}

RESULT lra_store_end_sessions_of(struct db_tx *tx, const char *person, const char *why,
	int64_t now)
{
	return db_exec(tx, &end_of, DB_ARGS(DB_TEXT(person), DB_TEXT(why), DB_INT(now)));
}
