/*
 * draft: what somebody of the staff has begun to type, sealed for himself alone, until it is sent or thrown away. It is no
 * deed: nothing is audited, nobody else can open it, and after conf->draft_keep_s the keeper lets it go.
 */
#ifndef LRA_DRAFT_H
#define LRA_DRAFT_H

#include "common/json/json.h"
#include "lra/lra.h"

/* "apply", "verify", and "copy.", "correct.", "renew." or "verify." with a receipt number: nobody fills the registry with others. */
bool lra_draft_name_good(const char *name);

/* values: an object; NULL ends the draft. */
RESULT lra_draft_put(struct lra_call *call, const char *name, const struct json *values);
/* {"drafts": [{"name", "savedAt"} …]}, the newest first */
RESULT lra_draft_list(struct lra_call *call, struct buf *out);
/* {"name", "savedAt", "values"}.  E_NOT_FOUND: none. */
RESULT lra_draft_get(struct lra_call *call, const char *name, struct buf *out);
/* Of the keeper. */
RESULT lra_draft_sweep(struct lra_call *call);

#endif
