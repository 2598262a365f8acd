/*
 * The schema as it is now, and the schema of each older version after its steps, are the same. When a step is added to
 * sql/upgrade/, schema.sql as it was before goes to tests/sql/baseline/NNN.sql with the number of its version.
 */
#include <unistd.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/postgres.h"

static char root[512];
static struct outside outside;
static struct buf said = { .max = 1 << 20 };

static void set_up(void)
{
	if (getcwd(root, sizeof root) == NULL)
		abort();
	postgres_fresh();
	outside = outside_open();
}

static void tear_down(void)
{
	outside_clear(&outside);
	buf_clear(&said);
}

static int64_t number_of(const char *line)
{
	char text[32];
	int64_t number = -1;
	CHECK_INT(outside_run(&outside, &said, "cd '%s'; %s;", root, line), 0, "%s: %s",
		line, buf_text(&said));
	snprintf(text, sizeof text, "%s", buf_text(&said));
	text[strcspn(text, "\n")] = 0;
	CHECK_OK(text_to_int(text, 0, 1000, &number), "%s: %s", line, text);
	return number;
}

static void test_from_each_version(void)
{
	int64_t version = number_of("tools/schema version");
	CHECK_TEXT(postgres_sql("SELECT max(version) = %d FROM schema_version",
			   (int)version),
		"t", "the version of the schema");
	CHECK_INT(number_of("ls tests/sql/baseline/*.sql 2>/dev/null | wc -l"),
		version - 1, "one baseline for each older version");
	for (int64_t from = 1; from < version; from++)
		CHECK_INT(outside_run(&outside, &said,
				  "cd '%s'; tests/sql/upgrade %s "
				  "tests/sql/baseline/%03d.sql %d;",
				  root, postgres_home(), (int)from, (int)from),
			0, "from version %d: %s", (int)from, buf_text(&said));
}

/* Makes a version behind the present one: the schema with `now` at its end, and a step to it that does `step`. */
static void make_version(int64_t version, const char *now, const char *step)
{
	int code = outside_run(&outside, &said,
		"rm -rf sql; cp -r '%s/sql' sql; cp sql/schema.sql before.sql; mkdir -p "
		"sql/upgrade;"
		" sed -i '/^INSERT INTO schema_version/s/(%d)/(%d)/' sql/schema.sql;"
		" echo 'SET ROLE inkan_owner; SET search_path = inkan; %s RESET ROLE; "
		"RESET search_path;' >>sql/schema.sql;"
		" echo '%s' >sql/upgrade/%03d_sample.sql;",
		root, (int)version, (int)version + 1, now, step, (int)version + 1);
	CHECK_INT(code, 0, "a version: %s", buf_text(&said));
}

static int compare(int64_t version, const char *now, const char *step)
{
	make_version(version, now, step);
	return outside_run(&outside, &said,
		"base=$PWD; cd '%s'; INKAN_SQL=$base/sql tests/sql/upgrade %s "
		"$base/before.sql %d;",
		root, postgres_home(), (int)version);
}

/* The comparison itself, so that it is known to see what it looks for. */
static void test_the_comparison(void)
{
	/* clang-format off */
	static const char now[] =
		"CREATE TABLE sample (n bigint CONSTRAINT sample_n CHECK (n > 0), t text NOT NULL);"
		" GRANT SELECT ON sample TO inkan_ra; INSERT INTO sample VALUES (7, $$x$$);"
		" CREATE TRIGGER sample BEFORE DELETE ON issuer FOR EACH ROW EXECUTE FUNCTION refuse_change();";
	static const char other_way[] =
		"CREATE TRIGGER sample BEFORE DELETE ON issuer FOR EACH ROW EXECUTE FUNCTION refuse_change();"
		" CREATE TABLE sample (n bigint); ALTER TABLE sample ADD COLUMN t text;"
		" INSERT INTO sample VALUES (7, $$x$$); ALTER TABLE sample ALTER COLUMN t SET NOT NULL;"
		" ALTER TABLE sample ADD CONSTRAINT sample_n CHECK (n > 0); GRANT SELECT ON sample TO inkan_ra;";
	static const char *const forgotten[] = { "CONSTRAINT sample_n", "-    t text NOT NULL", "-GRANT SELECT",
		"VALUES (7", "-CREATE TRIGGER sample" };
	/* clang-format on */
	int64_t version = number_of("tools/schema version");
	CHECK_INT(compare(version, now, other_way), 0, "the same by another way: %s",
		buf_text(&said));
	CHECK_INT(compare(version, now, "CREATE TABLE sample (n bigint, t text);"), 1,
		"forgotten things");
	for (size_t i = 0; i < COUNT(forgotten); i++)
		CHECK(outside_said(&said, forgotten[i]), "%s: %s", forgotten[i],
			buf_text(&said));
	CHECK_INT(compare(version, now, "CREATE TABLE sample (n nothing);"), 2,
		"a step that fails");
	CHECK(outside_said(&said, "nothing"), "%s", buf_text(&said));
}

/* A registry made by older programs is brought up to date by a start, all of a step or nothing of it. */
static void test_steps_are_whole(void)
{
	int64_t version = number_of("tools/schema version");
	make_version(version, "CREATE TABLE sample (n bigint);",
		"CREATE TABLE sample (n bigint);");
	CHECK_INT(outside_run(&outside, &said,
			  "base=$PWD; cd '%s'; export INKAN_SQL=$base/sql; tools/schema "
			  "upgrade %d >$base/good;"
			  " sed 's/^COMMIT;/SELECT nothing; COMMIT;/' $base/good "
			  ">$base/bad;"
			  " tools/postgres psql %s -d %s -f - <$base/bad;",
			  root, (int)version, postgres_home(), postgres_name()),
		3, "a step that fails at its end: %s", buf_text(&said));
	CHECK_TEXT(postgres_sql(
			   "SELECT count(*) FROM pg_tables WHERE tablename = 'sample'"),
		"0", "nothing of it");
	CHECK_TEXT(postgres_sql("SELECT max(version) = %d FROM schema_version",
			   (int)version),
		"t", "the version stays");
	CHECK_INT(outside_run(&outside, &said,
			  "base=$PWD; cd '%s'; tools/postgres psql %s -d %s -f - "
			  "<$base/good;",
			  root, postgres_home(), postgres_name()),
		0, "the good step: %s", buf_text(&said));
	CHECK_TEXT(postgres_sql("SELECT max(version) = %d FROM schema_version",
			   (int)version + 1),
		"t", "the version after it");
	CHECK_INT(outside_run(&outside, &said, "cd '%s'; tools/schema upgrade %d;", root,
			  (int)version + 1),
		3, "a registry newer than the programs: %s", buf_text(&said));
	CHECK_INT(outside_run(&outside, &said, "cd '%s'; tools/schema upgrade '1; DROP';",
			  root),
		3, "no version");
}

static const CU_TestInfo tests[] = {
	{ "from each older version", test_from_each_version },
	{ "the comparison sees what it looks for", test_the_comparison },
	{ "steps are whole", test_steps_are_whole },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_upgrade = { "sql/upgrade", tests, set_up, tear_down };
