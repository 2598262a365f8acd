/* draw: the forms, and what they share: styles, dates in words, the window of the envelope, tables of facts. Lengths in mm. */
#ifndef LRA_PAPER_DRAW_H
#define LRA_PAPER_DRAW_H

#include "common/paper/paper.h"
#include "lra/paper/sheet.h"

/* ---- the forms: each begins a page and fills it */

/* pin: ended by NUL; stays the caller's to wipe. */
RESULT draw_pin_letter(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet, const char *pin);
RESULT draw_delivery_note(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet);
RESULT draw_receipt(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet);

/* The ledger goes over many pages: rows come one by one. */
struct draw_ledger {
	struct paper *paper;
	struct paper_fonts *fonts;
	const struct sheet_heading *heading;
	size_t rows;
	double y; /* where the next row begins; 0: on a new page */
};
RESULT draw_ledger_row(struct draw_ledger *ledger, const struct sheet_row *row);
/* The line under the last row; of a ledger without rows, the page that says so. */
RESULT draw_ledger_end(struct draw_ledger *ledger);

/* ---- what they share */

enum { MARGIN_LEFT = 22, MARGIN_RIGHT = 188, TEXT_WIDTH = MARGIN_RIGHT - MARGIN_LEFT };

struct draw_style {
	enum paper_face face;
	double size, leading, grey, tracking;
};
extern const struct draw_style draw_body, draw_english, draw_small, draw_label,
	draw_heading;

/* One paragraph of the form's own words; y moves below it. */
RESULT draw_paragraph(struct paper *paper, const struct draw_style *style, double x,
	double *y, double width, const char *text);
/* Centred title with its English under it; y moves below both. */
RESULT draw_title(struct paper *paper, double *y, const char *ja, const char *en,
	double tracking);

/* Japanese time; "" for 0. */
enum { DRAW_DATE = 64 };
void draw_date_ja(int64_t time, char out[static DRAW_DATE]); /* 2026年12月7日 (令和8年) */
void draw_date_en(int64_t time, char out[static DRAW_DATE]); /* 7 December 2026 */
void draw_day(int64_t time, char out[static DRAW_DATE]);     /* 2026-12-07 */
/* A deadline: both languages, with weekday and minute. */
void draw_deadline(int64_t time, char ja[static DRAW_DATE], char en[static DRAW_DATE]);
/* 3fa210c4… as 3FA2 10C4 … */
void draw_hex_groups(const char *hex, char *out, size_t size);

/* Rows of label and value between fine lines. value: "" leaves the row out. */
struct draw_fact {
	const char *ja, *en, *value;
	enum paper_face face; /* of the value; PAPER_MINCHO unless set */
};
RESULT draw_facts(struct paper *paper, double *y, const struct draw_fact *facts,
	size_t count);

/*
 * The address where a window envelope of the form 長形3号 shows it (window 90 × 45 mm, 20 mm from the left, 12 from the top),
 * as far as the folded sheet may slide in it; fold marks for three parts; and beside it date, number and sender.
 */
RESULT draw_envelope(struct paper *paper, const struct sheet *sheet);
/* What is alike on every sheet of it: fold marks, date and sender. personal: 親展. */
RESULT draw_envelope_form(struct paper *paper, const struct sheet_heading *heading,
	bool personal);

#endif
