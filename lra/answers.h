/* answers: what the LRA tells, as JSON. */
#ifndef LRA_ANSWERS_H
#define LRA_ANSWERS_H

#include "common/json/json.h"
#include "lra/lra.h"

/* The time of a column; nothing when it is NULL. */
RESULT answer_time(struct json *object, const char *name, const struct db_rows *rows,
	size_t row, size_t column);
/* {"sato": {"name", "nameJa"}}, once: rows name people by id. Who is not in the roster any more stays an id. */
RESULT answer_person(struct json *people, const struct roster *roster, const char *id);
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
/* One certificate as people ask for it: whose, for what, until when, held where, and what became of it (UX 7.7). */
RESULT answer_status(const struct db_rows *rows, const char *issuer, const char *serial,
	struct buf *out);
RESULT answer_agreements(const struct db_rows *rows, struct buf *out);
/* One import with its counts and progress. again: told too, unless NULL. E_NOT_FOUND. */
RESULT answer_import(struct db *db, const char *lra, int64_t id, const bool *again,
	struct buf *out);
RESULT answer_imports(struct db *db, const char *lra, int64_t before, int64_t limit,
	struct buf *out);
/* import: one row of import_store_find, for its columns. */
RESULT answer_import_row(const struct db_rows *import, const struct db_rows *row,
	struct buf *out);
RESULT answer_import_rows(const struct db_rows *import, const struct db_rows *rows,
	int64_t limit, struct buf *out);
RESULT answer_import_faults(const struct db_rows *rows, struct buf *out); /* CSV */
RESULT answer_import_template(struct buf *out);                           /* CSV */
RESULT answer_import_changes(const struct db_rows *joiners, const struct db_rows *leavers,
	struct buf *out);
/* word: of a pick-up; "": none. */
RESULT answer_pin(const struct secret *pin, const char *word, struct buf *out);

#endif
