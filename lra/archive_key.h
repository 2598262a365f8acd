/*
 * archive_key: the key of a case, wrapped for the archive: CMS AuthEnvelopedData (RFC 5083, 5084) for the archive's RSA key with
 * OAEP and SHA-256, so that `openssl cms -decrypt` opens it too, whatever became of us. Its content is one line:
 * "inkan case key 1 RECEIPT HEX". The private key is an auditor's and never comes to the LRA's host.
 */
#ifndef LRA_ARCHIVE_KEY_H
#define LRA_ARCHIVE_KEY_H

#include "common/base/ossl.h"
#include "common/base/secret.h"

enum { ARCHIVE_KEY_MAX = 8 * 1024 }; /* of the wrapped key */

/* A PEM certificate. E_POLICY: not an RSA key of 3072 bits or more: what is kept for ten years outlives today's least. */
RESULT archive_certificate_read(const char *path, X509 **out);
/* DER; out: opened by the caller with ARCHIVE_KEY_MAX. */
RESULT archive_key_wrap(X509 *archive, const char *receipt, const struct secret *case_key,
	struct buf *out);
/* E_CRYPTO: for another archive, or changed. receipt: the case that it is of, 24 octets. */
RESULT archive_key_unwrap(EVP_PKEY *archive, struct blob wrapped, char receipt[static 24],
	struct secret **out);

#endif
