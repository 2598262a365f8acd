#include <fcntl.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/quote.h"
#include "common/base/table.h"
#include "common/proc/command.h"
#include "tests/check.h"

/* What the test program's verbs saw. */
static struct {
	char profile[32];
	int64_t copies, until;
	bool force, json, interactive;
	size_t arguments;
	char first[64];
} seen;

static struct err run_issue(struct command_call *call)
{
	const char *profile = command_text(call, "profile");
	snprintf(seen.profile, sizeof seen.profile, "%s",
		profile == NULL ? "(none)" : profile);
	seen.copies = command_int(call, "copies");
	seen.until = command_int(call, "until");
	seen.force = command_has(call, "force");
	seen.json = call->json;
	seen.interactive = call->interactive;
	seen.arguments = call->argument_count;
	snprintf(seen.first, sizeof seen.first, "%s",
		call->argument_count > 0 ? call->argument[0] : "");
	printf("%sissued%s\n", command_color(call, COLOR_GOOD),
		command_color(call, COLOR_NONE));
	command_next(call, "inkan demo show %s", seen.first);
	return OK;
}
static struct err run_show(struct command_call *call)
{
	return FAIL(err_code_by_name(call->argument[0]), "%s: \"quoted\"\n",
		call->argument[0]);
}
static struct err run_exit(struct command_call *call)
{
	call->exit = (enum command_exit)command_int(call, "code");
	return command_has(call, "fail") ? FAIL(E_INPUT, "line 3") : OK;
}
static struct err run_revoke(struct command_call *call)
{
	TRY(command_confirm(call, "A26-1", "revokes the certificate",
		"証明書を失効させます"));
	puts("revoked");
	return OK;
}
static struct err run_login(struct command_call *call)
{
	AUTO(secret_free) struct secret *secret = NULL;
	TRY(command_secret(call, "pin-source", "PIN", "暗証番号", true, &secret));
	printf("%zu characters\n", secret_view(secret).len);
	return OK;
}

/* clang-format off */
static const struct command_option issue_options[] = {
	{ "profile", 'p', OPTION_TEXT, "NAME", "profile", "プロファイル", true, 0, 0, NULL },
	{ "copies",  'n', OPTION_INT,  "N",    "copies", "部数", false, 1, 9, "1" },
	{ "until",   0,   OPTION_TIME, "TIME", "end", "期限", false, 0, 0, NULL },
	{ "force",   'f', OPTION_FLAG, NULL,   "force", "強制", false, 0, 0, NULL },
	{ .name = NULL },
};
static const struct command_option exit_options[] = {
	{ "code", 0, OPTION_INT, "N", "code", "コード", true, 0, 9, NULL },
	{ "fail", 0, OPTION_FLAG, NULL, "fail", "失敗", false, 0, 0, NULL },
	{ .name = NULL },
};
static const struct command_option login_options[] = {
	{ "pin-source", 0, OPTION_SECRET, "SOURCE", "where the PIN is", "暗証番号の場所", false, 0, 0, NULL },
	{ .name = NULL },
};
static const char *const issue_examples[] = { "inkan demo issue --profile person A26-000001-K", NULL };
static const char *const show_examples[] = { "inkan demo order show input", NULL };
static const char *const exit_examples[] = { "inkan demo exit --code 3", NULL };
static const char *const revoke_examples[] = { "inkan demo revoke A26-1", NULL };
static const char *const login_examples[] = { "inkan demo login --pin-source fd:3 3<pin", NULL };
static const struct command commands[] = {
	{ "issue", "[RECEIPT...]", 0, 3, "Issues a certificate", "証明書を発行する", issue_options, issue_examples, run_issue, false },
	{ "order show", "CODE", 1, 1, "Fails as told", "指定どおり失敗する", NULL, show_examples, run_show, false },
	{ "exit", "", 0, 0, "Ends as told", "指定どおり終了する", exit_options, exit_examples, run_exit, false },
	{ "revoke", "", 0, 0, "Revokes", "失効させる", NULL, revoke_examples, run_revoke, true },
	{ "login", "", 0, 0, "Logs in", "ログインする", login_options, login_examples, run_login, false },
};
static const struct command_option all_options[] = {
	{ "config", 'c', OPTION_TEXT, "FILE", "settings", "設定ファイル", false, 0, 0, NULL },
	{ .name = NULL },
};
static const struct command_set set = { "inkan demo", "shows", "試す", commands, COUNT(commands), all_options };
/* clang-format on */

