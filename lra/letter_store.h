/* letter_store: what subscribers wrote on their pages, as the keeper finds and answers it. */
#ifndef LRA_LETTER_STORE_H
#define LRA_LETTER_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_letter_stmts;

/* Letters of this LRA that nobody has opened, in the order in which they came. */
RESULT lra_store_letters(struct db *db, const char *lra, int64_t most,
	struct db_rows **out);
enum {
	LETTER_ID,
	LETTER_RECEIPT,
	LETTER_KIND,
	LETTER_DOOR,
	LETTER_EVENT,
	LETTER_CERTIFICATE,
	LETTER_RECEIVED_AT,
	LETTER_STATEMENT, /* of door "signature" only, and its signature */
	LETTER_SIGNATURE
};
/* refusal: NULL: it was done. E_STATE: it was answered already. */
RESULT lra_store_answer_letter(struct db_tx *tx, int64_t id, const char *refusal,
	int64_t now);

#endif
