/* pin: the one showing of a PIN, on a screen or on paper (R-SUB-KEY-04). */
#ifndef LRA_PIN_H
#define LRA_PIN_H

#include "lra/lra.h"

/* A delivery's PIN as the registry has it; its row is locked. */
struct pin_kept {
	int64_t delivery_id;
	bool shown;
	struct blob sealed; /* data NULL: none */
};
/*
 * Opens it, erases it and audits its showing, all in the transaction: who rolls it back has shown nothing. how: "screen",
 * "letter". E_CONFLICT: shown before; E_STATE: this delivery has none; both with words.
 */
RESULT pin_take(struct lra_call *call, struct db_tx *tx, const char *receipt,
	const struct pin_kept *kept, const char *how, struct secret **out);

#endif
