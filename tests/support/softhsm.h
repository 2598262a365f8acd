/* softhsm: a PKCS #11 module with a store of its own below an outside folder. */
#ifndef TESTS_SUPPORT_SOFTHSM_H
#define TESTS_SUPPORT_SOFTHSM_H

#include "common/base/secret.h"
#include "tests/support/outside.h"

#define SOFTHSM_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define SOFTHSM_PIN    "canary-5Zx81q"
#define SOFTHSM_SO_PIN "canary-so-77w"

/* An empty store; SOFTHSM2_CONF names it from now on, for this process and the programs it runs. */
void softhsm_open(const struct outside *outside);
struct secret *softhsm_secret(const char *text); /* the caller frees it */

#endif
