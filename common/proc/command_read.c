#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/proc/command_parts.h"

static const struct command_option *find_option(const struct command_call *call,
	const char *name, size_t len)
{
	for (size_t i = 0;; i++) {
		const struct command_option *row =
			command_option_at(call->set, call->command, i);
		if (row == NULL ||
			(strlen(row->name) == len && memcmp(row->name, name, len) == 0))
			return row;
	}
}

static const struct command_option *find_letter(const struct command_call *call,
	char letter)
{
	for (size_t i = 0;; i++) {
		const struct command_option *row =
			command_option_at(call->set, call->command, i);
		if (row == NULL || row->letter == letter)
			return row;
	}
}

/* The value is not repeated in words: what was typed there may be the secret. */
static RESULT check_secret_source(const char *name, const char *text)
{
	if (text_starts(text, "fd:") || text_starts(text, "file:") ||
		text_starts(text, "credential:"))
		return OK;
	return FAIL(E_INPUT,
		"--%s: names where the secret is (fd:N, file:PATH, credential:NAME); a "
		"secret "
		"itself is never given in a command, other users can see it",
		name);
}

static RESULT store_value(struct command_call *call, const struct command_option *option,
	const char *text)
{
	int64_t number = 0;
	switch (option->type) {
	case OPTION_FLAG:
		number = 1;
		break;
	case OPTION_TEXT:
		if (!text_is_utf8(blob_text(text)))
			return FAIL(E_INPUT, "--%s: not UTF-8", option->name);
		break;
	case OPTION_INT:
		TRY_IN(text_to_int(text, option->min, option->max, &number), "--%s",
			option->name);
		break;
	case OPTION_TIME:
		TRY_IN(clock_parse(text, &number), "--%s", option->name);
		break;
	case OPTION_SECRET:
		TRY(check_secret_source(option->name, text));
		break;
	}
	if (call->value_count == COMMAND_OPTIONS)
		return FAIL(E_INPUT, "more than %d options", COMMAND_OPTIONS);
	size_t at = call->value_count++;
	call->value[at].option = option;
	call->value[at].text = text;
	call->value[at].number = number;
	return OK;
}

static RESULT unknown_option(const struct command_call *call, const char *name,
	size_t len)
{
	const char *names[COMMAND_OPTIONS + 1];
	char wrong[64];
	size_t count = 0;
	if (command_sounds_secret(name, len))
		return FAIL(E_INPUT,
			"secrets are never given in a command, other users can see them; "
			"an option "
			"that names their source, or the terminal, is used instead");
	for (size_t i = 0; count < COMMAND_OPTIONS; i++) {
		const struct command_option *row =
			command_option_at(call->set, call->command, i);
		if (row == NULL)
			break;
		names[count++] = row->name;
	}
	names[count] = NULL;
	snprintf(wrong, sizeof wrong, "%.*s", (int)(len < 60 ? len : 60), name);
	const char *near = command_nearest(wrong, names);
	if (near == NULL)
		return FAIL(E_INPUT, "no option --%s", wrong);
	return FAIL(E_INPUT, "no option --%s; did you mean --%s?", wrong, near);
}

/* One word that starts with a dash; takes the next word too when the option needs one. */
static RESULT read_option(struct command_call *call, char **words, size_t count,
	size_t *at)
{
	const char *word = words[*at];
	bool is_long = word[1] == '-';
	const char *name = word + (is_long ? 2 : 1);
	const char *equal = is_long ? strchr(name, '=') : NULL;
	size_t len = !is_long ? 1 : equal == NULL ? strlen(name) : (size_t)(equal - name);
	const char *value = is_long ? (equal == NULL ? NULL : equal + 1)
				    : (name[1] == 0 ? NULL : name + 1);
	const struct command_option *option =
		is_long ? find_option(call, name, len) : find_letter(call, *name);
	if (option == NULL)
		return is_long ? unknown_option(call, name, len)
			       : FAIL(E_INPUT, "no option -%c", *name);
	if (command_has(call, option->name))
		return FAIL(E_INPUT, "--%s stands there twice", option->name);
	if (option->type == OPTION_FLAG)
		return value == NULL ? store_value(call, option, "")
				     : FAIL(E_INPUT, "--%s takes no value", option->name);
	if (value == NULL && *at + 1 < count)
		value = words[++*at];
	if (value == NULL)
		return FAIL(E_INPUT, "--%s needs %s", option->name, option->value);
	return store_value(call, option, value);
}

RESULT command_read(struct command_call *call, char **words, size_t count)
{
	bool options = true;
	for (size_t i = 0; i < count; i++) {
		if (options && strcmp(words[i], "--") == 0) {
			options = false;
		} else if (options && words[i][0] == '-' && words[i][1] != 0) {
			TRY(read_option(call, words, count, &i));
		} else {
			if (call->argument_count == COMMAND_ARGUMENTS)
				return FAIL(E_INPUT, "more than %d arguments",
					COMMAND_ARGUMENTS);
			if (!text_is_utf8(blob_text(words[i])))
				return FAIL(E_INPUT, "an argument that is not UTF-8");
			call->argument[call->argument_count++] = words[i];
		}
	}
	return OK;
}

RESULT command_settle(struct command_call *call)
{
	const struct command *command = call->command;
	for (size_t i = 0;; i++) {
		const struct command_option *row =
			command_option_at(call->set, command, i);
		if (row == NULL)
			break;
		if (command_has(call, row->name))
			continue;
		if (row->required)
			return FAIL(E_INPUT, "--%s %s is missing", row->name, row->value);
		if (row->fallback != NULL)
			TRY(store_value(call, row, row->fallback));
	}
	if (call->argument_count < command->min_arguments)
		return FAIL(E_INPUT, "needs %s", command->arguments);
	if (call->argument_count > command->max_arguments)
		return FAIL(E_INPUT, "\"%.100s\" is one argument too many",
			call->argument[command->max_arguments]);
	return OK;
}
