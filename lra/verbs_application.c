/* verbs_application: entering, looking, correcting, evidence. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "lra/session.h"
#include "lra/verbs.h"

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

/* The file as it is, or with the request of --csr put into it. */
static RESULT read_form(struct command_call *call, const char *path, struct buf *out)
{
	AUTO(buf_clear) struct buf file = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf csr = BUF(64 * KIB);
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *key = NULL;
	if (command_text(call, "csr") == NULL)
		return session_read_file(path, out);
	TRY(session_read_file(path, &file));
	TRY_IN(json_parse(buf_view(&file), &object), "%s", path);
	TRY(file_read(command_text(call, "csr"), &csr));
	TRY(json_new_object(&key));
	TRY(json_set_text(key, "origin", "csr"));
	TRY(json_set_text(key, "csr", buf_text(&csr)));
	TRY(json_set(object, "key", MOVE(key)));
	return json_write(object, out);
}

static void tell_received(struct command_call *call, const struct json *answer)
{
	const struct json *list, *row;
	printf("%s  %s\n", text_of(answer, "receiptNumber"),
		text_of(answer, "subjectText"));
	if (!err_is(json_get_array(answer, "normalised", &list)))
		for (size_t i = 0; (row = json_at(list, i)) != NULL; i++)
			fprintf(stderr, "%s %s: \"%s\" -> \"%s\"\n",
				command_say(call, "repaired", "整形しました"),
				text_of(row, "field"), text_of(row, "from"),
				text_of(row, "to"));
	command_next(call, "inkan lra evidence %s FILE",
		text_of(answer, "receiptNumber"));
}

static RESULT send_form(struct command_call *call, const char *method, const char *path,
	const char *file)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf form = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(session_open(call, &session));
	TRY(read_form(call, file, &form));
	TRY(session_ask(&session, method, path, buf_view(&form), &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		tell_received(call, answer);
	return OK;
}

RESULT verb_apply(struct command_call *call)
{
	return send_form(call, "POST", "/v1/applications", call->argument[0]);
}

RESULT verb_amend(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s", call->argument[0]);
	return send_form(call, "PUT", path, call->argument[1]);
}

/* ---- a draft out of what was entered before */

/* The consent was given to the application that ended: the applicant gives it anew. */
static RESULT take_up(const struct json *entered, const char *receipt, struct buf *out)
{
	static const char *const left[] = { "version", "idempotencyKey", "acceptance",
		"copyOf" };
	AUTO(json_free) struct json *form = NULL;
	const struct json *value;
	const char *name;
	TRY(json_new_object(&form));
	for (size_t i = 0; (name = json_name_at(entered, i, &value)) != NULL; i++) {
		bool keep = true;
		for (size_t j = 0; j < COUNT(left); j++)
			keep = keep && strcmp(name, left[j]) != 0;
		if (keep)
			TRY(json_set_copy(form, name, value));
	}
	TRY(json_set_text(form, "copyOf", receipt));
	return json_write_pretty(form, out);
}

RESULT verb_copy(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf form = BUF(LIMIT_JSON);
	AUTO(json_free) struct json *brief = NULL;
	AUTO(json_free) struct json *entered = NULL;
	const char *receipt = call->argument[0], *to = command_text(call, "output");
	char path[128];
	int64_t version;
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/applications/%.40s", receipt);
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &brief));
	TRY(json_get_int(brief, "version", &version));
	snprintf(path, sizeof path, "/v1/applications/%.40s/versions/%lld", receipt,
		(long long)version);
	buf_clear(&raw);
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &entered));
	TRY(take_up(entered, receipt, &form));
	if (to == NULL)
		fputs(buf_text(&form), stdout);
	else
		TRY(file_write(to, buf_view(&form), 0600));
	fputs(command_say(call, "The applicant consents anew: add acceptance.\n",
		      "同意 (acceptance) は改めて得て、書き足してください。\n"),
		stderr);
	command_next(call, "inkan lra apply %s", to == NULL ? "FILE" : to);
	return OK;
}

/* Asks and prints the answer as it is. */
static RESULT print_answer(struct command_call *call, const char *path)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(2 * MIB);
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, NULL));
	fputs(buf_text(&raw), stdout);
	return OK;
}

RESULT verb_show(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s", call->argument[0]);
	return print_answer(call, path);
}

RESULT verb_session(struct command_call *call)
{
	return print_answer(call, "/v1/session");
}

RESULT verb_agreements(struct command_call *call)
{
	return print_answer(call, "/v1/agreements");
}

RESULT verb_status(struct command_call *call)
{
	char path[160];
	snprintf(path, sizeof path, "/v1/certificates/%.40s/%.60s", call->argument[0],
		call->argument[1]);
	return print_answer(call, path);
}

/* ---- lists */

static bool is_overdue(const struct json *row)
{
	int64_t due;
	const char *text = text_of(row, "receiptDueAt");
	return text[0] != 0 && !err_is(clock_parse(text, &due)) && due < clock_now();
}

/* R-LRA-09: a receipt that does not come leads to a proposal to revoke. */
static void print_row(struct command_call *call, const struct json *row)
{
	printf("%-14s %-11s %-16s %-28s %s%s\n", text_of(row, "receiptNumber"),
		text_of(row, "state"), text_of(row, "profile"),
		text_of(row, "commonName"), text_of(row, "changedAt"),
		is_overdue(row)
			? command_say(call,
				  "  receipt overdue: inkan lra revoke --event "
				  "notReceived",
				  "  受領期限超過: inkan lra revoke --event notReceived")
			: "");
}

/* Page after page. */
static RESULT print_state(struct command_call *call, struct session *session,
	const char *state, size_t *count)
{
	int64_t after = 0;
	do {
		AUTO(buf_clear) struct buf raw = BUF(2 * MIB);
		AUTO(json_free) struct json *answer = NULL;
		const struct json *list, *row;
		char path[128];
		snprintf(path, sizeof path,
			"/v1/applications?state=%.20s&after=%lld&limit=200", state,
			(long long)after);
		TRY(session_ask(session, "GET", path, BLOB_NONE, &raw, &answer));
		TRY(json_get_array(answer, "applications", &list));
		for (size_t i = 0; (row = json_at(list, i)) != NULL; i++) {
			print_row(call, row);
			(*count)++;
		}
		TRY(json_get_int_or(answer, "next", 0, &after));
	} while (after != 0);
	return OK;
}

RESULT verb_list(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	const char *state = command_text(call, "state");
	char path[160];
	size_t count = 0;
	if (call->json) {
		snprintf(path, sizeof path,
			"/v1/applications?state=%.20s&after=%lld&limit=%lld",
			state == NULL ? "" : state, (long long)command_int(call, "after"),
			(long long)command_int(call, "limit"));
		return print_answer(call, path);
	}
	TRY(session_open(call, &session));
	TRY(print_state(call, &session, state == NULL ? "" : state, &count));
	return OK;
}

/* ---- evidence */

RESULT verb_evidence(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf file = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *value = NULL;
	AUTO(json_free) struct json *object = NULL;
	char path[128];
	TRY(session_open(call, &session));
	TRY(session_read_file(call->argument[1], &file));
	TRY_IN(json_parse(buf_view(&file), &value), "%s", call->argument[1]);
	if (json_is_array(value)) {
		TRY(json_new_object(&object));
		TRY(json_set(object, "evidence", MOVE(value)));
	} else {
		object = MOVE(value);
	}
	TRY(json_write(object, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/evidence", call->argument[0]);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, NULL));
	fputs(buf_text(&raw), stdout);
	command_next(call, "inkan lra identify %s", call->argument[0]);
	return OK;
}
