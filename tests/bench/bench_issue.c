/*
 * bench_issue: step 7 as it runs, by the real inkan-ca, and what the same PostgreSQL can do at most.
 *
 * bench_issue drain CONNINFO ISSUER-PID NAME=PID …   lets the stopped issuer go on; until no order is left
 * bench_issue bare CONNINFO BATCH                    the same certificates into a plain table, durably
 * bench_issue wait CONNINFO FIRST COUNT STATE        sets one order after the other free, each alone; how long it takes
 */
#include <poll.h>
#include <signal.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/db/db.h"
#include "tests/bench/bench.h"

enum { LOOK_MS = 10, PROCESSES = 16, ROWS = 20000, BATCH_MOST = 1000, WAITS_MOST = 1000 };

/* clang-format off */
static const struct db_stmt left = { "bench_left",
	"SELECT EXISTS (SELECT FROM inkan.certificate_order WHERE state IN ('placed', 'accepted'))" };
static const struct db_stmt issued = { "bench_issued",
	"SELECT count(*) FROM inkan.certificate_order WHERE state = 'issued'" };
static const struct db_stmt rows = { "bench_rows",
	"SELECT issuer_id, serial_number, extract(epoch FROM issued_at)::bigint, order_id, profile, profile_version,"
	" extract(epoch FROM not_after)::bigint, subject_digest, key_digest, der FROM inkan.certificate"
	" WHERE order_id IS NOT NULL LIMIT $1" };
static const struct db_stmt insert = { "bench_insert",
	"INSERT INTO bench.certificate (issuer_id, serial_number, issued_at, order_id, profile, profile_version, not_after,"
	" subject_digest, key_digest, der) SELECT t.issuer_id, t.serial_number, to_timestamp(t.issued_at), t.order_id,"
	" t.profile, t.profile_version, to_timestamp(t.not_after), t.subject_digest, t.key_digest, t.der"
	" FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],"
	" $8::bytea[], $9::bytea[], $10::bytea[]) AS t (issuer_id, serial_number, issued_at, order_id, profile,"
	" profile_version, not_after, subject_digest, key_digest, der)" };
static const struct db_stmt place = { "bench_place",
	"UPDATE inkan.certificate_order SET state = $2, refusal = NULL WHERE id = $1" };
static const struct db_stmt quiet = { "bench_quiet",
	"SELECT set_config('session_replication_role', 'replica', false)" };
static const struct db_stmt notify = { "bench_notify", "SELECT pg_notify('inkan_order', '')" };
static const struct db_stmt state = { "bench_state",
	"SELECT state FROM inkan.certificate_order WHERE id = $1" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &left, &issued, &rows, &insert, &place,
	&quiet, &notify, &state };
static const struct db_stmt_list list = { stmts, COUNT(stmts) };

static bool ask(struct db *db, const struct db_stmt *stmt)
{
	AUTO(db_rows_free) struct db_rows *answer = NULL;
	must(db_query(db, stmt, DB_NO_ARGS, &answer));
	return db_bool(answer, 0, 0);
}

static int64_t count_issued(struct db *db)
{
	AUTO(db_rows_free) struct db_rows *answer = NULL;
	must(db_query(db, &issued, DB_NO_ARGS, &answer));
	return db_int(answer, 0, 0);
}

static void drain(struct db *db, int argc, char **argv)
{
	double used[PROCESSES];
	int64_t before = count_issued(db);
	for (int i = 4; i < argc && i < PROCESSES; i++)
		used[i] = processor_s(strtol(strchr(argv[i], '=') + 1, NULL, 10));
	double start = seconds();
	kill((pid_t)strtol(argv[3], NULL, 10), SIGCONT);
	while (ask(db, &left))
		poll(NULL, 0, LOOK_MS);
	double took = seconds() - start;
	double done = (double)(count_issued(db) - before);
	say("issue_per_s", done / took);
	for (int i = 4; i < argc && i < PROCESSES; i++) {
		char name[64];
		const char *pid = strchr(argv[i], '=');
		snprintf(name, sizeof name, "issue_us_%.*s", (int)(pid - argv[i]),
			argv[i]);
		say(name,
			(processor_s(strtol(pid + 1, NULL, 10)) - used[i]) * 1e6 / done);
	}
}

/* Rows of one INSERT, as columns. */
struct columns {
	int64_t number[5][BATCH_MOST];
	struct blob bytes[5][BATCH_MOST];
};

