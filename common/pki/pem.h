/* pem: DER as text between BEGIN and END lines (RFC 7468). */
#ifndef COMMON_PKI_PEM_H
#define COMMON_PKI_PEM_H

#include "common/base/blob.h"

/* The first block of that label ("CERTIFICATE") anywhere in a file. E_NOT_FOUND: none. E_INPUT: no end, not base64. */
RESULT pem_read(struct blob file, const char *label, struct buf *der);
/* Appends one block, lines of 64 characters. */
RESULT pem_write(const char *label, struct blob der, struct buf *pem);

#endif
