/* Tests of the RA's rounds: a row that is wrong is answered on that row, and never holds up the others. */
#include "common/base/clock.h"
#include "tests/check.h"
#include "tests/support/offices.h"
#include "tests/support/postgres.h"

#define AS_LRA "SET SESSION AUTHORIZATION inkan_lra; SET search_path = inkan; "

/* What no honest LRA writes, but its database role can. */
static void spoil(const char *receipt, const char *set)
{
	postgres_sql("ALTER TABLE inkan.application DISABLE TRIGGER guard;"
		     "UPDATE inkan.application SET %s WHERE receipt_number = '%s';"
		     "ALTER TABLE inkan.application ENABLE TRIGGER guard",
		set, receipt);
}

static const char *refusal_of(const char *receipt)
{
	return postgres_sql("SELECT coalesce(refusal::json -> 0 ->> 'code', '') FROM "
			    "inkan.application WHERE receipt_number = '%s'",
		receipt);
}

static void test_verify(void)
{
	static const struct {
		const char *name, *set;
	} rows[] = {
		{ "no JSON", "content = '{', changed_at = to_timestamp(1)" },
		{ "a member of 300 octets, cut within a character",
			"content = convert_to('{\"' || repeat('a', 59) || repeat('髙', "
			"80) "
			"|| '\":1}', 'UTF8'), changed_at = to_timestamp(2)" },
	};
	AUTO(offices_free) struct offices *offices = offices_open();
	if (!CHECK(offices->good, "the offices stand"))
		return;
	char bad[2][24], good[24];
	size_t done;
	for (size_t i = 0; i < 2; i++) {
		snprintf(bad[i], sizeof bad[i], "%s",
			offices_submit(offices, 200001 + (int)i));
		spoil(bad[i], rows[i].set);
	}
	snprintf(good, sizeof good, "%s", offices_submit(offices, 200009));
	CHECK_OK(ra_verify(&offices->ra, clock_now(), &done), "a round");
	CHECK_INT(done, 3, "all are answered");
	CHECK_TEXT(lra_world_state(good), "verified", "the good one: %s",
		refusal_of(good));
	for (size_t i = 0; i < 2; i++) {
		CHECK_TEXT(lra_world_state(bad[i]), "refused", "%s", rows[i].name);
		CHECK_TEXT(refusal_of(bad[i]), "application.form", "%s", rows[i].name);
	}
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM inkan.audit_event WHERE event = "
				"'applicationRefused'"),
		"2", "each refusal is audited");
}

/* Between the RA's yes and its order, the LRA's role may add evidence and decisions. */
static void test_order(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	if (!CHECK(offices->good, "the offices stand"))
		return;
	char bad[2][24], good[24];
	size_t done;
	for (size_t i = 0; i < 2; i++)
		snprintf(bad[i], sizeof bad[i], "%s",
			offices_submit(offices, 200001 + (int)i));
	snprintf(good, sizeof good, "%s", offices_submit(offices, 200009));
	CHECK_OK(ra_verify(&offices->ra, clock_now(), &done), "a round");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM inkan.application WHERE state = "
				"'verified'"),
		"3", "all are verified: %s", refusal_of(good));
	postgres_sql(AS_LRA "INSERT INTO evidence (application_id, kind, sha256, method, "
			    "proves, examined_by, examined_at)"
			    " SELECT id, 'k', sha256(i::text::bytea), 'original', '{x}', "
			    "'sato', now() FROM application,"
			    " generate_series(1, 40) i WHERE receipt_number = '%s'",
		bad[0]);
	postgres_sql("ALTER TABLE inkan.decision DROP CONSTRAINT sizes");
	postgres_sql(AS_LRA "INSERT INTO decision (application_id, kind, "
			    "application_version, person, form, statement, signature, "
			    "statement_sha256, decided_at)"
			    " SELECT id, 'approve', version, 'suzuki', 'no such form at "
			    "all', 'x', 'y', sha256('x'), now()"
			    " FROM application WHERE receipt_number = '%s'",
		bad[1]);
	CHECK_OK(ra_order(&offices->ra, clock_now(), &done), "a round");
	CHECK_INT(done, 3, "all are answered");
	CHECK_TEXT(lra_world_state(good), "ordered", "the good one");
	for (size_t i = 0; i < 2; i++)
		CHECK_TEXT(lra_world_state(bad[i]), "refused", "bad one %zu: %s", i,
			refusal_of(bad[i]));
}

/* An answer that no step fits to is left, the others are collected. */
static void test_collect(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	if (!CHECK(offices->good, "the offices stand"))
		return;
	char bad[24], good[24];
	size_t done;
	snprintf(bad, sizeof bad, "%s", offices_submit(offices, 200001));
	snprintf(good, sizeof good, "%s", offices_submit(offices, 200009));
	CHECK_OK(ra_verify(&offices->ra, clock_now(), &done), "verified");
	CHECK_OK(ra_order(&offices->ra, clock_now(), &done), "ordered");
	CHECK_INT(done, 2, "both");
	postgres_sql(
		"SET search_path = inkan; UPDATE certificate_order SET state = "
		"'accepted'; UPDATE certificate_order SET state = 'issued';"
		/* A row that its own constraint no longer lets change, as after a restore. */
		" ALTER TABLE application ADD CONSTRAINT spoilt CHECK "
		"(receipt_number <> '%s') NOT VALID",
		bad);
	CHECK_OK(ra_collect(&offices->ra, clock_now(), &done), "collected");
	CHECK_INT(done, 1, "the good one");
	CHECK_TEXT(lra_world_state(good), "issued", "its state");
	CHECK_TEXT(lra_world_state(bad), "ordered", "the other one stays");
	CHECK_OK(ra_collect(&offices->ra, clock_now(), &done), "again");
	CHECK_INT(done, 0, "which keeps nobody busy");
}

static const CU_TestInfo tests[] = {
	{ "verify", test_verify },
	{ "order", test_order },
	{ "collect", test_collect },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_ra_queue = { "ra/queue", tests, NULL, NULL };
