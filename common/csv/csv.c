#include "common/csv/csv.h"

enum { WINDOW = 64 * 1024 }; /* so much is looked at before the encoding is said */

enum place { AT_CELL, IN_CELL, IN_QUOTES, BEHIND_QUOTES };

struct csv {
	struct csv_settings settings;
	struct csv_found found;
	bool begun, only_ascii;
	struct buf raw;  /* not decoded yet */
	struct buf text; /* decoded, not read yet: before the separator is known */
	enum place place;
	bool had_return; /* CR was the last character: LF behind it ends no second row */
	int64_t line, quote_line;
	struct buf cells; /* of the row, each ended by NUL */
	size_t starts[CSV_COLUMNS];
	struct csv_row row;
};

RESULT csv_new(const struct csv_settings *settings, struct csv **out)
{
	TRY(charset_load());
	struct csv *csv = calloc(1, sizeof *csv);
	if (csv == NULL)
		return FAIL(E_IO, "out of memory");
	csv->settings = *settings;
	csv->found = (struct csv_found){ .reason = "as told",
		.separator = settings->separator };
	csv->raw = BUF(2 * WINDOW);
	csv->text = BUF(CSV_ROW + 8 * WINDOW);
	csv->cells = BUF(CSV_ROW);
	csv->line = csv->row.line = 1;
	*out = csv;
	return OK;
}

void csv_free(struct csv *csv)
{
	if (csv == NULL)
		return;
	buf_clear(&csv->raw);
	buf_clear(&csv->text);
	buf_clear(&csv->cells);
	free(csv);
}

struct csv_found csv_found(const struct csv *csv)
{
	return csv->found;
}

/* ---- rows */

static RESULT end_cell(struct csv *csv)
{
	if (csv->row.count == CSV_COLUMNS)
		return FAIL(E_INPUT, "line %lld: more than %d columns",
			(long long)csv->row.line, CSV_COLUMNS);
	TRY_IN(buf_append(&csv->cells, blob_make("", 1)), "line %lld",
		(long long)csv->row.line);
	csv->row.count++;
	csv->place = AT_CELL;
	return OK;
}

static void begin_cell(struct csv *csv)
{
	if (csv->row.count < CSV_COLUMNS)
		csv->starts[csv->row.count] = csv->cells.len;
}

static RESULT end_row(struct csv *csv)
{
	bool empty = true;
	TRY(end_cell(csv));
	for (size_t i = 0; i < csv->row.count; i++) {
		csv->row.cell[i] = (const char *)csv->cells.data + csv->starts[i];
		empty = empty && csv->row.cell[i][0] == 0;
	}
	if (!empty)
		TRY(csv->settings.row(csv->settings.context, &csv->row));
	csv->cells.len = 0;
	csv->row.count = 0;
	csv->row.line = csv->line;
	begin_cell(csv);
	return OK;
}

static RESULT keep(struct csv *csv, char c)
{
	struct err err = buf_append(&csv->cells, blob_make(&c, 1));
	if (err.code != E_INPUT)
		return err;
	return csv->place == IN_QUOTES
		       ? FAIL(E_INPUT,
				 "line %lld: a quote that is not closed within %d octets",
				 (long long)csv->quote_line, CSV_ROW)
		       : FAIL(E_INPUT, "line %lld: longer than %d octets",
				 (long long)csv->row.line, CSV_ROW);
}

static bool is_end(char c)
{
	return c == '\n' || c == '\r';
}

static RESULT take_in_quotes(struct csv *csv, char c)
{
	if (c == '\n')
		csv->line++;
	if (c != '"')
		return keep(csv, c);
	csv->place = BEHIND_QUOTES;
	return OK;
}

static RESULT take_outside(struct csv *csv, char c)
{
	if (c == csv->found.separator) {
		TRY(end_cell(csv));
		begin_cell(csv);
		return OK;
	}
	if (is_end(c)) {
		csv->line++;
		csv->had_return = c == '\r';
		return end_row(csv);
	}
	if (csv->place == BEHIND_QUOTES && c != '"')
		return FAIL(E_INPUT, "line %lld: text behind a closing quote",
			(long long)csv->line);
	if (csv->place == BEHIND_QUOTES || (csv->place == AT_CELL && c == '"')) {
		bool doubled = csv->place == BEHIND_QUOTES;
		csv->place = IN_QUOTES;
		if (doubled) /* two quotes within quotes are one */
			return keep(csv, c);
		csv->quote_line = csv->line;
		return OK;
	}
	csv->place = IN_CELL;
	return keep(csv, c);
}

static RESULT take(struct csv *csv, char c)
{
	bool had_return = csv->had_return;
	csv->had_return = false;
	if (c == 0)
		return FAIL(E_INPUT, "line %lld: a NUL", (long long)csv->line);
	if (had_return && c == '\n')
		return OK;
	return csv->place == IN_QUOTES ? take_in_quotes(csv, c) : take_outside(csv, c);
}

/* ---- the separator: whichever the first row has most of, outside of quotes */

