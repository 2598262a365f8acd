/* examined: evidence as a clerk enters it: what decisions will name, and what stays at the LRA. */
#ifndef LRA_EXAMINED_H
#define LRA_EXAMINED_H

#include "common/flow/content.h"

struct examined {
	struct evidence evidence;
	char number
		[33]; /* of the paper, as its register gave it (R-IDV-10); "" when there is none */
};
struct examined_list {
	size_t count;
	struct examined row[LIMIT_EVIDENCE];
};
/* E_INPUT names the member. A number that papers of that kind do not carry goes to faults. */
RESULT examined_read(const struct json *array, struct examined_list *out,
	struct faults *faults);

#endif
