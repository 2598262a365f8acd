#include "lra/paper/desk.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/proc.h"
#include "lra/paper/draw.h"
#include "lra/paper/job.h"

enum { JOBS = 64, LOOK_MS = 500, STACK = 256 * 1024 };

/* One document under way. */
struct work {
	int fd; /* -1: a free place */
	struct sheet_heading heading;
	struct paper *paper;
	struct draw_ledger ledger;
	struct secret *pin; /* of the next sheet */
	struct buf pdf;     /* drawn and not yet sent */
	bool over;
};

struct desk {
	int channel;
	struct paper_fonts *fonts;
	struct work work[JOBS];
};

static void work_clear(struct work *work)
{
	if (work->fd >= 0)
		close(work->fd);
	secret_free(work->pin);
	paper_free(work->paper);
	buf_clear(&work->pdf);
	*work = (struct work){ .fd = -1 };
}

/* ---- what is asked */

static RESULT begin(struct desk *desk, struct work *work, struct blob bytes)
{
	static const char *const titles[SHEET_FORM_COUNT] = {
		[SHEET_PIN_LETTER] = "PIN通知書 PIN letter",
		[SHEET_DELIVERY_NOTE] = "送付のご案内 Delivery note",
		[SHEET_RECEIPT] = "受領書 Receipt form",
		[SHEET_LEDGER] = "電子証明書 取扱帳簿 Ledger",
	};
	if (work->paper != NULL)
		return FAIL(E_INPUT, "a second heading");
	TRY(sheet_heading_read(bytes, &work->heading));
	enum sheet_form form = work->heading.form;
	TRY(paper_open(desk->fonts, form == SHEET_LEDGER ? PAPER_A4_ACROSS : PAPER_A4,
		titles[form], work->heading.made_at, &work->pdf, &work->paper));
	work->ledger = (struct draw_ledger){ .paper = work->paper,
		.fonts = desk->fonts,
		.heading = &work->heading };
	return OK;
}

static RESULT take_pin(struct desk *desk, struct work *work, struct blob bytes)
{
	(void)desk;
	secret_free(work->pin);
	work->pin = NULL;
	return secret_new(bytes, &work->pin);
}

static RESULT draw_letter(struct work *work, const struct sheet *sheet)
{
	if (work->pin == NULL)
		return FAIL(E_INPUT, "a PIN letter without a PIN");
	AUTO(secret_free) struct secret *pin = MOVE(work->pin);
	return draw_pin_letter(work->paper, &work->heading, sheet,
		(const char *)secret_view(pin).data);
}

static RESULT draw_sheet(struct desk *desk, struct work *work, struct blob bytes)
{
	struct sheet sheet;
	(void)desk;
	TRY(sheet_read(bytes, &sheet));
	switch (work->heading.form) {
	case SHEET_PIN_LETTER:
		return draw_letter(work, &sheet);
	case SHEET_DELIVERY_NOTE:
		return draw_delivery_note(work->paper, &work->heading, &sheet);
	case SHEET_RECEIPT:
		return draw_receipt(work->paper, &work->heading, &sheet);
	case SHEET_LEDGER:
	case SHEET_FORM_COUNT:
		break;
	}
	return FAIL(E_INPUT, "a ledger has rows, no sheets");
}

static RESULT draw_rows(struct desk *desk, struct work *work, struct blob bytes)
{
	AUTO(json_free) struct json *list = NULL;
	struct sheet_row row;
	(void)desk;
	if (work->heading.form != SHEET_LEDGER)
		return FAIL(E_INPUT, "rows are for a ledger");
	TRY(json_parse(bytes, &list));
	for (size_t i = 0; i < json_count(list); i++) {
		TRY(sheet_row_read(json_at(list, i), &row));
		TRY(draw_ledger_row(&work->ledger, &row));
	}
	return OK;
}

static RESULT end(struct desk *desk, struct work *work, struct blob bytes)
{
	(void)desk, (void)bytes;
	if (work->heading.form == SHEET_LEDGER)
		TRY(draw_ledger_end(&work->ledger));
	work->over = true;
	return paper_close(work->paper);
}

static RESULT do_frame(struct desk *desk, struct work *work, struct blob frame)
{
	/* clang-format off */
	static const struct { enum job_frame kind; struct err (*act)(struct desk *, struct work *, struct blob); } rows[] = {
		{ JOB_HEADING, begin },
		{ JOB_PIN, take_pin },
		{ JOB_SHEET, draw_sheet },
		{ JOB_ROWS, draw_rows },
		{ JOB_END, end },
	};
	/* clang-format on */
	if (frame.len == 0)
		return FAIL(E_INPUT, "an empty frame");
	if (work->paper == NULL && frame.data[0] != JOB_HEADING)
		return FAIL(E_INPUT, "no heading yet");
	for (size_t i = 0; i < COUNT(rows); i++)
		if (frame.data[0] == (uint8_t)rows[i].kind)
			return rows[i].act(desk, work,
				blob_make(frame.data + 1, frame.len - 1));
	return FAIL(E_INPUT, "frame %02x", frame.data[0]);
}

