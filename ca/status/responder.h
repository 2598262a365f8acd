/* responder: one OCSP request in, one answer out (RFC 6960). Knows the replica and the delegated keys, nothing of HTTP. */
#ifndef CA_STATUS_RESPONDER_H
#define CA_STATUS_RESPONDER_H

#include "ca/status/answers.h"
#include "ca/status/conf.h"
#include "ca/status/tally.h"
#include "common/flow/issuer_file.h"

struct responder_settings {
	int64_t validity_s;
	enum unassigned unassigned;
	size_t cache;
};

struct responder;
/* set, replica, tally: borrowed. tally may be NULL. E_INPUT: an issuer whose certificate cannot be hashed. */
RESULT responder_new(const struct responder_settings *settings,
	const struct issuer_set *set, struct replica *replica, struct tally *tally,
	struct responder **out);
void responder_free(struct responder *responder);
AUTO_DEFINE(struct responder, responder_free)

/*
 * The delegated key of an issuer (its place in the set), judged against the certificate in issuers.cfg: signed by that
 * CA's own key, OCSPSigning only, of this public key (R-OCSP-06). E_POLICY, E_CRYPTO. key: its context is borrowed.
 */
RESULT responder_set_key(struct responder *responder, size_t issuer,
	const struct signing_key *key, struct blob spki);
/* After a key failed: no answer is signed with it until it is set again. */
void responder_drop_keys(struct responder *responder);

struct responder_answer {
	enum ocsp_error error; /* successful, or what der says */
	struct blob der;       /* borrowed until the next answer */
	bool cacheable;        /* by HTTP: no nonce, no error */
	int64_t this_update, next_update;
	char etag[ANSWER_ETAG];
	struct err why; /* for the log when there is an error */
	bool key_failed;
};
/* Never fails: what goes wrong is an answer too. request: as it came. */
void responder_answer(struct responder *responder, struct blob request, int64_t now,
	struct responder_answer *out);
/* The answer to what cannot even be read as a request. */
void responder_refuse(struct responder *responder, struct err why,
	struct responder_answer *out);

#endif
