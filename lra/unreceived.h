/* unreceived: receipts that were not confirmed in time, where the contract wants their certificates revoked without a person (R-LRA-09). */
#ifndef LRA_UNRECEIVED_H
#define LRA_UNRECEIVED_H

#include "lra/lra.h"

/*
 * Asks for the revocation of such certificates, once for each; done: of how many. Where the contract leaves it to people,
 * none: the queue proposes them (queue_store.h). The CA asks the same contract again.
 */
RESULT lra_revoke_unreceived(struct lra_call *call, size_t *done);

#endif
