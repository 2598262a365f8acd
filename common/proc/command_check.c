#include "common/base/table.h"
#include "common/proc/command_parts.h"

bool command_sounds_secret(const char *name, size_t len)
{
	static const char *const words[] = { "password", "passwd", "passphrase", "pass",
		"pin", "puk", "secret", "private-key" };
	/* The last word says what is given: "user-pin" is one, "pin-channel" only speaks of one, "mapping" has none. */
	size_t from = len;
	while (from > 0 && name[from - 1] != '-')
		from--;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == len - from &&
			memcmp(words[i], name + from, len - from) == 0)
			return true;
	return len == 11 && memcmp(name, "private-key", len) == 0;
}

static RESULT check_options(const struct command_set *set, const struct command *command)
{
	for (size_t i = 0;; i++) {
		const struct command_option *row = command_option_at(set, command, i);
		if (row == NULL)
			return i > COMMAND_OPTIONS ? FAIL(E_BUG, "%s: too many options",
							     command->verb)
						   : OK;
		if (row->summary == NULL || row->summary_ja == NULL ||
			(row->type != OPTION_FLAG && row->value == NULL))
			return FAIL(E_BUG, "%s --%s: words are missing", command->verb,
				row->name);
		if (row->type != OPTION_SECRET && row->type != OPTION_FLAG &&
			command_sounds_secret(row->name, strlen(row->name)))
			return FAIL(E_BUG, "%s --%s: would take a secret", command->verb,
				row->name);
		for (size_t j = 0; j < i; j++) {
			const struct command_option *other =
				command_option_at(set, command, j);
			if (strcmp(other->name, row->name) == 0 ||
				(row->letter != 0 && other->letter == row->letter))
				return FAIL(E_BUG, "%s --%s: doubled", command->verb,
					row->name);
		}
	}
}

RESULT command_check(const struct command_set *set)
{
	for (size_t i = 0; i < set->command_count; i++) {
		const struct command *one = &set->commands[i];
		if (one->summary == NULL || one->summary_ja == NULL ||
			one->arguments == NULL || one->run == NULL ||
			one->examples == NULL || one->examples[0] == NULL)
			return FAIL(E_BUG, "%s: words, example or function are missing",
				one->verb);
		for (const char *const *line = one->examples; *line != NULL; line++)
			if (strstr(*line, set->program) == NULL ||
				strstr(*line, one->verb) == NULL)
				return FAIL(E_BUG, "%s: example of another: %s",
					one->verb, *line);
		for (size_t j = 0; j < i; j++)
			if (strcmp(one->verb, set->commands[j].verb) == 0)
				return FAIL(E_BUG, "%s: doubled", one->verb);
		if (one->min_arguments > one->max_arguments ||
			one->max_arguments > COMMAND_ARGUMENTS)
			return FAIL(E_BUG, "%s: number of arguments", one->verb);
		TRY(check_options(set, one));
	}
	return OK;
}
