/* paper_store: what papers and the ledger say, out of the registry. */
#ifndef LRA_PAPER_STORE_H
#define LRA_PAPER_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_paper_stmts;

/* The newest delivery of an application, locked, and what its papers need. E_NOT_FOUND: not delivered yet. */
RESULT lra_store_paper(struct db_tx *tx, int64_t application_id, struct db_rows **out);
enum {
	PAPER_DELIVERY_ID,
	PAPER_SEALED_PIN,
	PAPER_PIN_SHOWN,
	PAPER_ISSUER,
	PAPER_SERIAL,
	PAPER_FORM,
	PAPER_FILE_CHANNEL,
	PAPER_PIN_CHANNEL,
	PAPER_DELIVERED_AT,
	PAPER_DUE_AT,
	PAPER_NAME,
	PAPER_PROFILE,
	PAPER_DOCUMENT, /* the application as it came */
	PAPER_CERTIFICATE,
	PAPER_PICKUP /* its holder fetches the file himself */
};

/* Up to `most` rows of the ledger behind the order `after`. lra: "" for all. */
struct ledger_span {
	const char *lra;
	int64_t from, until, after, most;
};
RESULT lra_store_ledger(struct db *db, const struct ledger_span *span,
	struct db_rows **out);
enum {
	LEDGER_ORDER,
	LEDGER_RECEIPT,
	LEDGER_NAME,
	LEDGER_PROFILE,
	LEDGER_ISSUER,
	LEDGER_SERIAL,
	LEDGER_STATE,
	LEDGER_ISSUED_AT,
	LEDGER_NOT_AFTER,
	LEDGER_DELIVERED_AT,
	LEDGER_FILE_CHANNEL,
	LEDGER_PIN_CHANNEL,
	LEDGER_PIN_SHOWN_AT,
	LEDGER_METHOD,
	LEDGER_ACCEPTED_AT,
	LEDGER_REVOKED_AT,
	LEDGER_REASON
};

#endif
