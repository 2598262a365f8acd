/*
 * bench_signer: certificates a second through the real inkan-signer and inkan-lint, beside what bounds them: building
 * alone, lint alone, a bare C_Sign loop through the same token, and libcrypto's own signature.
 * bench_signer BIN SIGNER.cfg LINT.cfg ISSUERS.cfg PROFILES MODULE PIN-FILE
 */
#include <unistd.h>

#include "ca/signer/client.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/flow/issuer_file.h"
#include "common/flow/lint_pipe.h"
#include "common/flow/profile_file.h"
#include "common/token/token.h"
#include "tests/bench/bench.h"

enum { RUN_S = 3, LINTED = 16 };

struct made {
	uint8_t subject[512], san[256], spki[LIMIT_SPKI], tbs[LIMIT_CERT];
	struct signer_request request;
	struct cert_fields fields;
	struct blob tbs_der;
};

static void make_names(struct made *made, size_t number)
{
	struct name name = { .count = 0 };
	struct general_names san = { .count = 0 };
	struct der_writer w = DER_WRITER(made->subject), s = DER_WRITER(made->san);
	char serial[16];
	snprintf(serial, sizeof serial, "%06zu", number);
	must(name_add(&name, NAME_COUNTRY, "JP"));
	must(name_add(&name, NAME_ORGANIZATION, "Mirai Bank, Ltd."));
	must(name_add(&name, NAME_ORGANIZATION_IDENTIFIER, "VATJP-8999900000001"));
	must(name_add(&name, NAME_SURNAME, "TANAKA"));
	must(name_add(&name, NAME_GIVEN_NAME, "Taro"));
	must(name_add(&name, NAME_SERIAL_NUMBER, serial));
	must(name_add(&name, NAME_COMMON_NAME, "TANAKA Taro"));
	must(general_names_add_mailbox(&san, "tanaka@mirai-bank.example"));
	name_write(&name, &w);
	must(der_finish(&w, &made->request.subject));
	general_names_write(&san, &s);
	must(der_finish(&s, &made->request.subject_alt_name));
}

static void make_request(struct made *made, size_t number, int64_t now)
{
	EVP_PKEY *key = NULL;
	struct der_writer k = DER_WRITER(made->spki);
	made->request = (struct signer_request){ .issuer = "person",
		.profile = "P-PERSON-MP",
		.profile_version = 1,
		.not_before = now,
		.not_after = profile_not_after(now, 730 * DAY) };
	make_names(made, number);
	must(key_generate(KEY_P256, &key));
	must(key_write(key, &k));
	must(der_finish(&k, &made->request.subject_public_key_info));
	must(serial_random(&made->request.serial_number));
	EVP_PKEY_free(key);
}

static void write_tbs(void *context)
{
	struct made *made = context;
	struct der_writer w = DER_WRITER(made->tbs);
	must(cert_write_tbs(&made->fields, &w));
	must(der_finish(&w, &made->tbs_der));
}

static void fill_fields(struct made *made, const struct profile_set *profiles,
	const struct issuer_set *issuers)
{
	const struct signer_request *r = &made->request;
	made->fields = (struct cert_fields){ .profile = profile_set_find(profiles,
						     r->profile, r->profile_version),
		.issuer = &issuer_set_find(issuers, r->issuer)->issuer,
		.serial_number = r->serial_number,
		.not_before = r->not_before,
		.not_after = r->not_after,
		.subject = r->subject,
		.subject_alt_name = r->subject_alt_name,
		.subject_public_key_info = r->subject_public_key_info };
	write_tbs(made);
}

static double through_signer(int fd, struct made *made, size_t *done)
{
	static struct signer_request requests[SIGNER_BATCH];
	static struct signer_answer answers[SIGNER_BATCH];
	AUTO(buf_clear) struct buf hold = BUF(LIMIT_FRAME);
	double start = seconds();
	*done = 0;
	while (seconds() - start < RUN_S) {
		for (size_t i = 0; i < SIGNER_BATCH; i++) {
			requests[i] = made[i].request;
			must(serial_random(&requests[i].serial_number));
		}
		must(signer_certify(fd, requests, SIGNER_BATCH, &hold, answers));
		for (size_t i = 0; i < SIGNER_BATCH; i++)
			must(answers[i].err);
		*done += SIGNER_BATCH;
	}
	return (double)*done / (seconds() - start);
}

