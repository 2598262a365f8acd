#include "ca/order_store.h"

#include "common/base/table.h"

static const struct db_stmt take_placed = { "order_take_placed",
	"SELECT id, document, signature FROM certificate_order WHERE state = 'placed' "
	"ORDER BY id LIMIT $1"
	" FOR UPDATE SKIP LOCKED" };
static const struct db_stmt set_accepted = { "order_set_accepted",
	"WITH done AS (UPDATE certificate_order SET state = 'accepted', answered_at = "
	"to_timestamp($2::bigint)"
	" WHERE id = ANY ($1::bigint[]) AND state = 'placed' RETURNING 1) SELECT "
	"count(*) FROM done" };
static const struct db_stmt set_refused = { "order_set_refused",
	"UPDATE certificate_order SET state = 'refused', answered_at = "
	"to_timestamp($2::bigint), refusal = $3"
	" WHERE id = $1 AND state IN ('placed', 'accepted')" };
static const struct db_stmt set_issued = { "order_set_issued",
	"WITH done AS (UPDATE certificate_order SET state = 'issued', answered_at = "
	"to_timestamp($2::bigint)"
	" WHERE id = ANY ($1::bigint[]) AND state = 'accepted' RETURNING 1) SELECT "
	"count(*) FROM done" };
static const struct db_stmt take_accepted = { "order_take_accepted",
	"SELECT o.id, o.document_sha256, r.serial_number, extract(epoch FROM "
	"r.not_before)::bigint,"
	" extract(epoch FROM r.not_after)::bigint, r.issuer_id FROM "
	"certificate_order o"
	/* One row an order, whatever was reserved for it: the last one counts. */
	" LEFT JOIN LATERAL (SELECT issuer_id, serial_number, not_before, not_after FROM "
	"serial_reservation x WHERE x.order_id = o.id"
	" ORDER BY x.reserved_at DESC, x.serial_number LIMIT 1) r ON true"
	" WHERE o.state = 'accepted' ORDER BY o.id LIMIT $1" };
static const struct db_stmt document = { "order_document",
	"SELECT id, document, signature FROM certificate_order WHERE id = $1" };
static const struct db_stmt facts = { "order_facts",
	"SELECT EXISTS (SELECT FROM blocked_key b WHERE b.key_digest = q.key),"
	" EXISTS (SELECT FROM subject_key k WHERE k.key_digest = q.key AND "
	"k.subject_digest <> q.subject),"
	" EXISTS (SELECT FROM subject_name n WHERE n.subject_digest = q.subject AND "
	"n.entity <> q.entity),"
	" NOT EXISTS (SELECT FROM certificate_order o JOIN application a ON a.id = "
	"o.application_id"
	" WHERE o.id = q.id AND a.receipt_number = q.receipt),"
	/* Decisions are used up by a certificate, whatever became of it; only a key lost at hand-over has another turn. */
	" EXISTS (SELECT FROM application a JOIN certificate_order o ON o.application_id "
	"= a.id"
	" JOIN certificate c ON c.order_id = o.id WHERE a.receipt_number = q.receipt AND "
	"NOT EXISTS"
	" (SELECT FROM certificate_revocation r JOIN revocation v ON v.id = "
	"r.revocation_id WHERE"
	" r.issuer_id = c.issuer_id AND r.serial_number = c.serial_number AND v.event = "
	"'keyLost'))"
	" FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[], $5::bigint[]) "
	"WITH ORDINALITY"
	" AS q (key, subject, entity, receipt, id, place) ORDER BY q.place" };
static const struct db_stmt claim = { "order_claim",
	"SELECT pg_try_advisory_lock(4958275021)" };
static const struct db_stmt notify = { "order_notify", "SELECT pg_notify($1, '')" };
static const struct db_stmt take_revocations = { "revocation_take",
	"SELECT id, issuer, serial_number, reason, statement, signature, event, form "
	"FROM "
	"revocation WHERE state = 'asked'"
	" ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED" };
static const struct db_stmt answer_revocation = { "revocation_answer",
	"UPDATE revocation SET state = CASE WHEN $3::text IS NULL THEN 'done' ELSE "
	"'refused' END,"
	" answered_at = to_timestamp($2::bigint), refusal = $3 WHERE id = $1 AND state = "
	"'asked'" };

