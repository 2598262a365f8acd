/* db: values, codes, streams and the start, on a real PostgreSQL. Transactions and lost servers: test_db_tx.c. */
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/db/db.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/postgres.h"

/* clang-format off */
static const struct db_stmt
	echo_int     = { "t_int", "SELECT $1::bigint, -($1::bigint + 1), ($1::bigint % 100)::smallint, ($1::bigint % 100000)::integer" },
	echo_text    = { "t_text", "SELECT $1::text, $2::bytea, $3::boolean, $1::text IS NULL, $4::bigint" },
	echo_arrays  = { "t_arrays", "SELECT n, b, t FROM unnest($1::bigint[], $2::bytea[], $3::text[])"
				     " WITH ORDINALITY AS x (n, b, t, o) ORDER BY o" },
	sum_array    = { "t_sum", "SELECT sum(n)::bigint, count(*) FROM unnest($1::bigint[]) AS x (n)" },
	series       = { "t_series", "SELECT generate_series(1, $1::bigint)" },
	divide       = { "t_divide", "SELECT 10 / (5 - n) FROM generate_series(1, $1::bigint) AS n" },
	raise        = { "t_raise", "SELECT public.raise($1::text)" },
	insert_item  = { "t_insert", "INSERT INTO public.item (id, parent, word) VALUES ($1::bigint, $2::bigint, $3::text)" },
	update_items = { "t_update", "UPDATE public.item SET word = 'x' WHERE id <= $1::bigint" },
	count_items  = { "t_count", "SELECT count(*) FROM public.item" },
	delete_rows  = { "t_delete", "DELETE FROM agreement" };
static const struct db_stmt *const stmts[] = { &echo_int, &echo_text, &echo_arrays, &sum_array, &series, &divide, &raise,
	&insert_item, &update_items, &count_items, &delete_rows };
/* clang-format on */
static const struct db_stmt_list list = { stmts, COUNT(stmts) };

static void set_up(void)
{
	postgres_fresh();
	postgres_sql(
		"CREATE TABLE public.item (id bigint CONSTRAINT item_once PRIMARY KEY,"
		" parent bigint CONSTRAINT item_parent REFERENCES public.item,"
		" word text CONSTRAINT item_word CHECK (word <> 'bad'));"
		"GRANT SELECT, INSERT, UPDATE ON public.item TO inkan_lra;"
		"CREATE FUNCTION public.raise(state text) RETURNS bigint LANGUAGE "
		"plpgsql AS"
		" $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = state; END $$");
}

static struct db *open_as(const char *role)
{
	struct db *db = NULL;
	if (!CHECK_OK(db_open(postgres_conninfo(role), &list, 1, &db), "%s", role))
		return NULL;
	return db;
}

/* ---- values */

static void test_numbers(void)
{
	static const int64_t numbers[] = { 0, 1, -1, 127, -128, 255, 256, 32767, 65536,
		INT32_MAX, INT32_MIN, (int64_t)INT32_MAX + 1, INT64_MAX, INT64_MIN,
		-65537 };
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	for (size_t i = 0; db != NULL && i < COUNT(numbers); i++) {
		AUTO(db_rows_free) struct db_rows *rows = NULL;
		int64_t number = numbers[i];
		/* PostgreSQL refuses to wrap round, as it must. */
		CHECK_ERR(db_query(db, &echo_int, DB_ARGS(DB_INT(number)), &rows),
			number == INT64_MAX ? E_INPUT : E_NONE, "row %zu", i);
		if (rows == NULL)
			continue;
		CHECK_INT(db_int(rows, 0, 0), number, "row %zu: bigint", i);
		CHECK_INT(db_int(rows, 0, 1), -(number + 1), "row %zu: bigint", i);
		CHECK_INT(db_int(rows, 0, 2), number % 100, "row %zu: smallint", i);
		CHECK_INT(db_int(rows, 0, 3), number % 100000, "row %zu: integer", i);
	}
}

