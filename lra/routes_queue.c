/* routes_queue: the counter's queue with its counts, search, who works on what, and a case's history. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/duplicate.h"
#include "lra/notice.h"
#include "lra/notice_store.h"
#include "lra/queue.h"
#include "lra/routes.h"

enum { SEARCH_MOST = 500, SEARCH_TEXT = 200, UNDELIVERED_FLAG = 2 };

/* ---- lists of cases */

static RESULT set_time(struct json *object, const char *name, const struct db_rows *rows,
	size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_time(object, name, db_int(rows, row, column));
}

static RESULT set_text(struct json *object, const char *name, const struct db_rows *rows,
	size_t row, size_t column)
{
	return db_is_null(rows, row, column)
		       ? OK
		       : json_set_text(object, name, db_text(rows, row, column));
}

/* Without the LRA's own word before it: "LRA-0001:100234". */
static const char *employee_number(const char *entity)
{
	const char *colon = strchr(entity, ':');
	return colon == NULL ? entity : colon + 1;
}

/* What waits for something from outside has no due time, but a day to look again. */
static RESULT set_hold(struct json *object, const struct db_rows *rows, size_t row)
{
	AUTO(json_free) struct json *hold = NULL;
	if (db_is_null(rows, row, QUEUED_HELD_AT))
		return set_time(object, "dueAt", rows, row, QUEUED_DUE_AT);
	TRY(json_new_object(&hold));
	TRY(set_time(hold, "since", rows, row, QUEUED_HELD_AT));
	TRY(json_set_text(hold, "reason", db_text(rows, row, QUEUED_HOLD_REASON)));
	TRY(json_set_text(hold, "resumer", db_text(rows, row, QUEUED_RESUMER)));
	TRY(set_text(hold, "resumeOn", rows, row, QUEUED_RESUME_ON));
	return json_set(object, "hold", MOVE(hold));
}

static RESULT case_row(const struct db_rows *rows, size_t row, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	enum application_state state;
	const char *origin = db_text(rows, row, QUEUED_KEY_ORIGIN);
	TRY(application_state_by_name(db_text(rows, row, QUEUED_STATE), &state));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", db_text(rows, row, QUEUED_RECEIPT)));
	TRY(json_set_text(object, "state", db_text(rows, row, QUEUED_STATE)));
	TRY(json_set_text(object, "tab",
		db_is_null(rows, row, QUEUED_HELD_AT)
			? queue_tab_of(state, strcmp(origin, "handover") == 0)
			: "held"));
	TRY(json_set_text(object, "profile", db_text(rows, row, QUEUED_PROFILE)));
	TRY(json_set_text(object, "commonName", db_text(rows, row, QUEUED_NAME)));
	TRY(json_set_text(object, "employeeNumber",
		employee_number(db_text(rows, row, QUEUED_ENTITY))));
	TRY(json_set_text(object, "keyOrigin", origin));
	TRY(json_set_text(object, "enteredBy", db_text(rows, row, QUEUED_ENTERED_BY)));
	TRY(set_time(object, "receivedAt", rows, row, QUEUED_RECEIVED_AT));
	TRY(set_time(object, "changedAt", rows, row, QUEUED_CHANGED_AT));
	TRY(set_text(object, "takenBy", rows, row, QUEUED_TAKEN_BY));
	TRY(set_text(object, "event", rows, row, QUEUED_EVENT));
	if (db_bool(rows, row, QUEUED_PROPOSED)) {
		TRY(json_set_bool(object, "proposed", true));
		TRY(json_set_text(object, "issuer", db_text(rows, row, QUEUED_ISSUER)));
		TRY(json_set_hex(object, "serialNumber",
			db_blob(rows, row, QUEUED_SERIAL)));
	}
	if (db_bool(rows, row, QUEUED_UNTOLD))
		TRY(json_set_bool(object, "noticeFailed", true));
	if (db_int(rows, row, QUEUED_UNDELIVERED) >= UNDELIVERED_FLAG)
		TRY(json_set_int(object, "undelivered",
			db_int(rows, row, QUEUED_UNDELIVERED)));
	TRY(set_text(object, "unfetched", rows, row, QUEUED_UNFETCHED));
	TRY(set_hold(object, rows, row));
	*out = MOVE(object);
	return OK;
}

enum page_key { PAGE_NONE, PAGE_DUE, PAGE_ID };

