#include "common/base/table.h"
#include "common/base/text.h"
#include "common/paper/paper_parts.h"

#define LEADING 1.5
#define SHRINK  0.95 /* from one try to the next */

enum { CLUSTER = 8 };

/* A code point with all that belongs to it: marks and variation selector. */
struct cluster {
	size_t start, end; /* bytes of the text */
	uint32_t code[CLUSTER];
	size_t count;
};

static bool is_mark(uint32_t code)
{
	return g_unichar_type(code) == G_UNICODE_NON_SPACING_MARK ||
	       g_unichar_type(code) == G_UNICODE_SPACING_MARK;
}

/* False at the end. A broken octet is a code point of its own, which no face has. */
static bool next_cluster(struct blob text, struct cluster *cluster)
{
	size_t at = cluster->end;
	*cluster = (struct cluster){ .start = at, .end = at };
	while (at < text.len && cluster->count < CLUSTER) {
		int32_t code = text_next(text, &at);
		if (cluster->count > 0 && (code < 0 || !is_mark((uint32_t)code)))
			break;
		if (code < 0)
			at = text.len;
		cluster->code[cluster->count++] = code < 0 ? 0xfffd : (uint32_t)code;
		cluster->end = at;
	}
	return cluster->count > 0;
}

/* What changes the order of others, or has no shape, has no place on paper: the reader could not see it. */
static bool is_hidden(uint32_t code)
{
	GUnicodeType type = g_unichar_type(code);
	return (type == G_UNICODE_CONTROL && code != '\n') || type == G_UNICODE_FORMAT ||
	       type == G_UNICODE_LINE_SEPARATOR ||
	       type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_PRIVATE_USE ||
	       type == G_UNICODE_SURROGATE || type == G_UNICODE_UNASSIGNED;
}

enum { CLUSTER_NAME = CLUSTER * 9 };

/* "U+845B U+E0100" */
static void name_cluster(const struct cluster *cluster, char out[static CLUSTER_NAME])
{
	size_t len = 0;
	out[0] = 0;
	for (size_t i = 0; i < cluster->count; i++)
		len += (size_t)snprintf(out + len, CLUSTER_NAME - len, "%sU+%04X",
			i > 0 ? " " : "", cluster->code[i]);
}

static RESULT missing(const struct cluster *cluster)
{
	char name[CLUSTER_NAME];
	name_cluster(cluster, name);
	return FAIL(E_INPUT, "%s: no font has it", name);
}

static bool face_has(const struct paper_fonts *fonts, unsigned face,
	const struct cluster *cluster)
{
	if (is_hidden(cluster->code[0]))
		return false;
	return cluster->code[0] == '\n' ||
	       paper_font_has(fonts, face, cluster->code, cluster->count);
}

/* Faces for the face that is asked for, best first. */
static const unsigned *faces_for(unsigned face)
{
	static const unsigned order[PAPER_FACE_COUNT][3] = {
		[PAPER_MINCHO] = { PAPER_MINCHO, PAPER_FALLBACK, PAPER_GOTHIC },
		[PAPER_GOTHIC] = { PAPER_GOTHIC, PAPER_FALLBACK, PAPER_MINCHO },
		[PAPER_GOTHIC_BOLD] = { PAPER_GOTHIC_BOLD, PAPER_FALLBACK, PAPER_MINCHO },
		[PAPER_MONO] = { PAPER_MONO, PAPER_FALLBACK, PAPER_MINCHO },
	};
	return order[face];
}
enum { FACES_TRIED = 3 };

static bool face_has_all(const struct paper_fonts *fonts, unsigned face, struct blob text)
{
	struct cluster cluster = { .end = 0 };
	while (next_cluster(text, &cluster))
		if (!face_has(fonts, face, &cluster))
			return false;
	return true;
}

static RESULT choose_face(const struct paper_fonts *fonts, unsigned wanted,
	const struct cluster *cluster, unsigned *out)
{
	const unsigned *faces = faces_for(wanted);
	for (size_t i = 0; i < FACES_TRIED; i++)
		if (face_has(fonts, faces[i], cluster)) {
			*out = faces[i];
			return OK;
		}
	return missing(cluster);
}