static void set_up(void)
{
	memset(&seen, 0, sizeof seen);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
}

static void take(int fd, char *out, size_t size)
{
	ssize_t got = pread(fd, out, size - 1, 0);
	out[got < 0 ? 0 : got] = 0;
	close(fd);
}

/* Runs the line (words between blanks) with both outputs caught. */
static int run(const char *line, char *out, char *err, size_t size)
{
	char copy[512];
	char *argv[32] = { (char *)(uintptr_t) "inkan-demo" };
	int argc = 1;
	snprintf(copy, sizeof copy, "%s", line);
	for (char *at = copy, *word; (word = strsep(&at, " ")) != NULL;)
		if (word[0] != 0 && argc < 31)
			argv[argc++] = word;
	fflush(stdout);
	fflush(stderr);
	int keep_in = dup(0), keep_out = dup(1), keep_err = dup(2);
	int in_null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int to_out = memfd_create("out", MFD_CLOEXEC),
	    to_err = memfd_create("err", MFD_CLOEXEC);
	dup2(in_null, 0);
	dup2(to_out, 1);
	dup2(to_err, 2);
	int code = command_main(&set, argc, argv, NULL);
	fflush(stdout);
	fflush(stderr);
	dup2(keep_in, 0);
	dup2(keep_out, 1);
	dup2(keep_err, 2);
	close(in_null);
	close(keep_in);
	close(keep_out);
	close(keep_err);
	take(to_out, out, size);
	take(to_err, err, size);
	return code;
}

static void test_options_are_read(void)
{
	char out[8192], err[8192];
	CHECK_INT(run("issue -p person --copies=3 --until 2026-11-23T00:00:00Z -f A26-1 "
		      "A26-2",
			  out, err, sizeof out),
		0, "%s", err);
	CHECK_TEXT(seen.profile, "person", "text");
	CHECK_INT(seen.copies, 3, "number");
	CHECK_INT(seen.until, 1795392000, "time");
	CHECK(seen.force && !seen.json && !seen.interactive, "flags");
	CHECK_INT(seen.arguments, 2, "arguments");
	CHECK_TEXT(out, "issued\n", "no escape sequence where there is no terminal");
	CHECK_TEXT(err, "next: inkan demo show A26-1\n", "the command that follows");
	CHECK_INT(run("issue --profile=x -- -f", out, err, sizeof out), 0, "%s", err);
	CHECK(!seen.force && seen.copies == 1, "fallback, and no options behind --");
	CHECK_TEXT(seen.first, "-f", "an argument behind --");
	CHECK_INT(run("--json issue -px", out, err, sizeof out), 2,
		"options come behind the verb");
	CHECK_INT(run("issue -px --json", out, err, sizeof out), 0, "%s", err);
	CHECK(seen.json && err[0] == 0, "JSON: nothing for people");
}

static void test_lines_are_refused(void)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{ "", "a command is missing" },
		{ "isue", "did you mean \"issue\"?" },
		{ "order shwo input", "did you mean \"order show\"?" },
		{ "completely-different",
			"no command \"completely-different\"; inkan demo --help" },
		{ "issue", "--profile NAME is missing" },
		{ "issue --profile", "--profile needs NAME" },
		{ "issue --profile x --profile y", "stands there twice" },
		{ "issue --profil x", "did you mean --profile?" },
		{ "issue -z", "no option -z" },
		{ "issue -p x --copies 0", "not between 1 and 9" },
		{ "issue -p x --copies 10", "not between 1 and 9" },
		{ "issue -p x --copies many", "not a decimal number" },
		{ "issue -p x --until tomorrow", "--until" },
		{ "issue -p x --force=1", "takes no value" },
		{ "issue -p x a b c d", "\"d\" is one argument too many" },
		{ "issue -p \xff", "not UTF-8" },
		{ "issue -p x \xff", "not UTF-8" },
		{ "order show", "needs CODE" },
		{ "revoke", "needs --confirm A26-1" },
		{ "revoke --confirm A26-2", "nothing was done" },
		{ "login", "needs --pin-source" },
		{ "--completion tcsh", "not bash, zsh or fish" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[8192], err[8192];
		CHECK_INT(run(rows[i].line, out, err, sizeof out), COMMAND_USAGE, "%s",
			rows[i].line);
		CHECK(strstr(err, rows[i].says) != NULL, "%s: says %s, got %s",
			rows[i].line, rows[i].says, err);
		CHECK_TEXT(out, "", "%s", rows[i].line);
	}
}

