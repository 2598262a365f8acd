/* inkan-ceremony: makes root and issuing keys in their tokens, offline, before witnesses; links neither network nor database. */
#include <unistd.h>

#include "ca/ceremony/steps.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/command.h"
#include "common/proc/proc.h"

enum { TRANSCRIPT_MAX = 8 * 1024 * 1024 };

struct script {
	struct plan *plan;
	struct site site;
};

static void script_clear(struct script *script)
{
	plan_free(script->plan);
	site_clear(&script->site);
}
AUTO_DEFINE_HELD(struct script, script_clear)

static void tell_faults(struct command_call *call, const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count && i < COUNT(faults->text); i++)
		fprintf(stderr, "%s\n", faults->text[i]);
	if (faults->count > 0)
		call->exit = COMMAND_CONFIG;
}

static RESULT load_files(struct command_call *call, struct script *script,
	struct conf_faults *faults)
{
	TRY(plan_load(call->argument[0], &script->plan, faults));
	return site_load(command_text(call, "site"), &script->site, faults);
}

static RESULT load(struct command_call *call, struct script *script)
{
	struct conf_faults faults = { .count = 0 };
	log_open("ceremony", 4);
	struct err err = load_files(call, script, &faults);
	tell_faults(call, &faults);
	return err;
}

/* inkan-lint stands beside us unless the site says where. */
static RESULT find_linter(const struct site *site, char out[static ROOM_PATH])
{
	if (site->lint_program[0] != 0)
		return snprintf(out, ROOM_PATH, "%s", site->lint_program) < ROOM_PATH
			       ? OK
			       : FAIL(E_INPUT, "lint: the path is too long");
	TRY_IN(proc_program("inkan-lint", out, ROOM_PATH), "lint (the site may say it)");
	return OK;
}

static RESULT run_run(struct command_call *call)
{
	AUTO(script_clear) struct script script = { .plan = NULL };
	char linter[ROOM_PATH];
	TRY(load(call, &script));
	TRY(find_linter(&script.site, linter));
	TRY(proc_signals());
	TRY(proc_restrict(POWER_FILE_READ | POWER_FILE_WRITE | POWER_FORK, NULL, NULL));
	const struct ceremony_order order = { .plan = script.plan,
		.site = &script.site,
		.linter = linter,
		.echo = call->json ? stdout : NULL,
		.plain = call->json ? NULL : stdout,
		.demo = command_has(call, "yes-demo") };
	setvbuf(stdout, NULL, _IOLBF, 0);
	return ceremony_run(&order);
}

static void show(const struct command_call *call, const struct plan *plan)
{
	printf("%s: %s\n", plan->name, plan->title);
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct plan_row *row = &plan->row[i];
		printf("  %-16s %-14s %-8s %-12s %s%s\n", row->word, row->profile,
			key_algorithm_name(row->algorithm),
			row->issuer[0] == 0 ? row->word : row->issuer,
			row->token[0] == 0 ? command_say(call, "file", "ファイル")
					   : command_say(call, "token ", "トークン "),
			row->token);
	}
}

static RESULT run_check(struct command_call *call)
{
	AUTO(script_clear) struct script script = { .plan = NULL };
	struct conf_faults faults = { .count = 0 };
	TRY(load(call, &script));
	AUTO(room_clear)
	struct room room = { .plan = script.plan, .site = &script.site };
	struct err err = profile_set_load(script.site.profiles, &room.profiles, &faults);
	tell_faults(call, &faults);
	TRY(err);
	for (size_t i = 0; i < script.plan->row_count; i++) {
		const struct profile *profile;
		TRY(room_profile(&room, &script.plan->row[i], &profile));
	}
	show(call, script.plan);
	return OK;
}

static RESULT run_verify(struct command_call *call)
{
	AUTO(buf_clear) struct buf file = BUF(TRANSCRIPT_MAX);
	uint8_t digest[32];
	char hex[65];
	int64_t count;
	TRY(file_read(call->argument[0], &file));
	struct err err = transcript_check(buf_view(&file), &count, digest);
	if (err.code == E_CRYPTO)
		call->exit = COMMAND_NO;
	TRY(err);
	hex_encode(BLOB(digest), hex);
	if (call->json)
		printf("{\"lines\":%lld,\"sha256\":\"%s\"}\n", (long long)count, hex);
	else
		printf(command_say(call,
			       "%lld lines, unbroken; SHA-256 of the last: %s\n",
			       "%lld 行、改変なし。最終行のSHA-256: %s\n"),
			(long long)count, hex);
	return OK;
}

static RESULT run_settings(struct command_call *call)
{
	AUTO(buf_clear) struct buf page = BUF(64 * KIB);
	(void)call;
	TRY(site_describe(&page));
	fputs(buf_text(&page), stdout);
	return OK;
}

/* clang-format off */
#define SITE { .name = "site", .letter = 's', .type = OPTION_TEXT, .value = "FILE", .required = true, \
	.summary = "modules, sources of PINs, folders, addresses", .summary_ja = "場所の設定 (モジュール・PINの所在・フォルダー・URL)" }
static const struct command_option run_options[] = {
	SITE,
	{ .name = "yes-demo", .type = OPTION_FLAG,
	  .summary = "a rehearsal: nobody is asked, and every line of the transcript says so",
	  .summary_ja = "予行: 確認を求めず、記録の各行に予行と記す" },
	{ .name = NULL },
};
static const struct command_option check_options[] = { SITE, { .name = NULL } };
#undef SITE
static const char *const run_examples[] = { "inkan ceremony run demo.cfg --site site.cfg",
	"inkan ceremony run demo.cfg --site site.cfg --yes-demo --json", NULL };
static const char *const check_examples[] = { "inkan ceremony check demo.cfg --site site.cfg", NULL };
static const char *const verify_examples[] = { "inkan ceremony verify transcript.jsonl", NULL };
static const char *const settings_examples[] = { "inkan ceremony settings", NULL };
static const struct command commands[] = {
	{ "run", "PLAN", 1, 1, "Holds a ceremony, or goes on with an interrupted one; two people confirm each step",
	  "鍵生成式を実施 (中断後の再開も)。各段階を二名が確認", run_options, run_examples, run_run, false },
	{ "check", "PLAN", 1, 1, "Reads plan, site and profiles and shows what would be made",
	  "計画・場所・プロファイルを確認し、作成予定を表示", check_options, check_examples, run_check, false },
	{ "verify", "TRANSCRIPT", 1, 1, "Checks that no line of a transcript was changed or taken out",
	  "記録の各行に改変・欠落がないか確認", NULL, verify_examples, run_verify, false },
	{ "settings", "", 0, 0, "Prints every setting of the site with its meaning",
	  "場所の設定項目の一覧", NULL, settings_examples, run_settings, false },
};
/* clang-format on */

static const struct command_set ceremony_commands = { .program = "inkan ceremony",
	.summary = "The offline room: root keys, issuing keys, first certificates",
	.summary_ja = "オフラインの鍵生成式: ルート鍵・発行鍵・最初の証明書",
	.commands = commands,
	.command_count = COUNT(commands) };

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-ceremony: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&ceremony_commands, argc, argv, NULL);
}
