/* Contract, appointment and training as a clerk meets them: a warning before, the reason when they have ended. */
#include <signal.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/support/lra_world.h"

#define SAID(world) buf_text(&(world)->said)

/* Sets a term of tanaka's or of the LRA in the roster, DAYS from now, and waits until the desk knows it. */
static bool change(struct lra_world *world, const char *sed, const char *wanted)
{
	outside_run(&world->outside, &world->said,
		"t() { date -u -d \"$1 days\" +%%Y-%%m-%%dT%%H:%%M:%%SZ; }; %s", sed);
	kill((pid_t)world->program.pid, SIGHUP);
	for (int i = 0; i < 100; i++) {
		lra_world_curl(world, "tanaka-auth", "GET", "/v1/session", NULL);
		if (outside_said(&world->said, wanted))
			return true;
		usleep(100000);
	}
	return false;
}

/* proves R-LRA-15 R-AUD-04: training that ends soon is told; with its end the role is gone, and the answer says why */
static void test_training(struct lra_world *world)
{
	CHECK(change(world,
		      "sed -i '/id = \"tanaka\"/s/roles/trainingUntil = \"'$(t 10)'\"; "
		      "roles/' roster.cfg",
		      "training.lapsing"),
		"a warning: %s", SAID(world));
	CHECK(outside_said(&world->said, "\"until\"") &&
			outside_said(&world->said, "lapses soon") &&
			outside_said(&world->said, "研修"),
		"until when, in both languages: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "tanaka", "list"), 0, "the role is there: %s",
		SAID(world));
	CHECK_INT(lra_world_run(world, "tanaka", "session"), 0, "%s", SAID(world));
	CHECK(outside_said(&world->said, "training.lapsing"), "the command, too: %s",
		SAID(world));
	CHECK(change(world,
		      "sed -i 's/trainingUntil = \"[^\"]*/trainingUntil = \"'$(t -1)'/' "
		      "roster.cfg",
		      "training.lapsed"),
		"the reason: %s", SAID(world));
	CHECK_INT(lra_world_curl(world, "tanaka-auth", "GET", "/v1/applications", NULL),
		403, "denied: %s", SAID(world));
	CHECK(outside_said(&world->said, "training.lapsed"), "with the reason: %s",
		SAID(world));
	CHECK_INT(lra_world_run(world, "tanaka", "list"), 6, "the command: %s",
		SAID(world));
	CHECK_INT(lra_world_run(world, "suzuki", "list"), 0, "nobody else: %s",
		SAID(world));
}

/* proves R-LRA-01: with the contract every call ends, of everybody of that LRA */
static void test_contract(struct lra_world *world)
{
	CHECK(change(world,
		      "sed -i 's/ trainingUntil = \"[^\"]*\";//; s/validUntil = "
		      "\"20[^\"]*\"; "
		      "}$/validUntil = \"'$(t 10)'\"; }/' roster.cfg",
		      "contract.lapsing"),
		"a warning: %s", SAID(world));
	CHECK(change(world,
		      "sed -i 's/validUntil = \"20[^\"]*\"; }$/validUntil = \"'$(t "
		      "-1)'\"; }/' roster.cfg",
		      "contract.lapsed"),
		"the reason: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "sato", "apply csr.json"), 6,
		"nothing is received: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "suzuki", "list"), 6, "nor shown: %s",
		SAID(world));
}

static void test_all(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	test_training(&world);
	test_contract(&world);
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "what ends soon, what has ended", test_all },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_standing = { "lra/standing", tests, NULL, NULL };
