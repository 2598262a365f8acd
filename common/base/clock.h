/* clock: seconds UTC since 1970. Read only in main.c and where a request enters; everything else takes `now`. */
#ifndef COMMON_BASE_CLOCK_H
#define COMMON_BASE_CLOCK_H

#include "common/base/err.h"

/*
 * The time of day. Builds with -DINKAN_TEST_CLOCK add the offset in seconds that stands in the file named by
 * INKAN_TEST_CLOCK (re-read at each call), so that stories can move the time (R-ISS-17); other builds have no such way.
 */
int64_t clock_now(void);
/* Milliseconds of a clock that never goes back; for durations only. */
int64_t clock_monotonic_ms(void);

/* Calendar fields of a time, proleptic Gregorian, UTC; for 0000 … 9999. */
struct clock_fields {
	int year, month, day, hour, minute, second;
};
struct clock_fields clock_split(int64_t time);
/* E_INPUT: no such date or time. */
RESULT clock_join(struct clock_fields fields, int64_t *out);

/* "2026-11-23T02:08:43Z"; out holds 21 bytes. */
#define CLOCK_TEXT 21
void clock_text(int64_t time, char out[static CLOCK_TEXT]);
RESULT clock_parse(const char *text, int64_t *out);

#endif
