#include <stdarg.h>
#include <unistd.h>

#include "common/base/random.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/command_parts.h"

enum { HELP_MAX = 64 * 1024 };

/* clang-format off */
const struct command_option command_built_in[] = {
	{ "json",       0,   OPTION_FLAG, NULL,    "print JSON, for programs", "プログラム用に JSON で出力する", false, 0, 0, NULL },
	{ "help",       'h', OPTION_FLAG, NULL,    "show this help", "この説明を表示する", false, 0, 0, NULL },
	{ "version",    0,   OPTION_FLAG, NULL,    "show the version", "版を表示する", false, 0, 0, NULL },
	{ "completion", 0,   OPTION_TEXT, "SHELL", "print completions for bash, zsh or fish", "bash, zsh, fish の補完を出力する", false, 0, 0, NULL },
	{ NULL,         0,   OPTION_FLAG, NULL,    NULL, NULL, false, 0, 0, NULL },
};
static const struct command_option confirm_option =
	{ "confirm",    0,   OPTION_TEXT, "WORD",  "what would else be asked for on the terminal", "端末で尋ねられる確認の語", false, 0, 0, NULL };
/* clang-format on */

bool command_is_japanese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != 0)
			return text_starts(value, "ja");
	}
	return false;
}

const char *command_say(const struct command_call *call, const char *en, const char *ja)
{
	return call->japanese && ja != NULL ? ja : en;
}

const char *command_color(const struct command_call *call, enum command_color color)
{
	static const char *const escapes[] = { [COLOR_NONE] = "\033[0m",
		[COLOR_GOOD] = "\033[32m",
		[COLOR_WARN] = "\033[33m",
		[COLOR_BAD] = "\033[31m",
		[COLOR_DIM] = "\033[2m" };
	return call->color ? escapes[color] : "";
}

void command_next(struct command_call *call, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(call->next, sizeof call->next, format, args);
	va_end(args);
}

const struct command_option *command_option_at(const struct command_set *set,
	const struct command *command, size_t index)
{
	const struct command_option *const tables[] = {
		command == NULL ? NULL : command->options, set->options, command_built_in
	};
	for (size_t i = 0; i < COUNT(tables); i++) {
		if (i == COUNT(tables) - 1 && command != NULL && command->destructive &&
			index-- == 0)
			return &confirm_option;
		for (const struct command_option *row = tables[i];
			row != NULL && row->name != NULL; row++)
			if (index-- == 0)
				return row;
	}
	return NULL;
}

static size_t find_value(const struct command_call *call, const char *name)
{
	size_t i = 0;
	while (i < call->value_count && strcmp(call->value[i].option->name, name) != 0)
		i++;
	return i;
}

const char *command_text(const struct command_call *call, const char *name)
{
	size_t at = find_value(call, name);
	return at < call->value_count ? call->value[at].text : NULL;
}

int64_t command_int(const struct command_call *call, const char *name)
{
	size_t at = find_value(call, name);
	return at < call->value_count ? call->value[at].number : 0;
}

bool command_has(const struct command_call *call, const char *name)
{
	return find_value(call, name) < call->value_count;
}

/* The words of a verb at the head of the line; 0: another verb. */
static size_t verb_matches(const char *verb, char **words, size_t count)
{
	size_t used = 0;
	for (const char *at = verb; *at != 0; used++) {
		size_t len = strcspn(at, " ");
		if (used == count || strlen(words[used]) != len ||
			memcmp(words[used], at, len) != 0)
			return 0;
		at += len + (at[len] == ' ');
	}
	return used;
}

/* The longest verb that matches; else the one without words, when no word was given or it takes arguments. */
static const struct command *find_command(const struct command_set *set, char **words,
	size_t count, size_t *used)
{
	const struct command *best = NULL;
	bool no_word = count == 0 || words[0][0] == '-';
	*used = 0;
	for (size_t i = 0; i < set->command_count; i++) {
		size_t match = verb_matches(set->commands[i].verb, words, count);
		if (match > *used ||
			(best == NULL && no_word && set->commands[i].verb[0] == 0)) {
			best = &set->commands[i];
			*used = match;
		}
	}
	return best;
}

