#include "lra/enrol_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

#define PASSKEY                                                                          \
	"id, credential_id, person, lra, content, extract(epoch FROM "                   \
	"registered_at)::bigint"

static const struct db_stmt replace = { "lra_replace_code",
	"UPDATE enrolment_code SET ended_at = to_timestamp($2::bigint), ended_by = "
	"'replaced' WHERE person = $1 AND ended_at IS NULL" };
static const struct db_stmt add_code = { "lra_add_code",
	"INSERT INTO enrolment_code (person, lra, code_hash, salt, iterations, "
	"challenge, made_by, made_at, expires_at)"
	" VALUES ($1, $2, $3, $4, $5::bigint, $6, $7, to_timestamp($8::bigint), "
	"to_timestamp($9::bigint))" };
static const struct db_stmt find_code = { "lra_find_code",
	"SELECT id, iterations::bigint, extract(epoch FROM expires_at)::bigint, person, "
	"lra, code_hash, salt, challenge"
	" FROM enrolment_code WHERE person = $1 AND ended_at IS NULL FOR UPDATE" };
static const struct db_stmt count_try = { "lra_count_try",
	"UPDATE enrolment_code SET tries = tries + 1,"
	" ended_at = CASE WHEN tries + 1 >= $3::bigint THEN to_timestamp($2::bigint) "
	"END,"
	" ended_by = CASE WHEN tries + 1 >= $3::bigint THEN 'tries' END"
	" WHERE id = $1 AND ended_at IS NULL" };
static const struct db_stmt use_code = { "lra_use_code",
	"UPDATE enrolment_code SET ended_at = to_timestamp($2::bigint), ended_by = "
	"'used' WHERE id = $1 AND ended_at IS NULL" };
static const struct db_stmt add_passkey = { "lra_add_passkey",
	"INSERT INTO credential (credential_id, person, lra, content, code_id, "
	"registered_at, sign_count)"
	" VALUES ($1, $2, $3, $4, $5, to_timestamp($6::bigint), 0)" };
static const struct db_stmt find_passkey = { "lra_find_passkey",
	"SELECT " PASSKEY " FROM credential WHERE id = $1" };
static const struct db_stmt passkeys = { "lra_passkeys",
	"SELECT " PASSKEY " FROM credential WHERE $1 = '' OR lra = $1 ORDER BY person, "
	"id" };
static const struct db_stmt passkeys_of = { "lra_passkeys_of",
	"SELECT " PASSKEY " FROM credential WHERE person = $1 ORDER BY id" };
static const struct db_stmt by_digest = { "lra_passkey_by_digest",
	"SELECT credential_id FROM credential WHERE sha256(credential_id) = $1" };
static const struct db_stmt read_count = { "lra_passkey_count",
	"SELECT sign_count FROM credential WHERE sha256(credential_id) = $1 FOR UPDATE" };
static const struct db_stmt used = { "lra_passkey_used",
	"UPDATE credential SET sign_count = $2::bigint, last_used_at = "
	"to_timestamp($3::bigint) WHERE sha256(credential_id) = $1" };
static const struct db_stmt add_enrolment = { "lra_add_enrolment",
	"INSERT INTO enrolment (credential_id, kind, person, form, statement, "
	"signature, statement_sha256, decided_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, sha256($5), to_timestamp($7::bigint))" };
static const struct db_stmt enrolments = { "lra_enrolments",
	"SELECT kind, person FROM enrolment WHERE credential_id = $1 ORDER BY id" };
static const struct db_stmt *const stmts[] = { &replace, &add_code, &find_code,
	&count_try, &use_code, &add_passkey, &find_passkey, &passkeys, &passkeys_of,
	&by_digest, &read_count, &used, &add_enrolment, &enrolments };
const struct db_stmt_list lra_enrol_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_add_code(struct db_tx *tx, const struct enrol_code_row *row,
	const char *made_by, int64_t now)
{
	TRY(db_exec(tx, &replace, DB_ARGS(DB_TEXT(row->person), DB_INT(now))));
	return db_exec(tx, &add_code,
		DB_ARGS(DB_TEXT(row->person), DB_TEXT(row->lra), DB_BLOB(BLOB(row->hash)),
			DB_BLOB(BLOB(row->salt)), DB_INT(row->iterations),
			DB_BLOB(BLOB(row->challenge)), DB_TEXT(made_by), DB_INT(now),
			DB_INT(row->expires_at)));
}

static RESULT copy_octets(struct blob from, uint8_t *out, size_t size)
{
	if (from.len != size)
		return FAIL(E_BUG, "%zu octets, not %zu", from.len, size);
	memcpy(out, from.data, size);
	return OK;
}

