/* inkan-signer: the one process that holds the issuing keys. Descriptors: 3 linter, 4 issuer, 5 publisher. */
#include <fcntl.h>

#include "ca/signer/signer.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/command.h"
#include "common/proc/proc.h"

enum { FD_LINT = 3, FD_ISSUER = 4, FD_PUBLISHER = 5 };

/* What is read at the start, in the order in which it is needed. */
struct start {
	struct signer_conf conf;
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct signer_keys *keys;
};

static void start_clear(struct start *start)
{
	signer_keys_close(start->keys);
	issuer_set_free(start->issuers);
	profile_set_free(start->profiles);
	signer_conf_clear(&start->conf);
}
AUTO_DEFINE_HELD(struct start, start_clear)

static RESULT load_files(struct start *start, const char *path,
	struct conf_faults *faults)
{
	TRY(signer_conf_load(path, &start->conf, faults));
	TRY(profile_set_load(start->conf.profiles, &start->profiles, faults));
	return issuer_set_load(start->conf.issuers, &start->issuers, faults);
}

static RESULT load(struct command_call *call, struct start *start)
{
	struct conf_faults faults = { .count = 0 };
	log_open("signer", command_has(call, "verbose") ? 7 : 6);
	struct err err = load_files(start, command_text(call, "config"), &faults);
	for (size_t i = 0; i < faults.count && i < COUNT(faults.text); i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	TRY(err);
	TRY(proc_signals());
	return signer_keys_open(&start->conf, start->issuers, &start->keys);
}

static int inherited(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

/* After this the module may read one folder, and whoever takes over this process reaches no more than that. */
static RESULT restrict_self(const struct signer_conf *conf)
{
	const char *const folders[] = { conf->token_folder, NULL };
	unsigned powers = conf->token_network ? POWER_NET_CONNECT : 0;
	if (conf->token_folder[0] == 0)
		return proc_restrict(powers, NULL, NULL);
	return proc_restrict(powers | POWER_FILE_READ, folders, NULL);
}

static RESULT serve(const struct start *start)
{
	AUTO(signer_clear) struct signer signer = { .keys = NULL };
	const struct signer_pipes pipes = { inherited(FD_LINT), inherited(FD_ISSUER),
		inherited(FD_PUBLISHER) };
	if (pipes.lint < 0 || pipes.issuer < 0)
		return FAIL(E_INPUT, "descriptors 3 (linter) and 4 (issuer) are not "
				     "open; inkan-ca starts this program");
	TRY(signer_init(&signer, start->keys, start->profiles, &pipes,
		start->conf.crl_validity_max_s));
	TRY(restrict_self(&start->conf));
	return signer_serve(&signer);
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(start_clear) struct start start = { .keys = NULL };
	TRY(load(call, &start));
	struct err err = serve(&start);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

static RESULT run_check(struct command_call *call)
{
	AUTO(start_clear) struct start start = { .keys = NULL };
	TRY(load(call, &start));
	puts(command_say(call, "Settings, issuers, profiles, tokens and keys are good.",
		"設定・発行者・プロファイル・トークン・鍵に問題はありません。"));
	return OK;
}

static RESULT run_settings(struct command_call *call)
{
	AUTO(buf_clear) struct buf page = BUF(64 * KIB);
	(void)call;
	TRY(signer_conf_describe(&page));
	fputs(buf_text(&page), stdout);
	return OK;
}

/* clang-format off */
static const struct command_option options[] = {
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "the settings file", .summary_ja = "設定ファイル" },
	{ .name = "verbose", .letter = 'v', .type = OPTION_FLAG,
	  .summary = "log more", .summary_ja = "詳しく記録する" },
	{ .name = NULL },
};
static const char *const serve_examples[] = { "inkan signer -c signer.cfg", NULL };
static const char *const check_examples[] = { "inkan signer check -c signer.cfg", NULL };
static const char *const settings_examples[] = { "inkan signer settings", NULL };
static const struct command commands[] = {
	{ "", "", 0, 0, "Signs what comes on its pipes (3 linter, 4 issuer, 5 publisher); inkan-ca starts it so",
	  "パイプの要求に署名 (3 検査, 4 発行, 5 公開。inkan-caが起動)", options, serve_examples, run_serve, false },
	{ "check", "", 0, 0, "Opens tokens and keys and says whether all is good",
	  "設定・トークン・鍵を確認", options, check_examples, run_check, false },
	{ "settings", "", 0, 0, "Prints every setting with its meaning",
	  "設定項目の一覧", NULL, settings_examples, run_settings, false },
};
/* clang-format on */

static const struct command_set signer_commands = { .program = "inkan signer",
	.summary = "The one process that holds the issuing keys",
	.summary_ja = "発行鍵を扱う唯一のプロセス",
	.commands = commands,
	.command_count = COUNT(commands) };

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-signer: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&signer_commands, argc, argv, NULL);
}
