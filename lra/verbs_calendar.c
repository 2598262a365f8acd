/* verbs_calendar: which certificates end when, and the address of one's calendar program. */
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
	struct buf *raw, struct json **answer)
{
	AUTO(session_close) struct session session = { .call = NULL };
	TRY(session_open(call, &session));
	return session_ask(&session, method, path,
		blob_text(strcmp(method, "POST") == 0 ? "{}" : ""), raw, answer);
}

static void print_certificates(struct command_call *call, const struct json *answer)
{
	const struct json *list, *row;
	size_t count = 0;
	if (!err_is(json_get_array(answer, "certificates", &list)))
		for (; (row = json_at(list, count)) != NULL; count++)
			printf("%-20s %-14s %-28s %-12s %s %s\n",
				text_of(row, "notAfter"), text_of(row, "receiptNumber"),
				text_of(row, "commonName"),
				text_of(row, "employeeNumber"),
				json_has(row, "renewedBy")
					? command_say(call, "renewed by", "更新済")
					: command_say(call, "not renewed", "未更新"),
				text_of(row, "renewedBy"));
	if (count == 0)
		call->exit = COMMAND_NO;
	if (text_of(answer, "next")[0] != 0)
		fprintf(stderr, "%s: --after %s\n", command_say(call, "more", "続き"),
			text_of(answer, "next"));
}

RESULT verb_expiring(struct command_call *call)
{
	static const char *const names[] = { "month", "from", "to", "after" };
	AUTO(buf_clear) struct buf path = BUF(4 * KIB);
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(buf_append_format(&path, "/v1/expiring?limit=%lld",
		(long long)command_int(call, "limit")));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		TRY(session_add_query(&path, names[i], command_text(call, names[i])));
	TRY(ask(call, "GET", buf_text(&path), &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		print_certificates(call, answer);
	return OK;
}

static RESULT print(struct command_call *call, const char *method, const char *path)
{
	AUTO(buf_clear) struct buf raw = BUF(64 * KIB);
	TRY(ask(call, method, path, &raw, NULL));
	fputs(buf_text(&raw), stdout);
	return OK;
}

RESULT verb_calendar_show(struct command_call *call)
{
	return print(call, "GET", "/v1/calendar-address");
}

RESULT verb_calendar_new(struct command_call *call)
{
	return print(call, "POST", "/v1/calendar-address");
}

RESULT verb_calendar_end(struct command_call *call)
{
	return print(call, "POST", "/v1/calendar-address/end");
}
