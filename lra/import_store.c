#include "lra/import_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

#define EPOCH(column) "extract(epoch FROM " column ")::bigint"

/* clang-format off */
static const struct db_stmt begin = { "import_begin",
	"INSERT INTO import (lra, file, state, entered_by, entered_at) VALUES ($1, $2, 'reading', $3, to_timestamp($4::bigint)) RETURNING id" };
static const struct db_stmt add_rows = { "import_add_rows",
	"INSERT INTO import_row (import_id, number, cells) SELECT $1, r.number, r.cells"
	" FROM unnest($2::bigint[], $3::text[]) r(number, cells)" };
static const struct db_stmt find_same = { "import_find_same",
	"SELECT id FROM import WHERE lra = $1 AND sha256 = $2 AND state <> 'cancelled'" };
static const struct db_stmt end = { "import_end",
	"UPDATE import SET state = 'judging', sha256 = $2, size = $3, rows = $4, charset = $5, charset_reason = $6, separator = $7,"
	" header = $8, columns = $9, common = $10 WHERE id = $1 AND state = 'reading'" };
static const struct db_stmt drop = { "import_drop",
	"UPDATE import SET state = 'cancelled' WHERE id = $1 AND state = 'reading'" };
static const struct db_stmt last_common = { "import_last_common",
	"SELECT common FROM import WHERE lra = $1 AND state <> 'reading' AND common <> '{}' ORDER BY id DESC LIMIT 1" };

#define IMPORT_COLUMNS_OF \
	"i.id, i.lra, i.file, i.sha256, coalesce(i.size, 0), coalesce(i.rows, 0), coalesce(i.charset, ''), coalesce(i.charset_reason, '')," \
	" coalesce(i.separator, ''), coalesce(i.header, false), i.common, i.columns, i.state, coalesce(i.mode, ''), i.entered_by, " \
	EPOCH("i.entered_at") ", coalesce(i.started_by, ''), " EPOCH("i.started_at") ", " EPOCH("i.ended_at") \
	", (SELECT count(*) FROM import o WHERE o.state IN ('judging', 'running') AND o.id <= i.id)"
static const struct db_stmt find = { "import_find",
	"SELECT " IMPORT_COLUMNS_OF " FROM import i WHERE i.id = $2 AND ($1 = '' OR i.lra = $1)" };
static const struct db_stmt lock = { "import_lock",
	"SELECT " IMPORT_COLUMNS_OF " FROM import i WHERE i.id = $2 AND ($1 = '' OR i.lra = $1) FOR UPDATE OF i" };
static const struct db_stmt list = { "import_list",
	"SELECT " IMPORT_COLUMNS_OF " FROM import i WHERE ($1 = '' OR i.lra = $1) AND i.id < $2 AND i.sha256 IS NOT NULL ORDER BY i.id DESC LIMIT $3" };
static const struct db_stmt counts = { "import_counts",
	"SELECT state, count(*) FROM import_row WHERE import_id = $1 GROUP BY state" };
#define ROW_COLUMNS "number, version, cells, state, faults, repairs, subject, coalesce(receipt_number, ''), coalesce(same_row, 0)," \
	" coalesce(same_receipt, '')"
static const struct db_stmt rows = { "import_rows",
	"SELECT " ROW_COLUMNS " FROM import_row WHERE import_id = $1 AND number > $3 AND ($2 = '' OR state = $2"
	" OR ($2 = 'problem' AND state IN ('faulty', 'duplicate', 'refused'))) ORDER BY number LIMIT $4" };
static const struct db_stmt row = { "import_row",
	"SELECT " ROW_COLUMNS " FROM import_row WHERE import_id = $1 AND number = $2" };

static const struct db_stmt change = { "import_change",
	"UPDATE import SET common = coalesce($2, common), columns = coalesce($3, columns), state = 'judging' WHERE id = $1" };
