#include "ca/status/feed_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
static const struct db_stmt feed_state = { "feed_state",
	"SELECT s.system_identifier::text || '.' || c.timeline_id::text, settled_transaction(),"
	" coalesce(floor(extract(epoch FROM CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp()"
	" ELSE statement_timestamp() END)), 0)::bigint"
	" FROM pg_control_system() s, pg_control_checkpoint() c" };

static const struct db_stmt feed_page = { "feed_page",
	"SELECT transaction, id, issuer, serial_number, status, revocation_date, reason, not_after"
	" FROM status_feed WHERE (transaction, id) > ($1::bigint, $2::bigint)"
	" ORDER BY transaction, id LIMIT $3::bigint" };
/* clang-format on */

static const struct db_stmt *const statements[] = { &feed_state, &feed_page };
const struct db_stmt_list feed_statements = { statements, COUNT(statements) };

void feed_page_clear(struct feed_page *page)
{
	db_rows_free(page->rows);
	page->rows = NULL;
	page->count = 0;
}

RESULT feed_store_state(struct db *db, struct feed_state *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct feed_state state = { .settled = 0 };
	TRY(db_query(db, &feed_state, DB_NO_ARGS, &rows));
	if (db_count(rows) != 1)
		return FAIL(E_BUG, "feed_state: %zu rows", db_count(rows));
	TRY(text_copy(db_text(rows, 0, 0), state.registry, sizeof state.registry));
	state.settled = db_int(rows, 0, 1);
	state.as_of = db_int(rows, 0, 2);
	*out = state;
	return OK;
}

static RESULT read_row(const struct db_rows *rows, size_t at, struct replica_row *out)
{
	int64_t status = db_int(rows, at, 4), reason = db_int(rows, at, 6);
	if (status < 0 || status > 1 || reason < 0 || reason > REASON_AA_COMPROMISE)
		return FAIL(E_BUG, "status_feed: status %lld, reason %lld",
			(long long)status, (long long)reason);
	*out = (struct replica_row){
		.id = db_int(rows, at, 1),
		.issuer = db_text(rows, at, 2),
		.serial_number = db_blob(rows, at, 3),
		.status = status == 0 ? OCSP_GOOD : OCSP_REVOKED,
		.revocation_date = db_int(rows, at, 5),
		.reason = (enum revocation_reason)reason,
		.not_after = db_int(rows, at, 7),
	};
	return OK;
}

RESULT feed_store_page(struct db *db, int64_t transaction, int64_t id,
	struct feed_page *out)
{
	feed_page_clear(out);
	TRY(db_query(db, &feed_page,
		DB_ARGS(DB_INT(transaction), DB_INT(id), DB_INT(FEED_PAGE)), &out->rows));
	for (size_t i = 0; i < db_count(out->rows) && i < FEED_PAGE; i++) {
		TRY_IN(read_row(out->rows, i, &out->row[i]), "row %lld",
			(long long)db_int(out->rows, i, 1));
		out->transaction[i] = db_int(out->rows, i, 0);
		out->count++;
	}
	return OK;
}
