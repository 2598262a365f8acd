/* landlock: file access below named folders only, by the kernel's Landlock; of proc_restrict, nobody else calls it. */
#ifndef COMMON_PROC_LANDLOCK_H
#define COMMON_PROC_LANDLOCK_H

#include "common/base/err.h"

/* The kernel's version of Landlock; 0: it has none. */
int landlock_version(void);
/* As proc_restrict() says of powers and folders. E_IO: a folder could not be opened, or the kernel refused. */
RESULT landlock_apply(unsigned powers, const char *const *read_below,
	const char *const *write_below);

#endif
