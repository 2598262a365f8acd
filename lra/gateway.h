/* gateway: what this LRA says as a program: a key was born at this hand-over; such a key is lost; a receipt was not confirmed; a
 * holder asks for revocation. */
#ifndef LRA_GATEWAY_H
#define LRA_GATEWAY_H

#include "lra/lra.h"

/* The gateway as the roster knows it now. E_DENIED: no longer there, or not of this LRA. */
RESULT gateway_of(const struct lra *lra, const char *lra_id,
	const struct roster_component **out);
/* Fills person and time of the statement, writes and signs it. */
RESULT gateway_sign(struct lra_call *call, const struct roster_component *self,
	struct statement *statement, const char *text, struct decision *out);

/* Why a certificate is to be revoked. requester: who asked; text: what is signed, in both languages; received_at: when the period began. */
struct gateway_wish {
	const char *event, *requester, *text;
	int64_t received_at;
};
/*
 * Asks in the gateway's own name that the application's certificate be revoked; audited, and the CA is woken. E_NOT_FOUND: it
 * has no certificate. E_INPUT: no such life event.
 */
RESULT gateway_revoke(struct lra_call *call, struct db_tx *tx,
	const struct roster_component *self, const struct lra_application *application,
	const struct gateway_wish *wish);

#endif
