/* decision_store: evidence and signed decisions of applications. */
#ifndef LRA_DECISION_STORE_H
#define LRA_DECISION_STORE_H

#include "common/db/db.h"
#include "common/flow/decision.h"
#include "lra/examined.h"

extern const struct db_stmt_list lra_decision_stmts;

/* method: among those of R-IDV-10, as the schema lists them. E_CONFLICT: the same paper twice. */
RESULT lra_store_add_evidence(struct db_tx *tx, int64_t application_id,
	const struct examined *row, const char *examined_by, int64_t now);
RESULT lra_store_evidence(struct db_tx *tx, int64_t application_id,
	struct evidence_list *out);

/* E_CONFLICT: the same statement came before. */
RESULT lra_store_add_decision(struct db_tx *tx, int64_t application_id, int64_t version,
	const struct decision *decision, enum decision_kind kind, const char *person,
	int64_t now);

/* Did this very statement come before, for this application? */
RESULT lra_store_decision_made(struct db_tx *tx, int64_t application_id,
	const struct decision *decision, bool *out);

/* Did any of these (SHA-256 of statements) come before, for whatever application? */
RESULT lra_store_statements_known(struct db *db, const struct blob *sha256, size_t count,
	bool *out);

RESULT lra_store_decisions_view(struct db *db, int64_t application_id,
	struct db_rows **out);
enum {
	DECIDED_KIND,
	DECIDED_VERSION,
	DECIDED_PERSON,
	DECIDED_FORM,
	DECIDED_SHA256,
	DECIDED_AT
};
RESULT lra_store_evidence_view(struct db *db, int64_t application_id,
	struct db_rows **out);
enum {
	EXAMINED_KIND,
	EXAMINED_METHOD,
	EXAMINED_SHA256,
	EXAMINED_ISSUED,
	EXAMINED_UNTIL,
	EXAMINED_PROVES,
	EXAMINED_BY,
	EXAMINED_AT,
	EXAMINED_NUMBER
};

#endif
