/* import: what a clerk does with an import: mapping, mending, signing, cancelling. */
#include "lra/import.h"

#include "common/base/quote.h"
#include "common/base/text.h"
#include "lra/import_store.h"
#include "lra/web_passkey.h"

/* clang-format off */
static const struct fault_rule wrong_state = { "import.state", "R-LRA-06",
	"The import is not in a state in which that can be done.",
	"一括登録がこの操作のできる状態ではありません。" };
static const struct fault_rule stale = { "version.stale", "R-APP-04",
	"The row was changed meanwhile. Read it again.",
	"この行は更新されています。最新の内容を確認してください。" };
static const struct fault_rule not_all_good = { "import.notAllGood", "R-LRA-06",
	"Not every row is good. Mend them, or enter the good rows only.",
	"正しくない行があります。修正するか、正しい行だけを登録してください。" };
static const struct fault_rule nothing_good = { "import.nothing", "R-LRA-06",
	"There is no good row to enter.",
	"登録できる行がありません。" };
static const struct fault_rule bad_mode = { "import.mode", "R-LRA-06",
	"Say whether all rows or the good rows are entered.",
	"すべて登録するか、正しい行だけ登録するかを選んでください。" };
static const struct fault_rule another = { "decision.person", "R-LRA-04",
	"The decision was signed by somebody else than who sent it.",
	"送信した人と署名した人が異なります。" };
static const struct fault_rule changed = { "decision.content", "R-APP-07",
	"The rows have changed since they were shown. Read them again and sign anew.",
	"表示後に行の内容が変わっています。確認のうえ署名し直してください。" };
/* clang-format on */

static RESULT check_state(struct lra_call *call, const struct db_rows *rows,
	const char *wanted)
{
	const char *state = db_text(rows, 0, IMPORT_STATE);
	return strcmp(state, wanted) == 0
		       ? OK
		       : lra_refuse(call, E_CONFLICT, &wrong_state, "state", "%s", state);
}

static RESULT audit(struct lra_call *call, struct db_tx *tx, enum audit_event_kind kind,
	int64_t id, const char *detail)
{
	char object[40];
	snprintf(object, sizeof object, "import %lld", (long long)id);
	return lra_audit(call, tx, kind, NULL, ROLE_LRA_CLERK, object, detail);
}

/* ---- mapping */

struct changing {
	struct lra_call *call;
	int64_t id;
	const char *common, *columns; /* NULL: stays */
};

static RESULT change(void *context, struct db_tx *tx)
{
	struct changing *changing = context;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(import_store_lock(tx, changing->call->person->lra, changing->id, &rows));
	if (strcmp(db_text(rows, 0, IMPORT_STATE), "judging") != 0)
		TRY(check_state(changing->call, rows, "checked"));
	return import_store_change(tx, changing->id, changing->common, changing->columns);
}

RESULT lra_import_change(struct lra_call *call, int64_t id, const struct json *common,
	const struct json *columns)
{
	AUTO(buf_clear) struct buf common_text = BUF(128 * KIB);
	AUTO(buf_clear) struct buf columns_text = BUF(32 * KIB);
	struct import_columns checked;
	struct changing changing = { .call = call, .id = id };
	if (common != NULL) {
		if (!json_is_object(common))
			return FAIL(E_INPUT, "common: not an object");
		TRY_IN(json_write(common, &common_text), "common");
		changing.common = buf_text(&common_text);
	}
	if (columns != NULL) {
		TRY(import_columns_read(columns, &checked));
		TRY(import_columns_write(&checked, &columns_text));
		changing.columns = buf_text(&columns_text);
	}
	return db_run(call->lra->db, change, &changing);
}

/* ---- mending one row */

struct mending {
	struct lra_call *call;
	int64_t id, number, version;
	const struct json *cells; /* index → text */
	bool keep;
};

/* The row's cells with those changed; beyond the end there are none. */
static RESULT lay_over(const struct json *old, const struct json *changes,
	struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	size_t used = 0;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < json_count(old); i++) {
		char index[24];
		const char *text = json_as_text(json_at(old, i));
		snprintf(index, sizeof index, "%zu", i);
		if (changes != NULL && json_has(changes, index)) {
			TRY(json_get_text(changes, index, &text));
			used++;
		}
		TRY(json_append_text(array, text == NULL ? "" : text));
	}
	const struct json *each;
	size_t given = 0;
	while (changes != NULL && json_name_at(changes, given, &each) != NULL)
		given++;
	if (used != given)
		return FAIL(E_INPUT, "cells: a column that this row does not have");
	*out = MOVE(array);
	return OK;
}

