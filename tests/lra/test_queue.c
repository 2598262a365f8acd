/* The queue over TLS: counts equal the table, order by due time, colleagues' notes, search, history, preview. */
#include "common/base/table.h"
#include "lra/queue.h"
#include "lra/queue_store.h"

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

/* Enough of everything that the planner chooses as in a large registry. */
static void fill_registry(void)
{
	postgres_fresh();
	postgres_sql(
		"SET session_replication_role = replica; INSERT INTO issuer (id, name, "
		"certificate) VALUES (1, 'person', '');"
		" INSERT INTO application (id, receipt_number, lra, method, state, "
		"event, "
		"event_role, version, content, profile, subject_digest, display_name, "
		"name_key, entity, organization_number, key_origin, acceptance_id, "
		"entered_by, received_at, changed_at, notice_mail) OVERRIDING SYSTEM "
		"VALUE SELECT g, 'A26-' || lpad(g::text, 6, '0') || '-K', 'LRA-000' || g "
		"%% 9, 'counter', 'accepted', 'confirm', 'subscriber', 1, '{}', 'P', "
		"sha256(g::text::bytea), 'name ' || md5(g::text), 'key ' || "
		"md5(g::text), "
		"'LRA-0001:' || g, (1010405000000 + g / 100)::text, 'handover', g, "
		"'sato', "
		"now(), now(), 'n' || g || '@mirai.example' FROM generate_series(1, "
		"20000) "
		"g;"
		" INSERT INTO certificate_order (id, application_id, document, "
		"signature, "
		"document_sha256, state) OVERRIDING SYSTEM VALUE SELECT g, g, "
		"g::text::bytea, '', sha256(g::text::bytea), 'issued' FROM "
		"generate_series(1, 20000) g;"
		" INSERT INTO certificate (issuer_id, serial_number, issued_at, "
		"order_id, "
		"profile, profile_version, not_after, subject_digest, key_digest, der) "
		"SELECT 1, int8send(g), now(), g, 'P', 1, now(), sha256(g::text::bytea), "
		"sha256(g::text::bytea), int8send(g) FROM generate_series(1, 20000) g;"
		" ANALYZE");
}

/* UX feature 31: however many certificates there are, what is asked for by a number is found by an index. */
static void test_search_plan(void)
{
	const struct db_stmt *search = NULL;
	for (size_t i = 0; i < lra_queue_stmts.count; i++)
		if (strcmp(lra_queue_stmts.stmt[i]->name, "lra_search") == 0)
			search = lra_queue_stmts.stmt[i];
	if (!CHECK(search != NULL, "the search"))
		return;
	fill_registry();
	const char *plan = postgres_sql(
		"SET plan_cache_mode = force_generic_plan; PREPARE search AS %s; CREATE "
		"TEMP TABLE plan (line text); DO $$ DECLARE l text; BEGIN FOR l IN "
		"EXECUTE "
		"'EXPLAIN EXECUTE search(''L'', ''t'', ''e'', ARRAY[''s''::bytea], "
		"''a'', "
		"''b'', 9, '''', 50, ''c'', ''d'', ''f'', ''g'', ''1'')' LOOP INSERT "
		"INTO "
		"plan VALUES (l); END LOOP; END $$; SELECT string_agg(DISTINCT "
		"substring(line FROM '(Seq Scan on \\w+|using \\w+|Bitmap Index Scan on "
		"\\w+)'), ', ') FROM plan WHERE line ~ 'Scan'",
		search->text);
	static const char *const walked[] = { "application_by_receipt",
		"application_by_entity", "application_same_mail",
		"application_by_organization", "_sha256_idx", "_digest_idx", "_pkey" };
	for (size_t i = 0; i < COUNT(walked); i++)
		CHECK(strstr(plan, walked[i]) != NULL, "%s is walked: %s", walked[i],
			plan);
	/* All certificates of the test are of this month; the other parts are empty. */
	const char *month = postgres_sql("SELECT 'Seq Scan on certificate_' || "
					 "to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')");
	CHECK(strstr(plan, "Seq Scan on application,") == NULL &&
			strstr(plan, month) == NULL,
		"nothing is read whole: %s", plan);
}