static void test_texts(void)
{
	static const uint8_t bytes[] = { 0, 255, '\'', '\\', 0 };
	static const char *const texts[] = { "髙橋 𠮷子'; DROP TABLE item", "", "\\x41",
		"{\"a\":1}", "\x01\n\t\x7f" };
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	for (size_t i = 0; db != NULL && i < COUNT(texts); i++) {
		AUTO(db_rows_free) struct db_rows *rows = NULL;
		CHECK_OK(db_query(db, &echo_text,
				 DB_ARGS(DB_TEXT(texts[i]), DB_BLOB(BLOB(bytes)),
					 DB_BOOL(i % 2 == 0), DB_NULL),
				 &rows),
			"row %zu", i);
		if (rows == NULL)
			continue;
		CHECK_TEXT(db_text(rows, 0, 0), texts[i], "text");
		CHECK_BLOB(db_blob(rows, 0, 1), BLOB(bytes), "bytes");
		CHECK(db_bool(rows, 0, 2) == (i % 2 == 0), "truth");
		CHECK(!db_bool(rows, 0, 3) && !db_is_null(rows, 0, 0),
			"a text is no NULL, not even an empty one");
	}
}

static void test_nulls(void)
{
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *empty = NULL;
	if (db == NULL)
		return;
	CHECK_OK(db_query(db, &echo_text,
			 DB_ARGS(DB_TEXT(NULL), DB_BLOB(BLOB_NONE), DB_NULL, DB_NULL),
			 &rows),
		"NULLs");
	if (rows == NULL)
		return;
	for (size_t i = 0; i < 5; i++)
		CHECK(db_is_null(rows, 0, i) == (i != 3), "column %zu", i);
	CHECK_TEXT(db_text(rows, 0, 0), "", "as text");
	CHECK(db_blob(rows, 0, 1).data == NULL && !db_bool(rows, 0, 2) &&
			db_int(rows, 0, 4) == 0,
		"as others");
	CHECK_OK(db_query(db, &echo_text,
			 DB_ARGS(DB_TEXT("x"), DB_BLOB(blob_make("", 0)), DB_NULL,
				 DB_NULL),
			 &empty),
		"empty");
	CHECK(empty != NULL && !db_is_null(empty, 0, 1) && db_blob(empty, 0, 1).len == 0,
		"no bytes are no NULL");
}

static void test_arrays(void)
{
	static const int64_t numbers[] = { 5, -7, INT64_MIN };
	const struct blob blobs[] = { blob_text("a"), BLOB_NONE, blob_text("") };
	const struct blob texts[] = { blob_text("ア"), blob_text("{\"b\",NULL}"),
		BLOB_NONE };
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *none = NULL;
	if (db == NULL)
		return;
	CHECK_OK(db_query(db, &echo_arrays,
			 DB_ARGS(DB_INTS(numbers, 3), DB_BLOBS(blobs, 3),
				 DB_TEXTS(texts, 3)),
			 &rows),
		"arrays");
	if (rows == NULL || !CHECK_INT(db_count(rows), 3, "three rows"))
		return;
	CHECK(db_int(rows, 1, 0) == -7 && db_int(rows, 2, 0) == INT64_MIN, "numbers");
	CHECK(!db_is_null(rows, 0, 1) && db_is_null(rows, 1, 1) &&
			!db_is_null(rows, 2, 1),
		"NULL and empty differ");
	CHECK_TEXT(db_text(rows, 0, 2), "ア", "text");
	CHECK_TEXT(db_text(rows, 1, 2), "{\"b\",NULL}",
		"what would mean something in a text form");
	CHECK(db_is_null(rows, 2, 2), "NULL");
	CHECK_OK(db_query(db, &echo_arrays,
			 DB_ARGS(DB_INTS(NULL, 0), DB_BLOBS(NULL, 0), DB_TEXTS(NULL, 0)),
			 &none),
		"none");
	CHECK_INT(db_count(none), 0, "no rows");
}

