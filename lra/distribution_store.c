#include "lra/distribution_store.h"

#include "common/base/table.h"

/* clang-format off */
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"

static const struct db_stmt add = { "distribution_add",
	"INSERT INTO distribution (lra, form, file_channel, pin_channel, asked_by, asked_at, idempotency_key)"
	" VALUES ($1, $2, $3, $4, $5, to_timestamp($6::bigint), $7) RETURNING id" };
static const struct db_stmt add_rows = { "distribution_add_rows",
	"INSERT INTO distribution_row (distribution_id, position, application_id)"
	" SELECT $1, u.position, u.id FROM unnest($2::bigint[]) WITH ORDINALITY u(id, position)" };
static const struct db_stmt repeat = { "distribution_repeat",
	"SELECT id FROM distribution WHERE lra = $1 AND idempotency_key = $2" };
static const struct db_stmt applications = { "distribution_applications",
	"SELECT a.id, a.receipt_number, a.state, a.key_origin = 'handover',"
	" EXISTS (SELECT FROM distribution_row r WHERE r.application_id = a.id AND r.state = 'waiting')"
	" FROM application a WHERE a.lra = $1 AND a.receipt_number = ANY($2::text[]) ORDER BY a.id FOR UPDATE OF a" };

static const struct db_stmt list = { "distribution_list",
	"SELECT d.id, d.form, d.file_channel, d.pin_channel, d.asked_by, " SECONDS("d.asked_at") ", " SECONDS("d.cancelled_at") ", "
	SECONDS("d.taken_at") ", c.* FROM distribution d CROSS JOIN LATERAL (SELECT count(*), count(*) FILTER (WHERE r.state = 'waiting'),"
	" count(*) FILTER (WHERE r.state = 'done'), count(*) FILTER (WHERE r.state = 'refused'),"
	" count(*) FILTER (WHERE r.state = 'cancelled'), count(r.pkcs12), " SECONDS("max(r.ended_at)") ", (SELECT count(*)"
	" FROM distribution_row b JOIN distribution e ON e.id = b.distribution_id"
	" WHERE b.state = 'waiting' AND b.distribution_id < d.id AND e.lra = d.lra)"
	" FROM distribution_row r WHERE r.distribution_id = d.id) c"
	" WHERE ($1 = '' OR d.lra = $1) AND d.id BETWEEN $2 AND $3 ORDER BY d.id DESC LIMIT $4" };
static const struct db_stmt rows_of = { "distribution_rows",
	"SELECT r.position::bigint, a.receipt_number, r.state, " SECONDS("r.ended_at") ", r.refusal FROM distribution_row r"
	" JOIN application a ON a.id = r.application_id WHERE r.distribution_id = $1 AND ($2 = '' OR r.state = $2)"
	" AND r.position > $3::bigint ORDER BY r.position LIMIT $4" };
static const struct db_stmt files = { "distribution_files",
	"SELECT r.position::bigint, a.receipt_number, r.pkcs12 FROM distribution_row r JOIN application a ON a.id = r.application_id"
	" WHERE r.distribution_id = $1 AND r.pkcs12 IS NOT NULL AND r.position > $2::bigint ORDER BY r.position LIMIT $3" };

static const struct db_stmt cancel = { "distribution_cancel",
	"UPDATE distribution SET cancelled_at = to_timestamp($2::bigint) WHERE id = $1 AND cancelled_at IS NULL" };
static const struct db_stmt end_cancelled = { "distribution_end_cancelled",
	"UPDATE distribution_row r SET state = 'cancelled', ended_at = to_timestamp($2::bigint)"
	" FROM distribution d, application a WHERE r.state = 'waiting' AND d.id = r.distribution_id AND d.lra = $1"
	" AND d.cancelled_at IS NOT NULL AND a.id = r.application_id AND a.subject_public_key_info IS NULL" };
