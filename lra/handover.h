/* handover: a key that is born when it is handed over, and lives in one process for that long (R-SUB-KEY-02). */
#ifndef LRA_HANDOVER_H
#define LRA_HANDOVER_H

#include "lra/lra.h"

/*
 * One key, from its birth until its file is written; several may be under way in a process. The application's key lock
 * (delivery_store.h) is held by the caller as long as this lives.
 */
struct handover;
/* Makes the key and asks for its certificate. application: as read before. */
RESULT handover_begin(struct lra_call *call, const struct lra_application *application,
	struct handover **out);
void handover_free(struct handover *handover); /* wipes the key; NULL is fine */
AUTO_DEFINE(struct handover, handover_free)
/*
 * Whether the certificate is there, by now. E_POLICY: the RA or the CA refused it; E_STATE: the application went elsewhere;
 * E_RETRY: no answer in delivery.wait. After an error the key is worth nothing; the keeper clears up.
 */
RESULT handover_look(struct lra_call *call, struct handover *handover, bool *out);
/* The PKCS #12 file and its sealed PIN; the delivery's own row is the caller's. Behind handover_look(). */
RESULT handover_pack(struct lra_call *call, const struct handover *handover,
	enum lra_form_of_delivery form, struct buf *pkcs12, struct buf *sealed_pin);

/* All of it, with the waiting. */
RESULT handover_make(struct lra_call *call, const struct lra_application *application,
	const struct lra_delivery *delivery, struct buf *pkcs12, struct buf *sealed_pin);

#endif
