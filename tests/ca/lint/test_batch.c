#include "ca/lint/batch.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/flow/lint_pipe.h"
#include "common/proc/proc.h"
#include "tests/check.h"
#include "tests/support/lint_site.h"
#include "tests/support/program.h"

static struct lint_site *site;

__attribute__((destructor)) static void end(void)
{
	lint_site_free(site);
}

static bool ready(void)
{
	if (site == NULL)
		site = lint_site_new();
	return CHECK(site != NULL, "a hierarchy to test with");
}

/* ---- frames */

static void append_item(struct buf *frame, const char *words, size_t words_len,
	struct blob tbs)
{
	size_t len = words_len + tbs.len;
	const uint8_t head[] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len };
	CHECK_OK(buf_append(frame, BLOB(head)), "length");
	CHECK_OK(buf_append(frame, blob_make(words, words_len)), "words");
	CHECK_OK(buf_append(frame, tbs), "TBS");
}
#define ITEM(frame, words, tbs) append_item(frame, words, sizeof(words) - 1, tbs)

static size_t count_of(const struct buf *answer, const char *verdict)
{
	size_t count = 0, at = 0;
	while (at + 4 <= answer->len) {
		size_t len = (size_t)answer->data[at] << 24 |
			     (size_t)answer->data[at + 1] << 16 |
			     (size_t)answer->data[at + 2] << 8 | answer->data[at + 3];
		if (!CHECK(len >= 2 && len <= answer->len - at - 4,
			    "an answer of %zu bytes", len))
			return 0;
		count += memcmp(answer->data + at + 4, verdict, 2) == 0 &&
			 (len == 2 || answer->data[at + 6] == '\n');
		at += 4 + len;
	}
	return count;
}

static void test_verdicts(void)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	if (!ready() || !lint_site_sample(site, "P-PERSON-MP", KEY_P256, &sample))
		return;
	ITEM(&frame, "P-PERSON-MP\0001\0person\0", sample.tbs);
	ITEM(&frame, "P-PERSON-MP\0001\0sign\0", sample.tbs);
	ITEM(&frame, "P-PERSON-MP\0001\0person\0", BLOB_NONE);
	if (!CHECK_OK(batch_judge(site->policy, buf_view(&frame), &answer),
		    "a good frame"))
		return;
	CHECK_INT(count_of(&answer, "ok"), 1, "one good");
	CHECK_INT(count_of(&answer, "no"), 2, "two bad");
	CHECK(memmem(answer.data, answer.len, "no\nprofile: no such profile", 26) != NULL,
		"with words");
	CHECK(memmem(answer.data, answer.len, "issuer sign", 11) != NULL,
		"with the detail");
}

static void test_broken_frames(void)
{
	static const struct {
		const char *name, *hex;
	} rows[] = {
		{ "half a length", "0000" },
		{ "an item cut off", "0000000541" },
		{ "a length of 4 GiB", "ffffffff41" },
		{ "no words", "0000000141" },
		{ "two words", "00000006412041203000" },
		{ "a version that is none", "00000006"
					    "410078007000" },
		{ "version 0", "00000006"
			       "410030007000" },
		{ "version -1", "00000007"
				"41002d31007000" },
	};
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	if (!ready())
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf frame = check_unhex(rows[i].hex);
		CHECK_ERR(batch_judge(site->policy, buf_view(&frame), &answer), E_INPUT,
			"%s", rows[i].name);
	}
	CHECK_OK(batch_judge(site->policy, BLOB_NONE, &answer), "no item");
	CHECK_INT(answer.len, 0, "no answer");
}

/* A frame full of the shortest and worst items: the answers still fit into one. */
static void test_full_frame(void)
{
	static const char words[] = "A\0001\0B\0";
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	size_t items = LIMIT_FRAME / (4 + sizeof words - 1);
	if (!ready())
		return;
	for (size_t i = 0; i < items; i++)
		ITEM(&frame, words, BLOB_NONE);
	if (CHECK_OK(batch_judge(site->policy, buf_view(&frame), &answer), "%zu items",
		    items))
		CHECK_INT(count_of(&answer, "no"), items, "each has its verdict");
}

/* ---- the program, as the signer meets it */

struct process {
	pid_t pid;
	int fd;
};

