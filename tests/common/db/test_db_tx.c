/* db: transactions, what they do when others collide with them or the server goes away, and notifications. */
#include <poll.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/db/db.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

/* clang-format off */
static const struct db_stmt
	session   = { "x_session", "SELECT current_setting('transaction_isolation'), pg_backend_pid()" },
	read_only = { "x_read_only", "SELECT set_config('transaction_read_only', 'on', true)" },
	look      = { "x_look", "SELECT sum(n)::bigint FROM public.counter" },
	change    = { "x_change", "UPDATE public.counter SET n = n + $2::bigint WHERE id = $1::bigint" },
	add       = { "x_add", "INSERT INTO public.counter (id, n) VALUES ($1::bigint, 0)" },
	notify    = { "x_notify", "SELECT pg_notify($1, '')" };
static const struct db_stmt *const stmts[] = { &session, &read_only, &look, &change, &add, &notify };
/* clang-format on */
static const struct db_stmt_list list = { stmts, COUNT(stmts) };

static void set_up(void)
{
	postgres_fresh();
	postgres_sql("CREATE TABLE public.counter (id bigint PRIMARY KEY, n bigint);"
		     "INSERT INTO public.counter VALUES (1, 0), (2, 0);"
		     "GRANT ALL ON public.counter TO PUBLIC");
}

static struct db *open_one(void)
{
	struct db *db = NULL;
	CHECK_OK(db_open(postgres_conninfo("inkan_lra"), &list, 1, &db), "open");
	return db;
}

static int64_t backend(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	struct err err = db_query(db, &session, DB_NO_ARGS, &rows);
	return err_is(err) ? -1 : db_int(rows, 0, 1);
}

/* Ends the connection behind its back, and waits until it is gone. */
static void lose(struct db *db)
{
	int64_t pid = backend(db);
	CHECK_TEXT(postgres_sql("SELECT pg_terminate_backend(%lld, 10000)",
			   (long long)pid),
		"t", "ended");
}

static const char *rows_of(void)
{
	return postgres_sql("SELECT count(*) FROM public.counter");
}

/* ---- begin, commit, rollback */

static void test_isolation(void)
{
	AUTO(db_close) struct db *db = open_one();
	static const struct {
		struct err (*begin)(struct db *db, struct db_tx **out);
		const char *name;
	} rows[] = { { db_begin, "serializable" },
		{ db_begin_read_committed, "read committed" } };
	for (size_t i = 0; db != NULL && i < COUNT(rows); i++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		AUTO(db_rows_free) struct db_rows *result = NULL;
		CHECK_OK(rows[i].begin(db, &tx), "%s", rows[i].name);
		if (tx == NULL ||
			!CHECK_OK(db_query_tx(tx, &session, DB_NO_ARGS, &result),
				"query"))
			return;
		CHECK_TEXT(db_text(result, 0, 0), rows[i].name, "isolation");
	}
}

static void test_commit_and_rollback(void)
{
	AUTO(db_close) struct db *db = open_one();
	struct db_tx *tx = NULL, *other = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_ERR(db_begin(db, &other), E_BUG, "one at a time");
	CHECK(other == NULL, "out stays untouched");
	CHECK_OK(db_exec(tx, &add, DB_ARGS(DB_INT(3))), "add");
	db_rollback(MOVE(tx));
	CHECK_TEXT(rows_of(), "2", "undone");
	CHECK_OK(db_begin(db, &tx), "begin again");
	CHECK_OK(db_exec(tx, &add, DB_ARGS(DB_INT(3))), "add");
	CHECK_TEXT(rows_of(), "2", "not yet done");
	CHECK_OK(db_commit(&tx), "commit");
	CHECK(tx == NULL, "it is over");
	CHECK_TEXT(rows_of(), "3", "done");
	db_rollback(NULL);
}

/* ---- others */

struct work {
	struct db *other; /* collides in the first turns */
	int turns, collisions;
	struct err own; /* the work's own end */
};
static struct err work_on(void *context, struct db_tx *tx)
{
	struct work *work = context;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	work->turns++;
	TRY(db_query_tx(tx, &look, DB_NO_ARGS, &rows));
	if (work->turns <= work->collisions) {
		AUTO(db_rollback) struct db_tx *theirs = NULL;
		TRY(db_begin(work->other, &theirs));
		TRY(db_exec_one(theirs, &change, DB_ARGS(DB_INT(1), DB_INT(100))));
		TRY(db_commit(&theirs));
	}
	TRY(db_exec_one(tx, &change, DB_ARGS(DB_INT(1), DB_INT(1))));
	return work->own;
}

