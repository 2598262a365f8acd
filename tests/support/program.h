/* program: one of our own programs, started as people start it, told apart by what it says when it is ready. */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

#include "common/base/err.h"

struct program {
	long pid;
	char ready[64]; /* the line it wrote to descriptor 9 */
};

/*
 * Beside the test's own program: build/CC-MODE/bin/NAME; INKAN_BIN in the environment names another folder. false: it
 * is not built (the caller's CHECK then says so).
 */
bool program_path(const char *name, char out[static 4096]);
/* argv: NULL-ended, without the program's name. stderr goes to the file `log`. Waits 20 s for the line on descriptor 9. */
bool program_start(struct program *program, const char *name, const char *const *argv,
	const char *log);
/* TERM, then KILL after 15 s; the exit code, or -1. */
int program_stop(struct program *program);
static inline void program_clear(struct program *program)
{
	program_stop(program);
}
AUTO_DEFINE_HELD(struct program, program_clear)

#endif