static void test_a_large_array(void)
{
	enum { MANY = 100000 };
	static int64_t numbers[MANY];
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	for (int64_t i = 0; i < MANY; i++)
		numbers[i] = i;
	if (db == NULL || !CHECK_OK(db_query(db, &sum_array,
					    DB_ARGS(DB_INTS(numbers, MANY)), &rows),
				  "sum"))
		return;
	CHECK_INT(db_int(rows, 0, 0), (int64_t)MANY * (MANY - 1) / 2, "sum");
	CHECK_INT(db_int(rows, 0, 1), MANY, "count");
}

static void test_refused_values(void)
{
	static const struct db_value null = { .type = DB_TYPE_NULL };
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct db_value text[] = { DB_BLOB(blob_make("a\0b", 3)), null, null,
		null };
	struct db_value values[17];
	struct db_value nul[4], wrong[4], long_one[4];
	if (db == NULL)
		return;
	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = null;
	for (size_t i = 0; i < 4; i++)
		nul[i] = wrong[i] = long_one[i] = text[i];
	nul[0].type = DB_TYPE_TEXT;
	wrong[0] = DB_TEXT("\xe9\xab");
	long_one[0] = null;
	long_one[1] = DB_BLOB(blob_make("",
		64 * 1024 * 1024 + 1)); /* refused before anybody reads it */
	CHECK_ERR(db_query(db, &echo_text, (struct db_args){ nul, 4 }, &rows), E_INPUT,
		"a NUL in a text");
	CHECK_ERR(db_query(db, &echo_text, (struct db_args){ wrong, 4 }, &rows), E_INPUT,
		"a text that is not UTF-8");
	CHECK_ERR(db_query(db, &echo_text, (struct db_args){ long_one, 4 }, &rows),
		E_INPUT, "too long");
	CHECK_ERR(db_query(db, &echo_text, (struct db_args){ values, 17 }, &rows), E_BUG,
		"too many");
	CHECK_ERR(db_query(db, &echo_text, (struct db_args){ values, 3 }, &rows), E_BUG,
		"too few");
	CHECK_ERR(db_query(db, &echo_int, DB_ARGS(DB_TEXT("12")), &rows), E_BUG,
		"a text for a number");
	CHECK(rows == NULL, "out stays untouched");
	CHECK_OK(db_query(db, &echo_int, DB_ARGS(DB_INT(1)), &rows),
		"the connection is as good as before");
}

/* ---- errors */

static void test_codes(void)
{
	/* clang-format off */
	static const struct { const char *state; enum err_code code; } rows[] = {
		{ "23505", E_CONFLICT }, { "23P01", E_CONFLICT }, { "23502", E_STATE }, { "23503", E_STATE }, { "23514", E_STATE },
		{ "P0001", E_STATE }, { "P0002", E_NOT_FOUND }, { "42501", E_DENIED }, { "28000", E_DENIED },
		{ "40001", E_RETRY }, { "40P01", E_RETRY }, { "08006", E_RETRY }, { "57P01", E_RETRY }, { "53300", E_RETRY },
		{ "53100", E_RETRY }, { "25006", E_RETRY }, { "55P03", E_RETRY }, { "57014", E_RETRY }, { "22003", E_INPUT },
		{ "22021", E_INPUT }, { "22P03", E_BUG }, { "08P01", E_BUG }, { "42P01", E_BUG }, { "XX000", E_BUG },
		{ "P0003", E_BUG }, { "25P02", E_BUG },
	};
	/* clang-format on */
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	for (size_t i = 0; db != NULL && i < COUNT(rows); i++) {
		AUTO(db_rows_free) struct db_rows *none = NULL;
		struct err err =
			db_query(db, &raise, DB_ARGS(DB_TEXT(rows[i].state)), &none);
		CHECK_ERR(err, rows[i].code, "%s", rows[i].state);
		CHECK(strstr(err.text, rows[i].state) != NULL &&
				strstr(err.text, "t_raise: raised") != NULL,
			"%s", err.text);
		CHECK(none == NULL, "%s: out stays untouched", rows[i].state);
	}
}