static bool start(struct process *out)
{
	char path[4096], settings[256];
	int pair[2];
	*out = (struct process){ .fd = -1 };
	if (!CHECK(program_path("inkan-lint", path), "inkan-lint is built") ||
		!CHECK_OK(proc_socketpair(pair), "a pair of sockets"))
		return false;
	snprintf(settings, sizeof settings, "%s/lint.cfg", site->outside.folder);
	struct proc_child child = { .name = "lint",
		.argv = { path, "-c", settings, NULL },
		.fds = { pair[1], -1, -1, -1, -1, -1 } };
	struct err err = proc_start(&child);
	close(pair[1]);
	*out = (struct process){ .pid = (pid_t)child.pid, .fd = pair[0] };
	return CHECK_OK(err, "started");
}

static int stop(struct process *process)
{
	int status = -1;
	if (process->fd >= 0)
		close(process->fd);
	process->fd = -1;
	while (process->pid > 0 && waitpid(process->pid, &status, 0) < 0 &&
		errno == EINTR)
		continue;
	process->pid = 0;
	return status;
}

static void process_clear(struct process *process)
{
	stop(process);
}
AUTO_DEFINE_HELD(struct process, process_clear)

static bool status_says(pid_t pid, const char *line)
{
	char path[64], text[4096];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	size_t len = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
	if (file != NULL)
		fclose(file);
	text[len] = 0;
	return strstr(text, line) != NULL;
}

/* proves R-ISS-02: another process judges, with hardly any powers, and ends when nobody asks any more */
static void test_process(void)
{
	AUTO(process_clear) struct process process = { .fd = -1 };
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	AUTO(buf_clear) struct buf room = BUF(LIMIT_FRAME);
	struct err verdicts[2];
	if (!ready() || !lint_site_sample(site, "P-INT-TLS-C", KEY_P256, &sample) ||
		!start(&process))
		return;
	const struct lint_item items[] = {
		{ .profile = "P-INT-TLS-C",
			.profile_version = 1,
			.issuer = "systems",
			.tbs = sample.tbs },
		{ .profile = "P-INT-TLS-S",
			.profile_version = 1,
			.issuer = "systems",
			.tbs = sample.tbs },
	};
	for (int i = 0; i < 3; i++) {
		if (!CHECK_OK(lint_pipe_send(process.fd, items, COUNT(items), &room),
			    "question %d", i) ||
			!CHECK_OK(lint_pipe_receive(process.fd, COUNT(items), &room,
					  verdicts),
				"answer %d", i))
			return;
		CHECK_OK(verdicts[0], "a good one");
		CHECK_ERR(verdicts[1], E_POLICY, "under another profile");
	}
	CHECK(status_says(process.pid, "NoNewPrivs:\t1"), "no new privileges");
	CHECK(status_says(process.pid, "Seccomp:\t2"), "a filter of system calls");
	CHECK_INT(stop(&process), 0, "it ends in peace when the pipe is closed");
}

/* A frame that is none gets no verdict, and the process ends: nothing may be signed. */
static void test_process_refuses(void)
{
	AUTO(process_clear) struct process process = { .fd = -1 };
	AUTO(buf_clear) struct buf room = BUF(LIMIT_FRAME);
	if (!ready() || !start(&process))
		return;
	CHECK_OK(frame_send(process.fd, blob_text("no frame at all")), "sent");
	CHECK_ERR(frame_receive(process.fd, &room, NULL), E_STATE, "no answer");
	int status = stop(&process);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 0, "it says that it failed: %x",
		(unsigned)status);
}

/* ---- the program, as people meet it */

static int run(struct buf *said, const char *arguments)
{
	char path[4096];
	if (!CHECK(program_path("inkan-lint", path), "inkan-lint is built"))
		return -1;
	return outside_run(&site->outside, said, "LC_ALL=C %s %s", path, arguments);
}

