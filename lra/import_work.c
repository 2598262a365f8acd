/* import_work: the keeper's part of an import, a slice at a time, so that nothing else waits for a file of any length. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/json/fault_json.h"
#include "common/proc/fault_point.h"
#include "lra/conf.h"
#include "lra/import_store.h"

enum {
	SLICE_MS = 400,
	ROWS = 40,      /* of one look into the registry */
	STALE_S = 3600, /* an upload that never ended */
};

struct work {
	struct lra_call call;
	struct faults faults;
	int64_t id, until_ms;
	const struct json *common;
	struct import_columns columns;
	const struct db_rows *todo;  /* of judge_rows */
	const char *state, *outcome; /* of finish */
};

/* ---- judging */

static RESULT still(struct db_tx *tx, int64_t id, const char *state)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(import_store_lock(tx, "", id, &rows));
	return strcmp(db_text(rows, 0, IMPORT_STATE), state) == 0
		       ? OK
		       : FAIL(E_CONFLICT, "import %lld: no longer %s", (long long)id,
				 state);
}

static RESULT judge_rows(void *context, struct db_tx *tx)
{
	struct work *work = context;
	TRY(still(tx, work->id, "judging"));
	for (size_t i = 0; i < db_count(work->todo); i++) {
		AUTO(import_verdict_clear) struct import_verdict verdict = IMPORT_VERDICT;
		AUTO(json_free) struct json *cells = NULL;
		int64_t number = db_int(work->todo, i, TODO_NUMBER);
		TRY(json_parse(blob_text(db_text(work->todo, i, TODO_CELLS)), &cells));
		TRY(import_judge(&work->call, work->id, number, work->common,
			&work->columns, cells, &verdict));
		TRY(import_store_judged(tx, work->id, number,
			db_int(work->todo, i, TODO_VERSION), &verdict, NULL, false));
	}
	return OK;
}

static RESULT all_judged(void *context, struct db_tx *tx)
{
	struct work *work = context;
	TRY(still(tx, work->id, "judging"));
	TRY(import_store_mark_duplicates(tx, work->id, work->call.now));
	return import_store_set_state(tx, work->id, "checked", work->call.now);
}

static RESULT judge_slice(struct work *work)
{
	do {
		AUTO(db_rows_free) struct db_rows *todo = NULL;
		TRY(import_store_todo(work->call.lra->db, work->id, "read", ROWS, &todo));
		if (db_count(todo) == 0)
			return db_run(work->call.lra->db, all_judged, work);
		work->todo = todo;
		TRY(db_run(work->call.lra->db, judge_rows, work));
	} while (clock_monotonic_ms() < work->until_ms);
	return OK;
}

/* ---- entering */

struct entered {
	struct work *work;
	int64_t number;
	const char *receipt;
	struct buf faults;
};

static RESULT note(void *context, struct db_tx *tx)
{
	struct entered *entered =
		context; /* also when it was cancelled meanwhile: the row is entered */
	return entered->receipt != NULL
		       ? import_store_made(tx, entered->work->id, entered->number,
				 entered->receipt)
		       : import_store_refused(tx, entered->work->id, entered->number,
				 buf_text(&entered->faults));
}

/* Killed between the two, the row is entered again under its key and is the same application. */
static RESULT enter_row(struct work *work, int64_t number, struct blob document)
{
	struct lra_call *call = &work->call;
	AUTO(json_free) struct json *object = NULL;
	AUTO(lra_form_free) struct lra_form *form = NULL;
	AUTO(buf_clear) struct buf faults = BUF(64 * KIB);
	struct lra_received received;
	struct entered entered = { .work = work, .number = number };
	work->faults = (struct faults){ .count = 0 };
	TRY(lra_form_new(&form));
	TRY(json_parse(document, &object));
	TRY(lra_form_read(object, form, call->faults));
	struct err err = lra_receive(call, document, form, &received);
	if (err_is(err) && call->faults->count == 0)
		return err;
	fault_point("import.entered");
	if (err_is(err))
		TRY(fault_json_write(call->faults, &faults));
	else
		entered.receipt = received.receipt;
	entered.faults = faults;
	return db_run(call->lra->db, note, &entered);
}

