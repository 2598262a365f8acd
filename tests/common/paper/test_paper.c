/* Pages judged by poppler: pdftotext, pdffonts. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/paper/paper.h"

#include "tests/check.h"
#include "tests/support/outside.h"

#define FONTS     "/usr/share/fonts"
#define MADE_AT   1795410000 /* 2026-11-23 */
#define KATSURAGI "\u845b\U000E0100\u57ce"
#define YOSHINO   "\U00020BB7\u91ce"
#define TAKAHASHI "\u9ad9\u6a4b"
#define OVERRIDE  "\u202e"

static struct paper_fonts *fonts;
static void load(void)
{
	CHECK_OK(paper_fonts_load(FONTS, &fonts), "the fonts are there");
}
static void unload(void)
{
	paper_fonts_free(fonts);
	fonts = NULL;
}

static const struct paper_text line = { .x = 20, .y = 20, .width = 160, .size = 11 };

/* A document with one text on one page. */
static struct err write_one(const struct paper_text *box, const char *text,
	struct buf *pdf, double *below)
{
	AUTO(paper_free) struct paper *paper = NULL;
	TRY(paper_open(fonts, PAPER_A4, "a test", MADE_AT, pdf, &paper));
	TRY(paper_new_page(paper));
	TRY(paper_write(paper, box, text, below));
	return paper_close(paper);
}

/* What a name is written with comes out, glyph and text, from embedded fonts only */
static void test_names(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	static const char text[] = TAKAHASHI "\n" YOSHINO "\n" KATSURAGI
					     "\n\u8fbb\U000E0101\nIchiro TAKAHASHI";
	CHECK_OK(write_one(&line, text, &pdf, NULL), "a page with names");
	outside_write(&outside, "names.pdf", buf_view(&pdf));
	CHECK_INT(outside_run(&outside, &said, "pdftotext -layout names.pdf -"), 0,
		"pdftotext: %s", buf_text(&said));
	CHECK(outside_said(&said, TAKAHASHI), "a variant: %s", buf_text(&said));
	CHECK(outside_said(&said, YOSHINO), "outside the BMP: %s", buf_text(&said));
	CHECK(outside_said(&said, KATSURAGI), "a selector is kept as text: %s",
		buf_text(&said));
	CHECK_INT(outside_run(&outside, &said,
			  "pdffonts names.pdf | tail -n +3 | "
			  "awk '{ print $(NF-4) }' | sort -u"),
		0, "pdffonts");
	CHECK_TEXT(buf_text(&said), "yes\n", "every font is embedded");
}

/* The selector changes the glyph: the pages differ in ink, not only in text. */
static void test_selector(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	static const char *const names[] = { "\u845b", "\u845b\U000E0100",
		"\u845b\U000E0101", "\u845b" };
	for (size_t i = 0; i < COUNT(names); i++) {
		AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
		char file[16];
		snprintf(file, sizeof file, "%zu.pdf", i);
		CHECK_OK(write_one(&line, names[i], &pdf, NULL), "name %zu", i);
		outside_write(&outside, file, buf_view(&pdf));
		CHECK_INT(outside_run(&outside, &said, "pdftoppm -r 100 %zu.pdf >%zu.ppm",
				  i, i),
			0, "pdftoppm: %s", buf_text(&said));
	}
	CHECK_INT(outside_run(&outside, &said, "cmp 0.ppm 3.ppm"), 0,
		"the same name is the same ink");
	CHECK_INT(outside_run(&outside, &said, "cmp 1.ppm 2.ppm"), 1,
		"another selector is another ink");
}

