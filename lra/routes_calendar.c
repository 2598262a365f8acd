/* routes_calendar: which certificates end when, for pages and programs, and for calendar programs at an address of their own. */
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/calendar.h"
#include "lra/calendar_store.h"
#include "lra/expiring_store.h"
#include "lra/routes.h"

enum { JAPAN_S = 9 * HOUR, LONGEST_S = 366 * DAY };

/* ---- from when until when: days in Japan */

static RESULT day_begins(const char *day, int64_t *out)
{
	char moment[32];
	int64_t time;
	snprintf(moment, sizeof moment, "%.10sT00:00:00Z", day);
	if (strlen(day) != 10 || err_is(clock_parse(moment, &time)))
		return FAIL(E_INPUT, "\"%.20s\" is no day like 2027-01-31", day);
	*out = time - JAPAN_S;
	return OK;
}

static void day_text(int64_t time, char out[static CLOCK_TEXT])
{
	clock_text(time + JAPAN_S, out);
	out[10] = 0;
}

static RESULT month_range(const char *month, int64_t *from, int64_t *until)
{
	char first[16];
	int64_t begin, end;
	snprintf(first, sizeof first, "%.7s-01", month);
	if (strlen(month) != 7)
		return FAIL(E_INPUT, "month: \"%.20s\" is none like 2027-01", month);
	TRY_IN(day_begins(first, &begin), "month");
	struct clock_fields next = clock_split(begin + JAPAN_S);
	next.year += next.month == 12 ? 1 : 0;
	next.month = next.month == 12 ? 1 : next.month + 1;
	TRY_IN(clock_join(next, &end), "month");
	*from = begin;
	*until = end - JAPAN_S;
	return OK;
}

/* month=2027-01, or from=2027-01-15 and to=2027-03-31, both days within; nothing: the present month. */
static RESULT read_range(const struct lra_call *call, const struct http_request *request,
	struct lra_expiring_filter *out)
{
	char month[16], from[16], to[16], present[CLOCK_TEXT];
	int64_t begin, last;
	day_text(call->now, present);
	present[7] = 0;
	TRY(lra_query_or(request, "from", "", from, sizeof from));
	TRY(lra_query_or(request, "to", "", to, sizeof to));
	TRY(lra_query_or(request, "month", from[0] == 0 && to[0] == 0 ? present : "",
		month, sizeof month));
	if ((from[0] == 0) != (to[0] == 0) || (month[0] != 0 && from[0] != 0))
		return FAIL(E_INPUT, "a month, or from and to");
	if (month[0] != 0)
		return month_range(month, &out->from, &out->until);
	TRY_IN(day_begins(from, &begin), "from");
	TRY_IN(day_begins(to, &last), "to");
	if (last < begin || last - begin > LONGEST_S)
		return FAIL(E_INPUT, "to: before from, or more than a year behind it");
	out->from = begin;
	out->until = last + DAY;
	return OK;
}

/* "1795424400.17", as answer() writes it. */
static RESULT read_after(const struct http_request *request,
	struct lra_expiring_filter *out)
{
	char text[48], *dot;
	TRY(lra_query_or(request, "after", "0.0", text, sizeof text));
	dot = strchr(text, '.');
	if (dot == NULL)
		return FAIL(E_INPUT, "after: not the `next` of a page before");
	*dot = 0;
	TRY_IN(text_to_int(text, 0, INT64_MAX / 2, &out->after_end), "after");
	TRY_IN(text_to_int(dot + 1, 0, INT64_MAX / 2, &out->after_id), "after");
	return OK;
}

/* ---- the answer */

static RESULT set_reminded(struct json *object, const char *days)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (const char *at = days; *at != 0;) {
		char word[8];
		int64_t number;
		size_t len = strcspn(at, " ");
		snprintf(word, sizeof word, "%.*s", (int)len, at);
		TRY(text_to_int(word, 0, 999, &number));
		TRY(json_append_int(array, number));
		at += len + (at[len] == ' ' ? 1 : 0);
	}
	return json_set(object, "reminded", MOVE(array));
}

static RESULT add_certificate(const struct db_rows *rows, size_t row, struct json *array)
{
	AUTO(json_free) struct json *object = NULL;
	const char *colon = strchr(db_text(rows, row, EXPIRING_ENTITY), ':');
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, row, EXPIRING_RECEIPT)));
	TRY(json_set_text(object, "commonName", db_text(rows, row, EXPIRING_NAME)));
	TRY(json_set_text(object, "employeeNumber",
		colon == NULL ? db_text(rows, row, EXPIRING_ENTITY) : colon + 1));
	TRY(json_set_text(object, "profile", db_text(rows, row, EXPIRING_PROFILE)));
	TRY(json_set_text(object, "keyOrigin", db_text(rows, row, EXPIRING_KEY_ORIGIN)));
	TRY(json_set_text(object, "issuer", db_text(rows, row, EXPIRING_ISSUER)));
	TRY(json_set_hex(object, "serialNumber", db_blob(rows, row, EXPIRING_SERIAL)));
	TRY(json_set_time(object, "notAfter", db_int(rows, row, EXPIRING_NOT_AFTER)));
	if (!db_is_null(rows, row, EXPIRING_RENEWED_BY))
		TRY(json_set_text(object, "renewedBy",
			db_text(rows, row, EXPIRING_RENEWED_BY)));
	if (!db_is_null(rows, row, EXPIRING_RENEWAL))
		TRY(json_set_text(object, "renewal",
			db_text(rows, row, EXPIRING_RENEWAL)));
	TRY(set_reminded(object, db_text(rows, row, EXPIRING_REMINDED)));
	return json_append(array, MOVE(object));
}

