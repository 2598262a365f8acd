#include "ca/cert_store.h"

#include "common/base/table.h"

static const struct db_stmt issuer = { "issuer_find",
	"SELECT id, certificate FROM issuer WHERE name = $1" };
static const struct db_stmt add_issuer = { "issuer_add",
	"INSERT INTO issuer (id, name, certificate)"
	" SELECT coalesce(max(id), 0) + 1, $1, $2 FROM issuer" };
static const struct db_stmt reserve = { "serial_reserve",
	"INSERT INTO serial_reservation (issuer_id, serial_number, order_id, not_before, "
	"not_after)"
	" SELECT t.issuer_id, t.serial_number, nullif(t.order_id, 0), "
	"to_timestamp(t.not_before), to_timestamp(t.not_after)"
	" FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], "
	"$5::bigint[])"
	" AS t (issuer_id, serial_number, order_id, not_before, not_after)" };
static const struct db_stmt insert = { "certificate_insert",
	"INSERT INTO certificate (issuer_id, serial_number, issued_at, order_id, "
	"profile, profile_version, not_after,"
	" subject_digest, key_digest, der) SELECT t.issuer_id, t.serial_number, "
	"to_timestamp(t.issued_at),"
	" nullif(t.order_id, 0), t.profile, t.profile_version, "
	"to_timestamp(t.not_after), t.subject_digest, t.key_digest,"
	" t.der FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], "
	"$5::text[], $6::bigint[], $7::bigint[],"
	" $8::bytea[], $9::bytea[], $10::bytea[]) AS t (issuer_id, serial_number, "
	"issued_at, order_id, profile,"
	" profile_version, not_after, subject_digest, key_digest, der)" };
static const struct db_stmt exists = { "certificate_exists",
	"SELECT EXISTS (SELECT FROM certificate WHERE issuer_id = $1::bigint AND "
	"serial_number = $2)" };
static const struct db_stmt status = { "certificate_status",
	"SELECT extract(epoch FROM c.not_after)::bigint, c.key_digest, o.document, "
	"r.edition, r.reason,"
	" extract(epoch FROM r.revocation_date)::bigint, c.der FROM certificate c"
	" LEFT JOIN certificate_order o ON o.id = c.order_id"
	" LEFT JOIN LATERAL (SELECT edition, reason, revocation_date FROM "
	"certificate_revocation x"
	" WHERE x.issuer_id = c.issuer_id AND x.serial_number = c.serial_number ORDER BY "
	"edition DESC LIMIT 1) r ON true"
	" WHERE c.issuer_id = $1::bigint AND c.serial_number = $2" };
static const struct db_stmt revoke = { "certificate_revoke",
	"INSERT INTO certificate_revocation (issuer_id, serial_number, edition, "
	"revocation_date, reason, not_after,"
	" revocation_id, invalidity_date) VALUES ($1::bigint, $2, $3::bigint, "
	"to_timestamp($4::bigint), $5::bigint, to_timestamp($6::bigint), "
	"nullif($7::bigint, 0), to_timestamp(nullif($8::bigint, 0)))" };
static const struct db_stmt is_revoked = { "certificate_is_revoked",
	"SELECT EXISTS (SELECT FROM certificate_revocation r JOIN issuer i ON i.id = "
	"r.issuer_id"
	" WHERE i.name = $1 AND r.serial_number = $2)" };
static const struct db_stmt block_key = { "key_block",
	"INSERT INTO blocked_key (key_digest, source, blocked_at) VALUES ($1, $2, "
	"to_timestamp($3::bigint))"
	" ON CONFLICT DO NOTHING" };
static const struct db_stmt own_key = { "key_own",
	"INSERT INTO subject_key (key_digest, subject_digest) VALUES ($1, $2) ON "
	"CONFLICT DO NOTHING" };

static const struct db_stmt *const stmts[] = { &issuer, &add_issuer, &reserve, &insert,
	&exists, &status, &revoke, &is_revoked, &block_key, &own_key };
const struct db_stmt_list cert_store_stmts = { stmts, COUNT(stmts) };

enum { ROWS_MOST = 512 }; /* of one statement */

RESULT cert_store_issuer(struct db *db, const char *name, int64_t *id,
	struct buf *certificate)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &issuer, DB_ARGS(DB_TEXT(name)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "issuer %s: not in the registry", name);
	*id = db_int(rows, 0, 0);
	return certificate == NULL ? OK : buf_append(certificate, db_blob(rows, 0, 1));
}

RESULT cert_store_add_issuer(struct db_tx *tx, const char *name, struct blob certificate)
{
	return db_exec_one(tx, &add_issuer, DB_ARGS(DB_TEXT(name), DB_BLOB(certificate)));
}

