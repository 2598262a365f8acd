/*
 * duplicate: the same person or key twice (UX feature 10). What looks alike is shown to whoever enters, verifies and approves, with
 * how much speaks for it and why: two people may have one name. The same key for another subject is refused (R-PKQ-08).
 */
#ifndef LRA_DUPLICATE_H
#define LRA_DUPLICATE_H

#include "common/json/json.h"
#include "lra/duplicate_store.h"
#include "lra/form.h"
#include "lra/lra.h"

/* Of a form: cases of this LRA, the likeliest first, as the API has them. The person's own other cases are none. */
RESULT duplicates_of_form(struct lra_call *call, const struct lra_form *form,
	const struct content *content, struct json **out);
/* Of a case. E_NOT_FOUND: none that the caller may read. */
RESULT duplicates_of_case(struct lra_call *call, const char *receipt, struct json **out);

/* A fault when the key stands in a case of somebody else, whichever LRA's; it names the case if it is this one's. */
RESULT duplicate_key_check(struct lra_call *call, const struct duplicate_key *key);

#endif
