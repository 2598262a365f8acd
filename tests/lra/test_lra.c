/* The whole office over TLS, with openssl and curl as outside judges; RA and CA are stand-ins behind the registry. */
#include <signal.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/support/lra_world.h"
#include "tests/support/postgres.h"

#define SAID(world) buf_text(&(world)->said)

/* proves R-APP-02 R-APP-04 R-LRA-04 R-LRA-06: from the counter to the RA, every yes verified by openssl */
static void test_submit(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	const char *made = lra_world_apply(&world, "csr.json");
	if (!CHECK(made != NULL, "the application is received: %s", SAID(&world)))
		return;
	snprintf(receipt, sizeof receipt, "%s", made);
	CHECK(outside_said(&world.said, "repaired commonName"),
		"what was repaired is told: %s", SAID(&world));
	CHECK_TEXT(lra_world_apply(&world, "csr.json"), receipt,
		"the same request again is the same application");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM application"), "1",
		"and nothing new is there");
	CHECK_TEXT(postgres_sql("SELECT sha256 = sha256(document) AND "
				"position('Takahashi'::bytea in document) > 0"
				" FROM application_version"),
		"t", "what came is kept byte for byte");
	CHECK_TEXT(lra_world_state(receipt), "received", "its state");
	CHECK_INT(lra_world_run(&world, "sato", "identify %s --yes", receipt), 1,
		"no evidence, no identity: %s", SAID(&world));
	CHECK(outside_said(&world.said, "evidence.missing"),
		"each attribute is named: %s", SAID(&world));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "submitted", "its state");
	for (size_t i = 0; i < 2; i++)
		CHECK_INT(outside_run(&world.outside, &world.said,
				  "openssl cms -verify -inform DER -in %s-%s.p7s "
				  "-content %s-%s.json -CAfile staff.pem"
				  " -purpose any -binary -out /dev/null",
				  receipt, i == 0 ? "identify" : "approve", receipt,
				  i == 0 ? "identify" : "approve"),
			0, "openssl verifies the decision: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT string_agg(event, ' ' ORDER BY id) FROM "
				"audit_event WHERE object = '%s'",
			   receipt),
		"applicationReceived evidenceAdded identityProved applicationApproved",
		"each deed has its audit event");
}

/* proves R-LRA-05 R-LRA-03: the second person is another one; other LRAs see nothing; auditors change nothing */
static void test_two_people(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24], path[128];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "handover.json"));
	CHECK_INT(lra_world_run(&world, "suzuki", "identify %s --yes", receipt), 6,
		"an approver does not identify");
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s papers.json", receipt), 0,
		"evidence: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "evidence %s papers.json", receipt), 5,
		"the same paper twice");
	CHECK_INT(lra_world_run(&world, "tanaka", "identify %s --yes", receipt), 0,
		"identify: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "approve %s --yes", receipt), 6,
		"a clerk does not approve");
	CHECK_INT(lra_world_run(&world, "other", "show %s", receipt), 4,
		"another LRA's clerk finds nothing");
	CHECK_INT(lra_world_run(&world, "mieru", "show %s", receipt), 0,
		"the auditor reads: %s", SAID(&world));
	snprintf(path, sizeof path, "/v1/applications/%s/withdraw", receipt);
	CHECK_INT(lra_world_curl(&world, "mieru-auth", "POST", path,
			  "{\"reason\":\"x\"}"),
		403, "and changes nothing");
	CHECK(lra_world_curl(&world, "sato-sign", "POST", path, "{\"reason\":\"x\"}") !=
			200,
		"a signing certificate logs nobody in");
	/* The certificate of another person signs: the statement names who fetched it. */
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "sed 's/suzuki-sign/sato-sign/g' suzuki.cfg >mixed.cfg"),
		0, "settings of a cheat");
	CHECK_INT(lra_world_run(&world, "mixed", "approve %s --yes", receipt), 6,
		"signed by another: %s", SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "identified", "nothing happened");
	CHECK(strtol(postgres_sql("SELECT count(*) FROM audit_event WHERE event = "
				  "'accessRefused'"),
		      NULL, 10) > 0,
		"the refusals left a trace");
	CHECK_INT(lra_world_run(&world, "suzuki",
			  "send-back %s --reason 'papers are old'", receipt),
		0, "sent back: %s", SAID(&world));
	CHECK_TEXT(
		postgres_sql(
			"SELECT state || coalesce(identified_by, '-') FROM application"),
		"received-", "the check of identity begins anew");
	CHECK_INT(lra_world_run(&world, "sato", "withdraw %s --reason 'no longer wanted'",
			  receipt),
		0, "withdrawn");
	CHECK_INT(lra_world_run(&world, "sato", "withdraw %s --reason 'again'", receipt),
		5, "not twice");
}

