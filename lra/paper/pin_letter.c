/*
 * pin_letter: PIN通知書. The sheet is folded in three with the address outside: the PIN stands in the middle part, which lies
 * between the two others, so that nothing of it can be read through window or paper.
 */
#include "common/base/table.h"
#include "lra/paper/draw.h"
#include "lra/pickup_code.h"

static const char intro_ja[] = "お申し込みの電子証明書について、証明書ファイルを開くため"
			       "のPINをお知らせします。\n"
			       "証明書ファイルは、この通知書とは別の経路でお渡しします。";
static const char intro_en[] =
	"This letter gives you the PIN that opens your certificate file. The file itself "
	"reaches you by another way.";

struct step {
	const char *ja, *en;
};
/* clang-format off */
static const struct step steps[] = {
	{ "受け取った証明書ファイルを開き、上のPINを入力して、お使いの端末に取り込みます。",
	  "Open the certificate file and enter the PIN above to import it." },
	{ "証明書の氏名・所属などに誤りがないかを確認します。誤りがあれば、使わずにご連絡ください。",
	  "Check that name and organization in the certificate are right; if not, do not use it and tell us." },
	{ "期限までに、新しい証明書で受領を確認します。確認がない場合、証明書を失効することがあります。",
	  "Confirm receipt with the new certificate before the deadline, or it may be revoked." },
	{ "取り込みが済んだら、この通知書を裁断して廃棄します。ファイルと一緒に保管しないでください。",
	  "Then shred this letter. Never keep it together with the file." },
};
/* clang-format on */

#define PIN_Y      112.0
#define PIN_HEIGHT 33.0
#define FACTS_Y    155.0
#define STEPS_Y    206.0

static RESULT draw_intro(struct paper *paper)
{
	double y = 63;
	TRY(draw_title(paper, &y, "電子証明書 PIN通知書",
		"PIN for your electronic certificate", 0.06));
	y += 3;
	TRY(draw_paragraph(paper, &draw_body, MARGIN_LEFT, &y, TEXT_WIDTH, intro_ja));
	return draw_paragraph(paper, &draw_english, MARGIN_LEFT, &y, TEXT_WIDTH,
		intro_en);
}

static RESULT draw_pin_place(struct paper *paper)
{
	paper_fill(paper, MARGIN_LEFT, PIN_Y, TEXT_WIDTH, PIN_HEIGHT, 0.965);
	paper_frame(paper, MARGIN_LEFT, PIN_Y, TEXT_WIDTH, PIN_HEIGHT, 0.3, 0.2);
	struct paper_text box = { .x = MARGIN_LEFT,
		.y = PIN_Y + 3,
		.width = TEXT_WIDTH,
		.face = PAPER_GOTHIC,
		.size = 9,
		.grey = 0.3,
		.align = PAPER_CENTER };
	TRY(paper_write(paper, &box, "PIN", NULL));
	box.y = PIN_Y + PIN_HEIGHT - 9;
	box.face = PAPER_MINCHO;
	box.size = 8;
	box.leading = 1.4;
	return paper_write(paper, &box,
		"大文字と小文字を区別し、ハイフンも入力します。0 O 1 l I B 8 "
		"は使っていません。\n"
		"Case matters; type the hyphens too. The characters 0 O 1 l I B 8 do not "
		"occur.",
		NULL);
}

static RESULT draw_pin(struct paper *paper, const char *pin)
{
	const struct paper_text box = { .x = MARGIN_LEFT + 4,
		.y = PIN_Y + 8.5,
		.width = TEXT_WIDTH - 8,
		.face = PAPER_MONO,
		.size = 25,
		.least = 8,
		.tracking = 0.04,
		.single = true,
		.align = PAPER_CENTER };
	TRY_IN(paper_write(paper, &box, pin, NULL), "PIN");
	return OK;
}

static RESULT draw_about(struct paper *paper, const struct sheet *sheet, const char *pin)
{
	char ja[DRAW_DATE], en[DRAW_DATE], due[2 * DRAW_DATE + 8], file[300];
	char word[PICKUP_WORD] = "";
	double y = FACTS_Y;
	draw_deadline(sheet->due_at, ja, en);
	snprintf(due, sizeof due, "%s\n%s", ja, en);
	snprintf(file, sizeof file, "%s.p12%s%s", sheet->receipt,
		sheet->pickup[0] == 0 ? "" : "\n", sheet->pickup);
	if (sheet->pickup[0] != 0)
		TRY(pickup_word(blob_text(pin), sheet->receipt, word));
	/* The pick-up code first: it must not come below the fold. */
	const struct draw_fact facts[] = {
		{ "受取コード", "Pick-up code", word, PAPER_MONO },
		{ "証明書の名義", "Certificate of", sheet->common_name, PAPER_MINCHO },
		{ "受付番号", "Receipt number", sheet->receipt, PAPER_MINCHO },
		{ "証明書ファイル", "File", file, PAPER_MINCHO },
		{ "受領確認の期限", "Confirm receipt by", due, PAPER_MINCHO },
	};
	size_t without = word[0] == 0;
	return draw_facts(paper, &y, facts + without, COUNT(facts) - without);
}

static RESULT draw_steps(struct paper *paper)
{
	double y = STEPS_Y;
	TRY(draw_paragraph(paper, &draw_heading, MARGIN_LEFT, &y, TEXT_WIDTH,
		"お手続き  What to do"));
	y += 1.5;
	for (size_t i = 0; i < COUNT(steps); i++) {
		char number[8];
		double at = y;
		snprintf(number, sizeof number, "%zu", i + 1);
		TRY(draw_paragraph(paper, &draw_heading, MARGIN_LEFT + 1, &at, 6,
			number));
		struct draw_style ja = draw_body;
		ja.size = 9.5;
		ja.leading = 1.5;
		TRY(draw_paragraph(paper, &ja, MARGIN_LEFT + 8, &y, TEXT_WIDTH - 8,
			steps[i].ja));
		TRY(draw_paragraph(paper, &draw_english, MARGIN_LEFT + 8, &y,
			TEXT_WIDTH - 8, steps[i].en));
		y += 1.8;
	}
	y += 2;
	paper_line(paper, MARGIN_LEFT, y, MARGIN_RIGHT, y, 0.1, 0.7);
	y += 1.5;
	return draw_paragraph(paper, &draw_small, MARGIN_LEFT, &y, TEXT_WIDTH,
		"PINの控えはどこにも残りません。封筒が開いていたとき、紛失したとき、お心"
		"当たりがないときは、すぐに"
		"差出人の窓口へご連絡ください。証明書を失効し、新しく発行します。\n"
		"No copy of this PIN is kept. If the envelope was open, if you lose this "
		"letter, or if you did not ask for a certificate, call the sender at "
		"once: the certificate is revoked and a new one issued.");
}

static RESULT draw_form(struct paper *paper, void *context)
{
	TRY(draw_envelope_form(paper, context, true));
	TRY(draw_intro(paper));
	TRY(draw_pin_place(paper));
	return draw_steps(paper);
}

RESULT draw_pin_letter(struct paper *paper, const struct sheet_heading *heading,
	const struct sheet *sheet, const char *pin)
{
	TRY(paper_new_page(paper));
	TRY(paper_stamp(paper, steps, draw_form, (void *)(uintptr_t)heading));
	TRY(draw_envelope(paper, sheet));
	TRY(draw_pin(paper, pin));
	return draw_about(paper, sheet, pin);
}