static const struct db_stmt change_rows = { "import_change_rows",
	"UPDATE import_row SET state = 'read', version = version + 1 WHERE import_id = $1 AND state <> 'read'" };
static const struct db_stmt set_state = { "import_set_state",
	"UPDATE import SET state = $2, ended_at = CASE WHEN $2 = 'done' THEN to_timestamp($3::bigint) END WHERE id = $1" };
/* A cancelled one has ended when nothing of its rows is left. */
static const struct db_stmt forget = { "import_forget",
	"WITH over AS (UPDATE import SET ended_at = to_timestamp($2::bigint) WHERE id = $1 AND state = 'cancelled' AND ended_at IS NULL)"
	" UPDATE import_row SET cells = '[]', form = NULL, faults = '[]', repairs = '[]', subject = '' WHERE import_id = $1" };
static const struct db_stmt judged = { "import_judged",
	"UPDATE import_row SET state = $4, form = $5, faults = $6, repairs = $7, subject = $8, entity = $9, key_digest = $10,"
	" cells = coalesce($11, cells), keep = keep OR $12, version = version + 1, same_row = NULL, same_receipt = NULL"
	" WHERE import_id = $1 AND number = $2 AND version = $3::bigint" };
static const struct db_stmt unmark = { "import_unmark",
	"UPDATE import_row SET state = 'good', same_row = NULL, same_receipt = NULL WHERE import_id = $1 AND state = 'duplicate'" };
/* Of an order t: its certificate c, neither expired nor revoked at a time. */
#define LIVING(now) "JOIN certificate c ON c.order_id = t.id AND c.not_after > to_timestamp(" now "::bigint)" \
	" AND NOT EXISTS (SELECT FROM certificate_revocation v WHERE v.issuer_id = c.issuer_id AND v.serial_number = c.serial_number)"
/* The same key is never kept: one key, one subject (R-LRA-07). Both rows are marked. */
static const struct db_stmt mark = { "import_mark",
	"WITH same AS ("
	"SELECT r.number, (SELECT min(o.number) FROM import_row o WHERE o.import_id = $1 AND o.key_digest = r.key_digest AND o.number <> r.number"
	" AND o.state <> 'refused') AS key_row,"
	" CASE WHEN NOT r.keep THEN (SELECT min(o.number) FROM import_row o WHERE o.import_id = $1 AND o.entity = r.entity"
	" AND o.number <> r.number AND o.state <> 'refused') END AS person_row,"
	" CASE WHEN NOT r.keep THEN (SELECT max(a.receipt_number) FROM application a WHERE a.entity = r.entity"
	" AND a.profile = r.form::json ->> 'profile' AND (a.state IN ('received', 'identified', 'submitted', 'verified', 'ordered', 'issued')"
	" OR EXISTS (SELECT FROM certificate_order t " LIVING("$2") " WHERE t.application_id = a.id))) END AS receipt"
	" FROM import_row r WHERE r.import_id = $1 AND r.state = 'good')"
	" UPDATE import_row r SET state = 'duplicate', same_row = coalesce(s.key_row, s.person_row), same_receipt = s.receipt"
	" FROM same s WHERE r.import_id = $1 AND r.number = s.number AND (s.key_row IS NOT NULL OR s.person_row IS NOT NULL OR s.receipt IS NOT NULL)" };
static const struct db_stmt sum = { "import_sum",
	"SELECT count(*) FILTER (WHERE state = 'good'), count(*) FILTER (WHERE state <> 'good'),"
	" sha256(coalesce(string_agg(sha256(convert_to(form, 'UTF8')), ''::bytea ORDER BY number) FILTER (WHERE state = 'good'), ''::bytea))"
	" FROM import_row WHERE import_id = $1" };
static const struct db_stmt start = { "import_start",
	"UPDATE import SET state = 'running', mode = $2, started_by = $3, started_at = to_timestamp($4::bigint), form = $5, statement = $6,"
	" signature = $7 WHERE id = $1" };

