/* key_file: a private key in a PEM file that nobody but its owner can read. */
#ifndef LRA_KEY_FILE_H
#define LRA_KEY_FILE_H

#include "common/base/ossl.h"

/* E_NOT_FOUND: no such file. E_INPUT: others may read it, or no unencrypted private key is in it. */
RESULT key_file_read(const char *path, EVP_PKEY **out);

#endif
