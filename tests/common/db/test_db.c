#include "common/base/table.h"
#include "common/db/db.h"
#include "common/flow/audit_store.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static const struct db_stmt echo_int = { "t_int", "SELECT $1::bigint, -$1::bigint, ($1::bigint % 100)::smallint" };
static const struct db_stmt echo_text = { "t_text", "SELECT $1::text, $2::bytea, $3::boolean, $1::text IS NULL" };
static const struct db_stmt echo_arrays = { "t_arrays",
	"SELECT n, b, t FROM unnest($1::bigint[], $2::bytea[], $3::text[]) WITH ORDINALITY AS x (n, b, t, o) ORDER BY o" };
static const struct db_stmt insert_agreement = { "t_insert",
	"INSERT INTO agreement (sha256, title, version, document, published_at) VALUES (sha256($1), $2, '1', $1, now())" };
static const struct db_stmt count_agreements = { "t_count", "SELECT count(*) FROM agreement" };
static const struct db_stmt delete_agreements = { "t_delete", "DELETE FROM agreement" };
static const struct db_stmt series = { "t_series", "SELECT generate_series(1, $1::bigint)" };
static const struct db_stmt divide = { "t_divide", "SELECT 1 / $1::bigint" };
static const struct db_stmt notify = { "t_notify", "SELECT pg_notify($1, '')" };
static const struct db_stmt *const stmts[] = { &echo_int, &echo_text, &echo_arrays, &insert_agreement,
	&count_agreements, &delete_agreements, &series, &divide, &notify };
static const struct db_stmt_list list = { stmts, COUNT(stmts) };

static struct db *open_as(const char *role)
{
	struct db *db = NULL;
	if (!CHECK_OK(db_open(postgres_conninfo(role), &list, 1, &db), "%s", role))
		return NULL;
	return db;
}

static void test_values(void)
{
	static const int64_t numbers[] = { 0, 1, -1, 127, -128, 255, 65536, INT32_MAX, INT32_MIN, INT64_MAX };
	postgres_fresh();
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	if (db == NULL)
		return;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		AUTO(db_rows_free) struct db_rows *rows = NULL;
		CHECK_OK(db_query(db, &echo_int, DB_ARGS(DB_INT(numbers[i])), &rows), "row %zu", i);
		if (rows == NULL)
			return;
		CHECK_INT(db_int(rows, 0, 0), numbers[i], "row %zu", i);
		CHECK_INT(db_int(rows, 0, 1), -numbers[i], "row %zu", i);
		CHECK_INT(db_int(rows, 0, 2), numbers[i] % 100, "row %zu", i);
	}
	static const uint8_t bytes[] = { 0, 255, '\'', '\\', 0 };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	CHECK_OK(db_query(db, &echo_text, DB_ARGS(DB_TEXT("髙橋'; DROP TABLE x"), DB_BLOB(BLOB(bytes)), DB_BOOL(true)),
			 &rows), "texts");
	if (rows == NULL)
		return;
	CHECK_TEXT(db_text(rows, 0, 0), "髙橋'; DROP TABLE x", "text comes back");
	CHECK_BLOB(db_blob(rows, 0, 1), BLOB(bytes), "bytes come back");
	CHECK(db_bool(rows, 0, 2), "truth comes back");
	CHECK(!db_bool(rows, 0, 3), "a text is no NULL");
}

static void test_arrays(void)
{
	static const int64_t numbers[] = { 5, -7, 9 };
	const struct blob blobs[] = { blob_text("a"), BLOB_NONE, blob_text("") };
	const struct blob texts[] = { blob_text("ア"), blob_text("b"), blob_text("c") };
	postgres_fresh();
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (db == NULL)
		return;
	CHECK_OK(db_query(db, &echo_arrays,
			 DB_ARGS(DB_INTS(numbers, 3), DB_BLOBS(blobs, 3), DB_TEXTS(texts, 3)), &rows), "arrays");
	if (rows == NULL || !CHECK_INT(db_count(rows), 3, "three rows"))
		return;
	CHECK_INT(db_int(rows, 1, 0), -7, "number");
	CHECK(db_is_null(rows, 1, 1) && !db_is_null(rows, 2, 1), "NULL and empty differ");
	CHECK_TEXT(db_text(rows, 0, 2), "ア", "text");
}

