/* delivery_store: hand-overs, sealed PINs, receipts, and the lock that says who holds a key in memory. */
#ifndef LRA_DELIVERY_STORE_H
#define LRA_DELIVERY_STORE_H

#include "common/db/db.h"
#include "lra/lra.h"

extern const struct db_stmt_list lra_delivery_stmts;

/*
 * A key born at a hand-over lives in one process only. That process holds this lock of its database session; when the
 * process or the session ends, PostgreSQL takes it back: a lock that is free means a key that nobody holds.
 */
RESULT lra_store_hold_key(struct db *db, int64_t application_id, bool *held);
RESULT lra_store_release_key(struct db *db, int64_t application_id);

struct lra_delivery_row {
	int64_t application_id, at, receipt_due_at;
	const char *issuer, *form, *file_channel, *pin_channel, *delivered_by;
	struct blob serial_number, sealed_pin; /* sealed_pin: data NULL for none */
};
RESULT lra_store_add_delivery(struct db_tx *tx, const struct lra_delivery_row *row);
/* The newest delivery of an application, locked: id, sealed PIN, whether it was shown, issuer, serial number, form, clerk. */
RESULT lra_store_last_delivery(struct db_tx *tx, int64_t application_id,
	struct db_rows **out);
enum {
	LAST_ID,
	LAST_SEALED_PIN,
	LAST_SHOWN,
	LAST_ISSUER,
	LAST_SERIAL,
	LAST_FORM,
	LAST_DELIVERED_BY,
	LAST_PICKUP /* a link was given out instead of the file */
};
RESULT lra_store_erase_pin(struct db_tx *tx, int64_t delivery_id, int64_t now);

RESULT lra_store_add_receipt(struct db_tx *tx, int64_t application_id,
	struct blob serial_number, const char *method, struct blob proof, int64_t now);

/* Applications whose hand-over key may be lost: issued, bound, of this LRA. */
RESULT lra_store_held_keys(struct db *db, const char *lra, int64_t after, int64_t most,
	struct db_rows **out);
enum { HELD_ID, HELD_RECEIPT };

/* The receipt number of the one that was handed over longest before then, is not confirmed, and was never asked to be revoked. E_NOT_FOUND: none. */
RESULT lra_store_unreceived(struct db_tx *tx, const char *lra, int64_t before,
	char *receipt, size_t size);

/* The next one whose certificate was revoked before its receipt was confirmed. E_NOT_FOUND: none. */
RESULT lra_store_revoked_case(struct db_tx *tx, const char *lra, char *receipt,
	size_t size);

#endif
