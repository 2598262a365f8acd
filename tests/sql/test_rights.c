/* What the database's roles may not do, asked of the database itself, table by table. */
#include "common/base/table.h"
#include "common/db/db.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static const char *const roles[] = { "inkan_lra", "inkan_ra", "inkan_orders", "inkan_ca",
	"inkan_publish", "inkan_status", "inkan_audit", "inkan_notices",
	"inkan_subscriber" };

/* Tables whose rows never change once they are there; the others have columns that follow a guarded state. */
static const char *const final_tables[] = { "agreement", "agreement_acceptance",
	"application_step", "application_version", "audit_check", "audit_event",
	"audit_link", "blocked_key", "certificate", "certificate_revocation",
	"corporate_decision", "corporate_register", "decision", "evidence",
	"evidence_closed", "evidence_damage", "evidence_file", "issuer", "receipt",
	"schema_version", "serial_reservation", "subject_key", "subject_name" };

static struct err run_as(const char *role, const char *format, const char *table)
{
	char text[700];
	AUTO(db_close) struct db *db = NULL;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	snprintf(text, sizeof text, format, table);
	const struct db_stmt stmt = { "t_tried", text };
	const struct db_stmt *const one[] = { &stmt };
	TRY(db_open(postgres_conninfo(role), &(struct db_stmt_list){ one, 1 }, 1, &db));
	TRY(db_begin(db, &tx));
	return db_exec(tx, &stmt, DB_NO_ARGS);
}

/* proves R-ACC-07: no process deletes, none changes log, certificate, serial or evidence; tried as each of them */
static void test_each_role_is_refused(void)
{
	postgres_fresh();
	for (size_t i = 0; i < COUNT(roles); i++)
		for (size_t j = 0; j < COUNT(final_tables); j++) {
			CHECK_ERR(run_as(roles[i], "DELETE FROM inkan.%s",
					  final_tables[j]),
				E_DENIED, "%s deletes from %s", roles[i],
				final_tables[j]);
		}
	CHECK_ERR(run_as("inkan_lra", "UPDATE inkan.%s SET kind = kind", "evidence"),
		E_DENIED, "evidence");
	CHECK_ERR(run_as("inkan_ca", "UPDATE inkan.%s SET der = der", "certificate"),
		E_DENIED, "a certificate");
	CHECK_ERR(run_as("inkan_ca", "UPDATE inkan.%s SET not_after = not_after",
			  "serial_reservation"),
		E_DENIED, "a serial");
	CHECK_ERR(run_as("inkan_audit", "UPDATE inkan.%s SET at = at", "audit_event"),
		E_DENIED, "the log");
	CHECK_ERR(run_as("inkan_ra", "SELECT 1 FROM inkan.%s", "audit_event"), E_DENIED,
		"the RA does not read the log");
	CHECK_ERR(run_as("inkan_ca", "SELECT notice_mail FROM inkan.%s", "application"),
		E_DENIED, "the CA learns no address");
	CHECK_ERR(run_as("inkan_ca", "SELECT 1 FROM inkan.%s", "notice"), E_DENIED,
		"nor what is told");
	CHECK_ERR(run_as("inkan_notices", "SELECT 1 FROM inkan.%s", "application"),
		E_DENIED, "whoever sends sees no applications");
	CHECK_ERR(run_as("inkan_lra",
			  "INSERT INTO inkan.%s (application_id, kind, deed, at) "
			  "VALUES (1, 'issued', 'x', now())",
			  "notice"),
		E_DENIED, "nobody makes a notice but its deed");
	CHECK_ERR(run_as("inkan_lra", "SELECT sealed FROM inkan.%s", "pickup"), E_DENIED,
		"the LRA does not read back a file that waits for its holder");
	CHECK_ERR(run_as("inkan_lra", "SELECT hash FROM inkan.%s", "pickup"), E_DENIED,
		"nor what its holder is known by");
	CHECK_ERR(run_as("inkan_lra", "UPDATE inkan.%s SET tries = 0", "pickup"),
		E_DENIED, "nor gives it more tries");
	CHECK_ERR(run_as("inkan_status", "SELECT 1 FROM inkan.%s", "certificate"),
		E_DENIED, "status sees its view alone");
	CHECK_ERR(run_as("inkan_status", "SELECT 1 FROM inkan.%s", "status_feed"), E_NONE,
		"status sees its view");
}