static RESULT parse_text(const char *text, struct json **out)
{
	return json_parse(blob_text(text), out);
}

static RESULT mend(void *context, struct db_tx *tx)
{
	struct mending *mending = context;
	struct lra_call *call = mending->call;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *row = NULL;
	AUTO(json_free) struct json *common = NULL;
	AUTO(json_free) struct json *names = NULL;
	AUTO(json_free) struct json *old = NULL;
	AUTO(json_free) struct json *cells = NULL;
	AUTO(buf_clear) struct buf text = BUF(512 * KIB);
	AUTO(import_verdict_clear) struct import_verdict verdict = IMPORT_VERDICT;
	struct import_columns columns;
	TRY(import_store_lock(tx, call->person->lra, mending->id, &rows));
	TRY(check_state(call, rows, "checked"));
	TRY(import_store_row_tx(tx, mending->id, mending->number, &row));
	if (db_int(row, 0, IMPORTED_VERSION) != mending->version)
		return lra_refuse(call, E_CONFLICT, &stale, "version", "%lld, not %lld",
			(long long)db_int(row, 0, IMPORTED_VERSION),
			(long long)mending->version);
	TRY(parse_text(db_text(rows, 0, IMPORT_COMMON), &common));
	TRY(parse_text(db_text(rows, 0, IMPORT_COLUMNS), &names));
	TRY(import_columns_read(names, &columns));
	TRY(parse_text(db_text(row, 0, IMPORTED_CELLS), &old));
	TRY(lay_over(old, mending->cells, &cells));
	TRY(json_write(cells, &text));
	TRY(import_judge(call, mending->id, mending->number, common, &columns, cells,
		&verdict));
	call->faults->count = 0; /* they are of the row, not of this request */
	TRY(import_store_judged(tx, mending->id, mending->number, mending->version,
		&verdict, buf_text(&text), mending->keep));
	return import_store_mark_duplicates(tx, mending->id, call->now);
}

RESULT lra_import_mend(struct lra_call *call, int64_t id, int64_t number, int64_t version,
	const struct json *cells, bool keep)
{
	struct mending mending = { call, id, number, version, cells, keep };
	return db_run(call->lra->db, mend, &mending);
}

/* ---- signing and starting (R-LRA-06) */

static RESULT summary(const struct db_rows *rows, const char *mode,
	const struct import_sum *sum, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "schema", "inkan.import.1"));
	TRY(json_set_int(object, "import", db_int(rows, 0, IMPORT_ID)));
	TRY(json_set_text(object, "file", db_text(rows, 0, IMPORT_FILE)));
	TRY(json_set_hex(object, "sha256", db_blob(rows, 0, IMPORT_SHA256)));
	TRY(json_set_text(object, "mode", mode));
	TRY(json_set_int(object, "rows", sum->good));
	TRY(json_set_int(object, "rowsLeftOut", sum->others));
	TRY(json_set_hex(object, "rowsDigest", BLOB(sum->digest)));
	return json_write(object, out);
}

static RESULT content_of(struct lra_call *call, struct db_tx *tx, int64_t id,
	const char *mode, struct db_rows **rows, struct buf *out)
{
	struct import_sum sum;
	if (strcmp(mode, "allOrNothing") != 0 && strcmp(mode, "goodRows") != 0)
		return lra_refuse(call, E_POLICY, &bad_mode, "mode", "%.20s", mode);
	TRY(import_store_lock(tx, call->person->lra, id, rows));
	TRY(check_state(call, *rows, "checked"));
	TRY(import_store_sum(tx, id, &sum));
	if (sum.good == 0)
		return lra_refuse(call, E_POLICY, &nothing_good, "rows", "%lld faulty",
			(long long)sum.others);
	if (sum.others > 0 && strcmp(mode, "allOrNothing") == 0)
		return lra_refuse(call, E_POLICY, &not_all_good, "rows", "%lld",
			(long long)sum.others);
	return summary(*rows, mode, &sum, out);
}

