/* The signer as a program, with the real linter, on the keys of a rehearsal; openssl judges what it signs. */
#include "ca/signer/client.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/signer/message.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/cert.h"
#include "common/pki/crl.h"
#include "common/proc/proc.h"
#include "tests/check.h"
#include "tests/support/program.h"
#include "tests/support/rehearsal.h"

static struct rehearsal rehearsal;
static struct buf person_der;
static struct cert person;

/* Signer and linter under way; fds of the two clients. */
struct running {
	struct proc_child lint, signer;
	int issuer, publisher;
};

static void write_settings(bool software, const char *pin)
{
	char text[2048];
	int len = snprintf(text, sizeof text,
		"issuers = \"%s\"; profiles = \"%s\";\n"
		"token = { module = \"%s\"; pin = \"%s\"; folder = \"%s/tokens\"; "
		"software = %s; };\n",
		rehearsal.issuers, rehearsal.profiles, SOFTHSM_MODULE, pin,
		rehearsal.outside.folder, software ? "true" : "false");
	outside_write(&rehearsal.outside, "signer.cfg", blob_make(text, (size_t)len));
	len = snprintf(text, sizeof text, "issuers = \"%s\"; profiles = \"%s\";\n",
		rehearsal.issuers, rehearsal.profiles);
	outside_write(&rehearsal.outside, "lint.cfg", blob_make(text, (size_t)len));
}

static void set_up(void)
{
	char source[160];
	rehearsal = rehearsal_held();
	snprintf(source, sizeof source, "file:%s", rehearsal.pin);
	write_settings(true, source);
	person_der = rehearsal_certificate(&rehearsal, "person");
	CHECK_OK(cert_parse(buf_view(&person_der), &person), "the CA");
}

static void tear_down(void)
{
	buf_clear(&person_der);
	rehearsal_clear(&rehearsal);
}

/* What the programs log goes into a file, so that the run of the tests stays readable. */
static struct err start_quietly(struct proc_child *child)
{
	char path[160];
	snprintf(path, sizeof path, "%s/log", rehearsal.outside.folder);
	int own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
	int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (own < 0 || log < 0 || dup2(log, STDERR_FILENO) < 0)
		return FAIL(E_IO, "no log");
	struct err err = proc_start(child);
	dup2(own, STDERR_FILENO);
	close(own);
	close(log);
	return err;
}

static bool start_one(struct proc_child *child, const char *program, const char *settings,
	const int fds[static 3])
{
	static char path[2][4096], file[2][256];
	size_t at = strcmp(program, "inkan-lint") == 0;
	snprintf(file[at], sizeof file[at], "%s/%s", rehearsal.outside.folder, settings);
	if (!CHECK(program_path(program, path[at]), "%s is built", program))
		return false;
	*child = (struct proc_child){ .name = program,
		.argv = { path[at], "-c", file[at], NULL },
		.fds = { fds[0], fds[1], fds[2], -1, -1, -1 } };
	return CHECK_OK(start_quietly(child), "%s", program);
}

/* lint_end: NULL for the real linter, else where the end of its pipe goes. */
static struct running start(int *lint_end)
{
	int lint[2], issuer[2], publisher[2];
	struct running r = { .issuer = -1, .publisher = -1 };
	CHECK_OK(proc_socketpair(lint), "pipe");
	CHECK_OK(proc_socketpair(issuer), "pipe");
	CHECK_OK(proc_socketpair(publisher), "pipe");
	if (lint_end != NULL)
		*lint_end = lint[1];
	else
		start_one(&r.lint, "inkan-lint", "lint.cfg",
			(const int[]){ lint[1], -1, -1 });
	start_one(&r.signer, "inkan-signer", "signer.cfg",
		(const int[]){ lint[0], issuer[1], publisher[1] });
	close(lint[0]);
	if (lint_end == NULL)
		close(lint[1]);
	close(issuer[1]);
	close(publisher[1]);
	r.issuer = issuer[0];
	r.publisher = publisher[0];
	return r;
}

