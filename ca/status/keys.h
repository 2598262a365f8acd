/* keys: the delegated OCSP keys of a worker, in the token; opened after fork() and before the worker gives up its powers. */
#ifndef CA_STATUS_KEYS_H
#define CA_STATUS_KEYS_H

#include "ca/status/conf.h"
#include "ca/status/responder.h"

struct keys;
/* All borrowed. */
RESULT keys_new(const struct status_conf *conf, const struct issuer_set *set,
	struct responder *responder, struct keys **out);
void keys_free(struct keys *keys);
AUTO_DEFINE(struct keys, keys_free)

/*
 * Opens what is not open and gives the keys to the responder. OK when each issuer that has an OCSP key has it now;
 * else the first trouble: the others are set all the same.
 */
RESULT keys_open(struct keys *keys);
/* A signature failed: the keys are taken from the responder. Sessions stay as they are: closing may need powers, too. */
void keys_fail(struct keys *keys);
/* Keys are missing: only a new process can open them again. */
bool keys_wanting(const struct keys *keys);

#endif
