/* verbs_import: many applications out of one file: bring it, see what is wrong, mend, sign, follow. */
#include <poll.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "lra/session.h"
#include "lra/verbs.h"

enum { LOOK_MS = 500, SHOWN = 20, FILE_MOST = 1024 * MIB };

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

static int64_t number_of(const struct json *object, const char *inner, const char *name)
{
	const struct json *from = object;
	int64_t number = 0;
	if (inner != NULL && err_is(json_get_object(object, inner, &from)))
		return 0;
	IGNORE(json_get_int_or(from, name, 0, &number)); /* shown as nothing */
	return number;
}

static void path_of(struct command_call *call, const char *behind, char out[static 128])
{
	snprintf(out, 128, "/v1/imports/%.30s%.60s", call->argument[0], behind);
}

/* ---- what is told */

static void print_counts(struct command_call *call, const struct json *answer)
{
	static const struct {
		const char *state, *en, *ja;
	} rows[] = { { "good", "good", "正しい" }, { "faulty", "to mend", "要修正" },
		{ "duplicate", "the same?", "重複?" }, { "made", "entered", "登録済" },
		{ "refused", "refused", "登録不可" } };
	printf("%lld  %s  %s  %s\n", (long long)number_of(answer, NULL, "id"),
		text_of(answer, "state"), text_of(answer, "file"),
		text_of(answer, "sha256"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t count = number_of(answer, "counts", rows[i].state);
		if (count > 0)
			printf("  %-10s %lld\n",
				command_say(call, rows[i].en, rows[i].ja),
				(long long)count);
	}
}

static void print_row(struct command_call *call, const struct json *row)
{
	const struct json *faults, *fault;
	long long line = (long long)number_of(row, NULL, "row");
	if (strcmp(text_of(row, "state"), "duplicate") == 0) {
		printf("%6lld  %s %s", line,
			command_say(call, "the same person or key?", "同一の可能性"),
			text_of(row, "sameReceipt"));
		if (number_of(row, NULL, "sameRow") != 0)
			printf(" %s %lld", command_say(call, "row", "行"),
				(long long)number_of(row, NULL, "sameRow"));
		putchar('\n');
	}
	if (err_is(json_get_array(row, "faults", &faults)))
		return;
	for (size_t i = 0; (fault = json_at(faults, i)) != NULL; i++)
		printf("%6lld  %s: %s (%s)\n", line, text_of(fault, "field"),
			text_of(fault, call->japanese ? "message_ja" : "message_en"),
			text_of(fault, "detail"));
	if (json_count(faults) == 0 && text_of(row, "subjectText")[0] != 0)
		printf("%6lld  %s  %s\n", line, text_of(row, "subjectText"),
			text_of(row, "receiptNumber"));
}

static RESULT print_rows(struct session *session, int64_t id, const char *state,
	int64_t after, int64_t limit)
{
	AUTO(buf_clear) struct buf raw = BUF(64 * MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *rows, *row;
	char path[160];
	snprintf(path, sizeof path,
		"/v1/imports/%lld/rows?state=%.20s&after=%lld&limit=%lld", (long long)id,
		state, (long long)after, (long long)limit);
	TRY(session_ask(session, "GET", path, BLOB_NONE, &raw, &answer));
	if (session->call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	TRY(json_get_array(answer, "rows", &rows));
	for (size_t i = 0; (row = json_at(rows, i)) != NULL; i++)
		print_row(session->call, row);
	if (json_has(answer, "next"))
		fprintf(stderr, "%s: inkan lra import rows %lld --after %lld\n",
			command_say(session->call, "more", "続き"), (long long)id,
			(long long)number_of(answer, NULL, "next"));
	return OK;
}

/* ---- waiting */

static void show_progress(struct command_call *call, const struct json *answer)
{
	if (call->json || !call->interactive || !json_has(answer, "job"))
		return;
	fprintf(stderr, "\r%s %lld/%lld  %s %llds   ", text_of(answer, "state"),
		(long long)number_of(answer, "job", "done"),
		(long long)number_of(answer, "job", "of"),
		command_say(call, "left", "残り"),
		(long long)number_of(answer, "job", "secondsLeft"));
}

/* Until it is in neither of these states; the last answer in raw and out. */
static RESULT wait_while(struct session *session, int64_t id, const char *state,
	struct buf *raw, struct json **out)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/imports/%lld", (long long)id);
	for (;;) {
		AUTO(json_free) struct json *answer = NULL;
		TRY(session_ask(session, "GET", path, BLOB_NONE, raw, &answer));
		if (strcmp(text_of(answer, "state"), state) != 0) {
			*out = MOVE(answer);
			return OK;
		}
		show_progress(session->call, answer);
		poll(NULL, 0, LOOK_MS);
	}
}

static RESULT tell_end(struct session *session, const struct buf *raw,
	const struct json *answer)
{
	struct command_call *call = session->call;
	bool problems = number_of(answer, "counts", "faulty") +
				number_of(answer, "counts", "duplicate") +
				number_of(answer, "counts", "refused") >
			0;
	int64_t id = number_of(answer, NULL, "id");
	if (problems)
		call->exit = COMMAND_NO;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	if (call->interactive)
		fputs("\r", stderr);
	print_counts(call, answer);
	if (problems)
		TRY(print_rows(session, id, "problem", 0, SHOWN));
	if (strcmp(text_of(answer, "state"), "checked") == 0)
		command_next(call, "inkan lra import start %lld", (long long)id);
	return OK;
}

/* ---- bringing a file */

static RESULT send_file(struct session *session, struct json **answer)
{
	struct command_call *call = session->call;
	AUTO(buf_clear) struct buf file = BUF(FILE_MOST);
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf path = BUF(4096);
	const char *name = strrchr(call->argument[0], '/');
	TRY(session_read_file(call->argument[0], &file));
	TRY(buf_append_text(&path, "/v1/imports"));
	TRY(session_add_query(&path, "name",
		name == NULL ? call->argument[0] : name + 1));
	TRY(session_add_query(&path, "charset", command_text(call, "charset")));
	TRY(session_add_query(&path, "separator", command_text(call, "separator")));
	return session_send(session, "POST", buf_text(&path), "text/csv", buf_view(&file),
		&raw, answer);
}

/* {"common": …, "columns": […]} of the files that are named. */
static RESULT send_mapping(struct session *session, int64_t id)
{
	static const char *const members[] = { "common", "columns" };
	struct command_call *call = session->call;
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	char path[64];
	bool any = false;
	TRY(json_new_object(&object));
	for (size_t i = 0; i < 2; i++) {
		AUTO(buf_clear) struct buf file = BUF(LIMIT_JSON);
		AUTO(json_free) struct json *value = NULL;
		const char *name = command_text(call, members[i]);
		if (name == NULL)
			continue;
		TRY(session_read_file(name, &file));
		TRY_IN(json_parse(buf_view(&file), &value), "%s", name);
		TRY(json_set(object, members[i], MOVE(value)));
		any = true;
	}
	if (!any)
		return OK;
	TRY(json_write(object, &body));
	snprintf(path, sizeof path, "/v1/imports/%lld/mapping", (long long)id);
	return session_ask(session, "PUT", path, buf_view(&body), &raw, NULL);
}

RESULT verb_import(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(json_free) struct json *brought = NULL;
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	TRY(session_open(call, &session));
	TRY(send_file(&session, &brought));
	int64_t id = number_of(brought, NULL, "id");
	bool again = false;
	IGNORE(json_get_bool(brought, "again", &again)); /* not told: no */
	if (again && !call->json)
		fprintf(stderr, "%s\n",
			command_say(call,
				"The same file came before: this is its import.",
				"同じファイルは登録済みです。その一括登録を表示します"
				"。"));
	/* What was started keeps the mapping it was signed with. */
	if (strcmp(text_of(brought, "state"), "judging") == 0 ||
		strcmp(text_of(brought, "state"), "checked") == 0)
		TRY(send_mapping(&session, id));
	TRY(wait_while(&session, id, "judging", &raw, &answer));
	return tell_end(&session, &raw, answer);
}

RESULT verb_import_start(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(json_free) struct json *answer = NULL;
	AUTO(json_free) struct json *ended = NULL;
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	char statement[128], start[128], name[64];
	snprintf(statement, sizeof statement, "/v1/imports/%.30s/statement?mode=%s",
		call->argument[0],
		command_has(call, "all") ? "allOrNothing" : "goodRows");
	path_of(call, "/start", start);
	snprintf(name, sizeof name, "import-%.30s", call->argument[0]);
	TRY(session_open(call, &session));
	const struct session_signing signing = { .statement_path = statement,
		.post_path = start,
		.name = name,
		.certificate_file = session.settings.sign_certificate,
		.key_file = session.settings.sign_key };
	TRY(session_sign(&session, &signing, &raw, &answer));
	if (command_has(call, "no-wait")) {
		call->exit = COMMAND_PENDING;
		return session_print_state(call, &raw, answer);
	}
	TRY(wait_while(&session, number_of(answer, NULL, "id"), "running", &raw, &ended));
	return tell_end(&session, &raw, ended);
}

/* ---- looking and mending */

static RESULT ask_import(struct command_call *call, const char *method,
	const char *behind, struct blob body)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	char path[128];
	path_of(call, behind, path);
	TRY(session_open(call, &session));
	TRY(session_ask(&session, method, path, body, &raw, &answer));
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		print_counts(call, answer);
	return OK;
}

RESULT verb_import_show(struct command_call *call)
{
	return ask_import(call, "GET", "", BLOB_NONE);
}

RESULT verb_import_cancel(struct command_call *call)
{
	return ask_import(call, "POST", "/cancel", blob_text("{}"));
}

RESULT verb_import_list(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	const struct json *list, *row;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", "/v1/imports", BLOB_NONE, &raw, &answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	TRY(json_get_array(answer, "imports", &list));
	for (size_t i = 0; (row = json_at(list, i)) != NULL; i++)
		printf("%lld  %-9s %6lld  %s  %s\n",
			(long long)number_of(row, NULL, "id"), text_of(row, "state"),
			(long long)number_of(row, NULL, "rows"),
			text_of(row, "enteredAt"), text_of(row, "file"));
	return OK;
}

RESULT verb_import_rows(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	TRY(session_open(call, &session));
	return print_rows(&session, strtoll(call->argument[0], NULL, 10),
		command_text(call, "state") == NULL ? "" : command_text(call, "state"),
		command_int(call, "after"), command_int(call, "limit"));
}

/* The row as it is now: mended is what was seen, by its version. */
static RESULT mend(struct command_call *call, struct json *change)
{
	AUTO(json_free) struct json *held = change;
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	AUTO(json_free) struct json *rows = NULL;
	AUTO(json_free) struct json *answer = NULL;
	const struct json *list;
	char path[160];
	long long number = strtoll(call->argument[1], NULL, 10);
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/imports/%.30s/rows?after=%lld&limit=1",
		call->argument[0], number - 1);
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &rows));
	TRY(json_get_array(rows, "rows", &list));
	if (number_of(json_at(list, 0), NULL, "row") != number)
		return FAIL(E_NOT_FOUND, "row %lld", number);
	TRY(json_set_int(held, "version", number_of(json_at(list, 0), NULL, "version")));
	TRY(json_write(held, &body));
	snprintf(path, sizeof path, "/v1/imports/%.30s/rows/%lld", call->argument[0],
		number);
	TRY(session_ask(&session, "PUT", path, buf_view(&body), &raw, &answer));
	if (strcmp(text_of(answer, "state"), "good") != 0)
		call->exit = COMMAND_NO;
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		print_row(call, answer);
	return OK;
}

