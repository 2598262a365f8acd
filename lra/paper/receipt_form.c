/* receipt_form: 受領書: what the subscriber signs and returns when he does not confirm with the new key. */
#include "common/base/table.h"
#include "lra/paper/draw.h"

struct promise {
	const char *ja, *en;
};
/* clang-format off */
static const struct promise promises[] = {
	{ "証明書ファイルを受け取りました。", "I have received the certificate file." },
	{ "PINを別の経路で受け取りました。", "I have received the PIN by another way." },
	{ "証明書の氏名・所属などに誤りがないことを確認しました。",
	  "I have checked that name, organization and all else in the certificate are right." },
	{ "秘密鍵とPINを他人に渡さず、紛失や漏えいのおそれがあるときは直ちに失効を申請します。",
	  "I keep key and PIN to myself, and ask for revocation at once if they may be lost or known to others." },
};
/* clang-format on */

static RESULT draw_head(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet, double *y)
{
	char number[64];
	struct paper_text box = { .x = MARGIN_LEFT,
		.y = *y,
		.width = TEXT_WIDTH,
		.size = 9,
		.align = PAPER_RIGHT };
	snprintf(number, sizeof number, "受付番号 No. %s", sheet->receipt);
	TRY(paper_write(paper, &box, number, y));
	*y += 4;
	TRY(draw_title(paper, y, "受領書", "Receipt for an electronic certificate", 0.5));
	*y += 8;
	box = (struct paper_text){ .x = MARGIN_LEFT,
		.y = *y,
		.width = TEXT_WIDTH,
		.height = 12,
		.size = 12,
		.least = 7 };
	AUTO(buf_clear) struct buf to = BUF(1024);
	TRY(buf_append_format(&to, "%s 電子証明書窓口 御中", heading->sender));
	TRY_IN(paper_write(paper, &box, buf_text(&to), y), "sender");
	*y += 4;
	return OK;
}

static RESULT draw_certificate(struct paper *paper, const struct sheet *sheet, double *y)
{
	char from[DRAW_DATE], until[DRAW_DATE], validity[2 * DRAW_DATE + 8], serial[80],
		digest[96], ja[DRAW_DATE], en[DRAW_DATE], due[2 * DRAW_DATE + 8];
	draw_date_ja(sheet->not_before, from);
	draw_date_ja(sheet->not_after, until);
	snprintf(validity, sizeof validity, "%s 〜 %s", from, until);
	draw_hex_groups(sheet->serial_number, serial, sizeof serial);
	draw_hex_groups(sheet->sha256, digest, sizeof digest);
	draw_deadline(sheet->due_at, ja, en);
	snprintf(due, sizeof due, "%s\n%s", ja, en);
	const struct draw_fact facts[] = {
		{ "氏名", "Name", sheet->recipient.name, PAPER_MINCHO },
		{ "所属組織", "Organization", sheet->recipient.organization,
			PAPER_MINCHO },
		{ "所属", "Unit", sheet->recipient.unit, PAPER_MINCHO },
		{ "証明書の名義", "Certificate of", sheet->common_name, PAPER_MINCHO },
		{ "発行者", "Issuer", sheet->issuer, PAPER_MINCHO },
		{ "シリアル番号", "Serial number", serial, PAPER_MONO },
		{ "有効期間", "Validity", validity, PAPER_MINCHO },
		{ "指紋", "SHA-256", digest, PAPER_MONO },
		{ "返送の期限", "Return by", due, PAPER_MINCHO },
	};
	return draw_facts(paper, y, facts, COUNT(facts));
}