/* Posts what an earlier command kept, once more. */
static int post_kept(struct lra_world *world, const char *receipt, const char *kind)
{
	char path[128];
	outside_run(&world->outside, &world->said,
		"printf '{\"form\":\"cms\",\"statement\":\"%%s\",\"signature\":\"%%s\"}' "
		"$(base64 -w0 %s-%s.json)"
		" $(base64 -w0 %s-%s.p7s) >kept",
		receipt, kind, receipt, kind);
	AUTO(buf_clear) struct buf body = outside_read(&world->outside, "kept");
	snprintf(path, sizeof path, "/v1/applications/%s/decisions", receipt);
	return lra_world_curl(world, "sato-auth", "POST", path, buf_text(&body));
}

/* proves R-APP-04 R-APP-07: a correction is a new version; it voids every yes, and the old yes cannot come back */
static void test_amend(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "handover.json"));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	CHECK_INT(post_kept(&world, receipt, "identify"), 200,
		"sent again, for the answer was lost: %s", SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "submitted", "it stands where it stood");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM decision"), "2",
		"nothing was decided twice");
	outside_run(&world.outside, &world.said,
		"jq '.version=1|.subject.commonName=\"Takahashi Ichiro\"' handover.json "
		">new.json;"
		" jq '.mailboxes=[\"x\"]' new.json >bad.json");
	CHECK_INT(lra_world_run(&world, "sato", "amend %s bad.json", receipt), 1,
		"a wrong mailbox: %s", SAID(&world));
	CHECK(outside_said(&world.said, "subjectAltName.mailbox"), "it is named: %s",
		SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "amend %s new.json", receipt), 0,
		"corrected: %s", SAID(&world));
	CHECK_TEXT(postgres_sql(
			   "SELECT state || ' ' || version || coalesce(identified_by, ' "
			   "-') || coalesce(approved_by, ' -')"
			   " FROM application"),
		"received 2 - -", "a new version without any yes");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM application_version"), "2",
		"the first version stays");
	CHECK_INT(lra_world_run(&world, "sato", "amend %s new.json", receipt), 5,
		"a stale version: %s", SAID(&world));
	CHECK_INT(post_kept(&world, receipt, "identify"), 409,
		"the old yes is about another content: %s", SAID(&world));
	CHECK(outside_said(&world.said, "decision.content"), "which is said: %s",
		SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "received", "nothing happened");
}

/* proves R-LRA-15 R-LRA-03: whoever leaves the roster, or whose certificate is revoked, is out within seconds */
static void test_leaver(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	CHECK_INT(lra_world_run(&world, "tanaka", "list"), 0, "tanaka works: %s",
		SAID(&world));
	outside_run(&world.outside, &world.said,
		"digest=$(openssl x509 -in tanaka-auth.pem -outform DER | sha256sum | "
		"cut -c1-64);"
		" sed -i s/$digest/$(printf gone | sha256sum | cut -c1-64)/ roster.cfg");
	kill((pid_t)world.program.pid, SIGHUP);
	int code = 0;
	for (int i = 0; i < 50 && code != 6; i++) {
		usleep(100000);
		code = lra_world_run(&world, "tanaka", "list");
	}
	CHECK_INT(code, 6, "and then no longer: %s", SAID(&world));
	outside_run(&world.outside, &world.said,
		"openssl x509 -in sato-auth.pem -noout -serial | cut -d= -f2 | tr -d "
		"'\n'");
	char serial[64];
	snprintf(serial, sizeof serial, "%s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "list"), 0, "sato works: %s",
		SAID(&world));
	postgres_sql(
		"INSERT INTO issuer (id, name, certificate) VALUES (1, 'staff', 'x');"
		" INSERT INTO serial_reservation (issuer_id, serial_number, not_before, "
		"not_after)"
		" VALUES (1, '\\x%s', now(), now());"
		" INSERT INTO certificate_revocation (issuer_id, serial_number, "
		"revocation_date, reason, not_after)"
		" VALUES (1, '\\x%s', now(), 1, now())",
		serial, serial);
	CHECK_INT(lra_world_run(&world, "sato", "list"), 6,
		"not with a revoked certificate: %s", SAID(&world));
}

