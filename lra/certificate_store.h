/* certificate_store: certificates as the LRA may see them, and what it asks to have revoked. */
#ifndef LRA_CERTIFICATE_STORE_H
#define LRA_CERTIFICATE_STORE_H

#include "common/db/db.h"
#include "common/flow/revocation.h"

extern const struct db_stmt_list lra_certificate_stmts;

RESULT lra_store_is_revoked(struct db *db, const char *issuer, struct blob serial_number,
	bool *out);
RESULT lra_store_is_revoked_tx(struct db_tx *tx, const char *issuer,
	struct blob serial_number, bool *out);

/* The certificate of an application's present key. E_NOT_FOUND: none yet. */
RESULT lra_store_certificate(struct db_tx *tx, int64_t application_id,
	struct db_rows **out);
enum { CERTIFICATE_DER, CERTIFICATE_ISSUER, CERTIFICATE_SERIAL };
/* A certificate of the application that is not revoked and not over. */
RESULT lra_store_has_living(struct db_tx *tx, int64_t application_id, int64_t now,
	bool *out);

/* All certificates of an application, the newest first. */
RESULT lra_store_certificates(struct db *db, int64_t application_id,
	struct db_rows **out);
enum { ISSUED_ISSUER, ISSUED_SERIAL, ISSUED_AT, ISSUED_NOT_AFTER, ISSUED_REVOKED };

/*
 * One certificate with its status: whose, from when, revoked or asked for, and the last CRL of its issuer. Without an
 * application (made in a ceremony) its columns are NULL. E_NOT_FOUND.
 */
RESULT lra_store_status(struct db *db, const char *issuer, struct blob serial_number,
	struct db_rows **out);
enum {
	STATUS_RECEIPT,
	STATUS_LRA,
	STATUS_PROFILE,
	STATUS_ISSUED_AT,
	STATUS_NOT_AFTER,
	STATUS_REASON,
	STATUS_REVOKED_AT,
	STATUS_ASKED_ID,
	STATUS_ASKED_AT,
	STATUS_DUE_AT,
	STATUS_APPLICATION_ID,
	STATUS_VERSION,
	STATUS_DER,
	STATUS_PROFILE_VERSION,
	STATUS_STATE,
	STATUS_ORIGIN,
	STATUS_EVENT, /* of the request that stands or was done */
	STATUS_REQUESTER,
	STATUS_PUBLISHED_AT, /* in a CRL */
	STATUS_CRL_NUMBER,   /* of the last published one */
	STATUS_CRL_THIS_UPDATE,
	STATUS_CRL_NEXT_UPDATE,
	STATUS_FORM,           /* of its last delivery */
	STATUS_INVALIDITY_DATE /* since when its key is suspected */
};

struct lra_revocation_row {
	const struct revocation_request *request;
	const char *form;
	struct blob statement, signature;
	int64_t received_at, due_at;
};
RESULT lra_store_add_revocation(struct db_tx *tx, const struct lra_revocation_row *row,
	int64_t *id);

#endif
