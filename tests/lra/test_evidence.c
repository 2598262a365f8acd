/* Sealed evidence through the whole LRA: over HTTP and by the verbs, looked at afterwards in registry and folder. */
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

static struct lra_world world;
static char receipt[24], digest[65];

/* A paper with words in it that must be nowhere else, and named as somebody would name it. */
static const char papers[] =
	"printf '%%PDF-1.7\\nTAKAHASHI Ichiro, born 1970\\n' >takahashi-licence.pdf\n"
	"head -c 300000 /dev/urandom >>takahashi-licence.pdf\n"
	"printf '\\211PNG\\r\\n\\032\\n\\0\\0\\0\\015IHDR rest' >photo.png\n"
	"printf '<!DOCTYPE html><script>alert(1)</script>' >page.pdf\n"
	": >empty.pdf\n"
	"{ printf '%%PDF-1.7\\n'; head -c 1048568 /dev/zero; } >long.pdf\n"
	"sha256sum takahashi-licence.pdf | cut -c1-64 | tr -d '\\n'\n";

static bool run(int want, const char *line)
{
	int code = outside_run(&world.outside, &world.said, "%s", line);
	return CHECK_INT(code, want, "%s: %s", line, buf_text(&world.said));
}

static void set_up(void)
{
	const char *is;
	world = lra_world_open();
	if (!CHECK(world.good, "the world"))
		return;
	outside_write(&world.outside, "papers.sh", blob_text(papers));
	run(0, "bash papers.sh");
	snprintf(digest, sizeof digest, "%s", buf_text(&world.said));
	is = lra_world_apply(&world, "handover.json");
	snprintf(receipt, sizeof receipt, "%s", is == NULL ? "" : is);
}

static void tear_down(void)
{
	lra_world_clear(&world);
}

/* The file as this person, by curl; the HTTP status, the answer in world.said. */
static int put(const char *who, const char *file, const char *type, const char *sha256,
	const char *more)
{
	int code = outside_run(&world.outside, &world.said,
		"curl -s -o answer -w '%%{http_code}' --cacert systems.pem --cert "
		"%s-auth.pem --key %s-auth.key -X PUT -H 'Content-Type: %s' %s "
		"--data-binary @%s 'https://localhost:%s/v1/applications/%s/evidence/%s'",
		who, who, type, more, file, world.port, receipt, sha256);
	int status = code == 0 ? (int)strtol(buf_text(&world.said), NULL, 10) : -code;
	outside_run(&world.outside, &world.said, "cat answer 2>/dev/null || true");
	return status;
}

static bool said(const char *words)
{
	return strstr(buf_text(&world.said), words) != NULL;
}

static const char *count(const char *table)
{
	return postgres_sql("SELECT count(*) FROM inkan.%s", table);
}

static bool upload(void)
{
	return CHECK_INT(lra_world_run(&world, "sato",
				 "evidence upload %s takahashi-licence.pdf", receipt),
		       0, "upload: %s", buf_text(&world.said)) &&
	       CHECK(said(digest), "it says the digest");
}

/* proves R-LRA-10 R-PRV-04 R-LOG-06: the registry's dump, the folder and the log hold neither plaintext nor a file's name */
static void test_nothing_in_plain(void)
{
	if (!upload())
		return;
	outside_run(&world.outside, &world.said,
		"PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -n 1) pg_dump '%s' "
		">dump",
		postgres_conninfo(NULL));
	CHECK(run(0, "grep -q evidence_file dump"), "the dump");
	run(1, "grep -aiE 'born 1970|takahashi-licence' dump lra.log");
	run(1, "grep -raiE 'born 1970|takahashi' vault");
	run(0, "find vault -name '*.sealed' -size +290k | grep -q . && "
	       "test -z \"$(find vault -name '*takahashi*' -o -name '*.pdf')\"");
	CHECK_TEXT(postgres_sql("SELECT encode(sha256, 'hex') FROM inkan.evidence_file"),
		digest, "the digest is there");
	CHECK_TEXT(postgres_sql("SELECT actor || ' ' || object FROM inkan.audit_event "
				"WHERE event = 'evidenceSealed'"),
		postgres_sql("SELECT 'sato %s'", receipt), "and who sealed it");
}

