/* quote: text as a JSON string (RFC 8259 section 7), for the small fixed objects that are written without a tree. */
#ifndef COMMON_BASE_QUOTE_H
#define COMMON_BASE_QUOTE_H

#include "common/base/blob.h"

/* Appends the text with its quotes; NULL becomes null. Bytes that are not UTF-8 become U+FFFD: errors must always be told. */
RESULT quote_json(struct buf *out, const char *text);

#endif
