#include "ca/status/feeder.h"

#include "ca/status/feed_store.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/postgres.h"

/* Rows as the issuer's and the revoker's transactions would write them, by the superuser. */
static const struct db_stmt reserve = { "t_reserve",
	"INSERT INTO inkan.serial_reservation (issuer_id, serial_number, not_before, "
	"not_after)"
	" VALUES (1, $1, now(), now() + interval '1 day')" };
static const struct db_stmt issue = { "t_issue",
	"INSERT INTO inkan.certificate (issuer_id, serial_number, issued_at, profile, "
	"profile_version, not_after,"
	" subject_digest, key_digest, der, transaction, status_id)"
	" VALUES (1, $1, now(), 'P', 1, now() + interval '1 day', sha256($1), "
	"sha256($1), $1,"
	" inkan.this_transaction(), nextval('inkan.status_sequence'))" };
static const struct db_stmt revoke = { "t_revoke",
	"INSERT INTO inkan.certificate_revocation (issuer_id, serial_number, "
	"revocation_date, reason, not_after,"
	" transaction, status_id) VALUES (1, $1, now(), 1, now() + interval '1 day',"
	" inkan.this_transaction(), nextval('inkan.status_sequence'))" };
static const struct db_stmt many = { "t_many",
	"WITH n AS (SELECT set_byte(set_byte('\\x600000'::bytea, 1, i / 256), 2, i % "
	"256) AS s"
	" FROM generate_series(1, $1::bigint::integer) i), r AS (INSERT INTO "
	"inkan.serial_reservation"
	" (issuer_id, serial_number, not_before, not_after) SELECT 1, s, now(), now() + "
	"interval '1 day' FROM n"
	" RETURNING serial_number) SELECT count(*) FROM r" };
static const struct db_stmt issue_reserved = { "t_issue_reserved",
	"INSERT INTO inkan.certificate (issuer_id, serial_number, issued_at, profile, "
	"profile_version, not_after,"
	" subject_digest, key_digest, der, transaction, status_id)"
	" SELECT 1, serial_number, now(), 'P', 1, not_after, sha256(serial_number), "
	"sha256(serial_number), serial_number,"
	" inkan.this_transaction(), nextval('inkan.status_sequence') FROM "
	"inkan.serial_reservation" };
static const struct db_stmt *const stmts[] = { &reserve, &issue, &revoke, &many,
	&issue_reserved };
static const struct db_stmt_list list = { stmts, COUNT(stmts) };

struct scene {
	struct outside outside;
	struct replica *replica;
	struct db *feed, *early, *late; /* the feeder's, and two writers */
};

static void scene_clear(struct scene *scene)
{
	db_close(scene->feed);
	db_close(scene->early);
	db_close(scene->late);
	replica_close(scene->replica);
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

static bool scene_open(struct scene *scene)
{
	*scene = (struct scene){ .outside = outside_open() };
	postgres_fresh();
	postgres_sql("INSERT INTO inkan.issuer (id, name, certificate) VALUES (1, "
		     "'person', '\\x00')");
	return CHECK_OK(replica_open_writer(scene->outside.folder, 64 * MIB,
				&scene->replica),
		       "replica") &&
	       CHECK_OK(db_open(postgres_conninfo("inkan_status"), &feed_statements, 1,
				&scene->feed),
		       "feed") &&
	       CHECK_OK(db_open(postgres_conninfo(NULL), &list, 1, &scene->early),
		       "early") &&
	       CHECK_OK(db_open(postgres_conninfo(NULL), &list, 1, &scene->late), "late");
}

static const uint8_t serials[3][2] = { { 0x41, 1 }, { 0x41, 2 }, { 0x41, 3 } };

static void put(struct db_tx *tx, int n, bool revoked)
{
	struct blob serial = blob_make(serials[n], 2);
	if (!revoked) {
		CHECK_OK(db_exec(tx, &reserve, DB_ARGS(DB_BLOB(serial))), "reserve");
		CHECK_OK(db_exec(tx, &issue, DB_ARGS(DB_BLOB(serial))), "issue");
	} else {
		CHECK_OK(db_exec(tx, &revoke, DB_ARGS(DB_BLOB(serial))), "revoke");
	}
}

static void put_committed(struct db *db, int n, bool revoked)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	if (!CHECK_OK(db_begin(db, &tx), "begin"))
		return;
	put(tx, n, revoked);
	CHECK_OK(db_commit(&tx), "commit");
}

