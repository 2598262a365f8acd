/* handover: a key that is born when it is handed over, and lives in one process for that long (R-SUB-KEY-02). */
#ifndef LRA_HANDOVER_H
#define LRA_HANDOVER_H

#include "lra/lra.h"

/*
 * Makes the key, has it certified, and writes the PKCS #12 file and its sealed PIN; the delivery's own row is the
 * caller's. application: as read before; its key lock is held by the caller, see delivery_store.h.
 */
RESULT handover_make(struct lra_call *call, const struct lra_application *application,
	const struct lra_delivery *delivery, struct buf *pkcs12, struct buf *sealed_pin);

#endif
