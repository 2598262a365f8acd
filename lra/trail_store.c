#include "lra/trail_store.h"

#include "common/base/table.h"

#define SECONDS(column) "extract(epoch FROM " column ")::bigint"
#define EVENTS                                                                           \
	"SELECT id, " SECONDS("at") ", event, actor, role, origin, object, result, "     \
				    "detail FROM audit_trail"                            \
				    " WHERE ($1 = '' OR lra = $1 OR (lra IS NULL AND "   \
				    "actor = ANY ($2::text[])))"                         \
				    " AND at >= to_timestamp($3::bigint) AND at < "      \
				    "to_timestamp($4::bigint) AND id < $5"               \
				    " AND ($6 = '' OR actor = $6) AND ($7 = '' OR "      \
				    "event = $7)"
#define NEWEST " ORDER BY id DESC LIMIT $8"

/* Two statements, for a case has an index of its own, and its few events are sorted at once. */
static const struct db_stmt of_period = { "lra_trail_period", EVENTS NEWEST };
static const struct db_stmt of_object = { "lra_trail_object",
	EVENTS " AND object = $9" NEWEST };
static const struct db_stmt chain = { "lra_trail_chain",
	"SELECT " SECONDS("checked_at") ", links, events, head, fault FROM audit_check"
					" ORDER BY id DESC LIMIT 1" };
static const struct db_stmt shown = { "lra_trail_shown",
	"SELECT EXISTS (SELECT FROM application_history WHERE receipt_number = $1 AND "
	"actor = $2 AND event = 'applicationShown'"
	" AND at > to_timestamp($3::bigint))" };
static const struct db_stmt *const stmts[] = { &of_period, &of_object, &chain, &shown };
const struct db_stmt_list lra_trail_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_trail(struct db *db, const struct lra_trail_filter *filter,
	struct db_rows **out)
{
	const struct db_value lra = DB_TEXT(filter->lra),
			      people = DB_TEXTS(filter->people, filter->people_count),
			      from = DB_INT(filter->from), until = DB_INT(filter->until),
			      before = DB_INT(filter->before),
			      person = DB_TEXT(filter->person),
			      event = DB_TEXT(filter->event), most = DB_INT(filter->most);
	if (filter->object[0] == 0)
		return db_query(db, &of_period,
			DB_ARGS(lra, people, from, until, before, person, event, most),
			out);
	return db_query(db, &of_object,
		DB_ARGS(lra, people, from, until, before, person, event, most,
			DB_TEXT(filter->object)),
		out);
}

RESULT lra_store_chain(struct db *db, struct db_rows **out)
{
	return db_query(db, &chain, DB_NO_ARGS, out);
}

RESULT lra_store_shown(struct db_tx *tx, const char *receipt, const char *person,
	int64_t since, bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &shown,
		DB_ARGS(DB_TEXT(receipt), DB_TEXT(person), DB_INT(since)), &rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}
