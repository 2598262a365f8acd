/* answers_import: imports and their rows as JSON and as tables. */
#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/csv/csv.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/import_store.h"

static RESULT set_parsed(struct json *object, const char *name, const char *text)
{
	AUTO(json_free) struct json *value = NULL;
	TRY(json_parse(blob_text(text), &value));
	return json_set(object, name, MOVE(value));
}

static RESULT set_time(struct json *object, const char *name, const struct db_rows *rows,
	size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_time(object, name, db_int(rows, row, column));
}

static RESULT set_digest(struct json *object, const struct db_rows *rows, size_t row)
{
	return db_is_null(rows, row, IMPORT_SHA256)
		       ? OK
		       : json_set_hex(object, "sha256",
				 db_blob(rows, row, IMPORT_SHA256));
}

static const char *separator_name(const char *separator)
{
	return separator[0] == '\t' ? "tab" : separator[0] == ';' ? "semicolon" : "comma";
}

static RESULT set_detected(struct json *object, const struct db_rows *rows, size_t row)
{
	AUTO(json_free) struct json *found = NULL;
	TRY(json_new_object(&found));
	TRY(json_set_text(found, "charset", db_text(rows, row, IMPORT_CHARSET)));
	TRY(json_set_text(found, "reason", db_text(rows, row, IMPORT_REASON)));
	TRY(json_set_text(found, "separator",
		separator_name(db_text(rows, row, IMPORT_SEPARATOR))));
	TRY(json_set_bool(found, "header", db_bool(rows, row, IMPORT_HEADER)));
	return json_set(object, "detected", MOVE(found));
}

static RESULT import_row(const struct db_rows *rows, size_t row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "id", db_int(rows, row, IMPORT_ID)));
	TRY(json_set_text(object, "file", db_text(rows, row, IMPORT_FILE)));
	TRY(set_digest(object, rows, row));
	TRY(json_set_text(object, "state", db_text(rows, row, IMPORT_STATE)));
	TRY(json_set_int(object, "rows", db_int(rows, row, IMPORT_ROWS)));
	TRY(json_set_text(object, "enteredBy", db_text(rows, row, IMPORT_ENTERED_BY)));
	TRY(set_time(object, "enteredAt", rows, row, IMPORT_ENTERED_AT));
	if (db_text(rows, row, IMPORT_MODE)[0] != 0)
		TRY(json_set_text(object, "mode", db_text(rows, row, IMPORT_MODE)));
	if (db_text(rows, row, IMPORT_STARTED_BY)[0] != 0)
		TRY(json_set_text(object, "startedBy",
			db_text(rows, row, IMPORT_STARTED_BY)));
	TRY(set_time(object, "startedAt", rows, row, IMPORT_STARTED_AT));
	TRY(set_time(object, "endedAt", rows, row, IMPORT_ENDED_AT));
	*out = MOVE(object);
	return OK;
}

static int64_t count_of(const struct json *counts, const char *state)
{
	int64_t number = 0;
	IGNORE(json_get_int_or(counts, state, 0, &number)); /* it is one of ours */
	return number;
}

static RESULT set_counts(struct json *object, struct db *db, int64_t id,
	struct json **out)
{
	static const char *const states[] = { "read", "good", "faulty", "duplicate",
		"made", "refused" };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *counts = NULL;
	TRY(json_new_object(&counts));
	for (size_t i = 0; i < COUNT(states); i++)
		TRY(json_set_int(counts, states[i], 0));
	TRY(import_store_counts(db, id, &rows));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(json_set_int(counts, db_text(rows, i, COUNT_STATE),
			db_int(rows, i, COUNT_NUMBER)));
	TRY(json_new_copy(counts, out));
	return json_set(object, "counts", MOVE(counts));
}

/* What is done of what there is to do, its place in the line, and the time left by the pace so far. */
static RESULT set_job(struct json *object, const struct db_rows *rows,
	const struct json *counts)
{
	AUTO(json_free) struct json *job = NULL;
	bool running = strcmp(db_text(rows, 0, IMPORT_STATE), "running") == 0;
	bool judging = strcmp(db_text(rows, 0, IMPORT_STATE), "judging") == 0;
	int64_t left = count_of(counts, running ? "good" : "read");
	int64_t done = running ? count_of(counts, "made") + count_of(counts, "refused")
			       : db_int(rows, 0, IMPORT_ROWS) - left;
	if (!running && !judging)
		return OK;
	TRY(json_new_object(&job));
	TRY(json_set_int(job, "position", db_int(rows, 0, IMPORT_POSITION)));
	TRY(json_set_int(job, "done", done));
	TRY(json_set_int(job, "of", done + left));
	if (running && done > 0) {
		int64_t since = clock_now() - db_int(rows, 0, IMPORT_STARTED_AT);
		TRY(json_set_int(job, "secondsLeft",
			(since > 0 ? since : 1) * left / done));
	}
	return json_set(object, "job", MOVE(job));
}

