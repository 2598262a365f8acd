/* crl_follow: a revoked certificate stays revoked (R-REV-08): no list leaves out what the list before it names. */
#ifndef CA_CRL_FOLLOW_H
#define CA_CRL_FOLLOW_H

#include "common/pki/crl.h"

/* Asked about each certificate that the next list leaves out: has it ended, so that it may go (R-CRL-04)? */
struct crl_ended {
	struct err (*ask)(void *context, const struct serial *serial, bool *out);
	void *context;
};

/*
 * Both are contents of revokedCertificates, serial numbers ascending as octets; read once, side by side, at constant memory.
 * E_STATE: a certificate is revoked in previous, not in next, and has not ended. E_INPUT: not such contents.
 */
RESULT crl_follow(struct blob previous, struct blob next, const struct crl_ended *ended);

#endif