static const struct db_stmt joiners = { "import_joiners",
	"SELECT r.number, r.entity, r.subject, ''::text, ''::text, ''::bytea FROM import_row r WHERE r.import_id = $1 AND r.entity IS NOT NULL"
	" AND NOT EXISTS (SELECT FROM application a JOIN certificate_order t ON t.application_id = a.id " LIVING("$2")
	" WHERE a.entity = r.entity) ORDER BY r.number LIMIT $3" };
static const struct db_stmt leavers = { "import_leavers",
	"SELECT 0::bigint, a.entity, a.display_name, a.receipt_number, s.name, c.serial_number"
	" FROM application a JOIN certificate_order t ON t.application_id = a.id " LIVING("$3") " JOIN issuer s ON s.id = c.issuer_id"
	" WHERE a.lra = $1 AND NOT EXISTS (SELECT FROM import_row r WHERE r.import_id = $2 AND r.entity = a.entity)"
	" ORDER BY a.entity, a.id LIMIT $4" };

static const struct db_stmt next_work = { "import_next_work",
	"SELECT id, state, coalesce(started_by, entered_by), common, columns, lra FROM import WHERE state IN ('judging', 'running')"
	" OR (state = 'cancelled' AND ended_at IS NULL) ORDER BY id LIMIT 1" };
static const struct db_stmt todo = { "import_todo",
	"SELECT number, version, cells, coalesce(form, '') FROM import_row WHERE import_id = $1 AND state = $2 ORDER BY number LIMIT $3" };
static const struct db_stmt made = { "import_made",
	"UPDATE import_row SET state = 'made', receipt_number = $3, cells = '[]', form = NULL WHERE import_id = $1 AND number = $2"
	" AND state = 'good'" };
static const struct db_stmt refused = { "import_refused",
	"UPDATE import_row SET state = 'refused', faults = $3 WHERE import_id = $1 AND number = $2 AND state = 'good'" };
static const struct db_stmt drop_stale = { "import_drop_stale",
	"UPDATE import SET state = 'cancelled' WHERE state = 'reading' AND entered_at < to_timestamp($1::bigint)" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &begin, &add_rows, &find_same, &end, &drop,
	&last_common, &find, &lock, &list, &counts, &rows, &row, &change, &change_rows,
	&set_state, &forget, &judged, &unmark, &mark, &sum, &start, &joiners, &leavers,
	&next_work, &todo, &made, &refused, &drop_stale };
const struct db_stmt_list lra_import_stmts = { stmts, COUNT(stmts) };

/* A statement outside of a larger deed. */
static RESULT exec(struct db *db, const struct db_stmt *stmt, struct db_args args)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(db, &tx));
	TRY(db_exec(tx, stmt, args));
	return db_commit(&tx);
}

static RESULT one_row(struct db_rows **got, int64_t id)
{
	if (db_count(*got) == 1)
		return OK;
	db_rows_free(*got);
	*got = NULL;
	return FAIL(E_NOT_FOUND, "import %lld", (long long)id);
}

/* ---- reading */

RESULT import_store_begin(struct db *db, const char *lra, const char *name,
	const char *person, int64_t now, int64_t *id)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *got = NULL;
	TRY(db_begin_read_committed(db, &tx));
	TRY(db_query_tx(tx, &begin,
		DB_ARGS(DB_TEXT(lra), DB_TEXT(name), DB_TEXT(person), DB_INT(now)),
		&got));
	*id = db_int(got, 0, 0);
	return db_commit(&tx);
}

RESULT import_store_add_rows(struct db *db, int64_t id, const int64_t *numbers,
	const struct blob *cells, size_t count)
{
	return exec(db, &add_rows,
		DB_ARGS(DB_INT(id), DB_INTS(numbers, count), DB_TEXTS(cells, count)));
}

