#include "ra/store.h"

#include "common/base/table.h"

static const struct db_stmt take_submitted = { "ra_take_submitted",
	"SELECT id, receipt_number, content, subject_public_key_info FROM application "
	"WHERE state = 'submitted'"
	" ORDER BY changed_at, id LIMIT $1 FOR UPDATE SKIP LOCKED" };
static const struct db_stmt take_verified = { "ra_take_verified",
	"SELECT a.id, a.receipt_number, a.content, a.subject_public_key_info FROM "
	"application a"
	" WHERE a.state = 'verified' AND a.subject_public_key_info IS NOT NULL"
	" AND NOT EXISTS (SELECT FROM certificate_order o WHERE o.application_id = a.id"
	" AND o.state IN ('placed', 'accepted'))"
	" ORDER BY a.changed_at, a.id LIMIT $1 FOR UPDATE SKIP LOCKED" };
static const struct db_stmt evidence = { "ra_evidence",
	"SELECT kind, method, sha256, coalesce(issued_on::text, ''), "
	"coalesce(valid_until::text, ''),"
	" array_to_string(proves, ',') FROM evidence WHERE application_id = $1 ORDER BY "
	"id" };
static const struct db_stmt decisions = { "ra_decisions",
	"SELECT d.form, d.statement, d.signature FROM decision d JOIN application a ON "
	"a.id = d.application_id"
	" WHERE d.application_id = $1 AND d.application_version = a.version AND d.kind "
	"IN ('identify', 'approve', 'bindKey')"
	" AND d.id = (SELECT max(y.id) FROM decision y WHERE y.application_id = "
	"d.application_id AND y.kind = d.kind"
	" AND y.application_version = a.version) ORDER BY d.id" };
static const struct db_stmt step = { "ra_step",
	"UPDATE application SET state = $3, event = $2, event_role = 'ra', changed_at = "
	"to_timestamp($4::bigint),"
	" refusal = $5 WHERE id = $1" };
static const struct db_stmt claim_name = { "ra_claim_name",
	"WITH mine AS (INSERT INTO subject_name (subject_digest, entity) VALUES ($1, $2) "
	"ON CONFLICT DO NOTHING RETURNING 1)"
	" SELECT EXISTS (SELECT FROM mine) OR EXISTS (SELECT FROM subject_name WHERE "
	"subject_digest = $1 AND entity = $2)" };
static const struct db_stmt claim_key = { "ra_claim_key",
	"WITH mine AS (INSERT INTO subject_key (key_digest, subject_digest) VALUES ($1, "
	"$2) ON CONFLICT DO NOTHING RETURNING 1)"
	" SELECT EXISTS (SELECT FROM mine) OR EXISTS (SELECT FROM subject_key WHERE "
	"key_digest = $1 AND subject_digest = $2)" };
static const struct db_stmt key_blocked = { "ra_key_blocked",
	"SELECT EXISTS (SELECT FROM blocked_key WHERE key_digest = $1)" };
static const struct db_stmt agreement = { "ra_agreement",
	"SELECT EXISTS (SELECT FROM agreement WHERE sha256 = $1)" };
static const struct db_stmt place = { "ra_place",
	"INSERT INTO certificate_order (application_id, document, signature, "
	"document_sha256)"
	" VALUES ($1, $2, $3, sha256($2))" };
static const struct db_stmt take_answered = { "ra_take_answered",
	"SELECT a.id, a.receipt_number, o.state, o.refusal FROM application a JOIN "
	"certificate_order o"
	" ON o.application_id = a.id AND o.id = (SELECT max(y.id) FROM certificate_order "
	"y WHERE y.application_id = a.id)"
	" WHERE a.state = 'ordered' AND o.state IN ('issued', 'refused') ORDER BY a.id "
	"LIMIT $1 FOR UPDATE OF a SKIP LOCKED" };
static const struct db_stmt notify = { "ra_notify", "SELECT pg_notify($1, '')" };
static const struct db_stmt is_revoked = { "ra_is_revoked",
	"SELECT EXISTS (SELECT FROM certificate_revocation r JOIN issuer i ON i.id = "
	"r.issuer_id"
	" WHERE i.name = $1 AND r.serial_number = $2)" };
static const struct db_stmt *const stmts[] = { &take_submitted, &take_verified, &evidence,
	&decisions, &step, &claim_name, &claim_key, &key_blocked, &agreement, &place,
	&take_answered, &notify, &is_revoked };
