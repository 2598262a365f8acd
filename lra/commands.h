/* commands: the verbs of inkan-lra. */
#ifndef LRA_COMMANDS_H
#define LRA_COMMANDS_H

#include "common/proc/command.h"

extern const struct command_set lra_commands;

#endif
