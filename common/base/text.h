/* text: UTF-8 (RFC 3629), checked once at the border. */
#ifndef COMMON_BASE_TEXT_H
#define COMMON_BASE_TEXT_H

#include "common/base/blob.h"

/* A C string out of bytes. E_INPUT: not UTF-8, an inner NUL, or more than size - 1 bytes. out: at least size bytes. */
RESULT text_from_blob(struct blob bytes, char *out, size_t size);
/* The same for a string already ended by NUL. */
RESULT text_copy(const char *text, char *out, size_t size);

bool text_is_utf8(struct blob bytes);
/* The code point at *at, which moves behind it; -1 at the end or on a wrong byte. */
int32_t text_next(struct blob bytes, size_t *at);
/* Characters (code points), not bytes; 0 for what is not UTF-8. R-ISS-09: limits count these. */
size_t text_length(struct blob bytes);

/*
 * What was cut to fit its place may end within a character, which neither JSON nor PostgreSQL takes: the broken character
 * goes, and any other octet that is not UTF-8 becomes '?'. In place.
 */
void text_mend(char *text);

bool text_starts(const char *text, const char *with);
bool text_ends(const char *text, const char *with);
/* Decimal only, no sign, no white space. E_INPUT otherwise, or outside min … max. */
RESULT text_to_int(const char *text, int64_t min, int64_t max, int64_t *out);

#endif
