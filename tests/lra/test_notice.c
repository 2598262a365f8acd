/* What is told of an application: written with each step, once; reminders on their day, never in a heap; read over TLS. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/notice.h"

#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

static const char *told(const char *receipt)
{
	return postgres_sql("SELECT coalesce(string_agg(kind, ' ' ORDER BY n.id), '') "
			    "FROM notice n JOIN application a"
			    " ON a.id = application_id WHERE receipt_number = '%s'",
		receipt);
}

static bool says(struct lra_world *world, const char *path, const char *words)
{
	int status = lra_world_curl(world, "sato-auth", "GET", path, NULL);
	return CHECK_INT(status, 200, "%s: %s", path, SAID(world)) &&
	       CHECK(outside_said(&world->said, words), "%s says %s: %s", path, words,
		       SAID(world));
}

/* A step and what is told of it stand or fall together; the words are those meant for outside. */
static void test_steps(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], path[160];
	if (!CHECK(world.good, "the LRA serves"))
		return;
	const char *made = lra_world_apply(&world, "csr.json");
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	CHECK_TEXT(told(receipt), "received", "at once");
	CHECK_TEXT(postgres_sql("SELECT notice_mail IS NOT NULL AND notice_language = "
				"'ja' FROM application"),
		"t", "where: the mailbox of the certificate");
	if (!CHECK(lra_world_submit(&world, receipt), "approved: %s", SAID(&world)))
		return;
	CHECK_TEXT(told(receipt), "received approved", "identification is the house's");
	lra_world_verify(receipt);
	CHECK_TEXT(told(receipt), "received approved",
		"with a key of his own he waits on");
	CHECK(lra_world_issue(&world, receipt, "holder"), "issued: %s", SAID(&world));
	CHECK_TEXT(told(receipt), "received approved issued", "by the RA's step");

	/* Read, followed, and asked for anew. */
	says(&world, "/v1/notices", "\"kind\": \"issued\"");
	says(&world, "/v1/notices?limit=1", "\"next\": \"");
	says(&world, "/v1/notices?state=bounced", "\"notices\": []");
	says(&world, "/v1/notices?after=999999999-1", "\"next\": \"999999999-1\"");
	says(&world, "/v1/notices/1", "\"kind\": \"received\"");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/notices/99", NULL), 404,
		"none");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/notices?after=x", NULL),
		400, "no place");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", "/v1/notices/1/again",
			  "{}"),
		409, "it has nobody to go to yet: %s", SAID(&world));
	postgres_sql(
		"INSERT INTO notice_delivery (notice_id, channel, recipient, state, "
		"queued_at, next_at, changed_at)"
		" VALUES (1, 'mail', 'n@mirai.example', 'bounced', now(), now(), now())");
	says(&world, "/v1/queue/open", "\"noticeFailed\": true");
	snprintf(path, sizeof path, "/v1/applications/%s/history", receipt);
	says(&world, path, "\"state\": \"bounced\"");
	CHECK_INT(lra_world_curl(&world, "suzuki-auth", "POST", "/v1/notices/1/again",
			  "{}"),
		403, "not an approver's: %s", SAID(&world));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "POST", "/v1/notices/1/again",
			  "{}"),
		200, "asked for anew: %s", SAID(&world));
	CHECK(outside_said(&world.said, "\"round\": 2"), "another message: %s",
		SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM audit_event WHERE event = "
				"'noticeAskedAgain'"),
		"1", "on record");
	CHECK_INT(lra_world_run(&world, "sato", "notices list --state queued"), 0, "%s",
		SAID(&world));
	CHECK(outside_said(&world.said, "n@mirai.example"), "%s", SAID(&world));
}

