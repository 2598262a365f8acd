/* The forms, as poppler reads them. */
#include "lra/paper/draw.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

enum { MADE_AT = 1795410000 }; /* 2026-11-23 14:00 in Japan */

static struct paper_fonts *fonts;
static void load(void)
{
	CHECK_OK(paper_fonts_load("/usr/share/fonts", &fonts), "the fonts are there");
}
static void unload(void)
{
	paper_fonts_free(fonts);
	fonts = NULL;
}

static const struct sheet_heading heading = { .made_at = MADE_AT,
	.sender = "みらい銀行 本店",
	.made_by = "sato",
	.from = MADE_AT - 30 * DAY,
	.until = MADE_AT };
static const struct sheet good = { .receipt = "A26-000001-0",
	.recipient = { .name = "髙橋 一郎" },
	.common_name = "Ichiro TAKAHASHI",
	.profile = "P-PERSON-MP",
	.issuer = "person",
	.serial_number = "3fa210c477e09b013fa210c477e09b01",
	.sha256 = "9c1d44a09c1d44a09c1d44a09c1d44a09c1d44a09c1d44a09c1d44a09c1d44a0",
	.not_before = MADE_AT,
	.not_after = MADE_AT + 365 * DAY,
	.due_at = MADE_AT + 14 * DAY,
	.file_channel = "mail",
	.pin_channel = "hand" };

static void read_text(const struct buf *pdf, struct buf *said)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	outside_write(&outside, "x.pdf", buf_view(pdf));
	CHECK_INT(outside_run(&outside, said,
			  "pdfinfo x.pdf | grep ^Pages; pdftotext -layout x.pdf -"),
		0, "poppler: %s", buf_text(said));
}

static struct err draw_forms(const struct sheet *sheet, struct buf *pdf)
{
	AUTO(paper_free) struct paper *paper = NULL;
	TRY(paper_open(fonts, PAPER_A4, "forms", MADE_AT, pdf, &paper));
	TRY(draw_pin_letter(paper, &heading, sheet, "4KqW-9mRt-ZpXc"));
	TRY(draw_delivery_note(paper, &heading, sheet));
	TRY(draw_receipt(paper, &heading, sheet));
	return paper_close(paper);
}

static void test_forms(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	static const char *const words[] = { "Pages:           3", "4KqW-9mRt-ZpXc",
		"髙橋 一郎 様", "2026年11月23日 (令和8年)", "2026年12月7日(月) 14時00分",
		"Mon 7 December 2026, 14:00 JST", "3FA2 10C4", "9C1D 44A0", "受領書" };
	CHECK_OK(draw_forms(&good, &pdf), "drawn");
	read_text(&pdf, &said);
	for (size_t i = 0; i < COUNT(words); i++)
		CHECK(outside_said(&said, words[i]), "says %s: %s", words[i],
			buf_text(&said));
}

static void fill(char *out, size_t size, const char *letter, size_t count)
{
	out[0] = 0;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(out);
		snprintf(out + len, size - len, "%s", letter);
	}
}

/* Whatever recipient_read() lets through fits onto the forms. */
static void test_longest(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	struct sheet sheet = good;
	struct recipient *to = &sheet.recipient;
	fill(to->name, sizeof to->name, "葛\U000E0100", RECIPIENT_NAME / 2);
	fill(to->organization, sizeof to->organization, "社", RECIPIENT_TEXT);
	fill(to->unit, sizeof to->unit, "部", RECIPIENT_TEXT);
	to->address_count = RECIPIENT_LINES;
	for (size_t i = 0; i < RECIPIENT_LINES; i++)
		fill(to->address[i], sizeof to->address[i], "町", RECIPIENT_TEXT);
	fill(sheet.common_name, sizeof sheet.common_name, "名", 64);
	fill(sheet.file_channel, sizeof sheet.file_channel, "路", 60);
	CHECK_OK(draw_forms(&sheet, &pdf), "drawn");
	fill(to->name, sizeof to->name, "W", RECIPIENT_NAME);
	CHECK_OK(draw_forms(&sheet, &pdf), "a name without a place to break");
}

static void test_refused(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	struct sheet sheet = good;
	snprintf(sheet.recipient.name, sizeof sheet.recipient.name, "a\u202eb");
	struct err err = draw_forms(&sheet, &pdf);
	CHECK_ERR(err, E_INPUT, "a direction override in a name");
	CHECK(strstr(err.text, "U+202E") != NULL && strstr(err.text, "name") != NULL,
		"named: %s", err.text);
}

/* proves R-LRA-11: on paper nothing is left out, however many rows, and one odd row does not stop it */
static void test_ledger(void)
{
	AUTO(buf_clear) struct buf pdf = BUF(16 * MIB);
	AUTO(buf_clear) struct buf said = BUF(MIB);
	AUTO(paper_free) struct paper *paper = NULL;
	CHECK_OK(paper_open(fonts, PAPER_A4_ACROSS, "ledger", MADE_AT, &pdf, &paper),
		"paper");
	struct draw_ledger ledger = { .paper = paper,
		.fonts = fonts,
		.heading = &heading };
	for (int i = 0; i < 40; i++) {
		struct sheet_row row = { .profile = "P-PERSON-MP",
			.issuer = "person",
			.state = "accepted",
			.method = "tls",
			.issued_at = MADE_AT,
			.not_after = MADE_AT + DAY,
			.delivered_at = MADE_AT,
			.accepted_at = MADE_AT,
			.revoked_at = i == 7 ? MADE_AT : 0,
			.reason = "keyCompromise" };
		snprintf(row.receipt, sizeof row.receipt, "A26-%06d-X", i);
		snprintf(row.common_name, sizeof row.common_name,
			i == 20 ? "odd \u202e name" : "name %d", i);
		fill(row.serial_number, sizeof row.serial_number, "ab", 20);
		fill(row.file_channel, sizeof row.file_channel, "路", 60);
		CHECK_OK(draw_ledger_row(&ledger, &row), "row %d", i);
	}
	CHECK_OK(draw_ledger_end(&ledger), "end");
	CHECK_OK(paper_close(paper), "closed");
	read_text(&pdf, &said);
	CHECK(outside_said(&said, "Pages:           3"), "pages: %s", buf_text(&said));
	for (int i = 0; i < 40; i++) {
		char receipt[24];
		snprintf(receipt, sizeof receipt, "A26-%06d-X", i);
		CHECK(outside_said(&said, receipt), "row %s", receipt);
	}
	CHECK(outside_said(&said, "<U+202E>"), "what cannot be written is spelled");
	CHECK(outside_said(&said, "鍵の危殆化"), "why it was revoked");
	CHECK(outside_said(&said, "End: 40 rows"), "the end");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "forms", test_forms },
	{ "the longest names", test_longest },
	{ "refused", test_refused },
	{ "ledger", test_ledger },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_draw = { "lra/paper/draw", tests, load, unload };
