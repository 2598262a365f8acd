/* routes_distribution: many hand-overs in one step: asked for, watched, cancelled, and their files. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/distribution.h"
#include "lra/distribution_store.h"
#include "lra/routes.h"

enum { LIST_MOST = 50 };

/* ---- answers */

static RESULT set_time_if(struct json *object, const char *name,
	const struct db_rows *rows, size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_time(object, name, db_int(rows, row, column));
}

/* What a page calls it. Nothing of it is stored: it follows from the rows. */
static const char *state_of(const struct db_rows *rows, size_t row)
{
	bool cancelled = !db_is_null(rows, row, DISTRIBUTION_CANCELLED_AT);
	if (db_int(rows, row, DISTRIBUTION_WAITING) > 0)
		return cancelled ? "cancelling" : "running";
	if (!db_is_null(rows, row, DISTRIBUTION_TAKEN_AT))
		return "taken";
	return cancelled ? "cancelled" : "done";
}

/* By what was done until now; absent as long as that says nothing. */
static RESULT set_estimate(struct json *object, const struct db_rows *rows, size_t row,
	int64_t now)
{
	int64_t ended = db_int(rows, row, DISTRIBUTION_DONE) +
			db_int(rows, row, DISTRIBUTION_REFUSED);
	int64_t waiting = db_int(rows, row, DISTRIBUTION_WAITING),
		took = now - db_int(rows, row, DISTRIBUTION_ASKED_AT);
	return ended == 0 || waiting == 0 ? OK
					  : json_set_int(object, "secondsLeft",
						    (took * waiting + ended - 1) / ended);
}

static RESULT describe(const struct db_rows *rows, size_t row, int64_t now,
	struct json **out)
{
	static const struct {
		const char *name;
		size_t column;
	} counts[] = {
		{ "id", DISTRIBUTION_ID },
		{ "of", DISTRIBUTION_OF },
		{ "waiting", DISTRIBUTION_WAITING },
		{ "done", DISTRIBUTION_DONE },
		{ "refused", DISTRIBUTION_REFUSED },
		{ "cancelled", DISTRIBUTION_CANCELLED },
		{ "files", DISTRIBUTION_FILES },
		{ "before", DISTRIBUTION_BEFORE },
	};
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "state", state_of(rows, row)));
	for (size_t i = 0; i < COUNT(counts); i++)
		TRY(json_set_int(object, counts[i].name,
			db_int(rows, row, counts[i].column)));
	TRY(json_set_text(object, "form", db_text(rows, row, DISTRIBUTION_FORM)));
	TRY(json_set_text(object, "fileChannel",
		db_text(rows, row, DISTRIBUTION_FILE_CHANNEL)));
	TRY(json_set_text(object, "pinChannel",
		db_text(rows, row, DISTRIBUTION_PIN_CHANNEL)));
	TRY(json_set_text(object, "askedBy", db_text(rows, row, DISTRIBUTION_ASKED_BY)));
	TRY(set_time_if(object, "askedAt", rows, row, DISTRIBUTION_ASKED_AT));
	TRY(set_time_if(object, "cancelledAt", rows, row, DISTRIBUTION_CANCELLED_AT));
	TRY(set_time_if(object, "takenAt", rows, row, DISTRIBUTION_TAKEN_AT));
	TRY(set_time_if(object, "lastAt", rows, row, DISTRIBUTION_ENDED_AT));
	TRY(set_estimate(object, rows, row, now));
	*out = MOVE(object);
	return OK;
}

static RESULT answer_one(struct lra_call *call, int64_t id, struct buf *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	TRY(distribution_store_list(call->lra->db, lra_reader(call), id, id, 1, &rows));
	if (db_count(rows) == 0)
		return FAIL(E_NOT_FOUND, "distribution %lld", (long long)id);
	TRY(describe(rows, 0, call->now, &object));
	return json_write_pretty(object, out);
}

static RESULT describe_row(const struct db_rows *rows, size_t row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *refusal = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "position", db_int(rows, row, ROW_POSITION)));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, row, ROW_RECEIPT)));
	TRY(json_set_text(object, "state", db_text(rows, row, ROW_STATE)));
	TRY(set_time_if(object, "endedAt", rows, row, ROW_ENDED_AT));
	if (!db_is_null(rows, row, ROW_REFUSAL)) {
		TRY(json_parse(blob_text(db_text(rows, row, ROW_REFUSAL)), &refusal));
		TRY(json_set(object, "refusal", MOVE(refusal)));
	}
	*out = MOVE(object);
	return OK;
}

/* ---- deeds */

static RESULT read_id(const struct http_request *request, int64_t *out)
{
	TRY_IN(text_to_int(request->parameter[0], 1, INT64_MAX, out), "id");
	return OK;
}

static RESULT read_asked(const struct json *object, struct lra_delivery *delivery,
	const struct json **receipts, const char **key)
{
	static const char *const members[] = { "form", "fileChannel", "pinChannel",
		"receiptNumbers", "idempotencyKey", NULL };
	TRY(json_only(object, members));
	TRY(lra_read_delivery(object, delivery));
	TRY(json_get_array(object, "receiptNumbers", receipts));
	TRY(json_get_text_or(object, "idempotencyKey", NULL, key));
	return *key == NULL || (strlen(*key) > 0 && strlen(*key) <= 256)
		       ? OK
		       : FAIL(E_INPUT, "idempotencyKey: 1 to 256 octets");
}

