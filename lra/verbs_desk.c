/* verbs_desk: what waits, finding a case, who works on it, and what a form would become. */
#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

static RESULT ask(struct command_call *call, const char *method, const char *path,
	struct blob body, struct buf *raw, struct json **answer)
{
	AUTO(session_close) struct session session = { .call = NULL };
	TRY(session_open(call, &session));
	return session_ask(&session, method, path, body, raw, answer);
}

/* Asks and prints the answer as it is. */
static RESULT print(struct command_call *call, const char *method, const char *path,
	struct blob body)
{
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	TRY(ask(call, method, path, body, &raw, NULL));
	fputs(buf_text(&raw), stdout);
	return OK;
}

static void print_cases(struct command_call *call, const struct json *answer)
{
	const struct json *list, *row;
	size_t count = 0;
	char next[40] = "";
	int64_t id = 0;
	if (!err_is(json_get_array(answer, "cases", &list)))
		for (; (row = json_at(list, count)) != NULL; count++)
			printf("%-20s %-14s %-10s %-28s %-10s %s%s%s\n",
				text_of(row, "dueAt"), text_of(row, "receiptNumber"),
				text_of(row, "state"), text_of(row, "commonName"),
				text_of(row, "takenBy"), text_of(row, "event"),
				json_has(row, "proposed")
					? command_say(call, " (proposed)", " (提案)")
					: "",
				json_has(row, "noticeFailed")
					? command_say(call, " ! a notice failed",
						  " ! 通知不達")
					: "");
	if (count == 0)
		call->exit = COMMAND_NO;
	if (!err_is(json_get_int_or(answer, "next", 0, &id)) && id != 0)
		snprintf(next, sizeof next, "--before %lld", (long long)id);
	else if (text_of(answer, "next")[0] != 0)
		snprintf(next, sizeof next, "--after %.30s", text_of(answer, "next"));
	if (next[0] != 0)
		fprintf(stderr, "%s: %s\n", command_say(call, "more", "続き"), next);
}

static RESULT show_cases(struct command_call *call, const char *path)
{
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(ask(call, "GET", path, BLOB_NONE, &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		print_cases(call, answer);
	return OK;
}

static RESULT show_counts(struct command_call *call)
{
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *list, *row;
	TRY(ask(call, "GET", "/v1/queue", BLOB_NONE, &raw, &answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	TRY(json_get_array(answer, "tabs", &list));
	for (size_t i = 0; (row = json_at(list, i)) != NULL; i++) {
		int64_t count, late;
		TRY(json_get_int(row, "count", &count));
		TRY(json_get_int(row, "late", &late));
		printf("%-10s %8lld  %s %-8lld %s\n", text_of(row, "tab"),
			(long long)count, command_say(call, "late", "期限超過"),
			(long long)late, text_of(row, "oldest"));
	}
	return OK;
}

RESULT verb_queue(struct command_call *call)
{
	AUTO(buf_clear) struct buf path = BUF(4 * KIB);
	if (call->argument_count == 0)
		return show_counts(call);
	TRY(buf_append_format(&path, "/v1/queue/%.20s?limit=%lld", call->argument[0],
		(long long)command_int(call, "limit")));
	TRY(session_add_query(&path, "mine", command_has(call, "mine") ? "true" : NULL));
	TRY(session_add_query(&path, "after", command_text(call, "after")));
	return show_cases(call, buf_text(&path));
}

RESULT verb_search(struct command_call *call)
{
	AUTO(buf_clear) struct buf path = BUF(4 * KIB);
	TRY(buf_append_format(&path, "/v1/search?limit=%lld",
		(long long)command_int(call, "limit")));
	TRY(session_add_query(&path, "text", call->argument[0]));
	TRY(session_add_query(&path, "state", command_text(call, "state")));
	TRY(session_add_query(&path, "before", command_text(call, "before")));
	return show_cases(call, buf_text(&path));
}

RESULT verb_take(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s/take", call->argument[0]);
	return print(call, "POST", path,
		blob_text(command_has(call, "back") ? "{\"back\":true}" : "{}"));
}

RESULT verb_history(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s/history", call->argument[0]);
	return print(call, "GET", path, BLOB_NONE);
}

RESULT verb_duplicates(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s/duplicates",
		call->argument[0]);
	return print(call, "GET", path, BLOB_NONE);
}

RESULT verb_preview(struct command_call *call)
{
	AUTO(buf_clear) struct buf form = BUF(LIMIT_JSON);
	TRY(session_read_file(call->argument[0], &form));
	return print(call, "POST", "/v1/preview", buf_view(&form));
}

RESULT verb_office(struct command_call *call)
{
	return print(call, "GET", "/v1/office", BLOB_NONE);
}

RESULT verb_identity_rules(struct command_call *call)
{
	return print(call, "GET", "/v1/identity-rules", BLOB_NONE);
}
