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

/* Receipt numbers of a file, one a line. */
static RESULT add_lines(const char *path, struct json *list)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	char line[24];
	TRY(session_read_file(path, &file));
	for (const char *at = buf_text(&file); *at != 0;) {
		size_t len = strcspn(at, "\r\n");
		if (len >= sizeof line)
			return FAIL(E_INPUT, "%.200s: not a receipt number a line", path);
		memcpy(line, at, len);
		line[len] = 0;
		if (len > 0)
			TRY(json_append_text(list, line));
		at += len + strspn(at + len, "\r\n");
	}
	return OK;
}

static RESULT papers_body(struct command_call *call, const char *form, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_object(&object));
	TRY(json_new_array(&list));
	for (size_t i = 0; i < call->argument_count; i++)
		TRY(json_append_text(list, call->argument[i]));
	if (command_text(call, "list") != NULL)
		TRY(add_lines(command_text(call, "list"), list));
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

/* A day of the Japanese calendar begins nine hours before that of UTC. */
static RESULT day_begins(const char *option, const char *day, char out[static 32])
{
	enum { JST = 9 * HOUR };
	char text[32];
	int64_t time;
	snprintf(text, sizeof text, "%.20sT00:00:00Z", day);
	TRY_IN(clock_parse(text, &time), "--%s", option);
	clock_text(time - JST, out);
	return OK;
}

static RESULT fetch(struct session *session, const char *path, FILE *to)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * KIB);
	long status;
	TRY(client_fetch(session->client, path, to, &status, &refusal));
	if (status != 200)
		return session_refusal(session, status, &refusal);
	return fflush(to) == 0 ? OK : FAIL(E_IO, "could not write");
}

static RESULT fetch_to_file(struct session *session, const char *path, const char *name)
{
	FILE *to = fopen(name, "wxe");
	if (to == NULL)
		return FAIL(E_IO, "%.200s: exists, or cannot be made", name);
	struct err err = fetch(session, path, to);
	if (fclose(to) != 0 && !err_is(err))
		err = FAIL(E_IO, "%.200s: could not write", name);
	if (err_is(err))
		unlink(name); /* half a ledger is none */
	return err;
}

RESULT verb_ledger(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	const char *output = command_text(call, "output"),
		   *format = command_text(call, "format");
	char from[32], until[32], path[160];
	if (strcmp(format, "pdf") == 0)
		TRY(check_output(call));
	TRY(day_begins("from", command_text(call, "from"), from));
	TRY(day_begins("until", command_text(call, "until"), until));
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/ledger?from=%s&until=%s&format=%.8s", from,
		until, call->json ? "json" : format);
	return output == NULL ? fetch(&session, path, stdout)
			      : fetch_to_file(&session, path, output);
}