/* limit: when so many came there may be more behind them; key: what the next page is asked by. */
static RESULT answer_cases(const struct lra *lra, const struct db_rows *rows,
	enum page_key key, size_t limit, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	AUTO(json_free) struct json *people = NULL;
	char next[48];
	size_t count = db_count(rows);
	TRY(json_new_array(&array));
	TRY(json_new_object(&people));
	for (size_t i = 0; i < count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(case_row(rows, i, &row));
		TRY(json_append(array, MOVE(row)));
		TRY(answer_person(people, lra->roster,
			db_text(rows, i, QUEUED_ENTERED_BY)));
		TRY(answer_person(people, lra->roster,
			db_text(rows, i, QUEUED_TAKEN_BY)));
		TRY(answer_person(people, lra->roster, db_text(rows, i, QUEUED_RESUMER)));
	}
	TRY(json_new_object(&object));
	TRY(json_set(object, "cases", MOVE(array)));
	TRY(json_set(object, "people", MOVE(people)));
	if (key == PAGE_ID && count > 0 && count == limit)
		TRY(json_set_int(object, "next", db_int(rows, count - 1, QUEUED_ID)));
	if (key == PAGE_DUE && count > 0 && count == limit) {
		snprintf(next, sizeof next, "%lld.%lld",
			(long long)db_int(rows, count - 1, QUEUED_DUE_AT),
			(long long)db_int(rows, count - 1, QUEUED_ID));
		TRY(json_set_text(object, "next", next));
	}
	return json_write_pretty(object, out);
}

static struct lra_queue_terms terms_of(const struct lra_call *call)
{
	return (struct lra_queue_terms){ .now = call->now,
		.within_s = call->lra->conf->queue_within_s,
		.receipt_s = call->lra->conf->receipt_s };
}

/* "1795424400.17", as answer_cases() writes it. */
static RESULT read_after(const struct http_request *request, int64_t *due, int64_t *id)
{
	char text[48], *dot;
	TRY(lra_query_or(request, "after", "0.0", text, sizeof text));
	dot = strchr(text, '.');
	if (dot == NULL)
		return FAIL(E_INPUT, "after: not the `next` of a page before");
	*dot = 0;
	TRY_IN(text_to_int(text, 0, INT64_MAX / 2, due), "after");
	TRY_IN(text_to_int(dot + 1, 0, INT64_MAX / 2, id), "after");
	return OK;
}

static RESULT do_list_queue(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct queue_tab *tab = queue_tab_find(request->parameter[0]);
	struct lra_queue_terms terms = terms_of(call);
	struct blob states[QUEUE_STATES];
	struct lra_queue_filter filter = { .lra = call->person->lra, .states = states };
	char word[8];
	TRY(lra_query_int(request, "limit", "50", 1, 500, &filter.most));
	if (strcmp(request->parameter[0], "revoke") == 0) {
		TRY(lra_store_queue_revocations(call->lra->db, filter.lra, &terms,
			filter.most, &rows));
		return answer_cases(call->lra, rows, PAGE_NONE, 0, &response->body);
	}
	TRY(lra_query_or(request, "mine", "false", word, sizeof word));
	filter.taken_by = strcmp(word, "true") == 0 ? call->person->id : "";
	if (strcmp(request->parameter[0], "held") == 0) {
		TRY(lra_store_queue_held(call->lra->db, filter.lra, filter.taken_by,
			filter.most, &rows));
		return answer_cases(call->lra, rows, PAGE_NONE, 0, &response->body);
	}
	if (tab == NULL)
		return FAIL(E_NOT_FOUND, "tab %.30s", request->parameter[0]);
	TRY(read_after(request, &filter.after_due, &filter.after_id));
	filter.held = strcmp(tab->name, "open") == 0;
	filter.verified = tab->verified;
	filter.state_count = tab->state_count;
	for (size_t i = 0; i < tab->state_count; i++)
		states[i] = blob_text(application_state_name(tab->state[i]));
	TRY(lra_store_queue_list(call->lra->db, &filter, &terms, &rows));
	return answer_cases(call->lra, rows, PAGE_DUE, (size_t)filter.most,
		&response->body);
}

/* ---- counts */

struct waiting {
	int64_t count, late, oldest;
};

static void count_in(const struct queue_tab *tab, const struct db_rows *rows,
	struct waiting *out)
{
	*out = (struct waiting){ .count = 0 };
	for (size_t i = 0; i < db_count(rows); i++) {
		enum application_state state;
		if (err_is(application_state_by_name(db_text(rows, i, WAITING_STATE),
			    &state)))
			continue;
		const char *name =
			queue_tab_of(state, db_bool(rows, i, WAITING_HANDOVER));
		int64_t oldest = db_int(rows, i, WAITING_OLDEST);
		if (strcmp(tab->name, "open") != 0 && strcmp(tab->name, name) != 0)
			continue;
		out->count += db_int(rows, i, WAITING_COUNT);
		out->late += db_int(rows, i, WAITING_LATE);
		if (out->oldest == 0 || oldest < out->oldest)
			out->oldest = oldest;
	}
}