static void set_face(PangoAttrList *list, unsigned face, double size, size_t start,
	size_t end)
{
	PangoFontDescription *font = paper_font(face, size);
	PangoAttribute *attribute = pango_attr_font_desc_new(font);
	attribute->start_index = (guint)start;
	attribute->end_index = (guint)end;
	pango_attr_list_change(list, attribute);
	pango_font_description_free(font);
}

/*
 * One face for the whole text where one has all of it, so that a name is not set in two; else each cluster in the first
 * that has it. Pango's own search for fonts is off: it would take any font for a variation selector it does not know.
 */
static RESULT set_faces(const struct paper_fonts *fonts, unsigned wanted, double size,
	struct blob text, PangoAttrList *list)
{
	struct cluster cluster = { .end = 0 };
	unsigned face;
	for (size_t i = 0; i < FACES_TRIED; i++)
		if (face_has_all(fonts, faces_for(wanted)[i], text)) {
			set_face(list, faces_for(wanted)[i], size, 0, text.len);
			return OK;
		}
	while (next_cluster(text, &cluster)) {
		TRY(choose_face(fonts, wanted, &cluster, &face));
		set_face(list, face, size, cluster.start, cluster.end);
	}
	return OK;
}

RESULT paper_can_write(struct paper_fonts *fonts, const char *text)
{
	struct cluster cluster = { .end = 0 };
	unsigned face;
	while (next_cluster(blob_text(text), &cluster))
		TRY(choose_face(fonts, PAPER_MINCHO, &cluster, &face));
	return OK;
}

RESULT paper_spell(struct paper_fonts *fonts, const char *text, struct buf *out)
{
	struct cluster cluster = { .end = 0 };
	unsigned face;
	while (next_cluster(blob_text(text), &cluster)) {
		char name[CLUSTER_NAME];
		name_cluster(&cluster, name);
		if (err_is(choose_face(fonts, PAPER_MINCHO, &cluster, &face)))
			TRY(buf_append_format(out, "<%s>", name));
		else
			TRY(buf_append(out, blob_make(text + cluster.start,
						    cluster.end - cluster.start)));
	}
	return OK;
}

/* ---- layout */

static void layout_free(PangoLayout *layout)
{
	g_object_unref(layout);
}
AUTO_DEFINE(PangoLayout, layout_free)
static void attributes_free(PangoAttrList *list)
{
	pango_attr_list_unref(list);
}
AUTO_DEFINE(PangoAttrList, attributes_free)

static RESULT lay_out(struct paper *paper, const struct paper_text *box, double size,
	const char *text, PangoLayout **out)
{
	AUTO(layout_free) PangoLayout *layout = pango_layout_new(paper->fonts->context);
	AUTO(attributes_free) PangoAttrList *list = pango_attr_list_new();
	double leading = box->leading > 0 ? box->leading : LEADING;
	TRY(set_faces(paper->fonts, box->face, size, blob_text(text), list));
	pango_attr_list_insert(list, pango_attr_fallback_new(FALSE));
	pango_attr_list_insert(list,
		pango_attr_line_height_new_absolute((int)(size * leading * PANGO_SCALE)));
	if (box->tracking > 0)
		pango_attr_list_insert(list,
			pango_attr_letter_spacing_new(
				(int)(size * box->tracking * PANGO_SCALE)));
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_text(layout, text, -1);
	pango_layout_set_attributes(layout, list);
	pango_layout_set_alignment(layout, box->align == PAPER_LEFT ? PANGO_ALIGN_LEFT
					   : box->align == PAPER_RIGHT
						   ? PANGO_ALIGN_RIGHT
						   : PANGO_ALIGN_CENTER);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	if (!box->single)
		pango_layout_set_width(layout,
			(int)(paper_points(box->width) * PANGO_SCALE));
	if (pango_layout_get_unknown_glyphs_count(layout) > 0)
		return FAIL(E_BUG, "paper: a glyph is missing that its font should have");
	*out = MOVE(layout);
	return OK;
}

static bool fits(PangoLayout *layout, const struct paper_text *box)
{
	int width, height;
	pango_layout_get_size(layout, &width, &height);
	double mm_width = paper_mm((double)width / PANGO_SCALE);
	double mm_height = paper_mm((double)height / PANGO_SCALE);
	/* A word that cannot be broken may stand out at the side. */
	return mm_width <= box->width + 0.01 &&
	       (box->height <= 0 || mm_height <= box->height + 0.01);
}

