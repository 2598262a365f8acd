/*
 * import: many applications out of one file (R-LRA-06, R-LRA-07). The file is read as it comes into rows of the registry; the
 * keeper judges each as the counter would, a clerk mends what is wrong and signs what is to be entered, and the keeper enters
 * row after row. Each row has a key of its own, so that whatever is killed, no row is entered twice.
 *
 * reading → judging → checked → running → done; cancelled from all of them but done: what was entered stays.
 */
#ifndef LRA_IMPORT_H
#define LRA_IMPORT_H

#include "common/csv/csv.h"
#include "lra/import_fields.h"
#include "lra/lra.h"

enum { IMPORT_NAME = 200 };

/* What the upload says beside its bytes. */
struct import_wish {
	char name[IMPORT_NAME]; /* of the file */
	enum charset charset;
	char separator; /* 0: to be found */
};

/* ---- upload: begin before the body, put its parts, end when all is there; free drops what did not end. */
struct import_upload;
RESULT import_upload_begin(struct lra *lra, const struct roster_person *person,
	const struct import_wish *wish, int64_t now, struct import_upload **out);
RESULT import_upload_put(void *context, struct blob bytes);
void import_upload_free(void *context);
/*
 * upload: NULL when no byte came. again: the same bytes came before and were not cancelled: id is of that import. E_INPUT with faults: what csv.h refuses.
 */
RESULT lra_import_end(struct lra_call *call, struct import_upload *upload, int64_t *id,
	bool *again);

/* ---- deeds; E_NOT_FOUND also for another LRA's, E_CONFLICT: not in this state */

/* What all rows have in common (an application without its person), and which column is what; NULL: stays. Judged anew. */
RESULT lra_import_change(struct lra_call *call, int64_t id, const struct json *common,
	const struct json *columns);
/* number: the line of the file. cells: object of column index → text. version: of the row as it was read. keep: not the same person, though it seems so. */
RESULT lra_import_mend(struct lra_call *call, int64_t id, int64_t number, int64_t version,
	const struct json *cells, bool keep);
/* mode "allOrNothing": only when every row is good; "goodRows". */
RESULT lra_import_statement(struct lra_call *call, int64_t id, const char *mode,
	struct buf *out);
RESULT lra_import_start(struct lra_call *call, int64_t id,
	const struct decision *decision);
RESULT lra_import_cancel(struct lra_call *call, int64_t id);

/* ---- the keeper's part: one slice of work, at most about half a second; *more: there is more to do at once. */
RESULT lra_import_work(struct lra *lra, int64_t now, bool *more);

/* One row judged as the counter would. state: "good", "faulty". */
struct import_verdict {
	const char *state;
	struct buf form, faults, repairs, subject; /* canonical JSON, JSON, JSON, text */
	char entity[128];
	uint8_t key[32]; /* digest of its key */
	bool has_key;
};
void import_verdict_clear(struct import_verdict *verdict);
AUTO_DEFINE_HELD(struct import_verdict, import_verdict_clear)
#define IMPORT_VERDICT                                                                   \
	((struct import_verdict){ .form = BUF(LIMIT_JSON),                               \
		.faults = BUF(LIMIT_JSON),                                               \
		.repairs = BUF(LIMIT_JSON),                                              \
		.subject = BUF(4096) })
RESULT import_judge(struct lra_call *call, int64_t id, int64_t number,
	const struct json *common, const struct import_columns *columns,
	const struct json *cells, struct import_verdict *out);

#endif