static void test_run(void)
{
	/* clang-format off */
	static const struct { const char *name; int collisions; enum err_code own, want; int turns; const char *sum; } rows[] = {
		{ "undisturbed",			0, E_NONE,     E_NONE,     1, "1" },
		{ "disturbed once",			1, E_NONE,     E_NONE,     2, "102" },
		{ "disturbed four times",		4, E_NONE,     E_NONE,     5, "503" },
		{ "disturbed every time",		9, E_NONE,     E_RETRY,    5, "1003" },
		{ "its own refusal",			0, E_POLICY,   E_POLICY,   1, "1003" },
		{ "its own wish for another time",	0, E_RETRY,    E_RETRY,    1, "1003" },
	};
	/* clang-format on */
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_close) struct db *other = open_one();
	for (size_t i = 0; db != NULL && other != NULL && i < COUNT(rows); i++) {
		struct work work = { .other = other,
			.collisions = rows[i].collisions,
			.own = rows[i].own == E_NONE ? OK
						     : FAIL(rows[i].own, "its own") };
		CHECK_ERR(db_run(db, work_on, &work), rows[i].want, "%s", rows[i].name);
		CHECK_INT(work.turns, rows[i].turns, "%s: turns", rows[i].name);
		CHECK_TEXT(postgres_sql("SELECT sum(n) FROM public.counter"), rows[i].sum,
			"%s: the sum", rows[i].name);
	}
}

/* Each reads what the other writes: neither order of the two could have seen this, so one of them must go. */
static void test_write_skew(void)
{
	AUTO(db_close) struct db *a = open_one();
	AUTO(db_close) struct db *b = open_one();
	AUTO(db_rollback) struct db_tx *ta = NULL;
	AUTO(db_rollback) struct db_tx *tb = NULL;
	AUTO(db_rows_free) struct db_rows *ra = NULL;
	AUTO(db_rows_free) struct db_rows *rb = NULL;
	if (a == NULL || b == NULL)
		return;
	CHECK_OK(db_begin(a, &ta), "a begins");
	CHECK_OK(db_begin(b, &tb), "b begins");
	CHECK_OK(db_query_tx(ta, &look, DB_NO_ARGS, &ra), "a looks");
	CHECK_OK(db_query_tx(tb, &look, DB_NO_ARGS, &rb), "b looks");
	CHECK_OK(db_exec_one(ta, &change, DB_ARGS(DB_INT(1), DB_INT(1))),
		"a changes one");
	CHECK_OK(db_exec_one(tb, &change, DB_ARGS(DB_INT(2), DB_INT(1))),
		"b changes the other");
	CHECK_OK(db_commit(&ta), "a was first");
	CHECK_ERR(db_commit(&tb), E_RETRY, "b must look again");
}

/* ---- a lost connection */

static void test_lost_within_a_transaction(void)
{
	AUTO(db_close) struct db *db = open_one();
	struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_exec(tx, &add, DB_ARGS(DB_INT(3))), "add");
	lose(db);
	CHECK_ERR(db_exec(tx, &add, DB_ARGS(DB_INT(4))), E_RETRY, "lost");
	CHECK_ERR(db_query_tx(tx, &look, DB_NO_ARGS, &rows), E_RETRY, "still lost");
	CHECK_INT(db_fd(db), -1, "no descriptor");
	db_rollback(MOVE(tx));
	CHECK_ERR(db_begin(db, &tx), E_RETRY, "lost as well");
	CHECK(tx == NULL, "out stays untouched");
	CHECK_OK(db_reconnect(db), "here again");
	CHECK(db_fd(db) >= 0, "a descriptor");
	CHECK_TEXT(rows_of(), "2", "undone");
}

static void test_lost_at_commit(void)
{
	AUTO(db_close) struct db *db = open_one();
	struct db_tx *tx = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_exec(tx, &add, DB_ARGS(DB_INT(3))), "add");
	lose(db);
	CHECK_ERR(db_commit(&tx), E_RETRY, "lost");
	CHECK(tx == NULL, "it is over all the same");
	CHECK_TEXT(rows_of(), "2", "undone");
}