/* The catalog knows rights that nobody thought of trying; whatever table comes later is looked at too. */
static void test_catalog(void)
{
	/* clang-format off */
	static const struct { const char *what, *count; } rows[] = {
		{ "DELETE, TRUNCATE, TRIGGER or REFERENCES on any table",
			"FROM r, t WHERE has_table_privilege(r.oid, t.oid, 'DELETE, TRUNCATE, TRIGGER, REFERENCES')" },
		{ "UPDATE of any column of a final table",
			"FROM r, t WHERE t.final AND has_any_column_privilege(r.oid, t.oid, 'UPDATE')" },
		{ "ownership", "FROM r, t WHERE t.owner = r.oid" },
		{ "CREATE in a schema", "FROM r, pg_namespace n WHERE n.nspname IN ('inkan', 'public') AND"
			" has_schema_privilege(r.oid, n.oid, 'CREATE')" },
		{ "special powers", "FROM r WHERE r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls" },
		{ "membership in another role", "FROM pg_auth_members m JOIN r ON r.oid = m.member" },
		{ "rights for everybody", "FROM t WHERE has_table_privilege('public', t.oid, 'SELECT, INSERT, UPDATE, DELETE')" },
		{ "tables without a guard of their rows", "FROM t WHERE t.final AND NOT t.part AND t.name NOT IN ('application_step',"
			" 'schema_version') AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = 'final'"
			" AND g.tgenabled = 'O')" },
		{ "tables that keep their rows, but not from TRUNCATE", "FROM t WHERE EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid ="
			" t.oid AND g.tgname = 'final') AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND"
			" g.tgname = 'final_all' AND g.tgenabled = 'O')" },
		{ "UPDATE of a whole table, and with it the right to lock everybody out", "FROM r, t WHERE"
			" has_table_privilege(r.oid, t.oid, 'UPDATE')" },
		{ "INSERT of a number that rows are followed by", "FROM r, pg_attribute a JOIN t ON t.oid = a.attrelid WHERE a.attname IN"
			" ('transaction', 'status_id') AND t.name <> 'crl' AND has_column_privilege(r.oid, t.oid, a.attnum, 'INSERT')" },
		{ "functions that run as their owner, open to processes that do not need them", "FROM r, pg_proc p WHERE p.prosecdef AND"
			" p.pronamespace = 'inkan'::regnamespace AND NOT (r.rolname, p.proname) IN (('inkan_audit', 'prepare_partitions'),"
			" ('inkan_lra', 'corporate_replace'),"
			" ('inkan_notices', 'notice_revocations'), ('inkan_notices', 'notice_reminders'), ('inkan_subscriber', 'subscriber_case'), ('inkan_subscriber', 'subscriber_own'),"
			" ('inkan_subscriber', 'subscriber_set_phrase'), ('inkan_subscriber', 'subscriber_try'), ('inkan_subscriber', 'subscriber_right'),"
			" ('inkan_subscriber', 'subscriber_write'), ('inkan_subscriber', 'subscriber_pickup_try'),"
			" ('inkan_subscriber', 'subscriber_pickup_take'), ('inkan_subscriber', 'subscriber_sign')) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')" },
		{ "any table, for whom strangers talk to", "FROM r, t WHERE r.rolname = 'inkan_subscriber' AND"
			" (has_any_column_privilege(r.oid, t.oid, 'SELECT') AND t.name <> 'schema_version' OR"
			" has_any_column_privilege(r.oid, t.oid, 'UPDATE') OR has_any_column_privilege(r.oid, t.oid, 'INSERT') AND t.name <> 'audit_event')" },
		{ "functions that run as their owner along the caller's search path", "FROM pg_proc p WHERE p.prosecdef AND"
			" p.pronamespace = 'inkan'::regnamespace AND NOT coalesce(p.proconfig::text, '') LIKE '%search_path%'" },
	};
	/* clang-format on */
	char names[600] = "";
	postgres_fresh();
	for (size_t i = 0; i < COUNT(final_tables); i++) {
		size_t len = strlen(names);
		snprintf(names + len, sizeof names - len, "%s'%s'", i == 0 ? "" : ", ",
			final_tables[i]);
	}
	postgres_sql("CREATE VIEW public.r AS SELECT * FROM pg_roles WHERE rolname LIKE "
		     "'inkan\\_%%' AND rolname <> 'inkan_owner';"
		     "CREATE VIEW public.t AS SELECT c.oid, c.relname AS name, "
		     "c.relowner AS owner, c.relispartition AS part,"
		     " coalesce(p.relname, c.relname) IN (%s) AS final FROM pg_class c"
		     " LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class "
		     "p ON p.oid = h.inhparent"
		     " WHERE c.relnamespace = 'inkan'::regnamespace AND c.relkind IN "
		     "('r', 'p')",
		names);
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM public.r"), "9",
		"the roles of this test are all there are");
	CHECK_TEXT(postgres_sql(
			   "SELECT count(*) = %zu FROM public.t WHERE final AND NOT part",
			   COUNT(final_tables)),
		"t", "the final tables");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[1100];
		snprintf(text, sizeof text,
			"SET search_path = public; SELECT count(*) %s", rows[i].count);
		CHECK_TEXT(postgres_sql("%s", text), "0", "%s", rows[i].what);
	}
}

