/* pkcs12_parts: what pkcs12.c and pkcs12_modern.c share. */
#ifndef COMMON_PKI_PKCS12_PARTS_H
#define COMMON_PKI_PKCS12_PARTS_H

#include "common/pki/pkcs12.h"

/* pkcs12_write() in the modern form; what it was given has been judged: key and chain[0] belong together. */
RESULT pkcs12_write_modern(EVP_PKEY *key, const struct blob *chain, size_t chain_count,
	const char *friendly_name, struct blob pass_phrase, int iterations,
	struct buf *out);

#endif
