/* enrol_store: codes, passkeys and what administrators signed about them, in the registry. */
#ifndef LRA_ENROL_STORE_H
#define LRA_ENROL_STORE_H

#include "common/db/db.h"
#include "common/flow/enrolment.h"

extern const struct db_stmt_list lra_enrol_stmts;

enum { ENROL_TRIES = 5 };
struct enrol_code_row {
	int64_t id, iterations, expires_at;
	char person[64], lra[64];
	uint8_t hash[32], salt[16], challenge[32];
};
/* The person's open code, if any, is replaced. */
RESULT lra_store_add_code(struct db_tx *tx, const struct enrol_code_row *row,
	const char *made_by, int64_t now);
/* The person's open code, locked. E_NOT_FOUND. */
RESULT lra_store_find_code(struct db_tx *tx, const char *person,
	struct enrol_code_row *out);
/* One more wrong try; the last one ends the code. */
RESULT lra_store_count_try(struct db_tx *tx, int64_t id, int64_t now);
RESULT lra_store_use_code(struct db_tx *tx, int64_t id, int64_t now);

struct enrol_passkey_row {
	int64_t id, registered_at;
	char person[64], lra[64];
	struct buf credential_id, content;
};
void enrol_passkey_row_clear(struct enrol_passkey_row *row);
AUTO_DEFINE_HELD(struct enrol_passkey_row, enrol_passkey_row_clear)
#define ENROL_PASSKEY_ROW                                                                \
	((struct enrol_passkey_row){ .credential_id = BUF(WEBAUTHN_ID_MAX),              \
		.content = BUF(8192) })
/* E_CONFLICT: the passkey is registered already. */
RESULT lra_store_add_passkey(struct db_tx *tx, const struct enrol_passkey_row *row,
	int64_t code_id);
RESULT lra_store_find_passkey(struct db *db, int64_t id, struct enrol_passkey_row *out);
/* All of one LRA, by person; lra "": of all. Read with lra_store_read_passkey. */
RESULT lra_store_passkeys(struct db *db, const char *lra, struct db_rows **out);
RESULT lra_store_read_passkey(const struct db_rows *rows, size_t at,
	struct enrol_passkey_row *out);
/* All of one person, oldest first. */
RESULT lra_store_passkeys_of(struct db *db, const char *person, struct db_rows **out);
/* By SHA-256 of its id. E_NOT_FOUND. */
RESULT lra_store_passkey_by_digest(struct db *db, const uint8_t digest[static 32],
	struct buf *credential_id);
/* Its counter as last seen, locked until it is kept anew. E_NOT_FOUND. */
RESULT lra_store_passkey_count(struct db_tx *tx, const uint8_t digest[static 32],
	uint32_t *out);
RESULT lra_store_passkey_used(struct db_tx *tx, const uint8_t digest[static 32],
	uint32_t sign_count, int64_t now);
/* E_CONFLICT: this person said so before. */
RESULT lra_store_add_enrolment(struct db_tx *tx, struct blob credential_id,
	enum decision_kind kind, const char *person, const struct decision *decision,
	int64_t now);
/* Who signed about it: kind, person; in their order. */
RESULT lra_store_enrolments(struct db *db, struct blob credential_id,
	struct db_rows **out);

#endif
