/*
 * revocation: what people report, what it means in a CRL, who may say so, and how soon it must be done (R-REV-01, -02,
 * -07). The LRA asks with these rules and the CA judges with the same ones, from scratch.
 */
#ifndef COMMON_FLOW_REVOCATION_H
#define COMMON_FLOW_REVOCATION_H

#include "common/flow/decision.h"
#include "common/pki/crl.h"

/* One life event. */
struct revocation_event {
	const char *word; /* "lostDevice" */
	enum revocation_reason reason;
	unsigned roles;       /* who may report it */
	unsigned by_contract; /* who else may, where the contract of the LRA says so */
	int64_t due_s;        /* from the request to the public status, at most */
	const char *en, *ja;
};
const struct revocation_event *revocation_events(size_t *count);
const struct revocation_event *revocation_event_find(const char *word); /* NULL: none */

/* The content of a statement of DECISION_REVOKE. */
struct revocation_request {
	char application[24]; /* receipt number, or "" when it is not known */
	char issuer[32];      /* word of issuers.cfg */
	struct serial serial_number;
	const struct revocation_event *event;
	char requester
		[1000]; /* who asked and how he was authenticated, in words (R-REV-01) */
	int64_t invalidity_date; /* since when the key is suspected; 0: not known. Of keyCompromise only */
};
/* Canonical JSON; the reason stands in it by name, so that the person who signs sees it. */
RESULT revocation_write(const struct revocation_request *request, struct buf *out);
/* E_INPUT: not of this form, no such event, or a reason that is not the event's (R-REV-07). */
RESULT revocation_parse(struct blob content, struct revocation_request *out);

/*
 * RFC 5280 section 5.3.2: when a key became bad lies between the beginning of its certificate and now; whoever reads the CRL
 * doubts what was signed since. NULL: good, or none; else the words for it.
 */
const struct fault_rule *
revocation_invalidity_wrong(const struct revocation_request *request, int64_t not_before,
	int64_t now);

/*
 * Verifies a decision to revoke: its signature, and that whoever signed may report this event: a clerk in force, an LRA's
 * gateway, or the holder by the certificate itself (R-REV-04). To which LRA the certificate belongs is the caller's
 * question: revocation_lra() names the signer's. E_INPUT, E_CRYPTO, E_DENIED as decision_verify().
 */
RESULT revocation_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct revocation_request *out, struct decision_signer *signer);
/* The LRA for which the signer speaks; NULL: the holder for himself. */
const char *revocation_lra(const struct decision_signer *signer);

#endif