/* Starts a hand-over beside us; true when its key is bound. */
static bool start_delivery(struct lra_world *world, const char *receipt)
{
	char program[4096];
	if (!program_path("inkan-lra", program))
		return false;
	outside_run(&world->outside, &world->said,
		"rm -f deliver.exit; (%s deliver %s --file-channel mail --pin-channel "
		"hand -o t.p12 -c sato.cfg; echo $?"
		" >deliver.tmp; mv deliver.tmp deliver.exit) >deliver.out 2>&1 &",
		program, receipt);
	for (int i = 0; i < 100; i++) {
		if (strcmp(postgres_sql("SELECT (subject_public_key_info IS NOT NULL AND "
					"state = 'verified')::text FROM"
					" application WHERE receipt_number = '%s'",
				   receipt),
			    "true") == 0)
			return true;
		usleep(50000);
	}
	return false;
}

/* Its exit code; what it said is in said. */
static int wait_delivery(struct lra_world *world)
{
	outside_run(&world->outside, &world->said,
		"for i in $(seq 200); do [ -e deliver.exit ] && break; sleep 0.1; done; "
		"cat deliver.exit");
	int code = (int)strtol(buf_text(&world->said), NULL, 10);
	outside_run(&world->outside, &world->said, "cat deliver.out");
	return code;
}

/* Step 9, by the new key in both ways; another key proves nothing. */
static void prove_receipt(struct lra_world *world, const char *receipt)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/receipts/%s", receipt);
	CHECK_INT(lra_world_curl(world, "sato-auth", "POST", path, NULL), 403,
		"the clerk's certificate is not the new one: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "sato",
			  "receipt %s --sign-key sato-sign.key --sign-certificate "
			  "sato-sign.pem --yes",
			  receipt),
		6, "his signature neither: %s", SAID(world));
	CHECK_TEXT(lra_world_state(receipt), "delivered", "still without receipt");
	CHECK_INT(lra_world_curl(world, "holder", "POST", path, NULL), 200,
		"the holder's own certificate: %s", SAID(world));
	CHECK_TEXT(lra_world_state(receipt), "accepted", "its state");
	CHECK_TEXT(postgres_sql("SELECT method FROM receipt"), "tls", "how");
	CHECK_INT(lra_world_curl(world, "holder", "POST", path, NULL), 409,
		"not twice: %s", SAID(world));
}

