#include "lra/answers_evidence.h"

#include "common/json/json.h"
#include "lra/evidence_store.h"

/* The same paper at two people is often a mistake, and sometimes a fraud: it is shown, not refused. */
static RESULT set_same(struct json *object, struct db *db, const char *lra_id,
	int64_t application_id, struct blob sha256)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *array = NULL;
	TRY(evidence_store_same(db, lra_id, application_id, sha256, &rows));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(json_append_text(array, db_text(rows, i, 0)));
	return json_set(object, "alsoIn", MOVE(array));
}

RESULT answer_stored(struct db *db, const char *lra_id, struct blob sha256,
	const struct evidence_stored *stored, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_hex(object, "sha256", sha256));
	TRY(json_set_text(object, "mediaType", stored->media->type));
	TRY(json_set_int(object, "size", stored->size));
	TRY(set_same(object, db, lra_id, stored->application_id, sha256));
	return json_write_pretty(object, out);
}

static RESULT set_time_if(struct json *object, const char *name,
	const struct db_rows *rows, size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_time(object, name, db_int(rows, row, column));
}

static RESULT listed(struct db *db, const char *lra_id, int64_t application_id,
	const struct db_rows *rows, size_t row, struct json *out)
{
	struct blob sha256 = db_blob(rows, row, LISTED_SHA256);
	bool sealed = !db_is_null(rows, row, LISTED_SEALED);
	TRY(json_set_hex(out, "sha256", sha256));
	TRY(json_set_text(out, "kind", db_text(rows, row, LISTED_KIND)));
	TRY(json_set_bool(out, "named", db_bool(rows, row, LISTED_NAMED)));
	TRY(json_set_bool(out, "sealed", sealed));
	if (!sealed)
		return OK;
	TRY(json_set_text(out, "mediaType", db_text(rows, row, LISTED_MEDIA)));
	TRY(json_set_int(out, "size", db_int(rows, row, LISTED_SIZE)));
	TRY(json_set_text(out, "name", db_text(rows, row, LISTED_NAME)));
	TRY(json_set_hex(out, "sealedSha256", db_blob(rows, row, LISTED_SEALED)));
	TRY(json_set_text(out, "storedBy", db_text(rows, row, LISTED_BY)));
	TRY(json_set_time(out, "storedAt", db_int(rows, row, LISTED_AT)));
	TRY(set_time_if(out, "damagedAt", rows, row, LISTED_DAMAGED_AT));
	return set_same(out, db, lra_id, application_id, sha256);
}

static RESULT set_files(struct json *object, struct db *db, const char *lra_id,
	int64_t application_id)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *array = NULL;
	TRY(evidence_store_list(db, application_id, &rows));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(listed(db, lra_id, application_id, rows, i, row));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "files", MOVE(array));
}

static RESULT set_destruction(struct json *object, const struct db_rows *rows)
{
	AUTO(json_free) struct json *row = NULL;
	if (db_is_null(rows, 0, END_PROPOSED_BY))
		return OK;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "reason", db_text(rows, 0, END_REASON)));
	TRY(json_set_text(row, "proposedBy", db_text(rows, 0, END_PROPOSED_BY)));
	TRY(set_time_if(row, "proposedAt", rows, 0, END_PROPOSED_AT));
	if (!db_is_null(rows, 0, END_APPROVED_BY))
		TRY(json_set_text(row, "approvedBy", db_text(rows, 0, END_APPROVED_BY)));
	TRY(set_time_if(row, "approvedAt", rows, 0, END_APPROVED_AT));
	TRY(set_time_if(row, "destroyedAt", rows, 0, END_DONE_AT));
	return json_set(object, "destruction", MOVE(row));
}

RESULT answer_evidence(struct lra *lra, const char *lra_id, int64_t application_id,
	const char *receipt, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(db_rows_free) struct db_rows *end = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", receipt));
	TRY(set_files(object, lra->db, lra_id, application_id));
	TRY(evidence_store_end(lra->db, application_id, &end));
	TRY(set_time_if(object, "closedAt", end, 0, END_CLOSED_AT));
	if (!db_is_null(end, 0, END_CLOSED_AT))
		TRY(json_set_time(object, "keptUntil",
			lra_evidence_due_at(lra, db_int(end, 0, END_ENDED_AT))));
	TRY(set_destruction(object, end));
	return json_write_pretty(object, out);
}

RESULT answer_due(const struct lra *lra, const struct db_rows *rows, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_object(&object));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "receiptNumber", db_text(rows, i, DUE_RECEIPT)));
		TRY(json_set_text(row, "state", db_text(rows, i, DUE_STATE)));
		TRY(json_set_time(row, "keptUntil",
			lra_evidence_due_at(lra, db_int(rows, i, DUE_ENDED_AT))));
		TRY(json_set_int(row, "files", db_int(rows, i, DUE_FILES)));
		TRY(json_set_text(row, "proposedBy", db_text(rows, i, DUE_PROPOSED_BY)));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_set(object, "cases", MOVE(array)));
	return json_write_pretty(object, out);
}
