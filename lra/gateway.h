/* gateway: what this LRA says as a program: a key was born at this hand-over; such a key is lost. */
#ifndef LRA_GATEWAY_H
#define LRA_GATEWAY_H

#include "lra/lra.h"

/* The gateway as the roster knows it now. E_DENIED: no longer there, or not of this LRA. */
RESULT gateway_of(const struct lra *lra, const char *lra_id,
	const struct roster_component **out);
/* Fills person and time of the statement, writes and signs it. */
RESULT gateway_sign(struct lra_call *call, const struct roster_component *self,
	struct statement *statement, const char *text, struct decision *out);

#endif
