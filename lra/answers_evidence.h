/* answers_evidence: what the LRA tells of sealed evidence, as JSON. */
#ifndef LRA_ANSWERS_EVIDENCE_H
#define LRA_ANSWERS_EVIDENCE_H

#include "lra/evidence.h"

/* lra_id: whose cases may be named as having the same file. */
RESULT answer_stored(struct db *db, const char *lra_id, struct blob sha256,
	const struct evidence_stored *stored, struct buf *out);
/* All that a case has or names, and its end: closed, due for destruction, destroyed. */
RESULT answer_evidence(struct lra *lra, const char *lra_id, int64_t application_id,
	const char *receipt, struct buf *out);
/* Cases whose evidence may be destroyed. */
RESULT answer_due(const struct lra *lra, const struct db_rows *rows, struct buf *out);

#endif
