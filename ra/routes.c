/* routes: what officers and auditors may read at the RA. Nothing is changed here. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/application.h"
#include "common/json/json.h"
#include "ra/ra.h"
#include "ra/store.h"

static RESULT row_to_json(const struct db_rows *rows, size_t row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, row, 0)));
	TRY(json_set_text(object, "lra", db_text(rows, row, 1)));
	TRY(json_set_text(object, "state", db_text(rows, row, 2)));
	TRY(json_set_int(object, "version", db_int(rows, row, 3)));
	TRY(json_set_text(object, "profile", db_text(rows, row, 4)));
	TRY(json_set_text(object, "commonName", db_text(rows, row, 5)));
	TRY(json_set_time(object, "receivedAt", db_int(rows, row, 8)));
	TRY(json_set_time(object, "changedAt", db_int(rows, row, 9)));
	TRY(json_set_int(object, "id", db_int(rows, row, 10)));
	if (!db_is_null(rows, row, 6)) {
		AUTO(json_free) struct json *content = NULL;
		TRY(json_parse(db_blob(rows, row, 6), &content));
		TRY(json_set(object, "content", MOVE(content)));
	}
	if (!db_is_null(rows, row, 7)) {
		AUTO(json_free) struct json *refusal = NULL;
		TRY(json_parse(blob_text(db_text(rows, row, 7)), &refusal));
		TRY(json_set(object, "faults", MOVE(refusal)));
	}
	*out = MOVE(object);
	return OK;
}

static RESULT get_application(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct ra *ra = context;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	if (!receipt_number_valid(request->parameter[0]))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(ra_store_view(ra->db, request->parameter[0], &rows));
	TRY(row_to_json(rows, 0, &object));
	return json_write_pretty(object, &response->body);
}

static RESULT page_of(const struct http_request *request, int64_t *after, int64_t *limit)
{
	char text[24];
	*after = 0;
	*limit = 100;
	struct err err = http_query(request, "after", text, sizeof text);
	if (err.code != E_NOT_FOUND) {
		TRY(err);
		TRY_IN(text_to_int(text, 0, INT64_MAX / 2, after), "after");
	}
	err = http_query(request, "limit", text, sizeof text);
	if (err.code == E_NOT_FOUND)
		return OK;
	TRY(err);
	TRY_IN(text_to_int(text, 1, 500, limit), "limit");
	return OK;
}

static RESULT list_applications(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct ra *ra = context;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	enum application_state state;
	char word[32];
	int64_t after, limit;
	struct err err = http_query(request, "state", word, sizeof word);
	if (err.code == E_NOT_FOUND)
		return FAIL(E_INPUT, "state: is missing");
	TRY(err);
	TRY(application_state_by_name(word, &state));
	TRY(page_of(request, &after, &limit));
	TRY(ra_store_list(ra->db, word, after, limit, &rows));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(row_to_json(rows, i, &row));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_new_object(&object));
	TRY(json_set(object, "applications", MOVE(array)));
	return json_write_pretty(object, &response->body);
}

static RESULT health(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context, (void)request;
	return buf_append_text(&response->body, "{\"status\":\"ok\"}\n");
}

static RESULT ready(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct ra *ra = context;
	(void)request;
	TRY(ra_store_ping(ra->db));
	return buf_append_text(&response->body, "{\"status\":\"ready\"}\n");
}

/* clang-format off */
const struct http_route ra_routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET", "/healthz",              0,                              MEDIA_NONE, 0, health,
	  "The process is alive" },
	{ "GET", "/readyz",               0,                              MEDIA_NONE, 0, ready,
	  "The registry answers" },
	{ "GET", "/v1/applications",      ROLE_RA_OFFICER | ROLE_AUDITOR, MEDIA_NONE, 0, list_applications,
	  "Applications in a state" },
	{ "GET", "/v1/applications/{id}", ROLE_RA_OFFICER | ROLE_AUDITOR, MEDIA_NONE, 0, get_application,
	  "One application with its content and the faults found" },
};
/* clang-format on */
const size_t ra_route_count = COUNT(ra_routes);
