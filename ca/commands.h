/* commands: the verbs of `inkan ca`. */
#ifndef CA_COMMANDS_H
#define CA_COMMANDS_H

#include "common/proc/command.h"

extern const struct command_set ca_commands;

#endif
