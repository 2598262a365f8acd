/*
 * corporate: an organization's corporate number 法人番号 beside the register's copy (R-IDV-01, -02, -04; UX feature 9): the number's
 * form alone is no comfort, the entry must be there, open, and of that name; or somebody says why it is right all the same.
 */
#ifndef LRA_CORPORATE_H
#define LRA_CORPORATE_H

#include "common/pki/name.h"
#include "lra/corporate_file.h"
#include "lra/lra.h"

enum corporate_finding {
	CORPORATE_NO_NUMBER,    /* the application names none: nothing to compare */
	CORPORATE_NOT_COMPARED, /* no register was loaded */
	CORPORATE_MATCHES,
	/* what needs a decision */
	CORPORATE_NOT_FOUND,
	CORPORATE_CLOSED,
	CORPORATE_DIFFERS,
	CORPORATE_UNWRITTEN, /* only names in letters, of which the register has none */
	CORPORATE_FINDING_COUNT
};
const char *corporate_finding_name(enum corporate_finding finding); /* "matches" … */

/* {"register": …} of the data that was loaded last; {}: none. */
RESULT corporate_status(struct lra *lra, struct json **out);
/* {"number", "wellFormed", "entry"?, "register"?}. */
RESULT corporate_answer(struct lra *lra, const char *number, struct json **out);

/*
 * What the register says of a content's organization: {"finding", "number"?, "wellFormed"?, "entry"?, "register"?, "decision"?}.
 * lra: whose decisions count.
 */
RESULT corporate_examine(struct lra_call *call, const char *lra,
	const struct content *content, struct json **out);
/* Nothing is open: no finding that needs a decision is without one. E_POLICY: organization.register in call->faults. */
RESULT corporate_check(struct lra_call *call, const char *lra,
	const struct content *content);
/* A clerk says why what the register says does not matter; audited. E_STATE: there is nothing to decide. */
RESULT corporate_accept(struct lra_call *call, const char *receipt, const char *reason);

#endif