static void test_no_secret_in_a_flag(void)
{
	static const char *const lines[] = { "login --pin 987654", "login --pin=987654",
		"login --password 987654", "login --user-pin 987654",
		"login --pin-source 987654", "issue --client-secret=987654" };
	for (size_t i = 0; i < COUNT(lines); i++) {
		char out[8192], err[8192];
		CHECK_INT(run(lines[i], out, err, sizeof out), COMMAND_USAGE, "%s",
			lines[i]);
		CHECK(strstr(err, "never given in a command") != NULL, "%s: %s", lines[i],
			err);
		CHECK(strstr(err, "987654") == NULL && strstr(out, "987654") == NULL,
			"%s: not repeated", lines[i]);
	}
}

static void test_errors_and_exit_codes(void)
{
	static const struct {
		const char *line;
		int code;
		const char *name;
	} rows[] = {
		{ "order show input --json", 2, "usage" },
		{ "order show denied --json", 6, "denied" },
		{ "order show policy --json", 1, "no" },
		{ "order show notfound --json", 4, "notfound" },
		{ "order show conflict --json", 5, "conflict" },
		{ "order show state --json", 5, "conflict" },
		{ "order show retry --json", 9, "io" },
		{ "order show crypto --json", 1, "no" },
		{ "order show io --json", 9, "io" },
		{ "order show bug --json", 9, "io" },
		{ "exit --code 3 --fail --json", 3, "config" },
		{ "exit --code 8 --fail --json", 8, "stale" },
		{ "exit --code 0 --fail --json", 2, "usage" },
	};
	char out[8192], err[8192], want[64];
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_INT(run(rows[i].line, out, err, sizeof out), rows[i].code, "%s",
			rows[i].line);
		snprintf(want, sizeof want,
			"{\"code\":%d,\"name\":\"%s\",\"message_en\":\"", rows[i].code,
			rows[i].name);
		CHECK(strncmp(err, want, strlen(want)) == 0, "%s: %s", rows[i].line, err);
	}
	run("order show io --json", out, err, sizeof out);
	CHECK(strstr(err, "\"detail\":\"io: \\\"quoted\\\"\\u000a\"") != NULL,
		"escaped: %s", err);
	CHECK(strstr(err, "\"message_ja\":\"内部の処理") != NULL, "both languages: %s",
		err);
	const char *ref = strstr(err, "\"ref\":\"");
	CHECK(ref != NULL && strlen(ref) == 7 + 16 + 3, "ref of 16 digits: %s", err);
	for (int code = 0; code <= 9; code++) {
		char line[32];
		snprintf(line, sizeof line, "exit --code %d", code);
		CHECK_INT(run(line, out, err, sizeof out), code, "chosen by the command");
		CHECK_TEXT(err, "", "and not an error");
	}
	run("order show denied", out, err, sizeof out);
	CHECK(strstr(err, "inkan demo: You are not permitted") == err &&
			strstr(err, "\n  ref: ") != NULL,
		"%s", err);
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	run("order show denied", out, err, sizeof out);
	CHECK(strstr(err, "inkan demo: この操作を行う権限がありません") == err &&
			strstr(err, "参照番号") != NULL,
		"%s", err);
}

static void test_help_comes_from_the_tables(void)
{
	static const char *const lines[] = { "issue --help", "help issue", "issue -h",
		"issue --profile x --help" };
	char out[16384], err[16384];
	for (size_t i = 0; i < COUNT(lines); i++) {
		CHECK_INT(run(lines[i], out, err, sizeof out), 0, "%s: %s", lines[i],
			err);
		const char *example =
			strstr(out, "inkan demo issue --profile person A26-000001-K");
		const char *option = strstr(out, "-p, --profile NAME");
		CHECK(example != NULL && option != NULL && example < option,
			"%s: examples lead: %s", lines[i], out);
		CHECK(strstr(out, "(required)") != NULL &&
				strstr(out, "(default 1)") != NULL,
			"%s", out);
		CHECK(strstr(out, "-c, --config FILE") != NULL &&
				strstr(out, "--json") != NULL,
			"%s", out);
		CHECK(strstr(out, "--confirm") == NULL, "not destructive");
		CHECK(seen.profile[0] == 0, "%s: nothing was run", lines[i]);
	}
	run("help order show", out, err, sizeof out);
	CHECK(strstr(out, "Usage: inkan demo order show [options] CODE\n") != NULL, "%s",
		out);
	run("revoke --help", out, err, sizeof out);
	CHECK(strstr(out, "--confirm WORD") != NULL, "%s", out);
	CHECK_INT(run("--help", out, err, sizeof out), 0, "%s", err);
	for (size_t i = 0; i < COUNT(commands); i++)
		CHECK(strstr(out, commands[i].verb) != NULL &&
				strstr(out, commands[i].examples[0]) != NULL,
			"%s is listed with its example", commands[i].verb);
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	run("help issue", out, err, sizeof out);
	CHECK(strstr(out, "使い方: ") != NULL && strstr(out, "（必須）") != NULL &&
			strstr(out, "Usage") == NULL,
		"%s", out);
	CHECK_INT(run("--version", out, err, sizeof out), 0, "version");
	CHECK_TEXT(out, "inkan demo " COMMAND_VERSION "\n", "version");
}