/* Rights do not bind the superuser; the trigger does, until somebody takes it away, which the audit chain then shows. */
static void test_final_rows(void)
{
	static const char *const tried[] = { "DELETE FROM inkan.agreement",
		"UPDATE inkan.agreement SET title = 'u'" };
	postgres_fresh();
	postgres_sql(
		"INSERT INTO inkan.agreement VALUES (sha256('x'), 't', '1', 'x', now())");
	for (size_t i = 0; i < COUNT(tried); i++)
		CHECK_TEXT(postgres_sql(
				   "CREATE TEMP TABLE answer (state text); DO $$ BEGIN "
				   "%s; INSERT INTO answer VALUES ('done');"
				   " EXCEPTION WHEN OTHERS THEN INSERT INTO answer "
				   "VALUES (SQLSTATE); END $$; SELECT state FROM answer",
				   tried[i]),
			"P0001", "%s", tried[i]);
	CHECK_TEXT(postgres_sql("SELECT title FROM inkan.agreement"), "t", "as it was");
}

/* Not even the owner empties a table by one word, nor one of its partitions, nor one that is made next year. */
static void test_truncate(void)
{
	static const char *const tried[] = { "audit_event", "audit_event_other",
		"serial_reservation_3", "certificate_203001", "certificate_revocation",
		"decision", "application", "delivery", "crl" };
	postgres_fresh();
	postgres_sql("SELECT inkan.prepare_partitions('2030-01-01', 0)");
	for (size_t i = 0; i < COUNT(tried); i++)
		CHECK_TEXT(postgres_sql(
				   "SET client_min_messages = error; CREATE TEMP TABLE "
				   "answer (state text); DO $$ BEGIN "
				   "TRUNCATE inkan.%s CASCADE; INSERT INTO answer VALUES "
				   "('done');"
				   " EXCEPTION WHEN OTHERS THEN INSERT INTO answer "
				   "VALUES (SQLSTATE); END $$; SELECT state FROM answer",
				   tried[i]),
			"P0001", "%s", tried[i]);
}

