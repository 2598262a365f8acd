#include "ca/status/commands.h"

#include "tests/check.h"

static void test_table(void)
{
	CHECK_OK(command_check(&status_commands), "help, examples and options are whole");
}

static const CU_TestInfo tests[] = {
	{ "the table of verbs", test_table },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_commands = { "ca/status/commands", tests, NULL,
	NULL };