static RESULT do_post_distribution(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	const struct json *receipts;
	const char *key;
	struct lra_delivery delivery;
	struct lra_distribution distribution = { .again = false };
	TRY(json_parse(request->body, &object));
	TRY(read_asked(object, &delivery, &receipts, &key));
	TRY(lra_distribute(call, &delivery, receipts, key, &distribution));
	response->status = distribution.again ? 200 : 201;
	return answer_one(call, distribution.id, &response->body);
}

static RESULT do_list_distributions(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	int64_t before;
	TRY(lra_query_int(request, "before", "999999999999999999", 1, INT64_MAX,
		&before));
	TRY(distribution_store_list(call->lra->db, lra_reader(call), 1, before - 1,
		LIST_MOST, &rows));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(describe(rows, i, call->now, &row));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_new_object(&object));
	TRY(json_set(object, "distributions", MOVE(array)));
	if (db_count(rows) == LIST_MOST)
		TRY(json_set_int(object, "next",
			db_int(rows, LIST_MOST - 1, DISTRIBUTION_ID)));
	return json_write_pretty(object, &response->body);
}

static RESULT do_get_distribution(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	int64_t id;
	TRY(read_id(request, &id));
	return answer_one(call, id, &response->body);
}

static RESULT do_list_distribution_rows(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(buf_clear) struct buf known = BUF(4 * KIB);
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	int64_t id, after, limit;
	char state[16];
	TRY(read_id(request, &id));
	TRY(lra_query_or(request, "state", "", state, sizeof state));
	TRY(lra_query_int(request, "after", "0", 0, INT32_MAX, &after));
	TRY(lra_query_int(request, "limit", "100", 1, 500, &limit));
	TRY(answer_one(call, id, &known)); /* of this LRA */
	TRY(distribution_store_rows(call->lra->db, id, state, after, limit, &rows));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(describe_row(rows, i, &row));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_new_object(&object));
	TRY(json_set(object, "rows", MOVE(array)));
	if (db_count(rows) == (size_t)limit)
		TRY(json_set_int(object, "next",
			db_int(rows, db_count(rows) - 1, ROW_POSITION)));
	return json_write_pretty(object, &response->body);
}

static RESULT do_cancel_distribution(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	int64_t id;
	TRY(read_id(request, &id));
	TRY(lra_distribution_cancel(call, id));
	return answer_one(call, id, &response->body);
}

static RESULT next_part(void *context, struct buf *part)
{
	return distribution_files_next(context, part);
}

static void end_parts(void *context)
{
	distribution_files_free(context);
}

static RESULT do_get_distribution_files(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(distribution_files_free) struct distribution_files *files = NULL;
	int64_t id;
	TRY(read_id(request, &id));
	TRY(distribution_files_open(call, id, &files));
	response->media_type = "application/zip";
	TRY(http_header(response, "Content-Disposition",
		"attachment; filename=\"distribution-%lld.zip\"", (long long)id));
	response->next = next_part;
	response->end = end_parts;
	response->context = MOVE(files);
	return OK;
}

static RESULT do_take_distribution(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	int64_t id;
	TRY(read_id(request, &id));
	TRY(lra_distribution_taken(call, id));
	return answer_one(call, id, &response->body);
}

LRA_HANDLER(post_distribution)
LRA_HANDLER(list_distributions)
LRA_HANDLER(get_distribution)
LRA_HANDLER(list_distribution_rows)
LRA_HANDLER(cancel_distribution)
LRA_HANDLER(get_distribution_files)
LRA_HANDLER(take_distribution)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "POST", "/v1/distributions",             CLERK, MEDIA_JSON, LIMIT_JSON, post_distribution,
	  "Asks for many hand-overs in one step" },
	{ "GET",  "/v1/distributions",             STAFF, MEDIA_NONE, 0,          list_distributions,
	  "Distributions of this LRA, the newest first" },
	{ "GET",  "/v1/distributions/{id}",        STAFF, MEDIA_NONE, 0,          get_distribution,
	  "How far a distribution is" },
	{ "GET",  "/v1/distributions/{id}/rows",   STAFF, MEDIA_NONE, 0,          list_distribution_rows,
	  "What became of each of its people" },
	{ "POST", "/v1/distributions/{id}/cancel", CLERK, MEDIA_ANY,  1 * KIB,    cancel_distribution,
	  "Ends a distribution; what is done stays" },
	{ "GET",  "/v1/distributions/{id}/files",  CLERK, MEDIA_NONE, 0,          get_distribution_files,
	  "Its PKCS #12 files in one ZIP archive" },
	{ "POST", "/v1/distributions/{id}/taken",  CLERK, MEDIA_ANY,  1 * KIB,    take_distribution,
	  "The files are safe and none is kept any longer" },
};
/* clang-format on */
const struct lra_route_set lra_routes_distribution = { routes, COUNT(routes) };
