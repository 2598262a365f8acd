/* verbs_paper: PIN letters, delivery notes, receipt forms, and the ledger. Without -o they go to stdout: into a printer. */
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

/* A PDF on a terminal helps nobody, and a PIN letter would be lost with it. */
static RESULT check_output(struct command_call *call)
{
	if (command_text(call, "output") != NULL || !isatty(STDOUT_FILENO))
		return OK;
	call->exit = COMMAND_USAGE;
	return FAIL(E_INPUT, "-o FILE is missing, or a printer: … | lp");
}

static RESULT papers_body(struct command_call *call, const char *form, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_object(&object));
	TRY(session_receipts(call, &list));
	TRY(json_set_text(object, "form", form));
	TRY(json_set(object, "receiptNumbers", MOVE(list)));
	return json_write(object, out);
}

static RESULT print_papers(struct command_call *call, const char *form)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf body = BUF(64 * KIB);
	AUTO(buf_clear) struct buf pdf = BUF(LIMIT_PAPER);
	const char *path = command_text(call, "output");
	TRY(check_output(call));
	TRY(session_open(call, &session));
	TRY(papers_body(call, form, &body));
	TRY(session_ask(&session, "POST", "/v1/papers", buf_view(&body), &pdf, NULL));
	if (path == NULL)
		return fwrite(pdf.data, 1, pdf.len, stdout) == pdf.len
			       ? OK
			       : FAIL(E_IO, "standard output");
	TRY(file_write(path, buf_view(&pdf), 0600));
	fprintf(stderr, "%s %s\n", command_say(call, "written:", "保存しました:"), path);
	return OK;
}

RESULT verb_pin_letter(struct command_call *call)
{
	return print_papers(call, "pinLetter");
}

RESULT verb_delivery_note(struct command_call *call)
{
	return print_papers(call, "deliveryNote");
}

RESULT verb_receipt_form(struct command_call *call)
{
	return print_papers(call, "receipt");
}

/* ---- the ledger */

RESULT verbs_day_begins(const char *option, const char *day, char out[static 32])
{
	enum { JST = 9 * HOUR };
	char text[32];
	int64_t time;
	snprintf(text, sizeof text, "%.20sT00:00:00Z", day);
	TRY_IN(clock_parse(text, &time), "--%s", option);
	clock_text(time - JST, out);
	return OK;
}

RESULT verb_ledger(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	const char *output = command_text(call, "output"),
		   *format = command_text(call, "format");
	char from[32], until[32], path[160];
	if (strcmp(format, "pdf") == 0)
		TRY(check_output(call));
	TRY(verbs_day_begins("from", command_text(call, "from"), from));
	TRY(verbs_day_begins("until", command_text(call, "until"), until));
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/ledger?from=%s&until=%s&format=%.8s", from,
		until, call->json ? "json" : format);
	return output == NULL ? session_fetch(&session, path, stdout)
			      : session_fetch_file(&session, path, output);
}
