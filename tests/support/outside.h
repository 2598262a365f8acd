/* outside: other programs as judges: a folder of their own, files in it, and what they said. */
#ifndef TESTS_SUPPORT_OUTSIDE_H
#define TESTS_SUPPORT_OUTSIDE_H

#include "common/base/blob.h"

struct outside {
	char folder[64];
};
/* A new folder below /tmp; the end removes it with all that is in it. Ends the run when there is no place. */
struct outside outside_open(void);
void outside_clear(struct outside *outside);
AUTO_DEFINE_HELD(struct outside, outside_clear)

void outside_write(const struct outside *outside, const char *name, struct blob bytes);
struct buf outside_read(const struct outside *outside,
	const char *name); /* the caller clears it */
/*
 * Runs a shell line inside the folder; stdout and stderr come together into `said` (opened by the caller, cut at its
 * maximum). The exit code, or -1.
 */
int outside_run(const struct outside *outside, struct buf *said, const char *line, ...)
	__attribute__((format(printf, 3, 4)));
bool outside_said(const struct buf *said, const char *words);

#endif
