#include "common/base/near.h"

enum { WORD_MAX = 64 };

/* Optimal string alignment: three rows of the table are all that the next one asks for. */
size_t near_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t least = last[j - 1] + (a[i - 1] != b[j - 1]);
			if (last[j] + 1 < least)
				least = last[j] + 1;
			if (now[j - 1] + 1 < least)
				least = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1] && before[j - 2] + 1 < least)
				least = before[j - 2] + 1;
			now[j] = least;
		}
		size_t *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_len];
}

bool near_is_slip(const char *a, const char *b, size_t distance)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	return distance <= ((a_len > b_len ? a_len : b_len) + 2) / 3;
}
