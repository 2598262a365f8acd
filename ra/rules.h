/* rules: why an application is refused: the judge's rules (common/flow/order.h) and those that need the RA's registers. */
#ifndef RA_RULES_H
#define RA_RULES_H

#include "ra/ra.h"

/* All faults, in the standard's order. A name and a key without fault are claimed for their owner in tx. */
RESULT rules_check(struct ra *ra, struct db_tx *tx, const struct order *order,
	int64_t now, struct faults *faults);
/* What is stored cannot even be read. */
void rules_add_unreadable(struct faults *faults, struct err err);

#endif
