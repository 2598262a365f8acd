#include "ca/status/responder.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/sample_ca.h"

/* Two CAs of ours, one stranger; their delegated keys in memory; a replica filled by hand. */
enum { PERSON, SIGN, STRANGER, CAS };
static const char *const names[CAS] = { "person", "sign", "stranger" };

struct scene {
	struct outside outside;
	struct sample_ca ca[CAS];
	EVP_PKEY *key[CAS];
	struct buf responder[CAS];
	struct signing_key signer[CAS];
	struct issuer_set *set;
	struct replica *replica;
	struct tally *tally;
	struct responder *desk;
	int64_t now;
};

static void write_issuers(struct scene *scene)
{
	AUTO(buf_clear) struct buf text = BUF(8192);
	CHECK_OK(buf_append_text(&text, "issuers = (\n"), "text");
	for (int i = PERSON; i <= SIGN; i++)
		CHECK_OK(buf_append_format(&text,
				 "{ name = \"%s\"; profile = \"P-SUB-%d\"; certificate = "
				 "\"%s.pem\"; ocsp_token = \"t\"; "
				 "ocsp_key = \"%s-ocsp\"; ocsp_certificate = "
				 "\"%s-ocsp.pem\"; }%s\n",
				 names[i], i, names[i], names[i], names[i],
				 i == SIGN ? " );" : ","),
			"text");
	outside_write(&scene->outside, "issuers.cfg", buf_view(&text));
}

static struct buf make_responder(struct scene *scene, int ca, int64_t not_after_s)
{
	char name[32];
	snprintf(name, sizeof name, "%s-ocsp", names[ca]);
	struct sample_leaf leaf = { .name = name,
		.serial_number = { 0x50, (uint8_t)ca },
		.key = scene->key[ca],
		.ocsp_signing = true,
		.not_after_s = not_after_s };
	return sample_issue(&scene->outside, &scene->ca[ca], &leaf);
}

static struct err give_keys(struct scene *scene)
{
	for (int i = PERSON; i <= SIGN; i++) {
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		TRY(key_write(scene->key[i], &w));
		TRY(responder_set_key(scene->desk, (size_t)i, &scene->signer[i],
			blob_make(room, w.len)));
	}
	return OK;
}

