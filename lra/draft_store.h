/* draft_store: rows of drafts, sealed. */
#ifndef LRA_DRAFT_STORE_H
#define LRA_DRAFT_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_draft_stmts;

/* sealed: BLOB_NONE: there is none any more. */
RESULT lra_store_put_draft(struct db_tx *tx, const char *person, const char *name,
	struct blob sealed, int64_t now);
/* Columns: name, sealed, saved at. name: "" for all of the person, without their content. */
RESULT lra_store_drafts(struct db *db, const char *person, const char *name,
	struct db_rows **out);
/* What was saved before that time goes. */
RESULT lra_store_forget_drafts(struct db_tx *tx, int64_t before);

#endif
