/* ledger: 帳簿 (R-LRA-11): one row a certificate, on A4 across, with head and number on each page. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "lra/paper/draw.h"

#define LEFT   12.0
#define RIGHT  285.0
#define TOP    11.0
#define BOTTOM 200.0
#define ROW    11.8 /* three lines */
#define SECOND 3.9
#define THIRD  7.1

/* clang-format off */
static const struct column { double x, width; const char *ja, *en; } columns[] = {
	{  12, 29, "受付番号",     "Receipt no." },
	{  42, 47, "名義",         "Certificate of" },
	{  90, 31, "種別・発行者", "Profile, issuer" },
	{ 122, 43, "シリアル番号", "Serial number" },
	{ 166, 23, "発行・満了",   "Issued, ends" },
	{ 190, 44, "配付",         "Delivered" },
	{ 235, 23, "受領",         "Accepted" },
	{ 259, 26, "失効・状態",   "Revoked, state" },
};
/* clang-format on */

/* What the words of the registry mean, for who reads the paper. */
static const struct word {
	const char *word, *ja;
} words[] = {
	{ "issued", "発行済" },
	{ "delivered", "配付済・受領待ち" },
	{ "accepted", "受領確認済" },
	{ "verified", "再発行待ち" },
	{ "tls", "新しい鍵 (TLS)" },
	{ "signature", "新しい鍵 (署名)" },
	{ "paper", "受領書" },
	{ "unspecified", "該当なし" },
	{ "keyCompromise", "鍵の危殆化" },
	{ "affiliationChanged", "組織情報の変更" },
	{ "superseded", "証明書の取替" },
	{ "cessationOfOperation", "運用の停止" },
	{ "privilegeWithdrawn", "資格の喪失" },
};

static const char *in_japanese(const char *word)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].ja;
	return word;
}

/* What others wrote: a character that no font has is spelled, for the ledger goes on. */
static RESULT spell(struct draw_ledger *ledger, const char *text, struct buf *out)
{
	TRY(buf_append_text(out, ""));
	return paper_spell(ledger->fonts, text, out);
}

static RESULT put(struct paper *paper, size_t column, double y, double grey, double size,
	enum paper_face face, const char *text)
{
	struct paper_text box = { .x = columns[column].x,
		.y = y,
		.width = columns[column].width,
		.height = size * 0.3528 * 1.35 + 0.1,
		.face = face,
		.size = size,
		.least = size * 0.6,
		.leading = 1.35,
		.grey = grey,
		.single = true,
		.cut = true };
	return text[0] == 0 ? OK : paper_write(paper, &box, text, NULL);
}

static RESULT draw_columns(struct draw_ledger *ledger)
{
	double y = ledger->y;
	paper_fill(ledger->paper, LEFT, y, RIGHT - LEFT, 9.5, 0.95);
	paper_line(ledger->paper, LEFT, y, RIGHT, y, 0.25, 0.25);
	for (size_t i = 0; i < COUNT(columns); i++) {
		TRY(put(ledger->paper, i, y + 1.1, 0.1, 8, PAPER_GOTHIC_BOLD,
			columns[i].ja));
		TRY(put(ledger->paper, i, y + 5.1, 0.35, 6.5, PAPER_GOTHIC,
			columns[i].en));
	}
	paper_line(ledger->paper, LEFT, y + 9.5, RIGHT, y + 9.5, 0.25, 0.25);
	ledger->y = y + 9.5;
	return OK;
}

static RESULT draw_page_head(struct draw_ledger *ledger)
{
	const struct sheet_heading *heading = ledger->heading;
	char from[DRAW_DATE], last[DRAW_DATE], made[DRAW_DATE], line[400];
	draw_day(heading->from, from);
	draw_day(heading->until - 1, last);
	draw_day(heading->made_at, made);
	struct paper_text title = { .x = LEFT,
		.y = TOP,
		.width = 120,
		.face = PAPER_GOTHIC_BOLD,
		.size = 13,
		.leading = 1.3 };
	TRY(paper_write(ledger->paper, &title, "電子証明書 取扱帳簿", NULL));
	snprintf(line, sizeof line,
		"Ledger of certificates issued %s – %s (発行日, 日本時間)", from, last);
	struct paper_text small = { .x = LEFT,
		.y = TOP + 6.5,
		.width = 150,
		.size = 8,
		.grey = 0.3 };
	TRY(paper_write(ledger->paper, &small, line, NULL));
	snprintf(line, sizeof line, "%s\n作成 Made %s  %s   %zu 頁", heading->sender,
		made, heading->made_by, paper_pages(ledger->paper));
	small.x = RIGHT - 120;
	small.y = TOP;
	small.width = 120;
	small.align = PAPER_RIGHT;
	small.height = 11;
	small.least = 4;
	TRY_IN(paper_write(ledger->paper, &small, line, NULL), "sender");
	ledger->y = TOP + 13;
	return draw_columns(ledger);
}

