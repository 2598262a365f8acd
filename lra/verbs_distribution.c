/* verbs_distribution: many hand-overs in one step, from the command line. */
#include <unistd.h>

#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

enum { LOOK_S = 1 };

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

static long long number_of(const struct json *object, const char *name)
{
	int64_t number = 0;
	IGNORE(json_get_int_or(object, name, 0, &number)); /* shown as none */
	return number;
}

static void tell(struct command_call *call, const struct json *answer)
{
	printf("%lld %s  %s %lld/%lld  %s %lld  %s %lld  %s %lld\n",
		number_of(answer, "id"), text_of(answer, "state"),
		command_say(call, "done", "済"), number_of(answer, "done"),
		number_of(answer, "of"), command_say(call, "refused", "不可"),
		number_of(answer, "refused"), command_say(call, "cancelled", "中止"),
		number_of(answer, "cancelled"), command_say(call, "files", "ファイル"),
		number_of(answer, "files"));
}

static RESULT print(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	if (call->json)
		fputs(buf_text(raw), stdout);
	else
		tell(call, answer);
	return OK;
}

static RESULT ask_one(struct session *session, const char *id, struct buf *raw,
	struct json **answer)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/distributions/%.20s", id);
	buf_clear(raw);
	*raw = BUF(64 * KIB);
	return session_ask(session, "GET", path, BLOB_NONE, raw, answer);
}

/* Until nobody waits any more; on a terminal the last line is written anew. */
static RESULT watch(struct session *session, const char *id, struct buf *raw)
{
	for (;;) {
		AUTO(json_free) struct json *answer = NULL;
		TRY(ask_one(session, id, raw, &answer));
		if (number_of(answer, "waiting") == 0)
			return print(session->call, raw, answer);
		if (session->call->interactive)
			fprintf(stderr, "\r%lld/%lld  %lld s   ",
				number_of(answer, "of") - number_of(answer, "waiting"),
				number_of(answer, "of"),
				number_of(answer, "secondsLeft"));
		sleep(LOOK_S);
	}
}

static RESULT body_of(struct command_call *call, struct buf *out)
{
	static const struct {
		const char *option, *member;
	} texts[] = {
		{ "form", "form" },
		{ "file-channel", "fileChannel" },
		{ "pin-channel", "pinChannel" },
		{ "key", "idempotencyKey" },
	};
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *list = NULL;
	TRY(json_new_object(&object));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (command_text(call, texts[i].option) != NULL)
			TRY(json_set_text(object, texts[i].member,
				command_text(call, texts[i].option)));
	TRY(session_receipts(call, &list));
	TRY(json_set(object, "receiptNumbers", MOVE(list)));
	return json_write(object, out);
}

RESULT verb_distribute(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	AUTO(json_free) struct json *answer = NULL;
	char id[24];
	TRY(session_open(call, &session));
	TRY(body_of(call, &body));
	TRY(session_ask(&session, "POST", "/v1/distributions", buf_view(&body), &raw,
		&answer));
	snprintf(id, sizeof id, "%lld", number_of(answer, "id"));
	command_next(call, "inkan lra distribution files %s -o FILE.zip", id);
	return command_has(call, "wait") ? watch(&session, id, &raw)
					 : print(call, &raw, answer);
}

static RESULT tell_list(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	const struct json *list;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	TRY(json_get_array(answer, "distributions", &list));
	for (size_t i = 0; i < json_count(list); i++)
		tell(call, json_at(list, i));
	return OK;
}

RESULT verb_distribution_list(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", "/v1/distributions", BLOB_NONE, &raw, &answer));
	return tell_list(call, &raw, answer);
}

RESULT verb_distribution_show(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(64 * KIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(session_open(call, &session));
	if (command_has(call, "wait"))
		return watch(&session, call->argument[0], &raw);
	TRY(ask_one(&session, call->argument[0], &raw, &answer));
	return print(call, &raw, answer);
}

/* Why somebody was refused: the first reason. */
static const char *reason_of(struct command_call *call, const struct json *row)
{
	const struct json *refusal, *faults;
	if (!json_has(row, "refusal") ||
		err_is(json_get_object(row, "refusal", &refusal)))
		return "";
	if (err_is(json_get_array(refusal, "faults", &faults)) || json_count(faults) == 0)
		return text_of(refusal, command_say(call, "message_en", "message_ja"));
	return text_of(json_at(faults, 0), command_say(call, "message_en", "message_ja"));
}

static RESULT tell_rows(struct command_call *call, const struct json *answer)
{
	const struct json *list;
	TRY(json_get_array(answer, "rows", &list));
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *row = json_at(list, i);
		printf("%lld  %s  %s  %s\n", number_of(row, "position"),
			text_of(row, "receiptNumber"), text_of(row, "state"),
			reason_of(call, row));
	}
	return OK;
}

RESULT verb_distribution_rows(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	long long after = 0;
	TRY(session_open(call, &session));
	do {
		AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
		AUTO(json_free) struct json *answer = NULL;
		char path[160];
		snprintf(path, sizeof path,
			"/v1/distributions/%.20s/rows?state=%.15s&after=%lld&limit=%d",
			call->argument[0],
			command_text(call, "state") == NULL ? ""
							    : command_text(call, "state"),
			after, 500);
		TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &answer));
		if (call->json)
			fputs(buf_text(&raw), stdout);
		else
			TRY(tell_rows(call, answer));
		after = number_of(answer, "next");
	} while (after != 0);
	return OK;
}

static RESULT post(struct command_call *call, const char *deed)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(64 * KIB);
	AUTO(json_free) struct json *answer = NULL;
	char path[96];
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/distributions/%.20s/%s", call->argument[0],
		deed);
	TRY(session_ask(&session, "POST", path, BLOB_NONE, &raw, &answer));
	return print(call, &raw, answer);
}

RESULT verb_distribution_cancel(struct command_call *call)
{
	return post(call, "cancel");
}

RESULT verb_distribution_taken(struct command_call *call)
{
	TRY(command_confirm(call, call->argument[0], "erases the files that are kept of",
		"保管中のファイルを消去します:"));
	return post(call, "taken");
}

RESULT verb_distribution_files(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	char path[96];
	if (command_text(call, "output") == NULL) {
		call->exit = COMMAND_USAGE;
		return FAIL(E_INPUT, "-o FILE is missing");
	}
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/distributions/%.20s/files", call->argument[0]);
	command_next(call, "inkan lra distribution taken %s", call->argument[0]);
	return session_fetch_file(&session, path, command_text(call, "output"));
}
