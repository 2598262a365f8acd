/* paper_parts: what the files of paper share, nobody else. */
#ifndef COMMON_PAPER_PAPER_PARTS_H
#define COMMON_PAPER_PAPER_PARTS_H

#include <pango/pangocairo.h>

#include "common/paper/paper.h"

/* A layout of the forms' own words. */
struct paper_kept {
	char *text;
	struct paper_text box;
	PangoLayout *layout;
};
enum { PAPER_KEPT = 128 };

struct paper_fonts {
	PangoFontMap *map;
	PangoContext *context;
	size_t kept_count;
	struct paper_kept kept[PAPER_KEPT];
	hb_font_t *glyphs[PAPER_FACE_COUNT +
			  1]; /* what each face has; the last is the fallback */
};
#define PAPER_FALLBACK PAPER_FACE_COUNT

/* As Pango asks for it; size in points. */
PangoFontDescription *paper_font(unsigned face, double size);
/* Has the face a glyph for the cluster: a code point with its marks and its variation selector. */
bool paper_font_has(const struct paper_fonts *fonts, unsigned face,
	const uint32_t *cluster, size_t count);

enum { PAPER_STAMPS = 4 };

struct paper {
	struct paper_fonts *fonts;
	cairo_surface_t *surface;
	cairo_t *cairo;
	double width, height; /* points */
	size_t stamp_count;
	struct {
		const void *key;
		cairo_surface_t *surface;
	} stamp[PAPER_STAMPS];
	struct buf *pdf;
	size_t pages;
	struct err full; /* why pdf took no more */
};

static inline double paper_points(double mm)
{
	return mm * 72 / 25.4;
}
static inline double paper_mm(double points)
{
	return points * 25.4 / 72;
}

#endif
