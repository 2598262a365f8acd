/* loops: the CA's processes that talk to the registry; each runs until it is told to stop, and waits out a lost database. */
#ifndef CA_LOOPS_H
#define CA_LOOPS_H

#include "ca/ca.h"

/* Steps 6, 7 and 11, woken by NOTIFY. Ends with E_IO when the signer is gone: the parent then starts all anew. */
RESULT ca_issuer_loop(const struct ca_conf *conf, int signer);
/* Step 12. */
RESULT ca_publisher_loop(const struct ca_conf *conf, int signer);
/* Closes the audit chain every second, and makes next year's partitions. */
RESULT ca_auditor_loop(const struct ca_conf *conf);

#endif
