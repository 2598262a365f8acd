/* What the registry lets the subscribers' pages do, as role inkan_subscriber on a real database. */
#include "lra/subscriber/store.h"

#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

#define DELIVERED "A26-000001-X"
#define ISSUED    "A26-000002-X"
#define UNKNOWN   "A26-000003-X"

enum { NOW = 1800000000, HOUR = 3600, DAY = 24 * HOUR };
static const uint8_t salt[16] = { 1 }, hash[32] = { 2 };

/* One application that was handed over, one that was not; the guards are out of the way, for how they came is not asked here. */
static struct db *prepare(void)
{
	struct db *db = NULL;
	postgres_fresh();
	postgres_sql("SET session_replication_role = replica; INSERT INTO application "
		     "(receipt_number, lra, method, state, event, event_role, version, "
		     "content, profile, subject_digest, display_name, entity, "
		     "key_origin, acceptance_id, entered_by, received_at, changed_at) "
		     "SELECT n, 'LRA-0001', 'counter', s, 'x', 'x', 1, '', 'P', "
		     "sha256(''), 'n', 'e', 'handover', i, 'sato', now(), now() "
		     "FROM (VALUES ('" DELIVERED "', 'delivered', 1), "
		     "('" ISSUED "', 'issued', 2)) v (n, s, i)");
	CHECK_OK(db_open(postgres_conninfo("inkan_subscriber"), &subscriber_stmts, 1,
			 &db),
		"open");
	return db;
}

static struct err set_phrase(struct db *db, const char *receipt)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin(db, &tx));
	TRY(subscriber_store_set_phrase(tx, receipt, BLOB(salt), BLOB(hash), NOW));
	return db_commit(&tx);
}

static int try_at(struct db *db, const char *receipt, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	enum subscriber_verdict verdict = PHRASE_NONE;
	uint8_t got_salt[16] = { 0 }, got_hash[32] = { 0 };
	CHECK_OK(db_begin_read_committed(db, &tx), "begin");
	CHECK_OK(subscriber_store_try(tx, receipt, now, &verdict, got_salt, got_hash),
		"try");
	CHECK_OK(db_commit(&tx), "commit");
	CHECK((verdict == PHRASE_TRY) == (memcmp(got_salt, salt, 16) == 0 &&
						 memcmp(got_hash, hash, 32) == 0),
		"what to compare with comes with a try, and only then");
	return (int)verdict;
}

static struct err write_letter(struct db *db, const char *receipt, const char *kind,
	const char *event, struct blob certificate)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin(db, &tx));
	TRY(subscriber_store_write(tx, receipt, kind, event, certificate, NOW));
	return db_commit(&tx);
}

static void test_tries(void)
{
	AUTO(db_close) struct db *db = prepare();
	CHECK_ERR(set_phrase(db, ISSUED), E_STATE, "nothing was handed over");
	CHECK_ERR(set_phrase(db, UNKNOWN), E_STATE, "no such case");
	CHECK_OK(set_phrase(db, DELIVERED), "set");
	CHECK(try_at(db, UNKNOWN, NOW) == PHRASE_NONE, "no such case");
	CHECK(try_at(db, ISSUED, NOW) == PHRASE_NONE, "no phrase");
	for (int i = 0; i < 5; i++)
		CHECK(try_at(db, DELIVERED, NOW + i) == PHRASE_TRY, "%d", i);
	CHECK(try_at(db, DELIVERED, NOW + 5) == PHRASE_LOCKED, "five a day");
	CHECK(try_at(db, DELIVERED, NOW + DAY - 1) == PHRASE_LOCKED, "a whole day");
	CHECK(try_at(db, DELIVERED, NOW + DAY) == PHRASE_TRY, "and no longer");
	for (int i = 0; i < 4; i++)
		CHECK(try_at(db, DELIVERED, NOW + DAY + 1) == PHRASE_TRY, "%d", i);
	CHECK(try_at(db, DELIVERED, NOW + DAY + 2) == PHRASE_LOCKED, "five again");
	CHECK_OK(set_phrase(db, DELIVERED), "a new one, by the certificate");
	CHECK(try_at(db, DELIVERED, NOW + DAY + 3) == PHRASE_TRY, "begins anew");
}

static void test_right(void)
{
	AUTO(db_close) struct db *db = prepare();
	CHECK_OK(set_phrase(db, DELIVERED), "set");
	for (int i = 0; i < 12; i++) {
		AUTO(db_rollback) struct db_tx *tx = NULL;
		CHECK(try_at(db, DELIVERED, NOW) == PHRASE_TRY, "%d", i);
		CHECK_OK(db_begin(db, &tx), "begin");
		CHECK_OK(subscriber_store_right(tx, DELIVERED), "right");
		CHECK_OK(db_commit(&tx), "commit");
	}
}

static void test_paused(void)
{
	AUTO(db_close) struct db *db = prepare();
	CHECK_OK(set_phrase(db, DELIVERED), "set");
	postgres_sql("SET session_replication_role = replica; INSERT INTO "
		     "revocation_phrase SELECT 1000 + n, substr(sha256(''), 1, 16), "
		     "sha256(''), now(), 5, to_timestamp(%d) FROM "
		     "generate_series(1, 100) n",
		NOW);
	CHECK(try_at(db, DELIVERED, NOW + 1) == PHRASE_PAUSED, "500 an hour in total");
	CHECK(try_at(db, DELIVERED, NOW + HOUR) == PHRASE_TRY, "and no longer");
}

static void test_letters(void)
{
	AUTO(db_close) struct db *db = prepare();
	const struct blob shown = blob_text("certificate"), none = blob_make(NULL, 0);
	struct subscriber_case found;
	CHECK_ERR(subscriber_store_case(db, UNKNOWN, &found), E_NOT_FOUND, "no case");
	CHECK_OK(subscriber_store_case(db, DELIVERED, &found), "case");
	CHECK_TEXT(found.state, "delivered", "state");
	CHECK(found.confirmed_at == 0 && found.asked_at == 0 && found.revoked_at == 0,
		"no times");
	CHECK_ERR(write_letter(db, ISSUED, "receipt", NULL, shown), E_STATE,
		"nothing was handed over");
	CHECK(err_is(write_letter(db, DELIVERED, "receipt", NULL, none)),
		"no receipt by pass phrase");
	CHECK(err_is(write_letter(db, DELIVERED, "revocation", NULL, shown)),
		"no revocation without an event");
	CHECK(err_is(write_letter(db, DELIVERED, "pardon", NULL, shown)),
		"no letter of another kind");
	for (int i = 0; i < 3; i++)
		CHECK_OK(write_letter(db, DELIVERED, "receipt", NULL, shown), "%d", i);
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM subscriber_letter"), "1",
		"the same thrice is one");
	CHECK_OK(subscriber_store_case(db, DELIVERED, &found), "case");
	CHECK_TEXT(found.state, "accepted", "told as done");
	CHECK(found.confirmed_at == NOW, "with its time");
	CHECK_OK(write_letter(db, DELIVERED, "revocation", "wish", none), "the other");
	CHECK_OK(subscriber_store_case(db, DELIVERED, &found), "case");
	CHECK(found.asked_at == NOW, "asked for");
}

static const CU_TestInfo tests[] = {
	{ "five wrong phrases a day", test_tries },
	{ "a right one counts nothing", test_right },
	{ "too many over all cases", test_paused },
	{ "letters", test_letters },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_subscriber_store = { "lra/subscriber/store", tests,
	NULL, NULL };
