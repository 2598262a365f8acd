/* ledger: 帳簿 (R-LRA-11): every certificate of a period with its delivery, receipt and end; for paper, spreadsheet, program. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/crl.h"
#include "lra/paper_store.h"
#include "lra/papers.h"

enum { ROWS_AT_ONCE = 200 };

/* clang-format off */
static const struct { const char *name, *media_type; } formats[LEDGER_FORMAT_COUNT] = {
	[LEDGER_PDF]  = { "pdf",  "application/pdf" },
	[LEDGER_CSV]  = { "csv",  "text/csv; charset=utf-8; header=present" },
	[LEDGER_JSON] = { "json", "application/json" },
};
/* clang-format on */

const char *ledger_format_name(enum ledger_format format)
{
	return formats[format].name;
}

const char *ledger_format_media_type(enum ledger_format format)
{
	return formats[format].media_type;
}

struct ledger {
	const struct lra *lra;
	struct ledger_query query;
	struct sheet_heading heading;
	struct job job; /* of the PDF */
	int64_t after;
	size_t rows;
	bool begun, over;
};

static RESULT describe(struct lra_call *call, const struct ledger_query *query,
	struct sheet_heading *out)
{
	const struct roster_lra *lra = roster_lra(call->lra->roster, query->lra);
	*out = (struct sheet_heading){ .form = SHEET_LEDGER,
		.made_at = call->now,
		.from = query->from,
		.until = query->until };
	TRY(text_copy(lra == NULL ? "全LRA / All LRAs" : lra->name, out->sender,
		sizeof out->sender));
	return text_copy(call->person->id, out->made_by, sizeof out->made_by);
}

/* Who takes the names of so many people with him leaves a trace before the first of them goes out. */
static RESULT audit(struct lra_call *call, const struct ledger_query *query)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	char from[CLOCK_TEXT], until[CLOCK_TEXT], detail[128];
	clock_text(query->from, from);
	clock_text(query->until, until);
	snprintf(detail, sizeof detail,
		"{\"format\":\"%s\",\"from\":\"%s\",\"until\":\"%s\"}",
		ledger_format_name(query->format), from, until);
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, AUDIT_LEDGER_EXPORTED, NULL,
		role_first(call->person->roles), query->lra[0] == 0 ? "all" : query->lra,
		detail));
	return db_commit(&tx);
}

RESULT ledger_open(struct lra_call *call, const struct ledger_query *query,
	struct ledger **out)
{
	AUTO(ledger_free) struct ledger *ledger = calloc(1, sizeof *ledger);
	if (ledger == NULL)
		return FAIL(E_IO, "out of memory");
	ledger->lra = call->lra;
	ledger->query = *query;
	ledger->job = JOB_NONE;
	TRY(describe(call, query, &ledger->heading));
	TRY(audit(call, query));
	*out = MOVE(ledger);
	return OK;
}

void ledger_free(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	job_close(&ledger->job);
	free(ledger);
}

/* ---- rows */

static RESULT read_row(const struct db_rows *rows, size_t at, struct sheet_row *out)
{
	/* clang-format off */
	const struct { int column; char *to; size_t size; } texts[] = {
		{ LEDGER_RECEIPT,      out->receipt,      sizeof out->receipt },
		{ LEDGER_NAME,         out->common_name,  sizeof out->common_name },
		{ LEDGER_PROFILE,      out->profile,      sizeof out->profile },
		{ LEDGER_ISSUER,       out->issuer,       sizeof out->issuer },
		{ LEDGER_STATE,        out->state,        sizeof out->state },
		{ LEDGER_FILE_CHANNEL, out->file_channel, sizeof out->file_channel },
		{ LEDGER_PIN_CHANNEL,  out->pin_channel,  sizeof out->pin_channel },
		{ LEDGER_METHOD,       out->method,       sizeof out->method },
	};
	/* clang-format on */
	*out = (struct sheet_row){ .issued_at = db_int(rows, at, LEDGER_ISSUED_AT),
		.not_after = db_int(rows, at, LEDGER_NOT_AFTER),
		.delivered_at = db_int(rows, at, LEDGER_DELIVERED_AT),
		.pin_shown_at = db_int(rows, at, LEDGER_PIN_SHOWN_AT),
		.accepted_at = db_int(rows, at, LEDGER_ACCEPTED_AT),
		.revoked_at = db_int(rows, at, LEDGER_REVOKED_AT) };
	for (size_t i = 0; i < COUNT(texts); i++) {
		snprintf(texts[i].to, texts[i].size, "%s",
			db_text(rows, at, (size_t)texts[i].column));
		text_mend(texts[i].to); /* a ledger does not stop at a long word */
	}
	struct blob serial = db_blob(rows, at, LEDGER_SERIAL);
	if (2 * serial.len >= sizeof out->serial_number)
		return FAIL(E_BUG, "serial number: %zu octets", serial.len);
	hex_encode(serial, out->serial_number);
	if (!db_is_null(rows, at, LEDGER_REASON))
		TRY(text_copy(reason_name((enum revocation_reason)db_int(rows, at,
				      LEDGER_REASON)),
			out->reason, sizeof out->reason));
	return OK;
}