static const struct db_stmt taken = { "distribution_taken",
	"UPDATE distribution SET taken_at = coalesce(taken_at, to_timestamp($2::bigint)) WHERE id = $1" };
static const struct db_stmt erase = { "distribution_erase",
	"UPDATE distribution_row SET pkcs12 = NULL WHERE distribution_id = $1 AND pkcs12 IS NOT NULL" };
static const struct db_stmt erase_old = { "distribution_erase_old",
	"WITH gone AS (UPDATE distribution_row r SET pkcs12 = NULL FROM distribution d WHERE d.id = r.distribution_id AND d.lra = $1"
	" AND r.pkcs12 IS NOT NULL AND r.ended_at < to_timestamp($2::bigint) RETURNING r.distribution_id)"
	" SELECT distribution_id, count(*) FROM gone GROUP BY distribution_id" };

/*
 * The lock is asked for row by row as the outer SELECT reads on, and it stops at its LIMIT: what it does not return, it did
 * not lock. Therefore nothing but the CTE may stand in it.
 */
static const struct db_stmt claim = { "distribution_claim",
	"WITH next AS MATERIALIZED (SELECT r.distribution_id, r.position::bigint, r.application_id, a.receipt_number, d.form,"
	" d.file_channel, d.pin_channel, d.asked_by FROM distribution_row r JOIN distribution d ON d.id = r.distribution_id"
	" JOIN application a ON a.id = r.application_id WHERE r.state = 'waiting' AND d.lra = $1 AND d.cancelled_at IS NULL"
	" AND (r.tried_at IS NULL OR r.tried_at < to_timestamp($2::bigint)) AND NOT r.application_id = ANY($3::bigint[])"
	" ORDER BY r.distribution_id, r.position LIMIT 256)"
	" SELECT * FROM next WHERE pg_try_advisory_lock(hashtextextended('lra.delivery', application_id)) LIMIT $4" };
static const struct db_stmt answered = { "distribution_answered",
	"SELECT id FROM application WHERE id = ANY($1::bigint[]) AND state NOT IN ('verified', 'ordered')" };

#define ROW "WHERE distribution_id = $1 AND position = $2::bigint"
/* One that was cancelled while its key was under way has been handed over all the same. */
static const struct db_stmt done = { "distribution_done",
	"UPDATE distribution_row SET state = 'done', pkcs12 = $3, ended_at = to_timestamp($4::bigint) " ROW
	" AND state IN ('waiting', 'cancelled')" };
static const struct db_stmt refused = { "distribution_refused",
	"UPDATE distribution_row SET state = 'refused', refusal = $3, ended_at = to_timestamp($4::bigint) " ROW " AND state = 'waiting'" };
static const struct db_stmt rest = { "distribution_rest",
	"UPDATE distribution_row SET tried_at = to_timestamp($3::bigint) " ROW " AND state = 'waiting'" };
/* clang-format on */

static const struct db_stmt *const stmts[] = { &add, &add_rows, &repeat, &applications,
	&list, &rows_of, &files, &cancel, &end_cancelled, &taken, &erase, &erase_old,
	&claim, &answered, &done, &refused, &rest };
const struct db_stmt_list lra_distribution_stmts = { stmts, COUNT(stmts) };

RESULT distribution_store_add(struct db_tx *tx, const struct distribution_row *row,
	int64_t *id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &add,
		DB_ARGS(DB_TEXT(row->lra), DB_TEXT(row->form), DB_TEXT(row->file_channel),
			DB_TEXT(row->pin_channel), DB_TEXT(row->asked_by),
			DB_INT(row->asked_at), DB_TEXT(row->idempotency_key)),
		&rows));
	*id = db_int(rows, 0, 0);
	return OK;
}

RESULT distribution_store_add_rows(struct db_tx *tx, int64_t id,
	const int64_t *application_ids, size_t count)
{
	return db_exec(tx, &add_rows,
		DB_ARGS(DB_INT(id), DB_INTS(application_ids, count)));
}