/* Step 10. */
static void prove_revocation(struct lra_world *world, const char *receipt)
{
	CHECK_INT(lra_world_run(world, "other",
			  "revoke %s --event left --requester x --yes", receipt),
		4, "another LRA does not find it");
	CHECK_INT(lra_world_run(world, "sato",
			  "revoke %s --event keyLost --requester '' --yes", receipt),
		1, "somebody must have asked: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "sato",
			  "revoke %s --event privilege --requester x --yes", receipt),
		2, "no such event: %s", SAID(world));
	CHECK_INT(
		lra_world_run(world, "sato",
			"revoke %s --event left --requester 'personnel, by letter' --yes",
			receipt),
		0, "asked: %s", SAID(world));
	CHECK_TEXT(postgres_sql("SELECT reason || ' ' || event || ' ' || extract(epoch "
				"FROM due_at - received_at)::int || ' ' ||"
				" state FROM revocation"),
		"3 left 86400 asked", "reason, due time and state");
	CHECK_INT(
		lra_world_run(world, "sato",
			"revoke %s --event left --requester 'personnel, by letter' --yes",
			receipt),
		0, "asked again: %s", SAID(world));
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM revocation"), "1",
		"the first request stands");
	/* The holder himself, by the key that was lost. */
	outside_run(&world->outside, &world->said,
		"sed 's/sato-auth/holder/g;s/sato-sign/holder/g' sato.cfg >holder.cfg");
	CHECK_INT(lra_world_run(world, "holder",
			  "revoke --issuer person --serial $(cat holder.serial) --event "
			  "lostDevice --requester 'the holder' --yes"),
		0, "the holder, graver: %s", SAID(world));
	CHECK_TEXT(postgres_sql("SELECT string_agg(reason::text, ' ' ORDER BY id) FROM "
				"revocation"),
		"3 1", "both stand");
	postgres_sql(
		"INSERT INTO certificate_revocation (issuer_id, serial_number, "
		"revocation_date, reason, not_after)"
		" SELECT issuer_id, serial_number, now(), 1, not_after FROM certificate");
	CHECK_INT(lra_world_run(world, "sato",
			  "revoke %s --event left --requester x --yes", receipt),
		5, "what is revoked stays so: %s", SAID(world));
	CHECK_INT(lra_world_curl(world, "holder", "GET", "/v1/agreements", NULL), 403,
		"a revoked certificate opens nothing: %s", SAID(world));
	CHECK_INT(lra_world_run(world, "sato", "status person $(cat holder.serial)"), 0,
		"status: %s", SAID(world));
	CHECK(outside_said(&world->said, "keyCompromise"), "says so: %s", SAID(world));
}

/* proves R-SUB-KEY-02: a hand-over that is cut off leaves no living certificate, and the next one can begin */
static void test_lost_key(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "handover.json"));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	lra_world_verify(receipt);
	if (!CHECK(start_delivery(&world, receipt), "the gateway bound a key"))
		return;
	CHECK_INT(lra_world_run(&world, "tanaka",
			  "deliver %s --file-channel mail --pin-channel hand -o u.p12",
			  receipt),
		5, "two at once: one of them waits: %s", SAID(&world));
	/* The CA answers nothing in time. */
	CHECK_INT(wait_delivery(&world), 9, "no answer: try again: %s", SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "verified",
		"nothing was ordered: it can simply begin anew");
	CHECK(start_delivery(&world, receipt), "anew");
	CHECK_INT(wait_delivery(&world), 9, "once more in vain");
	/* And now the answer comes, too late: nobody has the key. */
	CHECK(lra_world_issue(&world, receipt, "late"), "issued: %s", SAID(&world));
	for (int i = 0; i < 100 && strcmp(lra_world_state(receipt), "verified") != 0; i++)
		usleep(100000);
	CHECK_TEXT(lra_world_state(receipt), "verified", "the keeper took it back");
	CHECK_TEXT(postgres_sql("SELECT reason || ' ' || event FROM revocation"),
		"4 keyLost", "its certificate goes");
	CHECK_TEXT(postgres_sql(
			   "SELECT count(*) FROM audit_event WHERE event = 'keyLost'"),
		"1", "with its trace");
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --file-channel mail --pin-channel hand -o u.p12",
			  receipt),
		5, "not before it is revoked: %s", SAID(&world));
	postgres_sql(
		"INSERT INTO certificate_revocation (issuer_id, serial_number, "
		"revocation_date, reason, not_after)"
		" SELECT issuer_id, serial_number, now(), 4, not_after FROM certificate");
	CHECK(start_delivery(&world, receipt), "then again");
	CHECK(lra_world_issue(&world, receipt, "second"), "issued: %s", SAID(&world));
	CHECK_INT(wait_delivery(&world), 0, "and handed over: %s", SAID(&world));
}

