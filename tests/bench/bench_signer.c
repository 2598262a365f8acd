/*
 * bench_signer: certificates a second through the real inkan-signer and inkan-lint, beside the bare C_Sign that bounds
 * them. bench_signer BIN-FOLDER SIGNER.cfg LINT.cfg MODULE PIN-FILE [BATCH]
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/signer/client.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/flow/issuer_file.h"
#include "common/pki/general_name.h"
#include "common/proc/proc.h"
#include "common/token/token.h"

enum { RUN_MS = 4000 };

static void must(struct err err)
{
	if (err_is(err)) {
		fprintf(stderr, "bench_signer: %s\n", err.text);
		exit(1);
	}
}

struct made {
	uint8_t subject[512], san[256], spki[LIMIT_SPKI];
	struct signer_request request;
};

static void make_request(struct made *made, size_t number, int64_t now)
{
	struct name name = { .count = 0 };
	struct general_names san = { .count = 0 };
	EVP_PKEY *key = NULL;
	char serial[16];
	struct blob subject, san_der, spki;
	struct der_writer w = DER_WRITER(made->subject);
	snprintf(serial, sizeof serial, "%06zu", number);
	must(name_add(&name, NAME_COUNTRY, "JP"));
	must(name_add(&name, NAME_ORGANIZATION, "Mirai Bank, Ltd."));
	must(name_add(&name, NAME_ORGANIZATION_IDENTIFIER, "VATJP-8999900000001"));
	must(name_add(&name, NAME_SURNAME, "TANAKA"));
	must(name_add(&name, NAME_GIVEN_NAME, "Taro"));
	must(name_add(&name, NAME_SERIAL_NUMBER, serial));
	must(name_add(&name, NAME_COMMON_NAME, "TANAKA Taro"));
	name_write(&name, &w);
	must(der_finish(&w, &subject));
	must(general_names_add_mailbox(&san, "tanaka@mirai-bank.example"));
	struct der_writer s = DER_WRITER(made->san), k = DER_WRITER(made->spki);
	general_names_write(&san, &s);
	must(der_finish(&s, &san_der));
	must(key_generate(KEY_P256, &key));
	must(key_write(key, &k));
	must(der_finish(&k, &spki));
	EVP_PKEY_free(key);
	made->request = (struct signer_request){ .issuer = "person",
		.profile = "P-PERSON-MP",
		.profile_version = 1,
		.not_before = now,
		.not_after = profile_not_after(now, 730 * DAY),
		.subject = subject,
		.subject_alt_name = san_der,
		.subject_public_key_info = spki };
}

static double through_signer(int fd, struct made *made, size_t batch, size_t *done)
{
	static struct signer_request requests[SIGNER_BATCH];
	static struct signer_answer answers[SIGNER_BATCH];
	struct buf hold = BUF(LIMIT_FRAME);
	int64_t start = clock_monotonic_ms(), end;
	size_t count = 0;
	do {
		for (size_t i = 0; i < batch; i++) {
			requests[i] = made[i].request;
			must(serial_random(&requests[i].serial_number));
		}
		must(signer_certify(fd, requests, batch, &hold, answers));
		for (size_t i = 0; i < batch; i++)
			must(answers[i].err);
		count += batch;
		end = clock_monotonic_ms();
	} while (end - start < RUN_MS);
	buf_clear(&hold);
	*done = count;
	return (double)count * 1000 / (double)(end - start);
}

static double bare(const char *module, const char *pin_file, double *us)
{
	char source[512];
	struct secret *pin = NULL;
	struct token *token = NULL;
	struct token_key *key = NULL;
	uint8_t digest[32] = { 1 }, signature[SIGNATURE_MAX];
	size_t len, count = 0;
	snprintf(source, sizeof source, "file:%s", pin_file);
	must(secret_from_source(source, &pin));
	must(token_open(module, "issuing", pin, &token));
	must(token_find(token, "person", &key));
	clock_t used = clock();
	int64_t start = clock_monotonic_ms(), end;
	do {
		for (int i = 0; i < 100; i++)
			must(token_key_sign_digest(key, SIGNATURE_ECDSA_SHA256,
				BLOB(digest), signature, &len));
		count += 100;
		end = clock_monotonic_ms();
	} while (end - start < RUN_MS);
	*us = (double)(clock() - used) * 1e6 / CLOCKS_PER_SEC / (double)count;
	token_key_free(key);
	token_close(token);
	secret_free(pin);
	return (double)count * 1000 / (double)(end - start);
}

/* What an ended child used, in microseconds: on a busy machine this says more than the clock. */
static double processor_us(long pid)
{
	struct rusage used;
	if (wait4((pid_t)pid, NULL, 0, &used) < 0)
		exit(1);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	static struct made made[SIGNER_BATCH];
	char signer[4096], lint[4096];
	int lint_pipe[2], issuer_pipe[2];
	if (argc < 6) {
		fprintf(stderr,
			"bench_signer BIN SIGNER.cfg LINT.cfg MODULE PIN-FILE [BATCH]\n");
		return 2;
	}
	size_t batch = argc > 6 ? (size_t)strtoul(argv[6], NULL, 10) : SIGNER_BATCH;
	snprintf(signer, sizeof signer, "%s/inkan-signer", argv[1]);
	snprintf(lint, sizeof lint, "%s/inkan-lint", argv[1]);
	must(secret_harden());
	must(proc_socketpair(lint_pipe));
	must(proc_socketpair(issuer_pipe));
	struct proc_child children[] = {
		{ .name = "lint",
			.argv = { lint, "-c", argv[3], NULL },
			.fds = { lint_pipe[1], -1, -1, -1, -1, -1 } },
		{ .name = "signer",
			.argv = { signer, "-c", argv[2], NULL },
			.fds = { lint_pipe[0], issuer_pipe[1], -1, -1, -1, -1 } },
	};
	must(proc_start(&children[0]));
	must(proc_start(&children[1]));
	close(lint_pipe[0]);
	close(lint_pipe[1]);
	close(issuer_pipe[1]);
	for (size_t i = 0; i < batch; i++)
		make_request(&made[i], i, clock_now());
	size_t done;
	double whole = through_signer(issuer_pipe[0], made, batch, &done);
	close(issuer_pipe[0]);
	double signer_us = processor_us(children[1].pid),
	       lint_us = processor_us(children[0].pid);
	double raw_us, raw = bare(argv[4], argv[5], &raw_us);
	printf("signer_built_linted_signed %.0f per s\n", whole);
	printf("signer_processor %.1f us each\n", signer_us / (double)done);
	printf("signer_lint_processor %.1f us each\n", lint_us / (double)done);
	printf("signer_bare_c_sign %.0f per s\n", raw);
	printf("signer_bare_c_sign_processor %.1f us each\n", raw_us);
	printf("signer_share_of_bare_processor %.2f\n",
		raw_us * (double)done / signer_us);
	printf("signer_share_of_bare %.2f\n", whole / raw);
	return 0;
}