static void scene_clear(struct scene *scene)
{
	responder_free(scene->desk);
	tally_free(scene->tally);
	replica_close(scene->replica);
	issuer_set_free(scene->set);
	for (int i = 0; i < CAS; i++) {
		sample_ca_clear(&scene->ca[i]);
		EVP_PKEY_free(scene->key[i]);
		buf_clear(&scene->responder[i]);
	}
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

static bool scene_open(struct scene *scene, struct responder_settings settings,
	int64_t not_after_s)
{
	char path[128];
	struct conf_faults faults = { .count = 0 };
	*scene = (struct scene){ .outside = outside_open(), .now = clock_now() };
	for (int i = 0; i < CAS; i++) {
		scene->ca[i] = sample_ca_new(&scene->outside, names[i]);
		scene->key[i] = EVP_EC_gen("P-256");
		scene->responder[i] = make_responder(scene, i, not_after_s);
		CHECK_OK(signature_software_key(scene->key[i], &scene->signer[i]), "key");
	}
	write_issuers(scene);
	snprintf(path, sizeof path, "%s/issuers.cfg", scene->outside.folder);
	return CHECK_OK(issuer_set_load(path, &scene->set, &faults), "%s",
		       faults.text[0]) &&
	       CHECK_OK(replica_open_writer(scene->outside.folder, 16 * MIB,
				&scene->replica),
		       "replica") &&
	       CHECK_OK(tally_new(&scene->tally), "tally") &&
	       CHECK_OK(responder_new(&settings, scene->set, scene->replica, scene->tally,
				&scene->desk),
		       "new") &&
	       CHECK_OK(give_keys(scene), "keys");
}

static struct serial serial_of(uint8_t n)
{
	return (struct serial){ .octet = { 0x60, [15] = n }, .len = 16 };
}

static void put_status(struct scene *scene, const char *issuer, uint8_t n, int64_t id,
	enum ocsp_status status, int64_t synced_at)
{
	struct serial serial = serial_of(n);
	struct replica_row row = { .issuer = issuer,
		.serial_number = serial_view(&serial),
		.id = id,
		.status = status,
		.revocation_date = status == OCSP_REVOKED ? scene->now - 500 : 0,
		.reason = status == OCSP_REVOKED ? REASON_KEY_COMPROMISE
						 : REASON_UNSPECIFIED };
	struct replica_position at = { .id = id, .synced_at = synced_at };
	CHECK_OK(replica_write(scene->replica, &row, 1, &at), "replica");
}

/* A request for certificate n of a CA; two of them when the second CA is not -1. */
static struct blob ask(struct scene *scene, int ca, uint8_t n, int second,
	struct blob nonce, uint8_t room[static 1024])
{
	struct der_writer w = { .data = room, .max = 1024 };
	uint8_t ids[2][OCSP_CERT_ID_MAX];
	struct der_writer id[2] = { DER_WRITER(ids[0]), DER_WRITER(ids[1]) };
	const int cas[2] = { ca, second };
	for (int i = 0; i < 2 && cas[i] >= 0; i++) {
		uint8_t name[32], key[32];
		size_t len;
		struct serial serial = serial_of(n);
		CHECK_OK(ocsp_issuer_hashes(&scene->ca[cas[i]].cert, OCSP_SHA256, name,
				 key, &len),
			"hashes");
		CHECK_OK(ocsp_cert_id_write(OCSP_SHA256, blob_make(name, len),
				 blob_make(key, len), &serial, &id[i]),
			"id");
	}
	if (second < 0) {
		struct ocsp_cert_id one = { .der = blob_make(ids[0], id[0].len) };
		CHECK_OK(ocsp_request_write(&one, nonce, &w), "request");
		return blob_make(room, w.len);
	}
	size_t outer = der_open(&w, DER_SEQUENCE), tbs = der_open(&w, DER_SEQUENCE),
	       list = der_open(&w, DER_SEQUENCE);
	for (int i = 0; i < 2; i++)
		der_put(&w, DER_SEQUENCE, blob_make(ids[i], id[i].len));
	der_close(&w, list);
	der_close(&w, tbs);
	der_close(&w, outer);
	return blob_make(room, w.len);
}

static const struct responder_settings plain = { .validity_s = DAY, .cache = 16 };

/* proves R-OCSP-02 R-OCSP-03 R-OCSP-08 R-OCSP-11 */
static void test_statuses(void)
{
	/* clang-format off */
	static const struct { const char *name; int ca; uint8_t n; int second; enum unassigned unassigned; enum ocsp_error error;
		enum ocsp_status status; enum revocation_reason reason; size_t count; enum tally_row tally; } rows[] = {
		{ "good",                     PERSON,   1, -1,     UNASSIGNED_UNAUTHORIZED, OCSP_SUCCESSFUL,   OCSP_GOOD,    0, 1, TALLY_GOOD },
		{ "revoked",                  PERSON,   2, -1,     UNASSIGNED_UNAUTHORIZED, OCSP_SUCCESSFUL,   OCSP_REVOKED, REASON_KEY_COMPROMISE, 1, TALLY_REVOKED },
		{ "never given",              PERSON,   9, -1,     UNASSIGNED_UNAUTHORIZED, OCSP_UNAUTHORIZED, 0, 0, 0, TALLY_UNASSIGNED },
		{ "given by the other CA only", SIGN,   1, -1,     UNASSIGNED_UNAUTHORIZED, OCSP_UNAUTHORIZED, 0, 0, 0, TALLY_UNASSIGNED },
		{ "never given, unknown",     PERSON,   9, -1,     UNASSIGNED_UNKNOWN,      OCSP_SUCCESSFUL,   OCSP_UNKNOWN, 0, 1, TALLY_UNASSIGNED },
		{ "never given, revoked",     PERSON,   9, -1,     UNASSIGNED_REVOKED,      OCSP_SUCCESSFUL,   OCSP_REVOKED, REASON_CERTIFICATE_HOLD, 1, TALLY_UNASSIGNED },
		{ "a stranger's CA",          STRANGER, 1, -1,     UNASSIGNED_UNAUTHORIZED, OCSP_UNAUTHORIZED, 0, 0, 0, TALLY_OTHER },
		{ "two of one CA",            PERSON,   1, PERSON, UNASSIGNED_UNAUTHORIZED, OCSP_SUCCESSFUL,   OCSP_GOOD,    0, 2, TALLY_GOOD },
		{ "two of two CAs",           PERSON,   1, SIGN,   UNASSIGNED_UNAUTHORIZED, OCSP_UNAUTHORIZED, 0, 0, 0, TALLY_OTHER },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_clear) struct scene scene;
		struct responder_settings settings = plain;
		struct responder_answer answer;
		struct ocsp_response got;
		uint8_t room[1024];
		settings.unassigned = rows[i].unassigned;
		if (!scene_open(&scene, settings, 30 * DAY))
			return;
		put_status(&scene, "person", 1, 1, OCSP_GOOD, scene.now - 10);
		put_status(&scene, "person", 2, 2, OCSP_REVOKED, scene.now - 10);
		responder_answer(scene.desk,
			ask(&scene, rows[i].ca, rows[i].n, rows[i].second, BLOB_NONE,
				room),
			scene.now, &answer);
		CHECK_INT(answer.error, rows[i].error, "%s: %s", rows[i].name,
			answer.why.text);
		CHECK(tally_get(scene.tally, rows[i].tally) > 0, "%s: counted",
			rows[i].name);
		if (rows[i].error != OCSP_SUCCESSFUL) {
			CHECK_BLOB(answer.der, ocsp_error_response(rows[i].error), "%s",
				rows[i].name);
			CHECK(!answer.cacheable, "%s: no-store", rows[i].name);
			continue;
		}
		if (!CHECK_OK(ocsp_response_parse(answer.der, &got), "%s", rows[i].name))
			continue;
		CHECK_OK(signature_verify(scene.key[PERSON], got.algorithm, got.tbs,
				 got.signature),
			"%s", rows[i].name);
		CHECK_INT(got.single.status, rows[i].status, "%s", rows[i].name);
		CHECK_INT(got.single.reason, rows[i].reason, "%s", rows[i].name);
		CHECK_INT(got.count, rows[i].count, "%s", rows[i].name);
		CHECK_INT(got.extended_revoke, rows[i].unassigned == UNASSIGNED_REVOKED,
			"%s", rows[i].name);
		CHECK_INT(got.this_update, scene.now - 10, "%s: as of the replica",
			rows[i].name);
		CHECK_INT(got.produced_at, scene.now, "%s: produced now", rows[i].name);
	}
}

