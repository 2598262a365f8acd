/* The ceremony as a program: openssl, certtool, sha256sum, ldd and pkcs11-tool say what it made. */
#include <sys/stat.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/program.h"
#include "tests/support/rehearsal.h"

/* Of policies/ceremonies/demo.cfg: each has a certificate. */
#define KEYS "30"

static const struct row {
	const char *word, *above, *root;
} rows[] = {
	{ "trust", NULL, NULL },
	{ "operations", NULL, NULL },
	{ "person", NULL, "trust" },
	{ "sign", NULL, "trust" },
	{ "staff", NULL, "operations" },
	{ "systems", NULL, "operations" },
	{ "ocsp-person", "person", "trust" },
	{ "ocsp-sign", "sign", "trust" },
	{ "ocsp-staff", "staff", "operations" },
	{ "ocsp-systems", "systems", "operations" },
	{ "lra", "systems", "operations" },
	{ "ra", "systems", "operations" },
	{ "status", "systems", "operations" },
	{ "ra-orders", "systems", "operations" },
	{ "lra-link", "systems", "operations" },
	{ "notices", "person", "trust" },
	{ "subscriber", "systems", "operations" },
	{ "sato-auth", "staff", "operations" },
	{ "sato-sign", "staff", "operations" },
	{ "tanaka-auth", "staff", "operations" },
	{ "tanaka-sign", "staff", "operations" },
	{ "kobayashi-auth", "staff", "operations" },
	{ "kobayashi-sign", "staff", "operations" },
	{ "suzuki-auth", "staff", "operations" },
	{ "suzuki-sign", "staff", "operations" },
	{ "watanabe-auth", "staff", "operations" },
};

static void check_chains(const struct rehearsal *r)
{
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		int code = outside_run(&r->outside, &said,
			"cd out && openssl verify -x509_strict -CAfile %s.pem %s%s%s "
			"%s.pem",
			row->root == NULL ? row->word : row->root,
			row->above == NULL ? "" : "-untrusted ",
			row->above == NULL ? "" : row->above,
			row->above == NULL ? "" : ".pem", row->word);
		CHECK_INT(code, 0, "%s: %s", row->word, buf_text(&said));
		if (row->above == NULL)
			continue;
		code = outside_run(&r->outside, &said,
			"cd out && certtool --verify --verify-profile medium "
			"--load-ca-certificate %s.pem --infile %s-chain.pem",
			row->root, row->word);
		CHECK_INT(code, 0, "%s by GnuTLS: %s", row->word, buf_text(&said));
	}
}

static void check_lists(const struct rehearsal *r)
{
	static const char *const roots[] = { "trust", "operations" };
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	for (size_t i = 0; i < COUNT(roots); i++) {
		int code = outside_run(&r->outside, &said,
			"cd out && openssl crl -inform DER -in public/crl/%s.crl -CAfile "
			"%s.pem -noout -text",
			roots[i], roots[i]);
		CHECK(code == 0 && outside_said(&said, "verify OK"), "%s.crl: %s",
			roots[i], buf_text(&said));
		CHECK(outside_said(&said, "X509v3 CRL Number: \n                1") &&
				outside_said(&said, "No Revoked Certificates"),
			"%s.crl: %s", roots[i], buf_text(&said));
		code = outside_run(&r->outside, &said,
			"cd out && openssl x509 -in %s.pem -outform DER | cmp - "
			"public/ca/%s.cer",
			roots[i], roots[i]);
		CHECK_INT(code, 0, "%s.cer: %s", roots[i], buf_text(&said));
	}
}

static void check_tokens(const struct rehearsal *r)
{
	static const struct {
		const char *token;
		size_t keys;
	} tokens[] = { { "root", 2 }, { "issuing", 4 }, { "status", 4 }, { "ra", 1 } };
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	for (size_t i = 0; i < COUNT(tokens); i++) {
		size_t keys = 0, safe = 0;
		int code = outside_run(&r->outside, &said,
			"pkcs11-tool --module " SOFTHSM_MODULE
			" --token-label %s --login --pin %s -O",
			tokens[i].token, SOFTHSM_PIN);
		CHECK_INT(code, 0, "%s: %s", tokens[i].token, buf_text(&said));
		for (const char *at = buf_text(&said);
			(at = strstr(at, "Private Key Object")) != NULL; at++)
			keys++;
		for (const char *at = buf_text(&said);
			(at = strstr(at, "sensitive, always sensitive, never "
					 "extractable, local")) != NULL;
			at++)
			safe++;
		CHECK_INT(keys, tokens[i].keys, "private keys in %s", tokens[i].token);
		CHECK_INT(safe, tokens[i].keys, "all of them safe in %s",
			tokens[i].token);
	}
}