static bool find_separator(const struct buf *text, bool all, char *out)
{
	static const char kinds[] = { ',', '\t', ';' };
	size_t seen[sizeof kinds] = { 0 };
	bool quoted = false, ended = all;
	for (size_t i = 0; i < text->len; i++) {
		char c = (char)text->data[i];
		if (c == '"')
			quoted = !quoted;
		if (!quoted && is_end(c)) {
			ended = true;
			break;
		}
		for (size_t k = 0; k < sizeof kinds; k++)
			seen[k] += !quoted && c == kinds[k];
	}
	if (!ended && text->len < CSV_ROW)
		return false;
	size_t most = 0;
	for (size_t k = 1; k < sizeof kinds; k++)
		if (seen[k] > seen[most])
			most = k;
	*out = kinds[most];
	return true;
}

static RESULT read_text(struct csv *csv, bool all)
{
	if (csv->found.separator == 0 &&
		!find_separator(&csv->text, all, &csv->found.separator))
		return OK;
	for (size_t i = 0; i < csv->text.len; i++)
		TRY(take(csv, (char)csv->text.data[i]));
	csv->text.len = 0;
	return OK;
}

/* ---- the encoding */

static const struct {
	const char *magic;
	size_t len;
	const char *kind;
} others[] = {
	{ "PK\x03\x04", 4, "a ZIP file or a workbook (XLSX)" },
	{ "PK\x05\x06", 4, "an empty ZIP file" },
	{ "%PDF", 4, "a PDF" },
	{ "\xd0\xcf\x11\xe0", 4, "a workbook of the old kind (XLS)" },
	{ "\x1f\x8b", 2, "a compressed file" },
	{ "\x89PNG", 4, "a picture" },
	{ "\xff\xd8\xff", 3, "a picture" },
};

static RESULT begin(struct csv *csv, bool all)
{
	struct blob raw = buf_view(&csv->raw);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (raw.len >= others[i].len &&
			memcmp(raw.data, others[i].magic, others[i].len) == 0)
			return FAIL(E_INPUT, "this is %s: save the table as CSV",
				others[i].kind);
	csv->found.charset = csv->settings.charset;
	if (csv->found.charset == CHARSET_DETECT)
		TRY(charset_detect(raw, all, &csv->found.charset, &csv->only_ascii,
			&csv->found.reason));
	struct blob behind = charset_skip_mark(csv->found.charset, raw);
	size_t mark = raw.len - behind.len;
	memmove(csv->raw.data, csv->raw.data + mark, behind.len);
	csv->raw.len = behind.len;
	csv->begun = true;
	return OK;
}

/* What was ASCII all along turns out to be one or the other. */
static RESULT settle(struct csv *csv, struct blob rest, bool all)
{
	bool ascii = true;
	for (size_t i = 0; i < rest.len && ascii; i++)
		ascii = rest.data[i] < 0x80;
	if (ascii)
		return OK;
	return charset_detect(rest, all, &csv->found.charset, &csv->only_ascii,
		&csv->found.reason);
}

static RESULT decode(struct csv *csv, bool all)
{
	struct blob rest = buf_view(&csv->raw);
	if (csv->only_ascii)
		TRY_IN(settle(csv, rest, all), "behind line %lld", (long long)csv->line);
	struct err err = charset_decode(csv->found.charset, &rest, &csv->text);
	if (!err_is(err) && all && rest.len > 0)
		err = FAIL(E_INPUT, "a character is cut off at the end");
	/* What stands before the fault is read first, so that the line is right. */
	TRY(read_text(csv, all || err_is(err)));
	if (err_is(err))
		return FAIL(err.code, "line %lld: %s", (long long)csv->line, err.text);
	memmove(csv->raw.data, rest.data, rest.len);
	csv->raw.len = rest.len;
	return OK;
}

RESULT csv_put(struct csv *csv, struct blob bytes)
{
	while (bytes.len > 0) {
		size_t part = WINDOW - csv->raw.len;
		part = part < bytes.len ? part : bytes.len;
		TRY(buf_append(&csv->raw, blob_make(bytes.data, part)));
		bytes = blob_make(bytes.data + part, bytes.len - part);
		if (csv->raw.len < WINDOW)
			break;
		if (!csv->begun)
			TRY(begin(csv, false));
		TRY(decode(csv, false));
	}
	return OK;
}

RESULT csv_end(struct csv *csv)
{
	if (csv->raw.len == 0 && !csv->begun)
		return FAIL(E_INPUT, "the file is empty");
	if (!csv->begun)
		TRY(begin(csv, true));
	TRY(decode(csv, true));
	if (csv->place == IN_QUOTES)
		return FAIL(E_INPUT, "line %lld: a quote that is never closed",
			(long long)csv->quote_line);
	bool open = csv->place != AT_CELL || csv->row.count > 0;
	return open ? end_row(csv) : OK;
}

/* ---- writing */

RESULT csv_append_cell(struct buf *out, const char *text)
{
	TRY(buf_append_text(out, "\""));
	if (text[0] != 0 && strchr("=+-@\t\r", text[0]) != NULL)
		TRY(buf_append_text(out, "'"));
	for (const char *at = text; *at != 0;) {
		size_t plain = strcspn(at, "\"");
		TRY(buf_append(out, blob_make(at, plain)));
		at += plain;
		if (*at == '"') {
			TRY(buf_append_text(out, "\"\""));
			at++;
		}
	}
	return buf_append_text(out, "\"");
}