static RESULT unknown_verb(const struct command_set *set, char **words, size_t count)
{
	const char *verbs[128];
	char wrong[64];
	size_t known = 0;
	if (count == 0 || words[0][0] == '-')
		return FAIL(E_INPUT, "a command is missing; %s --help lists them",
			set->program);
	for (size_t i = 0; i < set->command_count && known < COUNT(verbs) - 1; i++)
		verbs[known++] = set->commands[i].verb;
	verbs[known] = NULL;
	/* Against the one word first, then against two: `order shwo` is near `order show`. */
	snprintf(wrong, sizeof wrong, "%.60s", words[0]);
	const char *near = command_nearest(wrong, verbs);
	if (near == NULL && count > 1) {
		snprintf(wrong, sizeof wrong, "%.30s %.30s", words[0], words[1]);
		near = command_nearest(wrong, verbs);
	}
	if (near == NULL)
		return FAIL(E_INPUT, "no command \"%s\"; %s --help lists them", wrong,
			set->program);
	return FAIL(E_INPUT, "no command \"%s\"; did you mean \"%s\"?", wrong, near);
}

static RESULT print_whole(struct buf *text)
{
	return fputs(buf_text(text), stdout) < 0 ? FAIL(E_IO, "standard output") : OK;
}

static RESULT show_help(const struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(HELP_MAX);
	TRY(command_help(call->set, call->command, call->japanese, &text));
	return print_whole(&text);
}

static bool is_word(char **words, size_t count, const char *word)
{
	for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static RESULT show_completion(const struct command_call *call)
{
	AUTO(buf_clear) struct buf text = BUF(HELP_MAX);
	TRY(command_completion(call->set, command_text(call, "completion"), &text));
	return print_whole(&text);
}

/* What is asked of the program itself, before any verb. */
static RESULT run_built_in(struct command_call *call, char **words, size_t count,
	bool *done)
{
	size_t used;
	*done = true;
	if (count > 0 && strcmp(words[0], "help") == 0) {
		call->command = find_command(call->set, words + 1, count - 1, &used);
		if (used == 0)
			call->command = NULL;
		return count > 1 && used == 0
			       ? unknown_verb(call->set, words + 1, count - 1)
			       : show_help(call);
	}
	if (is_word(words, count, "--help") || is_word(words, count, "-h")) {
		call->command = find_command(call->set, words, count, &used);
		if (used == 0 && call->set->command_count > 1)
			call->command = NULL;
		return show_help(call);
	}
	if (is_word(words, count, "--version"))
		return printf("%s %s\n", call->set->program, COMMAND_VERSION) < 0
			       ? FAIL(E_IO, "standard output")
			       : OK;
	*done = false;
	return OK;
}

static RESULT run_words(struct command_call *call, char **words, size_t count)
{
	size_t used = 0;
	bool done;
	/* First of all, so that the fault of a wrong command is told as JSON too. */
	call->json = is_word(words, count, "--json");
	TRY(run_built_in(call, words, count, &done));
	if (done)
		return OK;
	call->command = find_command(call->set, words, count, &used);
	if (call->command == NULL && (count == 0 || words[0][0] == '-'))
		TRY(command_read(call, words, count));
	else if (call->command != NULL)
		TRY(command_read(call, words + used, count - used));
	if (command_has(call, "completion"))
		return show_completion(call);
	if (call->command == NULL)
		return unknown_verb(call->set, words, count);
	TRY(command_settle(call));
	return call->command->run(call);
}

static RESULT make_ref(char ref[static COMMAND_REF])
{
	uint8_t random[(COMMAND_REF - 1) / 2];
	TRY(random_bytes(random, sizeof random));
	hex_encode(BLOB(random), ref);
	return OK;
}

int command_main(const struct command_set *set, int argc, char **argv, void *context)
{
	const char *no_color = getenv("NO_COLOR");
	struct command_call call = {
		.set = set,
		.context = context,
		.japanese = command_is_japanese(),
		.interactive = isatty(STDIN_FILENO) && isatty(STDERR_FILENO),
		.color = isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == 0),
	};
	size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	struct err err = make_ref(call.ref);
	if (!err_is(err))
		err = run_words(&call, argv + 1, count);
	/* A full disk behind `> file` must not look like success. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && !err_is(err))
		err = FAIL(E_IO, "standard output: could not be written");
	if (err_is(err)) {
		if (call.exit == COMMAND_OK)
			call.exit = command_exit_of(err);
		command_tell(&call, err);
	}
	if (call.next[0] != 0 && !call.json)
		fprintf(stderr, "%s: %s\n", command_say(&call, "next", "次の操作"),
			call.next);
	return (int)call.exit;
}
