/*
 * throttle: how often an address was refused lately at what is open to everybody (login, registration). Codes have 100 random
 * bits and five tries, so nobody guesses; this is so that nobody fills the audit trail, or keeps the processor busy with
 * hashes. Of one process: the workers of a door do not know of each other's. Pure.
 */
#ifndef LRA_THROTTLE_H
#define LRA_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	THROTTLE_MOST = 30, /* refusals … */
	THROTTLE_WITHIN_S =
		60, /* … in so many seconds; more are not heard until these are over */
	THROTTLE_PLACES = 256 /* addresses that are remembered; the oldest is forgotten */
};
struct throttle {
	struct throttle_place {
		char address[48]; /* "" free */
		int64_t since;
		unsigned count;
	} place[THROTTLE_PLACES];
};

bool throttle_is_full(const struct throttle *throttle, const char *address, int64_t now);
void throttle_count(struct throttle *throttle, const char *address, int64_t now);

#endif