RESULT cert_store_reserve(struct db_tx *tx, const struct reservation_row *rows,
	size_t count)
{
	int64_t numbers[4][ROWS_MOST];
	struct blob serials[ROWS_MOST];
	if (count > ROWS_MOST)
		return FAIL(E_BUG, "reserve: %zu rows", count);
	for (size_t i = 0; i < count; i++) {
		numbers[0][i] = rows[i].issuer_id;
		numbers[1][i] = rows[i].order_id;
		numbers[2][i] = rows[i].not_before;
		numbers[3][i] = rows[i].not_after;
		serials[i] = serial_view(&rows[i].serial_number);
	}
	return db_exec(tx, &reserve,
		DB_ARGS(DB_INTS(numbers[0], count), DB_BLOBS(serials, count),
			DB_INTS(numbers[1], count), DB_INTS(numbers[2], count),
			DB_INTS(numbers[3], count)));
}

RESULT cert_store_insert(struct db_tx *tx, const struct cert_row *rows, size_t count)
{
	int64_t numbers[5][ROWS_MOST];
	struct blob blobs[5][ROWS_MOST];
	if (count > ROWS_MOST)
		return FAIL(E_BUG, "certificates: %zu rows", count);
	for (size_t i = 0; i < count; i++) {
		const struct cert_row *row = &rows[i];
		const int64_t number[5] = { row->issuer_id, row->issued_at, row->order_id,
			row->profile_version, row->not_after };
		const struct blob blob[5] = { row->serial_number, blob_text(row->profile),
			row->subject_digest, row->key_digest, row->der };
		for (size_t j = 0; j < 5; j++) {
			numbers[j][i] = number[j];
			blobs[j][i] = blob[j];
		}
	}
	return db_exec(tx, &insert,
		DB_ARGS(DB_INTS(numbers[0], count), DB_BLOBS(blobs[0], count),
			DB_INTS(numbers[1], count), DB_INTS(numbers[2], count),
			DB_TEXTS(blobs[1], count), DB_INTS(numbers[3], count),
			DB_INTS(numbers[4], count), DB_BLOBS(blobs[2], count),
			DB_BLOBS(blobs[3], count), DB_BLOBS(blobs[4], count)));
}

RESULT cert_store_exists(struct db_tx *tx, int64_t issuer_id, struct blob serial_number,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &exists, DB_ARGS(DB_INT(issuer_id), DB_BLOB(serial_number)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT cert_store_status(struct db_tx *tx, int64_t issuer_id, struct blob serial_number,
	struct cert_status *out, struct buf *order_document)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &status, DB_ARGS(DB_INT(issuer_id), DB_BLOB(serial_number)),
		&rows));
	*out = (struct cert_status){ .found = db_count(rows) > 0 };
	if (!out->found)
		return OK;
	out->not_after = db_int(rows, 0, 0);
	struct blob key = db_blob(rows, 0, 1);
	if (key.len != sizeof out->key_digest)
		return FAIL(E_BUG, "certificate: key digest of %zu octets", key.len);
	memcpy(out->key_digest, key.data, key.len);
	out->revoked = !db_is_null(rows, 0, 3);
	out->edition = db_int(rows, 0, 3);
	out->reason = (enum revocation_reason)db_int(rows, 0, 4);
	out->revocation_date = db_int(rows, 0, 5);
	struct cert cert;
	TRY_IN(cert_parse(db_blob(rows, 0, 6), &cert), "certificate");
	out->not_before = cert.not_before;
	return buf_append(order_document, db_blob(rows, 0, 2));
}

RESULT cert_store_revoke(struct db_tx *tx, const struct cert_revocation *row)
{
	return db_exec_one(tx, &revoke,
		DB_ARGS(DB_INT(row->issuer_id), DB_BLOB(row->serial_number),
			DB_INT(row->edition), DB_INT(row->revocation_date),
			DB_INT(row->reason), DB_INT(row->not_after),
			DB_INT(row->revocation_id), DB_INT(row->invalidity_date)));
}

RESULT cert_store_is_revoked(struct db *db, const char *name, struct blob serial_number,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &is_revoked, DB_ARGS(DB_TEXT(name), DB_BLOB(serial_number)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT cert_store_block_key(struct db_tx *tx, struct blob key_digest, const char *source,
	int64_t now)
{
	return db_exec(tx, &block_key,
		DB_ARGS(DB_BLOB(key_digest), DB_TEXT(source), DB_INT(now)));
}

RESULT cert_store_own_key(struct db_tx *tx, struct blob key_digest,
	struct blob subject_digest)
{
	return db_exec(tx, &own_key,
		DB_ARGS(DB_BLOB(key_digest), DB_BLOB(subject_digest)));
}
