/* near: the nearest right word, for whoever mistyped one. */
#ifndef COMMON_BASE_NEAR_H
#define COMMON_BASE_NEAR_H

#include "common/base/err.h"

/* Insertions, deletions, replacements and swaps of neighbours that make one word the other; large when a word is long. */
size_t near_distance(const char *a, const char *b);
/* Near enough to be a slip of the fingers: a third of the longer word, one at least; farther off it is a guess. */
bool near_is_slip(const char *a, const char *b, size_t distance);

#endif