/* proves R-ARC-01: what comes out is what went in, in a browser's sandbox, and each look leaves an event */
static void test_look(void)
{
	char path[200];
	if (!upload())
		return;
	snprintf(path, sizeof path,
		"curl -s -D head -o seen --cacert systems.pem --cert suzuki-auth.pem "
		"--key suzuki-auth.key 'https://localhost:%s/v1/applications/%s/",
		world.port, receipt);
	outside_run(&world.outside, &world.said, "%sevidence/%s?purpose=approve'", path,
		digest);
	run(0, "cmp seen takahashi-licence.pdf");
	run(0, "tr -d '\\r' <head >h; grep -qix 'content-type: application/pdf' h && "
	       "grep -qi '^content-security-policy: sandbox; default-src .none.' h && "
	       "grep -qix 'x-content-type-options: nosniff' h && "
	       "grep -qix 'cache-control: no-store' h && "
	       "grep -qi '^content-disposition: attachment; filename=\"A[-0-9A-Z]*-' h");
	CHECK_TEXT(postgres_sql("SELECT actor || detail FROM inkan.audit_event WHERE "
				"event = 'evidenceShown'"),
		postgres_sql("SELECT 'suzuki{\"sha256\":\"%s\",\"purpose\":\"approve\"}'",
			digest),
		"who looked, at what, why");
	CHECK_INT(lra_world_run(&world, "sato",
			  "evidence get %s %s --purpose identify -o mine.pdf", receipt,
			  digest),
		0, "by the verb: %s", buf_text(&world.said));
	run(0, "cmp mine.pdf takahashi-licence.pdf");
	CHECK(lra_world_run(&world, "sato", "evidence get %s %s --purpose fun -o x.pdf",
		      receipt, digest) != 0 &&
			said("evidence.purpose"),
		"not without a purpose of the list");
	CHECK(lra_world_run(&world, "other",
		      "evidence get %s %s --purpose audit -o x.pdf", receipt,
		      digest) == 4,
		"another LRA has no such case: %s", buf_text(&world.said));
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM inkan.audit_event WHERE event = "
				"'evidenceShown'"),
		"2", "two looks, two events");
}

/* proves R-NET-04 R-ARC-01: refused in plain words, and nothing of it stays */
static void test_hostile(void)
{
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	/* clang-format off */
	static const struct { const char *who, *file, *type, *sha256, *more; int status; const char *words; } rows[] = {
		{ "sato", "takahashi-licence.pdf", "application/pdf", zeros, "", 400, "evidence.digest" },
		{ "sato", "page.pdf", "application/pdf", zeros, "", 422, "evidence.content" },
		{ "sato", "page.pdf", "text/html", zeros, "", 422, "evidence.type" },
		{ "sato", "page.pdf", "image/svg+xml", zeros, "", 422, "evidence.type" },
		{ "sato", "photo.png", "image/jpeg", zeros, "", 422, "evidence.content" },
		{ "sato", "long.pdf", "application/pdf", zeros, "", 422, "evidence.size" },
		{ "sato", "long.pdf", "application/pdf", zeros, "-H 'Transfer-Encoding: chunked'", 422, "evidence.size" },
		{ "sato", "empty.pdf", "application/pdf", zeros, "", 400, "\"name\"" },
		{ "sato", "photo.png", "image/png", "00", "", 400, "\"name\"" },
		{ "suzuki", "photo.png", "image/png", zeros, "", 403, "\"name\"" },
		{ "mieru", "photo.png", "image/png", zeros, "", 403, "\"name\"" },
		{ "other", "photo.png", "image/png", zeros, "", 404, "\"name\"" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_INT(put(rows[i].who, rows[i].file, rows[i].type, rows[i].sha256,
				  rows[i].more),
			rows[i].status, "%s of %s as %s: %s", rows[i].file, rows[i].who,
			rows[i].type, buf_text(&world.said));
		CHECK(said(rows[i].words), "row %zu: %s", i, buf_text(&world.said));
	}
	CHECK_TEXT(count("evidence_file"), "0", "no row");
	run(0, "test -z \"$(find vault -name '*.sealed' -o -name '*.part')\"");
	/* More than the route ever takes ends the connection before it is read. */
	run(0, "truncate -s 70M huge.pdf");
	CHECK(put("sato", "huge.pdf", "application/pdf", zeros, "") == 413, "413: %s",
		buf_text(&world.said));
	CHECK_INT(lra_world_curl(&world, "sato-auth", "GET", "/v1/session", NULL), 200,
		"it serves on");
}

/* An upload in the middle of which the line breaks leaves nothing. */
static void test_cut_off(void)
{
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "curl -s --max-time 1 --limit-rate 100K --cacert systems.pem "
			  "--cert sato-auth.pem --key sato-auth.key -X PUT -H "
			  "'Content-Type: application/pdf' --data-binary "
			  "@takahashi-licence.pdf "
			  "'https://localhost:%s/v1/applications/%s/evidence/%s'",
			  world.port, receipt, digest),
		28, "cut off after a second: %s", buf_text(&world.said));
	usleep(500000);
	CHECK_TEXT(count("evidence_file"), "0", "no row");
	run(0, "test -z \"$(find vault -name '*.sealed' -o -name '*.part')\"");
	CHECK(upload(), "and again, whole");
}