static void test_completion_is_understood_by_bash(void)
{
	char out[16384], err[16384], got[1024] = "";
	CHECK_INT(run("--completion bash", out, err, sizeof out), 0, "%s", err);
	char path[] = "/tmp/inkan-completion-XXXXXX", line[256];
	int fd = mkstemp(path);
	CHECK(fd >= 0 && write(fd, out, strlen(out)) == (ssize_t)strlen(out), "written");
	close(fd);
	snprintf(line, sizeof line,
		"bash -c '. %s; COMP_WORDS=(inkan-demo issue --pro); COMP_CWORD=2; "
		"_inkan_demo; echo ${COMPREPLY[*]};"
		" COMP_WORDS=(inkan-demo re); COMP_CWORD=1; _inkan_demo; echo "
		"${COMPREPLY[*]}'",
		path);
	FILE *shell = popen(line, "r");
	CHECK_INT(fread(got, 1, sizeof got - 1, shell), strlen("--profile\nrevoke\n"),
		"bash's proposals");
	pclose(shell);
	unlink(path);
	CHECK_TEXT(got, "--profile\nrevoke\n", "bash's proposals");
	CHECK_INT(run("--completion fish", out, err, sizeof out), 0, "%s", err);
	CHECK(strstr(out, "complete -c inkan-demo") == out, "fish");
	CHECK_INT(run("--completion zsh", out, err, sizeof out), 0, "%s", err);
}

static void test_tables_are_checked(void)
{
	CHECK_OK(command_check(&set), "the table of this test");
	static const char *const none[] = { NULL };
	static const char *const other[] = { "inkan ra issue", NULL };
	static const struct command_option secret[] = {
		{ "pin", 0, OPTION_TEXT, "PIN", "PIN", "暗証番号", false, 0, 0, NULL },
		{ .name = NULL }
	};
	static const struct command_option doubled[] = {
		{ "json", 0, OPTION_FLAG, NULL, "j", "j", false, 0, 0, NULL },
		{ .name = NULL }
	};
	struct {
		const char *name;
		struct command command;
	} rows[] = {
		{ "no example",
			{ "issue", "", 0, 0, "a", "b", NULL, none, run_issue, false } },
		{ "example of another program",
			{ "issue", "", 0, 0, "a", "b", NULL, other, run_issue, false } },
		{ "no Japanese", { "issue", "", 0, 0, "a", NULL, NULL, issue_examples,
					 run_issue, false } },
		{ "a secret in a plain option",
			{ "issue", "", 0, 0, "a", "b", secret, issue_examples, run_issue,
				false } },
		{ "an option of everybody's again",
			{ "issue", "", 0, 0, "a", "b", doubled, issue_examples, run_issue,
				false } },
		{ "more arguments at least than at most",
			{ "issue", "", 2, 1, "a", "b", NULL, issue_examples, run_issue,
				false } },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct command_set wrong = set;
		wrong.commands = &rows[i].command;
		wrong.command_count = 1;
		CHECK_ERR(command_check(&wrong), E_BUG, "%s", rows[i].name);
	}
	static const struct command twice[] = {
		{ "exit", "", 0, 0, "a", "b", NULL, exit_examples, run_exit, false },
		{ "exit", "", 0, 0, "a", "b", NULL, exit_examples, run_exit, false },
	};
	struct command_set wrong = set;
	wrong.commands = twice;
	wrong.command_count = 2;
	CHECK_ERR(command_check(&wrong), E_BUG, "doubled verb");
}