static void check_records(const struct rehearsal *r)
{
	char program[4096];
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	int code = outside_run(&r->outside, &said,
		"cd out && sha256sum --check --strict --quiet manifest.sha256");
	CHECK_INT(code, 0, "manifest: %s", buf_text(&said));
	/* Every file is in it but the manifest and the keys. */
	code = outside_run(&r->outside, &said,
		"cd out && find . -type f ! -name '*.key' ! -name manifest.sha256 | sed "
		"s,^./,, | sort > ../there && "
		"cut -c67- manifest.sha256 | sort | diff ../there -");
	CHECK_INT(code, 0, "files without a line, or lines without a file: %s",
		buf_text(&said));
	code = outside_run(&r->outside, &said,
		"cd out && while read digest word; do openssl x509 -in $word.pem "
		"-outform DER | sha256sum | grep -q ^$digest "
		"|| exit 1; done < fingerprints.sha256 && wc -l < fingerprints.sha256");
	CHECK(code == 0 && outside_said(&said, KEYS), "fingerprints: %s",
		buf_text(&said));
	code = outside_run(&r->outside, &said,
		"cd out && ! ls -l *.key | grep -v ^-rw-------");
	CHECK_INT(code, 0, "keys that others may read: %s", buf_text(&said));
	if (!CHECK(program_path("inkan-ceremony", program), "built"))
		return;
	code = outside_run(&r->outside, &said, "%s verify out/transcript.jsonl", program);
	CHECK_INT(code, 0, "transcript: %s", buf_text(&said));
}

/* The chain, walked by a few lines of shell and sha256sum: our own reader is not its only judge. */
static void check_chain_outside(const struct rehearsal *r)
{
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	int code = outside_run(&r->outside, &said,
		"p=$(printf %%064d 0); n=0; while IFS= read -r line; do case $line in "
		"*\\\"previous\\\":\\\"$p\\\"*) ;; "
		"*) exit 1;; esac; p=$(printf %%s \"$line\" | sha256sum | cut -c1-64); "
		"n=$((n+1)); done "
		"< out/transcript.jsonl; test $n -gt 60");
	CHECK_INT(code, 0, "the chain: %s", buf_text(&said));
}

/* proves R-CA-KEY-02, R-CA-KEY-03, R-CA-KEY-13 */
static void test_rehearsal(void)
{
	AUTO(rehearsal_clear) struct rehearsal r = rehearsal_prepare(NULL);
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	AUTO(buf_clear) struct buf again = BUF(256 * KIB);
	int code = rehearsal_run(&r, "--yes-demo", &said);
	if (!CHECK_INT(code, 0, "%s", buf_text(&said)))
		return;
	CHECK(outside_said(&said, "予行 DEMO"), "it says that it is a rehearsal");
	check_chains(&r);
	check_lists(&r);
	check_tokens(&r);
	check_records(&r);
	check_chain_outside(&r);
	code = outside_run(&r.outside, &said,
		"! grep -v '予行 / DEMO' out/transcript.jsonl");
	CHECK_INT(code, 0, "a line that does not say so: %s", buf_text(&said));
	/* Finished: nothing may be touched again. */
	outside_run(&r.outside, &said,
		"find out tokens -type f | sort | xargs sha256sum");
	code = rehearsal_run(&r, "--yes-demo", &again);
	CHECK_INT(code, 5, "a second ceremony: %s", buf_text(&again));
	outside_run(&r.outside, &again,
		"find out tokens -type f | sort | xargs sha256sum");
	CHECK_TEXT(buf_text(&again), buf_text(&said), "nothing changed");
}

static void write_script(const struct rehearsal *r, const char *name, const char *text)
{
	char path[256];
	outside_write(&r->outside, name, blob_text(text));
	snprintf(path, sizeof path, "%s/%s", r->outside.folder, name);
	if (chmod(path, 0700) != 0)
		abort();
}

/* A linter that writes down how it was called, and goes on as the real one. */
static struct rehearsal prepare_with_script(const char *script)
{
	char program[4096], text[8192];
	struct rehearsal r = rehearsal_prepare("./lint.sh");
	if (program_path("inkan-lint", program)) {
		snprintf(text, sizeof text, "#!/bin/bash\nREAL='%s'\n%s\n", program,
			script);
		write_script(&r, "lint.sh", text);
	}
	return r;
}

