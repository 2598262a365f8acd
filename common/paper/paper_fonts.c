#include <hb.h>
#include <pango/pangofc-fontmap.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/paper/paper_parts.h"

/*
 * Of check builds, where the leak checker asks for it: Fontconfig keeps its character sets behind offsets, which look lost,
 * and Cairo keeps its fonts for the process.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* clang-format off */
/*
 * Noto CJK has what people write, with the variation selectors of Adobe-Japan1; IPAmj Mincho has all that a Japanese
 * register of persons may hold (MJ characters, with the selectors of Moji_Joho).
 */
static const struct source {
	const char *file, *family;
	unsigned index; /* of the face in a collection */
	PangoWeight weight;
} sources[PAPER_FACE_COUNT + 1] = {
	[PAPER_MINCHO]      = { "opentype/noto/NotoSerifCJK-Regular.ttc", "Noto Serif CJK JP",     0, PANGO_WEIGHT_NORMAL },
	[PAPER_GOTHIC]      = { "opentype/noto/NotoSansCJK-Regular.ttc",  "Noto Sans CJK JP",      0, PANGO_WEIGHT_NORMAL },
	[PAPER_GOTHIC_BOLD] = { "opentype/noto/NotoSansCJK-Bold.ttc",     "Noto Sans CJK JP",      0, PANGO_WEIGHT_BOLD   },
	[PAPER_MONO]        = { "opentype/noto/NotoSansCJK-Regular.ttc",  "Noto Sans Mono CJK JP", 5, PANGO_WEIGHT_NORMAL },
	[PAPER_FALLBACK]    = { "truetype/ipamj/ipamjm.ttf",              "IPAmjMincho",           0, PANGO_WEIGHT_NORMAL },
};
/* clang-format on */

/* Its own list of fonts: the machine's settings and caches are neither read nor written. */
static RESULT add_files(const char *folder, FcConfig *config)
{
	char path[512];
	for (size_t i = 0; i < COUNT(sources); i++) {
		snprintf(path, sizeof path, "%.400s/%s", folder, sources[i].file);
		if (i > 0 && strcmp(sources[i].file, sources[i - 1].file) == 0)
			continue;
		if (access(path, R_OK) != 0)
			return FAIL(E_NOT_FOUND, "font %.180s: cannot be read", path);
		if (!FcConfigAppFontAddFile(config, (const FcChar8 *)path))
			return FAIL(E_INPUT, "font %.180s: not one", path);
	}
	return OK;
}

static RESULT open_map(const char *folder, struct paper_fonts *out)
{
	FcConfig *config = FcConfigCreate();
	if (config == NULL)
		return FAIL(E_IO, "out of memory");
	struct err err = add_files(folder, config);
	if (!err_is(err)) {
		/* Else Pango reads the machine's settings, in a thread, for nothing. */
		FcConfigSetCurrent(config);
		out->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
		pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(out->map), config);
	}
	FcConfigDestroy(config); /* the map holds its own reference */
	return err;
}

static RESULT open_glyphs(const char *folder, const struct source *source,
	hb_font_t **out)
{
	char path[512];
	snprintf(path, sizeof path, "%.400s/%s", folder, source->file);
	hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
	if (blob == NULL)
		return FAIL(E_NOT_FOUND, "font %.180s: cannot be read", path);
	hb_face_t *face = hb_face_create(blob, source->index);
	hb_blob_destroy(blob);
	*out = hb_font_create(face);
	hb_face_destroy(face);
	return OK;
}

/* That the map answers with the face that was asked for, and not with the nearest. */
static RESULT check_family(const struct paper_fonts *fonts, unsigned face)
{
	PangoContext *context = pango_font_map_create_context(fonts->map);
	PangoFontDescription *wanted = paper_font(face, 10);
	PangoFont *font = pango_context_load_font(context, wanted);
	PangoFontDescription *got = font == NULL ? NULL : pango_font_describe(font);
	bool good = got != NULL &&
		    strcmp(pango_font_description_get_family(got),
			    sources[face].family) == 0 &&
		    pango_font_description_get_weight(got) == sources[face].weight;
	pango_font_description_free(wanted);
	pango_font_description_free(got);
	if (font != NULL)
		g_object_unref(font);
	g_object_unref(context);
	return good ? OK
		    : FAIL(E_INPUT, "font %s: not in %s", sources[face].family,
			      sources[face].file);
}

/* Print, not screen: no hinting, no rounding to pixels. */
static PangoContext *open_context(PangoFontMap *map)
{
	PangoContext *context = pango_font_map_create_context(map);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, pango_language_from_string("ja"));
	pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
	return context;
}

RESULT paper_fonts_load(const char *folder, struct paper_fonts **out)
{
	AUTO(paper_fonts_free) struct paper_fonts *fonts = calloc(1, sizeof *fonts);
	if (fonts == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(open_map(folder, fonts));
	fonts->context = open_context(fonts->map);
	for (unsigned i = 0; i < COUNT(sources); i++) {
		TRY(open_glyphs(folder, &sources[i], &fonts->glyphs[i]));
		TRY(check_family(fonts, i));
	}
	*out = MOVE(fonts);
	return OK;
}

void paper_fonts_free(struct paper_fonts *fonts)
{
	if (fonts == NULL)
		return;
	for (size_t i = 0; i < fonts->kept_count; i++) {
		free(fonts->kept[i].text);
		g_object_unref(fonts->kept[i].layout);
	}
	if (fonts->context != NULL)
		g_object_unref(fonts->context);
	for (size_t i = 0; i < COUNT(fonts->glyphs); i++)
		hb_font_destroy(fonts->glyphs[i]);
	if (fonts->map != NULL)
		g_object_unref(fonts->map);
	free(fonts);
}

PangoFontDescription *paper_font(unsigned face, double size)
{
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, sources[face].family);
	pango_font_description_set_weight(font, sources[face].weight);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	return font;
}

static bool is_selector(uint32_t code)
{
	return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
}

bool paper_font_has(const struct paper_fonts *fonts, unsigned face,
	const uint32_t *cluster, size_t count)
{
	hb_font_t *font = fonts->glyphs[face];
	hb_codepoint_t glyph;
	for (size_t i = 0; i < count; i++) {
		bool selected = i + 1 < count && is_selector(cluster[i + 1]);
		if (selected ? !hb_font_get_variation_glyph(font, cluster[i],
				       cluster[i + 1], &glyph)
			     : !hb_font_get_nominal_glyph(font, cluster[i], &glyph))
			return false;
		i += selected;
	}
	return true;
}
