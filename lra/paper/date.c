/* date: days as letters say them, in Japanese time. */
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "lra/paper/draw.h"

enum { JST = 9 * HOUR };

/* clang-format off */
static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
	"October", "November", "December" };
static const char *const weekdays_ja[] = { "木", "金", "土", "日", "月", "火", "水" }; /* 1970 began on a Thursday */
static const char *const weekdays_en[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
/* clang-format on */

/* 令和 began on 1 May 2019; what is printed here is not older. */
static bool is_reiwa(const struct clock_fields *day)
{
	return day->year > 2019 || (day->year == 2019 && day->month >= 5);
}

void draw_date_ja(int64_t time, char out[static DRAW_DATE])
{
	struct clock_fields day = clock_split(time + JST);
	out[0] = 0;
	if (time == 0)
		return;
	int len = snprintf(out, DRAW_DATE, "%d年%d月%d日", day.year, day.month, day.day);
	if (is_reiwa(&day) && len > 0 && day.year == 2019)
		snprintf(out + len, DRAW_DATE - (size_t)len, " (令和元年)");
	else if (is_reiwa(&day) && len > 0)
		snprintf(out + len, DRAW_DATE - (size_t)len, " (令和%d年)",
			day.year - 2018);
}

void draw_date_en(int64_t time, char out[static DRAW_DATE])
{
	struct clock_fields day = clock_split(time + JST);
	out[0] = 0;
	if (time != 0)
		snprintf(out, DRAW_DATE, "%d %s %d", day.day, months[day.month - 1],
			day.year);
}

void draw_day(int64_t time, char out[static DRAW_DATE])
{
	struct clock_fields day = clock_split(time + JST);
	out[0] = 0;
	if (time != 0)
		snprintf(out, DRAW_DATE, "%04d-%02d-%02d", day.year, day.month, day.day);
}

void draw_deadline(int64_t time, char ja[static DRAW_DATE], char en[static DRAW_DATE])
{
	struct clock_fields day = clock_split(time + JST);
	size_t weekday = (size_t)((time + JST) / DAY % 7);
	snprintf(ja, DRAW_DATE, "%d年%d月%d日(%s) %d時%02d分", day.year, day.month,
		day.day, weekdays_ja[weekday], day.hour, day.minute);
	snprintf(en, DRAW_DATE, "%s %d %s %d, %02d:%02d JST", weekdays_en[weekday],
		day.day, months[day.month - 1], day.year, day.hour, day.minute);
}

void draw_hex_groups(const char *hex, char *out, size_t size)
{
	size_t len = 0;
	for (size_t i = 0; hex[i] != 0 && len + 2 < size; i++) {
		if (i > 0 && i % 4 == 0)
			out[len++] = ' ';
		out[len++] = (char)(hex[i] >= 'a' && hex[i] <= 'f' ? hex[i] - 'a' + 'A'
								   : hex[i]);
	}
	out[len] = 0;
}
