/* answers: what the LRA tells, as JSON. */
#ifndef LRA_ANSWERS_H
#define LRA_ANSWERS_H

#include "common/json/json.h"
#include "lra/lra.h"

RESULT answer_received(const struct lra_received *received, const struct lra_form *form,
	struct buf *out);
/* [{"field", "from", "to"} …]: what was repaired in what was typed. */
RESULT answer_repairs(const struct lra_form *form, struct json **out);
RESULT answer_state(const char *receipt, enum application_state state, struct buf *out);
/* {"statement": base64}: the exact bytes to be signed. */
RESULT answer_statement(struct blob statement, struct buf *out);
/* [{"type": "public-key", "id"} …] of rows of passkeys, as browsers want them; rows NULL: none. */
RESULT answer_credentials(const struct db_rows *rows, struct json **out);
RESULT answer_revocation(const struct lra_revocation *revocation, struct buf *out);
RESULT answer_list(const struct db_rows *rows, size_t limit, struct buf *out);
/* One application with everything that belongs to it. */
RESULT answer_application(struct db *db, const struct db_rows *rows, struct buf *out);
/* {"certificate": PEM, "chain": PEM}; chain: the issuing CA and its root. */
RESULT answer_certificate(const struct issuer *issuer, struct blob certificate,
	enum application_state state, struct buf *out);
RESULT answer_status(const struct db_rows *rows, const char *issuer, const char *serial,
	struct buf *out);
RESULT answer_agreements(const struct db_rows *rows, struct buf *out);
RESULT answer_pin(const struct secret *pin, struct buf *out);

#endif