/* The reason for the house does not leave it; the words for the applicant do. */
static void test_words(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], path[160];
	if (!CHECK(world.good, "the LRA serves"))
		return;
	const char *made = lra_world_apply(&world, "csr.json");
	if (!CHECK(made != NULL, "received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	snprintf(path, sizeof path, "/v1/applications/%s/reject", receipt);
	CHECK_INT(lra_world_curl(&world, "suzuki-auth", "POST", path,
			  "{\"reason\":\"forged badge\",\"forApplicant\":\"Please ask "
			  "the office.\"}"),
		200, "%s", SAID(&world));
	CHECK_TEXT(told(receipt), "received rejected", "told");
	CHECK_TEXT(postgres_sql("SELECT words FROM notice WHERE kind = 'rejected'"),
		"Please ask the office.", "in the words for outside");
}

#define DELIVERED                                                                        \
	"INSERT INTO delivery (application_id, issuer, serial_number, form, "            \
	"file_channel, delivered_by, delivered_at, "                                     \
	"receipt_due_at) SELECT id, 'person', '\\x0a', 'certificate', 'hand', 'sato', "  \
	"to_timestamp(1800000000), "                                                     \
	"to_timestamp(1801209600) FROM application;"                                     \
	"ALTER TABLE application DISABLE TRIGGER USER;"                                  \
	"UPDATE application SET state = 'delivered', changed_at = "                      \
	"to_timestamp(1800000000);"                                                      \
	"ALTER TABLE application ENABLE TRIGGER USER"

static const char *reminded(int64_t now, const char *holidays)
{
	postgres_sql("SELECT notice_reminders(%lld, '{%s}')", (long long)now, holidays);
	return postgres_sql("SELECT coalesce(string_agg(kind || days, ' ' ORDER BY id), "
			    "'') FROM notice WHERE days IS NOT NULL");
}

/* 7, 14 and 21 days behind the hand-over, each once; what was missed is not caught up. */
static void test_receipt_reminders(void)
{
	static const int64_t day = 86400, handed = 1800000000;
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good && lra_world_apply(&world, "csr.json") != NULL, "received"))
		return;
	postgres_sql(DELIVERED);
	CHECK_TEXT(reminded(handed + 7 * day - 1, ""), "", "a second before");
	CHECK_TEXT(reminded(handed + 7 * day, ""), "receiptReminder7", "a week");
	CHECK_TEXT(reminded(handed + 9 * day, ""), "receiptReminder7", "once");
	CHECK_TEXT(reminded(handed + 40 * day, ""), "receiptReminder7 receiptReminder21",
		"nobody looked for weeks: the last one alone");
	CHECK_TEXT(reminded(handed + 80 * day, ""), "receiptReminder7 receiptReminder21",
		"and no more");
}

/* The days for the receipt run out: a revocation is proposed, not asked for; mails that came back raise a flag. */
static void test_chase(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24], path[160];
	const char *made = world.good ? lra_world_apply(&world, "csr.json") : NULL;
	if (!CHECK(made != NULL, "received"))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	snprintf(path, sizeof path, "/v1/applications/%s/history", receipt);
	postgres_sql(DELIVERED);
	postgres_sql("ALTER TABLE application DISABLE TRIGGER USER;"
		     "UPDATE application SET changed_at = now() - interval '29 days';"
		     "ALTER TABLE application ENABLE TRIGGER USER");
	says(&world, path, "\"days\": 21");
	says(&world, "/v1/queue/revoke", "\"cases\": []");
	postgres_sql("ALTER TABLE application DISABLE TRIGGER USER;"
		     "UPDATE application SET changed_at = now() - interval '31 days';"
		     "ALTER TABLE application ENABLE TRIGGER USER");
	says(&world, "/v1/queue/revoke", "\"event\": \"notReceived\"");
	says(&world, "/v1/queue/revoke", "\"proposed\": true");
	says(&world, "/v1/queue", "\"tab\": \"revoke\",\n      \"count\": 1");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM revocation"), "0",
		"nobody asked for it, and nobody will but a person");
	postgres_sql(
		"INSERT INTO notice (application_id, kind, deed, at) SELECT 1, kind, "
		"'1', "
		"now() FROM unnest(ARRAY['receiptAsked', 'receiptReminder']) kind;"
		"INSERT INTO notice_delivery (notice_id, channel, recipient, state, "
		"queued_at, next_at, changed_at) SELECT id, 'mail', 'n@mirai.example', "
		"'bounced', now(), now(), now() FROM notice WHERE kind = 'receiptAsked'");
	says(&world, "/v1/queue/receipt", "\"noticeFailed\": true");
	CHECK(!outside_said(&world.said, "undelivered"), "one is none");
	postgres_sql("INSERT INTO notice_delivery (notice_id, channel, recipient, state, "
		     "queued_at, next_at, changed_at) SELECT id, 'mail', "
		     "'n@mirai.example', 'failed', now(), now(), now() FROM notice "
		     "WHERE kind = 'receiptReminder'");
	says(&world, "/v1/queue/receipt", "\"undelivered\": 2");
	postgres_sql("INSERT INTO notice (application_id, kind, deed, at) VALUES (1, "
		     "'receiptReminder', '2', now());"
		     "INSERT INTO notice_delivery (notice_id, channel, recipient, state, "
		     "queued_at, next_at, changed_at) SELECT max(id), 'mail', "
		     "'m@mirai.example', 'sent', now(), now(), now() FROM notice");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/queue/receipt", NULL),
		200, "%s", SAID(&world));
	CHECK(!outside_said(&world.said, "noticeFailed"), "the next one arrived: %s",
		SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "queue revoke"), 0, "%s", SAID(&world));
	CHECK(outside_said(&world.said, "(proposed)"), "%s", SAID(&world));
	postgres_sql("INSERT INTO revocation (issuer, serial_number, reason, event, "
		     "requester, statement, signature, statement_sha256, due_at) "
		     "SELECT issuer, serial_number, 5, 'notReceived', 'x', '\\x00', "
		     "'\\x00', sha256('\\x00'), now() FROM delivery");
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/queue/revoke", NULL),
		200, "%s", SAID(&world));
	CHECK(!outside_said(&world.said, "proposed"), "a person did: %s", SAID(&world));
}