RESULT lra_import_statement(struct lra_call *call, int64_t id, const char *mode,
	struct buf *out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(buf_clear) struct buf text = BUF(4096);
	TRY(db_begin(call->lra->db, &tx));
	TRY(content_of(call, tx, id, mode, &rows, &statement.content));
	TRY(buf_append_format(&text,
		"一括登録 / Bulk import %lld: \"%s\", 登録しない行 / rows left out: %s",
		(long long)id, db_text(rows, 0, IMPORT_FILE),
		strcmp(mode, "allOrNothing") == 0 ? "0" : "正しくない行 / faulty rows"));
	statement.kind = DECISION_IMPORT;
	statement.at = call->now;
	TRY(text_copy(call->person->id, statement.person, sizeof statement.person));
	return statement_write(&statement, buf_text(&text), out);
}

struct starting {
	struct lra_call *call;
	int64_t id;
	const struct decision *decision;
	const struct statement *statement;
	const struct decision_signer *signer;
	char mode[16];
};

/* The same signature again is the first answer: whoever sent it was perhaps never told. */
static bool is_started(const struct db_rows *rows, const struct starting *starting)
{
	const char *state = db_text(rows, 0, IMPORT_STATE);
	return (strcmp(state, "running") == 0 || strcmp(state, "done") == 0) &&
	       strcmp(db_text(rows, 0, IMPORT_STARTED_BY), starting->call->person->id) ==
		       0 &&
	       db_int(rows, 0, IMPORT_STARTED_AT) >= starting->statement->at;
}

static RESULT start(void *context, struct db_tx *tx)
{
	struct starting *starting = context;
	struct lra_call *call = starting->call;
	AUTO(db_rows_free) struct db_rows *before = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	TRY(import_store_lock(tx, call->person->lra, starting->id, &before));
	if (is_started(before, starting))
		return OK;
	TRY(content_of(call, tx, starting->id, starting->mode, &rows, &content));
	if (!blob_equal(buf_view(&content), buf_view(&starting->statement->content)))
		return lra_refuse(call, E_CONFLICT, &changed, "rows", "%s", "");
	TRY(web_passkey_used(call, tx, starting->signer));
	TRY(import_store_start(tx, starting->id, starting->mode, call->person->id,
		starting->decision, call->now));
	return audit(call, tx, AUDIT_IMPORT_STARTED, starting->id, buf_text(&content));
}

RESULT lra_import_start(struct lra_call *call, int64_t id,
	const struct decision *decision)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(json_free) struct json *content = NULL;
	struct decision_signer signer;
	struct starting starting = { .call = call,
		.id = id,
		.decision = decision,
		.statement = &statement,
		.signer = &signer };
	const char *mode;
	TRY(decision_verify(&call->lra->trust, decision, call->now, &statement, &signer));
	if (signer.person != call->person)
		return lra_refuse(call, E_DENIED, &another, "person", "%s",
			statement.person);
	if (statement.kind != DECISION_IMPORT)
		return FAIL(E_INPUT, "decision: not import");
	TRY(json_parse(buf_view(&statement.content), &content));
	TRY(json_get_text(content, "mode", &mode));
	TRY_IN(text_copy(mode, starting.mode, sizeof starting.mode), "mode");
	return db_run(call->lra->db, start, &starting);
}

/* ---- cancelling */

struct cancelling {
	struct lra_call *call;
	int64_t id;
};

static RESULT cancel(void *context, struct db_tx *tx)
{
	struct cancelling *cancelling = context;
	struct lra_call *call = cancelling->call;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(import_store_lock(tx, call->person->lra, cancelling->id, &rows));
	const char *state = db_text(rows, 0, IMPORT_STATE);
	if (strcmp(state, "cancelled") == 0)
		return OK;
	if (strcmp(state, "done") == 0)
		return check_state(call, rows, "running");
	TRY(import_store_set_state(tx, cancelling->id, "cancelled", call->now));
	return audit(call, tx, AUDIT_IMPORT_ENDED, cancelling->id,
		"{\"outcome\":\"cancelled\"}");
}

RESULT lra_import_cancel(struct lra_call *call, int64_t id)
{
	struct cancelling cancelling = { call, id };
	TRY(db_run(call->lra->db, cancel, &cancelling));
	/* Apart, so that no row that the keeper enters just now is in the way. It forgets what a crash leaves. */
	return import_store_forget(call->lra->db, id, call->now);
}