RESULT verb_import_mend(struct command_call *call)
{
	AUTO(json_free) struct json *change = NULL;
	AUTO(json_free) struct json *cells = NULL;
	char column[24];
	long long number = strtoll(call->argument[2], NULL, 10);
	snprintf(column, sizeof column, "%lld", number - 1);
	TRY(json_new_object(&change));
	TRY(json_new_object(&cells));
	TRY(json_set_text(cells, column, call->argument[3]));
	TRY(json_set(change, "cells", MOVE(cells)));
	return mend(call, MOVE(change));
}

RESULT verb_import_keep(struct command_call *call)
{
	AUTO(json_free) struct json *change = NULL;
	TRY(json_new_object(&change));
	TRY(json_set_bool(change, "keep", true));
	return mend(call, MOVE(change));
}

RESULT verb_import_changes(struct command_call *call)
{
	static const struct {
		const char *member, *en, *ja;
	} lists[] = { { "joiners", "joins", "入社" }, { "leavers", "left?", "退職?" } };
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	const struct json *list, *row;
	char path[128];
	path_of(call, "/changes", path);
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, &answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	for (size_t l = 0; l < 2; l++) {
		TRY(json_get_array(answer, lists[l].member, &list));
		for (size_t i = 0; (row = json_at(list, i)) != NULL; i++)
			printf("%s  %-12s %s  %s\n",
				command_say(call, lists[l].en, lists[l].ja),
				text_of(row, "employeeNumber"), text_of(row, "name"),
				text_of(row, "receiptNumber"));
	}
	return OK;
}

static RESULT save(struct command_call *call, const char *path)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(4 * MIB);
	const char *to = command_text(call, "output");
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, NULL));
	if (to != NULL)
		return file_write(to, buf_view(&raw), 0600);
	fputs(buf_text(&raw), stdout);
	return OK;
}

RESULT verb_import_faults(struct command_call *call)
{
	char path[128];
	path_of(call, "/faults.csv", path);
	return save(call, path);
}

RESULT verb_import_template(struct command_call *call)
{
	return save(call, "/v1/import-template");
}
