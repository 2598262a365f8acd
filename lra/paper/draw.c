#include "lra/paper/draw.h"

#include <stdio.h>

#include "common/base/table.h"

/* clang-format off */
const struct draw_style
draw_body    = { PAPER_MINCHO,      10.0, 1.7,  0.0,  0 },
draw_english = { PAPER_MINCHO,       8.5, 1.45, 0.3,  0 },
draw_small   = { PAPER_MINCHO,       8.0, 1.5,  0.3,  0 },
draw_label   = { PAPER_GOTHIC,       8.0, 1.4,  0.35, 0 },
draw_heading = { PAPER_GOTHIC_BOLD, 10.5, 1.5,  0.0,  0 };
static const struct draw_style
title_ja = { PAPER_GOTHIC_BOLD, 16,  1.4, 0,    0 },
title_en = { PAPER_GOTHIC,       9,  1.4, 0.35, 0 };
/* clang-format on */

/* Where the envelope's window shows the sheet, and the folds. */
#define WINDOW_X       22.0
#define WINDOW_Y       13.0
#define WINDOW_WIDTH   66.0
#define ADDRESS_HEIGHT 20.0
#define STAMP_X        91.0
#define FOLD           99.0
#define SENDER_X       122.0

static struct paper_text box_of(const struct draw_style *style, double x, double y,
	double width)
{
	return (struct paper_text){ .x = x,
		.y = y,
		.width = width,
		.face = style->face,
		.size = style->size,
		.leading = style->leading,
		.grey = style->grey,
		.tracking = style->tracking };
}

RESULT draw_paragraph(struct paper *paper, const struct draw_style *style, double x,
	double *y, double width, const char *text)
{
	struct paper_text box = box_of(style, x, *y, width);
	box.fixed = true;
	return text[0] == 0 ? OK : paper_write(paper, &box, text, y);
}

RESULT draw_title(struct paper *paper, double *y, const char *ja, const char *en,
	double tracking)
{
	struct paper_text box = box_of(&title_ja, MARGIN_LEFT, *y, TEXT_WIDTH);
	box.align = PAPER_CENTER;
	box.fixed = true;
	box.tracking = tracking;
	TRY(paper_write(paper, &box, ja, y));
	box = box_of(&title_en, MARGIN_LEFT, *y + 0.5, TEXT_WIDTH);
	box.align = PAPER_CENTER;
	box.fixed = true;
	return paper_write(paper, &box, en, y);
}

/* ---- facts */

#define LABEL_WIDTH 52.0
#define PAD         1.6

static RESULT draw_fact_row(struct paper *paper, double *y, const struct draw_fact *fact)
{
	char label[160];
	double below_label, below_value;
	snprintf(label, sizeof label, "%s  %s", fact->ja, fact->en);
	struct paper_text left =
		box_of(&draw_label, MARGIN_LEFT + 1, *y + PAD + 0.35, LABEL_WIDTH - 3);
	left.fixed = true;
	struct paper_text right = box_of(&draw_body, MARGIN_LEFT + LABEL_WIDTH, *y + PAD,
		TEXT_WIDTH - LABEL_WIDTH - 1);
	right.size = 9.5;
	right.leading = 1.4;
	right.face = fact->face;
	right.height = 18;
	right.least = 6;
	TRY(paper_write(paper, &left, label, &below_label));
	TRY(paper_write(paper, &right, fact->value, &below_value));
	*y = (below_label > below_value ? below_label : below_value) + PAD;
	paper_line(paper, MARGIN_LEFT, *y, MARGIN_RIGHT, *y, 0.1, 0.7);
	return OK;
}

RESULT draw_facts(struct paper *paper, double *y, const struct draw_fact *facts,
	size_t count)
{
	paper_line(paper, MARGIN_LEFT, *y, MARGIN_RIGHT, *y, 0.25, 0.25);
	for (size_t i = 0; i < count; i++)
		if (facts[i].value[0] != 0)
			TRY_IN(draw_fact_row(paper, y, &facts[i]), "%s", facts[i].en);
	paper_line(paper, MARGIN_LEFT, *y, MARGIN_RIGHT, *y, 0.25, 0.25);
	return OK;
}

