/* run: every suite is a row here. `run` runs all, `run PART` those whose name holds PART, `run -l` lists them. */
#include <CUnit/Basic.h>

#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/base/table.h"
#include "tests/check.h"

/* `make one` links a single test file: the other suites are then absent, and only then may they be. */
#ifdef CHECK_ONE
#define SUITE(name) extern const struct check_suite name __attribute__((weak));
#else
#define SUITE(name) extern const struct check_suite name;
#endif
#include "tests/suites.h"
#undef SUITE

#define SUITE(name) &name,
static const struct check_suite *const suites[] = {
#include "tests/suites.h"
};
#undef SUITE

int main(int argc, char **argv)
{
	const char *part = argc > 1 ? argv[1] : "";
	size_t chosen = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("tests", 3);
	struct err hardened = secret_harden();
	if (err_is(hardened) || CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	for (size_t i = 0; i < COUNT(suites); i++) {
		const struct check_suite *suite = suites[i];
#ifdef CHECK_ONE
		if (suite == NULL)
			continue;
#endif
		if (strcmp(part, "-l") == 0) {
			for (const CU_TestInfo *test = suite->tests; test->pName != NULL;
				test++)
				printf("%s: %s\n", suite->name, test->pName);
			continue;
		}
		if (strstr(suite->name, part) == NULL)
			continue;
		CU_SuiteInfo row[] = { { suite->name, NULL, NULL, suite->set_up,
					       suite->tear_down,
					       (CU_TestInfo *)suite->tests },
			CU_SUITE_INFO_NULL };
		if (CU_register_suites(row) != CUE_SUCCESS) {
			fprintf(stderr, "%s: could not be registered\n", suite->name);
			return 2;
		}
		chosen++;
	}
	if (strcmp(part, "-l") == 0)
		return 0;
	if (chosen == 0) {
		fprintf(stderr, "no suite is named like \"%s\"; run -l lists them\n",
			part);
		return 2;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	unsigned failed = CU_get_number_of_failures();
	CU_cleanup_registry();
	return failed == 0 ? 0 : 1;
}