static RESULT tab_row(const char *name, const struct waiting *waiting, struct json *array)
{
	AUTO(json_free) struct json *row = NULL;
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "tab", name));
	TRY(json_set_int(row, "count", waiting->count));
	TRY(json_set_int(row, "late", waiting->late));
	if (waiting->oldest != 0)
		TRY(json_set_time(row, "oldest", waiting->oldest));
	return json_append(array, MOVE(row));
}

static RESULT do_get_queue(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	enum { REVOCATIONS_SHOWN = 500 };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(db_rows_free) struct db_rows *held = NULL;
	AUTO(db_rows_free) struct db_rows *revocations = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	const struct lra_queue_terms terms = terms_of(call);
	const char *lra = call->person->lra;
	struct waiting waiting, on_hold;
	int64_t mine;
	size_t count;
	(void)request;
	TRY(lra_store_queue_counts(call->lra->db, lra, &terms, &rows));
	TRY(lra_store_queue_taken(call->lra->db, lra, call->person->id, &mine));
	TRY(lra_store_queue_revocations(call->lra->db, lra, &terms, REVOCATIONS_SHOWN,
		&revocations));
	TRY(lra_store_queue_held_count(call->lra->db, lra, call->now, &held));
	on_hold = (struct waiting){ .count = db_int(held, 0, HELD_COUNT),
		.late = db_int(held, 0, HELD_LATE),
		.oldest = db_int(held, 0, HELD_OLDEST) };
	TRY(json_new_array(&array));
	const struct queue_tab *tabs = queue_tabs(&count);
	for (size_t i = 0; i < count; i++) {
		count_in(&tabs[i], rows, &waiting);
		if (strcmp(tabs[i].name, "open") == 0) {
			waiting.count += on_hold.count;
			TRY(tab_row("held", &on_hold, array));
		}
		TRY(tab_row(tabs[i].name, &waiting, array));
	}
	waiting = (struct waiting){ .count = (int64_t)db_count(revocations) };
	for (size_t i = 0; i < db_count(revocations); i++)
		waiting.late += db_int(revocations, i, QUEUED_DUE_AT) < call->now;
	TRY(tab_row("revoke", &waiting, array));
	TRY(json_new_object(&object));
	TRY(json_set(object, "tabs", MOVE(array)));
	TRY(json_set_int(object, "mine", mine));
	TRY(json_set_time(object, "now", call->now));
	return json_write_pretty(object, &response->body);
}

/* ---- search */

/* What programs show in hex, with colons or spaces between octets or groups: without them. */
static bool bare_hex(const char *text, char out[static SEARCH_TEXT])
{
	size_t count = 0;
	for (; *text != 0; text++)
		if (*text != ':' && *text != ' ')
			out[count++] = *text;
	out[count] = 0;
	return count > 0 && strspn(out, "0123456789abcdefABCDEF") == count;
}

/* Whatever else the text may be: what it says about certificates, and about whom they speak for. */
static void read_numbers(const char *text, struct serial serial[static 2],
	struct buf *digest, struct lra_search *asked)
{
	enum { SHA1_LEN = 20, SHA256_LEN = 32, CORPORATE_LEAST = 12 };
	char hex[SEARCH_TEXT];
	if (!err_is(serial_from_decimal(text, serial)))
		asked->serial_numbers[asked->serial_count++] = serial_view(serial++);
	if (!bare_hex(text, hex))
		return;
	if (!err_is(serial_from_hex(hex, serial)))
		asked->serial_numbers[asked->serial_count++] = serial_view(serial);
	if (!err_is(hex_decode(hex, digest)) && digest->len == SHA256_LEN)
		asked->sha256 = buf_view(digest);
	if (digest->len == SHA1_LEN)
		asked->sha1 = buf_view(digest);
	if (strspn(text, "0123456789") == strlen(text) && strlen(text) >= CORPORATE_LEAST)
		asked->organization_number = text;
}