RESULT answer_import(struct db *db, const char *lra, int64_t id, const bool *again,
	struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *counts = NULL;
	TRY(import_store_find(db, lra, id, &rows));
	TRY(import_row(rows, 0, &object));
	if (again != NULL)
		TRY(json_set_bool(object, "again", *again));
	TRY(set_detected(object, rows, 0));
	TRY(set_parsed(object, "columns", db_text(rows, 0, IMPORT_COLUMNS)));
	TRY(set_parsed(object, "common", db_text(rows, 0, IMPORT_COMMON)));
	TRY(set_counts(object, db, id, &counts));
	TRY(set_job(object, rows, counts));
	return json_write_pretty(object, out);
}

RESULT answer_imports(struct db *db, const char *lra, int64_t before, int64_t limit,
	struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(import_store_list(db, lra, before, limit, &rows));
	TRY(json_new_object(&object));
	TRY(json_new_array(&list));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(import_row(rows, i, &row));
		TRY(json_append(list, MOVE(row)));
	}
	TRY(json_set(object, "imports", MOVE(list)));
	if (db_count(rows) == (size_t)limit)
		TRY(json_set_int(object, "next",
			db_int(rows, db_count(rows) - 1, IMPORT_ID)));
	return json_write_pretty(object, out);
}

/* ---- rows */

/* A fault's field is the last part of a column's: then it names that column. */
static RESULT set_columns(struct json *faults, const struct import_columns *columns,
	struct json **out)
{
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_array(&list));
	for (size_t i = 0; i < json_count(faults); i++) {
		AUTO(json_free) struct json *row = NULL;
		const char *field = "";
		TRY(json_new_copy(json_at(faults, i), &row));
		TRY(json_get_text_or(row, "field", "", &field));
		const char *last = strrchr(field, '.');
		last = last == NULL ? field : last + 1;
		for (size_t c = 0; c < columns->count && last[0] != 0; c++) {
			if (columns->field[c] == NULL)
				continue;
			const char *name = columns->field[c]->name;
			const char *dot = strrchr(name, '.');
			if (strcmp(dot == NULL ? name : dot + 1, last) == 0) {
				TRY(json_set_int(row, "column", (int64_t)c));
				break;
			}
		}
		TRY(json_append(list, MOVE(row)));
	}
	*out = MOVE(list);
	return OK;
}

static RESULT row_object(const struct import_columns *columns, const struct db_rows *rows,
	size_t at, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *faults = NULL;
	AUTO(json_free) struct json *placed = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "row", db_int(rows, at, IMPORTED_NUMBER)));
	TRY(json_set_int(object, "version", db_int(rows, at, IMPORTED_VERSION)));
	TRY(json_set_text(object, "state", db_text(rows, at, IMPORTED_STATE)));
	TRY(set_parsed(object, "cells", db_text(rows, at, IMPORTED_CELLS)));
	TRY(json_set_text(object, "subjectText", db_text(rows, at, IMPORTED_SUBJECT)));
	TRY(set_parsed(object, "normalised", db_text(rows, at, IMPORTED_REPAIRS)));
	TRY(json_parse(blob_text(db_text(rows, at, IMPORTED_FAULTS)), &faults));
	TRY(set_columns(faults, columns, &placed));
	TRY(json_set(object, "faults", MOVE(placed)));
	if (db_text(rows, at, IMPORTED_RECEIPT)[0] != 0)
		TRY(json_set_text(object, "receiptNumber",
			db_text(rows, at, IMPORTED_RECEIPT)));
	if (db_int(rows, at, IMPORTED_SAME_ROW) != 0)
		TRY(json_set_int(object, "sameRow", db_int(rows, at, IMPORTED_SAME_ROW)));
	if (db_text(rows, at, IMPORTED_SAME_RECEIPT)[0] != 0)
		TRY(json_set_text(object, "sameReceipt",
			db_text(rows, at, IMPORTED_SAME_RECEIPT)));
	*out = MOVE(object);
	return OK;
}

static RESULT columns_of(const struct db_rows *import, struct import_columns *out)
{
	AUTO(json_free) struct json *names = NULL;
	TRY(json_parse(blob_text(db_text(import, 0, IMPORT_COLUMNS)), &names));
	return import_columns_read(names, out);
}

