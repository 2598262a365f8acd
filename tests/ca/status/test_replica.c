#include "ca/status/replica.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

enum { MAP = 16 * MIB };

static struct serial serial_of(uint32_t n)
{
	struct serial serial = { .len = 16 };
	serial.octet[0] = 0x40;
	for (int i = 0; i < 4; i++)
		serial.octet[15 - i] = (uint8_t)(n >> (8 * i));
	return serial;
}

static struct replica_row row_of(const char *issuer, const struct serial *serial,
	int64_t id, enum ocsp_status status)
{
	return (struct replica_row){ .issuer = issuer,
		.serial_number = serial_view(serial),
		.id = id,
		.status = status,
		.revocation_date = status == OCSP_REVOKED ? 1000 + id : 0,
		.reason = status == OCSP_REVOKED ? REASON_SUPERSEDED : REASON_UNSPECIFIED,
		.not_after = 5000 };
}

struct scene {
	struct outside outside;
	struct replica *replica;
};

static struct scene scene_open(void)
{
	struct scene scene = { .outside = outside_open() };
	CHECK_OK(replica_open_writer(scene.outside.folder, MAP, &scene.replica), "open");
	return scene;
}

static void scene_clear(struct scene *scene)
{
	replica_close(scene->replica);
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

static struct err find(struct replica *reader, const char *issuer, uint32_t n,
	struct replica_status *out)
{
	int64_t synced_at;
	struct serial serial = serial_of(n);
	TRY(replica_look(reader, &synced_at));
	struct err err = replica_find(reader, issuer, &serial, out);
	replica_look_away(reader);
	return err;
}

/* proves R-OCSP-02 */
static void test_keyed_by_issuer_and_serial(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	struct serial one = serial_of(1);
	struct replica_position position = { .transaction = 7,
		.id = 3,
		.synced_at = 99,
		.registry = "r.1" };
	struct replica_row rows[] = { row_of("person", &one, 1, OCSP_GOOD),
		row_of("sign", &one, 2, OCSP_REVOKED) };
	struct replica_status status;
	CHECK_OK(replica_write(scene.replica, rows, COUNT(rows), &position), "write");
	CHECK_OK(find(scene.replica, "person", 1, &status), "person 1");
	CHECK_INT(status.status, OCSP_GOOD, "good");
	CHECK_INT(status.not_after, 5000, "notAfter");
	CHECK_OK(find(scene.replica, "sign", 1, &status), "sign 1");
	CHECK_INT(status.status, OCSP_REVOKED, "revoked");
	CHECK_INT(status.revocation_date, 1002, "date");
	CHECK_INT(status.reason, REASON_SUPERSEDED, "reason");
	CHECK_ERR(find(scene.replica, "person", 2, &status), E_NOT_FOUND,
		"another number");
	CHECK_ERR(find(scene.replica, "perso", 1, &status), E_NOT_FOUND,
		"another issuer");
	CHECK_ERR(find(scene.replica, "", 1, &status), E_INPUT, "no issuer");
	struct replica_position back;
	CHECK_OK(replica_get_position(scene.replica, &back), "position");
	CHECK(back.transaction == 7 && back.id == 3 && back.synced_at == 99,
		"position is back");
	CHECK_TEXT(back.registry, "r.1", "registry");
}

static void test_younger_row_stays(void)
{
	/* clang-format off */
	static const struct { const char *name; int64_t first; enum ocsp_status was; int64_t second; enum ocsp_status then;
		enum err_code want; enum ocsp_status left; } rows[] = {
		{ "revoked later",           10, OCSP_GOOD,    11, OCSP_REVOKED, E_NONE,  OCSP_REVOKED },
		{ "revocation came first",   11, OCSP_REVOKED, 10, OCSP_GOOD,    E_NONE,  OCSP_REVOKED },
		{ "the same row again",      11, OCSP_REVOKED, 11, OCSP_REVOKED, E_NONE,  OCSP_REVOKED },
		{ "revoked made good",       11, OCSP_REVOKED, 12, OCSP_GOOD,    E_STATE, OCSP_REVOKED },
		{ "unknown is no status",    11, OCSP_GOOD,    12, OCSP_UNKNOWN, E_INPUT, OCSP_GOOD },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_clear) struct scene scene = scene_open();
		struct serial one = serial_of(1), other = serial_of(2);
		struct replica_position at = { .id = 1 }, next = { .id = 2 };
		struct replica_row first = row_of("p", &one, rows[i].first, rows[i].was);
		struct replica_row second[] = { row_of("p", &other, rows[i].second,
							OCSP_GOOD),
			row_of("p", &one, rows[i].second, rows[i].then) };
		struct replica_status status = { .id = 0 };
		CHECK_OK(replica_write(scene.replica, &first, 1, &at), "%s: first",
			rows[i].name);
		CHECK_ERR(replica_write(scene.replica, second, 2, &next), rows[i].want,
			"%s", rows[i].name);
		CHECK_OK(find(scene.replica, "p", 1, &status), "%s: find", rows[i].name);
		CHECK_INT(status.status, rows[i].left, "%s", rows[i].name);
		/* All or nothing: the other row and the position share the fate. */
		struct replica_position back;
		CHECK_ERR(find(scene.replica, "p", 2, &status),
			rows[i].want == E_NONE ? E_NONE : E_NOT_FOUND, "%s: whole",
			rows[i].name);
		CHECK_OK(replica_get_position(scene.replica, &back), "position");
		CHECK_INT(back.id, rows[i].want == E_NONE ? 2 : 1, "%s: position",
			rows[i].name);
	}
}