RESULT import_store_find_same(struct db_tx *tx, const char *lra, struct blob sha256,
	int64_t *id)
{
	AUTO(db_rows_free) struct db_rows *got = NULL;
	TRY(db_query_tx(tx, &find_same, DB_ARGS(DB_TEXT(lra), DB_BLOB(sha256)), &got));
	*id = db_count(got) == 0 ? 0 : db_int(got, 0, 0);
	return OK;
}

RESULT import_store_end(struct db_tx *tx, int64_t id, const struct import_end *what)
{
	const char separator[2] = { what->separator, 0 };
	return db_exec_one(tx, &end,
		DB_ARGS(DB_INT(id), DB_BLOB(what->sha256), DB_INT(what->size),
			DB_INT(what->rows), DB_TEXT(what->charset), DB_TEXT(what->reason),
			DB_TEXT(separator), DB_BOOL(what->header), DB_TEXT(what->columns),
			DB_TEXT(what->common)));
}

RESULT import_store_drop(struct db *db, int64_t id)
{
	return exec(db, &drop, DB_ARGS(DB_INT(id)));
}

RESULT import_store_last_common(struct db *db, const char *lra, struct buf *common)
{
	AUTO(db_rows_free) struct db_rows *got = NULL;
	TRY(db_query(db, &last_common, DB_ARGS(DB_TEXT(lra)), &got));
	return buf_append_text(common, db_count(got) == 0 ? "{}" : db_text(got, 0, 0));
}

/* ---- looking */

RESULT import_store_find(struct db *db, const char *lra, int64_t id, struct db_rows **out)
{
	TRY(db_query(db, &find, DB_ARGS(DB_TEXT(lra), DB_INT(id)), out));
	return one_row(out, id);
}

RESULT import_store_list(struct db *db, const char *lra, int64_t before, int64_t limit,
	struct db_rows **out)
{
	return db_query(db, &list, DB_ARGS(DB_TEXT(lra), DB_INT(before), DB_INT(limit)),
		out);
}

RESULT import_store_counts(struct db *db, int64_t id, struct db_rows **out)
{
	return db_query(db, &counts, DB_ARGS(DB_INT(id)), out);
}

RESULT import_store_rows(struct db *db, int64_t id, const char *state, int64_t after,
	int64_t limit, struct db_rows **out)
{
	return db_query(db, &rows,
		DB_ARGS(DB_INT(id), DB_TEXT(state), DB_INT(after), DB_INT(limit)), out);
}

RESULT import_store_row(struct db *db, int64_t id, int64_t number, struct db_rows **out)
{
	TRY(db_query(db, &row, DB_ARGS(DB_INT(id), DB_INT(number)), out));
	return one_row(out, id);
}

RESULT import_store_row_tx(struct db_tx *tx, int64_t id, int64_t number,
	struct db_rows **out)
{
	TRY(db_query_tx(tx, &row, DB_ARGS(DB_INT(id), DB_INT(number)), out));
	return one_row(out, id);
}

/* ---- changing */

RESULT import_store_lock(struct db_tx *tx, const char *lra, int64_t id,
	struct db_rows **out)
{
	TRY(db_query_tx(tx, &lock, DB_ARGS(DB_TEXT(lra), DB_INT(id)), out));
	return one_row(out, id);
}

RESULT import_store_change(struct db_tx *tx, int64_t id, const char *common,
	const char *columns)
{
	TRY(db_exec_one(tx, &change,
		DB_ARGS(DB_INT(id), DB_TEXT(common), DB_TEXT(columns))));
	return db_exec(tx, &change_rows, DB_ARGS(DB_INT(id)));
}

RESULT import_store_set_state(struct db_tx *tx, int64_t id, const char *state,
	int64_t now)
{
	return db_exec_one(tx, &set_state,
		DB_ARGS(DB_INT(id), DB_TEXT(state), DB_INT(now)));
}

RESULT import_store_forget(struct db *db, int64_t id, int64_t now)
{
	return exec(db, &forget, DB_ARGS(DB_INT(id), DB_INT(now)));
}

