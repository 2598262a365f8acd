/*
 * pickup: a PKCS #12 file that its holder fetches himself from the subscribers' pages, once, until a time (feature 15). It
 * waits in the registry, sealed (pickup_code.h). What nobody fetched in time, or somebody tried at too often, is destroyed:
 * that key is nobody's, so its certificate is revoked and the application waits for its hand-over again (R-SUB-KEY-05).
 */
#ifndef LRA_PICKUP_H
#define LRA_PICKUP_H

#include "lra/lra.h"
#include "lra/pickup_code.h"

/* What the clerk is told, once. */
struct pickup_ticket {
	char code[PICKUP_CODE], link[512];
	int64_t until;
};

/* A pick-up before it stands in the registry. */
struct pickup {
	struct pickup_ticket ticket;
	struct buf sealed;
	uint8_t salt[16], hash[32];
};
void pickup_clear(struct pickup *pickup); /* wiped */
AUTO_DEFINE_HELD(struct pickup, pickup_clear)
#define PICKUP ((struct pickup){ .sealed = BUF(LIMIT_PKCS12 + 64) })

/* Refuses with words where no subscribers' pages are, and a form without a key. */
RESULT pickup_check(struct lra_call *call, const struct lra_delivery *delivery);
RESULT pickup_make(struct lra_call *call, const char *receipt, struct blob pkcs12,
	struct blob sealed_pin, struct pickup *out);
/* For the application's newest delivery. */
RESULT pickup_record(struct db_tx *tx, const struct lra_application *application,
	const struct pickup *pickup);

/* A clerk takes a link back, before anybody used it. out: where the application stands then. */
RESULT lra_recall(struct lra_call *call, const char *receipt, const char *reason,
	enum application_state *out);
/* Destroys what is over. done: how many. */
RESULT lra_end_pickups(struct lra_call *call, size_t *done);

#endif
