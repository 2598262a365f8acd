/*
 * job: one document between a worker of the desk and inkan-paper. The worker opens a pair of sockets and hands one end over;
 * then each frame it sends is answered before it sends the next, so that neither ever waits for a reader that writes.
 *
 * A frame is one letter and what belongs to it. Asked: h heading (JSON), k the PIN of the next sheet, s sheet (JSON: one
 * page), r rows of the ledger (JSON list), e end. Answered: m bytes of the PDF and more come, d bytes and all is done,
 * x an error: its name, a line's end, its text. Behind e and x the socket closes.
 */
#ifndef LRA_PAPER_JOB_H
#define LRA_PAPER_JOB_H

#include "common/base/secret.h"
#include "lra/paper/sheet.h"

enum job_frame {
	JOB_HEADING = 'h',
	JOB_PIN = 'k',
	JOB_SHEET = 's',
	JOB_ROWS = 'r',
	JOB_END = 'e',
	JOB_MORE = 'm',
	JOB_DONE = 'd',
	JOB_ERROR = 'x'
};
enum {
	JOB_PART = 512 * 1024, /* bytes of PDF in one frame, at most */
	JOB_WORDS = 320        /* of an error */
};

struct job {
	int fd; /* -1: none */
};
#define JOB_NONE ((struct job){ .fd = -1 })
/*
 * channel: to inkan-paper. E_RETRY: nobody draws just now (the program is being started anew). pdf, here and below: bytes of
 * the document are appended, as far as they are ready; what is taken out of it is gone.
 */
RESULT job_open(int channel, const struct sheet_heading *heading, struct job *out,
	struct buf *pdf);
/* pin: of a PIN letter, else NULL. E_INPUT: a character that no font has; E_POLICY: does not fit; text says what. */
RESULT job_sheet(struct job *job, const struct sheet *sheet, const struct secret *pin,
	struct buf *pdf);
/* rows: a list of sheet_row_json(), shorter than LIMIT_JSON as text. */
RESULT job_rows(struct job *job, const struct json *rows, struct buf *pdf);
RESULT job_end(struct job *job, struct buf *pdf);
void job_close(struct job *job);
AUTO_DEFINE_HELD(struct job, job_close)

#endif