static RESULT do_search(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	char typed[SEARCH_TEXT], text[SEARCH_TEXT], state[24];
	bool changed = false;
	AUTO(buf_clear) struct buf digest = BUF(SEARCH_TEXT);
	struct serial serial[2];
	enum application_state known;
	struct lra_search asked = { .lra = lra_reader(call),
		.text = text,
		.state = state,
		.organization_number = "" };
	TRY(http_query(request, "text", typed, sizeof typed));
	TRY(lra_query_or(request, "state", "", state, sizeof state));
	TRY(lra_query_int(request, "limit", "50", 1, SEARCH_MOST, &asked.most));
	TRY(lra_query_int(request, "before", "999999999999999999", 1, INT64_MAX / 2,
		&asked.before));
	if (state[0] != 0)
		TRY_IN(application_state_by_name(state, &known), "state");
	TRY_IN(name_normalize(typed, text, sizeof text, &changed), "text");
	if (text[0] == 0)
		return FAIL(E_INPUT, "text: empty");
	read_numbers(text, serial, &digest, &asked);
	TRY(lra_store_search(call->lra->db, &asked, &rows));
	return answer_cases(call->lra, rows, PAGE_ID, (size_t)asked.most,
		&response->body);
}

/* ---- one case */

static RESULT do_post_take(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "back", NULL };
	AUTO(json_free) struct json *object = NULL;
	bool back = false;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	if (json_has(object, "back"))
		TRY(json_get_bool(object, "back", &back));
	TRY(lra_take(call, request->parameter[0], back));
	return buf_append_format(&response->body, "{\"takenBy\":%s%s%s}\n",
		back ? "" : "\"", back ? "null" : call->person->id, back ? "" : "\"");
}

static RESULT do_get_duplicates(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *cases = NULL;
	TRY(duplicates_of_case(call, request->parameter[0], &cases));
	TRY(json_new_object(&object));
	TRY(json_set(object, "duplicates", MOVE(cases)));
	return json_write_pretty(object, &response->body);
}

static RESULT event_row(const struct db_rows *rows, size_t row, struct json *array)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *detail = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_time(object, "at", db_int(rows, row, HISTORY_AT)));
	TRY(json_set_text(object, "event", db_text(rows, row, HISTORY_EVENT)));
	TRY(json_set_text(object, "actor", db_text(rows, row, HISTORY_ACTOR)));
	TRY(json_set_text(object, "role", db_text(rows, row, HISTORY_ROLE)));
	TRY(json_parse(blob_text(db_text(rows, row, HISTORY_DETAIL)), &detail));
	TRY(json_set(object, "detail", MOVE(detail)));
	return json_append(array, MOVE(object));
}

static RESULT set_pickup(struct json *object, const struct db_rows *rows, size_t row)
{
	AUTO(json_free) struct json *pickup = NULL;
	if (db_is_null(rows, row, HANDED_PICKUP_UNTIL))
		return OK;
	TRY(json_new_object(&pickup));
	TRY(json_set_text(pickup, "state", db_text(rows, row, HANDED_PICKUP_STATE)));
	TRY(set_time(pickup, "until", rows, row, HANDED_PICKUP_UNTIL));
	TRY(json_set_int(pickup, "tries", db_int(rows, row, HANDED_PICKUP_TRIES)));
	TRY(set_time(pickup, "at", rows, row, HANDED_PICKUP_AT));
	return json_set(object, "pickup", MOVE(pickup));
}

/* Whom a case on hold waited for stands in the detail. */
static RESULT add_resumer(struct json *people, const struct roster *roster,
	const char *detail)
{
	AUTO(json_free) struct json *object = NULL;
	const char *resumer;
	TRY(json_parse(blob_text(detail), &object));
	TRY(json_get_text_or(object, "resumer", "", &resumer));
	return answer_person(people, roster, resumer);
}

static RESULT delivery_row(const struct db_rows *rows, size_t row, struct json *array)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "form", db_text(rows, row, HANDED_FORM)));
	TRY(json_set_text(object, "fileChannel",
		db_text(rows, row, HANDED_FILE_CHANNEL)));
	TRY(set_text(object, "pinChannel", rows, row, HANDED_PIN_CHANNEL));
	TRY(json_set_bool(object, "pinWaits", db_bool(rows, row, HANDED_PIN_WAITS)));
	TRY(set_time(object, "pinShownAt", rows, row, HANDED_PIN_SHOWN_AT));
	TRY(json_set_text(object, "deliveredBy", db_text(rows, row, HANDED_BY)));
	TRY(set_time(object, "deliveredAt", rows, row, HANDED_AT));
	TRY(set_time(object, "receiptDueAt", rows, row, HANDED_DUE_AT));
	TRY(set_text(object, "receiptMethod", rows, row, HANDED_RECEIPT_METHOD));
	TRY(set_time(object, "receiptAt", rows, row, HANDED_RECEIPT_AT));
	TRY(set_pickup(object, rows, row));
	return json_append(array, MOVE(object));
}

