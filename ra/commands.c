#include "ra/commands.h"

#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/net/client.h"
#include "common/proc/proc.h"
#include "ra/conf.h"
#include "ra/serve.h"

static RESULT load(struct command_call *call, struct ra_conf *conf)
{
	struct conf_faults faults = { .count = 0 };
	struct err err = ra_conf_load(command_text(call, "config"), conf, &faults);
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

static RESULT run_process(const char *process, const struct ra_conf *conf)
{
	if (strcmp(process, "orders") == 0)
		return ra_orders_loop(conf);
	if (strcmp(process, "worker") == 0)
		return ra_worker_loop(conf);
	return FAIL(E_INPUT, "--process: orders or worker");
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(ra_conf_clear) struct ra_conf conf = { .id = NULL };
	char name[64];
	const char *process = command_text(call, "process");
	TRY(load(call, &conf));
	TRY(proc_signals());
	snprintf(name, sizeof name, "ra%s%s", process == NULL ? "" : "-",
		process == NULL ? "" : process);
	log_open(name, 6);
	struct err err = process != NULL ? run_process(process, &conf)
					 : ra_serve(&conf, command_text(call, "config"));
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

static RESULT run_check(struct command_call *call)
{
	AUTO(ra_conf_clear) struct ra_conf conf = { .id = NULL };
	TRY(load(call, &conf));
	puts(command_say(call, "The settings are good.", "設定に問題はありません。"));
	return OK;
}

static RESULT run_describe(struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	(void)call;
	TRY(ra_conf_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

/* Officers look through the interface, with their own certificate. */
static RESULT ask(struct command_call *call, const char *path)
{
	AUTO(client_close) struct client *client = NULL;
	AUTO(buf_clear) struct buf answer = BUF(1 * MIB);
	long status;
	const struct client_settings settings = { .base_url = command_text(call, "url"),
		.ca_file = command_text(call, "ca"),
		.certificate_file = command_text(call, "certificate"),
		.key_file = command_text(call, "key"),
		.timeout_s = 30 };
	TRY(client_open(&settings, &client));
	TRY(client_send(client, "GET", path, NULL, BLOB_NONE, &status, &answer));
	fputs(buf_text(&answer), status == 200 ? stdout : stderr);
	if (status == 200)
		return OK;
	return FAIL(status == 404   ? E_NOT_FOUND
		    : status == 403 ? E_DENIED
		    : status >= 500 ? E_RETRY
				    : E_INPUT,
		"the RA answered %ld", status);
}

static RESULT run_show(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications/%.60s", call->argument[0]);
	return ask(call, path);
}

static RESULT run_list(struct command_call *call)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/applications?state=%.60s",
		command_text(call, "state"));
	return ask(call, path);
}

/* clang-format off */
static const struct command_option check_options[] = {
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "the settings file", .summary_ja = "設定ファイル" },
	{ .name = NULL },
};
static const struct command_option serve_options[] = {
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "the settings file", .summary_ja = "設定ファイル" },
	{ .name = "process", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "run as one of the parent's processes (it does so itself)",
	  .summary_ja = "親プロセスが内部で使用" },
	{ .name = NULL },
};
#define CLIENT_OPTIONS                                                                                            \
	{ .name = "url", .type = OPTION_TEXT, .value = "URL", .required = true,                                   \
	  .summary = "address of the RA", .summary_ja = "登録局のアドレス" },                                     \
	{ .name = "ca", .type = OPTION_TEXT, .value = "FILE", .required = true,                                   \
	  .summary = "PEM file of the CA that vouches for it", .summary_ja = "サーバ証明書を検証するCA" },        \
	{ .name = "certificate", .type = OPTION_TEXT, .value = "FILE", .required = true,                          \
	  .summary = "your certificate", .summary_ja = "担当者の証明書" },                                        \
	{ .name = "key", .type = OPTION_TEXT, .value = "FILE", .required = true,                                  \
	  .summary = "its private key", .summary_ja = "担当者の秘密鍵" }
static const struct command_option show_options[] = { CLIENT_OPTIONS, { .name = NULL } };
static const struct command_option list_options[] = { CLIENT_OPTIONS,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE", .fallback = "refused",
	  .summary = "applications in this state", .summary_ja = "表示する状態" },
	{ .name = NULL } };
static const char *const serve_examples[] = { "inkan ra serve -c /etc/inkan/ra.cfg", NULL };
static const char *const check_examples[] = { "inkan ra check -c /etc/inkan/ra.cfg", NULL };
static const char *const describe_examples[] = { "inkan ra settings", NULL };
static const char *const show_examples[] = {
	"inkan ra show A26-000001-K --url https://localhost:8444 --ca root.pem --certificate me.pem --key me.key", NULL };
static const char *const list_examples[] = {
	"inkan ra list --state refused --url https://localhost:8444 --ca root.pem --certificate me.pem --key me.key", NULL };

static const struct command commands[] = {
	{ "serve", "", 0, 0, "Runs the RA: judges applications and places orders",
	  "登録局を起動 (審査・発行指図)", serve_options, serve_examples, run_serve, false },
	{ "check", "", 0, 0, "Reads the settings and says whether they are good",
	  "設定を検査", check_options, check_examples, run_check, false },
	{ "settings", "", 0, 0, "Prints every setting with its meaning",
	  "設定項目の一覧を表示", NULL, describe_examples, run_describe, false },
	{ "show", "RECEIPT", 1, 1, "Shows one application with the faults found",
	  "申込と審査結果を表示", show_options, show_examples, run_show, false },
	{ "list", "", 0, 0, "Lists applications in a state",
	  "状態別に申込を一覧", list_options, list_examples, run_list, false },
};
/* clang-format on */

const struct command_set ra_commands = { .program = "inkan ra",
	.summary = "The registration authority: judges what LRAs submit, orders what is "
		   "good",
	.summary_ja = "登録局: LRAの申請を審査し、認証局に発行を指図",
	.commands = commands,
	.command_count = COUNT(commands) };
