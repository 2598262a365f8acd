/* The identity rules at the LRA: shown, judged when identity is verified, named in what the clerk signs. */
#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

static bool refused(struct lra_world *world, const char *receipt, const char *code)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%s/statements/identify", receipt);
	int status = lra_world_curl(world, "sato-auth", "GET", path, NULL);
	return CHECK(status >= 400, "%s: not refused: %s", code, SAID(world)) &&
	       CHECK(outside_said(&world->said, code), "%s: %s", code, SAID(world));
}

/* proves R-IDV-12: a paper that the rules do not know identifies nobody; which rules were used stands in the decision */
static void test_rules(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24];
	const char *made = world.good ? lra_world_apply(&world, "csr.json") : NULL;
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/identity-rules", NULL),
		200, "%s", SAID(&world));
	CHECK(outside_said(&world.said, "\"WORLD\"") &&
			outside_said(&world.said, "\"rfc822Name\""),
		"%s", SAID(&world));
	refused(&world, receipt, "identity.count");
	CHECK_INT(
		outside_run(&world.outside, &world.said,
			"sed 's/personnelRegister/libraryCard/' papers.json >card.json"),
		0, "%s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s card.json", receipt), 0,
		"%s", SAID(&world));
	refused(&world, receipt, "identity.kind");
	made = lra_world_apply(&world, "handover.json");
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s papers.json", receipt), 0,
		"%s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "identify %s --yes", receipt), 0, "%s",
		SAID(&world));
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "sha256sum identity/WORLD.cfg | cut -c1-64 | tr -d '\\n'"),
		0, "digest");
	CHECK_TEXT(postgres_sql("SELECT convert_from(statement, 'UTF8')::json ->> "
				"'identityRules' FROM decision WHERE kind = 'identify'"),
		SAID(&world), "the file's digest stands in the signed statement");
}

static const CU_TestInfo tests[] = {
	{ "papers by the rules, and the rules in the statement", test_rules },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_identity = { "lra/identity", tests, NULL, NULL };