/* The signer's exit code, or minus the signal. */
static int wait_signer(struct running *r)
{
	int status = 0;
	if (r->signer.pid <= 0)
		return -1000;
	waitpid((pid_t)r->signer.pid, &status, 0);
	r->signer.pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void stop(struct running *r)
{
	if (r->issuer >= 0)
		close(r->issuer);
	if (r->publisher >= 0)
		close(r->publisher);
	if (r->signer.pid > 0)
		CHECK_INT(wait_signer(r), 0,
			"the signer ends with its clients, without a leak");
	if (r->lint.pid > 0)
		waitpid((pid_t)r->lint.pid, NULL, 0);
}
AUTO_DEFINE_HELD(struct running, stop)

/* ---- requests */

struct made {
	uint8_t subject[512], san[256], spki[LIMIT_SPKI];
	struct signer_request request;
};

static void encode_subject(struct made *made, const char *number,
	const char *organization)
{
	struct name name = { .count = 0 };
	struct der_writer w = DER_WRITER(made->subject);
	CHECK_OK(name_add(&name, NAME_COUNTRY, "JP"), "C");
	if (organization != NULL) {
		CHECK_OK(name_add(&name, NAME_ORGANIZATION, organization), "O");
		CHECK_OK(name_add(&name, NAME_ORGANIZATION_IDENTIFIER,
				 "VATJP-8999900000001"),
			"id");
	}
	CHECK_OK(name_add(&name, NAME_SURNAME, "TANAKA"), "SN");
	CHECK_OK(name_add(&name, NAME_GIVEN_NAME, "Taro"), "GN");
	CHECK_OK(name_add(&name, NAME_SERIAL_NUMBER, number), "serialNumber");
	CHECK_OK(name_add(&name, NAME_COMMON_NAME, "TANAKA Taro"), "CN");
	name_write(&name, &w);
	CHECK_OK(der_finish(&w, &made->request.subject), "subject");
}

static void encode_mailbox(struct made *made, const char *mailbox)
{
	struct general_names san = { .count = 0 };
	struct der_writer w = DER_WRITER(made->san);
	CHECK_OK(general_names_add_mailbox(&san, mailbox), "%s", mailbox);
	general_names_write(&san, &w);
	CHECK_OK(der_finish(&w, &made->request.subject_alt_name), "%s", mailbox);
}

static void encode_key(struct made *made, enum key_algorithm algorithm)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct der_writer w = DER_WRITER(made->spki);
	CHECK_OK(key_generate(algorithm, &key), "key");
	CHECK_OK(key_write(key, &w), "key");
	CHECK_OK(der_finish(&w, &made->request.subject_public_key_info), "key");
}

static void make_good(struct made *made, size_t number)
{
	char text[16];
	int64_t now = clock_now();
	snprintf(text, sizeof text, "%06zu", number);
	made->request = (struct signer_request){ .issuer = "person",
		.profile = "P-PERSON-MP",
		.profile_version = 1,
		.not_before = now,
		.not_after = profile_not_after(now, 730 * DAY) };
	CHECK_OK(serial_random(&made->request.serial_number), "serial");
	encode_subject(made, text, "Mirai Bank, Ltd.");
	encode_mailbox(made, "tanaka@mirai-bank.example");
	encode_key(made, KEY_P256);
}

/* ---- certificates */

static void check_certificate(EVP_PKEY *ca_key, const struct signer_request *request,
	const struct signer_answer *answer, size_t at)
{
	struct cert cert;
	if (!CHECK_OK(answer->err, "%zu", at) ||
		!CHECK_OK(cert_parse(answer->certificate, &cert), "%zu", at))
		return;
	CHECK_OK(cert_verify(&cert, ca_key), "%zu", at);
	CHECK_BLOB(serial_view(&cert.serial_number), serial_view(&request->serial_number),
		"%zu", at);
	CHECK_BLOB(cert.subject, request->subject, "%zu", at);
	CHECK_BLOB(cert.issuer, person.subject, "%zu: R-ISS-10", at);
	CHECK_BLOB(cert.subject_alt_name, request->subject_alt_name, "%zu", at);
	CHECK_BLOB(cert.subject_public_key_info, request->subject_public_key_info, "%zu",
		at);
	CHECK_INT(cert.not_after, request->not_after, "%zu", at);
}