RESULT distribution_store_repeat(struct db_tx *tx, const char *lra,
	const char *idempotency_key, int64_t *id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &repeat, DB_ARGS(DB_TEXT(lra), DB_TEXT(idempotency_key)),
		&rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "distribution");
	*id = db_int(rows, 0, 0);
	return OK;
}

RESULT distribution_store_applications(struct db_tx *tx, const char *lra,
	const struct blob *receipts, size_t count, struct db_rows **out)
{
	return db_query_tx(tx, &applications,
		DB_ARGS(DB_TEXT(lra), DB_TEXTS(receipts, count)), out);
}

RESULT distribution_store_list(struct db *db, const char *lra, int64_t first,
	int64_t last, int64_t most, struct db_rows **out)
{
	return db_query(db, &list,
		DB_ARGS(DB_TEXT(lra), DB_INT(first), DB_INT(last), DB_INT(most)), out);
}

RESULT distribution_store_rows(struct db *db, int64_t id, const char *state,
	int64_t after, int64_t most, struct db_rows **out)
{
	return db_query(db, &rows_of,
		DB_ARGS(DB_INT(id), DB_TEXT(state), DB_INT(after), DB_INT(most)), out);
}

RESULT distribution_store_files(struct db *db, int64_t id, int64_t after, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &files, DB_ARGS(DB_INT(id), DB_INT(after), DB_INT(most)),
		out);
}

RESULT distribution_store_cancel(struct db_tx *tx, int64_t id, int64_t now)
{
	return db_exec(tx, &cancel, DB_ARGS(DB_INT(id), DB_INT(now)));
}

RESULT distribution_store_end_cancelled(struct db_tx *tx, const char *lra, int64_t now)
{
	return db_exec(tx, &end_cancelled, DB_ARGS(DB_TEXT(lra), DB_INT(now)));
}

RESULT distribution_store_taken(struct db_tx *tx, int64_t id, int64_t now)
{
	TRY(db_exec_one(tx, &taken, DB_ARGS(DB_INT(id), DB_INT(now))));
	return db_exec(tx, &erase, DB_ARGS(DB_INT(id)));
}

RESULT distribution_store_erase_old(struct db_tx *tx, const char *lra, int64_t before,
	struct db_rows **out)
{
	return db_query_tx(tx, &erase_old, DB_ARGS(DB_TEXT(lra), DB_INT(before)), out);
}

RESULT distribution_store_claim(struct db *db, const char *lra, int64_t before,
	const int64_t *mine, size_t mine_count, int64_t most, struct db_rows **out)
{
	return db_query(db, &claim,
		DB_ARGS(DB_TEXT(lra), DB_INT(before), DB_INTS(mine, mine_count),
			DB_INT(most)),
		out);
}

RESULT distribution_store_answered(struct db *db, const int64_t *application_ids,
	size_t count, struct db_rows **out)
{
	return db_query(db, &answered, DB_ARGS(DB_INTS(application_ids, count)), out);
}

RESULT distribution_store_done(struct db_tx *tx, int64_t id, int64_t position,
	struct blob pkcs12, int64_t now)
{
	return db_exec_one(tx, &done,
		DB_ARGS(DB_INT(id), DB_INT(position), DB_BLOB(pkcs12), DB_INT(now)));
}

RESULT distribution_store_refused(struct db_tx *tx, int64_t id, int64_t position,
	const char *refusal, int64_t now)
{
	return db_exec(tx, &refused,
		DB_ARGS(DB_INT(id), DB_INT(position), DB_TEXT(refusal), DB_INT(now)));
}

RESULT distribution_store_rest(struct db_tx *tx, int64_t id, int64_t position,
	int64_t now)
{
	return db_exec(tx, &rest, DB_ARGS(DB_INT(id), DB_INT(position), DB_INT(now)));
}
