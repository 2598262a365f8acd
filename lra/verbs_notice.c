/* verbs_notice: what applicants were told, and telling them again. */
#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

/* A line for each recipient, or one that says that there is none. */
static void print_notice(const struct json *notice)
{
	const struct json *deliveries = NULL, *row;
	int64_t id = 0;
	IGNORE(json_get_int_or(notice, "id", 0, &id)); /* always there */
	IGNORE(json_get_array(notice, "deliveries", &deliveries));
	for (size_t i = 0; i == 0 || i < json_count(deliveries); i++) {
		row = json_at(deliveries, i);
		printf("%-8lld %-20s %-14s %-16s", (long long)id, text_of(notice, "at"),
			text_of(notice, "receiptNumber"), text_of(notice, "kind"));
		if (row != NULL)
			printf(" %-8s %-7s %s  %s", text_of(row, "state"),
				text_of(row, "channel"), text_of(row, "recipient"),
				text_of(row, "answer"));
		putchar('\n');
	}
}

static RESULT ask(struct command_call *call, const char *method, const char *path)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *list, *row;
	size_t count = 0;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, method, path,
		blob_text(strcmp(method, "POST") == 0 ? "{}" : ""), &raw, &answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	if (!json_has(answer, "notices")) {
		print_notice(answer);
		return OK;
	}
	TRY(json_get_array(answer, "notices", &list));
	for (; (row = json_at(list, count)) != NULL; count++)
		print_notice(row);
	if (count == 0)
		call->exit = COMMAND_NO;
	else
		fprintf(stderr, "%s: --after %s\n", command_say(call, "more", "続き"),
			text_of(answer, "next"));
	return OK;
}

RESULT verb_notices_list(struct command_call *call)
{
	char path[160];
	const char *after = command_text(call, "after"),
		   *state = command_text(call, "state");
	snprintf(path, sizeof path, "/v1/notices?limit=%lld%s%.44s%s%.10s",
		(long long)command_int(call, "limit"),
		after == NULL ? "" : "&after=", after == NULL ? "" : after,
		state == NULL ? "" : "&state=", state == NULL ? "" : state);
	return ask(call, "GET", path);
}

RESULT verb_notices_show(struct command_call *call)
{
	char path[80];
	snprintf(path, sizeof path, "/v1/notices/%.20s", call->argument[0]);
	return ask(call, "GET", path);
}

RESULT verb_notices_again(struct command_call *call)
{
	char path[80];
	snprintf(path, sizeof path, "/v1/notices/%.20s/again", call->argument[0]);
	return ask(call, "POST", path);
}
