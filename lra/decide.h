/* decide: what identify and approve share. Each has its own file with its own rules. */
#ifndef LRA_DECIDE_H
#define LRA_DECIDE_H

#include "lra/lra.h"

/* One of the two decisions: what it does, and what must hold before it is asked for and again when it comes back. */
struct decide_rule {
	enum decision_kind kind;
	enum application_event event;
	enum audit_event_kind audit;
	const char *words; /* what the person reads first */
	/* Faults: lra_refuse(). Sets the names in the application that the step will write. */
	struct err (*check)(struct lra_call *call, struct lra_application *application,
		const struct evidence_list *evidence);
	const char *wakes; /* channel, or NULL */
};
/* What a person reads first: "承認 / Approved". */
const char *decide_words(enum decision_kind kind);

/* A statement about one application. */
struct decide_shown {
	enum decision_kind kind;
	int64_t at;
	char nonce[33]; /* "": drawn */
	bool checked;   /* the decision must be possible, now and by the caller */
};
RESULT decide_show(struct lra_call *call, const char *receipt,
	const struct decide_shown *shown, struct buf *out);

/* One that came back signed, verified by the caller, signed by the call's person. */
struct decide_signed {
	const struct decision *decision;
	const struct statement *statement;
	const struct decision_signer *signer;
	bool counted; /* the counter of the signer's passkey was looked at before */
};
RESULT decide_signed(struct lra_call *call, const char *receipt,
	const struct decide_signed *given, enum application_state *out);

/* R-IDV-23: nobody decides on an application for himself. E_DENIED. */
RESULT decide_not_own_case(struct lra_call *call, const struct content *content);
extern const struct decide_rule decide_identify, decide_approve;

#endif
