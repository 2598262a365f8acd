#include "ca/commands.h"

#include "ca/cert_store.h"
#include "ca/conf.h"
#include "ca/loops.h"
#include "ca/serve.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/json/json.h"
#include "common/proc/proc.h"

static RESULT load(struct command_call *call, struct ca_conf *conf)
{
	struct conf_faults faults = { .count = 0 };
	struct err err = ca_conf_load(command_text(call, "config"), conf, &faults);
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

/* ---- serve */

static RESULT run_process(const char *process, const struct ca_conf *conf)
{
	enum { PIPE = 3 };
	if (strcmp(process, "issuer") == 0)
		return ca_issuer_loop(conf, PIPE);
	if (strcmp(process, "publisher") == 0)
		return ca_publisher_loop(conf, PIPE);
	if (strcmp(process, "auditor") == 0)
		return ca_auditor_loop(conf);
	return FAIL(E_INPUT, "--process: issuer, publisher or auditor");
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(ca_conf_clear) struct ca_conf conf = { .id = NULL };
	char name[64];
	const char *process = command_text(call, "process");
	TRY(load(call, &conf));
	TRY(proc_signals());
	snprintf(name, sizeof name, "ca%s%s", process == NULL ? "" : "-",
		process == NULL ? "" : process);
	log_open(name, 6);
	struct err err = process != NULL ? run_process(process, &conf)
					 : ca_serve(&conf, command_text(call, "config"));
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

/* ---- settings */

static RESULT run_check(struct command_call *call)
{
	AUTO(ca_conf_clear) struct ca_conf conf = { .id = NULL };
	TRY(load(call, &conf));
	puts(command_say(call, "The settings are good.", "設定に問題はありません。"));
	return OK;
}

static RESULT run_describe(struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	(void)call;
	TRY(ca_conf_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

/* ---- register: certificates of a ceremony */

static RESULT register_file(struct ca *ca, const char *path, const char *profile)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	TRY(file_read(path, &file));
	TRY_IN(cert_from_file(buf_view(&file), &der), "%s", path);
	TRY_IN(ca_register_certificate(ca, buf_view(&der), profile, clock_now()), "%s",
		path);
	return OK;
}

static RESULT run_register(struct command_call *call)
{
	AUTO(ca_conf_clear) struct ca_conf conf = { .id = NULL };
	AUTO(ca_close) struct ca ca = { .signer = -1 };
	struct conf_faults faults = { .count = 0 };
	const struct db_stmt_list lists[] = { cert_store_stmts, audit_store_writing };
	TRY(load(call, &conf));
	TRY(ca_open(&conf, conf.database, lists, COUNT(lists), -1, &ca, &faults));
	TRY(ca_register_issuers(&ca, clock_now()));
	for (size_t i = 0; i < call->argument_count; i++) {
		char profile[PROFILE_NAME];
		/* PROFILE=FILE: what it was made as is known to whoever held the ceremony, not to the certificate. */
		const char *equal = strchr(call->argument[i], '=');
		if (equal == NULL ||
			(size_t)(equal - call->argument[i]) >= sizeof profile)
			return FAIL(E_INPUT, "%s: not of the form PROFILE=FILE",
				call->argument[i]);
		memcpy(profile, call->argument[i], (size_t)(equal - call->argument[i]));
		profile[equal - call->argument[i]] = 0;
		TRY(register_file(&ca, equal + 1, profile));
	}
	printf(command_say(call, "%zu certificates stand in the registry.\n",
		       "%zu 件の証明書を登録しました。\n"),
		call->argument_count);
	return OK;
}

/* ---- audit */

static RESULT run_audit(struct command_call *call, FILE *out, FILE *words)
{
	AUTO(ca_conf_clear) struct ca_conf conf = { .id = NULL };
	AUTO(db_close) struct db *db = NULL;
	struct audit_report report;
	TRY(load(call, &conf));
	TRY(db_open(conf.database_audit, &audit_store_chain, 1, &db));
	struct err err = audit_store_verify(db, out, &report);
	if (err.code == E_CRYPTO)
		call->exit = COMMAND_STALE;
	TRY(err);
	fprintf(words,
		command_say(call,
			"%lld events in %lld links: unbroken. %lld events wait to be "
			"sealed.\n",
			"監査証跡: %lld 件 (連鎖 %lld)、改ざんなし。未封緘 %lld 件。\n"),
		(long long)report.events, (long long)report.links,
		(long long)report.unsealed);
	return OK;
}

static RESULT run_audit_verify(struct command_call *call)
{
	return run_audit(call, NULL, stdout);
}

static RESULT run_audit_export(struct command_call *call)
{
	return run_audit(call, stdout, stderr);
}

/* clang-format off */
static const struct command_option common_options[] = {
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
static const char *const serve_examples[] = { "inkan ca serve -c /etc/inkan/ca.cfg", NULL };
static const char *const check_examples[] = { "inkan ca check -c /etc/inkan/ca.cfg", NULL };
static const char *const describe_examples[] = { "inkan ca settings", NULL };
static const char *const register_examples[] = {
	"inkan ca register -c ca.cfg P-OCSP=ocsp-person.pem P-CLERK-SIGN=sato-sign.pem", NULL };
static const char *const verify_examples[] = { "inkan ca audit-verify -c ca.cfg", NULL };
static const char *const export_examples[] = { "inkan ca audit-export -c ca.cfg > audit.jsonl", NULL };

static const struct command commands[] = {
	{ "serve", "", 0, 0, "Runs the CA: issuer, signer, linter, publisher, auditor",
	  "認証局を起動 (発行・署名・検査・公開・監査)", serve_options, serve_examples, run_serve, false },
	{ "check", "", 0, 0, "Reads the settings and says whether they are good",
	  "設定を検査", common_options, check_examples, run_check, false },
	{ "settings", "", 0, 0, "Prints every setting with its meaning",
	  "設定項目の一覧を表示", NULL, describe_examples, run_describe, false },
	{ "register", "PROFILE=FILE…", 0, 200, "Enters certificates made in a ceremony into the registry",
	  "セレモニーで作成した証明書を登録", common_options, register_examples, run_register, false },
	{ "audit-verify", "", 0, 0, "Walks the audit chain again and names the first break",
	  "監査証跡の連鎖を検証", common_options, verify_examples, run_audit_verify, false },
	{ "audit-export", "", 0, 0, "Verifies the audit chain and prints every event as one JSON line",
	  "監査証跡を検証しJSON形式で出力", common_options, export_examples, run_audit_export, false },
};
/* clang-format on */

const struct command_set ca_commands = { .program = "inkan ca",
	.summary = "The certification authority: orders in, certificates and CRLs out",
	.summary_ja = "認証局: 発行指図を検証し、証明書とCRLを発行",
	.commands = commands,
	.command_count = COUNT(commands) };
