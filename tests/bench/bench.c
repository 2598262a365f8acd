#include "tests/bench/bench.h"

#include <openssl/pem.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/ossl.h"
#include "common/pki/cert.h"
#include "common/proc/proc.h"

void must(struct err err)
{
	if (err_is(err)) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void say(const char *name, double value)
{
	printf("%s %.6g\n", name, value);
	fflush(stdout);
}

double processor_s(long pid)
{
	char path[64], line[1024];
	unsigned long user = 0, kernel = 0;
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	/* The second field is a name in parentheses, which may hold anything. */
	char *rest = fgets(line, sizeof line, file) == NULL ? NULL : strrchr(line, ')');
	fclose(file);
	if (rest == NULL ||
		sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			&user, &kernel) != 2)
		return 0;
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double memory_kib(long pid, const char *field)
{
	char path[64], line[256];
	long value = 0;
	size_t len = strlen(field);
	snprintf(path, sizeof path, "/proc/%ld/status", pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, field, len) == 0 && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	fclose(file);
	return (double)value;
}

double rate(void (*one)(void *context), void *context)
{
	double start = seconds(), now = start;
	size_t count = 0;
	for (; now - start < 1; now = seconds())
		for (int i = 0; i < 100; i++, count++)
			one(context);
	return (double)count / (now - start);
}

EVP_PKEY *bench_key(const char *folder, const char *word)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s.key", folder, word);
	FILE *file = fopen(path, "re");
	EVP_PKEY *key = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, NULL);
	if (file != NULL)
		fclose(file);
	if (key == NULL)
		must(FAIL_OSSL(E_INPUT, "%s", path));
	return key;
}

struct buf bench_certificate(const char *folder, const char *word)
{
	char path[4096];
	struct buf der = BUF(LIMIT_CERT);
	AUTO(buf_clear) struct buf file = BUF(LIMIT_CERT);
	snprintf(path, sizeof path, "%s/%s.pem", folder, word);
	must(file_read(path, &file));
	must(cert_from_file(buf_view(&file), &der));
	return der;
}

static long start(const char *bin, const char *program, const char *conf, const int *fds,
	size_t count)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", bin, program);
	struct proc_child child = { .name = program,
		.argv = { path, "-c", conf, NULL },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	for (size_t i = 0; i < count; i++)
		child.fds[i] = fds[i];
	must(proc_start(&child));
	return child.pid;
}

struct signer_pair bench_signer_start(const char *bin, const char *signer_conf,
	const char *lint_conf)
{
	struct signer_pair pair;
	int lint[2], issuer[2], publisher[2];
	must(proc_socketpair(lint));
	must(proc_socketpair(issuer));
	must(proc_socketpair(publisher));
	pair.lint = start(bin, "inkan-lint", lint_conf, &lint[1], 1);
	pair.signer = start(bin, "inkan-signer", signer_conf,
		(int[]){ lint[0], issuer[1], publisher[1] }, 3);
	pair.issuer = issuer[0];
	pair.publisher = publisher[0];
	close(lint[0]);
	close(lint[1]);
	close(issuer[1]);
	close(publisher[1]);
	return pair;
}

int bench_lint_start(const char *bin, const char *lint_conf, long *pid)
{
	int lint[2];
	must(proc_socketpair(lint));
	*pid = start(bin, "inkan-lint", lint_conf, &lint[1], 1);
	close(lint[1]);
	return lint[0];
}

double bench_end(int fd, long pid)
{
	struct rusage used;
	if (fd >= 0)
		close(fd);
	if (wait4((pid_t)pid, NULL, 0, &used) < 0)
		must(FAIL(E_BUG, "process %ld is not ours", pid));
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}