static void fill(struct columns *c, const struct db_rows *from, size_t first,
	size_t count)
{
	static const size_t numbers[5] = { 0, 2, 3, 5, 6 }, bytes[4] = { 1, 7, 8, 9 };
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < 5; j++)
			c->number[j][i] = db_int(from, first + i, numbers[j]);
		for (size_t j = 0; j < 4; j++)
			c->bytes[j][i] = db_blob(from, first + i, bytes[j]);
		c->bytes[4][i] = blob_text(db_text(from, first + i, 4));
	}
}

static void insert_some(struct db *db, const struct columns *c, size_t count)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	must(db_begin_read_committed(db, &tx));
	must(db_exec(tx, &insert,
		DB_ARGS(DB_INTS(c->number[0], count), DB_BLOBS(c->bytes[0], count),
			DB_INTS(c->number[1], count), DB_INTS(c->number[2], count),
			DB_TEXTS(c->bytes[4], count), DB_INTS(c->number[3], count),
			DB_INTS(c->number[4], count), DB_BLOBS(c->bytes[1], count),
			DB_BLOBS(c->bytes[2], count), DB_BLOBS(c->bytes[3], count))));
	must(db_commit(&tx));
}

static void bare(struct db *db, char **argv)
{
	static struct columns columns;
	AUTO(db_rows_free) struct db_rows *from = NULL;
	size_t batch = (size_t)strtol(argv[3], NULL, 10);
	must(db_query(db, &rows, DB_ARGS(DB_INT(ROWS)), &from));
	if (batch < 1 || batch > BATCH_MOST || db_count(from) == 0)
		must(FAIL(E_INPUT, "batch of 1 to %d, from certificates that are there",
			BATCH_MOST));
	double start = seconds();
	for (size_t first = 0; first < db_count(from); first += batch) {
		size_t count =
			db_count(from) - first < batch ? db_count(from) - first : batch;
		fill(&columns, from, first, count);
		insert_some(db, &columns, count);
	}
	say("bare_insert_per_s", (double)db_count(from) / (seconds() - start));
}

static bool is_issued(struct db *db, int64_t id)
{
	AUTO(db_rows_free) struct db_rows *answer = NULL;
	must(db_query(db, &state, DB_ARGS(DB_INT(id)), &answer));
	return db_count(answer) == 1 && strcmp(db_text(answer, 0, 0), "issued") == 0;
}

/* From the commit that frees the order to the word that its certificate is there, in milliseconds. */
static double wait_one(struct db *db, int64_t id, const char *word)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *answer = NULL;
	bool woken;
	must(db_begin_read_committed(db, &tx));
	must(db_exec_one(tx, &place, DB_ARGS(DB_INT(id), DB_TEXT(word))));
	must(db_query_tx(tx, &notify, DB_NO_ARGS, &answer));
	must(db_commit(&tx));
	double start = seconds();
	while (!is_issued(db, id)) {
		must(db_wait(db, 1000, &woken));
		if (seconds() - start > 30)
			must(FAIL(E_STATE, "order %lld is not issued after 30 s",
				(long long)id));
	}
	return (seconds() - start) * 1000;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void wait_all(struct db *db, char **argv)
{
	static double waits[WAITS_MOST];
	AUTO(db_rows_free) struct db_rows *answer = NULL;
	char name[64];
	int64_t first = strtol(argv[3], NULL, 10);
	size_t count = (size_t)strtol(argv[4], NULL, 10);
	if (count < 1 || count > WAITS_MOST)
		must(FAIL(E_INPUT, "1 to %d orders", WAITS_MOST));
	must(db_query(db, &quiet, DB_NO_ARGS, &answer));
	must(db_listen(db, "inkan_certificate"));
	for (size_t i = 0; i < count; i++) {
		waits[i] = wait_one(db, first + (int64_t)i, argv[5]);
		poll(NULL, 0, LOOK_MS); /* the issuer is idle again */
	}
	qsort(waits, count, sizeof *waits, ascending);
	snprintf(name, sizeof name, "wait_%s_p50_ms", argv[5]);
	say(name, waits[count / 2]);
	snprintf(name, sizeof name, "wait_%s_p99_ms", argv[5]);
	say(name, waits[count * 99 / 100]);
}

int main(int argc, char **argv)
{
	AUTO(db_close) struct db *db = NULL;
	if (argc < 4)
		return 2;
	must(db_open(argv[2], &list, 1, &db));
	if (strcmp(argv[1], "drain") == 0)
		drain(db, argc, argv);
	else if (strcmp(argv[1], "bare") == 0)
		bare(db, argv);
	else if (strcmp(argv[1], "wait") == 0 && argc == 6)
		wait_all(db, argv);
	else
		return 2;
	return 0;
}