/* Serial numbers have up to 40 digits: two lines of groups of four. */
static RESULT draw_serial(struct paper *paper, double y, const char *hex)
{
	char groups[80];
	draw_hex_groups(hex, groups, sizeof groups);
	size_t half = strlen(hex) > 20 ? 25 : sizeof groups - 1;
	char rest[80] = "";
	if (strlen(groups) > half) {
		memcpy(rest, groups + half, strlen(groups) - half + 1);
		groups[half - 1] = 0;
	}
	TRY(put(paper, 3, y, 0, 7.5, PAPER_MONO, groups));
	return put(paper, 3, y + SECOND, 0, 7.5, PAPER_MONO, rest);
}

static RESULT draw_channels(struct draw_ledger *ledger, double y,
	const struct sheet_row *row)
{
	AUTO(buf_clear) struct buf file = BUF(4 * KIB);
	AUTO(buf_clear) struct buf pin = BUF(4 * KIB);
	TRY(spell(ledger, row->file_channel, &file));
	TRY_IN(put(ledger->paper, 5, y + SECOND, 0.3, 7, PAPER_MINCHO, buf_text(&file)),
		"fileChannel");
	if (row->pin_channel[0] == 0)
		return OK;
	TRY(buf_append_text(&pin, "PIN: "));
	TRY(spell(ledger, row->pin_channel, &pin));
	TRY_IN(put(ledger->paper, 5, y + THIRD, 0.3, 7, PAPER_MINCHO, buf_text(&pin)),
		"pinChannel");
	return OK;
}

static RESULT draw_times(struct paper *paper, double y, const struct sheet_row *row)
{
	char day[DRAW_DATE], text[DRAW_DATE + 8];
	draw_day(row->issued_at, day);
	TRY(put(paper, 4, y, 0, 8, PAPER_MINCHO, day));
	draw_day(row->not_after, day);
	snprintf(text, sizeof text, "〜 %s", day);
	TRY(put(paper, 4, y + SECOND, 0.3, 7.5, PAPER_MINCHO, text));
	draw_day(row->delivered_at, day);
	TRY(put(paper, 5, y, 0, 8, PAPER_MINCHO, day));
	draw_day(row->accepted_at, day);
	TRY(put(paper, 6, y, 0, 8, PAPER_MINCHO, day));
	return put(paper, 6, y + SECOND, 0.3, 7, PAPER_MINCHO, in_japanese(row->method));
}

static RESULT draw_state(struct paper *paper, double y, const struct sheet_row *row)
{
	char day[DRAW_DATE];
	if (row->revoked_at == 0) {
		TRY(put(paper, 7, y, 0, 8, PAPER_MINCHO, in_japanese(row->state)));
		return put(paper, 7, y + SECOND, 0.3, 7, PAPER_MINCHO, row->state);
	}
	draw_day(row->revoked_at, day);
	TRY(put(paper, 7, y, 0, 8, PAPER_GOTHIC_BOLD, day));
	TRY(put(paper, 7, y + SECOND, 0, 7, PAPER_MINCHO, in_japanese(row->reason)));
	return put(paper, 7, y + THIRD, 0.3, 7, PAPER_MINCHO, row->reason);
}

static RESULT draw_row(struct draw_ledger *ledger, double y, const struct sheet_row *row)
{
	struct paper *paper = ledger->paper;
	AUTO(buf_clear) struct buf name = BUF(16 * KIB);
	TRY(spell(ledger, row->common_name, &name));
	TRY(put(paper, 0, y, 0, 8, PAPER_MINCHO, row->receipt));
	TRY_IN(put(paper, 1, y, 0, 8, PAPER_MINCHO, buf_text(&name)), "commonName");
	TRY(put(paper, 2, y, 0, 8, PAPER_MINCHO, row->profile));
	TRY(put(paper, 2, y + SECOND, 0.3, 7, PAPER_MINCHO, row->issuer));
	TRY(draw_serial(paper, y, row->serial_number));
	TRY(draw_times(paper, y, row));
	TRY(draw_channels(ledger, y, row));
	return draw_state(paper, y, row);
}

RESULT draw_ledger_row(struct draw_ledger *ledger, const struct sheet_row *row)
{
	if (ledger->y == 0 || ledger->y + ROW > BOTTOM) {
		TRY(paper_new_page(ledger->paper));
		TRY(draw_page_head(ledger));
	}
	TRY_IN(draw_row(ledger, ledger->y + 0.7, row), "%s", row->receipt);
	ledger->y += ROW;
	ledger->rows++;
	paper_line(ledger->paper, LEFT, ledger->y, RIGHT, ledger->y, 0.1, 0.75);
	return OK;
}

RESULT draw_ledger_end(struct draw_ledger *ledger)
{
	char line[96];
	if (ledger->y == 0) {
		TRY(paper_new_page(ledger->paper));
		TRY(draw_page_head(ledger));
	}
	snprintf(line, sizeof line, "以上 %zu 件   End: %zu rows", ledger->rows,
		ledger->rows);
	struct paper_text box = { .x = LEFT,
		.y = ledger->y + 2,
		.width = RIGHT - LEFT,
		.size = 8,
		.grey = 0.3,
		.align = PAPER_RIGHT };
	return paper_write(ledger->paper, &box, line, NULL);
}