RESULT lra_store_find_code(struct db_tx *tx, const char *person,
	struct enrol_code_row *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &find_code, DB_ARGS(DB_TEXT(person)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "code");
	*out = (struct enrol_code_row){ .id = db_int(rows, 0, 0),
		.iterations = db_int(rows, 0, 1),
		.expires_at = db_int(rows, 0, 2) };
	TRY(text_copy(db_text(rows, 0, 3), out->person, sizeof out->person));
	TRY(text_copy(db_text(rows, 0, 4), out->lra, sizeof out->lra));
	TRY(copy_octets(db_blob(rows, 0, 5), out->hash, sizeof out->hash));
	TRY(copy_octets(db_blob(rows, 0, 6), out->salt, sizeof out->salt));
	return copy_octets(db_blob(rows, 0, 7), out->challenge, sizeof out->challenge);
}

RESULT lra_store_count_try(struct db_tx *tx, int64_t id, int64_t now)
{
	return db_exec_one(tx, &count_try,
		DB_ARGS(DB_INT(id), DB_INT(now), DB_INT(ENROL_TRIES)));
}

RESULT lra_store_use_code(struct db_tx *tx, int64_t id, int64_t now)
{
	return db_exec_one(tx, &use_code, DB_ARGS(DB_INT(id), DB_INT(now)));
}

void enrol_passkey_row_clear(struct enrol_passkey_row *row)
{
	buf_clear(&row->credential_id);
	buf_clear(&row->content);
}

RESULT lra_store_add_passkey(struct db_tx *tx, const struct enrol_passkey_row *row,
	int64_t code_id)
{
	return db_exec(tx, &add_passkey,
		DB_ARGS(DB_BLOB(buf_view(&row->credential_id)), DB_TEXT(row->person),
			DB_TEXT(row->lra), DB_BLOB(buf_view(&row->content)),
			DB_INT(code_id), DB_INT(row->registered_at)));
}

RESULT lra_store_read_passkey(const struct db_rows *rows, size_t at,
	struct enrol_passkey_row *out)
{
	out->id = db_int(rows, at, 0);
	out->registered_at = db_int(rows, at, 5);
	TRY(buf_append(&out->credential_id, db_blob(rows, at, 1)));
	TRY(text_copy(db_text(rows, at, 2), out->person, sizeof out->person));
	TRY(text_copy(db_text(rows, at, 3), out->lra, sizeof out->lra));
	return buf_append(&out->content, db_blob(rows, at, 4));
}

RESULT lra_store_find_passkey(struct db *db, int64_t id, struct enrol_passkey_row *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &find_passkey, DB_ARGS(DB_INT(id)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "passkey");
	return lra_store_read_passkey(rows, 0, out);
}

RESULT lra_store_passkeys(struct db *db, const char *lra, struct db_rows **out)
{
	return db_query(db, &passkeys, DB_ARGS(DB_TEXT(lra)), out);
}

RESULT lra_store_passkeys_of(struct db *db, const char *person, struct db_rows **out)
{
	return db_query(db, &passkeys_of, DB_ARGS(DB_TEXT(person)), out);
}

RESULT lra_store_passkey_by_digest(struct db *db, const uint8_t digest[static 32],
	struct buf *credential_id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &by_digest, DB_ARGS(DB_BLOB(blob_make(digest, 32))), &rows));
	return db_count(rows) == 1 ? buf_append(credential_id, db_blob(rows, 0, 0))
				   : FAIL(E_NOT_FOUND, "passkey");
}

RESULT lra_store_passkey_count(struct db_tx *tx, const uint8_t digest[static 32],
	uint32_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &read_count, DB_ARGS(DB_BLOB(blob_make(digest, 32))), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "passkey");
	*out = (uint32_t)db_int(rows, 0, 0); /* the schema holds it to 32 bits */
	return OK;
}

RESULT lra_store_passkey_used(struct db_tx *tx, const uint8_t digest[static 32],
	uint32_t sign_count, int64_t now)
{
	return db_exec_one(tx, &used,
		DB_ARGS(DB_BLOB(blob_make(digest, 32)), DB_INT(sign_count), DB_INT(now)));
}

RESULT lra_store_add_enrolment(struct db_tx *tx, struct blob credential_id,
	enum decision_kind kind, const char *person, const struct decision *decision,
	int64_t now)
{
	return db_exec(tx, &add_enrolment,
		DB_ARGS(DB_BLOB(credential_id), DB_TEXT(decision_kind_name(kind)),
			DB_TEXT(person), DB_TEXT(decision->form),
			DB_BLOB(buf_view(&decision->statement)),
			DB_BLOB(buf_view(&decision->signature)), DB_INT(now)));
}

RESULT lra_store_enrolments(struct db *db, struct blob credential_id,
	struct db_rows **out)
{
	return db_query(db, &enrolments, DB_ARGS(DB_BLOB(credential_id)), out);
}