RESULT answer_import_row(const struct db_rows *import, const struct db_rows *row,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	struct import_columns columns;
	TRY(columns_of(import, &columns));
	TRY(row_object(&columns, row, 0, &object));
	return json_write_pretty(object, out);
}

RESULT answer_import_rows(const struct db_rows *import, const struct db_rows *rows,
	int64_t limit, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	struct import_columns columns;
	TRY(columns_of(import, &columns));
	TRY(json_new_object(&object));
	TRY(json_new_array(&list));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(row_object(&columns, rows, i, &row));
		TRY(json_append(list, MOVE(row)));
	}
	TRY(json_set(object, "rows", MOVE(list)));
	if (db_count(rows) == (size_t)limit)
		TRY(json_set_int(object, "next",
			db_int(rows, db_count(rows) - 1, IMPORTED_NUMBER)));
	return json_write_pretty(object, out);
}

/* ---- tables */

#define MARK "\xef\xbb\xbf" /* so that spreadsheets read it as UTF-8 */

static RESULT put_cells(struct buf *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			TRY(buf_append_text(out, ","));
		TRY(csv_append_cell(out, cells[i]));
	}
	return buf_append_text(out, "\r\n");
}

static const char *member(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

static RESULT put_faults(struct buf *out, const struct db_rows *rows, size_t at)
{
	AUTO(json_free) struct json *faults = NULL;
	char line[24], other[64];
	snprintf(line, sizeof line, "%lld", (long long)db_int(rows, at, IMPORTED_NUMBER));
	if (strcmp(db_text(rows, at, IMPORTED_STATE), "duplicate") == 0) {
		snprintf(other, sizeof other, "%.40s",
			db_text(rows, at, IMPORTED_SAME_RECEIPT));
		if (other[0] == 0)
			snprintf(other, sizeof other, "row %lld",
				(long long)db_int(rows, at, IMPORTED_SAME_ROW));
		return put_cells(out,
			(const char *const[]){ line, "", other,
				"同一の可能性があります。",
				"It seems to be the same person or key." },
			5);
	}
	TRY(json_parse(blob_text(db_text(rows, at, IMPORTED_FAULTS)), &faults));
	for (size_t i = 0; i < json_count(faults); i++) {
		const struct json *fault = json_at(faults, i);
		TRY(put_cells(out,
			(const char *const[]){ line, member(fault, "field"),
				member(fault, "detail"), member(fault, "message_ja"),
				member(fault, "message_en") },
			5));
	}
	return OK;
}

RESULT answer_import_faults(const struct db_rows *rows, struct buf *out)
{
	TRY(buf_append_text(out, MARK));
	TRY(put_cells(out,
		(const char *const[]){ "行 Line", "項目 Field", "値 Detail", "内容",
			"Problem" },
		5));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(put_faults(out, rows, i));
	return OK;
}

RESULT answer_import_template(struct buf *out)
{
	const char *headings[CSV_COLUMNS];
	size_t count = 0;
	for (const struct import_field *field = import_fields; field->name != NULL;
		field++)
		headings[count++] = field->ja;
	TRY(buf_append_text(out, MARK));
	return put_cells(out, headings, count);
}

/* ---- joiners and leavers */

static RESULT change_list(const struct db_rows *rows, struct json **out)
{
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_array(&list));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		const char *entity = db_text(rows, i, CHANGE_ENTITY);
		const char *colon = strchr(entity, ':');
		TRY(json_new_object(&row));
		if (db_int(rows, i, CHANGE_ROW) != 0)
			TRY(json_set_int(row, "row", db_int(rows, i, CHANGE_ROW)));
		TRY(json_set_text(row, "employeeNumber",
			colon == NULL ? entity : colon + 1));
		TRY(json_set_text(row, "name", db_text(rows, i, CHANGE_NAME)));
		if (db_text(rows, i, CHANGE_RECEIPT)[0] != 0) {
			TRY(json_set_text(row, "receiptNumber",
				db_text(rows, i, CHANGE_RECEIPT)));
			TRY(json_set_text(row, "issuer",
				db_text(rows, i, CHANGE_ISSUER)));
			TRY(json_set_hex(row, "serialNumber",
				db_blob(rows, i, CHANGE_SERIAL)));
		}
		TRY(json_append(list, MOVE(row)));
	}
	*out = MOVE(list);
	return OK;
}

RESULT answer_import_changes(const struct db_rows *joiners, const struct db_rows *leavers,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_object(&object));
	TRY(change_list(joiners, &list));
	TRY(json_set(object, "joiners", MOVE(list)));
	TRY(change_list(leavers, &list));
	TRY(json_set(object, "leavers", MOVE(list)));
	return json_write_pretty(object, out);
}