/* Batches that end within, at and behind a flight of 16; with good and bad ones mixed the answers stay in their places. */
static void test_batches(void)
{
	static const size_t counts[] = { 1, 15, 16, 17, 33, SIGNER_BATCH };
	static struct made made[SIGNER_BATCH];
	static struct signer_request requests[SIGNER_BATCH];
	static struct signer_answer answers[SIGNER_BATCH];
	AUTO(stop) struct running r = start(NULL);
	AUTO(EVP_PKEY_free) EVP_PKEY *ca_key = NULL;
	AUTO(buf_clear) struct buf hold = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	enum key_algorithm algorithm;
	CHECK_OK(key_parse(person.subject_public_key_info, &algorithm, &ca_key),
		"the CA's key");
	for (size_t i = 0; i < SIGNER_BATCH; i++)
		make_good(&made[i], i);
	for (size_t n = 0; n < COUNT(counts); n++) {
		for (size_t i = 0; i < counts[n]; i++) {
			requests[i] = made[i].request;
			if (i % 5 == 3)
				requests[i].not_after = person.not_after + 1;
		}
		if (!CHECK_OK(signer_certify(r.issuer, requests, counts[n], &hold,
				      answers),
			    "%zu", counts[n]))
			return;
		for (size_t i = 0; i < counts[n]; i++) {
			if (i % 5 == 3)
				CHECK_ERR(answers[i].err, E_POLICY, "%zu of %zu", i,
					counts[n]);
			else
				check_certificate(ca_key, &requests[i], &answers[i], i);
		}
	}
	outside_write(&rehearsal.outside, "one.der", answers[0].certificate);
	int code = outside_run(&rehearsal.outside, &said,
		"openssl verify -x509_strict -purpose smimesign -CAfile out/trust.pem "
		"-untrusted out/person.pem one.der");
	CHECK_INT(code, 0, "openssl: %s", buf_text(&said));
	code = outside_run(&rehearsal.outside, &said,
		"openssl x509 -in one.der -outform PEM > one.pem && cat out/person.pem "
		">> one.pem && certtool --verify "
		"--verify-profile medium --load-ca-certificate out/trust.pem --infile "
		"one.pem");
	CHECK_INT(code, 0, "GnuTLS: %s", buf_text(&said));
}

