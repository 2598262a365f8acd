/* queue: the tabs of the counter's queue, which states stand in each, and whose case it is now. */
#ifndef LRA_QUEUE_H
#define LRA_QUEUE_H

#include "lra/lra.h"
#include "lra/queue_store.h"

enum { QUEUE_STATES = 8 };

struct queue_tab {
	const char *name; /* "identify" */
	enum lra_queue_keys verified;
	size_t state_count;
	enum application_state state[QUEUE_STATES];
};
/* In their order on the page; every open state stands in exactly one of them. The last one, "open", has them all. */
const struct queue_tab *queue_tabs(size_t *count);
const struct queue_tab *queue_tab_find(const char *name); /* NULL: none */
/* The tab of a case, "closed" when nothing waits for anybody. */
const char *queue_tab_of(enum application_state state, bool handover);

/* The caller takes the case, or gives it back. Audited. */
RESULT lra_take(struct lra_call *call, const char *receipt, bool give_back);

#endif
