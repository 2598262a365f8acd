/* random: the one source of randomness, libcrypto's CSPRNG; tests link their own random.c instead. */
#ifndef COMMON_BASE_RANDOM_H
#define COMMON_BASE_RANDOM_H

#include "common/base/err.h"

/* E_CRYPTO: the generator failed; the caller gives up, there is no second source (R-ISS-01). */
RESULT random_bytes(uint8_t *out, size_t len);

/* A random identifier (RFC 9562 UUID version 4) as text; out holds 37 bytes. */
#define RANDOM_UUID 37
RESULT random_uuid(char out[static RANDOM_UUID]);

#endif
