/* routes_trail: the audit trail of an LRA, to read and to take away. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/routes.h"
#include "lra/trail.h"

enum { PERIOD_S = 31 * DAY }; /* unless asked otherwise */

static RESULT read_time(const struct http_request *request, const char *name,
	int64_t fallback, int64_t *out)
{
	char text[CLOCK_TEXT];
	TRY_IN(lra_query_or(request, name, "", text, sizeof text), "%s", name);
	*out = fallback;
	if (text[0] != 0)
		TRY_IN(clock_parse(text, out), "%s", name);
	return OK;
}

/* Of one case: from its beginning, unless asked otherwise. */
static RESULT read_query(const struct lra_call *call, const struct http_request *request,
	struct trail_query *out)
{
	TRY(text_copy(lra_reader(call), out->lra, sizeof out->lra));
	TRY(lra_query_or(request, "person", "", out->person, sizeof out->person));
	TRY(lra_query_or(request, "object", "", out->object, sizeof out->object));
	TRY(lra_query_or(request, "event", "", out->event, sizeof out->event));
	TRY(lra_query_int(request, "limit", "100", 1, 500, &out->most));
	TRY(lra_query_int(request, "before", "999999999999999999", 1, INT64_MAX,
		&out->before));
	TRY(read_time(request, "until", call->now + 1, &out->until));
	TRY(read_time(request, "from", out->object[0] != 0 ? 0 : out->until - PERIOD_S,
		&out->from));
	return out->from < out->until ? OK : FAIL(E_INPUT, "until: not after from");
}

static RESULT open_trail(struct lra_call *call, const struct http_request *request,
	struct trail **out)
{
	struct trail_query query;
	if (call->person == NULL)
		return FAIL(E_DENIED, "person: nobody's of the roster");
	TRY(read_query(call, request, &query));
	return trail_open(call, &query, out);
}

static RESULT do_list_events(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(trail_free) struct trail *trail = NULL;
	TRY(open_trail(call, request, &trail));
	return trail_page(trail, &response->body);
}

static RESULT next_part(void *context, struct buf *part)
{
	return trail_next(context, part);
}

static void end_parts(void *context)
{
	trail_free(context);
}

static RESULT do_export_events(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(trail_free) struct trail *trail = NULL;
	TRY(open_trail(call, request, &trail));
	TRY(trail_export(call, trail));
	response->media_type = "text/csv; charset=utf-8; header=present";
	TRY(http_header(response, "Content-Disposition", "%s",
		"attachment; filename=\"audit-events.csv\""));
	response->next = next_part;
	response->end = end_parts;
	response->context = MOVE(trail);
	return OK;
}

LRA_HANDLER(list_events)
LRA_HANDLER(export_events)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET", "/v1/audit-events",     READER | ROLE_LRA_ADMIN, MEDIA_NONE, 0, list_events,
	  "The audit trail of this LRA" },
	{ "GET", "/v1/audit-events.csv", READER | ROLE_LRA_ADMIN, MEDIA_NONE, 0, export_events,
	  "The audit trail of this LRA as a table" },
};
/* clang-format on */
const struct lra_route_set lra_routes_trail = { routes, COUNT(routes) };
