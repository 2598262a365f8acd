#include "lra/decision_store.h"

#include "common/base/table.h"
#include "common/base/text.h"

#define EVIDENCE_COLUMNS                                                                 \
	"SELECT kind, method, sha256, coalesce(issued_on::text, ''), "                   \
	"coalesce(valid_until::text, ''),"                                               \
	" array_to_string(proves, ','), examined_by, extract(epoch FROM "                \
	"examined_at)::bigint, coalesce(number, '') FROM evidence"                       \
	" WHERE application_id = $1 ORDER BY id"

static const struct db_stmt add_evidence = { "lra_add_evidence",
	"INSERT INTO evidence (application_id, kind, sha256, method, issued_on, "
	"valid_until, proves, examined_by, examined_at, number)"
	" VALUES ($1, $2, $3, $4, nullif($5::text, '')::date, nullif($6::text, "
	"'')::date, $7::text[], $8,"
	" to_timestamp($9::bigint), nullif($10::text, ''))" };
static const struct db_stmt evidence = { "lra_evidence", EVIDENCE_COLUMNS };
static const struct db_stmt add_decision = { "lra_add_decision",
	"INSERT INTO decision (application_id, kind, application_version, person, form, "
	"statement, signature,"
	" statement_sha256, decided_at) VALUES ($1, $2, $3::bigint, $4, $5, $6, $7, "
	"sha256($6), to_timestamp($8::bigint))" };
static const struct db_stmt decisions_view = { "lra_decisions_view",
	"SELECT kind, application_version, person, form, statement_sha256, extract(epoch "
	"FROM decided_at)::bigint"
	" FROM decision WHERE application_id = $1 ORDER BY id" };
static const struct db_stmt decision_made = { "lra_decision_made",
	"SELECT EXISTS (SELECT FROM decision WHERE statement_sha256 = sha256($1) AND "
	"application_id = $2)" };
static const struct db_stmt statements_known = {
	"lra_statements_known",
	"SELECT EXISTS (SELECT FROM decision WHERE statement_sha256 = ANY($1::bytea[]))"
};
static const struct db_stmt *const stmts[] = { &add_evidence, &evidence, &add_decision,
	&decisions_view, &decision_made, &statements_known };
const struct db_stmt_list lra_decision_stmts = { stmts, COUNT(stmts) };

/* The ASN.1 names of what it proves. */
static size_t claims(const struct evidence *item, struct blob *out)
{
	size_t count = 0;
	for (int type = 0; type < NAME_TYPE_COUNT; type++)
		if ((item->proves_subject & 1u << type) != 0)
			out[count++] = blob_text(name_kind((enum name_type)type)->name);
	for (int type = 1; type < GENERAL_NAME_TYPE_COUNT; type++)
		if ((item->proves_san & 1u << type) != 0)
			out[count++] = blob_text(
				general_name_word((enum general_name_type)type));
	return count;
}

RESULT lra_store_add_evidence(struct db_tx *tx, int64_t application_id,
	const struct examined *row, const char *examined_by, int64_t now)
{
	const struct evidence *item = &row->evidence;
	struct blob proves[NAME_TYPE_COUNT + GENERAL_NAME_TYPE_COUNT];
	size_t count = claims(item, proves);
	return db_exec_one(tx, &add_evidence,
		DB_ARGS(DB_INT(application_id), DB_TEXT(item->kind),
			DB_BLOB(BLOB(item->sha256)), DB_TEXT(item->method),
			DB_TEXT(item->issued_on), DB_TEXT(item->valid_until),
			DB_TEXTS(proves, count), DB_TEXT(examined_by), DB_INT(now),
			DB_TEXT(row->number)));
}

static RESULT read_item(const struct db_rows *rows, size_t row, struct evidence *item)
{
	char proves[1024], *rest = NULL;
	struct blob digest = db_blob(rows, row, EXAMINED_SHA256);
	if (digest.len != sizeof item->sha256)
		return FAIL(E_BUG, "evidence: digest");
	*item = (struct evidence){ .proves_subject = 0 };
	memcpy(item->sha256, digest.data, sizeof item->sha256);
	TRY(text_copy(db_text(rows, row, EXAMINED_KIND), item->kind, sizeof item->kind));
	TRY(text_copy(db_text(rows, row, EXAMINED_METHOD), item->method,
		sizeof item->method));
	TRY(text_copy(db_text(rows, row, EXAMINED_ISSUED), item->issued_on,
		sizeof item->issued_on));
	TRY(text_copy(db_text(rows, row, EXAMINED_UNTIL), item->valid_until,
		sizeof item->valid_until));
	TRY(text_copy(db_text(rows, row, EXAMINED_PROVES), proves, sizeof proves));
	for (char *word = strtok_r(proves, ",", &rest); word != NULL;
		word = strtok_r(NULL, ",", &rest))
		TRY(evidence_add_claim(item, word));
	return OK;
}

RESULT lra_store_evidence(struct db_tx *tx, int64_t application_id,
	struct evidence_list *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &evidence, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) > LIMIT_EVIDENCE)
		return FAIL(E_BUG, "evidence: more than %d items", LIMIT_EVIDENCE);
	out->count = db_count(rows);
	for (size_t i = 0; i < out->count; i++)
		TRY(read_item(rows, i, &out->item[i]));
	return OK;
}

RESULT lra_store_add_decision(struct db_tx *tx, int64_t application_id, int64_t version,
	const struct decision *decision, enum decision_kind kind, const char *person,
	int64_t now)
{
	return db_exec_one(tx, &add_decision,
		DB_ARGS(DB_INT(application_id), DB_TEXT(decision_kind_name(kind)),
			DB_INT(version), DB_TEXT(person), DB_TEXT(decision->form),
			DB_BLOB(buf_view(&decision->statement)),
			DB_BLOB(buf_view(&decision->signature)), DB_INT(now)));
}

RESULT lra_store_decision_made(struct db_tx *tx, int64_t application_id,
	const struct decision *decision, bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &decision_made,
		DB_ARGS(DB_BLOB(buf_view(&decision->statement)), DB_INT(application_id)),
		&rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}

RESULT lra_store_decisions_view(struct db *db, int64_t application_id,
	struct db_rows **out)
{
	return db_query(db, &decisions_view, DB_ARGS(DB_INT(application_id)), out);
}

RESULT lra_store_evidence_view(struct db *db, int64_t application_id,
	struct db_rows **out)
{
	return db_query(db, &evidence, DB_ARGS(DB_INT(application_id)), out);
}

RESULT lra_store_statements_known(struct db *db, const struct blob *sha256, size_t count,
	bool *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &statements_known, DB_ARGS(DB_BLOBS(sha256, count)), &rows));
	*out = db_bool(rows, 0, 0);
	return OK;
}