/* -1: not there */
static int status_of(struct scene *scene, int n)
{
	int64_t synced_at;
	struct serial serial;
	struct replica_status status;
	if (!CHECK_OK(serial_from_blob(blob_make(serials[n], 2), &serial), "serial") ||
		!CHECK_OK(replica_look(scene->replica, &synced_at), "look"))
		return -2;
	struct err err = replica_find(scene->replica, "person", &serial, &status);
	replica_look_away(scene->replica);
	return err_is(err) ? -1 : (int)status.status;
}

static size_t pass(struct scene *scene)
{
	size_t rows = 0;
	CHECK_OK(feeder_pass(scene->feed, scene->replica, clock_now(), &rows), "pass");
	return rows;
}

/* HOUSE part 1, property 6: a transaction with a low number commits after ones with higher numbers were followed. */
static void test_late_commit_is_not_missed(void)
{
	AUTO(scene_clear) struct scene scene;
	AUTO(db_rollback) struct db_tx *held = NULL;
	struct replica_position before, after;
	if (!scene_open(&scene) || !CHECK_OK(db_begin(scene.early, &held), "begin"))
		return;
	put(held, 0, false); /* takes its number, and stays open */
	put_committed(scene.late, 1, false);
	pass(&scene);
	CHECK_OK(replica_get_position(scene.replica, &before), "position");
	CHECK_INT(status_of(&scene, 0), -1, "not committed, not good");
	CHECK_INT(status_of(&scene, 1), OCSP_GOOD,
		"what is committed does not wait for strangers");
	/* A revocation behind the open transaction is seen at once too. */
	put_committed(scene.late, 1, true);
	pass(&scene);
	CHECK_INT(status_of(&scene, 1), OCSP_REVOKED, "revoked at once");

	CHECK_OK(db_commit(&held), "the early one commits late");
	CHECK(pass(&scene) >= 1, "its row is met");
	CHECK_INT(status_of(&scene, 0), OCSP_GOOD, "and is not missed");
	CHECK_INT(status_of(&scene, 1), OCSP_REVOKED,
		"the other stays revoked, though its good row is read again");
	CHECK_OK(replica_get_position(scene.replica, &after), "position");
	CHECK(before.transaction < after.transaction, "the position had waited");
	CHECK_INT(pass(&scene), 0, "now all is settled");
}

/* proves R-OCSP-02 */
static void test_rolled_back_is_never_good(void)
{
	AUTO(scene_clear) struct scene scene;
	struct db_tx *tx = NULL;
	if (!scene_open(&scene) || !CHECK_OK(db_begin(scene.early, &tx), "begin"))
		return;
	put(tx, 0, false);
	pass(&scene);
	db_rollback(tx);
	put_committed(scene.late, 1, false);
	pass(&scene);
	CHECK_INT(status_of(&scene, 0), -1, "rolled back");
	CHECK_INT(status_of(&scene, 1), OCSP_GOOD, "committed");
}

static void test_heartbeat(void)
{
	AUTO(scene_clear) struct scene scene;
	struct replica_position at;
	size_t rows;
	if (!scene_open(&scene))
		return;
	int64_t now = clock_now();
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now - 100, &rows),
		"empty registry");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	CHECK_INT(at.synced_at, now - 100, "in step with nothing");
	CHECK(at.registry[0] != 0, "the registry has a name");
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now - 98, &rows), "soon after");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	CHECK_INT(at.synced_at, now - 100, "not each second");
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now - 95, &rows), "after 5 s");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	CHECK_INT(at.synced_at, now - 95, "a beat");
	/* Our clock ahead of the registry's: the earlier of the two is vouched for. */
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now + DAY, &rows),
		"a clock ahead");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	CHECK(at.synced_at <= clock_now(), "not from the future");
}