/* What is left of a transaction must do nothing on the connection that came after it. */
static void test_transaction_of_an_earlier_connection(void)
{
	AUTO(db_close) struct db *db = open_one();
	struct db_tx *old = NULL, *older = NULL, *now = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &older), "begin"))
		return;
	lose(db);
	CHECK_ERR(db_exec(older, &add, DB_ARGS(DB_INT(3))), E_RETRY, "lost");
	CHECK_OK(db_reconnect(db), "here again");
	CHECK_ERR(db_exec(older, &add, DB_ARGS(DB_INT(3))), E_RETRY, "would stand alone");
	CHECK_ERR(db_exec_one(older, &add, DB_ARGS(DB_INT(3))), E_RETRY,
		"would stand alone");
	CHECK_ERR(db_query_tx(older, &look, DB_NO_ARGS, &rows), E_RETRY,
		"would stand alone");
	CHECK_ERR(db_commit(&older), E_RETRY, "would succeed with a warning");
	CHECK_TEXT(rows_of(), "2", "nothing was done");
	CHECK_OK(db_begin(db, &old), "begin");
	lose(db);
	CHECK_ERR(db_exec(old, &add, DB_ARGS(DB_INT(3))), E_RETRY, "lost");
	CHECK_OK(db_reconnect(db), "here again");
	CHECK_OK(db_begin(db, &now), "a new one");
	CHECK_OK(db_exec(now, &add, DB_ARGS(DB_INT(5))), "add");
	db_rollback(MOVE(old)); /* must not undo the new one */
	CHECK_OK(db_commit(&now), "commit");
	CHECK_TEXT(rows_of(), "3", "the new one was done");
}

static void test_lost_within_a_run(void)
{
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_close) struct db *other = open_one();
	struct work work = { .collisions = 0, .own = OK };
	if (db == NULL || other == NULL)
		return;
	lose(db);
	struct err err = db_run(db, work_on, &work);
	CHECK_ERR(err, E_RETRY, "not repeated on a lost connection");
	CHECK_INT(work.turns, 0, "the work was not begun");
	CHECK_OK(db_reconnect(db), "here again");
	CHECK_OK(db_run(db, work_on, &work), "and done");
}

/* A server that was the first and no longer is: staying with it would never end. */
static void test_read_only_server(void)
{
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	int64_t before = db == NULL ? -1 : backend(db);
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_reconnect(db), "stands");
	CHECK_INT(backend(db), before, "the same connection");
	CHECK_OK(db_query_tx(tx, &read_only, DB_NO_ARGS, &rows), "read-only from now on");
	CHECK_ERR(db_exec(tx, &add, DB_ARGS(DB_INT(3))), E_RETRY, "cannot write");
	db_rollback(MOVE(tx));
	CHECK_OK(db_reconnect(db), "looks for the first again");
	CHECK(backend(db) != before, "another connection");
	before = backend(db);
	CHECK_OK(db_reconnect(db), "stands");
	CHECK_INT(backend(db), before, "and stays");
}

/* ---- notifications, and a server that goes away */

static bool waits(struct db *db, int timeout_ms)
{
	bool woken = false;
	CHECK_OK(db_wait(db, timeout_ms, &woken), "wait");
	return woken;
}

static void call(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	CHECK_OK(db_query(db, &notify, DB_ARGS(DB_TEXT("inkan_order")), &rows), "notify");
}

static void test_notify(void)
{
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_close) struct db *other = open_one();
	if (db == NULL || other == NULL)
		return;
	CHECK_OK(db_listen(db, "inkan_order"), "listen");
	CHECK_OK(db_listen(db, "inkan_order"), "twice is once");
	CHECK(!waits(db, 1), "nobody called");
	call(other);
	CHECK(waits(db, 5000), "somebody called");
	CHECK(!waits(db, 1), "once only");
	call(other);
	call(other);
	CHECK(backend(db) > 0, "a query in between");
	CHECK(waits(db, 0), "what came with its answer is not lost");
	call(db);
	CHECK(waits(db, 0), "one's own call");
	struct pollfd fd = { .fd = db_fd(db), .events = POLLIN };
	call(other);
	CHECK_INT(poll(&fd, 1, 5000), 1, "the descriptor tells");
	CHECK(waits(db, 0), "and the call is there");
}

