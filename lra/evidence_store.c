#include "lra/evidence_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

#define EPOCH(column) "extract(epoch FROM " column ")::bigint"

/* clang-format off */
static const struct db_stmt case_of = { "evidence_case",
	"SELECT a.id, a.state, (SELECT count(*) FROM evidence_file f WHERE f.application_id = a.id)"
	" FROM application a WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1)" };
static const struct db_stmt add = { "evidence_add",
	"INSERT INTO evidence_file (application_id, sha256, media_type, size, name, sealed_sha256, stored_by, stored_at)"
	" VALUES ($1, $2, $3, $4::bigint, $5, $6, $7, to_timestamp($8::bigint))" };
static const struct db_stmt find = { "evidence_find",
	"SELECT f.id, f.media_type, f.name, f.size, d.approved_at IS NOT NULL FROM evidence_file f JOIN application a"
	" ON a.id = f.application_id LEFT JOIN evidence_destruction d ON d.application_id = a.id"
	" WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1) AND f.sha256 = $3" };
static const struct db_stmt list = { "evidence_list",
	"SELECT coalesce(e.sha256, f.sha256), coalesce(e.kind, ''), e.id IS NOT NULL, coalesce(f.media_type, ''),"
	" coalesce(f.size, 0), coalesce(f.name, ''), f.sealed_sha256, coalesce(f.stored_by, ''), " EPOCH("f.stored_at") ", "
	EPOCH("d.found_at")
	" FROM (SELECT * FROM evidence WHERE application_id = $1) e FULL JOIN (SELECT * FROM evidence_file WHERE application_id = $1) f"
	" ON f.sha256 = e.sha256 LEFT JOIN evidence_damage d ON d.evidence_file_id = f.id ORDER BY e.id, f.id" };
static const struct db_stmt same = { "evidence_same",
	"SELECT a.receipt_number FROM evidence_file f JOIN application a ON a.id = f.application_id"
	" WHERE f.sha256 = $3 AND a.id <> $2 AND ($1 = '' OR a.lra = $1) ORDER BY a.id LIMIT 20" };
static const struct db_stmt end = { "evidence_end",
	"SELECT " EPOCH("c.closed_at") ", " EPOCH("evidence_ended(a.id)") ", d.reason, d.proposed_by, "
	EPOCH("d.proposed_at") ", d.approved_by, " EPOCH("d.approved_at") ", " EPOCH("d.done_at")
	" FROM application a LEFT JOIN evidence_closed c ON c.application_id = a.id"
	" LEFT JOIN evidence_destruction d ON d.application_id = a.id WHERE a.id = $1" };
static const struct db_stmt known = { "evidence_known",
	"SELECT EXISTS (SELECT FROM evidence_file WHERE name = $1)" };
static const struct db_stmt next = { "evidence_next",
	"SELECT f.id, a.receipt_number, f.name, f.sealed_sha256 FROM evidence_file f JOIN application a ON a.id = f.application_id"
	" WHERE f.id > $1 AND NOT EXISTS (SELECT FROM evidence_destruction d WHERE d.application_id = a.id AND d.approved_at IS NOT NULL)"
	" ORDER BY f.id LIMIT $2" };
static const struct db_stmt damage = { "evidence_damaged",
	"INSERT INTO evidence_damage (evidence_file_id, found_at) VALUES ($1, to_timestamp($2::bigint)) ON CONFLICT DO NOTHING"
	" RETURNING true" };
static const struct db_stmt to_close = { "evidence_to_close",
	"SELECT a.id, a.receipt_number FROM application a WHERE a.state IN ('accepted', 'rejected', 'withdrawn')"
	" AND EXISTS (SELECT FROM evidence_file f WHERE f.application_id = a.id)"
	" AND NOT EXISTS (SELECT FROM evidence_closed c WHERE c.application_id = a.id) ORDER BY a.id LIMIT $1" };
static const struct db_stmt close_case = { "evidence_close",
	"INSERT INTO evidence_closed (application_id, closed_at) VALUES ($1, to_timestamp($2::bigint))" };
static const struct db_stmt due = { "evidence_due",
	"SELECT a.receipt_number, a.state, " EPOCH("evidence_ended(a.id)") ", (SELECT count(*) FROM evidence_file f WHERE"
	" f.application_id = a.id), coalesce(d.proposed_by, '') FROM evidence_closed c JOIN application a ON a.id = c.application_id"
	" LEFT JOIN evidence_destruction d ON d.application_id = a.id WHERE ($1 = '' OR a.lra = $1) AND d.approved_at IS NULL"
	" AND c.closed_at < to_timestamp($2::bigint) AND evidence_ended(a.id) < to_timestamp($2::bigint) ORDER BY a.id LIMIT $3" };
static const struct db_stmt ended = { "evidence_ended",
	"SELECT " EPOCH("evidence_ended($1)") };
static const struct db_stmt propose = { "evidence_propose",
	"INSERT INTO evidence_destruction (application_id, reason, proposed_by, proposed_at)"
	" VALUES ($1, $2, $3, to_timestamp($4::bigint))" };
static const struct db_stmt proposal = { "evidence_proposal",
	"SELECT proposed_by, approved_at IS NOT NULL FROM evidence_destruction WHERE application_id = $1" };
