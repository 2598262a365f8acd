/* papers: what people get in their hands: PIN letters, delivery notes, receipt forms; and the ledger (帳簿, R-LRA-11). */
#ifndef LRA_PAPERS_H
#define LRA_PAPERS_H

#include "lra/lra.h"
#include "lra/paper/job.h"

enum { PAPERS_MOST = 1000 }; /* sheets in one document */

/*
 * One document with a sheet for each receipt number, in their order. All or none: a refusal names the receipt number, and
 * nothing is marked. A PIN letter counts as the one showing of its PIN (R-SUB-KEY-04): it is drawn first, then all PINs are
 * erased and audited in one transaction, then the document goes out; it is kept nowhere, so an answer that got lost means to
 * revoke and issue anew, as with any PIN that was shown.
 */
RESULT lra_papers(struct lra_call *call, enum sheet_form form,
	const struct json *receipts, struct buf *pdf);

/* The ledger's certificates: those issued from `from` until before `until` for applications of one LRA, in that order. */
enum ledger_format { LEDGER_PDF, LEDGER_CSV, LEDGER_JSON, LEDGER_FORMAT_COUNT };
const char *ledger_format_name(enum ledger_format format);       /* "pdf" … */
const char *ledger_format_media_type(enum ledger_format format); /* "application/pdf" … */
struct ledger_query {
	enum ledger_format format;
	int64_t from, until;
	char lra[32]; /* "": of all */
};
/*
 * Piece by piece: each call appends the next part, about 200 rows of it; nothing when it is over. So it may have any length,
 * and other requests go on between the parts. CSV is UTF-8 with byte-order mark, as spreadsheets want it.
 */
struct ledger;
RESULT ledger_open(struct lra_call *call, const struct ledger_query *query,
	struct ledger **out);
RESULT ledger_next(struct ledger *ledger, struct buf *part);
void ledger_free(struct ledger *ledger);
AUTO_DEFINE(struct ledger, ledger_free)

#endif
