/* What the database's roles may not do, asked of the database itself, table by table. */
#include "common/base/table.h"
#include "common/db/db.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static const char *const roles[] = { "inkan_lra", "inkan_ra", "inkan_orders", "inkan_ca",
	"inkan_publish", "inkan_status", "inkan_audit" };

/* Tables whose rows never change once they are there; the others have columns that follow a guarded state. */
static const char *const final_tables[] = { "agreement", "agreement_acceptance",
	"application_step", "application_version", "audit_event", "audit_link",
	"blocked_key", "certificate", "certificate_revocation", "decision", "evidence",
	"issuer", "receipt", "schema_version", "serial_reservation", "subject_key",
	"subject_name" };

static struct err run_as(const char *role, const char *format, const char *table)
{
	char text[200];
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
		{ "functions that run as their owner, open to processes that do not need them", "FROM r, pg_proc p WHERE p.prosecdef AND"
			" p.pronamespace = 'inkan'::regnamespace AND r.rolname <> 'inkan_audit' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')" },
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
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM public.r"), "7",
		"the roles of this test are all there are");
	CHECK_TEXT(postgres_sql(
			   "SELECT count(*) = %zu FROM public.t WHERE final AND NOT part",
			   COUNT(final_tables)),
		"t", "the final tables");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[800];
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

static const CU_TestInfo tests[] = {
	{ "each role is refused", test_each_role_is_refused },
	{ "the catalog", test_catalog },
	{ "final rows", test_final_rows },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_rights = { "sql/rights", tests, NULL, NULL };