static const struct db_stmt *const stmts[] = { &take_placed, &set_accepted, &set_refused,
	&set_issued, &take_accepted, &document, &facts, &claim, &notify,
	&take_revocations, &answer_revocation };
const struct db_stmt_list order_store_stmts = { stmts, COUNT(stmts) };

enum { ROWS_MOST = 128 }; /* of one statement */

RESULT order_store_take_placed(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_placed, DB_ARGS(DB_INT(most)), out);
}

/* Runs a statement over many ids that counts what it changed. */
static RESULT set_all(struct db_tx *tx, const struct db_stmt *stmt, const char *from,
	const int64_t *ids, size_t count, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, stmt, DB_ARGS(DB_INTS(ids, count), DB_INT(now)), &rows));
	if (db_int(rows, 0, 0) != (int64_t)count)
		return FAIL(E_STATE, "orders: %lld of %zu were %s",
			(long long)db_int(rows, 0, 0), count, from);
	return OK;
}

RESULT order_store_set_accepted(struct db_tx *tx, const int64_t *ids, size_t count,
	int64_t now)
{
	return set_all(tx, &set_accepted, "placed", ids, count, now);
}

RESULT order_store_set_refused(struct db_tx *tx, int64_t id, int64_t now,
	const char *refusal)
{
	return db_exec_one(tx, &set_refused,
		DB_ARGS(DB_INT(id), DB_INT(now), DB_TEXT(refusal)));
}

RESULT order_store_set_issued(struct db_tx *tx, const int64_t *ids, size_t count,
	int64_t now)
{
	return set_all(tx, &set_issued, "accepted", ids, count, now);
}

RESULT order_store_take_accepted(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_accepted, DB_ARGS(DB_INT(most)), out);
}

RESULT order_store_document(struct db_tx *tx, int64_t id, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &document, DB_ARGS(DB_INT(id)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "order %lld", (long long)id);
	*out = MOVE(rows);
	return OK;
}

RESULT order_store_facts(struct db_tx *tx, const struct order_question *questions,
	size_t count, struct order_facts *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct blob column[4][ROWS_MOST];
	int64_t ids[ROWS_MOST];
	if (count > ROWS_MOST)
		return FAIL(E_BUG, "facts of %zu orders", count);
	for (size_t i = 0; i < count; i++) {
		column[0][i] = questions[i].key_digest;
		column[1][i] = questions[i].subject_digest;
		column[2][i] = blob_text(questions[i].entity);
		column[3][i] = blob_text(questions[i].receipt);
		ids[i] = questions[i].order_id;
	}
	TRY(db_query_tx(tx, &facts,
		DB_ARGS(DB_BLOBS(column[0], count), DB_BLOBS(column[1], count),
			DB_TEXTS(column[2], count), DB_TEXTS(column[3], count),
			DB_INTS(ids, count)),
		&rows));
	if (db_count(rows) != count)
		return FAIL(E_BUG, "facts of %zu orders: %zu", count, db_count(rows));
	for (size_t i = 0; i < count; i++)
		out[i] = (struct order_facts){ .key_blocked = db_bool(rows, i, 0),
			.key_of_another = db_bool(rows, i, 1),
			.name_of_another = db_bool(rows, i, 2),
			.application_of_another = db_bool(rows, i, 3),
			.certificate_there = db_bool(rows, i, 4) };
	return OK;
}

RESULT order_store_claim(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &claim, DB_NO_ARGS, &rows));
	if (!db_bool(rows, 0, 0))
		return FAIL(E_RETRY, "another issuer works on this registry");
	return OK;
}

RESULT order_store_notify(struct db_tx *tx, const char *channel)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query_tx(tx, &notify, DB_ARGS(DB_TEXT(channel)), &rows);
}

RESULT order_store_take_revocations(struct db_tx *tx, int64_t most, struct db_rows **out)
{
	return db_query_tx(tx, &take_revocations, DB_ARGS(DB_INT(most)), out);
}

RESULT order_store_answer_revocation(struct db_tx *tx, int64_t id, int64_t now,
	const char *refusal)
{
	return db_exec_one(tx, &answer_revocation,
		DB_ARGS(DB_INT(id), DB_INT(now), DB_TEXT(refusal)));
}
