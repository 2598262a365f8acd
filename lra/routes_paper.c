/* routes_paper: PIN letters, delivery notes, receipt forms, and the ledger. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/papers.h"
#include "lra/routes.h"

static RESULT read_form(const struct json *object, enum sheet_form *out)
{
	const char *word;
	TRY(json_get_text(object, "form", &word));
	for (int form = 0; form < SHEET_LEDGER; form++)
		if (strcmp(sheet_form_name((enum sheet_form)form), word) == 0) {
			*out = (enum sheet_form)form;
			return OK;
		}
	return FAIL(E_INPUT, "form: pinLetter, deliveryNote or receipt");
}

/* The file's name says what it is and names nobody; the page of a browser shows it, or prints it. */
static RESULT name_file(struct http_response *response, const char *name,
	const char *extension)
{
	return http_header(response, "Content-Disposition", "inline; filename=\"%s.%s\"",
		name, extension);
}

static RESULT do_post_papers(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "form", "receiptNumbers", NULL };
	AUTO(json_free) struct json *object = NULL;
	const struct json *receipts;
	enum sheet_form form;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(read_form(object, &form));
	TRY(json_get_array(object, "receiptNumbers", &receipts));
	buf_clear(&response->body);
	response->body = BUF(LIMIT_PAPER);
	TRY(lra_papers(call, form, receipts, &response->body));
	response->media_type = "application/pdf";
	return name_file(response, sheet_form_name(form), "pdf");
}

/* ---- the ledger */

static RESULT read_format(const struct http_request *request, enum ledger_format *out)
{
	char word[8];
	TRY(lra_query_or(request, "format", "json", word, sizeof word));
	for (int format = 0; format < LEDGER_FORMAT_COUNT; format++)
		if (strcmp(ledger_format_name((enum ledger_format)format), word) == 0) {
			*out = (enum ledger_format)format;
			return OK;
		}
	return FAIL(E_INPUT, "format: pdf, csv or json");
}

static RESULT read_time(const struct http_request *request, const char *name,
	int64_t *out)
{
	char text[CLOCK_TEXT];
	TRY_IN(http_query(request, name, text, sizeof text), "%s", name);
	TRY_IN(clock_parse(text, out), "%s", name);
	return OK;
}

static RESULT next_part(void *context, struct buf *part)
{
	return ledger_next(context, part);
}

static void end_parts(void *context)
{
	ledger_free(context);
}

static RESULT do_get_ledger(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(ledger_free) struct ledger *ledger = NULL;
	struct ledger_query query;
	if (call->person == NULL)
		return FAIL(E_DENIED, "person: nobody's of the roster");
	TRY(text_copy(lra_reader(call), query.lra, sizeof query.lra));
	TRY(read_format(request, &query.format));
	TRY(read_time(request, "from", &query.from));
	TRY(read_time(request, "until", &query.until));
	if (query.from >= query.until)
		return FAIL(E_INPUT, "until: not after from");
	TRY(ledger_open(call, &query, &ledger));
	response->media_type = ledger_format_media_type(query.format);
	TRY(name_file(response, "ledger", ledger_format_name(query.format)));
	response->next = next_part;
	response->end = end_parts;
	response->context = MOVE(ledger);
	return OK;
}

LRA_HANDLER(post_papers)
LRA_HANDLER(get_ledger)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "POST", "/v1/papers", CLERK,  MEDIA_JSON, 64 * KIB, post_papers,
	  "PIN letters, delivery notes or receipt forms, one PDF" },
	{ "GET",  "/v1/ledger", READER, MEDIA_NONE, 0,        get_ledger,
	  "The ledger of a period" },
};
/* clang-format on */
const struct lra_route_set lra_routes_paper = { routes, COUNT(routes) };
