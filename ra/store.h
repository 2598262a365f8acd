/* store: applications as the RA takes them, orders as it places them, the CA's answers as it collects them. */
#ifndef RA_STORE_H
#define RA_STORE_H

#include "common/db/db.h"
#include "common/flow/application.h"

extern const struct db_stmt_list ra_store_stmts;      /* role inkan_orders */
extern const struct db_stmt_list ra_store_view_stmts; /* role inkan_ra */

/* Submitted applications, locked: id, receipt number, content, key origin, key, entity. */
RESULT ra_store_take_submitted(struct db_tx *tx, int64_t most, struct db_rows **out);
/* Verified ones whose key is there and that have no open order: the same columns. */
RESULT ra_store_take_verified(struct db_tx *tx, int64_t most, struct db_rows **out);
enum { APP_ID, APP_RECEIPT, APP_CONTENT, APP_KEY };

/* Evidence and decisions of one application. */
RESULT ra_store_evidence(struct db_tx *tx, int64_t application_id, struct db_rows **out);
enum {
	EVIDENCE_KIND,
	EVIDENCE_METHOD,
	EVIDENCE_SHA256,
	EVIDENCE_ISSUED,
	EVIDENCE_UNTIL,
	EVIDENCE_PROVES
};
RESULT ra_store_decisions(struct db_tx *tx, int64_t application_id, struct db_rows **out);
enum { DECISION_FORM, DECISION_STATEMENT, DECISION_SIGNATURE };

/* One step of an application; refusal: JSON or NULL. */
RESULT ra_store_step(struct db_tx *tx, int64_t application_id,
	enum application_event event, enum application_state to, int64_t now,
	const char *refusal);

/* Registers of names and keys (R-ISS-12, R-PKQ-07, -08). Taking again for the same owner is no fault. */
RESULT ra_store_claim_name(struct db_tx *tx, struct blob subject_digest,
	const char *entity, bool *ours);
RESULT ra_store_claim_key(struct db_tx *tx, struct blob key_digest,
	struct blob subject_digest, bool *ours);
RESULT ra_store_key_blocked(struct db_tx *tx, struct blob key_digest, bool *out);
RESULT ra_store_agreement_known(struct db_tx *tx, struct blob sha256, bool *out);

RESULT ra_store_place(struct db_tx *tx, int64_t application_id, struct blob document,
	struct blob signature);

/* Ordered applications whose order is answered: id, receipt number, order's state, refusal. */
RESULT ra_store_take_answered(struct db_tx *tx, int64_t most, struct db_rows **out);
enum { ANSWER_ID, ANSWER_RECEIPT, ANSWER_STATE, ANSWER_REFUSAL };

RESULT ra_store_notify(struct db_tx *tx, const char *channel);
RESULT ra_store_is_revoked(struct db *db, const char *issuer, struct blob serial_number,
	bool *out);

/* For officers: one application as it stands, and the newest of a state. */
RESULT ra_store_view(struct db *db, const char *receipt_number, struct db_rows **out);
RESULT ra_store_list(struct db *db, const char *state, int64_t after, int64_t most,
	struct db_rows **out);
RESULT ra_store_ping(struct db *db);

#endif