/* At 60, 30, 15, 5 and 1 days before the end, each once; not when it is revoked, nor when there is a newer one. */
static void test_expiring(void)
{
	static const int64_t day = 86400;
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	char receipt[24];
	int64_t end;
	const char *made = world.good ? lra_world_apply(&world, "csr.json") : NULL;
	if (!CHECK(made != NULL, "received"))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	if (!CHECK(lra_world_submit(&world, receipt), "approved"))
		return;
	lra_world_verify(receipt);
	if (!CHECK(lra_world_issue(&world, receipt, "holder"), "issued: %s",
		    SAID(&world)))
		return;
	postgres_sql("ALTER TABLE application DISABLE TRIGGER USER;"
		     "UPDATE application SET state = 'accepted';"
		     "ALTER TABLE application ENABLE TRIGGER USER");
	CHECK_OK(text_to_int(postgres_sql("SELECT extract(epoch FROM not_after)::bigint "
					  "FROM certificate"),
			 0, INT64_MAX / 2, &end),
		"its end");
	CHECK_TEXT(reminded(end - 85 * day, ""), "", "long before");
	CHECK_TEXT(reminded(end - 10 * day, ""), "expiring15", "the first");
	CHECK_TEXT(reminded(end - 9 * day, ""), "expiring15", "once");
	CHECK_TEXT(reminded(end - 6 * 3600, ""), "expiring15 expiring1",
		"5 was missed: the last one alone");
	CHECK_TEXT(reminded(end + 1, ""), "expiring15 expiring1", "behind its end");
	postgres_sql(
		"INSERT INTO certificate_revocation (issuer_id, serial_number, "
		"revocation_date, reason, not_after)"
		" SELECT issuer_id, serial_number, now(), 4, not_after FROM certificate");
	CHECK_TEXT(reminded(end - 3 * 3600, ""), "expiring15 expiring1", "it is revoked");
	CHECK_TEXT(postgres_sql("SELECT notice_revocations(10)"), "1",
		"which is told by whoever follows");
	CHECK_TEXT(postgres_sql("SELECT notice_revocations(10)"), "0", "once");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM notice WHERE kind = 'revoked'"),
		"1", "it is told");
}

/* Days before the end, at 9 in Japan, moved before weekends and holidays. */
static void test_days(void)
{
	static const struct {
		const char *end, *days, *holidays, *want;
	} rows[] = {
		{ "2026-11-27T03:00:00Z", "1", "", "2026-11-26T00:00:00Z" },
		{ "2026-11-23T03:00:00Z", "1", "",
			"2026-11-20T00:00:00Z" }, /* a Sunday */
		{ "2026-11-24T03:00:00Z", "1", "2026-11-23", "2026-11-20T00:00:00Z" },
		{ "2026-11-26T15:00:00Z", "1", "",
			"2026-11-26T00:00:00Z" }, /* the 27th there */
		{ "2027-01-05T03:00:00Z", "5",
			"2026-12-29,2026-12-30,2026-12-31,2027-01-01",
			"2026-12-28T00:00:00Z" },
	};
	postgres_fresh();
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_TEXT(postgres_sql("SELECT to_char(inkan.notice_day('%s', %s, "
					"'{%s}'::date[]) AT TIME ZONE 'UTC', "
					"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
				   rows[i].end, rows[i].days, rows[i].holidays),
			rows[i].want, "%s, %s days before", rows[i].end, rows[i].days);
}

static const CU_TestInfo tests[] = {
	{ "steps", test_steps },
	{ "words", test_words },
	{ "receipt reminders", test_receipt_reminders },
	{ "chase", test_chase },
	{ "expiring", test_expiring },
	{ "days", test_days },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_notice = { "lra/notice", tests, NULL, NULL };
