/* routes_corporate: what the register of corporate numbers says, and why it does not matter where it does not. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/application_store.h"
#include "lra/corporate.h"
#include "lra/routes.h"

static RESULT do_get_number(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	const char *number = request->parameter[0];
	if (strlen(number) != CORPORATE_NUMBER - 1 ||
		strspn(number, "0123456789") != CORPORATE_NUMBER - 1)
		return FAIL(E_INPUT, "corporate number: not 13 digits");
	TRY(corporate_answer(call->lra, number, &object));
	return json_write_pretty(object, &response->body);
}

static RESULT answer(struct lra_call *call, const char *receipt, struct buf *out)
{
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(json_free) struct json *object = NULL;
	const char *reader = lra_reader(call);
	TRY(db_begin_read_committed(call->lra->db, &tx));
	if (!receipt_number_valid(receipt))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(lra_store_find(tx, receipt, &application));
	if (reader[0] != 0 && strcmp(reader, application.lra) != 0)
		return FAIL(E_NOT_FOUND, "application %.30s: of another LRA", receipt);
	TRY(corporate_examine(call, application.lra, &application.content, &object));
	return json_write_pretty(object, out);
}

static RESULT do_get_finding(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	return answer(call, request->parameter[0], &response->body);
}

static RESULT do_post_acceptance(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "reason", NULL };
	AUTO(json_free) struct json *object = NULL;
	const char *reason;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "reason", &reason));
	TRY(corporate_accept(call, request->parameter[0], reason));
	return answer(call, request->parameter[0], &response->body);
}

LRA_HANDLER(get_number)
LRA_HANDLER(get_finding)
LRA_HANDLER(post_acceptance)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/corporate-numbers/{number}",                READER, MEDIA_NONE, 0,       get_number,
	  "What the register says of a corporate number" },
	{ "GET",  "/v1/applications/{receipt}/corporate-register", READER, MEDIA_NONE, 0,       get_finding,
	  "An application beside the register of corporate numbers" },
	{ "POST", "/v1/applications/{receipt}/corporate-register", CLERK,  MEDIA_JSON, 8 * KIB, post_acceptance,
	  "Why it is right although the register says something else" },
};
/* clang-format on */
const struct lra_route_set lra_routes_corporate = { routes, COUNT(routes) };
