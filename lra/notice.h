/* notice: what was told of a case, as JSON for people and programs, and sending it anew. The sending itself: lra/notices. */
#ifndef LRA_NOTICE_H
#define LRA_NOTICE_H

#include "common/json/json.h"
#include "lra/lra.h"

/* Rows of notice_store, one notice or many, appended to the array; each with its deliveries. */
RESULT lra_notices_answer(const struct db_rows *rows, struct json *array);
/* A clerk has a notice sent anew; audited. E_STATE: it has no recipient, or is on its way. */
RESULT lra_notice_again(struct lra_call *call, int64_t id);

#endif