/* proves R-SUB-KEY-02 R-SUB-KEY-03 R-SUB-KEY-04 R-LRA-08 R-LRA-09: a key born at hand-over, its PIN by another way, once */
static void test_hand_over(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "handover.json"));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	lra_world_verify(receipt);
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --file-channel mail --pin-channel Mail -o t.p12",
			  receipt),
		1, "not both the same way");
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --form certificate --file-channel mail", receipt),
		1, "no plain certificate for a key that is born here");
	if (!CHECK(start_delivery(&world, receipt), "the gateway bound a key") ||
		!CHECK(lra_world_issue(&world, receipt, "holder"), "the CA issued: %s",
			SAID(&world)))
		return;
	CHECK_INT(wait_delivery(&world), 0, "handed over: %s", SAID(&world));
	CHECK_TEXT(lra_world_state(receipt), "delivered", "its state");
	CHECK_INT(lra_world_run(&world, "other", "pin %s", receipt), 4,
		"another LRA gets no PIN");
	CHECK_INT(lra_world_run(&world, "tanaka", "pin %s >pin", receipt), 0,
		"the PIN: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "tanaka", "pin %s", receipt), 5, "only once");
	CHECK_TEXT(postgres_sql("SELECT (sealed_pin IS NULL AND pin_shown_at IS NOT "
				"NULL)::text FROM delivery"),
		"true", "and then it is erased");
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "openssl pkcs12 -in t.p12 -passin file:pin -nodes -nocerts "
			  "-out holder.key && chmod 600 holder.key &&"
			  " openssl pkey -in holder.key -pubout -out a && openssl x509 "
			  "-in holder.pem -pubkey -noout -out b &&"
			  " cmp a b && openssl pkcs12 -in t.p12 -passin file:pin -nokeys "
			  "| grep -c BEGIN"),
		0, "openssl opens it, and the key is the certificate's: %s",
		SAID(&world));
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "openssl pkcs12 -info -in t.p12 -passin file:pin -noout 2>&1 | "
			  "grep 'PBES2, PBKDF2, AES-256-CBC.*SHA256'"),
		0, "as R-SUB-KEY-03 wants it: %s", SAID(&world));
	prove_receipt(&world, receipt);
	prove_revocation(&world, receipt);
}

/* proves R-LRA-09 R-PKQ-09: the subscriber's own key: a certificate comes back, he signs for it, and packs it himself */
static void test_own_key(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "csr.json"));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	lra_world_verify(receipt);
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --form certificate --file-channel mail", receipt),
		5, "not before it is issued: %s", SAID(&world));
	CHECK(lra_world_issue(&world, receipt, "own"), "issued: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --file-channel mail --pin-channel hand -o t.p12",
			  receipt),
		1, "no PKCS #12 without the key: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --form certificate --file-channel mail -o got.pem",
			  receipt),
		0, "handed over: %s", SAID(&world));
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "openssl x509 -in got.pem -out a && cmp a own.pem && openssl "
			  "verify -CAfile person.pem own.pem"),
		0, "openssl reads it, the holder's first: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "pin %s", receipt), 5,
		"there is no PIN: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato",
			  "receipt %s --sign-key own.key --sign-certificate own.pem "
			  "--yes --keep .",
			  receipt),
		0, "receipt by the new key: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT a.state || ' ' || r.method FROM application a "
				"JOIN receipt r ON r.application_id = a.id"),
		"accepted signature", "its state, and how");
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "openssl cms -verify -inform DER -in %s-confirm.p7s -content "
			  "%s-confirm.json -CAfile person.pem"
			  " -purpose any -binary -out /dev/null",
			  receipt, receipt),
		0, "openssl verifies it: %s", SAID(&world));
	char program[4096];
	if (!program_path("inkan-lra", program))
		return;
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "%s pack --key own.key --certificate got.pem -o own.p12 "
			  "--pin-fd 3 3>own.pin && openssl pkcs12 -in own.p12"
			  " -passin file:own.pin -nodes -nocerts | openssl pkey -pubout "
			  "-out a && cmp a own.pub",
			  program),
		0, "packed: %s", SAID(&world));
	CHECK_INT(outside_run(&world.outside, &world.said,
			  "%s pack --key sato-sign.key --certificate got.pem -o x.p12 "
			  "--pin-fd 3 3>x.pin",
			  program),
		1, "never with another's certificate: %s", SAID(&world));
}

