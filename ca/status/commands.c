#include "ca/status/commands.h"

#include "ca/status/counter.h"
#include "ca/status/feeder.h"
#include "ca/status/parent.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/flow/issuer_file.h"
#include "common/proc/proc.h"

static void print_faults(const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count && i < COUNT(faults->text); i++)
		fprintf(stderr, "%s\n", faults->text[i]);
}

static RESULT load(struct command_call *call, struct status_conf *conf)
{
	struct conf_faults faults = { .count = 0 };
	if (command_text(call, "config") == NULL) {
		call->exit = COMMAND_USAGE;
		return FAIL(E_INPUT, "-c FILE is missing");
	}
	struct err err = status_conf_load(command_text(call, "config"), conf, &faults);
	print_faults(&faults);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

/* The counter's parent listens on descriptor 3. */
static RESULT run_process(const char *process, const struct status_conf *conf)
{
	enum { PIPE = 3 };
	if (strcmp(process, "feeder") == 0)
		return feeder_run(conf);
	if (strcmp(process, "counter") == 0)
		return counter_run(conf, PIPE);
	return FAIL(E_INPUT, "--process: feeder or counter");
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(status_conf_clear) struct status_conf conf = { .listen = NULL };
	const char *process = command_text(call, "process");
	char name[32];
	TRY(load(call, &conf));
	TRY(proc_signals());
	snprintf(name, sizeof name, "status%s%s", process == NULL ? "" : "-",
		process == NULL ? "" : process);
	log_open(name, 6);
	struct err err = process != NULL
				 ? run_process(process, &conf)
				 : parent_run(&conf, command_text(call, "config"));
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

static RESULT run_check(struct command_call *call)
{
	AUTO(status_conf_clear) struct status_conf conf = { .listen = NULL };
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	struct conf_faults faults = { .count = 0 };
	TRY(load(call, &conf));
	struct err err = issuer_set_load(conf.issuers, &set, &faults);
	print_faults(&faults);
	if (err_is(err)) {
		call->exit = COMMAND_CONFIG;
		return err;
	}
	puts(command_say(call, "The settings are good.", "設定に問題はありません。"));
	return OK;
}

static RESULT run_settings(struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	(void)call;
	TRY(status_conf_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

/* Without a verb, as daemons are started: -t and -D as everywhere. */
static RESULT run_bare(struct command_call *call)
{
	if (command_has(call, "describe"))
		return run_settings(call);
	return command_has(call, "test") ? run_check(call) : run_serve(call);
}

/* clang-format off */
#define CONFIG_OPTION(must)                                                                                             \
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = (must),                     \
	  .summary = "the settings file", .summary_ja = "設定ファイル" }
static const struct command_option check_options[] = { CONFIG_OPTION(true), { .name = NULL } };
static const struct command_option serve_options[] = {
	CONFIG_OPTION(true),
	{ .name = "process", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "run as one of the parent's processes (it does so itself)", .summary_ja = "親プロセスが内部で使用" },
	{ .name = NULL },
};
static const struct command_option bare_options[] = {
	CONFIG_OPTION(false),
	{ .name = "test", .letter = 't', .type = OPTION_FLAG,
	  .summary = "only check the settings and issuers.cfg", .summary_ja = "設定と issuers.cfg の検査のみ" },
	{ .name = "describe", .letter = 'D', .type = OPTION_FLAG,
	  .summary = "print every setting with its meaning", .summary_ja = "設定項目の一覧を表示" },
	{ .name = NULL },
};
static const char *const bare_examples[] = {
	"inkan status -c /etc/inkan/status.cfg", "inkan status -t -c /etc/inkan/status.cfg", "inkan status -D", NULL };
static const char *const serve_examples[] = { "inkan status serve -c /etc/inkan/status.cfg", NULL };
static const char *const check_examples[] = { "inkan status check -c /etc/inkan/status.cfg", NULL };
static const char *const settings_examples[] = { "inkan status settings", NULL };

static const struct command commands[] = {
	{ "", "", 0, 0, "Serves, or with -t checks the settings, or with -D prints them",
	  "起動。-t で設定の検査、-D で設定項目の表示", bare_options, bare_examples, run_bare, false },
	{ "serve", "", 0, 0, "Serves OCSP, CRLs and CA certificates; HUP reads issuers.cfg anew",
	  "OCSP、CRL、認証局証明書を公開 (HUP で issuers.cfg を再読込)", serve_options, serve_examples, run_serve, false },
	{ "check", "", 0, 0, "Reads the settings and issuers.cfg and says whether they are good",
	  "設定と issuers.cfg を検査", check_options, check_examples, run_check, false },
	{ "settings", "", 0, 0, "Prints every setting with its meaning",
	  "設定項目の一覧を表示", NULL, settings_examples, run_settings, false },
};
/* clang-format on */

const struct command_set status_commands = { .program = "inkan status",
	.summary = "The public counter: is this certificate good, where is the CRL",
	.summary_ja = "公開窓口: 証明書の有効性、失効リスト、認証局証明書",
	.commands = commands,
	.command_count = COUNT(commands) };
