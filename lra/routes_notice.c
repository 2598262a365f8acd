/* routes_notice: notices as a list that can be followed, one of them, and sending one anew. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/notice.h"
#include "lra/notice_store.h"
#include "lra/routes.h"

/* Where one stands in the list: "transaction-id", as the last page gave it. */
static RESULT read_place(const char *text, struct lra_notice_filter *out)
{
	char transaction[24];
	size_t len = strcspn(text, "-");
	if (text[0] == 0)
		return OK;
	if (text[len] == 0 || len >= sizeof transaction)
		return FAIL(E_INPUT, "after: not the next of a page");
	memcpy(transaction, text, len);
	transaction[len] = 0;
	TRY_IN(text_to_int(transaction, 0, INT64_MAX / 2, &out->after_transaction),
		"after");
	TRY_IN(text_to_int(text + len + 1, 0, INT64_MAX / 2, &out->after_id), "after");
	return OK;
}

static RESULT do_list_notices(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	char after[48], state[12], next[48];
	struct lra_notice_filter filter = { .lra = lra_reader(call), .state = state };
	TRY(lra_query_or(request, "after", "", after, sizeof after));
	TRY(lra_query_or(request, "state", "", state, sizeof state));
	TRY(lra_query_int(request, "limit", "100", 1, 500, &filter.most));
	TRY(read_place(after, &filter));
	TRY(lra_store_notices(call->lra->db, &filter, &rows));
	TRY(json_new_object(&object));
	TRY(json_new_array(&array));
	TRY(lra_notices_answer(rows, array));
	TRY(json_set(object, "notices", MOVE(array)));
	/* Also behind the last one there is: whoever follows asks there again, later. */
	if (db_count(rows) > 0) {
		size_t last = db_count(rows) - 1;
		snprintf(next, sizeof next, "%lld-%lld",
			(long long)db_int(rows, last, NOTICE_TRANSACTION),
			(long long)db_int(rows, last, NOTICE_ID));
		TRY(json_set_text(object, "next", next));
	} else if (after[0] != 0) {
		TRY(json_set_text(object, "next", after));
	}
	return json_write_pretty(object, &response->body);
}

static RESULT id_of(const struct http_request *request, int64_t *out)
{
	TRY_IN(text_to_int(request->parameter[0], 1, INT64_MAX / 2, out), "notice");
	return OK;
}

static RESULT do_get_notice(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *array = NULL;
	int64_t id;
	TRY(id_of(request, &id));
	TRY(lra_store_notice(call->lra->db, lra_reader(call), id, &rows));
	TRY(json_new_array(&array));
	TRY(lra_notices_answer(rows, array));
	return json_write_pretty(json_at(array, 0), &response->body);
}

static RESULT do_post_notice(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { NULL };
	AUTO(json_free) struct json *object = NULL;
	int64_t id;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(id_of(request, &id));
	TRY(lra_notice_again(call, id));
	return do_get_notice(call, request, response);
}

LRA_HANDLER(list_notices)
LRA_HANDLER(get_notice)
LRA_HANDLER(post_notice)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/notices",            READER, MEDIA_NONE, 0,       list_notices,
	  "Notices in the order of their deeds, to be followed" },
	{ "GET",  "/v1/notices/{id}",       READER, MEDIA_NONE, 0,       get_notice,
	  "One notice, and whom it reached" },
	{ "POST", "/v1/notices/{id}/again", CLERK,  MEDIA_JSON, 1 * KIB, post_notice,
	  "Sends a notice anew" },
};
/* clang-format on */
const struct lra_route_set lra_routes_notice = { routes, COUNT(routes) };
