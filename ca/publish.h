/* publish: step 12. The process that keeps every CRL fresh: on time without a change, at once with one (R-CRL-02). */
#ifndef CA_PUBLISH_H
#define CA_PUBLISH_H

#include "ca/ca.h"

/* Makes the CRLs that are due, of every issuer. done: how many were published. */
RESULT ca_publish(struct ca *ca, int64_t now, size_t *done);

#endif
