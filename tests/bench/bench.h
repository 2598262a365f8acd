/* bench: what the benchmarks share. Each prints lines "name value"; tests/bench/all takes medians and ratios of them. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "common/base/err.h"
#include "common/pki/signature.h"

/* A benchmark that fails says why and ends: half a figure is none. */
void must(struct err err);
double seconds(void); /* monotonic */
void say(const char *name, double value);
/* What a process used of the processors, in seconds, and a line of its /proc/PID/status in KiB; 0 when it is gone. */
double processor_s(long pid);
double memory_kib(long pid, const char *field);

/* Calls `one` for about a second and says how often a second it went. */
double rate(void (*one)(void *context), void *context);

/* A key of the ceremony and a certificate beside it: FOLDER/WORD.key, FOLDER/WORD.pem. */
EVP_PKEY *bench_key(const char *folder, const char *word);
struct buf bench_certificate(const char *folder, const char *word);

/* inkan-lint and inkan-signer as inkan-ca starts them. issuer, publisher: our ends of the signer's pipes. */
struct signer_pair {
	long signer, lint;
	int issuer, publisher;
};
struct signer_pair bench_signer_start(const char *bin, const char *signer_conf,
	const char *lint_conf);
/* One inkan-lint alone; returns our end of its pipe. */
int bench_lint_start(const char *bin, const char *lint_conf, long *pid);
/* Closes our end and waits; what the process used, in seconds. */
double bench_end(int fd, long pid);

#endif
