/* routes_draft: what is being typed, kept at the server for its author alone. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "lra/draft.h"
#include "lra/routes.h"

static RESULT do_list_drafts(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	(void)request; /* whose: the caller's */
	return lra_draft_list(call, &response->body);
}

static RESULT do_get_draft(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	return lra_draft_get(call, request->parameter[0], &response->body);
}

static RESULT do_put_draft(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "values", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	const struct json *values = NULL;
	const char *name = request->parameter[0];
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	if (json_has(object, "values"))
		TRY(json_get_object(object, "values", &values));
	TRY(lra_draft_put(call, name, values));
	TRY(json_new_object(&answer));
	TRY(json_set_text(answer, "name", name));
	TRY(json_set_time(answer, "savedAt", call->now));
	return json_write_pretty(answer, &response->body);
}

LRA_HANDLER(list_drafts)
LRA_HANDLER(get_draft)
LRA_HANDLER(put_draft)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET", "/v1/drafts",        STAFF, MEDIA_NONE, 0,           list_drafts,
	  "What the caller has begun to type" },
	{ "GET", "/v1/drafts/{name}", STAFF, MEDIA_NONE, 0,           get_draft,
	  "One draft of the caller" },
	{ "PUT", "/v1/drafts/{name}", STAFF, MEDIA_JSON, LIMIT_DRAFT, put_draft,
	  "Keeps a draft for its author, or ends it" },
};
/* clang-format on */
const struct lra_route_set lra_routes_draft = { routes, COUNT(routes) };