/* The registry goes away; the replica keeps what it has and does not vouch for more; then all goes on. proves R-OCSP-14 */
static void test_registry_away(void)
{
	AUTO(scene_clear) struct scene scene;
	struct replica_position at;
	size_t rows;
	if (!scene_open(&scene))
		return;
	put_committed(scene.late, 0, false);
	int64_t now = clock_now();
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now - 50, &rows), "pass");
	postgres_stop();
	CHECK_ERR(feeder_pass(scene.feed, scene.replica, now, &rows), E_RETRY, "away");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	CHECK_INT(at.synced_at, now - 50, "nothing is vouched for");
	CHECK_INT(status_of(&scene, 0), OCSP_GOOD, "what was known stays");
	postgres_start();
	CHECK_OK(db_reconnect(scene.feed), "reconnect");
	CHECK_OK(feeder_pass(scene.feed, scene.replica, now, &rows), "back");
	CHECK_INT(rows, 0, "nothing twice");
}

/* Another cluster or timeline: numbers may have been given twice, so all is read again. */
static void test_starts_over(void)
{
	AUTO(scene_clear) struct scene scene;
	struct replica_position at;
	if (!scene_open(&scene))
		return;
	put_committed(scene.late, 0, false);
	CHECK_INT(pass(&scene), 1, "once");
	CHECK_INT(pass(&scene), 0, "not twice");
	CHECK_OK(replica_get_position(scene.replica, &at), "position");
	struct replica_position other = at;
	snprintf(other.registry, sizeof other.registry, "another.1");
	CHECK_OK(replica_write(scene.replica, NULL, 0, &other),
		"as if it came from another registry");
	CHECK_INT(pass(&scene), 1, "read again");
	other = at;
	other.transaction += 1000000;
	CHECK_OK(replica_write(scene.replica, NULL, 0, &other),
		"as if the registry was restored");
	CHECK_INT(pass(&scene), 1, "read again");
	CHECK_INT(status_of(&scene, 0), OCSP_GOOD, "nothing is lost");
}

/* More than one page, in one transaction; and again while an older transaction is open. */
static void test_many_pages(void)
{
	AUTO(scene_clear) struct scene scene;
	AUTO(db_rollback) struct db_tx *held = NULL;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	enum { COUNT_ROWS = 2 * FEED_PAGE + 17 };
	if (!scene_open(&scene) || !CHECK_OK(db_begin(scene.early, &held), "begin"))
		return;
	put(held, 0, false);
	if (!CHECK_OK(db_begin_read_committed(scene.late, &tx), "begin"))
		return;
	CHECK_OK(db_query_tx(tx, &many, DB_ARGS(DB_INT(COUNT_ROWS)), &rows), "many");
	CHECK_OK(db_exec(tx, &issue_reserved, DB_NO_ARGS), "issued");
	CHECK_OK(db_commit(&tx), "commit");
	CHECK_INT(pass(&scene), COUNT_ROWS, "all pages, though none is settled");
	CHECK_INT(pass(&scene), COUNT_ROWS,
		"met again while the old transaction is open");
	CHECK_OK(db_commit(&held), "commit");
	CHECK_INT(pass(&scene), COUNT_ROWS + 1, "and once more with the late one");
	CHECK_INT(pass(&scene), 0, "then no more");
	CHECK_INT(status_of(&scene, 0), OCSP_GOOD, "the late one");
}

static const CU_TestInfo tests[] = {
	{ "a late commit is not missed", test_late_commit_is_not_missed },
	{ "rolled back is never good", test_rolled_back_is_never_good },
	{ "heartbeat", test_heartbeat },
	{ "registry away", test_registry_away },
	{ "starts over", test_starts_over },
	{ "many pages", test_many_pages },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_feeder = { "ca/status/feeder", tests, NULL, NULL };