/* Rows that one office writes and another reads whole. */
static void test_sizes_and_times(void)
{
	/* clang-format off */
#define EVENT "INSERT INTO inkan.%s (at, event, actor, role, origin, object, result, detail, digest) VALUES "
#define ASK(d, s, t) "INSERT INTO inkan.%s (issuer, serial_number, reason, event, requester, statement, signature, statement_sha256," \
	" due_at) SELECT 'i', " s ", 1, 'e', 'r', " d ", 'y', sha256(" d "), " t
	static const struct { const char *table, *insert; enum err_code code; } rows[] = {
		{ "audit_event", EVENT "(now(), 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'))", E_NONE },
		{ "audit_event", EVENT "('infinity', 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'))", E_STATE },
		{ "audit_event", EVENT "('-infinity', 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'))", E_STATE },
		{ "audit_event", EVENT "('10000-01-01T00:00:00Z', 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'))", E_STATE },
		{ "audit_event", EVENT "('9999-12-31T23:59:59Z', 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'))", E_NONE },
		{ "audit_event", EVENT "(now(), 'e', 'a', 'r', 'o', 'x', 'done', repeat('x', 32769), sha256('x'))", E_STATE },
		{ "audit_event", EVENT "(now(), 'e', 'a', 'r', 'o', repeat('x', 513), 'done', '{}', sha256('x'))", E_STATE },
		{ "audit_event", "INSERT INTO inkan.%s (at, event, actor, role, origin, object, result, detail, digest, transaction)"
			" VALUES (now(), 'e', 'a', 'r', 'o', 'x', 'done', '{}', sha256('x'), 1)", E_DENIED },
		{ "revocation", ASK("'x'", "'\\x01'::bytea", "now()"), E_NONE },
		{ "revocation", ASK("repeat('x', 32769)::bytea", "'\\x01'::bytea", "now()"), E_STATE },
		{ "revocation", ASK("repeat('x', 32768)::bytea", "'\\x01'::bytea", "now()"), E_NONE },
		{ "revocation", ASK("'x'", "repeat('x', 21)::bytea", "now()"), E_STATE },
		{ "revocation", ASK("'x'", "'\\x01'::bytea", "'infinity'::timestamptz"), E_STATE },
	};
	/* clang-format on */
	postgres_fresh();
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_ERR(run_as("inkan_lra", rows[i].insert, rows[i].table),
			rows[i].code, "row %zu", i);
}

/* A clock that ran ahead wrote into a month that has no partition yet: the month stays where it is, the others are made. */
static void test_partitions_behind_rows(void)
{
	postgres_fresh();
	postgres_sql("INSERT INTO inkan.audit_event (at, event, actor, role, origin, "
		     "object, result, detail, digest)"
		     " VALUES ('2041-02-03', 'e', 'a', 'r', 'o', 'x', 'done', '{}', "
		     "sha256('x'))");
	CHECK_TEXT(postgres_sql("SELECT inkan.prepare_partitions('2041-01-01', 2)"), "5",
		"two tables of three months, but one");
	CHECK_TEXT(postgres_sql(
			   "SELECT to_regclass('inkan.audit_event_204102') IS NULL "
			   "AND to_regclass('inkan.audit_event_204103') IS NOT NULL"),
		"t", "the ones that could be made");
	CHECK_TEXT(postgres_sql("SELECT inkan.prepare_partitions('2041-01-01', 2)"), "0",
		"and again");
}

/* settled_transaction() waits for the oldest transaction; no process of ours may be it for long. */
static void test_timeouts(void)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		CHECK_TEXT(postgres_sql("SELECT string_agg(s, ' ' ORDER BY s) FROM "
					"pg_roles, unnest(rolconfig) s WHERE rolname = "
					"'%s' AND s LIKE '%%timeout=%%'",
				   roles[i]),
			"idle_in_transaction_session_timeout=60s lock_timeout=10s", "%s",
			roles[i]);
}

static const CU_TestInfo tests[] = {
	{ "each role is refused", test_each_role_is_refused },
	{ "the catalog", test_catalog },
	{ "final rows", test_final_rows },
	{ "TRUNCATE", test_truncate },
	{ "sizes and times", test_sizes_and_times },
	{ "partitions behind their rows", test_partitions_behind_rows },
	{ "timeouts", test_timeouts },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_rights = { "sql/rights", tests, NULL, NULL };