static RESULT fetch(struct ledger *ledger, struct db_rows **out)
{
	const struct ledger_span span = { .lra = ledger->query.lra,
		.from = ledger->query.from,
		.until = ledger->query.until,
		.after = ledger->after,
		.most = ROWS_AT_ONCE };
	TRY(lra_store_ledger(ledger->lra->db, &span, out));
	size_t count = db_count(*out);
	if (count > 0)
		ledger->after = db_int(*out, count - 1, LEDGER_ORDER);
	ledger->over = count < ROWS_AT_ONCE;
	return OK;
}

/* ---- formats */

static RESULT next_csv(struct ledger *ledger, const struct db_rows *rows, bool begins,
	struct buf *part)
{
	struct sheet_row row;
	if (begins) {
		TRY(buf_append_text(part, "\xef\xbb\xbf"));
		TRY(sheet_row_csv(NULL, part));
	}
	(void)ledger;
	for (size_t i = 0; i < db_count(rows); i++) {
		TRY(read_row(rows, i, &row));
		TRY(sheet_row_csv(&row, part));
	}
	return OK;
}

static RESULT begin_json(const struct ledger *ledger, struct buf *part)
{
	char from[CLOCK_TEXT], until[CLOCK_TEXT], made[CLOCK_TEXT];
	clock_text(ledger->query.from, from);
	clock_text(ledger->query.until, until);
	clock_text(ledger->heading.made_at, made);
	return buf_append_format(part,
		"{\"lra\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"madeAt\":\"%s\","
		"\"certificates\":[",
		ledger->query.lra, from, until, made); /* an id: no quotes in it */
}

static RESULT next_json(struct ledger *ledger, const struct db_rows *rows, bool begins,
	struct buf *part)
{
	struct sheet_row row;
	if (begins)
		TRY(begin_json(ledger, part));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *object = NULL;
		AUTO(buf_clear) struct buf text = BUF(16 * KIB);
		TRY(read_row(rows, i, &row));
		TRY(sheet_row_json(&row, &object));
		TRY(json_write(object, &text));
		TRY(buf_append_text(part, ledger->rows++ > 0 ? ",\n" : "\n"));
		TRY(buf_append(part, buf_view(&text)));
	}
	return ledger->over ? buf_append_text(part, "\n]}\n") : OK;
}

static RESULT next_pdf(struct ledger *ledger, const struct db_rows *rows, bool begins,
	struct buf *part)
{
	AUTO(json_free) struct json *list = NULL;
	struct sheet_row row;
	if (begins)
		TRY(job_open(ledger->lra->paper_fd, &ledger->heading, &ledger->job,
			part));
	TRY(json_new_array(&list));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *object = NULL;
		TRY(read_row(rows, i, &row));
		TRY(sheet_row_json(&row, &object));
		TRY(json_append(list, MOVE(object)));
	}
	TRY(job_rows(&ledger->job, list, part));
	return ledger->over ? job_end(&ledger->job, part) : OK;
}

/* A part of the PDF may be empty, for a page is not full yet: then the next one follows at once, for nothing means the end. */
RESULT ledger_next(struct ledger *ledger, struct buf *part)
{
	static struct err (*const next[LEDGER_FORMAT_COUNT])(struct ledger *,
		const struct db_rows *, bool,
		struct buf *) = { next_pdf, next_csv, next_json };
	while (!ledger->over && part->len == 0) {
		AUTO(db_rows_free) struct db_rows *rows = NULL;
		bool begins = !ledger->begun;
		TRY(fetch(ledger, &rows));
		ledger->begun = true;
		TRY(next[ledger->query.format](ledger, rows, begins, part));
	}
	return OK;
}
