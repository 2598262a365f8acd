/* conf_inner: what the files of common/conf share; nobody else includes it. */
#ifndef COMMON_CONF_CONF_INNER_H
#define COMMON_CONF_CONF_INNER_H

#include "common/conf/conf.h"

/*
 * Looks over a text before libconfig 1.5 reads it, for what that would read silently as something else: numbers beyond
 * 32 bits (cut), hexadecimal ones (wrapped), \x in strings (NULs dropped, UTF-8 broken); for @include, which would read
 * files that nobody named; and for more nesting than settings have. E_INPUT with file and line.
 */
RESULT conf_scan(const char *path, struct blob text);

bool conf_is_group(const struct conf_node *node);

#endif