/* ---- what is answered */

static RESULT answer(struct work *work, enum job_frame kind, struct blob bytes)
{
	AUTO(buf_clear) struct buf frame = BUF(JOB_PART + 1);
	uint8_t letter = (uint8_t)kind;
	TRY(buf_append(&frame, blob_make(&letter, 1)));
	TRY(buf_append(&frame, bytes));
	return frame_send(work->fd, buf_view(&frame));
}

static RESULT answer_pdf(struct work *work)
{
	struct blob rest = buf_view(&work->pdf);
	for (; rest.len > JOB_PART;
		rest = blob_make(rest.data + JOB_PART, rest.len - JOB_PART))
		TRY(answer(work, JOB_MORE, blob_make(rest.data, JOB_PART)));
	TRY(answer(work, JOB_DONE, rest));
	buf_clear(&work->pdf); /* wiped: it may have been a PIN's page */
	return OK;
}

static void answer_error(struct work *work, struct err err)
{
	char text[JOB_WORDS];
	snprintf(text, sizeof text, "%s\n%s", err_kind(err.code)->name, err.text);
	text_mend(text);
	IGNORE(answer(work, JOB_ERROR, blob_text(text))); /* then it sees the end */
}

/* The layout library keeps the glyphs of a line on its stack, and nothing that follows need reach so deep. */
static __attribute__((noinline)) void wipe_stack(void)
{
	uint8_t below[STACK];
	OPENSSL_cleanse(below, sizeof below);
}

static void serve_frame(struct desk *desk, struct work *work)
{
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_JSON + 1);
	struct err err = frame_receive(work->fd, &frame, NULL);
	if (err_is(err)) { /* gone, mostly */
		work_clear(work);
		return;
	}
	err = do_frame(desk, work, buf_view(&frame));
	if (work->heading.form == SHEET_PIN_LETTER)
		wipe_stack();
	if (err_is(err))
		answer_error(work, err);
	else
		err = answer_pdf(work);
	if (err_is(err) || work->over)
		work_clear(work);
}

/* ---- many at a time */

static struct work *free_place(struct desk *desk)
{
	for (size_t i = 0; i < JOBS; i++)
		if (desk->work[i].fd < 0)
			return &desk->work[i];
	return NULL;
}

static RESULT accept_work(struct desk *desk)
{
	AUTO(buf_clear) struct buf frame = BUF(16);
	struct work *work = free_place(desk);
	int passed = -1;
	TRY(frame_receive(desk->channel, &frame, &passed));
	if (passed >= 0)
		*work = (struct work){ .fd = passed, .pdf = BUF(LIMIT_PAPER) };
	return OK;
}

static RESULT look(struct desk *desk)
{
	struct pollfd wait[JOBS + 1];
	for (size_t i = 0; i < JOBS; i++)
		wait[i] = (struct pollfd){ .fd = desk->work[i].fd, .events = POLLIN };
	/* With all places taken, the next waits in the channel. */
	wait[JOBS] = (struct pollfd){ .fd = free_place(desk) == NULL ? -1 : desk->channel,
		.events = POLLIN };
	if (poll(wait, JOBS + 1, LOOK_MS) < 0)
		return errno == EINTR ? OK : FAIL(E_IO, "poll: %s", strerror(errno));
	for (size_t i = 0; i < JOBS; i++)
		if (wait[i].revents != 0)
			serve_frame(desk, &desk->work[i]);
	return wait[JOBS].revents != 0 ? accept_work(desk) : OK;
}

RESULT desk_serve(int channel, struct paper_fonts *fonts)
{
	struct desk *desk = calloc(1, sizeof *desk);
	if (desk == NULL)
		return FAIL(E_IO, "out of memory");
	desk->channel = channel;
	desk->fonts = fonts;
	for (size_t i = 0; i < JOBS; i++)
		desk->work[i] = (struct work){ .fd = -1 };
	struct err err = OK;
	while (!proc_stop && !err_is(err))
		err = look(desk);
	for (size_t i = 0; i < JOBS; i++)
		work_clear(&desk->work[i]);
	free(desk);
	return proc_stop ? OK : err;
}
