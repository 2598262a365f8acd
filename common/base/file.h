/* file: a whole file into memory, with its maximum. For what is read once at a start. */
#ifndef COMMON_BASE_FILE_H
#define COMMON_BASE_FILE_H

#include "common/base/blob.h"

/* Appends; out was opened with the most to accept. E_NOT_FOUND: cannot be opened; E_INPUT: not a file, or too long. */
RESULT file_read(const char *path, struct buf *out);

/* Writes a new file whole: temporary name, fsync, rename, folder fsync; mode e.g. 0600. Never half of it. */
RESULT file_write(const char *path, struct blob bytes, unsigned mode);

/* Which version of a file it is, without reading it: another one has another state. All zero: not there. */
struct file_state {
	uint64_t device, inode;
	int64_t size, changed_ns;
};
struct file_state file_state(const char *path);
static inline bool file_state_equal(struct file_state a, struct file_state b)
{
	return a.device == b.device && a.inode == b.inode && a.size == b.size &&
	       a.changed_ns == b.changed_ns;
}

#endif