/* proves R-OCSP-04 R-OCSP-06 R-OCSP-14 */
static void test_times(void)
{
	/* clang-format off */
	static const struct { const char *name; int64_t synced_ago, responder_s, later; enum ocsp_error error; int64_t next; } rows[] = {
		/* next: nextUpdate - now, for answers given */
		{ "in step",                          0, 30 * DAY, 0,        OCSP_SUCCESSFUL, DAY - 1 },
		{ "an hour behind",                HOUR, 30 * DAY, 0,        OCSP_SUCCESSFUL, DAY - 1 - HOUR },
		{ "the last second",            DAY - 2, 30 * DAY, 0,        OCSP_SUCCESSFUL, 1 },
		{ "too old by a second",        DAY - 1, 30 * DAY, 0,        OCSP_TRY_LATER,  0 },
		{ "never in step",              INT64_MAX, 30 * DAY, 0,      OCSP_TRY_LATER,  0 },
		{ "the clock ran back",           -HOUR, 30 * DAY, 0,        OCSP_SUCCESSFUL, DAY - 1 },
		{ "the responder ends first",         0, HOUR,     0,        OCSP_SUCCESSFUL, HOUR },
		{ "the responder has ended",          0, HOUR,     HOUR + 2, OCSP_TRY_LATER,  0 },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_clear) struct scene scene;
		struct responder_answer answer;
		uint8_t room[1024];
		if (!scene_open(&scene, plain, rows[i].responder_s))
			return;
		int64_t now = scene.now + rows[i].later;
		int64_t synced =
			rows[i].synced_ago == INT64_MAX ? 0 : now - rows[i].synced_ago;
		put_status(&scene, "person", 1, 1, OCSP_GOOD, synced);
		responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
			now, &answer);
		CHECK_INT(answer.error, rows[i].error, "%s: %s", rows[i].name,
			answer.why.text);
		if (rows[i].error != OCSP_SUCCESSFUL)
			continue;
		CHECK(answer.this_update <= now, "%s: never from the future",
			rows[i].name);
		/* The certificate was made a moment after or before `now` was read. */
		int64_t slack = rows[i].responder_s == HOUR ? 2 : 0;
		CHECK(answer.next_update - now >= rows[i].next - slack &&
				answer.next_update - now <= rows[i].next + slack,
			"%s: nextUpdate in %lld s", rows[i].name,
			(long long)(answer.next_update - now));
	}
}

