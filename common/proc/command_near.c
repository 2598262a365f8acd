#include "common/base/near.h"
#include "common/proc/command.h"

const char *command_nearest(const char *word, const char *const *words)
{
	const char *best = NULL;
	size_t least = SIZE_MAX;
	for (; *words != NULL; words++) {
		size_t far = near_distance(word, *words);
		if (far < least && near_is_slip(word, *words, far)) {
			least = far;
			best = *words;
		}
	}
	return best;
}
