#include "common/flow/application.h"

#include <stdarg.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

/* proves R-APP-01: the table in C and the table in the database are one */
static void test_tables_agree(void)
{
	size_t count;
	const struct application_row *rows = application_rows(&count);
	postgres_fresh();
	CHECK_INT(strtol(postgres_sql("SELECT count(*) FROM application_step"), NULL, 10),
		count, "as many rows");
	for (size_t i = 0; i < count; i++)
		CHECK_TEXT(postgres_sql("SELECT count(*) FROM application_step WHERE "
					"from_state = '%s' AND event = '%s' AND"
					" role = '%s' AND database_role = '%s' AND "
					"to_state = '%s'",
				   application_state_name(rows[i].from),
				   application_event_name(rows[i].event),
				   role_name(rows[i].role), rows[i].database_role,
				   application_state_name(rows[i].to)),
			"1", "%s by %s from %s", application_event_name(rows[i].event),
			role_name(rows[i].role), application_state_name(rows[i].from));
}

/* proves R-APP-01: of all steps that one can think of, only those of the table can be made */
static void test_only_the_table(void)
{
	size_t count, possible = 0;
	const struct application_row *rows = application_rows(&count);
	for (int from = 0; from < APP_STATE_COUNT; from++)
		for (int event = 0; event < EV_COUNT; event++)
			for (unsigned role = 1; role <= ROLE_SUBSCRIBER; role <<= 1) {
				enum application_state to = APP_NONE;
				enum role as;
				bool known = false, elsewhere = false;
				for (size_t i = 0; i < count; i++) {
					if ((int)rows[i].from != from ||
						(int)rows[i].event != event)
						continue;
					elsewhere = true;
					known = known || rows[i].role == role;
				}
				struct err err =
					application_step((enum application_state)from,
						(enum application_event)event, role, &to,
						&as);
				CHECK_INT(err.code,
					known       ? E_NONE
					: elsewhere ? E_DENIED
						    : E_STATE,
					"%s from %s by %s",
					application_event_name(
						(enum application_event)event),
					application_state_name(
						(enum application_state)from),
					role_name((enum role)role));
				possible += known;
			}
	CHECK_INT(possible, count, "every row was reached");
}

#define INSERT_ACCEPTANCE                                                                \
	"INSERT INTO agreement VALUES (sha256('x'), 't', '1', 'x', now()) ON CONFLICT "  \
	"DO NOTHING;"                                                                    \
	"INSERT INTO agreement_acceptance (agreement, accepted_by, accepted_at, means, " \
	"record_keeping, correctness,"                                                   \
	" key_obligations, publication) VALUES (sha256('x'), 'p', now(), 'paper', "      \
	"true, true, true, false);"