/* proves R-CA-KEY-07, R-CA-KEY-08, R-ISS-20: each row differs from a good request in one thing */
static void test_refusals(void)
{
	static const uint8_t garbage[] = { 0x30, 0x03, 0x02, 0x01 };
	static struct made good, other;
	static const char *const names[] = { "good", "another issuer's profile",
		"an issuer without a key here", "no such issuer", "no such profile",
		"no such version", "a CA", "an OCSP responder", "beyond the issuer's end",
		"longer than the profile", "far in the past", "an attribute too few",
		"a kind of key that the profile has not", "subject that is no Name",
		"no subjectAltName", "subjectAltName that is none", "key that is none",
		"a NUL in the profile's name" };
	static const enum err_code want[COUNT(names)] = { E_NONE, E_POLICY, E_NOT_FOUND,
		E_NOT_FOUND, E_NOT_FOUND, E_NOT_FOUND, E_POLICY, E_POLICY, E_POLICY,
		E_POLICY, E_POLICY, E_POLICY, E_POLICY, E_INPUT, E_POLICY, E_INPUT,
		E_INPUT, E_NOT_FOUND };
	struct signer_request rows[COUNT(names)];
	struct signer_answer answers[COUNT(names)];
	AUTO(buf_clear) struct buf hold = BUF(LIMIT_FRAME);
	AUTO(stop) struct running r = start(NULL);
	make_good(&good, 1);
	make_good(&other, 2);
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = good.request;
	rows[1].issuer = "sign";
	rows[2].issuer = "trust";
	rows[3].issuer = "nobody";
	rows[4].profile = "P-PERSON-XX";
	rows[5].profile_version = 2;
	rows[6].profile = "P-SUB-PERSON";
	rows[7].profile = "P-OCSP";
	rows[8].not_after = person.not_after + 1;
	rows[9].not_after = profile_not_after(rows[9].not_before, 825 * DAY) + 1;
	rows[10].not_before -= 3 * DAY;
	encode_subject(&other, "000002", NULL);
	rows[11].subject = other.request.subject;
	encode_key(&other, KEY_RSA_2048);
	rows[12].subject_public_key_info = other.request.subject_public_key_info;
	rows[13].subject = BLOB(garbage);
	rows[14].subject_alt_name = BLOB_NONE;
	rows[15].subject_alt_name = BLOB(garbage);
	rows[16].subject_public_key_info = BLOB(garbage);
	rows[17].profile = "P-PERSON-M";
	if (!CHECK_OK(signer_certify(r.issuer, rows, COUNT(rows), &hold, answers),
		    "batch"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_ERR(answers[i].err, want[i], "%s", names[i]);
		CHECK_INT(answers[i].certificate.len > 0, want[i] == E_NONE, "%s",
			names[i]);
	}
}

/* ---- the linter */

/* Answers every frame with the same words for each of its items. */
static void stand_in(int fd, const char *words, int frames)
{
	AUTO(buf_clear) struct buf question = BUF(LIMIT_FRAME);
	for (; frames > 0 && !err_is(frame_receive(fd, &question, NULL)); frames--) {
		AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
		for (size_t at = 0; at + 4 <= question.len;) {
			uint8_t head[4] = { 0, 0, 0, (uint8_t)strlen(words) };
			size_t len = 0;
			for (size_t i = 0; i < 4; i++)
				len = len << 8 | question.data[at + i];
			IGNORE(buf_append(&answer, BLOB(head))); /* the peer misses it */
			IGNORE(buf_append_text(&answer, words)); /* the same */
			at += 4 + len;
		}
		if (err_is(frame_send(fd, buf_view(&answer))))
			return;
	}
}

static void run_with_stand_in(const char *words, int frames, size_t count,
	struct signer_answer *answers, struct err *got, int *code)
{
	static struct made made[SIGNER_BATCH];
	static struct signer_request requests[SIGNER_BATCH];
	static uint8_t room[LIMIT_FRAME];
	struct buf hold = { .data = room, .room = sizeof room, .max = sizeof room - 1 };
	int lint_end;
	struct running r = start(&lint_end);
	pid_t pid = fork();
	if (pid == 0) {
		close(r.issuer);
		close(r.publisher);
		stand_in(lint_end, words, frames);
		_exit(0);
	}
	close(lint_end);
	for (size_t i = 0; i < count; i++) {
		make_good(&made[i], i);
		requests[i] = made[i].request;
	}
	*got = signer_certify(r.issuer, requests, count, &hold, answers);
	close(r.issuer);
	close(r.publisher);
	*code = wait_signer(&r);
	waitpid(pid, NULL, 0);
}

/* proves R-ISS-02: no "ok", no signature */
static void test_linter(void)
{
	static const struct {
		const char *name, *words;
		int frames;
		enum err_code whole, each;
		const char *text;
	} rows[] = {
		{ "ok", "ok", 9, E_NONE, E_NONE, "" },
		{ "no", "no\nG2: serial\nG6: dates", 9, E_NONE, E_POLICY,
			"lint: G2: serial (and 1 more)" },
		{ "a bare no", "no", 9, E_NONE, E_POLICY, "lint: " },
		{ "nearly ok", "ok ", 9, E_IO, E_NONE, "not a verdict" },
		{ "nothing", "", 9, E_IO, E_NONE, "not a verdict" },
		{ "nobody", "wide no", 9, E_IO, E_NONE, "not a verdict" },
		{ "dead at once", "ok", 0, E_IO, E_NONE, "linter" },
		{ "dead after one flight", "ok", 1, E_IO, E_NONE, "linter" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		static struct signer_answer answers[SIGNER_BATCH];
		enum { ORDERS = 40 };
		struct err err = OK;
		int code = -1;
		memset(answers, 0, sizeof answers);
		run_with_stand_in(rows[i].words, rows[i].frames, ORDERS, answers, &err,
			&code);
		CHECK_ERR(err, rows[i].whole, "%s", rows[i].name);
		/* Without a linter the signer ends, and whoever started it starts both anew. */
		CHECK_INT(code, rows[i].whole == E_NONE ? 0 : 9, "%s: exit code",
			rows[i].name);
		for (size_t n = 0; n < ORDERS && rows[i].whole == E_NONE; n++) {
			CHECK_ERR(answers[n].err, rows[i].each, "%s: %zu", rows[i].name,
				n);
			if (rows[i].each != E_NONE)
				CHECK_TEXT(answers[n].err.text, rows[i].text, "%s",
					rows[i].name);
		}
		for (size_t n = 0; n < ORDERS; n++)
			CHECK(rows[i].whole == E_NONE || answers[n].certificate.len == 0,
				"%s: nothing comes out", rows[i].name);
	}
}

/* ---- lists */

static int make_list(const char *issuer, uint64_t number, struct blob *tbs, uint8_t *room,
	size_t size)
{
	AUTO(buf_clear) struct buf der = rehearsal_certificate(&rehearsal, issuer);
	struct cert ca;
	struct der_writer w = { .data = room, .max = size };
	int64_t now = clock_now();
	CHECK_OK(cert_parse(buf_view(&der), &ca), "%s", issuer);
	const struct crl_fields fields = { .issuer = ca.subject,
		.authority_key_identifier = ca.subject_key_identifier,
		.algorithm = SIGNATURE_ECDSA_SHA256,
		.this_update = now,
		.next_update = now + 2 * DAY,
		.crl_number = number };
	uint8_t entry_room[128];
	struct der_writer e = DER_WRITER(entry_room);
	struct crl_entry entry = { .revocation_date = now - HOUR,
		.reason = REASON_KEY_COMPROMISE };
	CHECK_OK(serial_random(&entry.serial_number), "serial");
	crl_entry_write(&entry, &e);
	CHECK_OK(crl_write_head(&fields, e.len, &w), "head");
	der_put_raw(&w, blob_make(entry_room, e.len));
	CHECK_OK(crl_write_tail(&fields, &w), "tail");
	CHECK_OK(der_finish(&w, tbs), "list");
	int fd = memfd_create("tbs", MFD_CLOEXEC);
	CHECK(write(fd, tbs->data, tbs->len) == (ssize_t)tbs->len, "written");
	return fd;
}

static void judge_list_outside(struct blob tbs, struct blob signature)
{
	uint8_t head_room[64], tail_room[256];
	struct der_writer head = DER_WRITER(head_room), tail = DER_WRITER(tail_room);
	AUTO(buf_clear) struct buf whole = BUF(64 * KIB);
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	CHECK_OK(crl_write_frame(tbs.len, SIGNATURE_ECDSA_SHA256, signature, &head,
			 &tail),
		"frame");
	CHECK_OK(buf_append(&whole, blob_make(head_room, head.len)), "head");
	CHECK_OK(buf_append(&whole, tbs), "tbs");
	CHECK_OK(buf_append(&whole, blob_make(tail_room, tail.len)), "tail");
	outside_write(&rehearsal.outside, "person.crl", buf_view(&whole));
	int code = outside_run(&rehearsal.outside, &said,
		"openssl crl -inform DER -in person.crl -CAfile out/person.pem -noout "
		"-text");
	CHECK(code == 0 && outside_said(&said, "verify OK") &&
			outside_said(&said, "Key Compromise"),
		"openssl: %s", buf_text(&said));
}

/* proves R-CA-KEY-07 */
static void test_lists(void)
{
	uint8_t room[8192], signature[SIGNATURE_MAX];
	struct blob tbs;
	size_t len = 0;
	AUTO(stop) struct running r = start(NULL);
	int list = make_list("person", 7, &tbs, room, sizeof room);
	if (CHECK_OK(signer_sign_crl(r.publisher, "person", list, signature, &len),
		    "signed"))
		judge_list_outside(tbs, blob_make(signature, len));
	CHECK_ERR(signer_sign_crl(r.publisher, "sign", list, signature, &len), E_POLICY,
		"another issuer's list");
	CHECK_ERR(signer_sign_crl(r.publisher, "trust", list, signature, &len),
		E_NOT_FOUND, "no key here");
	close(list);
	list = make_list("person", 6, &tbs, room, sizeof room);
	CHECK_ERR(signer_sign_crl(r.publisher, "person", list, signature, &len), E_POLICY,
		"cRLNumber went back");
	close(list);
	list = memfd_create("a document", MFD_CLOEXEC);
	CHECK(write(list, "%PDF-1.7 anything", 17) == 17, "written");
	CHECK_ERR(signer_sign_crl(r.publisher, "person", list, signature, &len), E_INPUT,
		"a document, not a list");
	close(list);
}

/* ---- pipes */

static int end_after(int pipe_of(const struct running *), struct blob frame)
{
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	struct running r = start(NULL);
	CHECK_OK(frame_send(pipe_of(&r), frame), "sent");
	CHECK(err_is(frame_receive(pipe_of(&r), &answer, NULL)), "no answer");
	int code = wait_signer(&r);
	stop(&r);
	return code;
}

static int issuer_pipe(const struct running *r)
{
	return r->issuer;
}

static int publisher_pipe(const struct running *r)
{
	return r->publisher;
}

/* The issuer's pipe signs no lists, the publisher's no certificates; who asks for it ends the signer. */
static void test_pipes(void)
{
	static struct made made;
	static uint8_t room[8192];
	struct der_writer certify = DER_WRITER(room);
	uint8_t crl_room[64];
	struct der_writer crl = DER_WRITER(crl_room);
	make_good(&made, 1);
	CHECK_OK(message_write_certify(&made.request, 1, &certify), "certify");
	CHECK_OK(message_write_crl("person", &crl), "crl");
	CHECK_INT(end_after(issuer_pipe, blob_make(crl_room, crl.len)), 6,
		"a list at the issuer's pipe");
	CHECK_INT(end_after(publisher_pipe, blob_make(room, certify.len)), 6,
		"a certificate at the publisher's");
	CHECK_INT(end_after(issuer_pipe, blob_text("rubbish")), 2, "no message");
}

/* ---- the start */

static int check_start(struct buf *said)
{
	char program[4096];
	if (!CHECK(program_path("inkan-signer", program), "built"))
		return -1;
	return outside_run(&rehearsal.outside, said, "%s check -c signer.cfg", program);
}

/* proves R-CA-KEY-01, R-CA-KEY-02 */
static void test_start(void)
{
	char source[160];
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	snprintf(source, sizeof source, "file:%s", rehearsal.pin);
	CHECK_INT(check_start(&said), 0, "good: %s", buf_text(&said));
	CHECK(outside_said(&said, "manufacturer=\"SoftHSM project\""),
		"the module stands in the log: %s", buf_text(&said));
	write_settings(false, source);
	CHECK(check_start(&said) != 0 && outside_said(&said, "is software"),
		"software where not allowed: %s", buf_text(&said));
	outside_write(&rehearsal.outside, "wrong", blob_text("not-the-pin"));
	outside_run(&rehearsal.outside, &said, "chmod 600 wrong");
	snprintf(source, sizeof source, "file:%s/wrong", rehearsal.outside.folder);
	write_settings(true, source);
	CHECK_INT(check_start(&said), 6, "wrong PIN: %s", buf_text(&said));
	snprintf(source, sizeof source, "file:%s", rehearsal.pin);
	write_settings(true, source);
	outside_run(&rehearsal.outside, &said,
		"cp out/issuers.cfg good.cfg; sed -i 's/key = \"person\"/key = "
		"\"sign\"/' out/issuers.cfg");
	CHECK(check_start(&said) != 0 &&
			outside_said(&said, "is not that of the certificate"),
		"the key of another CA: %s", buf_text(&said));
	outside_run(&rehearsal.outside, &said,
		"sed 's/key = \"person\"/key = \"absent\"/' good.cfg > out/issuers.cfg");
	CHECK_INT(check_start(&said), 4, "no such key: %s", buf_text(&said));
	CHECK(!outside_said(&said, "canary"), "no PIN in what it says");
}

enum { MAPPING_MAX = 512 * 1024 * 1024, PART = 1024 * 1024 };

/* Looks for words in one mapping of a process, part by part; words across two parts are found by their overlap. */
static size_t count_in_mapping(int memory, uint64_t from, uint64_t to, const char *words)
{
	static uint8_t part[PART + 64];
	size_t found = 0, len = strlen(words);
	for (uint64_t at = from; at < to; at += PART) {
		size_t want = to - at < sizeof part ? (size_t)(to - at) : sizeof part;
		ssize_t got = pread(memory, part, want, (off_t)at);
		if (got > 0 && memmem(part, (size_t)got, words, len) != NULL)
			found++;
	}
	return found;
}

static size_t count_in_memory(long pid, const char *words)
{
	char path[64], line[512];
	size_t found = 0;
	snprintf(path, sizeof path, "/proc/%ld/mem", pid);
	int memory = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%ld/maps", pid);
	FILE *maps = fopen(path, "re");
	while (memory >= 0 && maps != NULL && fgets(line, sizeof line, maps) != NULL) {
		unsigned long from, to;
		char rights[5];
		if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 &&
			rights[0] == 'r' && strstr(line, "[v") == NULL &&
			to - from < MAPPING_MAX)
			found += count_in_mapping(memory, from, to, words);
	}
	if (maps != NULL)
		fclose(maps);
	if (memory >= 0)
		close(memory);
	return found;
}

/* proves R-CA-KEY-06: while it signs, the PIN stands neither in its arguments nor its environment nor its memory */
static void test_pin_is_nowhere(void)
{
	static struct made made;
	struct signer_answer answer;
	AUTO(buf_clear) struct buf hold = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	AUTO(stop) struct running r = start(NULL);
	make_good(&made, 1);
	CHECK_OK(signer_certify(r.issuer, &made.request, 1, &hold, &answer), "it signs");
	int code = outside_run(&rehearsal.outside, &said,
		"grep -c canary /proc/%ld/cmdline /proc/%ld/environ", r.signer.pid,
		r.signer.pid);
	if (geteuid() == 0) {
		CHECK_INT(code, 1, "arguments and environment: %s", buf_text(&said));
		CHECK(count_in_memory(r.signer.pid, "P-PERSON-MP") > 0,
			"its memory can be searched");
		CHECK_INT(count_in_memory(r.signer.pid, SOFTHSM_PIN), 0, "its memory");
	} else {
		/* Not dumpable: not even its own user looks into it. */
		CHECK_INT(count_in_memory(r.signer.pid, ""), 0,
			"its memory is closed to us");
	}
}

static const CU_TestInfo tests[] = {
	{ "batches of all sizes", test_batches },
	{ "refusals", test_refusals },
	{ "the linter's word", test_linter },
	{ "lists", test_lists },
	{ "each pipe its own requests", test_pipes },
	{ "the start", test_start },
	{ "the PIN is nowhere", test_pin_is_nowhere },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_signer = { "ca/signer/signer", tests, set_up, tear_down };
