/* lint_inner: what the files of this house share with each other; nobody else includes it. */
#ifndef CA_LINT_LINT_INNER_H
#define CA_LINT_LINT_INNER_H

#include "ca/lint/lint.h"
#include "ca/lint/rules.h"

void lint_add(struct lint_findings *findings, const struct lint_rule *rule,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What a Name said. Values are those that stand once. */
enum { MAILBOXES_MOST = 4 };
struct name_facts {
	bool present[ATTRIBUTE_COUNT];
	struct span value[ATTRIBUTE_COUNT];
};

/* The parts of a TBSCertificate, and beside what they are held. */
struct lint_subject {
	const struct lint_profile *profile;
	const struct lint_issuer *issuer; /* NULL for a root */
	struct span serial, algorithm, issuer_name, subject, spki, extensions;
	int64_t not_before, not_after;
	enum key_kind kind;
	uint8_t own_identifier[20]; /* of its key (G8) */
	uint8_t usage;              /* keyUsage as it stands: digitalSignature is 0x80 */
	unsigned purposes;          /* extKeyUsage as it stands, bits of purposes.c */
	size_t mailbox_count; /* mailboxes in names, which subjectAltName has to repeat (R-ISS-13) */
	struct span mailbox[MAILBOXES_MOST];
};

/* A text of a Name or a mailbox's local part. false and a finding of `characters`, `length` or `placeholder`. */
bool text_fits(const char *what, struct span text, size_t max_chars, bool of_a_person,
	struct lint_findings *findings);
bool text_is_ascii(struct span text);
bool text_is_printable(struct span text); /* PrintableString, X.680 section 41.4 */
/* Which writings its letters are of: bit 0 Latin, bit 1 Japanese, bit 2 any other. */
unsigned text_scripts(struct span text);

bool country_exists(struct span text); /* ISO 3166-1 */
bool organization_id_fits(struct span text,
	struct span country);                   /* country: empty is not compared */
bool holds_individual_number(struct span text); /* 個人番号, R-IDV-13 */

/* DN rules (PROFILES part 2). mailboxes: of this Name are added to the subject's. */
void lint_name(struct lint_subject *s, struct span name, struct name_facts *facts,
	struct lint_findings *findings);
void lint_name_fits(const struct lint_subject *s, const struct name_facts *facts,
	struct lint_findings *findings);

void lint_extensions(struct lint_subject *s, struct lint_findings *findings);

/* Values of single extensions, in DER already. */
void check_key_usage(struct lint_subject *s, struct span value,
	struct lint_findings *findings);
void check_purposes(struct lint_subject *s, struct span value,
	struct lint_findings *findings);
void check_policies(struct lint_subject *s, struct span value,
	struct lint_findings *findings);
void check_san(struct lint_subject *s, struct span value, struct lint_findings *findings);
void check_distribution(struct lint_subject *s, struct span value,
	struct lint_findings *findings);
void check_access(struct lint_subject *s, struct span value,
	struct lint_findings *findings);
/* Behind all of them: what must not meet, whatever the profile says (R-ISS-14). */
void check_mixture(const struct lint_subject *s, struct lint_findings *findings);

#endif
