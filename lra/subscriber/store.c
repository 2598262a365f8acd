#include "lra/subscriber/store.h"

#include "common/base/table.h"
#include "common/base/text.h"

static const struct db_stmt find_case = { "subscriber_case",
	"SELECT state, confirmed_at, asked_at, due_at, revoked_at FROM "
	"subscriber_case($1)" };
static const struct db_stmt own = { "subscriber_own",
	"SELECT receipt_number, phrase, issuer FROM subscriber_own($1, $2)" };
static const struct db_stmt set_phrase = { "subscriber_set_phrase",
	"SELECT subscriber_set_phrase($1, $2, $3, $4)" };
static const struct db_stmt try_phrase = { "subscriber_try",
	"SELECT verdict, salt, hash FROM subscriber_try($1, $2)" };
static const struct db_stmt right = { "subscriber_right", "SELECT subscriber_right($1)" };
static const struct db_stmt write_letter = { "subscriber_write",
	"SELECT subscriber_write($1, $2, $3, $4, $5, $6)" };
static const struct db_stmt sign = { "subscriber_sign",
	"SELECT subscriber_sign($1, $2, $3, $4)" };
static const struct db_stmt pickup_try = { "subscriber_pickup_try",
	"SELECT verdict, salt, hash, fetched_at FROM subscriber_pickup_try($1, $2, $3)" };
static const struct db_stmt pickup_take = { "subscriber_pickup_take",
	"SELECT sealed, key_digest FROM subscriber_pickup_take($1, $2, $3)" };
static const struct db_stmt *const stmts[] = { &find_case, &own, &set_phrase, &try_phrase,
	&right, &write_letter, &sign, &pickup_try, &pickup_take };
const struct db_stmt_list subscriber_stmts = { stmts, COUNT(stmts) };

RESULT subscriber_store_case(struct db *db, const char *receipt,
	struct subscriber_case *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct subscriber_case found = { .state = "" };
	TRY(db_query(db, &find_case, DB_ARGS(DB_TEXT(receipt)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "no such receipt number");
	TRY(text_copy(db_text(rows, 0, 0), found.state, sizeof found.state));
	found.confirmed_at = db_int(rows, 0, 1);
	found.asked_at = db_int(rows, 0, 2);
	found.due_at = db_int(rows, 0, 3);
	found.revoked_at = db_int(rows, 0, 4);
	*out = found;
	return OK;
}

RESULT subscriber_store_own(struct db *db, struct blob serial_number, struct blob der,
	struct subscriber_own *out)
{
	struct subscriber_own found = { .phrase = false };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &own, DB_ARGS(DB_BLOB(serial_number), DB_BLOB(der)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "no application has this certificate");
	TRY(text_copy(db_text(rows, 0, 0), found.receipt, sizeof found.receipt));
	TRY(text_copy(db_text(rows, 0, 2), found.issuer, sizeof found.issuer));
	found.phrase = db_bool(rows, 0, 1);
	*out = found;
	return OK;
}

RESULT subscriber_store_set_phrase(struct db_tx *tx, const char *receipt,
	struct blob salt, struct blob hash, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &set_phrase,
		DB_ARGS(DB_TEXT(receipt), DB_BLOB(salt), DB_BLOB(hash), DB_INT(now)),
		&rows));
	return db_bool(rows, 0, 0) ? OK : FAIL(E_STATE, "nothing was handed over yet");
}

RESULT subscriber_store_try(struct db_tx *tx, const char *receipt, int64_t now,
	enum subscriber_verdict *out, uint8_t salt[static 16], uint8_t hash[static 32])
{
	static const char *const words[] = { [PHRASE_NONE] = "none",
		[PHRASE_TRY] = "try",
		[PHRASE_LOCKED] = "locked",
		[PHRASE_PAUSED] = "paused" };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &try_phrase, DB_ARGS(DB_TEXT(receipt), DB_INT(now)), &rows));
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(db_text(rows, 0, 0), words[i]) == 0)
			*out = (enum subscriber_verdict)i;
	if (*out != PHRASE_TRY)
		return OK;
	memcpy(salt, db_blob(rows, 0, 1).data, 16);
	memcpy(hash, db_blob(rows, 0, 2).data, 32);
	return OK;
}

RESULT subscriber_store_sign(struct db_tx *tx, const char *receipt, struct blob statement,
	struct blob signature, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &sign,
		DB_ARGS(DB_TEXT(receipt), DB_BLOB(statement), DB_BLOB(signature),
			DB_INT(now)),
		&rows));
	return db_bool(rows, 0, 0) ? OK : FAIL(E_STATE, "nothing was handed over yet");
}

RESULT subscriber_store_pickup_try(struct db_tx *tx, const char *receipt,
	struct blob code_sha256, int64_t now, enum subscriber_pickup *out,
	uint8_t salt[static 16], uint8_t hash[static 32], int64_t *fetched_at)
{
	static const char *const words[] = { [PICKUP_NONE] = "none",
		[PICKUP_FETCHED] = "fetched",
		[PICKUP_OVER] = "over",
		[PICKUP_LOCKED] = "locked",
		[PICKUP_TRY] = "try" };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &pickup_try,
		DB_ARGS(DB_TEXT(receipt), DB_BLOB(code_sha256), DB_INT(now)), &rows));
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(db_text(rows, 0, 0), words[i]) == 0)
			*out = (enum subscriber_pickup)i;
	*fetched_at = db_int(rows, 0, 3);
	if (*out != PICKUP_TRY)
		return OK;
	memcpy(salt, db_blob(rows, 0, 1).data, 16);
	memcpy(hash, db_blob(rows, 0, 2).data, 32);
	return OK;
}

RESULT subscriber_store_pickup_take(struct db_tx *tx, const char *receipt,
	struct blob code_sha256, int64_t now, struct buf *sealed,
	uint8_t key_digest[static 32])
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &pickup_take,
		DB_ARGS(DB_TEXT(receipt), DB_BLOB(code_sha256), DB_INT(now)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "fetched or ended meanwhile");
	memcpy(key_digest, db_blob(rows, 0, 1).data, 32);
	return buf_append(sealed, db_blob(rows, 0, 0));
}

RESULT subscriber_store_right(struct db_tx *tx, const char *receipt)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	return db_query_tx(tx, &right, DB_ARGS(DB_TEXT(receipt)), &rows);
}

RESULT subscriber_store_write(struct db_tx *tx, const char *receipt, const char *kind,
	const char *event, struct blob certificate, int64_t now)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &write_letter,
		DB_ARGS(DB_TEXT(receipt), DB_TEXT(kind),
			DB_TEXT(certificate.data == NULL ? "passPhrase" : "certificate"),
			DB_TEXT(event), DB_BLOB(certificate), DB_INT(now)),
		&rows));
	return db_bool(rows, 0, 0) ? OK : FAIL(E_STATE, "nothing was handed over yet");
}
