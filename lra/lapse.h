/* lapse: a case whose certificate was revoked before its holder had it, or confirmed it, ends: nobody waits for it any more. */
#ifndef LRA_LAPSE_H
#define LRA_LAPSE_H

#include "lra/lra.h"

RESULT lra_lapse_revoked(struct lra_call *call, size_t *done);

#endif