const struct db_stmt_list ra_store_stmts = { stmts, COUNT(stmts) };

static const struct db_stmt view = { "ra_view",
	"SELECT receipt_number, lra, state, version, profile, display_name, content, "
	"refusal,"
	" extract(epoch FROM received_at)::bigint, extract(epoch FROM "
	"changed_at)::bigint, id FROM application"
	" WHERE receipt_number = $1" };
static const struct db_stmt list = { "ra_list",
	"SELECT receipt_number, lra, state, version, profile, display_name, NULL::bytea, "
	"NULL::text,"
	" extract(epoch FROM received_at)::bigint, extract(epoch FROM "
	"changed_at)::bigint, id FROM application"
	" WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3" };
static const struct db_stmt ping = { "ra_ping",
	"SELECT version FROM schema_version ORDER BY version DESC LIMIT 1" };
static const struct db_stmt *const view_stmts[] = { &view, &list, &ping, &is_revoked };
const struct db_stmt_list ra_store_view_stmts = { view_stmts, COUNT(view_stmts) };

RESULT ra_store_take_submitted(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_submitted, DB_ARGS(DB_INT(most)), out);
}

RESULT ra_store_take_verified(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_verified, DB_ARGS(DB_INT(most)), out);
}

RESULT ra_store_evidence(struct db_tx *tx, int64_t application_id, struct db_rows **out)
{
	return db_query_tx(tx, &evidence, DB_ARGS(DB_INT(application_id)), out);
}

RESULT ra_store_decisions(struct db_tx *tx, int64_t application_id, struct db_rows **out)
{
	return db_query_tx(tx, &decisions, DB_ARGS(DB_INT(application_id)), out);
}

RESULT ra_store_step(struct db_tx *tx, int64_t application_id,
	enum application_event event, enum application_state to, int64_t now,
	const char *refusal)
{
	return db_exec_one(tx, &step,
		DB_ARGS(DB_INT(application_id), DB_TEXT(application_event_name(event)),
			DB_TEXT(application_state_name(to)), DB_INT(now),
			DB_TEXT(refusal)));
}

static RESULT ask(struct db_tx *tx, const struct db_stmt *stmt, struct db_args args,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, stmt, args, &rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT ra_store_claim_name(struct db_tx *tx, struct blob subject_digest,
	const char *entity, bool *ours)
{
	return ask(tx, &claim_name, DB_ARGS(DB_BLOB(subject_digest), DB_TEXT(entity)),
		ours);
}

RESULT ra_store_claim_key(struct db_tx *tx, struct blob key_digest,
	struct blob subject_digest, bool *ours)
{
	return ask(tx, &claim_key, DB_ARGS(DB_BLOB(key_digest), DB_BLOB(subject_digest)),
		ours);
}

RESULT ra_store_key_blocked(struct db_tx *tx, struct blob key_digest, bool *out)
{
	return ask(tx, &key_blocked, DB_ARGS(DB_BLOB(key_digest)), out);
}

RESULT ra_store_agreement_known(struct db_tx *tx, struct blob sha256, bool *out)
{
	return ask(tx, &agreement, DB_ARGS(DB_BLOB(sha256)), out);
}

RESULT ra_store_place(struct db_tx *tx, int64_t application_id, struct blob document,
	struct blob signature)
{
	return db_exec_one(tx, &place,
		DB_ARGS(DB_INT(application_id), DB_BLOB(document), DB_BLOB(signature)));
}

RESULT ra_store_take_answered(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_answered, DB_ARGS(DB_INT(most)), out);
}

RESULT ra_store_notify(struct db_tx *tx, const char *channel)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query_tx(tx, &notify, DB_ARGS(DB_TEXT(channel)), &rows);
}

RESULT ra_store_is_revoked(struct db *db, const char *issuer, struct blob serial_number,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &is_revoked, DB_ARGS(DB_TEXT(issuer), DB_BLOB(serial_number)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT ra_store_view(struct db *db, const char *receipt_number, struct db_rows **out)
{
	TRY(db_query(db, &view, DB_ARGS(DB_TEXT(receipt_number)), out));
	return db_count(*out) == 1
		       ? OK
		       : FAIL(E_NOT_FOUND, "application %.30s", receipt_number);
}

RESULT ra_store_list(struct db *db, const char *state, int64_t after, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &list, DB_ARGS(DB_TEXT(state), DB_INT(after), DB_INT(most)),
		out);
}

RESULT ra_store_ping(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query(db, &ping, DB_NO_ARGS, &rows);
}
