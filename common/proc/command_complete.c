#include "common/base/table.h"
#include "common/proc/command_parts.h"

/* The function's name: "inkan ca" gives _inkan_ca. */
static RESULT append_function(const struct command_set *set, struct buf *out)
{
	TRY(buf_append_text(out, "_"));
	for (const char *at = set->program; *at != 0; at++)
		TRY(buf_append_format(out, "%c", *at == ' ' || *at == '-' ? '_' : *at));
	return OK;
}

/* The program's file: "inkan ca" is inkan-ca. */
static RESULT append_file(const struct command_set *set, struct buf *out)
{
	for (const char *at = set->program; *at != 0; at++)
		TRY(buf_append_format(out, "%c", *at == ' ' ? '-' : *at));
	return OK;
}

static RESULT append_options(const struct command_set *set, const struct command *command,
	const char *form, struct buf *out)
{
	for (size_t i = 0;; i++) {
		const struct command_option *option = command_option_at(set, command, i);
		if (option == NULL)
			return OK;
		TRY(buf_append_text(out, form));
		TRY(buf_append_text(out, option->name));
	}
}

/* bash, and zsh through its bashcompinit: the words so far choose the verb, its options are the proposals. */
static RESULT complete_bash(const struct command_set *set, struct buf *out)
{
	TRY(append_function(set, out));
	TRY(buf_append_text(out,
		"() {\n\tlocal word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"help\"\n"
		"\tcase \"${COMP_WORDS[*]:1:COMP_CWORD-1}\" in\n"));
	for (size_t i = 0; i < set->command_count; i++) {
		const struct command *one = &set->commands[i];
		if (one->verb[0] == 0)
			continue;
		TRY(buf_append_format(out, "\t\"%s\"*) words=\"", one->verb));
		TRY(append_options(set, one, " --", out));
		TRY(buf_append_text(out, "\" ;;\n"));
	}
	TRY(buf_append_text(out, "\t*) words=\"help --help --version"));
	for (size_t i = 0; i < set->command_count; i++)
		TRY(buf_append_format(out, " %s", set->commands[i].verb));
	TRY(buf_append_text(out,
		"\" ;;\n\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
		"complete -o default -F "));
	TRY(append_function(set, out));
	TRY(buf_append_text(out, " "));
	TRY(append_file(set, out));
	return buf_append_text(out, "\n");
}

static RESULT complete_zsh(const struct command_set *set, struct buf *out)
{
	TRY(buf_append_text(out, "autoload -U +X bashcompinit && bashcompinit\n"));
	return complete_bash(set, out);
}

static RESULT complete_fish(const struct command_set *set, struct buf *out)
{
	for (size_t i = 0; i < set->command_count; i++) {
		const struct command *one = &set->commands[i];
		if (one->verb[0] == 0)
			continue;
		TRY(buf_append_text(out, "complete -c "));
		TRY(append_file(set, out));
		TRY(buf_append_format(out,
			" -n __fish_use_subcommand -a '%s' -d \"%s\"\n", one->verb,
			one->summary));
		TRY(buf_append_text(out, "complete -c "));
		TRY(append_file(set, out));
		TRY(buf_append_format(out, " -n '__fish_seen_subcommand_from %s'",
			one->verb));
		TRY(append_options(set, one, " -l ", out));
		TRY(buf_append_text(out, "\n"));
	}
	return OK;
}

RESULT command_completion(const struct command_set *set, const char *shell,
	struct buf *out)
{
	static const struct {
		const char *shell;
		struct err (*write)(const struct command_set *set, struct buf *out);
	} rows[] = {
		{ "bash", complete_bash },
		{ "zsh", complete_zsh },
		{ "fish", complete_fish },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].shell, shell) == 0)
			return rows[i].write(set, out);
	return FAIL(E_INPUT, "--completion: not bash, zsh or fish");
}
