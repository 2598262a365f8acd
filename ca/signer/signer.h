/* signer: answers the issuer's and the publisher's requests until one of its pipes closes. */
#ifndef CA_SIGNER_SIGNER_H
#define CA_SIGNER_SIGNER_H

#include "ca/signer/judge.h"
#include "ca/signer/message.h"

/* Descriptors at which the parent hands the pipes over (main.c). -1: there is none. */
struct signer_pipes {
	int lint, issuer, publisher;
};

struct signer {
	struct signer_keys *keys;
	const struct profile_set *profiles;
	struct signer_pipes pipes;
	int64_t crl_validity_max_s;
	int64_t last_now;        /* R-ISS-17 */
	struct message *message; /* as read; too large for the stack */
	struct buf frame;        /* what came in */
	struct buf lint_room;    /* frames to and from the linter */
	uint8_t *answer;         /* room of LIMIT_FRAME */
	uint8_t *tbs;            /* two flights of TBSCertificates */
};

/* keys, profiles: borrowed. */
RESULT signer_init(struct signer *signer, struct signer_keys *keys,
	const struct profile_set *profiles, const struct signer_pipes *pipes,
	int64_t crl_validity_max_s);
void signer_clear(struct signer *signer);
AUTO_DEFINE_HELD(struct signer, signer_clear)

/*
 * Judges, builds, has linted and signs every request of signer->message; answers go into w, one a request. E_IO: linter or
 * token failed, then all answers that are missing say E_RETRY; the caller sends them and ends.
 */
RESULT certify_batch(struct signer *signer, int64_t now, struct der_writer *w);

/* OK when stopped or when a client closed its pipe. E_IO: linter or token are gone; the parent starts all anew. */
RESULT signer_serve(struct signer *signer);

#endif
