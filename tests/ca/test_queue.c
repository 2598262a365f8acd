/* Tests of the CA's rounds: a row that is wrong is answered on that row, and never holds up the others. */
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/check.h"
#include "tests/support/offices.h"
#include "tests/support/postgres.h"
#include "tests/support/stand_in_signer.h"

#define AS_ORDERS "SET SESSION AUTHORIZATION inkan_orders; SET search_path = inkan; "
#define AS_CA     "SET SESSION AUTHORIZATION inkan_ca; SET search_path = inkan; "
#define AS_LRA    "SET SESSION AUTHORIZATION inkan_lra; SET search_path = inkan; "

/* Orders of so many applications, placed by the RA. */
static bool placed(struct offices *offices, int count)
{
	size_t done;
	if (!CHECK(offices->good, "the offices stand") ||
		!CHECK_OK(ca_register_issuers(&offices->ca, clock_now()), "issuers"))
		return false;
	for (int i = 0; i < count; i++)
		offices_submit(offices, 200001 + i);
	return CHECK_OK(ra_verify(&offices->ra, clock_now(), &done), "verified") &&
	       CHECK_OK(ra_order(&offices->ra, clock_now(), &done), "ordered") &&
	       CHECK_INT(done, count, "all of them");
}

static const char *order_state(int number)
{
	return postgres_sql("SELECT state FROM inkan.certificate_order ORDER BY id "
			    "OFFSET %d LIMIT 1",
		number);
}

/* A stranger's bytes in every place that an order has. */
static void test_accept(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	size_t done;
	if (!placed(offices, 3))
		return;
	postgres_sql(
		"ALTER TABLE inkan.certificate_order DISABLE TRIGGER USER;"
		"UPDATE inkan.certificate_order SET signature = '' WHERE id = 1;"
		"UPDATE inkan.certificate_order SET document = d, document_sha256 = "
		"sha256(d) FROM (SELECT convert_to(repeat('髙', 5000), 'UTF8') AS d) x "
		"WHERE id = 2;"
		"ALTER TABLE inkan.certificate_order ENABLE TRIGGER USER");
	CHECK_OK(ca_accept(&offices->ca, clock_now(), &done), "a round");
	CHECK_INT(done, 3, "all are answered");
	CHECK_TEXT(order_state(0), "refused", "without a signature");
	CHECK_TEXT(order_state(1), "refused", "another document");
	CHECK_TEXT(order_state(2), "accepted", "the good one: %s",
		postgres_sql("SELECT coalesce(refusal, '') FROM inkan.certificate_order "
			     "WHERE id = 3"));
}

static pid_t signer(struct offices *offices, int wrong)
{
	char key[200];
	snprintf(key, sizeof key, "%s/person.key", offices->world.outside.folder);
	return stand_in_signer_start(&offices->ca, "person", key, wrong,
		&offices->ca.signer);
}

/* proves R-ISS-03: what is not what was ordered is no certificate, and the other orders of the batch get theirs */
static void test_issue_differs(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	size_t done;
	if (!placed(offices, 3) ||
		!CHECK_OK(ca_accept(&offices->ca, clock_now(), &done), "accepted"))
		return;
	pid_t pid = signer(offices, 1);
	CHECK_OK(ca_issue(&offices->ca, clock_now(), &done), "a round");
	stand_in_signer_stop(pid, &offices->ca.signer);
	CHECK_TEXT(order_state(0), "issued", "the first");
	CHECK_TEXT(order_state(1), "refused", "the one that differs");
	CHECK_TEXT(order_state(2), "issued", "the last");
	CHECK_TEXT(postgres_sql(
			   "SELECT string_agg(order_id::text, ' ' ORDER BY order_id) "
			   "FROM inkan.certificate"),
		"1 3", "their certificates");
}