static RESULT finish(void *context, struct db_tx *tx)
{
	struct work *work = context;
	char object[40];
	TRY(still(tx, work->id, work->state));
	TRY(import_store_set_state(tx, work->id, work->outcome, work->call.now));
	snprintf(object, sizeof object, "import %lld", (long long)work->id);
	return lra_audit(&work->call, tx, AUDIT_IMPORT_ENDED, NULL, ROLE_LRA_CLERK,
		object,
		strcmp(work->outcome, "done") == 0 ? "{\"outcome\":\"done\"}"
						   : "{\"outcome\":\"cancelled\"}");
}

static RESULT enter_slice(struct work *work)
{
	do {
		AUTO(db_rows_free) struct db_rows *todo = NULL;
		TRY(import_store_todo(work->call.lra->db, work->id, "good", ROWS, &todo));
		work->outcome = "done";
		if (db_count(todo) == 0)
			return db_run(work->call.lra->db, finish, work);
		for (size_t i = 0;
			i < db_count(todo) && clock_monotonic_ms() < work->until_ms; i++)
			TRY(enter_row(work, db_int(todo, i, TODO_NUMBER),
				blob_text(db_text(todo, i, TODO_FORM))));
	} while (clock_monotonic_ms() < work->until_ms);
	return OK;
}

/* ---- a slice */

static RESULT find_person(struct work *work, const char *id)
{
	struct lra *lra = work->call.lra;
	work->call.person = roster_person(lra->roster, id);
	if (work->call.person == NULL)
		return FAIL(E_DENIED, "%.60s: not in the roster", id);
	work->call.roles = work->call.person->roles;
	return roster_in_force(lra->roster, work->call.person, work->call.now);
}

static RESULT work_on(struct work *work, const struct db_rows *next)
{
	AUTO(json_free) struct json *common = NULL;
	AUTO(json_free) struct json *names = NULL;
	bool running = strcmp(db_text(next, 0, WORK_STATE), "running") == 0;
	work->id = db_int(next, 0, WORK_ID);
	if (strcmp(db_text(next, 0, WORK_STATE), "cancelled") == 0)
		return import_store_forget(work->call.lra->db, work->id, work->call.now);
	struct err err = find_person(work, db_text(next, 0, WORK_PERSON));
	work->state = running ? "running" : "judging";
	if (err_is(err)) {
		/* Whoever brought or signed it may no longer enter anything: what was entered stays. */
		log_err(NULL, "import ended", err);
		work->outcome = "cancelled";
		struct roster_person nobody = { .id = "keeper" };
		work->call.person = &nobody;
		return db_run(work->call.lra->db, finish, work);
	}
	TRY(json_parse(blob_text(db_text(next, 0, WORK_COMMON)), &common));
	TRY(json_parse(blob_text(db_text(next, 0, WORK_COLUMNS)), &names));
	TRY(import_columns_read(names, &work->columns));
	work->common = common;
	return running ? enter_slice(work) : judge_slice(work);
}

RESULT lra_import_work(struct lra *lra, int64_t now, bool *more)
{
	AUTO(db_rows_free) struct db_rows *next = NULL;
	struct work work = { .until_ms = clock_monotonic_ms() + SLICE_MS };
	work.call = (struct lra_call){ .lra = lra,
		.now = now,
		.ref = "import",
		.faults = &work.faults };
	*more = false;
	TRY(import_store_drop_stale(lra->db, now - STALE_S));
	TRY(import_store_next_work(lra->db, &next));
	if (db_count(next) == 0)
		return OK;
	(void)lra_keep_up(lra);
	struct err err = work_on(&work, next);
	*more = true;
	/* Cancelled meanwhile, or mapped anew: the next slice sees it. */
	return err.code == E_CONFLICT && work.faults.count == 0 ? OK : err;
}