/* proves R-CA-KEY-06 */
static void test_no_secret_leaks(void)
{
	AUTO(rehearsal_clear)
	struct rehearsal r = prepare_with_script(
		"tr '\\0' '\\n' < /proc/self/environ >> calls; echo \"$@\" >> calls;\n"
		"tr '\\0' '\\n' < /proc/$PPID/cmdline >> calls; exec $REAL \"$@\"");
	AUTO(buf_clear) struct buf said = BUF(1 * MIB);
	AUTO(buf_clear) struct buf found = BUF(64 * KIB);
	int code = rehearsal_run(&r, "--yes-demo --json", &said);
	if (!CHECK_INT(code, 0, "%s", buf_text(&said)))
		return;
	CHECK(!outside_said(&said, "canary"), "in what it prints");
	CHECK(outside_said(&said, "certificateSigned"), "it did print");
	code = outside_run(&r.outside, &found,
		"test -s calls && grep -l canary -r calls out tokens");
	CHECK_INT(code, 1, "PIN in arguments, environment, output or token: %s",
		buf_text(&found));
	code = outside_run(&r.outside, &found,
		"grep -l 'PRIVATE KEY' -r out | grep -v '[.]key$'");
	CHECK_INT(code, 1, "a key where none belongs: %s", buf_text(&found));
}

/* The linter takes the whole ceremony down with it at its nth question; then it is run again. */
static void interrupt_at(int question)
{
	char script[256];
	snprintf(script, sizeof script,
		"echo >> count; test $(wc -l < count) = %d && { kill -9 $PPID; exit 1; "
		"}; exec $REAL \"$@\"",
		question);
	AUTO(rehearsal_clear) struct rehearsal r = prepare_with_script(script);
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	int code = rehearsal_run(&r, "--yes-demo", &said);
	CHECK(code != 0, "killed at question %d", question);
	code = outside_run(&r.outside, &said, "test ! -e out/manifest.sha256");
	CHECK_INT(code, 0, "question %d: it is not finished", question);
	code = rehearsal_run(&r, "--yes-demo", &said);
	if (!CHECK_INT(code, 0, "again after question %d: %s", question, buf_text(&said)))
		return;
	check_chains(&r);
	check_lists(&r);
	check_tokens(&r);
	check_records(&r);
	check_chain_outside(&r);
	/* The key that was waiting for its certificate is used, not forgotten and not made twice. */
	code = outside_run(&r.outside, &said, "grep -c keyTakenUp out/transcript.jsonl");
	CHECK_TEXT(buf_text(&said), "1\n", "question %d", question);
	code = outside_run(&r.outside, &said,
		"grep -c keyGenerated out/transcript.jsonl");
	CHECK_TEXT(buf_text(&said), KEYS "\n", "question %d", question);
}

static void test_interrupted(void)
{
	static const int questions[] = { 1, 2, 4, 11, 24 };
	for (size_t i = 0; i < COUNT(questions); i++)
		interrupt_at(questions[i]);
}

static void test_interrupted_elsewhere(void)
{
	AUTO(rehearsal_clear)
	struct rehearsal r = prepare_with_script("kill -9 $PPID; exit 1");
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	CHECK(rehearsal_run(&r, "--yes-demo", &said) != 0, "killed");
	int code = outside_run(&r.outside, &said, "echo '# another site' >> site.cfg");
	code = rehearsal_run(&r, "--yes-demo", &said);
	CHECK_INT(code, 5, "another site takes it up: %s", buf_text(&said));
	code = outside_run(&r.outside, &said,
		"sed -i '$d' site.cfg; sed -i '2s/ito/otto/' out/transcript.jsonl");
	code = rehearsal_run(&r, "--yes-demo", &said);
	CHECK(code != 0 && outside_said(&said, "the chain is broken"),
		"a changed transcript: %s", buf_text(&said));
}

