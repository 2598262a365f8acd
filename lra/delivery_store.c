#include "lra/delivery_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

static const struct db_stmt hold_key = { "lra_hold_key",
	"SELECT pg_try_advisory_lock(hashtextextended('lra.delivery', $1))" };
static const struct db_stmt release_key = { "lra_release_key",
	"SELECT pg_advisory_unlock(hashtextextended('lra.delivery', $1))" };
static const struct db_stmt add_delivery = { "lra_add_delivery",
	"INSERT INTO delivery (application_id, issuer, serial_number, form, "
	"file_channel, pin_channel, sealed_pin,"
	" delivered_by, delivered_at, receipt_due_at) VALUES ($1, $2, $3, $4, $5, $6, "
	"$7, $8, to_timestamp($9::bigint),"
	" to_timestamp($10::bigint))" };
static const struct db_stmt last_delivery = { "lra_last_delivery",
	"SELECT id, sealed_pin, pin_shown_at IS NOT NULL, issuer, serial_number, form, "
	"delivered_by, EXISTS (SELECT FROM pickup p WHERE p.delivery_id = delivery.id) "
	"FROM delivery"
	" WHERE application_id = $1 ORDER BY id DESC LIMIT 1 FOR UPDATE" };
static const struct db_stmt erase_pin = { "lra_erase_pin",
	"UPDATE delivery SET sealed_pin = NULL, pin_shown_at = to_timestamp($2::bigint) "
	"WHERE id = $1"
	" AND sealed_pin IS NOT NULL" };
static const struct db_stmt add_receipt = { "lra_add_receipt",
	"INSERT INTO receipt (application_id, serial_number, method, proof, confirmed_at)"
	" VALUES ($1, $2, $3, $4, to_timestamp($5::bigint))" };
static const struct db_stmt held_keys = { "lra_held_keys",
	"SELECT id, receipt_number FROM application WHERE state = 'issued' AND lra = $1 "
	"AND key_origin = 'handover'"
	" AND subject_public_key_info IS NOT NULL AND id > $2 ORDER BY id LIMIT $3" };
/* Asked for once, whatever came of it: what the CA refused is for people. */
static const struct db_stmt unreceived = { "lra_unreceived",
	"SELECT a.receipt_number FROM application a CROSS JOIN LATERAL (SELECT * FROM "
	"delivery h WHERE h.application_id = a.id ORDER BY h.id DESC LIMIT 1) d"
	" WHERE a.state = 'delivered' AND a.lra = $1 AND a.changed_at < "
	"to_timestamp($2::bigint) AND NOT EXISTS (SELECT FROM revocation v WHERE "
	"v.issuer = d.issuer AND v.serial_number = d.serial_number)"
	" ORDER BY a.changed_at, a.id LIMIT 1" };
/* No certificate of theirs is left that is not revoked. One whose key is lost goes back instead (lost.c). */
static const struct db_stmt revoked_case = { "lra_revoked_case",
	"SELECT a.receipt_number FROM application a WHERE a.lra = $1 AND (a.state = "
	"'delivered' OR (a.state = 'issued' AND a.key_origin <> 'handover' AND a.held_at "
	"IS NULL)) AND EXISTS (SELECT FROM certificate_order o JOIN certificate c ON "
	"c.order_id = o.id WHERE o.application_id = a.id) AND NOT EXISTS (SELECT FROM "
	"certificate_order o JOIN certificate c ON c.order_id = o.id WHERE "
	"o.application_id = a.id AND NOT EXISTS (SELECT FROM certificate_revocation v "
	"WHERE v.issuer_id = c.issuer_id AND v.serial_number = c.serial_number))"
	" ORDER BY a.changed_at, a.id LIMIT 1" };
static const struct db_stmt *const stmts[] = { &hold_key, &release_key, &add_delivery,
	&last_delivery, &erase_pin, &add_receipt, &held_keys, &unreceived,
	&revoked_case };
const struct db_stmt_list lra_delivery_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_hold_key(struct db *db, int64_t application_id, bool *held)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &hold_key, DB_ARGS(DB_INT(application_id)), &rows));
	*held = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_release_key(struct db *db, int64_t application_id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query(db, &release_key, DB_ARGS(DB_INT(application_id)), &rows);
}

RESULT lra_store_add_delivery(struct db_tx *tx, const struct lra_delivery_row *row)
{
	return db_exec_one(tx, &add_delivery,
		DB_ARGS(DB_INT(row->application_id), DB_TEXT(row->issuer),
			DB_BLOB(row->serial_number), DB_TEXT(row->form),
			DB_TEXT(row->file_channel), DB_TEXT(row->pin_channel),
			DB_BLOB(row->sealed_pin), DB_TEXT(row->delivered_by),
			DB_INT(row->at), DB_INT(row->receipt_due_at)));
}

RESULT lra_store_last_delivery(struct db_tx *tx, int64_t application_id,
	struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &last_delivery, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "delivery");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_erase_pin(struct db_tx *tx, int64_t delivery_id, int64_t now)
{
	return db_exec_one(tx, &erase_pin, DB_ARGS(DB_INT(delivery_id), DB_INT(now)));
}

RESULT lra_store_add_receipt(struct db_tx *tx, int64_t application_id,
	struct blob serial_number, const char *method, struct blob proof, int64_t now)
{
	return db_exec_one(tx, &add_receipt,
		DB_ARGS(DB_INT(application_id), DB_BLOB(serial_number), DB_TEXT(method),
			DB_BLOB(proof), DB_INT(now)));
}

RESULT lra_store_held_keys(struct db *db, const char *lra, int64_t after, int64_t most,
	struct db_rows **out)
{
	return db_query(db, &held_keys,
		DB_ARGS(DB_TEXT(lra), DB_INT(after), DB_INT(most)), out);
}

RESULT lra_store_unreceived(struct db_tx *tx, const char *lra, int64_t before,
	char *receipt, size_t size)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &unreceived, DB_ARGS(DB_TEXT(lra), DB_INT(before)), &rows));
	return db_count(rows) == 0 ? FAIL(E_NOT_FOUND, "none")
				   : text_copy(db_text(rows, 0, 0), receipt, size);
}

RESULT lra_store_revoked_case(struct db_tx *tx, const char *lra, char *receipt,
	size_t size)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &revoked_case, DB_ARGS(DB_TEXT(lra)), &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "nothing was revoked");
	return text_copy(db_text(rows, 0, 0), receipt, size);
}