/* Only while its receipt is waited for. */
static RESULT set_reminders(struct json *object, const struct lra_call *call,
	const struct db_rows *rows)
{
	AUTO(json_free) struct json *array = NULL;
	if (db_count(rows) == 0)
		return OK;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_int(row, "days", db_int(rows, i, REMINDER_DAYS)));
		TRY(json_set_time(row, "at", db_int(rows, i, REMINDER_AT)));
		TRY(json_append(array, MOVE(row)));
	}
	const struct roster_lra *lra =
		roster_lra(call->lra->roster, db_text(rows, 0, REMINDER_LRA));
	TRY(json_set_text(object, "unreceived",
		lra != NULL && lra->revoke_unreceived ? "revoke" : "propose"));
	return json_set(object, "reminders", MOVE(array));
}

static RESULT do_get_history(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *events = NULL;
	AUTO(db_rows_free) struct db_rows *handed = NULL;
	AUTO(db_rows_free) struct db_rows *told = NULL;
	AUTO(db_rows_free) struct db_rows *reminders = NULL;
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *array = NULL;
	AUTO(json_free) struct json *deliveries = NULL;
	AUTO(json_free) struct json *notices = NULL;
	AUTO(json_free) struct json *people = NULL;
	const char *receipt = request->parameter[0];
	if (!receipt_number_valid(receipt))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(lra_store_history(call->lra->db, lra_reader(call), receipt, &events));
	if (db_count(events) == 0)
		return FAIL(E_NOT_FOUND, "application %.30s", receipt);
	TRY(lra_store_deliveries(call->lra->db, lra_reader(call), receipt, &handed));
	TRY(lra_store_notices_of(call->lra->db, lra_reader(call), receipt, &told));
	TRY(lra_store_reminders(call->lra->db, lra_reader(call), receipt, &reminders));
	TRY(json_new_array(&notices));
	TRY(lra_notices_answer(told, notices));
	TRY(json_new_object(&object));
	TRY(set_reminders(object, call, reminders));
	TRY(json_new_array(&array));
	TRY(json_new_array(&deliveries));
	TRY(json_new_object(&people));
	for (size_t i = 0; i < db_count(events); i++) {
		TRY(event_row(events, i, array));
		TRY(answer_person(people, call->lra->roster,
			db_text(events, i, HISTORY_ACTOR)));
		TRY(add_resumer(people, call->lra->roster,
			db_text(events, i, HISTORY_DETAIL)));
	}
	for (size_t i = 0; i < db_count(handed); i++)
		TRY(delivery_row(handed, i, deliveries));
	TRY(json_set(object, "events", MOVE(array)));
	TRY(json_set(object, "deliveries", MOVE(deliveries)));
	TRY(json_set(object, "notices", MOVE(notices)));
	TRY(json_set(object, "people", MOVE(people)));
	return json_write_pretty(object, &response->body);
}

static RESULT do_get_entered(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	int64_t version;
	TRY_IN(text_to_int(request->parameter[1], 1, INT32_MAX, &version), "version");
	return lra_store_entered(call->lra->db, lra_reader(call), request->parameter[0],
		version, &response->body);
}

LRA_HANDLER(get_queue)
LRA_HANDLER(list_queue)
LRA_HANDLER(search)
LRA_HANDLER(post_take)
LRA_HANDLER(get_duplicates)
LRA_HANDLER(get_history)
LRA_HANDLER(get_entered)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/queue",                           STAFF,  MEDIA_NONE, 0,       get_queue,
	  "How many cases wait, and for what" },
	{ "GET",  "/v1/queue/{tab}",                     STAFF,  MEDIA_NONE, 0,       list_queue,
	  "The cases of one tab by due time" },
	{ "GET",  "/v1/search",                          READER, MEDIA_NONE, 0,       search,
	  "Finds cases by number or name" },
	{ "POST", "/v1/applications/{receipt}/take",     STAFF,  MEDIA_JSON, 1 * KIB, post_take,
	  "Takes a case to work on, or gives it back" },
	{ "GET",  "/v1/applications/{receipt}/duplicates", READER, MEDIA_NONE, 0,     get_duplicates,
	  "Cases of people that look like this one" },
	{ "GET",  "/v1/applications/{receipt}/history",  READER, MEDIA_NONE, 0,       get_history,
	  "What happened to one application" },
	{ "GET",  "/v1/applications/{receipt}/versions/{version}", READER, MEDIA_NONE, 0, get_entered,
	  "One version of an application, as it was entered" },
};
/* clang-format on */
const struct lra_route_set lra_routes_queue = { routes, COUNT(routes) };