/* proves R-ISS-02 */
static void test_linter_refuses(void)
{
	/* A frame of one answer of four bytes: "no", and a finding. */
	static const struct {
		const char *name, *script, *words;
	} cases[] = {
		{ "no",
			"printf '\\0\\0\\0\\010\\0\\0\\0\\004no\\nx' >&3; cat <&3 "
			">/dev/null",
			"lint: x" },
		{ "neither ok nor no",
			"printf '\\0\\0\\0\\007\\0\\0\\0\\003okk' >&3; cat <&3 "
			">/dev/null",
			"not a verdict" },
		{ "two answers",
			"printf '\\0\\0\\0\\014\\0\\0\\0\\002ok\\0\\0\\0\\002ok' >&3; "
			"cat <&3 >/dev/null",
			"more answers" },
		{ "none", "exit 0", "closed" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		AUTO(rehearsal_clear)
		struct rehearsal r = prepare_with_script(cases[i].script);
		AUTO(buf_clear) struct buf said = BUF(256 * KIB);
		int code = rehearsal_run(&r, "--yes-demo", &said);
		CHECK(code != 0 && outside_said(&said, cases[i].words), "%s: %s",
			cases[i].name, buf_text(&said));
		code = outside_run(&r.outside, &said,
			"! ls out/*.pem 2>/dev/null && grep -q '\"stopped\"' "
			"out/transcript.jsonl");
		CHECK_INT(code, 0, "%s: no certificate, and the transcript says why: %s",
			cases[i].name, buf_text(&said));
	}
}

/* proves R-ISS-20, R-CA-KEY-05 */
static void test_confirmations(void)
{
	static const char *const six =
		"for i in 1 2 3 4 5 6; do printf 'ito\\nyamamoto\\nyes\\n'; done";
	static const struct {
		const char *name, *typed, *words;
		int code;
	} cases[] = {
		{ "the same person twice", "printf 'ito\\nito\\nito\\nito\\n'",
			"not two people", 6 },
		{ "somebody who is not there", "printf 'nobody\\nno-one\\nnone\\n'",
			"not two people", 6 },
		{ "no", "printf 'ito\\nyamamoto\\nno\\n'", "stopped at the confirmation",
			6 },
	};
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	char program[4096];
	if (!CHECK(program_path("inkan-ceremony", program), "built"))
		return;
	for (size_t i = 0; i <= COUNT(cases); i++) {
		AUTO(rehearsal_clear) struct rehearsal r = rehearsal_prepare(NULL);
		bool good = i == COUNT(cases);
		/* script(1) gives it a terminal; what is typed waits in it. */
		int code = outside_run(&r.outside, &said,
			"(%s; sleep 4) | script -qec '%s run %s --site %s' /dev/null",
			good ? six : cases[i].typed, program, r.plan, r.site);
		CHECK_INT(code, good ? 0 : cases[i].code, "%s: %s",
			good ? "good" : cases[i].name, buf_text(&said));
		if (!good) {
			CHECK(outside_said(&said, cases[i].words), "%s: %s",
				cases[i].name, buf_text(&said));
			code = outside_run(&r.outside, &said, "test -z \"$(ls tokens)\"");
			CHECK_INT(code, 0, "%s: nothing was made", cases[i].name);
			continue;
		}
		code = outside_run(&r.outside, &said,
			"grep -c "
			"'\"event\":\"confirmed\".*\"first\":\"ito\".*\"second\":"
			"\"yamamoto\"' out/transcript.jsonl; "
			"! grep DEMO out/transcript.jsonl");
		CHECK(code == 0 && outside_said(&said, "6"),
			"six confirmations by two: %s", buf_text(&said));
	}
	AUTO(rehearsal_clear) struct rehearsal r = rehearsal_prepare(NULL);
	int code = outside_run(&r.outside, &said, "yes | setsid -w %s run %s --site %s",
		program, r.plan, r.site);
	CHECK(code != 0 && outside_said(&said, "no terminal"),
		"input that is piped in is nobody: %s", buf_text(&said));
}

static void test_keys_of_unknown_birth(void)
{
	AUTO(rehearsal_clear) struct rehearsal r = rehearsal_prepare(NULL);
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	int code = outside_run(&r.outside, &said,
		"softhsm2-util --init-token --free --label root --so-pin %s --pin %s",
		SOFTHSM_SO_PIN, SOFTHSM_PIN);
	CHECK_INT(code, 0, "a token that somebody made: %s", buf_text(&said));
	code = rehearsal_run(&r, "--yes-demo", &said);
	CHECK(code == 5 && outside_said(&said, "token root exists"), "%s",
		buf_text(&said));
}

static void test_links_neither_net_nor_database(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	char program[4096];
	if (!CHECK(program_path("inkan-ceremony", program), "built"))
		return;
	int code = outside_run(&outside, &said, "ldd %s", program);
	CHECK(code == 0 && outside_said(&said, "libcrypto"), "ldd: %s", buf_text(&said));
	CHECK(!outside_said(&said, "libpq") && !outside_said(&said, "libmicrohttpd") &&
			!outside_said(&said, "libcurl") &&
			!outside_said(&said, "libgnutls") &&
			!outside_said(&said, "libssl"),
		"no network, no database: %s", buf_text(&said));
}

static const CU_TestInfo tests[] = {
	{ "a rehearsal, whole", test_rehearsal },
	{ "no secret leaks", test_no_secret_leaks },
	{ "interrupted and gone on with", test_interrupted },
	{ "interrupted and meddled with", test_interrupted_elsewhere },
	{ "the linter refuses", test_linter_refuses },
	{ "two people confirm", test_confirmations },
	{ "keys of unknown birth", test_keys_of_unknown_birth },
	{ "links neither net nor database", test_links_neither_net_nor_database },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_ceremony = { "ca/ceremony/ceremony", tests, NULL, NULL };