/* ---- the envelope */

/* A line of the address, when there is one. */
static RESULT add_line(struct buf *out, const char *text)
{
	if (text[0] == 0)
		return OK;
	if (out->len > 0)
		TRY(buf_append_text(out, "\n"));
	return buf_append_text(out, text);
}

static RESULT address_of(const struct recipient *to, struct buf *out)
{
	if (to->postal_code[0] != 0)
		TRY(buf_append_format(out, "〒%s", to->postal_code));
	for (size_t i = 0; i < to->address_count; i++)
		TRY(add_line(out, to->address[i]));
	TRY(add_line(out, to->organization));
	return add_line(out, to->unit);
}

/* What can be seen through the window: the address and the name, and nothing of what the letter says. */
static RESULT draw_address(struct paper *paper, const struct recipient *to)
{
	AUTO(buf_clear) struct buf address = BUF(8192);
	AUTO(buf_clear) struct buf name = BUF(1024);
	double y = WINDOW_Y;
	struct paper_text box = { .x = WINDOW_X,
		.y = y,
		.width = WINDOW_WIDTH,
		.height = ADDRESS_HEIGHT,
		.size = 8.5,
		.least = 4.2,
		.leading = 1.2 };
	TRY(address_of(to, &address));
	if (address.len > 0)
		TRY_IN(paper_write(paper, &box, buf_text(&address), &y), "address");
	box = (struct paper_text){ .x = WINDOW_X,
		.y = y + 0.8,
		.width = WINDOW_WIDTH,
		.height = 12,
		.size = 12.5,
		.least = 4.5,
		.leading = 1.25 };
	TRY(buf_append_format(&name, "%s 様", to->name));
	TRY_IN(paper_write(paper, &box, buf_text(&name), NULL), "name");
	return OK;
}

#define NUMBER_Y (WINDOW_Y + 4.8) /* under the date */

static struct paper_text sender_box(double y)
{
	struct paper_text box = box_of(&draw_body, SENDER_X, y, MARGIN_RIGHT - SENDER_X);
	box.size = 9;
	box.leading = 1.5;
	box.align = PAPER_RIGHT;
	return box;
}

static RESULT draw_sender(struct paper *paper, const struct sheet_heading *heading)
{
	char day[DRAW_DATE];
	struct paper_text box = sender_box(WINDOW_Y);
	draw_date_ja(heading->made_at, day);
	TRY(paper_write(paper, &box, day, NULL));
	box.y = NUMBER_Y + 9.8;
	box.size = 10.5;
	TRY_IN(paper_write(paper, &box, heading->sender, &box.y), "sender");
	box.size = 8.5;
	box.grey = 0.2;
	TRY(paper_write(paper, &box, "電子証明書窓口 (LRA)", &box.y));
	box.height = 14;
	box.least = 6;
	if (heading->contact[0] != 0)
		TRY_IN(paper_write(paper, &box, heading->contact, NULL), "contact");
	return OK;
}

RESULT draw_envelope_form(struct paper *paper, const struct sheet_heading *heading,
	bool personal)
{
	paper_line(paper, 4, FOLD, 8, FOLD, 0.12, 0.6);
	paper_line(paper, 4, 2 * FOLD, 8, 2 * FOLD, 0.12, 0.6);
	TRY(draw_sender(paper, heading));
	if (!personal)
		return OK;
	struct paper_text box = { .x = STAMP_X,
		.y = WINDOW_Y + 1.3,
		.width = 15,
		.face = PAPER_GOTHIC_BOLD,
		.size = 9.5,
		.leading = 1.2,
		.align = PAPER_CENTER };
	paper_frame(paper, STAMP_X, WINDOW_Y + 0.4, 15, 5.8, 0.3, 0.1);
	return paper_write(paper, &box, "親展", NULL);
}

RESULT draw_envelope(struct paper *paper, const struct sheet *sheet)
{
	char line[64];
	const struct paper_text box = sender_box(NUMBER_Y);
	TRY(draw_address(paper, &sheet->recipient));
	snprintf(line, sizeof line, "受付番号 No. %s", sheet->receipt);
	return paper_write(paper, &box, line, NULL);
}
