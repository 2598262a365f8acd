/* commands: the verbs of `inkan ra`. */
#ifndef RA_COMMANDS_H
#define RA_COMMANDS_H

#include "common/proc/command.h"

extern const struct command_set ra_commands;

#endif
