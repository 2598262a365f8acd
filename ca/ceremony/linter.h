/* linter: inkan-lint as a child of the ceremony; what it does not pass is not signed here either (R-ISS-02). */
#ifndef CA_CEREMONY_LINTER_H
#define CA_CEREMONY_LINTER_H

#include "ca/ceremony/room.h"

/* One question to a linter started for it, with the CAs made so far as its issuers. E_POLICY: with the first finding. */
RESULT linter_ask(struct room *room, const struct plan_row *row,
	const struct profile *profile, struct blob tbs);

#endif