/* Each promised code, from the database itself. */
static void test_codes(void)
{
	postgres_fresh();
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	if (db == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		CHECK_OK(db_begin(db, &tx), "begin");
		CHECK_ERR(db_exec(tx, &insert_agreement, DB_ARGS(DB_BLOB(blob_text("terms")), DB_TEXT("terms"))),
			i == 0 ? E_NONE : E_CONFLICT, "the same again is a conflict, turn %d", i);
		if (i == 0)
			CHECK_OK(db_commit(&tx), "commit");
		else
			CHECK_ERR(db_commit(&tx), E_STATE, "a failed transaction does not commit");
	}
	AUTO(db_rollback) struct db_tx *tx = NULL;
	CHECK_OK(db_begin(db, &tx), "begin");
	CHECK_ERR(db_exec(tx, &delete_agreements, DB_NO_ARGS), E_DENIED, "no right to delete");
	db_rollback(MOVE(tx));
	CHECK_ERR(db_query(db, &divide, DB_ARGS(DB_INT(0)), &rows), E_INPUT, "a value that does not fit");
	CHECK(rows == NULL, "out stays untouched");
}

/* proves R-ACC-07: what no role may do, the owner's trigger refuses to the superuser too */
static void test_final_rows(void)
{
	postgres_fresh();
	postgres_sql("INSERT INTO agreement VALUES (sha256('x'), 't', '1', 'x', now())");
	AUTO(db_close) struct db *db = NULL;
	if (!CHECK_OK(db_open(postgres_conninfo(NULL), &(struct db_stmt_list){ NULL, 0 }, 1, &db), "superuser"))
		return;
	db_close(MOVE(db));
	CHECK_TEXT(postgres_sql("DO $$ BEGIN DELETE FROM inkan.agreement; EXCEPTION WHEN raise_exception THEN NULL; END $$;"
				" SELECT count(*) FROM inkan.agreement"), "1", "still there");
}

struct sum {
	int64_t total;
	int64_t stop_at;
};
static struct err add(void *context, const struct db_rows *row)
{
	struct sum *sum = context;
	sum->total += db_int(row, 0, 0);
	return db_int(row, 0, 0) == sum->stop_at ? FAIL(E_STATE, "stopped") : OK;
}

static void test_stream(void)
{
	postgres_fresh();
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	struct sum all = { 0, 0 }, some = { 0, 3 };
	if (db == NULL)
		return;
	CHECK_OK(db_stream(db, &series, DB_ARGS(DB_INT(10000)), add, &all), "all");
	CHECK_INT(all.total, 50005000, "every row once");
	CHECK_ERR(db_stream(db, &series, DB_ARGS(DB_INT(10000)), add, &some), E_STATE, "the visitor's error comes back");
	CHECK_INT(some.total, 6, "no row after it");
	all.total = 0;
	CHECK_OK(db_stream(db, &series, DB_ARGS(DB_INT(2)), add, &all), "the connection is usable again");
}

static void test_notify_and_lost_server(void)
{
	postgres_fresh();
	AUTO(db_close) struct db *db = open_as("inkan_lra");
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *later = NULL;
	bool woken = true;
	if (db == NULL)
		return;
	CHECK_OK(db_listen(db, "inkan_order"), "listen");
	CHECK_OK(db_wait(db, 1, &woken), "wait");
	CHECK(!woken, "nobody called");
	CHECK_OK(db_query(db, &notify, DB_ARGS(DB_TEXT("inkan_order")), &rows), "notify");
	CHECK_OK(db_wait(db, 1000, &woken), "wait");
	CHECK(woken, "somebody called");
	postgres_stop();
	AUTO(db_rows_free) struct db_rows *none = NULL;
	CHECK_ERR(db_query(db, &count_agreements, DB_NO_ARGS, &none), E_RETRY, "the server is away");
	CHECK_ERR(db_reconnect(db), E_RETRY, "still away");
	postgres_start();
	CHECK_OK(db_reconnect(db), "back");
	CHECK_OK(db_query(db, &count_agreements, DB_NO_ARGS, &later), "statements stand again");
}

static void test_wrong_statement_stops_the_start(void)
{
	static const struct db_stmt wrong = { "t_wrong", "SELECT nothing FROM nowhere" };
	static const struct db_stmt *const one[] = { &wrong };
	struct db *db = NULL;
	postgres_fresh();
	CHECK_ERR(db_open(postgres_conninfo("inkan_lra"), &(struct db_stmt_list){ one, 1 }, 1, &db), E_BUG, "no such table");
	CHECK(db == NULL, "out stays untouched");
}

static const CU_TestInfo tests[] = {
	{ "values come back as they went", test_values },
	{ "arrays", test_arrays },
	{ "each code", test_codes },
	{ "final rows", test_final_rows },
	{ "a stream of rows", test_stream },
	{ "notifications, and a server that goes away", test_notify_and_lost_server },
	{ "a wrong statement stops the start", test_wrong_statement_stops_the_start },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_db = { "common/db", tests, NULL, NULL };
