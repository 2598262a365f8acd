/*
 * csv: tables as spreadsheets save them (RFC 4180, or with tabs), in any of the encodings of charset.h, read as they come: a row
 * at a time, no file held whole.
 */
#ifndef COMMON_CSV_CSV_H
#define COMMON_CSV_CSV_H

#include "common/csv/charset.h"

enum {
	CSV_COLUMNS = 256,
	CSV_ROW = 64 * 1024, /* octets of UTF-8 */
};

struct csv_row {
	int64_t line; /* of the file, from 1: where the row begins */
	size_t count;
	const char *cell[CSV_COLUMNS]; /* without quotes; valid during the call */
};

struct csv_settings {
	enum charset charset; /* CHARSET_DETECT: by the beginning */
	char separator;       /* ',', '\t' or ';'; 0: by the first row */
	/* Each row, empty ones left out. An error ends the reading with it. */
	struct err (*row)(void *context, const struct csv_row *row);
	void *context;
};

struct csv;
RESULT csv_new(const struct csv_settings *settings, struct csv **out);
void csv_free(struct csv *csv);
AUTO_DEFINE(struct csv, csv_free)

/*
 * E_INPUT, with the line where it is one: another kind of file (ZIP, XLSX, PDF, XLS), not of the encoding, a NUL, a quote that is
 * never closed or has text behind it, more than CSV_COLUMNS columns, a row longer than CSV_ROW. Never a value of the file.
 */
RESULT csv_put(struct csv *csv, struct blob bytes);
RESULT csv_end(struct csv *csv);

/* What was found; known behind the first row. */
struct csv_found {
	enum charset charset;
	const char *reason; /* static */
	char separator;
};
struct csv_found csv_found(const struct csv *csv);

/* A cell for a table that a spreadsheet may open: quoted, and with ' before what would begin a formula (= + - @ tab CR). */
RESULT csv_append_cell(struct buf *out, const char *text);

#endif
