/*
 * enrolment: whose a passkey is, as a document (R-ACC-04, R-ACC-08). Whoever holds the registry can put rows there, but not
 * two administrators' signatures: a passkey counts when two administrators of the person's LRA, other than himself, have
 * signed statements "enrol" with the same content, byte for byte. roster.cfg says who they are: it names their certificates,
 * also those that they signed with before, and keeps those who left with their last day for as long as passkeys rest on
 * their word; who is taken out of it takes his approvals with him. A statement "disenrol" by one administrator, or by the
 * person, ends the passkey for new decisions; what it signed before stands in archives.
 */
#ifndef COMMON_FLOW_ENROLMENT_H
#define COMMON_FLOW_ENROLMENT_H

#include "common/flow/decision.h"
#include "common/webauthn/webauthn.h"

enum {
	ENROLMENT_ADMINISTRATORS = 2,
	ENROLMENT_PAPERS = 8, /* the most that is read about one passkey */
};

/* The content of a statement "enrol". sign_count stays 0: counters are not part of it. */
struct enrolment {
	char person[64]; /* id of the roster */
	char rp_id[WEBAUTHN_RP_ID_MAX + 1], origin[WEBAUTHN_ORIGIN_MAX + 1];
	struct webauthn_credential credential;
	int64_t valid_from; /* it was registered */
};
/* Canonical JSON: aaguid, algorithm, credential, origin, person, publicKey, rpId, synced, validFrom. */
RESULT enrolment_write(const struct enrolment *enrolment, struct buf *out);
/* E_INPUT: not an enrolment, or a rpId, origin or key that no browser could have used. */
RESULT enrolment_parse(struct blob content, struct enrolment *out);
/* The content of a statement "disenrol": credential, person. */
RESULT enrolment_write_end(struct blob credential_id, const char *person,
	struct buf *out);

/* What is read aloud to compare: the first 80 bits of SHA-256 over the content, hex digits in groups of four. */
enum { ENROLMENT_FINGERPRINT = 25 };
RESULT enrolment_fingerprint(const struct enrolment *enrolment,
	char out[static ENROLMENT_FINGERPRINT]);

/* Decisions about one passkey, out of the registry. */
struct enrolment_papers {
	size_t count;
	struct decision paper[ENROLMENT_PAPERS];
};
void enrolment_papers_clear(struct enrolment_papers *papers);
AUTO_DEFINE_HELD(struct enrolment_papers, enrolment_papers_clear)
/* Room for one more. E_INPUT: full. */
RESULT enrolment_papers_add(struct enrolment_papers *papers, const char *form,
	struct blob statement, struct blob signature);

/*
 * Judges one paper about a passkey, signed when it says: signer: an administrator, or the person ending his own. Both content
 * and statement are filled; of "disenrol" only the person and the credential's id. E_DENIED says who may not.
 */
RESULT enrolment_judge_paper(const struct trust *trust, const struct decision *paper,
	int64_t now, struct statement *statement, struct enrolment *content,
	struct decision_signer *signer);

/*
 * The enrolment of the passkey that is in force now. E_DENIED: nobody's, waits for an administrator, has ended, or passkeys
 * are not taken here; E_RETRY and E_IO: the registry could not be asked.
 */
RESULT enrolment_find(const struct trust *trust, struct blob credential_id, int64_t now,
	struct enrolment *out);

#endif
