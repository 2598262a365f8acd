#include "lra/paper/job.h"

#include <poll.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/proc/proc.h"

enum { PATIENCE_MS = 10 * 1000 }; /* a worker waits so long, and others at its side */

static RESULT away(struct err err)
{
	return err.code == E_STATE ? FAIL(E_RETRY, "inkan-paper: %s", err.text) : err;
}

static RESULT send_frame(struct job *job, enum job_frame kind, struct blob bytes)
{
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_JSON + 1);
	uint8_t letter = (uint8_t)kind;
	TRY(buf_reserve(&frame, 1 + bytes.len)); /* no copy of a PIN stays behind */
	TRY(buf_append(&frame, blob_make(&letter, 1)));
	TRY(buf_append(&frame, bytes));
	return away(frame_send(job->fd, buf_view(&frame)));
}

/* An error of the other side is ours, with its code. */
static RESULT told(struct blob bytes)
{
	char text[JOB_WORDS], *end;
	TRY(text_from_blob(bytes, text, sizeof text));
	end = strchr(text, '\n');
	if (end == NULL)
		return FAIL(E_BUG, "inkan-paper: an error without a name");
	*end = 0;
	enum err_code code = err_code_by_name(text);
	return FAIL(code == E_CODE_COUNT || code == E_NONE ? E_BUG : code, "%s", end + 1);
}

static RESULT take(struct job *job, struct buf *pdf, bool *more)
{
	AUTO(buf_clear) struct buf frame = BUF(JOB_PART + 1);
	struct pollfd answer = { .fd = job->fd, .events = POLLIN };
	if (poll(&answer, 1, PATIENCE_MS) <= 0)
		return FAIL(E_RETRY, "inkan-paper: no answer in %d s",
			PATIENCE_MS / 1000);
	TRY(away(frame_receive(job->fd, &frame, NULL)));
	if (frame.len == 0)
		return FAIL(E_BUG, "inkan-paper: an empty frame");
	struct blob bytes = blob_make(frame.data + 1, frame.len - 1);
	*more = frame.data[0] == JOB_MORE;
	if (frame.data[0] == JOB_ERROR)
		return told(bytes);
	if (frame.data[0] != JOB_MORE && frame.data[0] != JOB_DONE)
		return FAIL(E_BUG, "inkan-paper: frame %02x", frame.data[0]);
	return buf_append(pdf, bytes);
}

static RESULT ask(struct job *job, enum job_frame kind, struct blob bytes,
	struct buf *pdf)
{
	bool more = true;
	TRY(send_frame(job, kind, bytes));
	while (more)
		TRY(take(job, pdf, &more));
	return OK;
}

RESULT job_open(int channel, const struct sheet_heading *heading, struct job *out,
	struct buf *pdf)
{
	AUTO(buf_clear) struct buf text = BUF(16 * KIB);
	AUTO(job_close) struct job job = JOB_NONE;
	int pair[2];
	TRY(sheet_heading_write(heading, &text));
	TRY(proc_socketpair(pair));
	job.fd = pair[0];
	struct err err = frame_send_fd(channel, BLOB_NONE, pair[1]);
	close(pair[1]);
	TRY(away(err));
	TRY(ask(&job, JOB_HEADING, buf_view(&text), pdf));
	*out = job;
	job.fd = -1;
	return OK;
}

RESULT job_sheet(struct job *job, const struct sheet *sheet, const struct secret *pin,
	struct buf *pdf)
{
	AUTO(buf_clear) struct buf text = BUF(LIMIT_JSON);
	TRY(sheet_write(sheet, &text));
	if (pin != NULL)
		TRY(ask(job, JOB_PIN, secret_view(pin), pdf));
	return ask(job, JOB_SHEET, buf_view(&text), pdf);
}

RESULT job_rows(struct job *job, const struct json *rows, struct buf *pdf)
{
	AUTO(buf_clear) struct buf text = BUF(LIMIT_JSON);
	TRY(json_write(rows, &text));
	return ask(job, JOB_ROWS, buf_view(&text), pdf);
}

RESULT job_end(struct job *job, struct buf *pdf)
{
	return ask(job, JOB_END, BLOB_NONE, pdf);
}

void job_close(struct job *job)
{
	if (job->fd >= 0)
		close(job->fd);
	job->fd = -1;
}