static void test_hold_is_lifted(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	struct serial one = serial_of(1);
	struct replica_position at = { .id = 1 };
	struct replica_row hold = row_of("p", &one, 5, OCSP_REVOKED),
			   lift = row_of("p", &one, 6, OCSP_GOOD);
	struct replica_status status;
	hold.reason = REASON_CERTIFICATE_HOLD;
	CHECK_OK(replica_write(scene.replica, &hold, 1, &at), "hold");
	CHECK_OK(replica_write(scene.replica, &lift, 1, &at), "lift");
	CHECK_OK(find(scene.replica, "p", 1, &status), "find");
	CHECK_INT(status.status, OCSP_GOOD, "good again");
}

static void test_reader_before_writer(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(replica_close) struct replica *writer = NULL;
	AUTO(replica_close) struct replica *reader = NULL;
	struct stat info;
	char path[128];
	CHECK_ERR(replica_open_reader(outside.folder, &reader), E_NOT_FOUND,
		"nothing there");
	CHECK(reader == NULL, "out stays untouched");
	CHECK_OK(replica_open_writer(outside.folder, MAP, &writer), "writer");
	replica_close(MOVE(writer));
	CHECK_OK(replica_open_reader(outside.folder, &reader), "reader");
	int64_t synced_at = 1;
	CHECK_OK(replica_look(reader, &synced_at), "look");
	CHECK_INT(synced_at, 0, "never in step");
	struct replica_position at = { .id = 1 };
	CHECK_ERR(replica_write(reader, NULL, 0, &at), E_IO, "a reader cannot write");
	snprintf(path, sizeof path, "%s/data.mdb", outside.folder);
	CHECK(stat(path, &info) == 0 && (info.st_mode & 0137) == 0, "others cannot read");
	snprintf(path, sizeof path, "%s/lock.mdb", outside.folder);
	CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0660,
		"the group can register readers");
}

static void test_a_look_is_one_state(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	struct serial one = serial_of(1);
	struct replica_position at = { .synced_at = 100 };
	struct replica_row good = row_of("p", &one, 1, OCSP_GOOD),
			   revoked = row_of("p", &one, 2, OCSP_REVOKED);
	struct replica_status status;
	int64_t synced_at = 0;
	CHECK_OK(replica_write(scene.replica, &good, 1, &at), "good");
	CHECK_ERR(replica_find(scene.replica, "p", &one, &status), E_BUG,
		"without a look");
	CHECK_OK(replica_look(scene.replica, &synced_at), "look");
	at.synced_at = 200;
	CHECK_OK(replica_write(scene.replica, &revoked, 1, &at), "revoked meanwhile");
	CHECK_OK(replica_find(scene.replica, "p", &one, &status), "find");
	CHECK(synced_at == 100 && status.status == OCSP_GOOD, "as it was at 100");
	CHECK_OK(replica_look(scene.replica, &synced_at), "look again");
	CHECK_OK(replica_find(scene.replica, "p", &one, &status), "find");
	CHECK(synced_at == 200 && status.status == OCSP_REVOKED, "as it was at 200");
}