static double through_lint(int fd, const struct made *made)
{
	struct lint_item items[LINTED];
	struct err verdicts[LINTED];
	AUTO(buf_clear) struct buf room = BUF(LIMIT_FRAME);
	size_t done = 0;
	for (size_t i = 0; i < LINTED; i++)
		items[i] = (struct lint_item){ made[i].request.profile, 1,
			made[i].request.issuer, made[i].tbs_der };
	double start = seconds();
	for (; seconds() - start < RUN_S; done += LINTED) {
		must(lint_pipe_send(fd, items, LINTED, &room));
		must(lint_pipe_receive(fd, LINTED, &room, verdicts));
		for (size_t i = 0; i < LINTED; i++)
			must(verdicts[i]);
	}
	return (double)done / (seconds() - start);
}

static void sign_token(void *context)
{
	uint8_t digest[32] = { 1 }, signature[SIGNATURE_MAX];
	size_t len;
	must(token_key_sign_digest(context, SIGNATURE_ECDSA_SHA256, BLOB(digest),
		signature, &len));
}

static double bare_token(const char *module, const char *pin_file)
{
	char source[512];
	AUTO(secret_free) struct secret *pin = NULL;
	AUTO(token_close) struct token *token = NULL;
	AUTO(token_key_free) struct token_key *key = NULL;
	snprintf(source, sizeof source, "file:%s", pin_file);
	must(secret_from_source(source, &pin));
	must(token_open(module, "issuing", pin, &token));
	must(token_find(token, "person", &key));
	return rate(sign_token, key);
}

static void sign_raw(void *context)
{
	uint8_t digest[32] = { 1 }, signature[SIGNATURE_MAX];
	size_t len = sizeof signature;
	if (EVP_PKEY_sign(context, signature, &len, digest, sizeof digest) != 1)
		must(FAIL_OSSL(E_CRYPTO, "signature"));
}

static double bare_libcrypto(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	must(key_generate(KEY_P256, &key));
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1)
		must(FAIL_OSSL(E_CRYPTO, "signature"));
	double found = rate(sign_raw, ctx);
	EVP_PKEY_CTX_free(ctx);
	return found;
}

static void measure_lint(char **argv, const struct made *made)
{
	long pid;
	int fd = bench_lint_start(argv[1], argv[3], &pid);
	say("lint_per_s", through_lint(fd, made));
	bench_end(fd, pid);
}

static void measure_signer(char **argv, struct made *made)
{
	size_t done;
	struct signer_pair pair = bench_signer_start(argv[1], argv[2], argv[3]);
	say("signed_per_s", through_signer(pair.issuer, made, &done));
	close(pair.publisher);
	say("signed_us_signer", bench_end(pair.issuer, pair.signer) * 1e6 / (double)done);
	say("signed_us_lint", bench_end(-1, pair.lint) * 1e6 / (double)done);
}

int main(int argc, char **argv)
{
	static struct made made[SIGNER_BATCH];
	AUTO(issuer_set_free) struct issuer_set *issuers = NULL;
	AUTO(profile_set_free) struct profile_set *profiles = NULL;
	struct conf_faults faults = { .count = 0 };
	if (argc != 8) {
		fprintf(stderr, "bench_signer BIN SIGNER.cfg LINT.cfg ISSUERS.cfg "
				"PROFILES MODULE PIN-FILE\n");
		return 2;
	}
	must(secret_harden());
	must(issuer_set_load(argv[4], &issuers, &faults));
	must(profile_set_load(argv[5], &profiles, &faults));
	for (size_t i = 0; i < SIGNER_BATCH; i++) {
		make_request(&made[i], i, clock_now());
		fill_fields(&made[i], profiles, issuers);
	}
	say("raw_p256_per_s", bare_libcrypto());
	say("token_p256_per_s", bare_token(argv[6], argv[7]));
	say("tbs_per_s", rate(write_tbs, &made[0]));
	measure_lint(argv, made);
	measure_signer(argv, made);
	return 0;
}
