/* kind: what there is to tell; the schema knows the same words (table notice). */
#ifndef LRA_NOTICES_KIND_H
#define LRA_NOTICES_KIND_H

#include <stdbool.h>
#include <stddef.h>

struct notice_kind {
	const char *name; /* "sentBack" */
	bool mailed; /* the applicant is told; else only the organisation's programs are */
};
enum { NOTICE_KINDS = 12 };
extern const struct notice_kind notice_kinds[NOTICE_KINDS];
const struct notice_kind *notice_kind_find(const char *name); /* NULL: none */

#endif