/* Plays a person at a terminal: waits for each prompt, types each answer. Returns the exit code. */
static int play(const char *verb, const char *const *prompts, const char *const *answers,
	char *shown, size_t size)
{
	int terminal;
	size_t len = 0, from = 0;
	fflush(stdout);
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);
	if (child == 0) {
		char *argv[] = { (char *)(uintptr_t) "inkan-demo",
			(char *)(uintptr_t)verb, NULL };
		_exit(command_main(&set, 2, argv, NULL));
	}
	for (ssize_t got; len + 1 < size &&
			  (got = read(terminal, shown + len, size - 1 - len)) > 0;) {
		len += (size_t)got;
		shown[len] = 0;
		if (*prompts != NULL && strstr(shown + from, *prompts) != NULL) {
			from = len;
			ssize_t done = write(terminal, *answers, strlen(*answers));
			(void)done;
			prompts++;
			answers++;
		}
	}
	int status = 0;
	waitpid(child, &status, 0);
	close(terminal);
	return WEXITSTATUS(status);
}

static void test_questions_on_a_terminal(void)
{
	static const struct {
		const char *verb, *prompts[3], *answers[3];
		int code;
		const char *shows;
	} rows[] = {
		{ "revoke", { "\"A26-1\":" }, { "A26-1\n" }, 0, "revoked" },
		{ "revoke", { "\"A26-1\":" }, { "yes\n" }, 2, "nothing was done" },
		{ "login", { "PIN: ", "Once more: " }, { "hidden77\n", "hidden77\n" }, 0,
			"8 characters" },
		{ "login", { "PIN: ", "Once more: " }, { "hidden77\n", "hidden78\n" }, 2,
			"the two entries differ" },
		{ "login", { "PIN: " }, { "\n" }, 2, "nothing was typed" },
		{ "login", { "PIN: " }, { "hidden7\003" }, 2, "no answer" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char shown[4096] = "";
		int code = play(rows[i].verb, rows[i].prompts, rows[i].answers, shown,
			sizeof shown);
		CHECK_INT(code, rows[i].code, "%s %zu: %s", rows[i].verb, i, shown);
		CHECK(strstr(shown, rows[i].shows) != NULL, "%s %zu: %s", rows[i].verb, i,
			shown);
		CHECK(strstr(shown, "hidden7") == NULL, "a secret is not echoed: %s",
			shown);
	}
}

static void test_nearest_word(void)
{
	static const char *const words[] = { "lra", "ra", "ca", "status", "ceremony",
		"lint", NULL };
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "statsu", "status" },
		{ "ceremoney", "ceremony" },
		{ "lnit", "lint" },
		{ "lr", "lra" },
		{ "issue", NULL },
		{ "", NULL },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = command_nearest(rows[i].word, words);
		CHECK(got == rows[i].want || (got != NULL && rows[i].want != NULL &&
						     strcmp(got, rows[i].want) == 0),
			"%s: got %s", rows[i].word, got == NULL ? "none" : got);
	}
}

static void test_quoting(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ NULL, "null" },
		{ "", "\"\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\x01\n\x7f", "\"\\u0001\\u000a\\u007f\"" },
		{ "髙𠮷", "\"髙𠮷\"" },
		{ "a\xff"
		  "b\xe9\xab",
			"\"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf out = BUF(256);
		CHECK_OK(quote_json(&out, rows[i].text), "row %zu", i);
		CHECK_TEXT(buf_text(&out), rows[i].want, "row %zu", i);
	}
	AUTO(buf_clear) struct buf small = BUF(4);
	CHECK_ERR(quote_json(&small, "abc"), E_INPUT, "no room");
}

static const CU_TestInfo tests[] = {
	{ "options are read in each form", test_options_are_read },
	{ "wrong lines are refused with advice", test_lines_are_refused },
	{ "no secret is taken from a flag, nor repeated", test_no_secret_in_a_flag },
	{ "errors for people and programs, each exit code", test_errors_and_exit_codes },
	{ "help comes from the tables, examples first", test_help_comes_from_the_tables },
	{ "completion works in bash", test_completion_is_understood_by_bash },
	{ "tables are checked", test_tables_are_checked },
	{ "questions are asked on a terminal only", test_questions_on_a_terminal },
	{ "the nearest word", test_nearest_word },
	{ "JSON strings", test_quoting },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_command = { "common/proc/command", tests, set_up, NULL };