/* The same upload again gets the first answer; the same paper for another person is shown to the clerk. */
static void test_again(void)
{
	const char *second;
	if (!upload())
		return;
	CHECK_INT(put("sato", "takahashi-licence.pdf", "application/pdf", digest, ""),
		200, "again: %s", buf_text(&world.said));
	CHECK_TEXT(count("evidence_file"), "1", "one row");
	run(0, "test $(find vault -name '*.sealed' | wc -l) = 1");
	second = lra_world_apply(&world, "csr.json");
	if (!CHECK(second != NULL, "another person"))
		return;
	CHECK_INT(lra_world_run(&world, "sato",
			  "evidence upload %s takahashi-licence.pdf", second),
		0, "for him: %s", buf_text(&world.said));
	CHECK(said(receipt), "the first case is named: %s", buf_text(&world.said));
}

/* proves R-ARC-01: a flipped octet is seen at the next look, told in words, and recorded */
static void test_damage(void)
{
	if (!upload())
		return;
	run(0, "f=$(find vault -name '*.sealed'); printf X | dd of=$f bs=1 seek=150000 "
	       "conv=notrunc 2>/dev/null");
	CHECK(lra_world_run(&world, "sato",
		      "evidence get %s %s --purpose identify -o mine.pdf", receipt,
		      digest) != 0 &&
			said("evidence.damaged"),
		"refused: %s", buf_text(&world.said));
	run(2, "ls mine.pdf");
	CHECK_TEXT(postgres_sql("SELECT count(*) > 0 FROM inkan.audit_event WHERE event "
				"= 'evidenceDamaged'"),
		"t", "recorded");
	for (int i = 0; i < 150 && strcmp(count("evidence_damage"), "1") != 0; i++)
		usleep(100000);
	CHECK_TEXT(count("evidence_damage"), "1", "and the keeper finds it by itself");
	lra_world_run(&world, "sato", "evidence list %s", receipt);
	CHECK(said("DAMAGED"), "the list says so: %s", buf_text(&world.said));
}

static void wait_closed(void)
{
	for (int i = 0; i < 200 && strcmp(count("evidence_closed"), "1") != 0; i++)
		usleep(100000);
	CHECK_TEXT(count("evidence_closed"), "1", "the keeper closes the case");
}

/* proves R-LRA-10: behind the end of the case only the archive's key opens it, and no evidence comes in behind the check */
static void test_close(void)
{
	if (!upload())
		return;
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s papers.json", receipt), 0,
		"named");
	CHECK_INT(lra_world_run(&world, "sato", "identify %s --yes", receipt), 0, "%s",
		buf_text(&world.said));
	CHECK_INT(put("sato", "photo.png", "image/png", digest, ""), 409, "%s",
		buf_text(&world.said));
	CHECK(said("evidence.closed"), "%s", buf_text(&world.said));
	CHECK_INT(lra_world_run(&world, "sato", "withdraw %s --reason gone", receipt), 0,
		"%s", buf_text(&world.said));
	wait_closed();
	CHECK(lra_world_run(&world, "sato",
		      "evidence get %s %s --purpose complaint -o mine.pdf", receipt,
		      digest) != 0 &&
			said("evidence.caseClosed"),
		"closed: %s", buf_text(&world.said));
	CHECK(lra_world_run(&world, "sato", "evidence fetch %s copy", receipt) != 0,
		"not by a clerk");
	run(0, "rm -rf copy");
	CHECK_INT(lra_world_run(&world, "mieru", "evidence fetch %s copy", receipt), 0,
		"by an auditor: %s", buf_text(&world.said));
	CHECK_INT(lra_world_run(&world, "mieru",
			  "evidence open copy --key archive.key "
			  "-o plain #"),
		0, "offline: %s", buf_text(&world.said));
	run(0, "cmp plain/*.pdf takahashi-licence.pdf");
	CHECK_INT(lra_world_run(&world, "mieru",
			  "evidence open copy --key own.key -o "
			  "none #") != 0,
		1, "not with another key");
	run(0, "printf X | dd of=$(ls copy/*.sealed) bs=1 seek=5000 conv=notrunc "
	       "2>/dev/null");
	CHECK(lra_world_run(&world, "mieru",
		      "evidence open copy --key archive.key -o "
		      "bad #") != 0,
		"a changed copy does not open");
	run(0, "test -z \"$(ls bad)\"");
}

