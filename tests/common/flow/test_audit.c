#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static struct db *writer, *chainer;

static void set_up(void)
{
	postgres_fresh();
	if (err_is(db_open(postgres_conninfo("inkan_ca"), &audit_store_writing, 1,
		    &writer)) ||
		err_is(db_open(postgres_conninfo("inkan_audit"), &audit_store_chain, 1,
			&chainer)))
		abort();
}

static void tear_down(void)
{
	db_close(writer);
	db_close(chainer);
	writer = chainer = NULL;
}

static RESULT append(struct db *db, size_t count)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(db, &tx));
	for (size_t i = 0; i < count; i++) {
		char object[40];
		snprintf(object, sizeof object, "order %zu", i);
		const struct audit_event event = { .name = audit_event_name(
							   AUDIT_ORDER_PLACED),
			.at = 1700000000,
			.actor = "ra",
			.role = "ra",
			.origin = "test",
			.object = object,
			.detail = "{\"n\":1}" };
		TRY(audit_store_append(tx, &event));
	}
	return db_commit(&tx);
}

static void seal_all(void)
{
	size_t count;
	CHECK_OK(audit_store_seal(chainer, 1700000001, 3, &count), "seal");
	while (count > 0)
		CHECK_OK(audit_store_seal(chainer, 1700000001, 3, &count), "seal");
}

/* proves R-LOG-01: whoever changes, removes or swaps a row, even as superuser, is named by the verifier */
static void test_chain_notices(void)
{
	static const struct {
		const char *sql, *what;
	} deeds[] = {
		{ "UPDATE audit_event SET actor = 'nobody' WHERE id = 5", "changed" },
		{ "DELETE FROM audit_event WHERE id = 5", "deleted" },
		{ "UPDATE audit_event SET detail = '{\"n\":2}', digest = sha256('x') "
		  "WHERE id = 5",
			"changed with its digest" },
		{ "DELETE FROM audit_link WHERE sequence = 2", "a link removed" },
		{ "UPDATE audit_link SET event_ids = ARRAY[1, 3, 2] WHERE sequence = 1",
			"reordered" },
		{ "UPDATE audit_link SET digest = sha256('x') WHERE sequence = 2",
			"a link changed" },
	};
	for (size_t i = 0; i < COUNT(deeds); i++) {
		struct audit_report report;
		tear_down();
		set_up();
		CHECK_OK(append(writer, 8), "append");
		seal_all();
		CHECK_OK(audit_store_verify(chainer, NULL, &report), "%s: whole before",
			deeds[i].what);
		CHECK_INT(report.events, 8, "%s", deeds[i].what);
		CHECK_INT(report.unsealed, 0, "%s", deeds[i].what);
		postgres_sql("SET session_replication_role = replica; %s", deeds[i].sql);
		CHECK_ERR(audit_store_verify(chainer, NULL, &report), E_CRYPTO, "%s",
			deeds[i].what);
	}
}

/* A walk goes on where it was, stays before a break, and is written down as it ended. */
static void test_walk(void)
{
	struct audit_walk walk = { .links = 0 }, before;
	bool over = true;
	CHECK_OK(append(writer, 8), "append");
	seal_all();
	CHECK_OK(audit_store_walk(chainer, &walk, NULL, &over), "walk");
	CHECK(!over, "whether anything is left is seen by the next look");
	CHECK_INT(walk.links, 3, "links of three");
	CHECK_INT(walk.events, 8, "events");
	CHECK_OK(audit_store_walk(chainer, &walk, NULL, &over), "again");
	CHECK(over, "nothing is left");
	CHECK_OK(append(writer, 1), "one more");
	seal_all();
	before = walk;
	postgres_sql("SET session_replication_role = replica;"
		     " UPDATE audit_event SET actor = 'x' WHERE id = 9");
	CHECK_ERR(audit_store_walk(chainer, &walk, NULL, &over), E_CRYPTO, "the break");
	CHECK_INT(walk.links, before.links, "it stays before it");
	CHECK(memcmp(walk.head, before.head, 32) == 0, "with the last good head");
	CHECK_OK(audit_store_note(chainer, 1700000002, &walk, "link 4"), "broken");
	CHECK_OK(audit_store_note(chainer, 1700000003, &walk, NULL), "whole");
	postgres_sql("SELECT 1 / (count(*) = 1)::int FROM audit_check WHERE fault IS NULL"
		     " AND links = 3 AND events = 8");
}