static void test_channels(void)
{
	/* clang-format off */
	static const char *const wrong[] = { "inkan;drop", "Inkan", "a b", "a1", "a\"", "inkan_order_inkan_order_inkan_order_inkan_order" };
	static const char *const right[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	/* clang-format on */
	AUTO(db_close) struct db *db = open_one();
	for (size_t i = 0; db != NULL && i < COUNT(wrong); i++)
		CHECK_ERR(db_listen(db, wrong[i]), E_BUG, "%s", wrong[i]);
	for (size_t i = 0; db != NULL && i < COUNT(right); i++)
		CHECK_OK(db_listen(db, right[i]), "%s", right[i]);
	if (db != NULL)
		CHECK_ERR(db_listen(db, "i"), E_BUG, "one too many");
}

static void check_server_away(void (*stop)(void), const char *how)
{
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_close) struct db *other = open_one();
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *later = NULL;
	bool woken = false;
	struct err err = OK;
	if (db == NULL || other == NULL)
		return;
	CHECK_OK(db_listen(db, "inkan_order"), "%s: listen", how);
	stop();
	for (int i = 0; i < 3 && !err_is(err);
		i++) /* the server's last words may come before the end of the line */
		err = db_wait(db, 5000, &woken);
	CHECK_ERR(err, E_RETRY, "%s: noticed while waiting", how);
	CHECK(!woken, "%s: out stays untouched", how);
	CHECK_ERR(db_query(db, &look, DB_NO_ARGS, &rows), E_RETRY,
		"%s: the server is away", how);
	CHECK_ERR(db_query(other, &look, DB_NO_ARGS, &rows), E_RETRY,
		"%s: noticed while asking", how);
	CHECK_ERR(db_reconnect(db), E_RETRY, "%s: still away", how);
	CHECK_ERR(db_reconnect(db), E_RETRY, "%s: still away, asked again", how);
	CHECK_ERR(db_query(db, &look, DB_NO_ARGS, &rows), E_RETRY,
		"%s: no connection at all", how);
	CHECK_ERR(db_wait(db, 1, &woken), E_RETRY, "%s: nothing to wait for", how);
	postgres_start();
	CHECK_OK(db_reconnect(db), "%s: back", how);
	CHECK_OK(db_query(db, &look, DB_NO_ARGS, &later), "%s: statements stand again",
		how);
	CHECK(waits(db, 0), "%s: woken, for a call may have been missed", how);
	CHECK(!waits(db, 1), "%s: once", how);
	CHECK_OK(db_reconnect(other), "%s: the other too", how);
	CHECK(!waits(other, 1), "%s: who does not listen misses nothing", how);
	call(other);
	CHECK(waits(db, 5000), "%s: channels stand again", how);
}

static void test_server_away(void)
{
	check_server_away(postgres_stop, "stopped");
	check_server_away(postgres_crash, "crashed");
}

/* The schema changes while the connection is lost: half prepared is not connected. */
static void test_schema_changed_meanwhile(void)
{
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (db == NULL)
		return;
	lose(db);
	CHECK_ERR(db_query(db, &look, DB_NO_ARGS, &rows), E_RETRY, "lost");
	postgres_sql("ALTER TABLE public.counter RENAME TO counted");
	CHECK_ERR(db_reconnect(db), E_BUG, "does not fit");
	CHECK_ERR(db_reconnect(db), E_BUG, "nor the next time");
	CHECK_INT(db_fd(db), -1, "not connected");
	postgres_sql("ALTER TABLE public.counted RENAME TO counter");
	CHECK_OK(db_reconnect(db), "fits again");
	CHECK_OK(db_query(db, &look, DB_NO_ARGS, &rows), "works");
}

/* ---- parts */

static RESULT add_one(void *context, struct db_tx *tx)
{
	return db_exec(tx, &add, DB_ARGS(DB_INT(*(const int64_t *)context)));
}

static RESULT add_and_fail(void *context, struct db_tx *tx)
{
	TRY(add_one(context, tx));
	return FAIL(E_POLICY, "no");
}

/* What one part wrote goes with it, by our error as by the server's; what stood before stays, and so does what follows. */
static void test_parts(void)
{
	static const int64_t number[] = { 11, 12, 13, 14 };
	AUTO(db_close) struct db *db = open_one();
	AUTO(db_rollback) struct db_tx *tx = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_part(tx, add_one, (void *)(uintptr_t)&number[0]), "the first");
	CHECK_ERR(db_part(tx, add_and_fail, (void *)(uintptr_t)&number[1]), E_POLICY,
		"our error");
	CHECK_ERR(db_part(tx, add_one, (void *)(uintptr_t)&number[0]), E_CONFLICT,
		"the server's error");
	CHECK_OK(db_part(tx, add_one, (void *)(uintptr_t)&number[3]), "the last");
	CHECK_OK(db_commit(&tx), "commit");
	CHECK_TEXT(postgres_sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM "
				"public.counter WHERE id > 10"),
		"11 14", "what was written");
	CHECK_OK(db_begin(db, &tx), "begin");
	lose(db);
	CHECK_ERR(db_part(tx, add_one, (void *)(uintptr_t)&number[2]), E_RETRY,
		"a lost connection");
}

static const CU_TestInfo tests[] = {
	{ "isolation", test_isolation },
	{ "commit and rollback", test_commit_and_rollback },
	{ "collisions are tried again", test_run },
	{ "write skew", test_write_skew },
	{ "lost within a transaction", test_lost_within_a_transaction },
	{ "lost at commit", test_lost_at_commit },
	{ "the transaction of an earlier connection",
		test_transaction_of_an_earlier_connection },
	{ "lost within a run", test_lost_within_a_run },
	{ "a server that has become read-only", test_read_only_server },
	{ "notifications", test_notify },
	{ "channels", test_channels },
	{ "a server that goes away", test_server_away },
	{ "a schema that changed meanwhile", test_schema_changed_meanwhile },
	{ "parts of a transaction", test_parts },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_db_tx = { "common/db/tx", tests, set_up, NULL };