/* proves R-LRA-09: on paper, by a clerk */
static void test_paper(void)
{
	AUTO(lra_world_clear) struct lra_world world = lra_world_open();
	if (!CHECK(world.good, "the LRA serves"))
		return;
	char receipt[24];
	snprintf(receipt, sizeof receipt, "%s", lra_world_apply(&world, "csr.json"));
	CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
	lra_world_verify(receipt);
	CHECK(lra_world_issue(&world, receipt, "own"), "issued: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "paper-receipt %s terms.txt", receipt), 5,
		"not before: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato",
			  "deliver %s --form certificate --file-channel mail -o got.pem",
			  receipt),
		0, "handed over: %s", SAID(&world));
	CHECK_INT(lra_world_run(&world, "sato", "paper-receipt %s terms.txt", receipt), 0,
		"signed paper: %s", SAID(&world));
	CHECK_TEXT(postgres_sql("SELECT (proof = sha256(convert_to(E'terms of use\\n', "
				"'UTF8')))::text || method FROM receipt"),
		"truepaper", "its digest is the proof");
}

/* proves R-SUB-KEY-02: the process that holds the key is killed at each point of a hand-over */
static void test_killed(void)
{
	static const char *const points[] = { "lra.bound", "lra.issued", "lra.packed" };
	char fault[64];
	snprintf(fault, sizeof fault, "/tmp/inkan-lra-fault-%d", (int)getpid());
	setenv("INKAN_FAULT", fault, 1);
	for (size_t i = 0; i < 3; i++) {
		AUTO(lra_world_clear) struct lra_world world = lra_world_open();
		if (!CHECK(world.good, "the LRA serves"))
			break;
		char receipt[24], name[32];
		snprintf(receipt, sizeof receipt, "%s",
			lra_world_apply(&world, "handover.json"));
		CHECK(lra_world_submit(&world, receipt), "submitted: %s", SAID(&world));
		lra_world_verify(receipt);
		outside_run(&world.outside, &world.said, "printf %s >%s", points[i],
			fault);
		CHECK(start_delivery(&world, receipt), "%s: the gateway bound a key",
			points[i]);
		CHECK(lra_world_issue(&world, receipt, "holder"), "issued: %s",
			SAID(&world));
		CHECK_INT(wait_delivery(&world), 9, "%s: no answer: %s", points[i],
			SAID(&world));
		for (int j = 0;
			j < 100 && strcmp(lra_world_state(receipt), "verified") != 0; j++)
			usleep(100000);
		CHECK_TEXT(lra_world_state(receipt), "verified", "%s: taken back",
			points[i]);
		CHECK_TEXT(postgres_sql("SELECT event || (SELECT count(*) FROM delivery) "
					"FROM revocation"),
			"keyLost0", "%s: its certificate goes, nothing was delivered",
			points[i]);
		postgres_sql("INSERT INTO certificate_revocation (issuer_id, "
			     "serial_number, revocation_date, reason, not_after)"
			     " SELECT issuer_id, serial_number, now(), 4, not_after FROM "
			     "certificate");
		snprintf(name, sizeof name, "second%zu", i);
		CHECK(start_delivery(&world, receipt), "%s: once more", points[i]);
		CHECK(lra_world_issue(&world, receipt, name), "issued: %s", SAID(&world));
		CHECK_INT(wait_delivery(&world), 0, "%s: handed over: %s", points[i],
			SAID(&world));
	}
	unsetenv("INKAN_FAULT");
	unlink(fault);
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "from the counter to the RA", test_submit },
	{ "two people", test_two_people },
	{ "corrections", test_amend },
	{ "whoever leaves", test_leaver },
	{ "hand-over", test_hand_over },
	{ "a lost key", test_lost_key },
	{ "a key of their own", test_own_key },
	{ "a receipt on paper", test_paper },
	{ "killed at a hand-over", test_killed },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra = { "lra", tests, NULL, NULL };
