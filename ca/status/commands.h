/* commands: the verbs of `inkan status`. */
#ifndef CA_STATUS_COMMANDS_H
#define CA_STATUS_COMMANDS_H

#include "common/proc/command.h"

extern const struct command_set status_commands;

#endif
