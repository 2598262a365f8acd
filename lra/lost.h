/* lost: keys that nobody holds any more: their certificates must not live (R-SUB-KEY-02). */
#ifndef LRA_LOST_H
#define LRA_LOST_H

#include "lra/lra.h"

/* Asks for the revocation, and puts the application back where a hand-over begins. why: the requester's words, with his name. */
RESULT lost_key(struct lra_call *call, struct db_tx *tx,
	const struct lra_application *application, const char *why);

#endif
