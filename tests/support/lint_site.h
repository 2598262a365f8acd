/* lint_site: the shipped profiles, a hierarchy below them, and the second reader that has loaded both. */
#ifndef TESTS_SUPPORT_LINT_SITE_H
#define TESTS_SUPPORT_LINT_SITE_H

#include "ca/lint/lint.h"
#include "common/flow/profile_file.h"
#include "tests/support/outside.h"
#include "tests/support/test_ca.h"

enum {
	SITE_TRUST,
	SITE_OPERATIONS,
	SITE_PERSON,
	SITE_SIGN,
	SITE_STAFF,
	SITE_SYSTEMS,
	SITE_CAS
};

struct lint_site {
	struct outside outside; /* holds WORD.pem of each CA, issuers.cfg and lint.cfg */
	int64_t now;
	struct profile_set *profiles;
	struct test_cert
		ca[SITE_CAS]; /* two roots of P-384; P-256, RSA-3072, P-384, P-256 */
	struct lint_policy *policy;
};
extern const char *const lint_site_words[SITE_CAS];

/* Heap: the CAs point into themselves. NULL, with failed checks, when something could not be made. */
struct lint_site *lint_site_new(void);
void lint_site_free(struct lint_site *site);
AUTO_DEFINE(struct lint_site, lint_site_free)

/* One good certificate of a shipped profile. It does not move. false, with failed checks: it could not be made. */
struct lint_sample {
	const char *profile;
	const char *issuer; /* word; its own for a root */
	struct test_cert cert;
	struct blob tbs;
};
bool lint_site_sample(const struct lint_site *site, const char *profile,
	enum key_algorithm key, struct lint_sample *out);
void lint_sample_clear(struct lint_sample *sample);
AUTO_DEFINE_HELD(struct lint_sample, lint_sample_clear)

/* All names of shipped profiles, NULL-ended. */
extern const char *const lint_site_profiles[];

#endif