static void test_refused(void)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "a direction override", "a" OVERRIDE "b", "U+202E" },
		{ "a zero-width joiner", "a\u200db", "U+200D" },
		{ "a control character", "a\x07", "U+0007" },
		{ "a C1 control", "a\xc2\x85", "U+0085" },
		{ "a tabulator", "a\tb", "U+0009" },
		{ "a private character", "\ue000", "U+E000" },
		{ "an emoji", "\U0001F600", "U+1F600" },
		{ "a selector that no font knows", "\u4e00\U000E01EF", "U+4E00 U+E01EF" },
		{ "a broken octet", "a\xff", "U+FFFD" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
		AUTO(buf_clear) struct buf spelled = BUF(KIB);
		struct err err = write_one(&line, rows[i].text, &pdf, NULL);
		CHECK_ERR(err, E_INPUT, "%s", rows[i].name);
		CHECK(strstr(err.text, rows[i].want) != NULL, "%s: named: %s",
			rows[i].name, err.text);
		CHECK_ERR(paper_can_write(fonts, rows[i].text), E_INPUT, "%s",
			rows[i].name);
		CHECK_OK(paper_spell(fonts, rows[i].text, &spelled), "%s", rows[i].name);
		CHECK(strstr(buf_text(&spelled), rows[i].want) != NULL &&
				strchr(buf_text(&spelled), '<') != NULL,
			"%s: spelled: %s", rows[i].name, buf_text(&spelled));
		buf_clear(&pdf);
		CHECK_OK(write_one(&line, buf_text(&spelled), &pdf, NULL),
			"%s: what is spelled can be written", rows[i].name);
	}
	CHECK_OK(paper_can_write(fonts, KATSURAGI), "a name can");
}

static void test_fit(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	AUTO(buf_clear) struct buf name = BUF(64 * KIB);
	struct paper_text box = line;
	double one, many;
	for (size_t i = 0; i < 64; i++)
		CHECK_OK(buf_append_text(&name, KATSURAGI), "a long name");
	CHECK_OK(write_one(&box, KATSURAGI, &pdf, &one), "a short name");
	CHECK_OK(write_one(&box, buf_text(&name), &pdf, &many), "a long name");
	CHECK(many - box.y > 3.9 * (one - box.y) && many - box.y < 4.1 * (one - box.y),
		"128 characters of 11 points take four lines of 160 mm: %.1f", many);
	box.height = 8;
	CHECK_ERR(write_one(&box, buf_text(&name), &pdf, NULL), E_POLICY,
		"not in one line's place");
	box.least = 4;
	CHECK_OK(write_one(&box, buf_text(&name), &pdf, &many),
		"unless it may be smaller");
	CHECK(many <= box.y + box.height + 0.1, "then it fits: %.1f", many);
	box.single = true;
	box.least = 1;
	CHECK_OK(write_one(&box, buf_text(&name), &pdf, NULL), "on one line, smaller");
	box.cut = true;
	box.least = 8;
	CHECK_OK(write_one(&box, buf_text(&name), &pdf, NULL), "cut off");
	box.cut = false;
	box.width = 10;
	CHECK_ERR(write_one(&box, "unbreakableunbreakableunbreakable", &pdf, NULL),
		E_POLICY, "one line that is too long");
}

/* The same content and time give the same bytes; a kept layout gives them too. */
static void test_same(void)
{
	AUTO(buf_clear) struct buf first = BUF(16 * MIB);
	AUTO(buf_clear) struct buf second = BUF(16 * MIB);
	struct paper_text box = line;
	box.fixed = true;
	CHECK_OK(write_one(&box, "PIN\u901a\u77e5\u66f8", &first, NULL), "once");
	CHECK_OK(write_one(&box, "PIN\u901a\u77e5\u66f8", &second, NULL), "again");
	CHECK_BLOB(buf_view(&first), buf_view(&second), "the same bytes");
}

static struct err draw_stamp(struct paper *paper, void *context)
{
	int *drawn = context;
	++*drawn;
	paper_frame(paper, 10, 10, 190, 270, 0.3, 0);
	return paper_write(paper, &line, "alike on each page", NULL);
}

