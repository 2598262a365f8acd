/* Any text on paper: it ends, without a fault in the layout libraries, and what is spelled can always be written. */
#include "common/paper/paper.h"

#include <assert.h>
#include <sanitizer/lsan_interface.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_text(struct paper_fonts *fonts, const char *text, bool single,
	bool must_write)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 << 20);
	AUTO(paper_free) struct paper *paper = NULL;
	struct paper_text box = { .x = 20,
		.y = 20,
		.width = 66,
		.size = 10,
		.least = 2,
		.single = single,
		.cut = single };
	struct err err = paper_open(fonts, PAPER_A4, "fuzz", 0, &pdf, &paper);
	assert(!err_is(err));
	err = paper_new_page(paper);
	assert(!err_is(err));
	err = paper_write(paper, &box, text, NULL);
	assert(err.code == E_NONE || err.code == E_INPUT || err.code == E_POLICY);
	assert(!must_write || err.code != E_INPUT);
	IGNORE(paper_close(paper)); /* an empty page is one too */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct paper_fonts *fonts; /* loading takes longer than the rest */
	AUTO(buf_clear) struct buf text = BUF(4096);
	AUTO(buf_clear) struct buf spelled = BUF(64 << 10);
	__lsan_disable(); /* a check for the libraries' caches behind each run would take longer than it */
	struct err err =
		fonts != NULL ? OK : paper_fonts_load("/usr/share/fonts", &fonts);
	assert(!err_is(err));
	if (size > 512)
		return 0;
	err = buf_append(&text, blob_make(data, size));
	assert(!err_is(err));
	write_text(fonts, buf_text(&text), size % 2 == 0, false);
	err = paper_spell(fonts, buf_text(&text), &spelled);
	assert(!err_is(err));
	write_text(fonts, buf_text(&spelled), size % 2 == 1, true);
	return 0;
}
