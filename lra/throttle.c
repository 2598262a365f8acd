#include "lra/throttle.h"

#include <stdio.h>
#include <string.h>

static bool is_over(const struct throttle_place *place, int64_t now)
{
	return now >= place->since + THROTTLE_WITHIN_S || now < place->since;
}

static const struct throttle_place *find(const struct throttle *throttle,
	const char *address, int64_t now)
{
	for (const struct throttle_place *place = throttle->place;
		place < throttle->place + THROTTLE_PLACES; place++)
		if (strncmp(place->address, address, sizeof place->address - 1) == 0 &&
			!is_over(place, now))
			return place;
	return NULL;
}

bool throttle_is_full(const struct throttle *throttle, const char *address, int64_t now)
{
	const struct throttle_place *place = find(throttle, address, now);
	return place != NULL && place->count >= THROTTLE_MOST;
}

/* The one whose time began first: whoever comes from many addresses pushes out others of his own. */
static struct throttle_place *oldest(struct throttle *throttle)
{
	struct throttle_place *found = throttle->place;
	for (struct throttle_place *place = throttle->place;
		place < throttle->place + THROTTLE_PLACES; place++)
		if (place->since < found->since)
			found = place;
	return found;
}

void throttle_count(struct throttle *throttle, const char *address, int64_t now)
{
	const struct throttle_place *known = find(throttle, address, now);
	struct throttle_place *place =
		known != NULL ? throttle->place + (known - throttle->place)
			      : oldest(throttle);
	if (known == NULL) {
		*place = (struct throttle_place){ .since = now };
		snprintf(place->address, sizeof place->address, "%s", address);
	}
	place->count++;
}
