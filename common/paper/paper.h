/*
 * paper: pages for people, as PDF: text in boxes measured in millimetres, set in Japanese, with every font embedded. Pango
 * lays out (line breaks by UAX 14, glyphs by HarfBuzz, variation selectors too), Cairo writes. Both are large and are fed
 * with names from outside: a process that uses this module does nothing else (lra/paper).
 */
#ifndef COMMON_PAPER_PAPER_H
#define COMMON_PAPER_PAPER_H

#include "common/base/blob.h"

enum paper_face {
	PAPER_MINCHO,
	PAPER_GOTHIC,
	PAPER_GOTHIC_BOLD,
	PAPER_MONO, /* for what is typed again, character by character */
	PAPER_FACE_COUNT
};

/*
 * The faces and nothing else: whatever fonts the machine has beside them, the same text gives the same page. folder: where
 * Debian's fonts lie, "/usr/share/fonts". E_NOT_FOUND names the font that is missing. Loaded once; files stay mapped.
 */
struct paper_fonts;
RESULT paper_fonts_load(const char *folder, struct paper_fonts **out);
void paper_fonts_free(struct paper_fonts *fonts);
AUTO_DEFINE(struct paper_fonts, paper_fonts_free)

enum paper_format { PAPER_A4, PAPER_A4_ACROSS };
#define PAPER_SHORT 210.0 /* sides of A4, mm */
#define PAPER_LONG  297.0

/*
 * A document without a page yet. title: of the document's properties; names nobody. made_at: the same content and time
 * give the same bytes. pdf: where they go, borrowed until the end; what is in it is not looked at again, so it may be emptied
 * between calls, and a document of any length needs the memory of a page and of its fonts.
 */
struct paper;
RESULT paper_open(struct paper_fonts *fonts, enum paper_format format, const char *title,
	int64_t made_at, struct buf *pdf, struct paper **out);
/* Ends the page before. E_INPUT: pdf is full. */
RESULT paper_new_page(struct paper *paper);
size_t paper_pages(const struct paper *paper);
/* Ends the last page and writes what is left: fonts, and the list of pages. E_INPUT: pdf is full. */
RESULT paper_close(struct paper *paper);
void paper_free(struct paper *paper);
AUTO_DEFINE(struct paper, paper_free)

/*
 * What stands on each page alike: drawn at its first use in the document, then repeated, and in the file once. key: an
 * address that is the form's own. draw: begins no page, and draws nothing of a person. E_BUG: more than four.
 */
RESULT paper_stamp(struct paper *paper, const void *key,
	struct err (*draw)(struct paper *paper, void *context), void *context);

enum paper_align { PAPER_LEFT, PAPER_CENTER, PAPER_RIGHT };

/* A box of text; members left out are 0. x, y: its upper left corner, mm from the page's. */
struct paper_text {
	double x, y, width;
	double height; /* the most it may take; 0: what it needs */
	enum paper_face face;
	double size,
		least; /* points; least: it may shrink so far to fit its height; 0: not at all */
	double leading;  /* from line to line, in sizes; 0: 1.5 */
	double tracking; /* between letters, in sizes */
	enum paper_align align;
	double grey; /* 0 black … 1 white */
	bool single; /* one line: shrinks to fit the width instead, and never breaks */
	bool cut; /* of a single one: what does not fit even so is left out, with "…" */
	bool fixed; /* words of the form: laid out once and kept. Never of a person */
};
/*
 * UTF-8; '\n' ends a line. below: NULL, or gets the y under the last line.
 * E_INPUT: a code point that no face has, or that has no place in a text (controls, directions); "U+20BB7: …" names it,
 * with its variation selector when that is what is missing. E_POLICY: does not fit, even at its least size.
 */
RESULT paper_write(struct paper *paper, const struct paper_text *box, const char *text,
	double *below);
/* The same without ink: how high it would be, in mm. Ignores the box's height. */
RESULT paper_measure(struct paper *paper, const struct paper_text *box, const char *text,
	double *height);
/* Whether the faces have all of the text; as paper_write() says. */
RESULT paper_can_write(struct paper_fonts *fonts, const char *text);
/*
 * For lists of what others wrote, where one odd character must not stop the page: out gets the text with each cluster that
 * cannot be written spelled as "<U+202E>", which everybody can see.
 */
RESULT paper_spell(struct paper_fonts *fonts, const char *text, struct buf *out);

void paper_line(struct paper *paper, double x1, double y1, double x2, double y2,
	double width, double grey);
void paper_frame(struct paper *paper, double x, double y, double width, double height,
	double line, double grey);
void paper_fill(struct paper *paper, double x, double y, double width, double height,
	double grey);

#endif