static RESULT draw_promises(struct paper *paper, const struct sheet *sheet, double *y)
{
	for (size_t i = 0; i < COUNT(promises); i++) {
		if (i == 1 && sheet->pin_channel[0] == 0)
			continue;
		paper_frame(paper, MARGIN_LEFT + 1, *y + 1.1, 3.4, 3.4, 0.25, 0.2);
		struct draw_style ja = draw_body;
		ja.size = 9.5;
		ja.leading = 1.5;
		TRY(draw_paragraph(paper, &ja, MARGIN_LEFT + 8, y, TEXT_WIDTH - 8,
			promises[i].ja));
		TRY(draw_paragraph(paper, &draw_english, MARGIN_LEFT + 8, y,
			TEXT_WIDTH - 8, promises[i].en));
		*y += 1.5;
	}
	return OK;
}

/* Date, name by hand, seal; and the counter's own lines. */
static RESULT draw_signature(struct paper *paper, double y)
{
	struct paper_text label = { .x = MARGIN_LEFT,
		.y = y,
		.width = 60,
		.face = PAPER_GOTHIC,
		.size = 8,
		.grey = 0.35 };
	TRY(paper_write(paper, &label, "受領日  Date", NULL));
	struct paper_text day = { .x = MARGIN_LEFT,
		.y = y + 7,
		.width = 58,
		.size = 10,
		.align = PAPER_RIGHT };
	TRY(paper_write(paper, &day, "　　　　年　　　　月　　　　日", NULL));
	paper_line(paper, MARGIN_LEFT, y + 14, MARGIN_LEFT + 60, y + 14, 0.25, 0.2);
	label.x = MARGIN_LEFT + 70;
	label.width = 80;
	TRY(paper_write(paper, &label, "氏名(自署)  Signature", NULL));
	paper_line(paper, MARGIN_LEFT + 70, y + 14, MARGIN_RIGHT - 22, y + 14, 0.25, 0.2);
	paper_frame(paper, MARGIN_RIGHT - 16, y, 16, 16, 0.15, 0.6);
	struct paper_text seal = { .x = MARGIN_RIGHT - 16,
		.y = y + 5.4,
		.width = 16,
		.size = 9,
		.grey = 0.6,
		.align = PAPER_CENTER };
	return paper_write(paper, &seal, "印", NULL);
}

static RESULT draw_for_office(struct paper *paper, double y)
{
	/* clang-format off */
	static const struct { double x; const char *text; } columns[] = {
		{ 0,   "受付日  Received" },
		{ 56,  "担当者  Clerk" },
		{ 112, "登録日  Recorded" },
	};
	/* clang-format on */
	struct paper_text label = { .x = MARGIN_LEFT,
		.y = y,
		.width = TEXT_WIDTH,
		.face = PAPER_GOTHIC,
		.size = 7.5,
		.grey = 0.4 };
	TRY(paper_write(paper, &label, "窓口記入欄  For the counter", &y));
	y += 1;
	paper_frame(paper, MARGIN_LEFT, y, TEXT_WIDTH, 15, 0.15, 0.5);
	for (size_t i = 0; i < COUNT(columns); i++) {
		if (i > 0)
			paper_line(paper, MARGIN_LEFT + columns[i].x - 2, y,
				MARGIN_LEFT + columns[i].x - 2, y + 15, 0.15, 0.5);
		label.x = MARGIN_LEFT + columns[i].x + 1.5;
		label.y = y + 1;
		label.width = 50;
		TRY(paper_write(paper, &label, columns[i].text, NULL));
	}
	return OK;
}

RESULT draw_receipt(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet)
{
	double y = 18;
	TRY(paper_new_page(paper));
	TRY(draw_head(paper, heading, sheet, &y));
	TRY(draw_paragraph(paper, &draw_body, MARGIN_LEFT, &y, TEXT_WIDTH,
		"下記の電子証明書を受領しました。"));
	TRY(draw_paragraph(paper, &draw_english, MARGIN_LEFT, &y, TEXT_WIDTH,
		"I have received the electronic certificate named below."));
	y += 4;
	TRY(draw_certificate(paper, sheet, &y));
	y += 6;
	TRY(draw_promises(paper, sheet, &y));
	TRY(draw_signature(paper, 236));
	return draw_for_office(paper, 262);
}