/* UX feature 12: on hold, the clock stands; nobody goes on with it until a clerk resumes it; and it stands apart in the queue. */
static void test_on_hold(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], path[64], hold[80], resume[80];
	const char *made = world.good ? lra_world_apply(&world, "handover.json") : NULL;
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	snprintf(path, sizeof path, "/v1/applications/%s", receipt);
	snprintf(hold, sizeof hold, "%s/hold", path);
	snprintf(resume, sizeof resume, "%s/resume", path);
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s papers.json", receipt), 0,
		"evidence: %s", SAID(&world));
	static const struct {
		const char *body, *says;
	} wrong[] = {
		{ "{\"reason\":\"x\"}", "hold.reason" },
		{ "{\"reason\":\"other\"}", "hold.reason" },
		{ "{\"reason\":\"papers\",\"resumeOn\":\"2020-01-01\"}",
			"hold.resumeOn" },
		{ "{\"reason\":\"papers\",\"resumeOn\":\"2099-02-30\"}",
			"hold.resumeOn" },
		{ "{\"reason\":\"papers\",\"resumer\":\"suzuki\"}", "hold.resumer" },
		{ "{\"reason\":\"papers\",\"resumer\":\"other\"}", "hold.resumer" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", hold,
				  wrong[i].body),
			422, "%s: %s", wrong[i].body, SAID(&world));
		CHECK(outside_said(&world.said, wrong[i].says), "%s", SAID(&world));
	}
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", resume, "{}"), 409,
		"nothing to resume: %s", SAID(&world));
	postgres_sql("SET session_replication_role = replica; UPDATE inkan.application "
		     "SET changed_at = now() - interval '100 days'");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", hold,
			  "{\"reason\":\"papers\",\"note\":\"back of the licence\","
			  "\"resumeOn\":\"2099-12-31\",\"resumer\":\"tanaka\"}"),
		200, "on hold: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", hold,
			  "{\"reason\":\"papers\"}"),
		409, "not twice: %s", SAID(&world));
	says(&world, "/v1/queue/held", receipt);
	says(&world, "/v1/queue/held", "\"resumer\": \"tanaka\"");
	says(&world, "/v1/queue/held", "\"resumeOn\": \"2099-12-31\"");
	CHECK(!outside_said(&world.said, "dueAt"), "no due time: %s", SAID(&world));
	says(&world, "/v1/queue/identify", "\"cases\": []");
	says(&world, "/v1/queue/open", "\"tab\": \"held\"");
	says(&world, path, "back of the licence");
	says(&world, "/v1/office", "\"clerks\"");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM notice WHERE kind <> 'received'"),
		"0", "the applicant is told nothing");
	CHECK_INT(lra_world_run(&world, "tanaka", "identify %s --yes", receipt), 5,
		"not verified: %s", SAID(&world));
	CHECK(outside_said(&world.said, "hold") && outside_said(&world.said, "esume"),
		"and what to do: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "suzuki-auth", "POST", resume, "{}"), 403,
		"an approver does not resume: %s", SAID(&world));
	postgres_sql("SET session_replication_role = replica; UPDATE inkan.application "
		     "SET held_at = now() - interval '99 days'");
	CHECK_INT(lra_world_run(&world, "sato", "resume %s", receipt), 0, "resumed: %s",
		SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT round(extract(epoch FROM now() - changed_at) / "
				"86400) || coalesce(resumer, '-') FROM application"),
		"1-", "of a hundred days, one counts");
	CHECK_INT(lra_world_run(&world, "tanaka", "identify %s --yes", receipt), 0,
		"verified: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "suzuki", "hold %s --reason inquiry", receipt), 0,
		"the approver may ask for it, too: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT resumer || ' ' || entered_by FROM application"),
		"sato sato", "it waits for the clerk who entered it");
	CHECK_INT(lra_world_run(&world, "suzuki", "approve %s --yes", receipt), 5,
		"not approved: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "suzuki", "send-back %s --reason x", receipt), 5,
		"nor sent back: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "suzuki", "reject %s --reason x", receipt), 0,
		"but rejected: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT state || coalesce(resumer, '-') FROM "
				"application"),
		"rejected-", "which ends the hold, too");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", hold,
			  "{\"reason\":\"papers\"}"),
		409, "what has ended is not held: %s", SAID(&world));
}

/* What has ended is not revived, but its data taken up: both histories say so. */
static void test_copy(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], path[128];
	const char *made = world.good ? lra_world_apply(&world, "handover.json") : NULL;
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	CHECK_INT(lra_world_run(&world, "sato", "copy %s -o draft.json", receipt), 0,
		"a draft: %s", SAID(&world));
	CHECK(outside_said(&world.said, "consents anew"), "what is left to do: %s",
		SAID(&world));
	outside_run(&world.outside, &world.said,
		"jq --slurpfile a handover.json '.acceptance = $a[0].acceptance' "
		"draft.json >copy.json; jq '.version = 1' copy.json >correction.json");
	CHECK_INT(lra_world_run(&world, "sato", "apply copy.json"), 5,
		"not of an open one: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "amend %s correction.json", receipt), 1,
		"nor as a correction: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "suzuki", "reject %s --reason x", receipt), 0,
		"rejected: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "amend %s correction.json", receipt), 1,
		"it is not revived: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "other", "apply copy.json"), 4,
		"another LRA's clerk finds nothing: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "apply copy.json"), 0, "copied: %s",
		SAID(&world));
	snprintf(path, sizeof path, "/v1/applications/%s/history", receipt);
	says(&world, path, "\"applicationCopied\"");
	says(&world, path, "\"copy\": \"A26-000002-");
	CHECK_TEXT(postgres_sql("SELECT detail LIKE '{\"copyOf\":\"A26-000001-%%' FROM "
				"audit_event WHERE object LIKE 'A26-000002-%%'"),
		"t", "the new one names the old one");
	CHECK_TEXT(postgres_sql("SELECT string_agg(state, ' ' ORDER BY id) || "
				"count(DISTINCT subject_digest) FROM application"),
		"rejected received1", "the same data, and the old one as it was");
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
	{ "plan of the search", test_search_plan },
	{ "on hold", test_on_hold },
	{ "a copy", test_copy },
	{ "preview", test_preview },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_queue = { "lra/queue", tests, NULL, NULL };