/* The same from the database's own mouth. */
static void test_constraints(void)
{
	/* clang-format off */
	static const struct { int64_t id, parent; const char *word; enum err_code code; const char *says; } rows[] = {
		{ 1, 1, "good",  E_NONE,     "" },
		{ 1, 1, "good",  E_CONFLICT, "item_once" },
		{ 2, 9, "good",  E_STATE,    "item_parent" },
		{ 2, 1, "bad",   E_STATE,    "item_word" },
	};
	/* clang-format on */
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	for (size_t i = 0; db != NULL && i < COUNT(rows); i++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		if (!CHECK_OK(db_begin(db, &tx), "begin"))
			return;
		struct err err = db_exec(tx, &insert_item,
			DB_ARGS(DB_INT(rows[i].id), DB_INT(rows[i].parent),
				DB_TEXT(rows[i].word)));
		CHECK_ERR(err, rows[i].code, "row %zu", i);
		CHECK(strstr(err.text, rows[i].says) != NULL, "row %zu: %s", i, err.text);
		CHECK_ERR(db_commit(&tx), i == 0 ? E_NONE : E_STATE,
			"row %zu: a failed transaction does not commit", i);
	}
	AUTO(db_rollback) struct db_tx *tx = NULL;
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_ERR(db_exec(tx, &delete_rows, DB_NO_ARGS), E_DENIED, "no right to delete");
}

static void test_exactly_one(void)
{
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rollback) struct db_tx *tx = NULL;
	postgres_sql("INSERT INTO public.item VALUES (1), (2)");
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_exec_one(tx, &update_items, DB_ARGS(DB_INT(1))), "one row");
	CHECK_ERR(db_exec_one(tx, &update_items, DB_ARGS(DB_INT(0))), E_STATE, "no row");
	CHECK_ERR(db_exec_one(tx, &update_items, DB_ARGS(DB_INT(2))), E_STATE,
		"two rows");
	CHECK_OK(db_exec(tx, &update_items, DB_ARGS(DB_INT(2))), "as many as there are");
}

/* ---- streams */

struct sum {
	int64_t total, stop_at;
};
static struct err add(void *context, const struct db_rows *row)
{
	struct sum *sum = context;
	sum->total += db_int(row, 0, 0);
	return db_int(row, 0, 0) == sum->stop_at ? FAIL(E_STATE, "stopped") : OK;
}

static void test_stream(void)
{
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	struct sum all = { 0, 0 }, some = { 0, 3 }, few = { 0, 0 };
	if (db == NULL)
		return;
	CHECK_OK(db_stream(db, &series, DB_ARGS(DB_INT(10000)), add, &all), "all");
	CHECK_INT(all.total, 50005000, "every row once");
	/* The server would need minutes for these rows: it is told to stop. */
	time_t before = time(NULL);
	CHECK_ERR(db_stream(db, &series, DB_ARGS(DB_INT(1000000000)), add, &some),
		E_STATE, "the visitor's error");
	CHECK_INT(some.total, 6, "no row after it");
	CHECK(time(NULL) - before < 20, "the server stopped");
	CHECK_OK(db_stream(db, &series, DB_ARGS(DB_INT(0)), add, &few), "no rows");
	CHECK_ERR(db_stream(db, &divide, DB_ARGS(DB_INT(10)), add, &few), E_INPUT,
		"an error behind some rows");
	CHECK_INT(few.total, 2 + 3 + 5 + 10, "the rows before it");
	CHECK_ERR(db_stream(db, &series, DB_ARGS(DB_INT(1), DB_INT(1)), add, &few), E_BUG,
		"wrong parameters");
	few.total = 0;
	CHECK_OK(db_stream(db, &series, DB_ARGS(DB_INT(2)), add, &few),
		"the connection is as good as before");
	CHECK_INT(few.total, 3, "sum");
}

