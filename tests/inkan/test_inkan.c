#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/check.h"

/* The program itself, its main under another name. */
int inkan_main(int argc, char **argv);
#define main inkan_main
#include "inkan.c"
#undef main

static int run(const char *const *words, char *out, size_t size)
{
	int ends[2], status = 0, argc = 0;
	size_t len = 0;
	char *argv[8] = { (char *)(uintptr_t) "inkan" };
	while (words[argc] != NULL) {
		argv[argc + 1] = (char *)(uintptr_t)words[argc];
		argc++;
	}
	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		int code = inkan_main(argc + 1, argv);
		fflush(stdout);
		_exit(code);
	}
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], out + len, size - 1 - len)) > 0;)
		len += (size_t)got;
	out[len] = 0;
	close(ends[0]);
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void test_words(void)
{
	static const struct {
		const char *words[3];
		int code;
		const char *says;
	} rows[] = {
		{ { "--help" }, 0, "inkan ceremony" },
		{ { "--version" }, 0, "inkan " COMMAND_VERSION "\n" },
		{ { NULL }, 2, "inkan ceremony" },
		{ { "ceremoni" }, 2, "Did you mean: inkan ceremony" },
		{ { "help", "statsu" }, 2, "Did you mean: inkan status" },
		{ { "quite-another" }, 2, "inkan --help lists them" },
		{ { "../../bin/sh" }, 2, "no command" },
		{ { "lra" }, 4, "inkan-lra: No such file" },
	};
	setenv("LC_ALL", "C", 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[8192];
		CHECK_INT(run(rows[i].words, out, sizeof out), rows[i].code, "%s",
			rows[i].words[0]);
		CHECK(strstr(out, rows[i].says) != NULL, "%s: %s", rows[i].words[0], out);
	}
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	char out[8192];
	const char *wrong[] = { "cq", NULL };
	run(wrong, out, sizeof out);
	CHECK(strstr(out, "もしかして: inkan ca") != NULL, "%s", out);
	setenv("LC_ALL", "C", 1);
}

static void test_sibling_gets_the_words(void)
{
	char path[4096], out[8192];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 20);
	if (!CHECK(len > 0, "own place"))
		return;
	path[len] = 0;
	strncpy(strrchr(path, '/') + 1, "inkan-lint", 11);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (!CHECK(fd >= 0, "a stand-in at %s", path))
		return;
	static const char script[] = "#!/bin/sh\necho \"$@\"\nexit 7\n";
	CHECK_INT(write(fd, script, sizeof script - 1), sizeof script - 1, "stand-in");
	close(fd);
	const char *words[] = { "lint", "--json", "a b", NULL };
	CHECK_INT(run(words, out, sizeof out), 7, "its exit code is ours");
	CHECK_TEXT(out, "--json a b\n", "its words");
	const char *help[] = { "help", "lint", NULL };
	CHECK_INT(run(help, out, sizeof out), 7, "help");
	CHECK_TEXT(out, "--help\n", "help of one");
	unlink(path);
}

static const CU_TestInfo tests[] = {
	{ "words are offices, or the nearest is named", test_words },
	{ "the sibling gets the words and gives the exit code",
		test_sibling_gets_the_words },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_inkan = { "inkan", tests, NULL, NULL };
