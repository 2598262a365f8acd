/* gateway: what this LRA says as a program: a key was born at this hand-over; such a key is lost; a receipt was not confirmed. */
#ifndef LRA_GATEWAY_H
#define LRA_GATEWAY_H

#include "lra/lra.h"

/* The gateway as the roster knows it now. E_DENIED: no longer there, or not of this LRA. */
RESULT gateway_of(const struct lra *lra, const char *lra_id,
	const struct roster_component **out);
/* Fills person and time of the statement, writes and signs it. */
RESULT gateway_sign(struct lra_call *call, const struct roster_component *self,
	struct statement *statement, const char *text, struct decision *out);

/*
 * Asks in the gateway's own name that the application's certificate be revoked; audited, and the CA is woken. requester: why;
 * text: what is signed, in both languages. E_NOT_FOUND: it has no certificate.
 */
RESULT gateway_revoke(struct lra_call *call, struct db_tx *tx,
	const struct roster_component *self, const struct lra_application *application,
	const char *event, const char *requester, const char *text);

#endif
