#include "lra/notice_store.h"

#include "common/base/table.h"

/* clang-format off */
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"
#define COLUMNS \
	"SELECT n.id, n.transaction, n.kind, " SECONDS("n.at") ", a.receipt_number, n.days, n.serial_number, n.words, d.channel," \
	" d.recipient, d.state, d.round, d.tries, " SECONDS("d.changed_at") ", " SECONDS("d.next_at") ", d.answer"

static const struct db_stmt list = { "lra_notices",
	"WITH page AS (SELECT n.*, a.receipt_number FROM notice n JOIN application a ON a.id = n.application_id"
	" WHERE (n.transaction, n.id) > ($3::bigint, $4::bigint) AND n.transaction < settled_transaction() AND ($1 = '' OR a.lra = $1)"
	" AND ($2 = '' OR EXISTS (SELECT FROM notice_delivery s WHERE s.notice_id = n.id AND s.state = $2))"
	" ORDER BY n.transaction, n.id LIMIT $5) "
	COLUMNS " FROM page n JOIN application a ON a.id = n.application_id"
	" LEFT JOIN notice_delivery d ON d.notice_id = n.id ORDER BY n.transaction, n.id, d.id" };
static const struct db_stmt one = { "lra_notice",
	COLUMNS " FROM notice n JOIN application a ON a.id = n.application_id LEFT JOIN notice_delivery d ON d.notice_id = n.id"
	" WHERE n.id = $2 AND ($1 = '' OR a.lra = $1) ORDER BY d.id" };
static const struct db_stmt of_case = { "lra_notices_of",
	COLUMNS " FROM application a JOIN notice n ON n.application_id = a.id LEFT JOIN notice_delivery d ON d.notice_id = n.id"
	" WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1) ORDER BY n.at, n.id, d.id LIMIT 500" };
static const struct db_stmt again = { "lra_notice_again",
	"WITH asked AS (UPDATE notice_delivery SET state = 'queued', round = CASE state WHEN 'queued' THEN round ELSE round + 1 END,"
	" tries = 0, queued_at = to_timestamp($2::bigint), next_at = to_timestamp($2::bigint), changed_at = to_timestamp($2::bigint)"
	" WHERE notice_id = $1 AND round < 99 AND (state <> 'queued' OR next_at > to_timestamp($2::bigint) AND tries > 0)"
	" RETURNING 1) SELECT count(*) FROM asked" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &list, &one, &of_case, &again };
const struct db_stmt_list lra_notice_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_notices(struct db *db, const struct lra_notice_filter *filter,
	struct db_rows **out)
{
	return db_query(db, &list,
		DB_ARGS(DB_TEXT(filter->lra), DB_TEXT(filter->state),
			DB_INT(filter->after_transaction), DB_INT(filter->after_id),
			DB_INT(filter->most)),
		out);
}

RESULT lra_store_notice(struct db *db, const char *lra, int64_t id, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &one, DB_ARGS(DB_TEXT(lra), DB_INT(id)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "notice %lld", (long long)id);
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_notices_of(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	return db_query(db, &of_case, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), out);
}

RESULT lra_store_notice_again(struct db_tx *tx, int64_t id, int64_t now, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &again, DB_ARGS(DB_INT(id), DB_INT(now)), &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}
