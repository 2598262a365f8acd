/* verbs_daemon: the daemon, its settings, and what its operator stores. */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/flow/audit_store.h"
#include "common/proc/proc.h"
#include "lra/application_store.h"
#include "lra/conf.h"
#include "lra/distribution.h"
#include "lra/serve.h"
#include "lra/session.h"
#include "lra/verbs.h"

static void print_faults(const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s\n", faults->text[i]);
}

RESULT verbs_load_conf(struct command_call *call, struct lra_conf *conf)
{
	struct conf_faults faults = { .count = 0 };
	struct err err = lra_conf_load(command_text(call, "config"), conf, &faults);
	print_faults(&faults);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

static RESULT run_process(const char *process, const struct lra_conf *conf)
{
	enum { TOLD_FD = 3, PAPER_FD = 4 };
	if (strcmp(process, "desk") == 0)
		return lra_desk(conf, TOLD_FD, PAPER_FD);
	if (strcmp(process, "keeper") == 0)
		return lra_keeper(conf);
	if (strcmp(process, "distributor") == 0)
		return lra_distributor(conf);
	return FAIL(E_INPUT, "--process: desk, keeper or distributor");
}

RESULT verb_serve(struct command_call *call)
{
	AUTO(lra_conf_clear) struct lra_conf conf = { .id = NULL };
	const char *process = command_text(call, "process");
	char name[32];
	TRY(verbs_load_conf(call, &conf));
	TRY(proc_signals());
	snprintf(name, sizeof name, "lra%s%s", process == NULL ? "" : "-",
		process == NULL ? "" : process);
	log_open(name, 6);
	struct err err = process != NULL ? run_process(process, &conf)
					 : lra_serve(&conf, command_text(call, "config"));
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

RESULT verb_check(struct command_call *call)
{
	AUTO(lra_conf_clear) struct lra_conf conf = { .id = NULL };
	AUTO(lra_close) struct lra lra = { .conf = NULL };
	struct conf_faults faults = { .count = 0 };
	TRY(verbs_load_conf(call, &conf));
	struct err err = lra_open_files(&conf, &lra, &faults);
	print_faults(&faults);
	if (err_is(err)) {
		call->exit = COMMAND_CONFIG;
		return err;
	}
	puts(command_say(call, "The settings are good.", "設定に問題はありません。"));
	return OK;
}

RESULT verb_settings(struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	TRY(lra_conf_describe(&text));
	TRY(buf_append_format(&text, "\n%s\n\n",
		command_say(call, "Of a clerk's commands:", "担当者のコマンドの設定:")));
	TRY(session_describe(&text));
	fputs(buf_text(&text), stdout);
	return OK;
}

/* R-AGR-01: a text of terms, kept for ever under its digest. By the operator of the host, with the daemon's own settings. */
RESULT verb_publish_agreement(struct command_call *call)
{
	AUTO(lra_conf_clear) struct lra_conf conf = { .id = NULL };
	AUTO(lra_close) struct lra lra = { .conf = NULL };
	AUTO(buf_clear) struct buf document = BUF(4 * MIB);
	AUTO(buf_clear) struct buf hex = BUF(64);
	AUTO(db_rollback) struct db_tx *tx = NULL;
	uint8_t digest[32];
	TRY(verbs_load_conf(call, &conf));
	TRY(file_read(call->argument[0], &document));
	if (EVP_Digest(document.data, document.len, digest, NULL, EVP_sha256(), NULL) !=
		1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	TRY(hex_append(&hex, BLOB(digest)));
	const int64_t now = clock_now();
	const struct audit_event event = { .name = audit_event_name(
						   AUDIT_AGREEMENT_PUBLISHED),
		.at = now,
		.actor = conf.id,
		.role = "operator",
		.origin = "lra publish-agreement",
		.object = buf_text(&hex),
		.detail = "{}" };
	lra.conf = &conf;
	TRY(lra_open_database(&lra));
	TRY(db_begin(lra.db, &tx));
	TRY(lra_store_publish_agreement(tx, command_text(call, "title"),
		command_text(call, "edition"), buf_view(&document), now));
	TRY(audit_store_append(tx, &event));
	TRY(db_commit(&tx));
	if (call->json)
		printf("{\"sha256\":\"%s\"}\n", buf_text(&hex));
	else
		puts(buf_text(&hex));
	return OK;
}