RESULT import_store_judged(struct db_tx *tx, int64_t id, int64_t number, int64_t version,
	const struct import_verdict *verdict, const char *cells, bool keep)
{
	struct err err = db_exec_one(tx, &judged,
		DB_ARGS(DB_INT(id), DB_INT(number), DB_INT(version),
			DB_TEXT(verdict->state), DB_TEXT(buf_text(&verdict->form)),
			DB_TEXT(buf_text(&verdict->faults)),
			DB_TEXT(buf_text(&verdict->repairs)),
			DB_TEXT(buf_text(&verdict->subject)), DB_TEXT(verdict->entity),
			verdict->has_key ? DB_BLOB(BLOB(verdict->key)) : DB_NULL,
			DB_TEXT(cells), DB_BOOL(keep)));
	return err.code == E_STATE ? FAIL(E_CONFLICT, "row %lld: changed meanwhile",
					     (long long)number)
				   : err;
}

RESULT import_store_mark_duplicates(struct db_tx *tx, int64_t id, int64_t now)
{
	TRY(db_exec(tx, &unmark, DB_ARGS(DB_INT(id))));
	return db_exec(tx, &mark, DB_ARGS(DB_INT(id), DB_INT(now)));
}

RESULT import_store_sum(struct db_tx *tx, int64_t id, struct import_sum *out)
{
	AUTO(db_rows_free) struct db_rows *got = NULL;
	TRY(db_query_tx(tx, &sum, DB_ARGS(DB_INT(id)), &got));
	struct blob digest = db_blob(got, 0, 2);
	if (digest.len != 32)
		return FAIL(E_BUG, "sum of an import");
	out->good = db_int(got, 0, 0);
	out->others = db_int(got, 0, 1);
	memcpy(out->digest, digest.data, 32);
	return OK;
}

RESULT import_store_start(struct db_tx *tx, int64_t id, const char *mode,
	const char *person, const struct decision *decision, int64_t now)
{
	return db_exec_one(tx, &start,
		DB_ARGS(DB_INT(id), DB_TEXT(mode), DB_TEXT(person), DB_INT(now),
			DB_TEXT(decision->form), DB_BLOB(buf_view(&decision->statement)),
			DB_BLOB(buf_view(&decision->signature))));
}

/* ---- against those who have certificates */

RESULT import_store_joiners(struct db *db, int64_t id, int64_t now, int64_t limit,
	struct db_rows **out)
{
	return db_query(db, &joiners, DB_ARGS(DB_INT(id), DB_INT(now), DB_INT(limit)),
		out);
}

RESULT import_store_leavers(struct db *db, const char *lra, int64_t id, int64_t now,
	int64_t limit, struct db_rows **out)
{
	return db_query(db, &leavers,
		DB_ARGS(DB_TEXT(lra), DB_INT(id), DB_INT(now), DB_INT(limit)), out);
}

/* ---- the keeper */

RESULT import_store_next_work(struct db *db, struct db_rows **out)
{
	return db_query(db, &next_work, DB_NO_ARGS, out);
}

RESULT import_store_todo(struct db *db, int64_t id, const char *state, int64_t limit,
	struct db_rows **out)
{
	return db_query(db, &todo, DB_ARGS(DB_INT(id), DB_TEXT(state), DB_INT(limit)),
		out);
}

RESULT import_store_made(struct db_tx *tx, int64_t id, int64_t number,
	const char *receipt)
{
	return db_exec_one(tx, &made,
		DB_ARGS(DB_INT(id), DB_INT(number), DB_TEXT(receipt)));
}

RESULT import_store_refused(struct db_tx *tx, int64_t id, int64_t number,
	const char *faults)
{
	return db_exec_one(tx, &refused,
		DB_ARGS(DB_INT(id), DB_INT(number), DB_TEXT(faults)));
}

RESULT import_store_drop_stale(struct db *db, int64_t before)
{
	return exec(db, &drop_stale, DB_ARGS(DB_INT(before)));
}
