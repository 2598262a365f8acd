/* Tests of common/flow/batch: who is answered, who is left, and what stops all. */
#include "common/base/table.h"
#include "common/flow/batch.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static const struct db_stmt write = { "t_batch_write",
	"INSERT INTO public.answer (place, word) VALUES ($1::bigint, $2)" };
static const struct db_stmt *const stmts[] = { &write };

/* What each row ends in, at work and when it is refused. */
struct fate {
	enum err_code work, refuse;
};

static RESULT put(struct db_tx *tx, size_t row, const char *word, enum err_code code)
{
	TRY(db_exec(tx, &write, DB_ARGS(DB_INT((int64_t)row), DB_TEXT(word))));
	return code == E_NONE ? OK : FAIL(code, "as told");
}

static RESULT work_on(void *context, struct db_tx *tx, size_t row)
{
	return put(tx, row, "done", ((const struct fate *)context)[row].work);
}

static RESULT refuse(void *context, struct db_tx *tx, size_t row, struct err why)
{
	CHECK_TEXT(why.text, "as told", "the reason is handed on");
	return put(tx, row, "refused", ((const struct fate *)context)[row].refuse);
}

static void test_batch(void)
{
	static const struct {
		const char *name;
		struct fate fate[3];
		bool no_refuse;
		enum err_code code;
		size_t done;
		const char *left;
	} rows[] = {
		{ "all good", { { 0 } }, false, E_NONE, 3, "done done done" },
		{ "one refused", { { 0 }, { E_INPUT, 0 } }, false, E_NONE, 3,
			"done refused done" },
		{ "a bug is the row's, too", { { E_BUG, 0 } }, false, E_NONE, 3,
			"refused done done" },
		{ "one that cannot be refused", { { 0 }, { E_INPUT, E_STATE }, { 0 } },
			false, E_NONE, 2, "done done" },
		{ "no other answer", { { E_STATE, 0 } }, true, E_NONE, 2, "done done" },
		{ "the registry is away", { { 0 }, { E_RETRY, 0 } }, false, E_RETRY, 9,
			"" },
		{ "away while refusing", { { E_INPUT, E_IO } }, false, E_IO, 9, "" },
	};
	AUTO(db_close) struct db *db = NULL;
	postgres_fresh();
	postgres_sql("CREATE TABLE public.answer (place bigint, word text); GRANT ALL ON "
		     "public.answer TO PUBLIC");
	if (!CHECK_OK(db_open(postgres_conninfo("inkan_lra"),
			      &(struct db_stmt_list){ stmts, 1 }, 1, &db),
		    "open"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct batch_work work = { work_on,
			rows[i].no_refuse ? NULL : refuse };
		AUTO(db_rollback) struct db_tx *tx = NULL;
		size_t done = 9;
		postgres_sql("TRUNCATE public.answer");
		CHECK_OK(db_begin_read_committed(db, &tx), "begin");
		struct err err =
			batch_run(tx, 3, &work, (void *)(uintptr_t)rows[i].fate, &done);
		CHECK_ERR(err, rows[i].code, "%s", rows[i].name);
		CHECK_INT(done, rows[i].done, "%s: answered", rows[i].name);
		if (!err_is(err))
			CHECK_OK(db_commit(&tx), "%s", rows[i].name);
		else
			db_rollback(MOVE(tx));
		CHECK_TEXT(postgres_sql("SELECT coalesce(string_agg(word, ' ' ORDER BY "
					"place), '') FROM public.answer"),
			rows[i].left, "%s", rows[i].name);
	}
}

static const CU_TestInfo tests[] = {
	{ "batch", test_batch },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_batch = { "common/flow/batch", tests, NULL, NULL };