/* proves R-LOG-07: not before its time, by two people, and the record stays when keys and files are gone */
static void test_destruction(void)
{
	if (!upload())
		return;
	lra_world_run(&world, "sato", "withdraw %s --reason gone", receipt);
	wait_closed();
	CHECK(lra_world_run(&world, "sato", "evidence destroy %s --reason old",
		      receipt) != 0 &&
			said("evidence.retention"),
		"too early: %s", buf_text(&world.said));
	CHECK_TEXT(
		postgres_sql(
			"CREATE TEMP TABLE answer (state text); DO $$ BEGIN INSERT INTO "
			"inkan.evidence_destruction (application_id, reason, "
			"proposed_by, proposed_at) SELECT id, 'r', 'x', now() FROM "
			"inkan.application; INSERT INTO answer VALUES ('done'); "
			"EXCEPTION WHEN OTHERS THEN INSERT INTO answer VALUES "
			"(SQLSTATE); END $$; SELECT state FROM answer"),
		"P0001", "not even by the database's owner");
	postgres_sql("SET session_replication_role = replica; UPDATE inkan.application "
		     "SET changed_at = now() - interval '11 years'; UPDATE "
		     "inkan.evidence_closed SET closed_at = now() - interval '11 years'");
	CHECK_INT(lra_world_run(&world, "mieru", "evidence due"), 0, "%s",
		buf_text(&world.said));
	CHECK(said(receipt), "it is due");
	CHECK_INT(lra_world_run(&world, "sato", "evidence destroy %s --reason old",
			  receipt),
		7, "proposed: %s", buf_text(&world.said));
	CHECK(lra_world_run(&world, "suzuki", "evidence destroy %s --reason old",
		      receipt) != 0 &&
			said("evidence.proposed"),
		"once: %s", buf_text(&world.said));
	CHECK_INT(lra_world_run(&world, "sato",
			  "evidence approve-destruction %s --confirm %s", receipt,
			  receipt),
		6, "a clerk does not approve: %s", buf_text(&world.said));
	CHECK_INT(lra_world_run(&world, "suzuki",
			  "evidence approve-destruction %s --confirm %s", receipt,
			  receipt),
		0, "approved: %s", buf_text(&world.said));
	for (int i = 0; i < 200 && strcmp(postgres_sql("SELECT done_at IS NOT NULL FROM "
						       "inkan.evidence_destruction"),
					   "t") != 0;
		i++)
		usleep(100000);
	run(0, "test -z \"$(ls vault)\"");
	CHECK_TEXT(count("evidence_file"), "1", "the ledger's entry stays");
	CHECK_TEXT(postgres_sql("SELECT string_agg(event, ' ' ORDER BY id) FROM "
				"inkan.audit_event WHERE event LIKE 'destruction%%' OR "
				"event = 'evidenceDestroyed'"),
		"destructionProposed destructionApproved evidenceDestroyed",
		"and the record");
	lra_world_run(&world, "sato", "evidence list %s --json", receipt);
	CHECK(said("destroyedAt") && said(digest), "the list: %s", buf_text(&world.said));
	CHECK(lra_world_run(&world, "suzuki",
		      "evidence get %s %s --purpose audit -o x.pdf", receipt,
		      digest) != 0 &&
			said("evidence.destroyed"),
		"gone: %s", buf_text(&world.said));
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "nothing in plain", test_nothing_in_plain },
	{ "look", test_look },
	{ "hostile", test_hostile },
	{ "cut off", test_cut_off },
	{ "again", test_again },
	{ "damage", test_damage },
	{ "close", test_close },
	{ "destruction", test_destruction },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_evidence = { "lra/evidence", tests, set_up,
	tear_down };
