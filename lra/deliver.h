/* deliver: what one hand-over and many share (distribution.h). */
#ifndef LRA_DELIVER_H
#define LRA_DELIVER_H

#include "lra/lra.h"

/* The two ways are named, and differ (R-SUB-KEY-04); refuses with words. */
RESULT deliver_check(struct lra_call *call, const struct lra_delivery *delivery);

/* The end of every hand-over: delivery, step and audit in one transaction. sealed_pin: data NULL for none. */
RESULT deliver_record(struct lra_call *call, struct db_tx *tx, const char *receipt,
	const struct lra_delivery *delivery, struct blob sealed_pin);

#endif
