/*
 * order: what the RA asks of the CA: the content, the key, and the decisions it rests on, in one signed document. The CA
 * judges it from scratch (R-ACC-08): with the RA's key alone nothing can be had that two people did not sign.
 */
#ifndef COMMON_FLOW_ORDER_H
#define COMMON_FLOW_ORDER_H

#include "common/flow/decision.h"
#include "common/flow/identity_rules.h"

struct order {
	struct content content;
	struct evidence_list evidence;
	struct buf content_bytes, evidence_bytes; /* canonical */
	struct buf spki;                          /* SubjectPublicKeyInfo */
	size_t decision_count;
	struct decision decision[LIMIT_DECISIONS];
	int64_t placed_at;
};
/* On the heap: it is large. */
RESULT order_new(struct order **out);
void order_free(struct order *order);
AUTO_DEFINE(struct order, order_free)

/* Canonical JSON of content_bytes, evidence_bytes, spki and decisions. */
RESULT order_write(const struct order *order, struct buf *out);
/* E_INPUT: not an order, or not its canonical bytes. */
RESULT order_parse(struct blob bytes, struct order **out);

/*
 * Everything about an order that can be judged without the registry, at the RA and again at the CA: each decision's
 * signature, its content byte for byte, two different people with the right roles in force (R-LRA-05), the LRA's scope
 * (R-LRA-02), evidence for every attribute (R-IDV-24) by the identity rules of the day it was verified (R-IDV-12), the key bound to a hand-over, names, profile and key gate.
 * All faults. trust->roster decides who is who.
 */
struct order_rules {
	const struct trust *trust;
	const struct profile_set *profiles;
	const struct key_blocklist *weak_keys;
	const struct identity_set *identity; /* NULL: papers are not judged by rules */
	bool key_later; /* the RA's first look: a key born at hand-over need not be there yet; never set at the CA */
};
void order_judge(const struct order_rules *rules, const struct order *order, int64_t now,
	struct faults *faults);

#endif
