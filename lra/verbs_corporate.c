/* verbs_corporate: the register of corporate numbers: loading it, a deed of the LRA's host; asking it, one of clerks. */
#include <errno.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "lra/conf.h"
#include "lra/corporate.h"
#include "lra/corporate_load.h"
#include "lra/session.h"
#include "lra/verbs.h"

static void close_file(FILE *file)
{
	if (file != stdin)
		fclose(file);
}
AUTO_DEFINE(FILE, close_file)

static RESULT open_file(const char *path, FILE **out)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (file == NULL)
		return FAIL(E_INPUT, "%s: %s", path, strerror(errno));
	*out = file;
	return OK;
}

static void tell(int64_t rows)
{
	fprintf(stderr, "%lld\n", (long long)rows);
}

static RESULT print_loaded(const struct command_call *call,
	const struct corporate_loaded *loaded)
{
	AUTO(buf_clear) struct buf hex = BUF(64);
	const char *kind = loaded->full ? "full" : "update";
	TRY(hex_append(&hex, BLOB(loaded->sha256)));
	if (call->json)
		printf("{\"kind\":\"%s\",\"rows\":%lld,\"total\":%lld,\"newest\":\"%s\","
		       "\"size\":%lld,\"sha256\":\"%s\"}\n",
			kind, (long long)loaded->rows, (long long)loaded->total,
			loaded->newest, (long long)loaded->size, buf_text(&hex));
	else
		printf(command_say(call,
			       "%lld entries read, %lld numbers there now; the youngest "
			       "of %s\nSHA-256 %s\n",
			       "%lld 件を読み込み、登録は %lld 件、最新の更新日は %s "
			       "です。\nSHA-256 %s\n"),
			(long long)loaded->rows, (long long)loaded->total, loaded->newest,
			buf_text(&hex));
	return OK;
}

RESULT verb_register_import(struct command_call *call)
{
	AUTO(lra_conf_clear) struct lra_conf conf = { .id = NULL };
	AUTO(close_file) FILE *file = NULL;
	struct corporate_loaded loaded;
	if (command_has(call, "full") == command_has(call, "update"))
		return FAIL(E_INPUT, "either --full or --update");
	TRY(verbs_load_conf(call, &conf));
	TRY(open_file(call->argument[0], &file));
	struct err err = corporate_load(&conf, file, command_has(call, "full"),
		clock_now(), isatty(STDERR_FILENO) ? tell : NULL, &loaded);
	if (err.code == E_INPUT)
		return FAIL(E_POLICY, "%.80s: %.150s; nothing was loaded",
			call->argument[0], err.text); /* the command was right */
	TRY(err);
	return print_loaded(call, &loaded);
}

static RESULT print(struct command_call *call, const char *method, const char *path,
	struct blob body)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, method, path, body, &raw, &answer));
	fputs(buf_text(&raw), stdout);
	return OK;
}

RESULT verb_register_status(struct command_call *call)
{
	AUTO(lra_conf_clear) struct lra_conf conf = { .id = NULL };
	AUTO(lra_close) struct lra lra = { .conf = NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf text = BUF(8 * KIB);
	TRY(verbs_load_conf(call, &conf));
	lra.conf = &conf;
	TRY(lra_open_database(&lra));
	TRY(corporate_status(&lra, &object));
	TRY(json_write_pretty(object, &text));
	fputs(buf_text(&text), stdout);
	if (!json_has(object, "register"))
		call->exit = COMMAND_NO;
	return OK;
}

RESULT verb_register_show(struct command_call *call)
{
	char path[64];
	snprintf(path, sizeof path, "/v1/corporate-numbers/%.20s", call->argument[0]);
	return print(call, "GET", path, BLOB_NONE);
}

RESULT verb_register_check(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s/corporate-register",
		call->argument[0]);
	return print(call, "GET", path, BLOB_NONE);
}

RESULT verb_register_accept(struct command_call *call)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf body = BUF(8 * KIB);
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.40s/corporate-register",
		call->argument[0]);
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "reason", command_text(call, "reason")));
	TRY(json_write(object, &body));
	return print(call, "POST", path, buf_view(&body));
}
