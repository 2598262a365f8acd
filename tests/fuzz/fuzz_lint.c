/* The second reader: whatever the bytes, as certificate and as list, judging them under every profile ends without harm. */
/* with: ca/lint/addresses.c ca/lint/characters.c ca/lint/crl.c ca/lint/extensions.c ca/lint/identifiers.c ca/lint/issuers.c ca/lint/keys.c ca/lint/lint.c ca/lint/names.c ca/lint/policy.c ca/lint/profiles.c ca/lint/purposes.c ca/lint/san.c ca/lint/walk.c */
#include "ca/lint/lint.h"

static struct lint_policy *policy;

/* The shipped profiles as if each were self-signed, so that all rules are reached without a CA; and a CA for lists. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct conf_faults faults = { .count = 0 };
	struct err err = lint_policy_load("policies/profiles", NULL, &policy, &faults);
	(void)argc;
	(void)argv;
	if (err_is(err) || (policy->issuer = calloc(1, sizeof *policy->issuer)) == NULL)
		abort(); /* run from the root of the tree */
	for (size_t i = 0; i < policy->profile_count; i++)
		policy->profile[i].issuer[0] = 0;
	policy->issuer_count = 1;
	policy->issuer[0].name[0] = 'x';
	policy->issuer[0].kind = KIND_P256;
	policy->issuer[0].keep_expired = true;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lint_findings findings = { .count = 0 };
	struct span tbs = lint_unwrap((struct span){ data, size }, &findings);
	const struct lint_crl asked = { .issuer = "x", .previous = lint_crl_number(tbs) };
	for (size_t i = 0; i < policy->profile_count; i++) {
		findings.count = 0;
		lint_certificate(policy, policy->profile[i].name,
			policy->profile[i].version, "", tbs, &findings);
		if (findings.count == 0 && !walk_is_der(tbs, 16))
			abort();
	}
	findings.count = 0;
	lint_crl(policy, &asked, tbs, &findings);
	return 0;
}