static void test_stamps(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	AUTO(paper_free) struct paper *paper = NULL;
	static const char keys[5];
	int drawn = 0;
	CHECK_OK(paper_open(fonts, PAPER_A4, "stamps", MADE_AT, &pdf, &paper), "paper");
	for (int i = 0; i < 50; i++) {
		CHECK_OK(paper_new_page(paper), "page %d", i);
		CHECK_OK(paper_stamp(paper, &keys[0], draw_stamp, &drawn), "stamp");
	}
	CHECK_INT(drawn, 1, "drawn once");
	for (int i = 1; i < 4; i++)
		CHECK_OK(paper_stamp(paper, &keys[i], draw_stamp, &drawn), "stamp %d", i);
	CHECK_ERR(paper_stamp(paper, &keys[4], draw_stamp, &drawn), E_BUG, "a fifth");
	CHECK_OK(paper_close(paper), "closed");
	outside_write(&outside, "stamps.pdf", buf_view(&pdf));
	CHECK_INT(outside_run(&outside, &said,
			  "pdftotext -l 49 stamps.pdf - | grep -c 'alike on each page'"),
		0, "%s", buf_text(&said));
	CHECK_TEXT(buf_text(&said), "49\n", "on every page");
	CHECK_INT(outside_run(&outside, &said,
			  "pdftoppm -f 1 -l 1 stamps.pdf >1 && pdftoppm -f 49 -l 49 "
			  "stamps.pdf >2 && cmp 1 2"),
		0, "with the same ink: %s", buf_text(&said));
}

/* A long document goes out piece by piece: what is between two drains stays small. */
static void test_drained(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	AUTO(buf_clear) struct buf all = BUF(64 * MIB);
	AUTO(buf_clear) struct buf part = BUF(16 * MIB);
	AUTO(paper_free) struct paper *paper = NULL;
	size_t most = 0;
	CHECK_OK(paper_open(fonts, PAPER_A4_ACROSS, "long", MADE_AT, &part, &paper),
		"a document");
	for (int i = 0; i < 300; i++) {
		char text[64];
		snprintf(text, sizeof text, "page %d " KATSURAGI, i);
		CHECK_OK(paper_new_page(paper), "page %d", i);
		CHECK_OK(paper_write(paper, &line, text, NULL), "page %d", i);
		CHECK_OK(buf_append(&all, buf_view(&part)), "drained");
		most = part.len > most ? part.len : most;
		part.len = 0;
	}
	CHECK_OK(paper_close(paper), "its end");
	CHECK_OK(buf_append(&all, buf_view(&part)), "drained");
	CHECK(most < 64 * KIB, "no page waits: %zu", most);
	outside_write(&outside, "long.pdf", buf_view(&all));
	CHECK_INT(outside_run(&outside, &said, "pdfinfo long.pdf"), 0, "%s",
		buf_text(&said));
	CHECK(outside_said(&said, "Pages:           300"), "%s", buf_text(&said));
	CHECK_INT(outside_run(&outside, &said, "pdftotext -f 300 long.pdf -"), 0, "text");
	CHECK(outside_said(&said, "page 299 " KATSURAGI), "%s", buf_text(&said));
}

static void test_full(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(1000);
	CHECK_ERR(write_one(&line, "full", &pdf, NULL), E_INPUT, "no room for the fonts");
}

static void test_no_fonts(void)
{
	struct paper_fonts *none = NULL;
	CHECK_ERR(paper_fonts_load("/nowhere", &none), E_NOT_FOUND, "no fonts there");
	CHECK(none == NULL, "out stays untouched");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "names come out right", test_names },
	{ "variation selectors change the ink", test_selector },
	{ "what cannot be written", test_refused },
	{ "long names", test_fit },
	{ "the same bytes", test_same },
	{ "stamps", test_stamps },
	{ "long documents", test_drained },
	{ "a full buffer", test_full },
	{ "no fonts", test_no_fonts },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_paper = { "common/paper/paper", tests, load, unload };
