/* application_store: applications, their versions and the acceptance of terms, as the LRA writes and reads them. */
#ifndef LRA_APPLICATION_STORE_H
#define LRA_APPLICATION_STORE_H

#include "common/db/db.h"
#include "lra/hold.h"

extern const struct db_stmt_list lra_application_stmts;

RESULT lra_store_next_receipt(struct db_tx *tx, int64_t *out);
RESULT lra_store_agreement_known(struct db_tx *tx, struct blob sha256, bool *out);
RESULT lra_store_accept_terms(struct db_tx *tx, const struct form_acceptance *acceptance,
	int64_t now, int64_t *id);

/* All that is written of an application when it comes in or is corrected. */
struct person_key;
struct lra_application_row {
	int64_t id, version, acceptance_id, at;
	const char *receipt, *lra, *method, *display_name, *entered_by, *idempotency_key;
	const struct person_key *key;
	const char *notice_mail, *notice_language; /* NULL: nowhere; ja */
	const char *organization_number;           /* NULL: none */
	const struct content *content;
	struct blob content_bytes, subject_digest, spki, document;
	enum application_state state;
};
RESULT lra_store_insert(struct db_tx *tx, const struct lra_application_row *row,
	int64_t *id);
RESULT lra_store_amend(struct db_tx *tx, const struct lra_application_row *row);
/* The first answer to the same request: receipt number, state, version, SHA-256 of what came. E_NOT_FOUND: none. */
RESULT lra_store_find_repeat(struct db_tx *tx, const char *lra,
	const char *idempotency_key, struct db_rows **out);
enum { REPEAT_RECEIPT, REPEAT_STATE, REPEAT_VERSION, REPEAT_SHA256, REPEAT_CONTENT };

/* E_NOT_FOUND. The row is locked until the transaction ends. */
RESULT lra_store_find(struct db_tx *tx, const char *receipt, struct lra_application *out);

/* One step; the two names are written as they stand in the struct, "" as NULL. */
RESULT lra_store_step(struct db_tx *tx, const struct lra_application *application,
	enum application_event event, enum role as, enum application_state to,
	int64_t now);
/* A case on hold, and going on again, with the time between not counted. */
struct lra_hold_row {
	int64_t id, at;
	enum role as;
	const char *held_by, *resumer;
	const struct lra_hold *hold;
};
RESULT lra_store_hold(struct db_tx *tx, const struct lra_hold_row *row);
RESULT lra_store_resume(struct db_tx *tx, int64_t id, enum role as, int64_t now);
RESULT lra_store_bind_key(struct db_tx *tx, int64_t id, struct blob spki, int64_t now);
RESULT lra_store_lose_key(struct db_tx *tx, int64_t id, int64_t now);

RESULT lra_store_notify(struct db_tx *tx, const char *channel);
RESULT lra_store_ping(struct db *db);

/* For people. lra: "" for those who see all. */
RESULT lra_store_list(struct db *db, const char *lra, const char *state, int64_t after,
	int64_t most, struct db_rows **out);
RESULT lra_store_view(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum {
	VIEW_ID,
	VIEW_RECEIPT,
	VIEW_LRA,
	VIEW_STATE,
	VIEW_VERSION,
	VIEW_PROFILE,
	VIEW_NAME,
	VIEW_ENTERED_BY,
	VIEW_RECEIVED_AT,
	VIEW_CHANGED_AT,
	VIEW_RECEIPT_DUE_AT,
	VIEW_METHOD,
	VIEW_IDENTIFIED_BY,
	VIEW_APPROVED_BY,
	VIEW_CONTENT,
	VIEW_REFUSAL,
	VIEW_HELD_AT, /* NULL, with those behind it: not on hold */
	VIEW_HELD_BY,
	VIEW_HOLD_REASON,
	VIEW_HOLD_NOTE,
	VIEW_RESUMER,
	VIEW_RESUME_ON
};
RESULT lra_store_versions(struct db *db, int64_t id, struct db_rows **out);
enum { VERSION_NUMBER, VERSION_SHA256, VERSION_BY, VERSION_AT };

/* Agreements: by digest, each for ever (R-AGR-01). */
RESULT lra_store_agreements(struct db *db, struct db_rows **out);
enum { AGREEMENT_SHA256, AGREEMENT_TITLE, AGREEMENT_VERSION, AGREEMENT_AT };
RESULT lra_store_agreement_document(struct db *db, struct blob sha256,
	struct db_rows **out);
RESULT lra_store_publish_agreement(struct db_tx *tx, const char *title,
	const char *version, struct blob document, int64_t now);

#endif
