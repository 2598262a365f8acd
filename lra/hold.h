/* hold: 保留 (UX feature 12): a case that waits for something from outside. Its due clock stands still until a clerk resumes it. */
#ifndef LRA_HOLD_H
#define LRA_HOLD_H

#include "lra/lra.h"

enum { HOLD_NOTE = 1600 }; /* bytes */

/* Why a case is held: "papers", "applicant", "inquiry", "register", "other". */
struct lra_hold {
	const char *reason;  /* one of those words */
	const char *note;    /* for the house; "": none */
	const char *resumer; /* who is to resume it; "": the caller, or who entered it */
	const char *resume_on; /* "2026-12-01": when to look again; "": not known */
};
RESULT lra_hold(struct lra_call *call, const char *receipt, const struct lra_hold *hold,
	enum application_state *out);
RESULT lra_resume(struct lra_call *call, const char *receipt,
	enum application_state *out);

#endif
