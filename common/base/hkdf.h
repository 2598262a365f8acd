/* hkdf: one key out of another, for one purpose (RFC 5869, SHA-256). */
#ifndef COMMON_BASE_HKDF_H
#define COMMON_BASE_HKDF_H

#include "common/base/blob.h"

enum { HKDF_KEY = 32 };
/* secret: random; what comes out is as strong as it is, at most 256 bits. salt may be empty. The caller wipes out. */
RESULT hkdf_derive(struct blob secret, struct blob salt, struct blob info,
	uint8_t out[static HKDF_KEY]);

#endif
