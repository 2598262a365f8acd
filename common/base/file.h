/* file: a whole file into memory, with its maximum. For what is read once at a start. */
#ifndef COMMON_BASE_FILE_H
#define COMMON_BASE_FILE_H

#include "common/base/blob.h"

/* Appends; out was opened with the most to accept. E_NOT_FOUND: cannot be opened; E_INPUT: not a file, or too long. */
RESULT file_read(const char *path, struct buf *out);

/* Writes a new file whole: temporary name, fsync, rename, folder fsync; mode e.g. 0600. Never half of it. */
RESULT file_write(const char *path, struct blob bytes, unsigned mode);

#endif