/* As the process of a database role; the answer is the SQLSTATE, 00000 when it worked. */
static const char *try_as(const char *role, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static const char *try_as(const char *role, const char *format, ...)
{
	char sql[4096];
	va_list args;
	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	return postgres_sql("SET SESSION AUTHORIZATION %s; SET search_path = inkan; "
			    "CREATE TEMP TABLE answer (state text);"
			    "DO $$ BEGIN %s; INSERT INTO answer VALUES ('00000');"
			    " EXCEPTION WHEN OTHERS THEN INSERT INTO answer VALUES "
			    "(SQLSTATE); END $$;"
			    " SELECT state FROM answer",
		role, sql);
}

static const char *insert_application(const char *state)
{
	return try_as("inkan_lra",
		"INSERT INTO application (receipt_number, lra, method, state, event, "
		"event_role, version, content, profile,"
		" subject_digest, display_name, entity, key_origin, acceptance_id, "
		"entered_by, received_at, changed_at)"
		" VALUES ('A26-000001-K', 'LRA-0001', 'counter', '%s', 'receive', "
		"'lraClerk', 1, '{}', 'P', sha256('s'),"
		" 'n', 'e', 'handover', 1, 'sato', now(), now())",
		state);
}

/* proves R-APP-01: SQL cannot skip a state; proves R-LRA-05: nor be its own second person */
static void test_database_guards(void)
{
	postgres_fresh();
	postgres_sql(INSERT_ACCEPTANCE);
	CHECK_TEXT(insert_application("submitted"), "P0001",
		"a first state that is none");
	CHECK_TEXT(insert_application("received"), "00000", "received");
	CHECK_TEXT(try_as("inkan_lra", "UPDATE application SET state = 'issued', event = "
				       "'issue', event_role = 'ra'"),
		"P0001", "the LRA's process cannot issue");
	CHECK_TEXT(try_as("inkan_orders", "UPDATE application SET state = 'verified', "
					  "event = 'verify', event_role = 'ra'"),
		"P0001", "verified without approval");
	CHECK_TEXT(
		try_as("inkan_lra",
			"UPDATE application SET state = 'identified', event = 'identify',"
			" event_role = 'lraClerk', identified_by = 'tanaka'"),
		"00000", "identified");
	CHECK_TEXT(
		try_as("inkan_lra",
			"UPDATE application SET state = 'submitted', event = 'approve',"
			" event_role = 'lraApprover', approved_by = 'tanaka'"),
		"23514", "the verifier approves");
	CHECK_TEXT(
		try_as("inkan_lra",
			"UPDATE application SET state = 'submitted', event = 'approve',"
			" event_role = 'lraApprover', approved_by = 'sato'"),
		"23514", "who entered it approves");
	CHECK_TEXT(
		try_as("inkan_lra",
			"UPDATE application SET state = 'submitted', event = 'approve',"
			" event_role = 'lraApprover', approved_by = 'kobayashi'"),
		"00000", "a third approves");
	CHECK_TEXT(try_as("inkan_lra", "UPDATE application SET content = '{1}', state = "
				       "'received', event = 'amend',"
				       " event_role = 'lraClerk', version = 2"),
		"P0001", "a change keeps no yes");
	CHECK_TEXT(try_as("inkan_lra", "UPDATE application SET content = '{1}', state = "
				       "'received', event = 'amend',"
				       " event_role = 'lraClerk', version = 2, "
				       "identified_by = NULL, approved_by = NULL"),
		"00000", "a change with a new version");
	CHECK_TEXT(try_as("inkan_lra", "DELETE FROM application"), "42501",
		"nobody deletes");
}

static void test_receipt_numbers(void)
{
	char number[24];
	CHECK_OK(receipt_number_write(2026, 4217, number), "made");
	CHECK(text_starts(number, "A26-004217-") && receipt_number_valid(number), "%s",
		number);
	for (size_t i = 1; i < strlen(number) - 2; i++) { /* one wrong digit */
		char wrong[24];
		memcpy(wrong, number, sizeof wrong);
		if (wrong[i] == '-')
			continue;
		for (char digit = '0'; digit <= '9'; digit++) {
			wrong[i] = digit;
			CHECK(receipt_number_valid(wrong) == (digit == number[i]),
				"%s of %s", wrong, number);
		}
	}
	static const char *const wrong[] = { "", "A26-004217", "A26-004217-",
		"B26-004217-K", "A26-0042170000000000000-K", "A26-00421a-K",
		"A2-0042170-K" };
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!receipt_number_valid(wrong[i]), "\"%s\"", wrong[i]);
	CHECK_ERR(receipt_number_write(2026, 0, number), E_BUG, "zero");
}

static void test_exclusive_roles(void)
{
	static const struct {
		unsigned roles;
		enum err_code want;
	} rows[] = {
		{ ROLE_LRA_CLERK, E_NONE },
		{ ROLE_LRA_CLERK | ROLE_LRA_APPROVER, E_NONE },
		{ ROLE_AUDITOR, E_NONE },
		{ ROLE_AUDITOR | ROLE_LRA_CLERK, E_POLICY },
		{ ROLE_RA_OFFICER | ROLE_LRA_APPROVER, E_POLICY },
		{ ROLE_RA | ROLE_LRA_GATEWAY, E_POLICY },
	};
	for (size_t i = 0; i < COUNT(rows); i++) /* proves R-ACC-02 */
		CHECK_ERR(role_check_set(rows[i].roles), rows[i].want, "row %zu", i);
}

static const CU_TestInfo tests[] = {
	{ "the table in C and in the database are one", test_tables_agree },
	{ "only the table's steps can be made", test_only_the_table },
	{ "the database guards states and second person", test_database_guards },
	{ "receipt numbers notice a slip", test_receipt_numbers },
	{ "roles that exclude each other", test_exclusive_roles },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_application = { "common/flow/application", tests, NULL,
	NULL };