/* A reservation that a crash left, in each of the ways it may stand there. */
static void test_issue_reserved(void)
{
	static const struct {
		const char *name, *reserve, *state, *used;
	} rows[] = {
		{ "the CA's own, of a moment ago",
			"(3, '\\x4011', 1, now(), now() + interval '365 d' - interval '1 "
			"s')",
			"issued", "t" },
		{ "of another issuer, from before the settings were changed",
			"(1, '\\x4011', 1, now(), now() + interval '365 d')", "issued",
			"f" },
		{ "two, as two lives of the CA may leave them",
			"(1, '\\x4011', 1, now(), now()), (3, '\\x4012', 1, now(), now() "
			"+ "
			"interval '365 d')",
			NULL, NULL },
		{ "dated back before the order",
			"(3, '\\x4011', 1, now() - interval '1 d', now() + interval '364 "
			"d' - interval '1 s')",
			"refused", "f" },
		{ "before all time",
			"(3, '\\x4011', 1, to_timestamp(-100), to_timestamp(-100) + "
			"interval '365 d' - interval '1 s')",
			"refused", "f" },
		{ "stretched", "(3, '\\x4011', 1, now(), now() + interval '9 years')",
			"refused", "f" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		AUTO(offices_free) struct offices *offices = offices_open();
		size_t done;
		if (!placed(offices, 2) ||
			!CHECK_OK(ca_accept(&offices->ca, clock_now(), &done),
				"accepted"))
			return;
		postgres_sql(
			"ALTER TABLE inkan.serial_reservation DROP CONSTRAINT times");
		postgres_sql(AS_CA
			"INSERT INTO serial_reservation (issuer_id, serial_number, "
			"order_id, not_before, not_after) SELECT a, b::bytea, c, "
			"date_trunc('second', d), date_trunc('second', e)"
			" FROM (VALUES %s) v (a, b, c, d, e)",
			rows[i].reserve);
		pid_t pid = signer(offices, -1);
		CHECK_OK(ca_issue(&offices->ca, clock_now(), &done), "%s", rows[i].name);
		stand_in_signer_stop(pid, &offices->ca.signer);
		CHECK_INT(done, 2, "%s: each order once", rows[i].name);
		CHECK_TEXT(order_state(1), "issued", "%s: the other order", rows[i].name);
		if (rows[i].state == NULL)
			continue;
		CHECK_TEXT(order_state(0), rows[i].state, "%s: %s", rows[i].name,
			postgres_sql("SELECT coalesce(refusal, '') FROM "
				     "inkan.certificate_order WHERE id = 1"));
		CHECK_TEXT(postgres_sql("SELECT EXISTS (SELECT FROM inkan.certificate "
					"WHERE serial_number = '\\x4011')"),
			rows[i].used, "%s: its number is used", rows[i].name);
	}
}

/* One certificate, and its application knows of it. */
static bool issued(struct offices *offices)
{
	size_t done;
	if (!placed(offices, 1) ||
		!CHECK_OK(ca_accept(&offices->ca, clock_now(), &done), "accepted"))
		return false;
	pid_t pid = signer(offices, -1);
	CHECK_OK(ca_issue(&offices->ca, clock_now(), &done), "issued");
	stand_in_signer_stop(pid, &offices->ca.signer);
	return CHECK_OK(ra_collect(&offices->ra, clock_now(), &done), "collected") &&
	       CHECK_INT(done, 1, "one");
}

/* Requests that nobody signed, beside one by a clerk, for a certificate that was issued. */
static void test_revoke(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	size_t done;
	if (!issued(offices))
		return;
	char serial[64];
	snprintf(serial, sizeof serial, "%s",
		postgres_sql("SELECT encode(serial_number, 'hex') FROM "
			     "inkan.certificate"));
	postgres_sql(AS_LRA
		"INSERT INTO revocation (issuer, serial_number, reason, event, "
		"requester, "
		"statement, signature, statement_sha256, due_at)"
		" SELECT i, s, 1, 'keyExposed', 'x', d, 'y', sha256(d), now() FROM "
		"(VALUES "
		"('nobody', '\\x01'::bytea, '{'::bytea),"
		" ('person', '', convert_to(repeat('髙', 9000), 'UTF8')),"
		" ('person', '\\x%s', '{\"type\":\"inkan.decision.1\"}')) v (i, s, d)",
		serial);
	CHECK_INT(lra_world_run(&offices->world, "sato",
			  "revoke %s --event lostDevice --requester telephone --yes",
			  postgres_sql("SELECT receipt_number FROM inkan.application")),
		0, "a clerk's: %s", buf_text(&offices->world.said));
	CHECK_OK(ca_revoke(&offices->ca, clock_now(), &done), "a round");
	CHECK_INT(done, 4, "all are answered");
	CHECK_TEXT(postgres_sql("SELECT string_agg(state, ' ' ORDER BY id) FROM "
				"inkan.revocation"),
		"refused refused refused done", "each for itself");
}

/* proves R-ISS-19: a lost key gives the same decisions another turn, so that word is taken from the signature alone */
static void test_revoke_event(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	size_t done;
	if (!issued(offices))
		return;
	CHECK_INT(lra_world_run(&offices->world, "sato",
			  "revoke %s --event replaced --requester telephone --yes",
			  postgres_sql("SELECT receipt_number FROM inkan.application")),
		0, "a clerk's: %s", buf_text(&offices->world.said));
	postgres_sql("ALTER TABLE inkan.revocation DISABLE TRIGGER guard;"
		     "UPDATE inkan.revocation SET event = 'keyLost';"
		     "ALTER TABLE inkan.revocation ENABLE TRIGGER guard");
	CHECK_OK(ca_revoke(&offices->ca, clock_now(), &done), "a round");
	CHECK_TEXT(postgres_sql("SELECT state || ' ' || refusal FROM inkan.revocation"),
		"refused the request is not the one that was signed", "as signed only");
}

/* A new CA is put before the old ones in issuers.cfg: each keeps the number that its certificates stand under. */
static void test_issuer_numbers(void)
{
	AUTO(offices_free) struct offices *offices = offices_open();
	if (!CHECK(offices->good, "the offices stand"))
		return;
	postgres_sql(AS_CA "INSERT INTO issuer (id, name, certificate) VALUES (1, "
			   "'older', 'x'), (2, 'old', 'y')");
	CHECK_OK(ca_register_issuers(&offices->ca, clock_now()), "registered");
	CHECK_OK(ca_register_issuers(&offices->ca, clock_now()), "again");
	CHECK_TEXT(postgres_sql("SELECT string_agg(name, ' ' ORDER BY id) FROM "
				"inkan.issuer"),
		"older old staff systems person", "in the order of their coming");
}

static const CU_TestInfo tests[] = {
	{ "accept", test_accept },
	{ "a certificate that differs", test_issue_differs },
	{ "reservations", test_issue_reserved },
	{ "revoke", test_revoke },
	{ "revoke for another event", test_revoke_event },
	{ "numbers of issuers", test_issuer_numbers },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_ca_queue = { "ca/queue", tests, NULL, NULL };
