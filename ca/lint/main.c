/* inkan-lint: the second reader as a process. Descriptor 3: whoever is about to sign. See `inkan lint --help`. */
#include <fcntl.h>

#include "ca/lint/batch.h"
#include "ca/lint/report.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum { FD_ASKER = 3 };

struct lint_conf {
	char *profiles, *issuers;
};
/* clang-format off */
static const struct conf_item items[] = {
	{ "profiles", CONF_TEXT, offsetof(struct lint_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "issuers", CONF_TEXT, offsetof(struct lint_conf, issuers), .fallback_text = "",
	  .help = "issuers.cfg of the ceremony; empty: only roots can be judged." },
};
/* clang-format on */

static void lint_conf_clear(struct lint_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}
AUTO_DEFINE_HELD(struct lint_conf, lint_conf_clear)

static RESULT load(struct command_call *call, struct lint_policy **out)
{
	AUTO(lint_conf_clear) struct lint_conf settings = { .profiles = NULL };
	AUTO(conf_free) struct conf *conf = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = conf_load(command_text(call, "config"), 64 * KIB, &conf);
	if (!err_is(err)) {
		conf_read(conf, items, COUNT(items), NULL, &settings, &faults);
		err = conf_result(&faults);
	}
	if (!err_is(err))
		err = lint_policy_load(settings.profiles,
			settings.issuers[0] == 0 ? NULL : settings.issuers, out, &faults);
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

/* ---- as a process */

/* Reads and writes on descriptor 3 and says its last words on stderr; nothing else is left to it. */
static RESULT serve(const struct lint_policy *policy)
{
	AUTO(buf_clear) struct buf question = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	if (fcntl(FD_ASKER, F_SETFD, FD_CLOEXEC) != 0)
		return FAIL(E_INPUT,
			"descriptor 3 is not open; inkan-ca starts this program");
	TRY(proc_restrict(0, NULL, NULL));
	while (!proc_stop) {
		struct err err = frame_receive(FD_ASKER, &question, NULL);
		if (err.code == E_STATE)
			return OK; /* whoever asked is gone, and so are we */
		TRY(err);
		TRY(batch_judge(policy, buf_view(&question), &answer));
		TRY(frame_send(FD_ASKER, buf_view(&answer)));
	}
	return OK;
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(lint_policy_free) struct lint_policy *policy = NULL;
	TRY(load(call, &policy));
	TRY(proc_signals());
	log_open("lint", 6);
	struct err err = serve(policy);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

/* ---- for people */

static RESULT run_check(struct command_call *call)
{
	AUTO(lint_policy_free) struct lint_policy *policy = NULL;
	AUTO(report_clear) struct report report = { .call = call };
	const char *issuer = command_text(call, "issuer");
	TRY(load(call, &policy));
	for (size_t i = 0; i < call->argument_count; i++) {
		AUTO(report_file_clear) struct report_file file = { .map = NULL };
		struct lint_findings findings = { .count = 0 };
		TRY(report_open(call->argument[i], "CERTIFICATE", &file));
		struct span tbs = lint_unwrap(file.der, &findings);
		lint_certificate(policy, command_text(call, "profile"),
			command_int(call, "profile-version"),
			issuer == NULL ? "" : issuer, tbs, &findings);
		TRY(report_add(&report, call->argument[i], &findings));
	}
	return report_end(&report);
}

static RESULT run_crl(struct command_call *call)
{
	AUTO(lint_policy_free) struct lint_policy *policy = NULL;
	AUTO(report_clear) struct report report = { .call = call };
	AUTO(report_file_clear) struct report_file file = { .map = NULL };
	AUTO(report_file_clear) struct report_file before = { .map = NULL };
	struct lint_findings findings = { .count = 0 }, dropped = { .count = 0 };
	struct lint_crl asked = { .issuer = command_text(call, "issuer"),
		.last = command_has(call, "last") };
	TRY(load(call, &policy));
	TRY(report_open(call->argument[0], "X509 CRL", &file));
	if (command_has(call, "previous")) {
		TRY(report_open(command_text(call, "previous"), "X509 CRL", &before));
		asked.previous = lint_crl_number(lint_unwrap(before.der, &dropped));
		if (asked.previous.len == 0)
			return FAIL(E_INPUT, "%s: no list with a cRLNumber",
				command_text(call, "previous"));
	}
	struct span tbs = lint_unwrap(file.der, &findings);
	lint_crl(policy, &asked, tbs, &findings);
	TRY(report_add(&report, call->argument[0], &findings));
	return report_end(&report);
}

static RESULT run_rules(struct command_call *call)
{
	return report_rules(call);
}

/* clang-format off */
#define CONFIG_OPTION { .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true, \
	.summary = "the settings file: profiles, issuers", .summary_ja = "設定ファイル (profiles, issuers)" }
static const struct command_option serve_options[] = { CONFIG_OPTION, { .name = NULL } };
static const struct command_option check_options[] = {
	CONFIG_OPTION,
	{ .name = "profile", .type = OPTION_TEXT, .value = "NAME", .required = true,
	  .summary = "the profile that it should follow", .summary_ja = "適用するプロファイル" },
	{ .name = "profile-version", .type = OPTION_INT, .value = "N", .min = 1, .max = INT32_MAX,
	  .summary = "its version; without it the newest", .summary_ja = "プロファイルの版 (省略時は最新)" },
	{ .name = "issuer", .type = OPTION_TEXT, .value = "WORD",
	  .summary = "the CA's word in issuers.cfg; not for roots", .summary_ja = "発行者 (issuers.cfgの名前)" },
	{ .name = NULL },
};
static const struct command_option crl_options[] = {
	CONFIG_OPTION,
	{ .name = "issuer", .type = OPTION_TEXT, .value = "WORD", .required = true,
	  .summary = "the CA's word in issuers.cfg", .summary_ja = "発行者 (issuers.cfgの名前)" },
	{ .name = "previous", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "the list before it, whose number it must exceed", .summary_ja = "直前のCRL (番号の比較用)" },
	{ .name = "last", .type = OPTION_FLAG,
	  .summary = "it is the CA's last list, without an end", .summary_ja = "認証局の最後のCRL (期限なし)" },
	{ .name = NULL },
};
static const char *const serve_examples[] = { "inkan lint -c lint.cfg", NULL };
static const char *const check_examples[] = {
	"inkan lint check -c lint.cfg --profile P-PERSON-MP --issuer person subscriber.pem", NULL };
static const char *const crl_examples[] = { "inkan lint crl -c lint.cfg --issuer person person.crl", NULL };
static const char *const rules_examples[] = { "inkan lint rules", NULL };

static const struct command commands[] = {
	{ "", "", 0, 0, "Judges what comes on descriptor 3, before it is signed; inkan-ca starts it so",
	  "署名前の証明書を検査 (inkan-caが起動)", serve_options, serve_examples, run_serve, false },
	{ "check", "FILE...", 1, COMMAND_ARGUMENTS, "Judges certificates, PEM or DER, and prints what it finds",
	  "証明書を検査し指摘を表示", check_options, check_examples, run_check, false },
	{ "crl", "FILE", 1, 1, "Judges a revocation list, PEM or DER, and prints what it finds",
	  "失効リスト(CRL)を検査し指摘を表示", crl_options, crl_examples, run_crl, false },
	{ "rules", "", 0, 0, "Lists every rule and where it stands",
	  "検査規則と根拠条項の一覧を表示", NULL, rules_examples, run_rules, false },
};
/* clang-format on */

static const struct command_set lint_commands = { .program = "inkan lint",
	.summary = "The second reader: judges certificates by their bytes",
	.summary_ja = "第二の検査器: 証明書をバイト列から検査",
	.commands = commands,
	.command_count = COUNT(commands) };

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-lint: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&lint_commands, argc, argv, NULL);
}