static RESULT set_days(struct json *object, const struct db_rows *rows)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "day", db_text(rows, i, EXPIRING_DAY)));
		TRY(json_set_int(row, "count", db_int(rows, i, EXPIRING_COUNT)));
		TRY(json_set_int(row, "renewed", db_int(rows, i, EXPIRING_RENEWED)));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "days", MOVE(array));
}

static RESULT set_certificates(struct json *object, const struct db_rows *rows,
	int64_t most)
{
	AUTO(json_free) struct json *array = NULL;
	char next[48];
	size_t count = db_count(rows);
	TRY(json_new_array(&array));
	for (size_t i = 0; i < count; i++)
		TRY(add_certificate(rows, i, array));
	TRY(json_set(object, "certificates", MOVE(array)));
	if (count == 0 || (int64_t)count < most)
		return OK;
	snprintf(next, sizeof next, "%lld.%lld",
		(long long)db_int(rows, count - 1, EXPIRING_NOT_AFTER),
		(long long)db_int(rows, count - 1, EXPIRING_ID));
	return json_set_text(object, "next", next);
}

static RESULT do_list_expiring(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *days = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	char day[CLOCK_TEXT];
	struct lra_expiring_filter filter = { .lra = lra_reader(call) };
	TRY(read_range(call, request, &filter));
	TRY(read_after(request, &filter));
	TRY(lra_query_int(request, "limit", "100", 1, 500, &filter.most));
	TRY(lra_store_expiring_days(call->lra->db, &filter, &days));
	TRY(lra_store_expiring(call->lra->db, &filter, &rows));
	TRY(json_new_object(&object));
	day_text(filter.from, day);
	TRY(json_set_text(object, "from", day));
	day_text(filter.until - 1, day);
	TRY(json_set_text(object, "to", day));
	TRY(set_days(object, days));
	TRY(set_certificates(object, rows, filter.most));
	return json_write_pretty(object, &response->body);
}

/* ---- for calendar programs */

static RESULT do_get_calendar_address(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	(void)request;
	TRY(lra_store_calendar(call->lra->db, call->person->id, &rows));
	TRY(json_new_object(&object));
	if (db_count(rows) > 0)
		TRY(json_set_time(object, "createdAt",
			db_int(rows, 0, CALENDAR_CREATED_AT)));
	if (db_count(rows) > 0 && !db_is_null(rows, 0, CALENDAR_USED_AT))
		TRY(json_set_time(object, "usedAt", db_int(rows, 0, CALENDAR_USED_AT)));
	return json_write_pretty(object, &response->body);
}

static RESULT read_nothing(const struct http_request *request)
{
	static const char *const members[] = { NULL };
	AUTO(json_free) struct json *object = NULL;
	TRY(json_parse(request->body, &object));
	return json_only(object, members);
}

static RESULT do_post_calendar_address(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	char token[WEB_TOKEN];
	TRY(read_nothing(request));
	TRY(lra_calendar_open(call, token));
	return buf_append_format(&response->body, "{\"path\":\"/v1/calendar/%s\"}\n",
		token);
}

static RESULT do_post_calendar_end(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	TRY(read_nothing(request));
	TRY(lra_calendar_close(call));
	return buf_append_text(&response->body, "{}\n");
}

static RESULT do_get_calendar(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	TRY(lra_calendar_fetch(call, request->parameter[0], &response->body));
	response->media_type = "text/calendar; charset=utf-8";
	return OK;
}

/* clang-format off */
LRA_HANDLER(list_expiring)
LRA_HANDLER(get_calendar_address)
LRA_HANDLER(post_calendar_address)
LRA_HANDLER(post_calendar_end)
LRA_HANDLER_OPEN(get_calendar)

static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/expiring",             READER, MEDIA_NONE, 0,       list_expiring,
	  "Certificates that end in a month, or between two days" },
	{ "GET",  "/v1/calendar-address",     STAFF,  MEDIA_NONE, 0,       get_calendar_address,
	  "Whether the caller's calendar program has an address" },
	{ "POST", "/v1/calendar-address",     STAFF,  MEDIA_JSON, 1 * KIB, post_calendar_address,
	  "A new address for the caller's calendar program" },
	{ "POST", "/v1/calendar-address/end", STAFF,  MEDIA_JSON, 1 * KIB, post_calendar_end,
	  "Ends the address of the caller's calendar program" },
	{ "GET",  "/v1/calendar/{token}",     0,      MEDIA_NONE, 0,       get_calendar,
	  "What ends, for a calendar program" },
};
/* clang-format on */
const struct lra_route_set lra_routes_calendar = { routes, COUNT(routes) };