static const struct db_stmt approve = { "evidence_approve",
	"UPDATE evidence_destruction SET approved_by = $2, approved_at = to_timestamp($3::bigint)"
	" WHERE application_id = $1 AND approved_at IS NULL" };
static const struct db_stmt to_destroy = { "evidence_to_destroy",
	"SELECT a.id, a.receipt_number FROM evidence_destruction d JOIN application a ON a.id = d.application_id"
	" WHERE d.approved_at IS NOT NULL AND d.done_at IS NULL ORDER BY a.id LIMIT $1" };
static const struct db_stmt destroyed = { "evidence_destroyed",
	"UPDATE evidence_destruction SET done_at = to_timestamp($2::bigint) WHERE application_id = $1 AND done_at IS NULL" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &case_of, &add, &find, &list, &same, &end,
	&known, &next, &damage, &to_close, &close_case, &due, &ended, &propose, &proposal,
	&approve, &to_destroy, &destroyed };
const struct db_stmt_list lra_evidence_stmts = { stmts, COUNT(stmts) };

static RESULT one(struct err err, struct db_rows **rows, const char *receipt,
	struct db_rows **out)
{
	TRY(err);
	if (db_count(*rows) == 0)
		return FAIL(E_NOT_FOUND, "evidence of %.30s", receipt);
	*out = MOVE(*rows);
	return OK;
}

RESULT evidence_store_case(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return one(db_query(db, &case_of, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), &rows),
		&rows, receipt, out);
}

RESULT evidence_store_add(struct db_tx *tx, int64_t application_id,
	const struct evidence_media *media, const char *name,
	const struct sealed_digests *digests, const char *stored_by, int64_t now)
{
	return db_exec_one(tx, &add,
		DB_ARGS(DB_INT(application_id), DB_BLOB(BLOB(digests->plain)),
			DB_TEXT(media->type), DB_INT(digests->size), DB_TEXT(name),
			DB_BLOB(BLOB(digests->sealed)), DB_TEXT(stored_by), DB_INT(now)));
}

RESULT evidence_store_find(struct db *db, const char *lra, const char *receipt,
	struct blob sha256, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return one(db_query(db, &find,
			   DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt), DB_BLOB(sha256)),
			   &rows),
		&rows, receipt, out);
}

RESULT evidence_store_list(struct db *db, int64_t application_id, struct db_rows **out)
{
	return db_query(db, &list, DB_ARGS(DB_INT(application_id)), out);
}

RESULT evidence_store_same(struct db *db, const char *lra, int64_t application_id,
	struct blob sha256, struct db_rows **out)
{
	return db_query(db, &same,
		DB_ARGS(DB_TEXT(lra), DB_INT(application_id), DB_BLOB(sha256)), out);
}

RESULT evidence_store_end(struct db *db, int64_t application_id, struct db_rows **out)
{
	return db_query(db, &end, DB_ARGS(DB_INT(application_id)), out);
}

RESULT evidence_store_known(struct db *db, const char *name, bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &known, DB_ARGS(DB_TEXT(name)), &rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT evidence_store_next(struct db *db, int64_t after, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &next, DB_ARGS(DB_INT(after), DB_INT(most)), out);
}

RESULT evidence_store_damage(struct db_tx *tx, int64_t file_id, int64_t now, bool *new)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &damage, DB_ARGS(DB_INT(file_id), DB_INT(now)), &rows));
	*new = db_count(rows) > 0;
	return OK;
}

RESULT evidence_store_to_close(struct db *db, int64_t most, struct db_rows **out)
{
	return db_query(db, &to_close, DB_ARGS(DB_INT(most)), out);
}

RESULT evidence_store_close(struct db_tx *tx, int64_t application_id, int64_t now)
{
	return db_exec_one(tx, &close_case, DB_ARGS(DB_INT(application_id), DB_INT(now)));
}

RESULT evidence_store_due(struct db *db, const char *lra, int64_t before, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &due, DB_ARGS(DB_TEXT(lra), DB_INT(before), DB_INT(most)),
		out);
}

RESULT evidence_store_ended(struct db_tx *tx, int64_t application_id, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &ended, DB_ARGS(DB_INT(application_id)), &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT evidence_store_propose(struct db_tx *tx, int64_t application_id,
	const char *reason, const char *by, int64_t now)
{
	return db_exec_one(tx, &propose,
		DB_ARGS(DB_INT(application_id), DB_TEXT(reason), DB_TEXT(by),
			DB_INT(now)));
}

RESULT evidence_store_proposal(struct db_tx *tx, int64_t application_id,
	char by[static 64], bool *approved)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &proposal, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "nobody proposed it");
	*approved = db_bool(rows, 0, 1);
	return text_copy(db_text(rows, 0, 0), by, 64);
}

RESULT evidence_store_approve(struct db_tx *tx, int64_t application_id, const char *by,
	int64_t now)
{
	return db_exec_one(tx, &approve,
		DB_ARGS(DB_INT(application_id), DB_TEXT(by), DB_INT(now)));
}

RESULT evidence_store_to_destroy(struct db *db, int64_t most, struct db_rows **out)
{
	return db_query(db, &to_destroy, DB_ARGS(DB_INT(most)), out);
}

RESULT evidence_store_destroyed(struct db_tx *tx, int64_t application_id, int64_t now)
{
	return db_exec_one(tx, &destroyed, DB_ARGS(DB_INT(application_id), DB_INT(now)));
}