static void test_stream_within_a_transaction(void)
{
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct sum some = { 0, 3 };
	if (db == NULL || !CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	CHECK_OK(db_exec(tx, &insert_item, DB_ARGS(DB_INT(1), DB_NULL, DB_TEXT("x"))),
		"insert");
	CHECK_ERR(db_stream(db, &series, DB_ARGS(DB_INT(100000)), add, &some), E_STATE,
		"stopped");
	CHECK_OK(db_commit(&tx), "the transaction does not suffer");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM public.item"), "1", "it was done");
}

/* ---- the start */

static struct err open_one(const struct db_stmt *stmt, struct db **out)
{
	const struct db_stmt *const one[] = { stmt };
	/* Borrowed for ever, it says: here as long as the connection, which fails or is closed at once. */
	return db_open(postgres_conninfo("inkan_lra"), &(struct db_stmt_list){ one, 1 },
		1, out);
}

static void test_wrong_statements_stop_the_start(void)
{
	/* clang-format off */
	static const struct { const char *text; enum err_code code; const char *says; } rows[] = {
		{ "SELECT nothing FROM nowhere",	  E_BUG, "nowhere" },
		{ "SELEKT 1",				  E_BUG, "SELEKT" },
		{ "SELECT 1; SELECT 2",			  E_BUG, "multiple commands" },
		{ "SELECT now()",			  E_BUG, "column 0 (now) has type 1184" },
		{ "SELECT 1, 1.5",			  E_BUG, "column 1" },
		{ "SELECT sum(n) FROM unnest($1::bigint[]) AS x (n)", E_BUG, "column 0 (sum) has type 1700" },
		{ "SELECT 1::bigint WHERE 1 = $1::int",	  E_BUG, "$1 has type 23" },
		{ "SELECT 1 WHERE now() > $1",		  E_BUG, "$1 has type 1184" },
		{ "SELECT $1::bytea[]",			  E_BUG, "column 0" },
		{ "SELECT $1::jsonb::text",		  E_BUG, "$1 has type 3802" },
		{ "SELECT $1::text,$2::text,$3::text,$4::text,$5::text,$6::text,$7::text,$8::text,$9::text,$10::text,$11::text,"
		  "$12::text,$13::text,$14::text,$15::text,$16::text,$17::text,$18::text,$19::text,$20::text,$21::text,$22::text,"
		  "$23::text,$24::text,$25::text", E_BUG, "more than 24" },
		{ "SELECT $1::text, $2::bigint, $3::bytea, $4::boolean, 1::smallint, 1::integer, pg_notify('a', 'b')", E_NONE, "" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct db_stmt stmt = { "t_row", rows[i].text };
		AUTO(db_close) struct db *db = NULL;
		struct err err = open_one(&stmt, &db);
		CHECK_ERR(err, rows[i].code, "%s", rows[i].text);
		CHECK(strstr(err.text, rows[i].says) != NULL, "%s: %s", rows[i].text,
			err.text);
		CHECK((db == NULL) == (rows[i].code != E_NONE), "%s: out stays untouched",
			rows[i].text);
	}
	const struct db_stmt_list twice[] = { list, list };
	AUTO(db_close) struct db *db = NULL;
	CHECK_ERR(db_open(postgres_conninfo("inkan_lra"), twice, 2, &db), E_BUG,
		"the same name twice");
	CHECK_ERR(db_open(postgres_conninfo("inkan_lra"), twice, 1000, &db), E_BUG,
		"too many lists");
	CHECK_OK(db_open(postgres_conninfo("inkan_lra"), NULL, 0, &db), "none at all");
}

/* Opens with the words put before (or, from a '+', behind) those of the test's server. */
static struct err open_with(const char *words, struct db **out)
{
	char whole[900];
	const char *ours = postgres_conninfo("inkan_lra");
	if (words[0] == '+')
		snprintf(whole, sizeof whole, "%s %s", ours, words + 1);
	else
		snprintf(whole, sizeof whole, "%s", words);
	return db_open(whole, &list, 1, out);
}

static void test_conninfo(void)
{
	/* clang-format off */
	static const struct { const char *words; enum err_code code; } rows[] = {
		{ "host",					E_INPUT },
		{ "host=/x nonsense=1",				E_INPUT },
		{ "host='/x",					E_INPUT },
		{ "host=/nonexistent user=inkan_lra",		E_RETRY },
		{ "+user=nobody_of_that_name",			E_DENIED },
		{ "+dbname=nothing_of_that_name",		E_DENIED },
		{ "+target_session_attrs=read-write",		E_NONE },
		{ "+target_session_attrs=read-only",		E_RETRY },
		{ "+client_encoding=LATIN1",			E_NONE },
		{ "+connect_timeout=3 keepalives_idle=5 tcp_user_timeout=1000", E_NONE },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(db_close) struct db *db = NULL;
		struct err err = open_with(rows[i].words, &db);
		CHECK_ERR(err, rows[i].code, "%s", rows[i].words);
		CHECK(strchr(err.text, '\n') == NULL, "%s: one line: %s", rows[i].words,
			err.text);
		if (db == NULL)
			continue;
		AUTO(db_rows_free) struct db_rows *rows_of = NULL;
		CHECK_OK(db_query(db, &echo_text,
				 DB_ARGS(DB_TEXT("髙"), DB_NULL, DB_NULL, DB_NULL),
				 &rows_of),
			"echo");
		if (rows_of != NULL)
			CHECK_TEXT(db_text(rows_of, 0, 0), "髙",
				"%s: UTF-8 whatever it says", rows[i].words);
	}
}

/* The second of two hosts stands in when the first is away (R-BCP: target_session_attrs passes through to libpq). */
static void test_several_hosts(void)
{
	char folder[256], words[600];
	AUTO(db_close) struct db *db = NULL;
	const char *ours = postgres_conninfo("inkan_lra"), *host = strstr(ours, "host=");
	if (!CHECK(host != NULL, "host in %s", ours))
		return;
	snprintf(folder, sizeof folder, "%.*s", (int)strcspn(host + 5, " "), host + 5);
	snprintf(words, sizeof words,
		"+host=/nonexistent,%s target_session_attrs=read-write", folder);
	CHECK_OK(open_with(words, &db), "the second host");
	/* With defaults that make each session read-only, nobody is the first. */
	db_close(MOVE(db));
	postgres_sql("DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET "
		     "default_transaction_read_only = on',"
		     " current_database()); END $$");
	CHECK_ERR(open_with(words, &db), E_RETRY, "no host that can be written to");
}

/* A server that accepts and then says nothing. */
static void test_silent_server(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	AUTO(db_close) struct db *db = NULL;
	char words[200];
	snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432",
		outside.folder);
	snprintf(words, sizeof words, "host=%s user=inkan_lra dbname=x connect_timeout=2",
		outside.folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!CHECK(fd >= 0 &&
			    bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
			    listen(fd, 4) == 0,
		    "listen"))
		return;
	time_t before = time(NULL);
	CHECK_ERR(db_open(words, &list, 1, &db), E_RETRY, "it never answers");
	CHECK(time(NULL) - before <= 10, "connect_timeout is heard");
	close(fd);
}

static const CU_TestInfo tests[] = {
	{ "numbers", test_numbers },
	{ "texts and bytes", test_texts },
	{ "NULLs", test_nulls },
	{ "arrays", test_arrays },
	{ "a large array", test_a_large_array },
	{ "values that are refused", test_refused_values },
	{ "each SQLSTATE", test_codes },
	{ "constraints", test_constraints },
	{ "exactly one row", test_exactly_one },
	{ "a stream of rows", test_stream },
	{ "a stream within a transaction", test_stream_within_a_transaction },
	{ "wrong statements stop the start", test_wrong_statements_stop_the_start },
	{ "conninfo", test_conninfo },
	{ "several hosts", test_several_hosts },
	{ "a silent server", test_silent_server },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_db = { "common/db/db", tests, set_up, NULL };