static void test_full(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(replica_close) struct replica *writer = NULL;
	struct replica_position at = { .id = 0 }, back;
	struct err err = OK;
	uint32_t n = 0;
	CHECK_OK(replica_open_writer(outside.folder, 128 * KIB, &writer), "a small one");
	for (; !err_is(err) && n < 100000; n++) {
		struct serial serial = serial_of(n);
		struct replica_row row = row_of("p", &serial, n + 1, OCSP_GOOD);
		at.id = n;
		err = replica_write(writer, &row, 1, &at);
	}
	CHECK_ERR(err, E_IO, "full");
	CHECK_OK(replica_get_position(writer, &back), "still readable");
	CHECK_INT(back.id, n - 2, "the last that was written whole");
	replica_close(MOVE(writer));
	/* A larger map later on takes up where it was. */
	CHECK_OK(replica_open_writer(outside.folder, MAP, &writer), "larger");
	struct serial serial = serial_of(n);
	struct replica_row row = row_of("p", &serial, n, OCSP_GOOD);
	CHECK_OK(replica_write(writer, &row, 1, &at), "goes on");
}

/* A writer that is killed again and again in the middle of its work; the reader looks on. */
static void write_until_killed(const char *folder)
{
	struct replica *writer = NULL;
	struct replica_position at;
	if (err_is(replica_open_writer(folder, MAP, &writer)) ||
		err_is(replica_get_position(writer, &at)))
		_exit(3);
	for (;;) {
		struct serial serial[20];
		struct replica_row rows[20];
		for (uint32_t i = 0; i < COUNT(rows); i++) {
			serial[i] = serial_of((uint32_t)at.id * 20 + i);
			rows[i] = row_of("p", &serial[i], at.id * 20 + i + 1, OCSP_GOOD);
		}
		at.id++;
		if (err_is(replica_write(writer, rows, COUNT(rows), &at)))
			_exit(4);
	}
}

static void make_empty(const char *folder)
{
	AUTO(replica_close) struct replica *writer = NULL;
	struct replica_position at = { .id = 0 };
	CHECK_OK(replica_open_writer(folder, MAP, &writer), "writer");
	CHECK_OK(replica_write(writer, NULL, 0, &at), "start");
}

static void test_writer_killed(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(replica_close) struct replica *reader = NULL;
	struct replica_position at = { .id = 0 };
	int64_t before = 0;
	make_empty(outside.folder);
	CHECK_OK(replica_open_reader(outside.folder, &reader), "reader");
	for (int round = 0; round < 6; round++) {
		pid_t pid = fork();
		if (pid == 0)
			write_until_killed(outside.folder);
		usleep(30000 + 7000 * (unsigned)round);
		kill(pid, SIGKILL);
		int status;
		waitpid(pid, &status, 0);
		CHECK(WIFSIGNALED(status), "the writer wrote until it was killed (%x)",
			status);
		CHECK_OK(replica_get_position(reader, &at), "round %d", round);
		CHECK(at.id >= before, "round %d: nothing is lost", round);
		before = at.id;
		struct replica_status found;
		if (at.id > 0)
			CHECK_OK(find(reader, "p", (uint32_t)at.id * 20 - 1, &found),
				"round %d: rows and position go together", round);
		CHECK_ERR(find(reader, "p", (uint32_t)at.id * 20, &found), E_NOT_FOUND,
			"round %d: nothing beyond", round);
	}
	CHECK(before > 0, "something was written");
}

static void test_reader_killed(void)
{
	AUTO(scene_clear) struct scene scene = scene_open();
	pid_t pid = fork();
	if (pid == 0) {
		struct replica *reader = NULL;
		int64_t synced_at;
		if (err_is(replica_open_reader(scene.outside.folder, &reader)) ||
			err_is(replica_look(reader, &synced_at)))
			_exit(3);
		raise(SIGKILL);
	}
	int status;
	waitpid(pid, &status, 0);
	CHECK(WIFSIGNALED(status), "the reader died while it looked");
	CHECK_INT(replica_sweep(scene.replica), 1, "its place is freed");
	CHECK_INT(replica_sweep(scene.replica), 0, "once");
	struct replica_position at = { .synced_at = 5 };
	CHECK_OK(replica_write(scene.replica, NULL, 0, &at), "the writer goes on");
}

static const CU_TestInfo tests[] = {
	{ "keyed by issuer and serial number", test_keyed_by_issuer_and_serial },
	{ "the younger row stays", test_younger_row_stays },
	{ "a hold is lifted", test_hold_is_lifted },
	{ "reader before writer", test_reader_before_writer },
	{ "a look is one state", test_a_look_is_one_state },
	{ "full", test_full },
	{ "writer killed", test_writer_killed },
	{ "reader killed", test_reader_killed },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_replica = { "ca/status/replica", tests, NULL,
	NULL };
