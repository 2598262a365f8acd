/* lint: the second reader. Judges the exact bytes of a TBSCertificate before they are signed (R-ISS-02, R-ISS-03). */
#ifndef CA_LINT_LINT_H
#define CA_LINT_LINT_H

#include "ca/lint/policy.h"

/* A rule: its word, where it stands, and what it says. One row each in rules.h. */
struct lint_rule {
	const char *id, *clause, *words;
};

/* What was found. A detail says where and in which way, never a person's name or mailbox: it goes into logs (R-LOG-06). */
enum { FINDINGS_MOST = 16, FINDING_DETAIL = 80 };
struct lint_findings {
	size_t count;
	struct {
		const struct lint_rule *rule;
		char detail[FINDING_DETAIL];
	} row[FINDINGS_MOST];
};
bool lint_found(const struct lint_findings *findings, const char *id);
/* Every rule, for the manual and for the test that each one has a sample which breaks it. */
const struct lint_rule *const *lint_rules(size_t *count);

/*
 * Everything about one TBSCertificate. No finding: it may be signed. version 0: the newest. issuer: word of issuers.cfg;
 * unused for a root. There is no clock here: what time it is, the signer judges. No memory is taken but what libcrypto takes for one digest.
 */
void lint_certificate(const struct lint_policy *policy, const char *profile,
	int64_t version, const char *issuer, struct span tbs,
	struct lint_findings *findings);

/* A TBSCertList; its entries are judged one by one, so a list mapped from a file needs no memory for its length. */
struct lint_crl {
	const char *issuer; /* word of issuers.cfg; a root's too */
	struct span
		previous; /* INTEGER content of the list before, which this one must exceed; empty: not compared */
	bool last; /* the CA's last list, without an end (R-CRL-09) */
};
void lint_crl(const struct lint_policy *policy, const struct lint_crl *asked,
	struct span tbs, struct lint_findings *findings);
/* The cRLNumber of such a list, for `previous` of the next; empty: there is none. */
struct span lint_crl_number(struct span tbs);

/*
 * What is signed, out of a whole Certificate or CertificateList: signatureAlgorithm is the same outside as inside, and
 * nothing follows (G4). A TBSCertificate or TBSCertList comes back as it is. The signature itself is not verified here.
 */
struct span lint_unwrap(struct span whole, struct lint_findings *findings);

#endif
