#include "lra/draft_store.h"

#include "common/base/table.h"

/* clang-format off */
static const struct db_stmt put = { "lra_put_draft",
	"INSERT INTO draft (person, name, sealed, saved_at) VALUES ($1, $2, $3, to_timestamp($4::bigint))"
	" ON CONFLICT (person, name) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at" };
static const struct db_stmt list = { "lra_drafts",
	"SELECT name, CASE WHEN $2 = '' THEN NULL ELSE sealed END, extract(epoch FROM saved_at)::bigint FROM draft"
	" WHERE person = $1 AND ($2 = '' OR name = $2) AND sealed IS NOT NULL ORDER BY saved_at DESC LIMIT 200" };
static const struct db_stmt forget = { "lra_forget_drafts",
	"UPDATE draft SET sealed = NULL WHERE sealed IS NOT NULL AND saved_at < to_timestamp($1::bigint)" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &put, &list, &forget };
const struct db_stmt_list lra_draft_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_put_draft(struct db_tx *tx, const char *person, const char *name,
	struct blob sealed, int64_t now)
{
	return db_exec(tx, &put,
		DB_ARGS(DB_TEXT(person), DB_TEXT(name),
			sealed.len == 0 ? DB_NULL : DB_BLOB(sealed), DB_INT(now)));
}

RESULT lra_store_drafts(struct db *db, const char *person, const char *name,
	struct db_rows **out)
{
	return db_query(db, &list, DB_ARGS(DB_TEXT(person), DB_TEXT(name)), out);
}

RESULT lra_store_forget_drafts(struct db_tx *tx, int64_t before)
{
	return db_exec(tx, &forget, DB_ARGS(DB_INT(before)));
}
