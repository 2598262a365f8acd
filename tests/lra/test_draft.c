/* Drafts over TLS: kept for their author alone, sealed in the registry, ended and let go. */
#include <unistd.h>

#include "lra/draft.h"

#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

static void test_names(void)
{
	char receipt[24], name[64];
	if (!CHECK_OK(receipt_number_write(2026, 17, receipt), "a number"))
		return;
	snprintf(name, sizeof name, "correct.%s", receipt);
	CHECK(lra_draft_name_good("apply"), "apply");
	CHECK(lra_draft_name_good(name), "%s", name);
	CHECK(!lra_draft_name_good("correct.A26-000017-!"), "a wrong check letter");
	CHECK(!lra_draft_name_good("correct."), "no number");
	CHECK(!lra_draft_name_good(receipt), "no word");
	CHECK(!lra_draft_name_good(""), "nothing");
}

static bool kept(const char *count)
{
	return strcmp(postgres_sql("SELECT count(*) FROM inkan.draft WHERE sealed IS "
				   "NOT NULL"),
		       count) == 0;
}

static void test_draft(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	static const char typed[] = "{\"values\":{\"surname\":\"KAWABATA\"}}";
	if (!CHECK(world.good, "the LRA serves"))
		return;
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/drafts/apply", NULL),
		404, "none yet");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/other", typed),
		404, "no such draft");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/apply", "[]"),
		400, "no object");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/apply", typed),
		200, "kept: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/apply", typed),
		200, "kept again: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/drafts/apply", NULL),
		200, "there");
	CHECK(outside_said(&world.said, "KAWABATA"), "as typed: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/drafts", NULL), 200,
		"listed");
	CHECK(outside_said(&world.said, "\"name\": \"apply\""), "by name: %s",
		SAID(&world));
	CHECK(!outside_said(&world.said, "KAWABATA"), "without its content");

	/* Nobody else's, and no word of it in the registry. */
	CHECK_INT(lra_world_curl(&world, "suzuki-auth", "GET", "/v1/drafts/apply", NULL),
		404, "not the colleague's");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM inkan.draft WHERE position("
				"'KAWABATA'::bytea IN sealed) > 0"),
		"0", "sealed");
	(void)postgres_sql(
		"INSERT INTO inkan.draft (person, name, sealed, saved_at) SELECT "
		"'suzuki', name, sealed, saved_at FROM inkan.draft");
	CHECK_INT(lra_world_curl(&world, "suzuki-auth", "GET", "/v1/drafts/apply", NULL),
		422, "moved to another's name it does not open: %s", SAID(&world));

	/* R-IDV-13 holds for what is typed, too. */
	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/apply",
			  "{\"values\":{\"note\":\"123456789018\"}}"),
		422, "no personal number: %s", SAID(&world));

	CHECK_INT(lra_world_curl(&world, "sato-auth", "PUT", "/v1/drafts/apply",
			  "{\"values\":null}"),
		200, "ended: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/drafts/apply", NULL),
		404, "gone");
	CHECK(kept("1"), "the other one lies there");
	(void)postgres_sql(
		"UPDATE inkan.draft SET saved_at = now() - interval '15 days'");
	for (int i = 0; i < 100 && !kept("0"); i++)
		usleep(100 * 1000);
	CHECK(kept("0"), "the keeper lets old ones go");
}

static const CU_TestInfo tests[] = {
	{ "names", test_names },
	{ "draft", test_draft },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_draft = { "lra/draft", tests, NULL, NULL };
