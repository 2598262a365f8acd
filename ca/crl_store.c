#include "ca/crl_store.h"

#include "common/base/table.h"

static const struct db_stmt state = { "crl_state",
	"SELECT i.id, coalesce((SELECT max(crl_number) FROM crl WHERE issuer_id = i.id "
	"AND shard = 0), 0),"
	" coalesce(extract(epoch FROM p.this_update)::bigint, 0), "
	"coalesce(p.transaction, 0),"
	" EXISTS (SELECT FROM certificate_revocation r WHERE r.issuer_id = i.id"
	" AND r.transaction >= coalesce(p.transaction, 0) AND r.transaction < "
	"settled_transaction()),"
	" settled_transaction() FROM issuer i LEFT JOIN LATERAL (SELECT this_update, "
	"transaction FROM crl"
	" WHERE issuer_id = i.id AND shard = 0 AND published_at IS NOT NULL ORDER BY "
	"crl_number DESC LIMIT 1) p ON true"
	" WHERE i.name = $1" };
static const struct db_stmt begin = { "crl_begin",
	"INSERT INTO crl (issuer_id, crl_number, this_update, next_update, transaction)"
	" VALUES ($1::bigint, $2::bigint, to_timestamp($3::bigint), "
	"to_timestamp($4::bigint), $5::bigint)" };
static const struct db_stmt entries = { "crl_entries",
	"SELECT r.serial_number, extract(epoch FROM r.revocation_date)::bigint, "
	"r.reason, "
	"coalesce(extract(epoch FROM r.invalidity_date)::bigint, 0) FROM "
	"certificate_revocation r"
	" WHERE r.issuer_id = $1::bigint AND r.transaction < $2::bigint AND r.not_after "
	">= to_timestamp($3::bigint)"
	" AND NOT EXISTS (SELECT FROM certificate_revocation y WHERE y.issuer_id = "
	"r.issuer_id"
	" AND y.serial_number = r.serial_number AND y.edition > r.edition AND "
	"y.transaction < $2::bigint) ORDER BY r.serial_number" };
static const struct db_stmt certificate = {
	"crl_certificate",
	"SELECT der FROM certificate WHERE issuer_id = $1::bigint AND serial_number = $2"
};
static const struct db_stmt finish = { "crl_finish",
	"UPDATE crl SET entries = $3::bigint, size = $4::bigint, sha256 = $5, "
	"published_at = to_timestamp($6::bigint)"
	" WHERE issuer_id = $1::bigint AND shard = 0 AND crl_number = $2::bigint" };
static const struct db_stmt mark = { "revocation_mark_published",
	"UPDATE revocation v SET published_at = to_timestamp($3::bigint) WHERE v.issuer "
	"= $1 AND v.state = 'done'"
	" AND v.published_at IS NULL AND EXISTS (SELECT FROM certificate_revocation r "
	"WHERE r.revocation_id = v.id"
	" AND r.transaction < $2::bigint)" };

static const struct db_stmt *const stmts[] = { &state, &begin, &entries, &certificate,
	&finish, &mark };
const struct db_stmt_list crl_store_stmts = { stmts, COUNT(stmts) };

RESULT crl_store_state(struct db *db, const char *issuer, struct crl_state *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &state, DB_ARGS(DB_TEXT(issuer)), &rows));
	*out = (struct crl_state){ .known = db_count(rows) > 0 };
	if (!out->known)
		return OK;
	out->issuer_id = db_int(rows, 0, 0);
	out->crl_number = db_int(rows, 0, 1);
	out->this_update = db_int(rows, 0, 2);
	out->transaction = db_int(rows, 0, 3);
	out->revoked_since = db_bool(rows, 0, 4);
	out->settled = db_int(rows, 0, 5);
	return OK;
}

RESULT crl_store_begin(struct db_tx *tx, const struct crl_state *last,
	int64_t this_update, int64_t next_update)
{
	return db_exec_one(tx, &begin,
		DB_ARGS(DB_INT(last->issuer_id), DB_INT(last->crl_number + 1),
			DB_INT(this_update), DB_INT(next_update), DB_INT(last->settled)));
}

RESULT crl_store_entries(struct db *db, int64_t issuer_id, int64_t settled,
	int64_t keep_after, struct err (*visit)(void *context, const struct db_rows *row),
	void *context)
{
	return db_stream(db, &entries,
		DB_ARGS(DB_INT(issuer_id), DB_INT(settled), DB_INT(keep_after)), visit,
		context);
}

RESULT crl_store_certificate(struct db *db, int64_t issuer_id, struct blob serial_number,
	struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &certificate, DB_ARGS(DB_INT(issuer_id), DB_BLOB(serial_number)),
		&rows));
	return db_count(rows) == 0 ? OK : buf_append(out, db_blob(rows, 0, 0));
}

RESULT crl_store_finish(struct db_tx *tx, int64_t issuer_id, int64_t crl_number,
	int64_t count, int64_t size, const uint8_t sha256[static 32], int64_t now)
{
	return db_exec_one(tx, &finish,
		DB_ARGS(DB_INT(issuer_id), DB_INT(crl_number), DB_INT(count),
			DB_INT(size), DB_BLOB(blob_make(sha256, 32)), DB_INT(now)));
}

RESULT crl_store_mark_published(struct db_tx *tx, const char *issuer, int64_t settled,
	int64_t now)
{
	return db_exec(tx, &mark, DB_ARGS(DB_TEXT(issuer), DB_INT(settled), DB_INT(now)));
}
