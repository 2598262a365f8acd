/*
 * decision_list: many decisions by one signature (R-LRA-04): the person signs a list; what the RA and the CA are given for each
 * application is the ordinary statement about it, with the proof that the list has it. The root in the list is that of a tree
 * (merkle.h) whose leaves are the statements' bytes, so neither of them can be changed, added or taken away.
 *
 * Form "list": canonical JSON of an object with the members form ("cms" or "passkey"), index, list (base64 of the list), path
 * (array of hex digests), signature (base64: of the list, in that form).
 */
#ifndef COMMON_FLOW_DECISION_LIST_H
#define COMMON_FLOW_DECISION_LIST_H

#include "common/base/merkle.h"
#include "common/flow/decision.h"

struct decision_list {
	enum decision_kind kind; /* identify or approve */
	char person[64];
	int64_t at, count;
	char nonce[33]; /* 128 random bits in hex */
	uint8_t root[MERKLE_HASH];
};
/* Draws the nonce. */
RESULT decision_list_begin(struct decision_list *list);
/* Canonical JSON; text: what the person reads. */
RESULT decision_list_write(const struct decision_list *list, const char *text,
	struct buf *out);
/* E_INPUT: not a list, or not its canonical bytes. */
RESULT decision_list_parse(struct blob bytes, struct decision_list *out);
/* The nonce of its statement about one application, so that all of them can be written again out of the list. */
RESULT decision_list_nonce(const struct decision_list *list, const char *receipt_number,
	char out[static 33]);

/* signed_list: statement is the list. out: its statement is the leaf, set by the caller; gets form and signature. */
RESULT decision_list_member(const struct decision *signed_list, size_t index,
	const struct merkle_path *path, struct decision *out);

/* The list itself, as decision_verify() does for a statement. */
RESULT decision_list_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct decision_list *list, struct decision_signer *signer);

#endif