static RESULT lay_out_to_fit(struct paper *paper, const struct paper_text *box,
	const char *text, PangoLayout **out)
{
	double least = box->least > 0 ? box->least : box->size;
	for (double size = box->size;;
		size = size * SHRINK < least ? least : size * SHRINK) {
		AUTO(layout_free) PangoLayout *layout = NULL;
		TRY(lay_out(paper, box, size, text, &layout));
		if (fits(layout, box)) {
			*out = MOVE(layout);
			return OK;
		}
		if (size <= least && box->single && box->cut) {
			pango_layout_set_width(layout,
				(int)(paper_points(box->width) * PANGO_SCALE));
			pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
			*out = MOVE(layout);
			return OK;
		}
		if (size <= least)
			return FAIL(E_POLICY, "does not fit its place on the page");
	}
}

/* ---- layouts that are kept */

/* Where it stands and how dark it is, is no matter of its layout. */
static bool same_box(const struct paper_text *a, const struct paper_text *b)
{
	return a->width == b->width && a->height == b->height && a->face == b->face &&
	       a->size == b->size && a->least == b->least && a->leading == b->leading &&
	       a->tracking == b->tracking && a->align == b->align &&
	       a->single == b->single && a->cut == b->cut;
}

static PangoLayout *find_kept(const struct paper_fonts *fonts,
	const struct paper_text *box, const char *text)
{
	for (size_t i = 0; i < fonts->kept_count; i++)
		if (same_box(&fonts->kept[i].box, box) &&
			strcmp(fonts->kept[i].text, text) == 0)
			return g_object_ref(fonts->kept[i].layout);
	return NULL;
}

static void keep(struct paper_fonts *fonts, const struct paper_text *box,
	const char *text, PangoLayout *layout)
{
	char *copy = fonts->kept_count < PAPER_KEPT ? strdup(text) : NULL;
	if (copy == NULL)
		return; /* only slower */
	fonts->kept[fonts->kept_count++] =
		(struct paper_kept){ copy, *box, g_object_ref(layout) };
}

static RESULT layout_of(struct paper *paper, const struct paper_text *box,
	const char *text, PangoLayout **out)
{
	*out = box->fixed ? find_kept(paper->fonts, box, text) : NULL;
	if (*out != NULL)
		return OK;
	TRY(lay_out_to_fit(paper, box, text, out));
	if (box->fixed)
		keep(paper->fonts, box, text, *out);
	return OK;
}

static double height_of(PangoLayout *layout)
{
	int width, height;
	pango_layout_get_size(layout, &width, &height);
	return paper_mm((double)height / PANGO_SCALE);
}

/* Without a width Pango does not know where the middle or the right is. */
static double left_of(PangoLayout *layout, const struct paper_text *box)
{
	int width, height;
	if (!box->single || box->align == PAPER_LEFT ||
		pango_layout_get_width(layout) >= 0)
		return box->x;
	pango_layout_get_size(layout, &width, &height);
	double rest = box->width - paper_mm((double)width / PANGO_SCALE);
	return box->x + (box->align == PAPER_RIGHT ? rest : rest / 2);
}

RESULT paper_write(struct paper *paper, const struct paper_text *box, const char *text,
	double *below)
{
	AUTO(layout_free) PangoLayout *layout = NULL;
	TRY(layout_of(paper, box, text, &layout));
	cairo_set_source_rgb(paper->cairo, box->grey, box->grey, box->grey);
	cairo_move_to(paper->cairo, paper_points(left_of(layout, box)),
		paper_points(box->y));
	pango_cairo_show_layout(paper->cairo, layout);
	if (below != NULL)
		*below = box->y + height_of(layout);
	return OK;
}

RESULT paper_measure(struct paper *paper, const struct paper_text *box, const char *text,
	double *height)
{
	AUTO(layout_free) PangoLayout *layout = NULL;
	struct paper_text open = *box;
	open.height = 0;
	TRY(lay_out_to_fit(paper, &open, text, &layout));
	*height = height_of(layout);
	return OK;
}