/* proves R-OCSP-05 R-OCSP-07 */
static void test_kept_answers(void)
{
	AUTO(scene_clear) struct scene scene;
	struct responder_answer answer;
	struct ocsp_response got;
	uint8_t room[1024], first[LIMIT_OCSP_RESPONSE];
	if (!scene_open(&scene, plain, 30 * DAY))
		return;
	put_status(&scene, "person", 1, 1, OCSP_GOOD, scene.now);
	responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
		scene.now, &answer);
	CHECK(answer.cacheable, "without a nonce it may be kept");
	size_t len = answer.der.len;
	memcpy(first, answer.der.data, len);
	responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
		scene.now + 60, &answer);
	CHECK_BLOB(answer.der, blob_make(first, len),
		"a minute later the same answer is given");
	CHECK_INT(tally_get(scene.tally, TALLY_KEPT), 1, "and counted");

	responder_answer(scene.desk,
		ask(&scene, PERSON, 1, -1, blob_text("0123456789abcdef"), room),
		scene.now + 60, &answer);
	CHECK(!answer.cacheable, "with a nonce it may not");
	CHECK_OK(ocsp_response_parse(answer.der, &got), "parse");
	CHECK_BLOB(got.nonce, blob_text("0123456789abcdef"), "nonce");

	/* The revocation is committed: the very next answer says so. */
	put_status(&scene, "person", 1, 2, OCSP_REVOKED, scene.now + 60);
	responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
		scene.now + 61, &answer);
	CHECK_OK(ocsp_response_parse(answer.der, &got), "parse");
	CHECK_INT(got.single.status, OCSP_REVOKED, "revoked at once");

	/* After a third of its life it is signed anew. */
	put_status(&scene, "sign", 1, 3, OCSP_GOOD, scene.now);
	responder_answer(scene.desk, ask(&scene, SIGN, 1, -1, BLOB_NONE, room), scene.now,
		&answer);
	put_status(&scene, "sign", 2, 4, OCSP_GOOD, scene.now + 8 * HOUR);
	responder_answer(scene.desk, ask(&scene, SIGN, 1, -1, BLOB_NONE, room),
		scene.now + 8 * HOUR - 1, &answer);
	CHECK_INT(answer.this_update, scene.now, "a second before 8 h");
	responder_answer(scene.desk, ask(&scene, SIGN, 1, -1, BLOB_NONE, room),
		scene.now + 8 * HOUR, &answer);
	CHECK_INT(answer.this_update, scene.now + 8 * HOUR, "at 8 h");
}

static struct err refuse_to_sign(void *context, struct blob in, uint8_t *signature,
	size_t *len)
{
	(void)context;
	(void)in;
	(void)signature;
	(void)len;
	return FAIL(E_NOT_FOUND, "token away");
}