/* HOUSE part 1, property 6: a transaction that commits late is not passed over */
static void test_late_commit_is_sealed(void)
{
	AUTO(db_close) struct db *late = NULL;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct audit_report report;
	size_t count = 9;
	const struct audit_event event = { .name = audit_event_name(AUDIT_ORDER_PLACED),
		.at = 1700000000,
		.actor = "late",
		.role = "ra",
		.origin = "test",
		.object = "x",
		.detail = "{}" };
	CHECK_OK(db_open(postgres_conninfo("inkan_ca"), &audit_store_writing, 1, &late),
		"second writer");
	if (late == NULL)
		return;
	CHECK_OK(db_begin_read_committed(late, &tx), "begin");
	CHECK_OK(audit_store_append(tx, &event), "the late one takes the lower number");
	CHECK_OK(append(writer, 2), "others commit before it");
	CHECK_OK(audit_store_seal(chainer, 1, 100, &count), "seal");
	CHECK_INT(count, 0, "nothing is sealed while an older transaction is open");
	CHECK_OK(db_commit(&tx), "the late one commits");
	CHECK_OK(audit_store_seal(chainer, 1, 100, &count), "seal");
	CHECK_INT(count, 3, "all three, none missed");
	CHECK_OK(audit_store_verify(chainer, NULL, &report), "whole");
	CHECK_INT(report.unsealed, 0, "nothing left");
}

/* proves R-LOG-02: no log, no deed */
static void test_deed_fails_with_its_audit(void)
{
	postgres_sql("REVOKE INSERT ON audit_event FROM inkan_ca");
	CHECK_ERR(append(writer, 1), E_DENIED, "the log is blocked");
	postgres_sql("GRANT INSERT ON audit_event TO inkan_ca");
	CHECK_OK(append(writer, 1), "and open again");
}

static void test_many_at_once(void)
{
	enum { MANY = 1300 };
	static struct audit_event events[MANY];
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct audit_report report;
	for (size_t i = 0; i < MANY; i++)
		events[i] = (struct audit_event){ .name = audit_event_name(
							  AUDIT_CERTIFICATE_ISSUED),
			.at = 1700000000 + (int64_t)i,
			.actor = "ca",
			.role = "ca",
			.origin = "test",
			.object = "o",
			.detail = "{}",
			.refused = i % 2 == 1 };
	CHECK_OK(db_begin_read_committed(writer, &tx), "begin");
	CHECK_OK(audit_store_append_all(tx, events, MANY), "append");
	CHECK_OK(db_commit(&tx), "commit");
	seal_all();
	CHECK_OK(audit_store_verify(chainer, NULL, &report), "whole");
	CHECK_INT(report.events, MANY, "all");
}

static void test_every_event_has_its_clause(void)
{
	for (int kind = 0; kind < AUDIT_EVENT_COUNT; kind++)
		CHECK(audit_event_name((enum audit_event_kind)kind) != NULL &&
				audit_event_clause((enum audit_event_kind)kind) != NULL,
			"event %d has a row", kind);
}

static const CU_TestInfo tests[] = {
	{ "the chain notices every change", test_chain_notices },
	{ "a late commit is sealed too", test_late_commit_is_sealed },
	{ "a walk along the chain", test_walk },
	{ "no log, no deed", test_deed_fails_with_its_audit },
	{ "many events at once", test_many_at_once },
	{ "every event has its clause", test_every_event_has_its_clause },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_audit = { "common/flow/audit", tests, set_up, tear_down };
