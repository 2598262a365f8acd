#include "common/base/quote.h"
#include "common/base/table.h"
#include "common/proc/command_parts.h"

/* clang-format off */
/* UX part 5. The sentences stand in only where a command chose the exit code itself; else those of the err_code do. */
static const struct { const char *name, *en, *ja; } exits[COMMAND_EXIT_COUNT] = {
	[COMMAND_OK]       = { "ok",       "Done.", "完了しました。" },
	[COMMAND_NO]       = { "no",       "The answer is no.", "条件を満たしていません。" },
	[COMMAND_USAGE]    = { "usage",    "The command is not understood. --help shows how it is used.",
	                       "コマンドの使い方が正しくありません。--help で使い方を確認してください。" },
	[COMMAND_CONFIG]   = { "config",   "The configuration is missing or wrong.", "設定がないか、誤りがあります。" },
	[COMMAND_NOTFOUND] = { "notfound", "There is no such object.", "該当するものがありません。" },
	[COMMAND_CONFLICT] = { "conflict", "The state does not allow it, or somebody changed it.",
	                       "現在の状態では実行できないか、他の人が変更しました。" },
	[COMMAND_DENIED]   = { "denied",   "You are not permitted to do this.", "この操作を行う権限がありません。" },
	[COMMAND_PENDING]  = { "pending",  "Accepted; it waits for a second person.", "受け付けました。二人目の確認を待っています。" },
	[COMMAND_STALE]    = { "stale",    "A CRL, an OCSP answer, the clock or the audit chain is out of bounds.",
	                       "CRL、OCSP、時刻または監査証跡が許容範囲を外れています。" },
	[COMMAND_IO]       = { "io",       "Database, token or network failed. Try again.",
	                       "データベース、トークンまたは通信に失敗しました。再度お試しください。" },
};
/* clang-format on */

enum command_exit command_exit_of(struct err err)
{
	return (enum command_exit)err_kind(err.code)->exit_code;
}

static const char *sentence(enum command_exit exit, struct err err, bool japanese)
{
	const struct err_kind *kind = err_kind(err.code);
	/* On the command line a wrong input is a wrong command. */
	if ((int)exit == kind->exit_code && exit != COMMAND_USAGE)
		return japanese ? kind->message_ja : kind->message_en;
	return japanese ? exits[exit].ja : exits[exit].en;
}

RESULT command_error_json(enum command_exit exit, struct err err, const char *ref,
	struct buf *out)
{
	const struct {
		const char *name, *text;
	} rows[] = {
		{ "name", exits[exit].name },
		{ "message_en", sentence(exit, err, false) },
		{ "message_ja", sentence(exit, err, true) },
		{ "detail", err.text },
		{ "ref", ref },
	};
	TRY(buf_append_format(out, "{\"code\":%d", exit));
	for (size_t i = 0; i < COUNT(rows); i++) {
		TRY(buf_append_format(out, ",\"%s\":", rows[i].name));
		TRY(quote_json(out, rows[i].text));
	}
	return buf_append_text(out, "}\n");
}

void command_tell(const struct command_call *call, struct err err)
{
	if (call->json) {
		AUTO(buf_clear) struct buf text = BUF(4096);
		IGNORE(command_error_json(call->exit, err, call->ref,
			&text)); /* told as far as it fits */
		fputs(buf_text(&text), stderr);
		return;
	}
	fprintf(stderr, "%s: %s\n", call->set->program,
		sentence(call->exit, err, call->japanese));
	if (err.text[0] != 0)
		fprintf(stderr, "  %s: %s\n", command_say(call, "detail", "詳細"),
			err.text);
	fprintf(stderr, "  %s: %s\n", command_say(call, "ref", "参照番号"), call->ref);
	/* A fault of our own names its place: whoever reports it has nothing else. */
	if (err.code == E_BUG)
		fprintf(stderr, "  %s\n", err.where);
}
