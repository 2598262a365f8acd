/* cert_store: issuers, reserved serial numbers, certificates and their final status. */
#ifndef CA_CERT_STORE_H
#define CA_CERT_STORE_H

#include "common/db/db.h"
#include "common/pki/crl.h"

extern const struct db_stmt_list cert_store_stmts;

RESULT cert_store_issuer(struct db *db, const char *name, int64_t *id,
	struct buf *certificate);
/* Under the next number: its place in issuers.cfg may be another's number already. */
RESULT cert_store_add_issuer(struct db_tx *tx, const char *name, struct blob certificate);

/* A serial number taken for an order (0: a ceremony's). E_CONFLICT: it is taken. */
struct reservation_row {
	int64_t issuer_id, order_id, not_before, not_after;
	struct serial serial_number;
};
RESULT cert_store_reserve(struct db_tx *tx, const struct reservation_row *rows,
	size_t count);

/* A certificate as it is recorded, once. Blobs are borrowed. */
struct cert_row {
	int64_t issuer_id, issued_at, order_id, profile_version, not_after;
	struct blob serial_number, subject_digest, key_digest, der;
	const char *profile;
};
RESULT cert_store_insert(struct db_tx *tx, const struct cert_row *rows, size_t count);
RESULT cert_store_exists(struct db_tx *tx, int64_t issuer_id, struct blob serial_number,
	bool *out);

/* For revocation: order's document (empty for ceremony's), times, key and the youngest edition of its status. */
struct cert_status {
	bool found, revoked;
	enum revocation_reason reason;
	int64_t edition, revocation_date, not_before, not_after;
	uint8_t key_digest[32];
};
RESULT cert_store_status(struct db_tx *tx, int64_t issuer_id, struct blob serial_number,
	struct cert_status *out, struct buf *order_document);
struct cert_revocation {
	int64_t issuer_id, edition, revocation_date, not_after, revocation_id;
	int64_t invalidity_date; /* 0: not known */
	struct blob serial_number;
	enum revocation_reason reason;
};
RESULT cert_store_revoke(struct db_tx *tx, const struct cert_revocation *row);
RESULT cert_store_is_revoked(struct db *db, const char *issuer, struct blob serial_number,
	bool *out);

RESULT cert_store_block_key(struct db_tx *tx, struct blob key_digest, const char *source,
	int64_t now);
RESULT cert_store_own_key(struct db_tx *tx, struct blob key_digest,
	struct blob subject_digest);

#endif
