/* stand_in_signer: a child that answers the issuer as the signer would, with a key in memory, and may be told to be wrong. */
#ifndef TESTS_SUPPORT_STAND_IN_SIGNER_H
#define TESTS_SUPPORT_STAND_IN_SIGNER_H

#include "ca/ca.h"

/*
 * Certificates of `issuer` by the key in the PEM file. wrong: this request of every batch comes back with a notAfter a
 * second earlier than asked; -1: none. The child ends when *fd is closed.
 */
pid_t stand_in_signer_start(const struct ca *ca, const char *issuer, const char *key_file,
	int wrong, int *fd);
void stand_in_signer_stop(pid_t pid, int *fd);

#endif
