/* lint: the second reader. Judges the exact bytes of a TBSCertificate before they are signed (R-ISS-02, R-ISS-03). */
#ifndef CA_LINT_LINT_H
#define CA_LINT_LINT_H

#include "ca/lint/policy.h"

/* A rule: its word, where it stands, and what it says. One row each in rules.c. */
struct lint_rule {
	const char *id, *clause, *words;
};

enum { FINDINGS_MOST = 16 };
struct lint_findings {
	size_t count;
	struct {
		const struct lint_rule *rule;
		char detail[80];
	} row[FINDINGS_MOST];
};
void lint_add(struct lint_findings *findings, const struct lint_rule *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool lint_found(const struct lint_findings *findings, const char *id); /* for tests */

/* Everything about one TBSCertificate. No finding: it may be signed. issuer: word of issuers.cfg; unused for a root. */
void lint_certificate(const struct lint_policy *policy, const char *profile, int64_t version, const char *issuer,
	struct span tbs, struct lint_findings *findings);

/* ---- between the files of this house */

/* The parts of a TBSCertificate, and beside what they are held. */
struct lint_subject {
	const struct lint_profile *profile;
	const struct lint_issuer *issuer; /* NULL for a root */
	struct span serial, algorithm, issuer_name, subject, spki, extensions;
	int64_t not_before, not_after;
	enum key_kind kind;
	bool has_attribute[ATTRIBUTE_COUNT];
	struct span email; /* emailAddress of the subject, if any */
	bool email_in_san;
	struct span own_key_identifier;
};

/* DN rules (PROFILES part 2). present: set for each attribute found. email: the attribute's value, or untouched. */
void lint_name(struct span name, bool *present, struct span *email, struct lint_findings *findings);
void lint_subject_fits(const struct lint_subject *s, struct lint_findings *findings);
void lint_extensions(struct lint_subject *s, struct lint_findings *findings);

#endif
