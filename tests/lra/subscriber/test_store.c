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

static struct err sign_letter(struct db *db, const char *receipt)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin(db, &tx));
	TRY(subscriber_store_sign(tx, receipt, blob_text("{}"), blob_text("cms"), NOW));
	return db_commit(&tx);
}

static void test_signed(void)
{
	AUTO(db_close) struct db *db = prepare();
	for (int i = 0; i < 2; i++)
		CHECK_OK(sign_letter(db, DELIVERED), "%d", i);
	CHECK_TEXT(postgres_sql("SELECT count(*) || min(kind) || min(door) FROM "
				"subscriber_letter WHERE certificate IS NULL"),
		"1receiptsignature", "one letter, by its signature");
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
	CHECK_ERR(sign_letter(db, ISSUED), E_STATE, "nothing was handed over");
	CHECK_ERR(sign_letter(db, UNKNOWN), E_STATE, "no such case");
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

/* ---- pick-up */

static const uint8_t link_code[32] = { 3 }, other_code[32] = { 4 };

/* A file for the first one, sealed as "file", until NOW + HOUR. */
static struct db *prepare_pickup(void)
{
	struct db *db = prepare();
	postgres_sql("SET session_replication_role = replica; INSERT INTO delivery "
		     "(application_id, issuer, serial_number, form, file_channel, "
		     "pin_channel, delivered_by, delivered_at, receipt_due_at) SELECT "
		     "id, 'i', '\\x01', 'pkcs12', 'mail', 'letter', 'sato', now(), "
		     "now() FROM application WHERE state = 'delivered'; INSERT INTO "
		     "pickup (delivery_id, code_sha256, salt, hash, sealed, "
		     "key_digest, until) SELECT id, decode(rpad('03', 64, '0'), "
		     "'hex'), decode(rpad('01', 32, '0'), 'hex'), "
		     "decode(rpad('02', 64, '0'), 'hex'), 'file', sha256(''), "
		     "to_timestamp(%d) FROM delivery",
		NOW + HOUR);
	return db;
}

static int pickup_at(struct db *db, const char *receipt, struct blob code, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	enum subscriber_pickup verdict = PICKUP_NONE;
	uint8_t got_salt[16] = { 0 }, got_hash[32] = { 0 };
	int64_t fetched_at = -1;
	CHECK_OK(db_begin_read_committed(db, &tx), "begin");
	CHECK_OK(subscriber_store_pickup_try(tx, receipt, code, now, &verdict, got_salt,
			 got_hash, &fetched_at),
		"try");
	CHECK_OK(db_commit(&tx), "commit");
	CHECK((verdict == PICKUP_TRY) == (memcmp(got_salt, salt, 16) == 0 &&
						 memcmp(got_hash, hash, 32) == 0),
		"what to compare with comes with a try, and only then");
	CHECK_INT(fetched_at, verdict == PICKUP_FETCHED ? NOW : 0, "when it was fetched");
	return (int)verdict;
}

static struct err take_at(struct db *db, struct blob code, int64_t now, bool keep)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(buf_clear) struct buf sealed = BUF(64);
	uint8_t key[32];
	TRY(db_begin(db, &tx));
	TRY(subscriber_store_pickup_take(tx, DELIVERED, code, now, &sealed, key));
	CHECK_BLOB(buf_view(&sealed), blob_text("file"), "the file");
	return keep ? db_commit(&tx) : OK;
}

static void test_pickup_once(void)
{
	AUTO(db_close) struct db *db = prepare_pickup();
	const struct blob code = BLOB(link_code), wrong = BLOB(other_code);
	CHECK(pickup_at(db, UNKNOWN, code, NOW) == PICKUP_NONE, "no such case");
	CHECK(pickup_at(db, ISSUED, code, NOW) == PICKUP_NONE, "another case");
	CHECK(pickup_at(db, DELIVERED, wrong, NOW) == PICKUP_NONE, "another link");
	CHECK_TEXT(postgres_sql("SELECT tries FROM pickup"), "0",
		"who has no link uses no try up");
	CHECK(pickup_at(db, DELIVERED, code, NOW) == PICKUP_TRY, "the link");
	CHECK_ERR(take_at(db, wrong, NOW, true), E_NOT_FOUND, "another link");
	CHECK_OK(take_at(db, code, NOW, false), "taken, and rolled back");
	CHECK_OK(take_at(db, code, NOW, true), "taken");
	CHECK_ERR(take_at(db, code, NOW, true), E_NOT_FOUND, "once");
	CHECK(pickup_at(db, DELIVERED, code, NOW + 1) == PICKUP_FETCHED, "told so");
	CHECK_TEXT(postgres_sql("SELECT sealed IS NULL FROM pickup"), "t", "it is gone");
}

static void test_pickup_ends(void)
{
	AUTO(db_close) struct db *db = prepare_pickup();
	const struct blob code = BLOB(link_code);
	CHECK(pickup_at(db, DELIVERED, code, NOW + HOUR - 1) == PICKUP_TRY, "in time");
	CHECK(pickup_at(db, DELIVERED, code, NOW + HOUR) == PICKUP_OVER, "at its end");
	CHECK_ERR(take_at(db, code, NOW + HOUR, true), E_NOT_FOUND, "nor taken");
	for (int i = 0; i < 4; i++)
		CHECK(pickup_at(db, DELIVERED, code, NOW) == PICKUP_TRY, "%d", i);
	CHECK(pickup_at(db, DELIVERED, code, NOW) == PICKUP_LOCKED, "five tries");
	CHECK_TEXT(postgres_sql("SELECT tries FROM pickup"), "5", "and no more");
	postgres_sql("UPDATE pickup SET sealed = NULL, ended_at = now(), ended_as = "
		     "'expired'");
	CHECK(pickup_at(db, DELIVERED, code, NOW) == PICKUP_OVER, "destroyed");
}

static const CU_TestInfo tests[] = {
	{ "a file, once", test_pickup_once },
	{ "a file, until it ends", test_pickup_ends },
	{ "five wrong phrases a day", test_tries },
	{ "a right one counts nothing", test_right },
	{ "too many over all cases", test_paused },
	{ "letters", test_letters },
	{ "signed letters", test_signed },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_subscriber_store = { "lra/subscriber/store", tests,
	NULL, NULL };
