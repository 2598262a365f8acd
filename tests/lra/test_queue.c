/* The queue over TLS: counts equal the table, order by due time, colleagues' notes, search, history, preview. */
#include "common/base/table.h"
#include "lra/queue.h"

#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

/* Every open state stands in one tab of its own, for keys of either birth, and "open" has them all. */
static void test_tabs(void)
{
	size_t count;
	const struct queue_tab *tabs = queue_tabs(&count);
	CHECK_TEXT(tabs[count - 1].name, "open", "the last one");
	for (size_t i = 0; i < tabs[count - 1].state_count; i++)
		for (int handover = 0; handover < 2; handover++)
			CHECK(queue_tab_find(queue_tab_of(tabs[count - 1].state[i],
				      handover)) != NULL,
				"%s waits for somebody",
				application_state_name(tabs[count - 1].state[i]));
	CHECK_TEXT(queue_tab_of(APP_VERIFIED, true), "deliver", "its key is made there");
	CHECK_TEXT(queue_tab_of(APP_VERIFIED, false), "progress", "the RA's turn");
	CHECK_TEXT(queue_tab_of(APP_ACCEPTED, true), "closed", "nobody's turn");
	CHECK(queue_tab_find("closed") == NULL, "no tab");
}

static bool says(struct lra_world *world, const char *path, const char *words)
{
	int status = lra_world_curl(world, "sato-auth", "GET", path, NULL);
	return CHECK_INT(status, 200, "%s: %s", path, SAID(world)) &&
	       CHECK(outside_said(&world->said, words), "%s says %s: %s", path, words,
		       SAID(world));
}

static void test_queue(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], none[24], path[128];
	if (!CHECK(world.good, "the LRA serves") ||
		!CHECK_OK(receipt_number_write(2026, 999999, none), "of nobody"))
		return;
	says(&world, "/v1/queue", "\"count\": 0");
	const char *made = lra_world_apply(&world, "csr.json");
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	says(&world, "/v1/queue", "\"count\": 1");
	says(&world, "/v1/queue/identify", receipt);
	says(&world, "/v1/queue/open", receipt);
	says(&world, "/v1/queue/open?limit=1", "\"next\": \"");
	says(&world, "/v1/queue/approve", "\"cases\": []");
	says(&world, "/v1/queue/revoke", "\"cases\": []");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/queue/none", NULL), 404,
		"no such tab");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/queue/open?after=x",
			  NULL),
		400, "no such page");

	/* Who works on it. */
	says(&world, "/v1/queue/open?mine=true", "\"cases\": []");
	snprintf(path, sizeof path, "/v1/applications/%s/take", receipt);
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", path, "{}"), 200,
		"taken: %s", SAID(&world));
	says(&world, "/v1/queue/open?mine=true", "\"takenBy\": \"sato\"");
	says(&world, "/v1/queue", "\"mine\": 1");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", path, "{\"back\":true}"),
		200, "given back: %s", SAID(&world));
	says(&world, "/v1/queue", "\"mine\": 0");
	snprintf(path, sizeof path, "/v1/applications/%s/take", none);
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", path, "{}"), 404,
		"no such case: %s", SAID(&world));

	/* Found by each of its names; a number that may be somebody's is not even looked for (R-IDV-13). */
	snprintf(path, sizeof path, "/v1/search?text=%s", receipt);
	says(&world, path, receipt);
	says(&world, "/v1/search?text=takaHASHI", receipt);
	says(&world, "/v1/search?text=ta", receipt);
	says(&world, "/v1/search?text=kahashi", receipt);
	says(&world, "/v1/search?text=ka", "\"cases\": []");
	says(&world, "/v1/search?text=A26-", receipt);
	says(&world, "/v1/search?text=takahashi&state=received", receipt);
	says(&world, "/v1/search?text=takahashi&state=issued", "\"cases\": []");
	says(&world, "/v1/search?text=takahashi&limit=1", "\"next\": 1");
	says(&world, "/v1/search?text=takahashi&before=1", "\"cases\": []");
	says(&world, "/v1/search?text=%25", "\"cases\": []");
	says(&world, "/v1/search?text=abcdef0123", "\"cases\": []");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET",
			  "/v1/search?text=123456789018", NULL),
		422, "a personal number: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/search?text=%20", NULL),
		400, "nothing: %s", SAID(&world));

	/* What happened, with who did it. */
	snprintf(path, sizeof path, "/v1/applications/%s/history", receipt);
	says(&world, path, "\"applicationReceived\"");
	says(&world, path, "\"applicationTaken\"");
	says(&world, path, "\"nameJa\"");
	snprintf(path, sizeof path, "/v1/applications/%s/history", none);
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", path, NULL), 404, "none: %s",
		SAID(&world));
	says(&world, "/v1/office", "\"organizationNames\"");
	says(&world, "/v1/office", "\"lostDevice\"");
}

/* The page shows what would be issued before anything is kept. */
static void test_preview(void)
{
	static const char body[] =
		"{\"profile\":\"P-PERSON-MP\",\"subject\":{\"countryName\":\"JP\","
		"\"commonName\":\"\xEF\xBC\xA1 B\"},\"key\":{\"origin\":\"handover\"}}";
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", "/v1/preview", body), 200,
		"%s", SAID(&world));
	CHECK(outside_said(&world.said, "C=JP, CN=A B"), "the Name: %s", SAID(&world));
	CHECK(outside_said(&world.said, "acceptance.missing"), "its faults: %s",
		SAID(&world));
	CHECK(outside_said(&world.said, "\"to\": \"A B\""), "what was repaired: %s",
		SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM application_version"), "0",
		"nothing is stored");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", "/v1/preview", "{"), 400,
		"%s", SAID(&world));
}

static const CU_TestInfo tests[] = {
	{ "tabs", test_tabs },
	{ "queue", test_queue },
	{ "preview", test_preview },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_queue = { "lra/queue", tests, NULL, NULL };
