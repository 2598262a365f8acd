#include "common/paper/paper.h"

#include <cairo-pdf.h>

#include "common/base/clock.h"
#include "common/paper/paper_parts.h"

static cairo_status_t put(void *context, const unsigned char *data, unsigned len)
{
	struct paper *paper = context;
	if (!err_is(paper->full))
		paper->full = buf_append(paper->pdf, blob_make(data, len));
	return err_is(paper->full) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Our own fault first: a surface that is finished forgets that its last bytes did not go out. */
static RESULT check(const struct paper *paper, cairo_status_t status)
{
	if (err_is(paper->full))
		return paper->full;
	return status == CAIRO_STATUS_SUCCESS
		       ? OK
		       : FAIL(E_IO, "paper: %s", cairo_status_to_string(status));
}

static void describe(struct paper *paper, const char *title, int64_t made_at)
{
	char time[CLOCK_TEXT];
	clock_text(made_at, time);
	cairo_pdf_surface_restrict_to_version(paper->surface, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATOR,
		"inkan");
	cairo_pdf_surface_set_metadata(paper->surface, CAIRO_PDF_METADATA_CREATE_DATE,
		time);
}

RESULT paper_open(struct paper_fonts *fonts, enum paper_format format, const char *title,
	int64_t made_at, struct buf *pdf, struct paper **out)
{
	double width = format == PAPER_A4 ? PAPER_SHORT : PAPER_LONG;
	double height = format == PAPER_A4 ? PAPER_LONG : PAPER_SHORT;
	AUTO(paper_free) struct paper *paper = calloc(1, sizeof *paper);
	if (paper == NULL)
		return FAIL(E_IO, "out of memory");
	paper->fonts = fonts;
	paper->pdf = pdf;
	paper->full = OK;
	paper->width = paper_points(width);
	paper->height = paper_points(height);
	paper->surface = cairo_pdf_surface_create_for_stream(put, paper, paper->width,
		paper->height);
	describe(paper, title, made_at);
	paper->cairo = cairo_create(paper->surface);
	pango_cairo_update_context(paper->cairo, fonts->context);
	TRY(check(paper, cairo_status(paper->cairo)));
	*out = MOVE(paper);
	return OK;
}

RESULT paper_new_page(struct paper *paper)
{
	if (paper->pages++ > 0)
		cairo_show_page(paper->cairo);
	return check(paper, cairo_status(paper->cairo));
}

size_t paper_pages(const struct paper *paper)
{
	return paper->pages;
}

RESULT paper_close(struct paper *paper)
{
	cairo_show_page(paper->cairo);
	TRY(check(paper, cairo_status(paper->cairo)));
	cairo_surface_finish(paper->surface);
	return check(paper, cairo_surface_status(paper->surface));
}

void paper_free(struct paper *paper)
{
	if (paper == NULL)
		return;
	for (size_t i = 0; i < paper->stamp_count; i++)
		cairo_surface_destroy(paper->stamp[i].surface);
	if (paper->cairo != NULL)
		cairo_destroy(paper->cairo);
	if (paper->surface != NULL)
		cairo_surface_destroy(paper->surface);
	free(paper);
}

/* ---- stamps */

/* The same drawing functions, onto another surface. */
static RESULT record_stamp(struct paper *paper, cairo_surface_t *surface,
	struct err (*draw)(struct paper *paper, void *context), void *context)
{
	cairo_t *page = paper->cairo;
	paper->cairo = cairo_create(surface);
	struct err err = draw(paper, context);
	if (!err_is(err))
		err = check(paper, cairo_status(paper->cairo));
	cairo_destroy(paper->cairo);
	paper->cairo = page;
	return err;
}

static RESULT make_stamp(struct paper *paper, const void *key,
	struct err (*draw)(struct paper *paper, void *context), void *context)
{
	const cairo_rectangle_t whole = { 0, 0, paper->width, paper->height };
	if (paper->stamp_count == PAPER_STAMPS)
		return FAIL(E_BUG, "paper: more than %d stamps", PAPER_STAMPS);
	cairo_surface_t *surface =
		cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &whole);
	struct err err = record_stamp(paper, surface, draw, context);
	if (err_is(err)) {
		cairo_surface_destroy(surface);
		return err;
	}
	paper->stamp[paper->stamp_count].key = key;
	paper->stamp[paper->stamp_count++].surface = surface;
	return OK;
}

RESULT paper_stamp(struct paper *paper, const void *key,
	struct err (*draw)(struct paper *paper, void *context), void *context)
{
	size_t at = 0;
	while (at < paper->stamp_count && paper->stamp[at].key != key)
		at++;
	if (at == paper->stamp_count)
		TRY(make_stamp(paper, key, draw, context));
	cairo_set_source_surface(paper->cairo, paper->stamp[at].surface, 0, 0);
	cairo_paint(paper->cairo);
	return check(paper, cairo_status(paper->cairo));
}

/* ---- lines */

void paper_line(struct paper *paper, double x1, double y1, double x2, double y2,
	double width, double grey)
{
	cairo_set_source_rgb(paper->cairo, grey, grey, grey);
	cairo_set_line_width(paper->cairo, paper_points(width));
	cairo_move_to(paper->cairo, paper_points(x1), paper_points(y1));
	cairo_line_to(paper->cairo, paper_points(x2), paper_points(y2));
	cairo_stroke(paper->cairo);
}

void paper_frame(struct paper *paper, double x, double y, double width, double height,
	double line, double grey)
{
	cairo_set_source_rgb(paper->cairo, grey, grey, grey);
	cairo_set_line_width(paper->cairo, paper_points(line));
	cairo_rectangle(paper->cairo, paper_points(x), paper_points(y),
		paper_points(width), paper_points(height));
	cairo_stroke(paper->cairo);
}

void paper_fill(struct paper *paper, double x, double y, double width, double height,
	double grey)
{
	cairo_set_source_rgb(paper->cairo, grey, grey, grey);
	cairo_rectangle(paper->cairo, paper_points(x), paper_points(y),
		paper_points(width), paper_points(height));
	cairo_fill(paper->cairo);
}
