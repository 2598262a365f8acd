#include "common/base/clock.h"

#include <time.h>

static int64_t test_offset(void)
{
#ifdef INKAN_TEST_CLOCK
	const char *path = getenv("INKAN_TEST_CLOCK");
	long long offset = 0;
	FILE *file = path == NULL ? NULL : fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%lld", &offset) != 1)
		offset = 0;
	fclose(file);
	return offset;
#else
	return 0;
#endif
}

int64_t clock_now(void)
{
	struct timespec at;
	clock_gettime(CLOCK_REALTIME, &at);
	return (int64_t)at.tv_sec + test_offset();
}

int64_t clock_monotonic_ms(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* Days since 1970-01-01 of a proleptic Gregorian date; years run from March so that the leap day ends them. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct clock_fields clock_split(int64_t time)
{
	int64_t days = time >= 0 ? time / 86400 : (time - 86399) / 86400;
	int64_t rest = time - days * 86400;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	struct clock_fields out = {
		.month = (int)(m < 10 ? m + 3 : m - 9),
		.day = (int)(of_year - (153 * m + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
	};
	out.year = (int)(y + era * 400 + (out.month <= 2));
	return out;
}

RESULT clock_join(struct clock_fields f, int64_t *out)
{
	if (f.year < 0 || f.year > 9999 || f.hour < 0 || f.hour > 23 || f.minute < 0 ||
		f.minute > 59 || f.second < 0 || f.second > 59)
		return FAIL(E_INPUT, "no such time");
	int64_t time = days_of(f.year, f.month, f.day) * 86400 + f.hour * 3600 +
		       f.minute * 60 + f.second;
	/* A date that does not exist comes back as another one. */
	struct clock_fields back = clock_split(time);
	if (back.year != f.year || back.month != f.month || back.day != f.day)
		return FAIL(E_INPUT, "no such date");
	*out = time;
	return OK;
}

void clock_text(int64_t time, char out[static CLOCK_TEXT])
{
	struct clock_fields f = clock_split(time);
	/* The modulus tells the compiler that the text fits. */
	snprintf(out, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		(unsigned)f.year % 10000, (unsigned)f.month % 100, (unsigned)f.day % 100,
		(unsigned)f.hour % 100, (unsigned)f.minute % 100,
		(unsigned)f.second % 100);
}

static bool digits_at(const char *text, int from, int count, int *out)
{
	*out = 0;
	for (int i = from; i < from + count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*out = *out * 10 + (text[i] - '0');
	}
	return true;
}

RESULT clock_parse(const char *text, int64_t *out)
{
	struct clock_fields f;
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	if (strlen(text) != sizeof form - 1)
		return FAIL(E_INPUT, "time: not of the form 2026-11-23T02:08:43Z");
	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] != 'd' && form[i] != text[i])
			return FAIL(E_INPUT, "time: character %zu", i + 1);
	if (!digits_at(text, 0, 4, &f.year) || !digits_at(text, 5, 2, &f.month) ||
		!digits_at(text, 8, 2, &f.day) || !digits_at(text, 11, 2, &f.hour) ||
		!digits_at(text, 14, 2, &f.minute) || !digits_at(text, 17, 2, &f.second))
		return FAIL(E_INPUT, "time: not a digit");
	return clock_join(f, out);
}
