/* secret: the only home of PINs, pass phrases and private key bytes. Secure heap, wiped on free, no print function. */
#ifndef COMMON_BASE_SECRET_H
#define COMMON_BASE_SECRET_H

#include "common/base/blob.h"

struct secret; /* opaque */

/* Copies the bytes (the caller wipes its own copy). */
RESULT secret_new(struct blob bytes, struct secret **out);
/* Reads all of fd up to max bytes, without a final newline; closes nothing. E_INPUT: empty or longer. */
RESULT secret_from_fd(int fd, size_t max, struct secret **out);
/*
 * Reads a secret named in a setting: "fd:N" an inherited descriptor, "credential:NAME" a file below
 * $CREDENTIALS_DIRECTORY (systemd), "file:PATH" a file that nobody but its owner can read (E_INPUT otherwise).
 * Never from argv or the environment (R-CA-KEY-06).
 */
RESULT secret_from_source(const char *source, struct secret **out);
void secret_free(struct secret *secret);
AUTO_DEFINE(struct secret, secret_free)

struct blob secret_view(
	const struct secret *secret); /* borrowed; ended by a NUL that is not counted */
bool secret_equal(const struct secret *a,
	struct blob b); /* in constant time for equal lengths */

/* Called first in main: secure heap, no core dumps, not to be attached to. */
RESULT secret_harden(void);

#endif
