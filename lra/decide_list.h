/* decide_list: one signature over the same decision about many applications (common/flow/decision_list.h). */
#ifndef LRA_DECIDE_LIST_H
#define LRA_DECIDE_LIST_H

#include "common/flow/decision_list.h"
#include "lra/lra.h"

enum {
	DECIDE_LIST_MOST = 1000
}; /* as many as a person can answer for at once, and as one request may take */

/*
 * The list that decides on these applications (JSON array of receipt numbers). All of them must be there to be decided on, now
 * and by the caller; else call->faults names each that is not.
 */
RESULT lra_decide_list_statement(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct buf *out);

/*
 * The same list with the statements whose root it holds, so that a page can show what is signed and count the root itself: part
 * by part {"statement": base64 of the list, "statements": [base64 …]}. Whoever changes a case meanwhile changes the root.
 */
struct decide_list;
RESULT decide_list_show(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct decide_list **out);
RESULT decide_list_show_next(struct decide_list *list, struct buf *part);

/*
 * What came back signed, with the same receipt numbers in the same order: then one decision after the other, each in a
 * transaction of its own, part by part like the ledger: {"cases": [{"receiptNumber", "state"} or {…, "refusal"} …]}. The same
 * request again makes no decision twice. E_CONFLICT: some content or evidence has changed since the list was written.
 */
RESULT decide_list_open(struct lra_call *call, const struct decision *decision,
	const struct json *receipts, struct decide_list **out);
RESULT decide_list_next(struct decide_list *list, struct buf *part);
void decide_list_free(struct decide_list *list);
AUTO_DEFINE(struct decide_list, decide_list_free)

#endif