static void test_command(void)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	AUTO(buf_clear) struct buf pem = BUF(64 * KIB);
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	if (!ready() || !lint_site_sample(site, "P-PERSON-MP", KEY_P256, &sample) ||
		!CHECK_OK(cert_to_pem(sample.cert.der, &pem), "PEM"))
		return;
	outside_write(&site->outside, "person-1.pem", buf_view(&pem));
	outside_write(&site->outside, "person-1.der", sample.cert.der);
	outside_write(&site->outside, "person-1.tbs", sample.tbs);
	static const struct {
		const char *arguments;
		int code;
		const char *says;
	} rows[] = {
		{ "check -c lint.cfg --profile P-PERSON-MP --issuer person person-1.pem "
		  "person-1.der person-1.tbs",
			0, "Nothing found." },
		{ "check -c lint.cfg --profile P-PERSON-MP --profile-version 1 --issuer "
		  "person person-1.pem",
			0, "Nothing found." },
		{ "check -c lint.cfg --profile P-PERSON-SIGN --issuer sign person-1.pem",
			1, "person-1.pem: key_usage: " },
		{ "check -c lint.cfg --profile P-PERSON-MP --issuer sign person-1.pem", 1,
			"profile: " },
		{ "check -c lint.cfg --profile P-ROOT trust.pem operations.pem", 0,
			"Nothing found." },
		{ "check -c lint.cfg --profile P-SUB-SIGN --issuer trust sign.pem", 0,
			"Nothing found." },
		{ "check --json -c lint.cfg --profile P-PERSON-SIGN --issuer sign "
		  "person-1.der",
			1, "\"rule\": \"key_usage\"" },
		{ "check --json -c lint.cfg --profile P-PERSON-MP --issuer person "
		  "person-1.der",
			0, "[]" },
		{ "check -c lint.cfg --profile P-PERSON-MP --issuer person lint.cfg", 1,
			"der: " },
		{ "check -c lint.cfg --profile P-PERSON-MP --issuer person none.pem", 4,
			"none.pem" },
		{ "check -c none.cfg --profile P-PERSON-MP --issuer person person-1.pem",
			3, "none.cfg" },
		{ "check -c lint.cfg person-1.pem", 2, "profile" },
		{ "rules", 0, "R-ISS-14" },
		{ "rules --json", 0, "\"clause\": \"R-ISS-14\"" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int code = run(&said, rows[i].arguments);
		CHECK_INT(code, rows[i].code, "%s: %s", rows[i].arguments,
			buf_text(&said));
		CHECK(outside_said(&said, rows[i].says), "%s: %s", rows[i].arguments,
			buf_text(&said));
	}
}

/* R-LOG-06: findings go into logs, so no name and no mailbox of a person stands in them. */
static void test_no_names(void)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	if (!ready() || !lint_site_sample(site, "P-PERSON-MP", KEY_P256, &sample))
		return;
	uint8_t *at = memmem(sample.tbs.data, sample.tbs.len, "tanaka@mirai", 12);
	if (!CHECK(at != NULL, "the mailbox"))
		return;
	at[6] = ' ';
	outside_write(&site->outside, "broken.tbs", sample.tbs);
	int code = run(&said,
		"check -c lint.cfg --profile P-PERSON-MP --issuer person broken.tbs");
	CHECK_INT(code, 1, "found");
	CHECK(outside_said(&said, "mailbox: ") && !outside_said(&said, "tanaka") &&
			!outside_said(&said, "mirai"),
		"%s", buf_text(&said));
}

/* proves R-ISS-02: the second reader shares no code with the encoder, and links nothing that it does not need */
static void test_shares_nothing(void)
{
	AUTO(buf_clear) struct buf said = BUF(MIB);
	char path[4096];
	if (!ready() || !CHECK(program_path("inkan-lint", path), "inkan-lint is built"))
		return;
	int code = outside_run(&site->outside, &said,
		"nm --defined-only '%s' | grep -cE ' [tT] walk_take$'", path);
	CHECK_INT(code, 0, "its symbols can be read");
	code = outside_run(&site->outside, &said,
		"nm '%s' | grep -E ' [tT] "
		"(der|cert|crl|csr|oid|name|extension|general_name|key|"
		"signature|serial|profile"
		"|db|http|net|token)_[a-z]'",
		path);
	CHECK_INT(code, 1, "code of the encoder: %s", buf_text(&said));
	code = outside_run(&site->outside, &said,
		"readelf -d '%s' | grep NEEDED | grep -E "
		"'libpq|libcurl|microhttpd|gnutls|lmdb|p11|libssl|idn2'",
		path);
	CHECK_INT(code, 1, "libraries of others: %s", buf_text(&said));
}

static const CU_TestInfo tests[] = {
	{ "verdicts", test_verdicts },
	{ "frames that are none", test_broken_frames },
	{ "a full frame", test_full_frame },
	{ "the process", test_process },
	{ "the process refuses what is no frame", test_process_refuses },
	{ "the command", test_command },
	{ "no names in findings", test_no_names },
	{ "it shares nothing with the encoder", test_shares_nothing },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lint_batch = { "ca/lint/batch", tests, NULL, NULL };
