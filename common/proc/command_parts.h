/* command_parts: what the files of command share with each other; nobody else includes it. */
#ifndef COMMON_PROC_COMMAND_PARTS_H
#define COMMON_PROC_COMMAND_PARTS_H

#include "common/proc/command.h"

/* What every command has without saying so. */
extern const struct command_option command_built_in[];

/* Option number `index` of a command: its own, then the set's, then --confirm, then the built-in ones; NULL behind. */
const struct command_option *command_option_at(const struct command_set *set,
	const struct command *command, size_t index);

/* Options and arguments out of the words behind the verb. */
RESULT command_read(struct command_call *call, char **words, size_t count);
/* What is required is there, fallbacks stand in, and the arguments are as many as may be. */
RESULT command_settle(struct command_call *call);

/* All verbs, or one command in full. */
RESULT command_help(const struct command_set *set, const struct command *command,
	bool japanese, struct buf *out);
/* E_INPUT: not bash, zsh or fish. */
RESULT command_completion(const struct command_set *set, const char *shell,
	struct buf *out);

enum command_exit command_exit_of(struct err err);
void command_tell(const struct command_call *call, struct err err);
/* A word that must never stand in a flag's name when the flag takes the secret itself. */
bool command_sounds_secret(const char *name, size_t len);

#endif
