#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/command_parts.h"

enum { COLUMN = 30 };

static const char *words(const char *en, const char *ja, bool japanese)
{
	return japanese && ja != NULL ? ja : en;
}

/* A left column and its words; a left side that is too wide gets a line of its own. */
static RESULT append_row(struct buf *out, const char *left, const char *right)
{
	size_t width = strlen(left) + 2;
	TRY(buf_append_format(out, "  %s", left));
	if (width >= COLUMN)
		TRY(buf_append_format(out, "\n%*s", COLUMN, ""));
	else
		TRY(buf_append_format(out, "%*s", (int)(COLUMN - width), ""));
	return buf_append_format(out, "%s\n", right);
}

static RESULT append_option(struct buf *out, const struct command_option *option,
	bool japanese)
{
	char left[80], right[320];
	char letter[5] = "    ";
	if (option->letter != 0)
		snprintf(letter, sizeof letter, "-%c, ", option->letter);
	snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name,
		option->value == NULL ? "" : " ",
		option->value == NULL ? "" : option->value);
	int used = snprintf(right, sizeof right, "%s",
		words(option->summary, option->summary_ja, japanese));
	if (used > 0 && (size_t)used < sizeof right) {
		char *end = right + used;
		size_t room = sizeof right - (size_t)used;
		if (option->required)
			snprintf(end, room, "%s", japanese ? "（必須）" : " (required)");
		else if (option->fallback != NULL)
			snprintf(end, room, japanese ? "（省略時 %s）" : " (default %s)",
				option->fallback);
	}
	return append_row(out, left, right);
}

static RESULT append_usage(const struct command_set *set, const struct command *command,
	bool japanese, struct buf *out)
{
	TRY(buf_append_format(out, "%s: %s", japanese ? "使い方" : "Usage",
		set->program));
	if (command->verb[0] != 0)
		TRY(buf_append_format(out, " %s", command->verb));
	for (size_t i = 0;; i++) {
		const struct command_option *option = command_option_at(set, command, i);
		if (option == NULL)
			break;
		if (option->required)
			TRY(buf_append_format(out, " --%s %s", option->name,
				option->value));
	}
	TRY(buf_append_text(out, japanese ? " [オプション]" : " [options]"));
	if (command->arguments[0] != 0)
		TRY(buf_append_format(out, " %s", command->arguments));
	return buf_append_text(out, "\n");
}

static RESULT help_of_one(const struct command_set *set, const struct command *command,
	bool japanese, struct buf *out)
{
	TRY(buf_append_format(out, "%s\n\n%s:\n",
		words(command->summary, command->summary_ja, japanese),
		japanese ? "例" : "Examples"));
	for (const char *const *line = command->examples; *line != NULL; line++)
		TRY(buf_append_format(out, "  %s\n", *line));
	TRY(buf_append_text(out, "\n"));
	TRY(append_usage(set, command, japanese, out));
	TRY(buf_append_format(out, "\n%s:\n", japanese ? "オプション" : "Options"));
	for (size_t i = 0;; i++) {
		const struct command_option *option = command_option_at(set, command, i);
		if (option == NULL)
			return OK;
		TRY(append_option(out, option, japanese));
	}
}

static const char exit_codes_en[] = "Exit codes: 0 ok, 1 no, 2 usage, 3 config, 4 "
				    "notfound, 5 conflict, 6 denied, 7 pending, "
				    "8 stale, 9 io\n";
static const char exit_codes_ja[] = "終了コード: 0 完了, 1 否, 2 使い方, 3 設定, 4 "
				    "該当なし, 5 競合, 6 権限なし, 7 承認待ち, "
				    "8 期限超過, 9 入出力\n";

RESULT command_help(const struct command_set *set, const struct command *command,
	bool japanese, struct buf *out)
{
	if (command != NULL)
		return help_of_one(set, command, japanese, out);
	TRY(buf_append_format(out, "%s: %s\n\n%s:\n", set->program,
		words(set->summary, set->summary_ja, japanese),
		japanese ? "例" : "Examples"));
	/* Examples lead the help: the first of each command tells more than its name. */
	for (size_t i = 0; i < set->command_count; i++)
		TRY(buf_append_format(out, "  %s\n", set->commands[i].examples[0]));
	TRY(buf_append_format(out, "\n%s:\n", japanese ? "コマンド" : "Commands"));
	for (size_t i = 0; i < set->command_count; i++) {
		const struct command *one = &set->commands[i];
		char left[80];
		snprintf(left, sizeof left, "%s%s%s", one->verb[0] == 0 ? "-" : one->verb,
			one->arguments[0] == 0 ? "" : " ", one->arguments);
		TRY(append_row(out, left,
			words(one->summary, one->summary_ja, japanese)));
	}
	TRY(buf_append_format(out,
		japanese ? "\n%s COMMAND --help で詳細を表示します。\n"
			 : "\n%s COMMAND --help shows the options of one.\n",
		set->program));
	return buf_append_text(out, japanese ? exit_codes_ja : exit_codes_en);
}
