#include "lra/certificate_store.h"

#include "common/base/table.h"

static const struct db_stmt is_revoked = { "lra_is_revoked",
	"SELECT EXISTS (SELECT FROM certificate_revocation r JOIN issuer i ON i.id = "
	"r.issuer_id"
	" WHERE i.name = $1 AND r.serial_number = $2)" };
static const struct db_stmt certificate = { "lra_certificate",
	"SELECT c.der, i.name, c.serial_number FROM application a JOIN certificate_order "
	"o ON o.application_id = a.id"
	" JOIN certificate c ON c.order_id = o.id AND c.key_digest = "
	"sha256(a.subject_public_key_info)"
	" JOIN issuer i ON i.id = c.issuer_id WHERE a.id = $1 ORDER BY c.issued_at DESC "
	"LIMIT 1" };
static const struct db_stmt has_living = { "lra_has_living",
	"SELECT EXISTS (SELECT FROM certificate_order o JOIN certificate c ON c.order_id "
	"= o.id"
	" WHERE o.application_id = $1 AND c.not_after >= to_timestamp($2::bigint) AND "
	"NOT EXISTS (SELECT FROM"
	" certificate_revocation r WHERE r.issuer_id = c.issuer_id AND r.serial_number = "
	"c.serial_number))" };
static const struct db_stmt status = { "lra_status",
	"SELECT a.receipt_number, a.lra, c.profile, extract(epoch FROM "
	"c.issued_at)::bigint,"
	" extract(epoch FROM c.not_after)::bigint, r.reason, extract(epoch FROM "
	"r.revocation_date)::bigint, v.id,"
	" extract(epoch FROM v.received_at)::bigint, extract(epoch FROM "
	"v.due_at)::bigint, a.id, a.version, c.der, c.profile_version, a.state, "
	"a.key_origin,"
	" w.event, w.requester, extract(epoch FROM w.published_at)::bigint, l.crl_number,"
	" extract(epoch FROM l.this_update)::bigint, extract(epoch FROM "
	"l.next_update)::bigint, d.form, extract(epoch FROM r.invalidity_date)::bigint"
	" FROM issuer i JOIN certificate c ON c.issuer_id = i.id AND c.serial_number = $2"
	" LEFT JOIN certificate_order o ON o.id = c.order_id LEFT JOIN application a ON "
	"a.id = o.application_id"
	" LEFT JOIN LATERAL (SELECT reason, revocation_date, invalidity_date FROM "
	"certificate_revocation x WHERE x.issuer_id = c.issuer_id"
	" AND x.serial_number = c.serial_number ORDER BY edition DESC LIMIT 1) r ON true"
	" LEFT JOIN LATERAL (SELECT id, received_at, due_at FROM revocation y WHERE "
	"y.issuer = i.name"
	" AND y.serial_number = c.serial_number AND y.state = 'asked' ORDER BY id LIMIT "
	"1) v ON true"
	" LEFT JOIN LATERAL (SELECT event, requester, published_at FROM revocation z "
	"WHERE z.issuer = i.name"
	" AND z.serial_number = c.serial_number AND z.state <> 'refused' ORDER BY id "
	"DESC LIMIT 1) w ON true"
	" LEFT JOIN LATERAL (SELECT crl_number, this_update, next_update FROM crl k "
	"WHERE k.issuer_id = i.id AND k.shard = 0"
	" AND k.published_at IS NOT NULL ORDER BY crl_number DESC LIMIT 1) l ON true"
	" LEFT JOIN LATERAL (SELECT form FROM delivery x WHERE x.application_id = a.id "
	"AND x.serial_number = c.serial_number"
	" ORDER BY id DESC LIMIT 1) d ON true"
	" WHERE i.name = $1" };
static const struct db_stmt of_application = { "lra_certificates",
	"SELECT i.name, c.serial_number, extract(epoch FROM c.issued_at)::bigint, "
	"extract(epoch FROM c.not_after)::bigint,"
	" EXISTS (SELECT FROM certificate_revocation r WHERE r.issuer_id = c.issuer_id "
	"AND r.serial_number = c.serial_number)"
	" FROM certificate_order o JOIN certificate c ON c.order_id = o.id JOIN issuer i "
	"ON i.id = c.issuer_id"
	" WHERE o.application_id = $1 ORDER BY c.issued_at DESC, c.serial_number" };
static const struct db_stmt add_revocation = { "lra_add_revocation",
	"INSERT INTO revocation (issuer, serial_number, reason, event, requester, "
	"form, statement, signature, statement_sha256,"
	" received_at, due_at) VALUES ($1, $2, $3::bigint, $4, $5, $6, $7, $8, "
	"sha256($7), to_timestamp($9::bigint),"
	" to_timestamp($10::bigint)) RETURNING id" };
static const struct db_stmt *const stmts[] = { &is_revoked, &certificate, &has_living,
	&status, &of_application, &add_revocation };
const struct db_stmt_list lra_certificate_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_is_revoked(struct db *db, const char *issuer, struct blob serial_number,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &is_revoked, DB_ARGS(DB_TEXT(issuer), DB_BLOB(serial_number)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_is_revoked_tx(struct db_tx *tx, const char *issuer,
	struct blob serial_number, bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &is_revoked, DB_ARGS(DB_TEXT(issuer), DB_BLOB(serial_number)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_certificate(struct db_tx *tx, int64_t application_id,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &certificate, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "certificate");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_has_living(struct db_tx *tx, int64_t application_id, int64_t now,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &has_living, DB_ARGS(DB_INT(application_id), DB_INT(now)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_status(struct db *db, const char *issuer, struct blob serial_number,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &status, DB_ARGS(DB_TEXT(issuer), DB_BLOB(serial_number)),
		&rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "certificate");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_certificates(struct db *db, int64_t application_id, struct db_rows **out)
{
	return db_query(db, &of_application, DB_ARGS(DB_INT(application_id)), out);
}

RESULT lra_store_add_revocation(struct db_tx *tx, const struct lra_revocation_row *row,
	int64_t *id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct revocation_request *request = row->request;
	TRY(db_query_tx(tx, &add_revocation,
		DB_ARGS(DB_TEXT(request->issuer),
			DB_BLOB(serial_view(&request->serial_number)),
			DB_INT(request->event->reason), DB_TEXT(request->event->word),
			DB_TEXT(request->requester), DB_TEXT(row->form),
			DB_BLOB(row->statement), DB_BLOB(row->signature),
			DB_INT(row->received_at), DB_INT(row->due_at)),
		&rows));
	*id = db_int(rows, 0, 0);
	return OK;
}
