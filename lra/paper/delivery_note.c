/* delivery_note: 送付のご案内: goes with the file. Says what is enclosed, and that the PIN is not. */
#include "common/base/table.h"
#include "lra/paper/draw.h"

static const char intro_ja[] =
	"お申し込みの電子証明書をお届けします。\n"
	"内容をご確認のうえ、期限までに受領の確認をお願いいたします。";
static const char intro_en[] = "Enclosed is the electronic certificate that you applied "
			       "for. Please check it and "
			       "confirm its receipt in time.";

static RESULT draw_certificate(struct paper *paper, const struct sheet *sheet, double *y)
{
	char from[DRAW_DATE], until[DRAW_DATE], validity[2 * DRAW_DATE + 8], serial[80];
	draw_date_ja(sheet->not_before, from);
	draw_date_ja(sheet->not_after, until);
	snprintf(validity, sizeof validity, "%s 〜 %s", from, until);
	draw_hex_groups(sheet->serial_number, serial, sizeof serial);
	const struct draw_fact facts[] = {
		{ "証明書の名義", "Certificate of", sheet->common_name, PAPER_MINCHO },
		{ "証明書の種別", "Profile", sheet->profile, PAPER_MINCHO },
		{ "発行者", "Issuer", sheet->issuer, PAPER_MINCHO },
		{ "シリアル番号", "Serial number", serial, PAPER_MONO },
		{ "有効期間", "Validity", validity, PAPER_MINCHO },
	};
	TRY(draw_paragraph(paper, &draw_heading, MARGIN_LEFT, y, TEXT_WIDTH,
		"証明書  Certificate"));
	*y += 1.5;
	return draw_facts(paper, y, facts, COUNT(facts));
}

static RESULT draw_contents(struct paper *paper, const struct sheet *sheet, double *y)
{
	char file[160], ja[DRAW_DATE], en[DRAW_DATE], due[2 * DRAW_DATE + 8];
	bool plain = sheet->pin_channel[0] == 0;
	snprintf(file, sizeof file, "%s.%s  (1)", sheet->receipt, plain ? "pem" : "p12");
	draw_deadline(sheet->due_at, ja, en);
	snprintf(due, sizeof due, "%s\n%s", ja, en);
	const struct draw_fact facts[] = {
		{ "証明書ファイル", "Certificate file", file, PAPER_MINCHO },
		{ "受領書", "Receipt form", "(1)", PAPER_MINCHO },
		{ "お渡しの方法", "Way of the file", sheet->file_channel, PAPER_MINCHO },
		{ "PIN通知書", "PIN letter",
			plain ? ""
			      : "同封していません。別の経路でお渡しします。\nNot "
				"enclosed: it comes "
				"by another way.",
			PAPER_MINCHO },
		{ "受領確認の期限", "Confirm receipt by", due, PAPER_MINCHO },
	};
	TRY(draw_paragraph(paper, &draw_heading, MARGIN_LEFT, y, TEXT_WIDTH,
		"お届けするもの  Enclosed"));
	*y += 1.5;
	return draw_facts(paper, y, facts, COUNT(facts));
}

RESULT draw_delivery_note(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet)
{
	double y = 63;
	TRY(paper_new_page(paper));
	TRY(draw_envelope_form(paper, heading, false));
	TRY(draw_envelope(paper, sheet));
	TRY(draw_title(paper, &y, "電子証明書 送付のご案内",
		"Delivery of your electronic certificate", 0.06));
	y += 3;
	TRY(draw_paragraph(paper, &draw_body, MARGIN_LEFT, &y, TEXT_WIDTH, intro_ja));
	TRY(draw_paragraph(paper, &draw_english, MARGIN_LEFT, &y, TEXT_WIDTH, intro_en));
	y += 8;
	TRY(draw_contents(paper, sheet, &y));
	y += 9;
	TRY(draw_certificate(paper, sheet, &y));
	y += 9;
	TRY(draw_paragraph(paper, &draw_body, MARGIN_LEFT, &y, TEXT_WIDTH,
		"受領の確認は、新しい証明書で受付窓口のページを開くか、同封の受領書に署名"
		"してご返送ください。"));
	return draw_paragraph(paper, &draw_english, MARGIN_LEFT, &y, TEXT_WIDTH,
		"Confirm receipt by opening the counter's page with the new certificate, "
		"or return the receipt form, signed.");
}