/* proves R-OCSP-14 */
static void test_key_fails(void)
{
	AUTO(scene_clear) struct scene scene;
	struct responder_answer answer;
	uint8_t room[1024];
	if (!scene_open(&scene, plain, 30 * DAY))
		return;
	put_status(&scene, "person", 1, 1, OCSP_GOOD, scene.now);
	put_status(&scene, "person", 2, 2, OCSP_GOOD, scene.now);
	responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
		scene.now, &answer);
	scene.signer[PERSON].sign = refuse_to_sign;
	CHECK_OK(give_keys(&scene), "a token that fails");
	responder_answer(scene.desk, ask(&scene, PERSON, 2, -1, BLOB_NONE, room),
		scene.now, &answer);
	CHECK_INT(answer.error, OCSP_INTERNAL_ERROR, "the peer is not told why");
	CHECK(answer.key_failed, "but the worker is");
	responder_drop_keys(scene.desk);
	responder_answer(scene.desk, ask(&scene, PERSON, 2, -1, BLOB_NONE, room),
		scene.now, &answer);
	CHECK_INT(answer.error, OCSP_TRY_LATER, "no key: later");
	responder_answer(scene.desk, ask(&scene, PERSON, 1, -1, BLOB_NONE, room),
		scene.now + 5, &answer);
	CHECK_INT(answer.error, OCSP_SUCCESSFUL, "what was signed is still given");
}

/* proves R-OCSP-11 */
static void test_malformed(void)
{
	static const char *const rows[] = { "", "30", "3000", "30023000", "ff",
		"300430023000" };
	AUTO(scene_clear) struct scene scene;
	struct responder_answer answer;
	if (!scene_open(&scene, plain, 30 * DAY))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf in = check_unhex(rows[i]);
		responder_answer(scene.desk, buf_view(&in), scene.now, &answer);
		CHECK_INT(answer.error, OCSP_MALFORMED_REQUEST, "\"%s\"", rows[i]);
	}
	CHECK_INT(tally_get(scene.tally, TALLY_MALFORMED), COUNT(rows), "counted");
}

/* proves R-OCSP-06 */
static void test_delegation_refused(void)
{
	AUTO(scene_clear) struct scene scene;
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	if (!scene_open(&scene, plain, 30 * DAY))
		return;
	CHECK_OK(key_write(scene.key[SIGN], &w), "spki");
	CHECK_ERR(responder_set_key(scene.desk, PERSON, &scene.signer[SIGN],
			  blob_make(room, w.len)),
		E_POLICY, "a key that the certificate is not of");

	/* A certificate of the right key and CA, for another purpose. */
	struct sample_leaf leaf = { .name = "person-ocsp",
		.serial_number = { 0x51 },
		.key = scene.key[PERSON],
		.not_after_s = DAY };
	sample_issue_files(&scene.outside, &scene.ca[PERSON], &leaf);
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	AUTO(responder_free) struct responder *desk = NULL;
	struct conf_faults faults = { .count = 0 };
	char path[128];
	snprintf(path, sizeof path, "%s/issuers.cfg", scene.outside.folder);
	if (!CHECK_OK(issuer_set_load(path, &set, &faults), "load") ||
		!CHECK_OK(responder_new(&plain, set, scene.replica, NULL, &desk), "new"))
		return;
	w = DER_WRITER(room);
	CHECK_OK(key_write(scene.key[PERSON], &w), "spki");
	CHECK_ERR(responder_set_key(desk, PERSON, &scene.signer[PERSON],
			  blob_make(room, w.len)),
		E_POLICY, "a certificate for clientAuth");
}

static const CU_TestInfo tests[] = {
	{ "statuses", test_statuses },
	{ "times", test_times },
	{ "kept answers", test_kept_answers },
	{ "key fails", test_key_fails },
	{ "malformed", test_malformed },
	{ "delegation refused", test_delegation_refused },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_responder = { "ca/status/responder", tests, NULL,
	NULL };
