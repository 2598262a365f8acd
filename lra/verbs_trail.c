/* verbs_trail: the audit trail of one's LRA. */
#include <inttypes.h>

#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

static RESULT add_day(struct command_call *call, const char *name, struct buf *path)
{
	char time[32];
	if (command_text(call, name) == NULL)
		return OK;
	TRY(verbs_day_begins(name, command_text(call, name), time));
	return session_add_query(path, name, time);
}

static RESULT build_path(struct command_call *call, const char *path, struct buf *out)
{
	TRY(buf_append_format(out, "%s?limit=%lld", path,
		(long long)command_int(call, "limit")));
	TRY(session_add_query(out, "object", command_text(call, "case")));
	TRY(session_add_query(out, "person", command_text(call, "person")));
	TRY(session_add_query(out, "event", command_text(call, "event")));
	TRY(add_day(call, "from", out));
	TRY(add_day(call, "until", out));
	if (command_has(call, "before"))
		TRY(buf_append_format(out, "&before=%lld",
			(long long)command_int(call, "before")));
	return OK;
}

static void print_chain(const struct command_call *call, const struct json *answer)
{
	const struct json *chain;
	int64_t links, events;
	if (err_is(json_get_object(answer, "chain", &chain)) ||
		err_is(json_get_int(chain, "links", &links)) ||
		err_is(json_get_int(chain, "events", &events))) {
		printf("%s\n",
			command_say(call, "chain: not verified yet", "連鎖: 未検証"));
		return;
	}
	printf("%s %s: %" PRId64 " / %" PRId64 " %s\n",
		command_say(call, "chain verified", "連鎖の検証"),
		text_of(chain, "checkedAt"), links, events,
		json_has(chain, "fault") ? text_of(chain, "fault")
					 : command_say(call, "unbroken", "異常なし"));
}

static void print_events(struct command_call *call, const struct json *answer)
{
	const struct json *list, *row;
	size_t count = 0;
	int64_t next;
	if (!err_is(json_get_array(answer, "events", &list)))
		for (; (row = json_at(list, count)) != NULL; count++)
			printf("%s %-24s %-12s %-20s %s%s\n", text_of(row, "at"),
				text_of(row, "event"), text_of(row, "actor"),
				text_of(row, "object"), text_of(row, "origin"),
				strcmp(text_of(row, "result"), "refused") == 0
					? command_say(call, "  refused", "  拒否")
					: "");
	print_chain(call, answer);
	if (count == 0)
		call->exit = COMMAND_NO;
	if (!err_is(json_get_int(answer, "next", &next)))
		fprintf(stderr, "%s: --before %" PRId64 "\n",
			command_say(call, "more", "続き"), next);
}

RESULT verb_trail(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf path = BUF(4 * KIB);
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	const char *output = command_text(call, "output");
	bool table = command_has(call, "csv");
	TRY(build_path(call, table ? "/v1/audit-events.csv" : "/v1/audit-events", &path));
	TRY(session_open(call, &session));
	if (table && output == NULL)
		return session_fetch(&session, buf_text(&path), stdout);
	if (table || output != NULL)
		return session_fetch_file(&session, buf_text(&path), output);
	TRY(session_ask(&session, "GET", buf_text(&path), BLOB_NONE, &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		print_events(call, answer);
	return OK;
}
