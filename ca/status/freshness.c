#include "ca/status/freshness.h"

#include "common/base/clock.h"

void http_date(int64_t time, char out[static HTTP_DATE])
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue",
		"Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct clock_fields at = clock_split(time);
	int64_t day =
		(time >= 0 ? time : time - 86399) / 86400 % 7; /* day 0 was a Thursday */
	/* The moduli tell the compiler that the text fits. */
	snprintf(out, HTTP_DATE, "%s, %02u %s %04u %02u:%02u:%02u GMT",
		days[(day + 7) % 7], (unsigned)at.day % 100, months[(at.month + 11) % 12],
		(unsigned)at.year % 10000, (unsigned)at.hour % 100,
		(unsigned)at.minute % 100, (unsigned)at.second % 100);
}

int64_t freshness_max_age(const struct freshness *freshness, int64_t now)
{
	int64_t left = freshness->next_update - now - 1; /* R-OCSP-09: strictly below */
	if (left < 0)
		return 0;
	return left < freshness->max_age_s ? left : freshness->max_age_s;
}

static size_t tag_length(const char *at)
{
	const char *end = at[0] == '"' ? strchr(at + 1, '"') : NULL;
	return end == NULL ? 0 : (size_t)(end - at) + 1;
}

bool freshness_matches(const char *header, const char *etag)
{
	if (header == NULL)
		return false;
	const char *at = header + strspn(header, " \t");
	if (strcmp(at, "*") == 0)
		return true;
	while (at[0] != 0) {
		at += strspn(at, " \t,");
		at += strncmp(at, "W/", 2) == 0
			      ? 2
			      : 0; /* weak comparison is enough for GET */
		size_t len = tag_length(at);
		if (len == 0)
			return false;
		if (len == strlen(etag) && memcmp(at, etag, len) == 0)
			return true;
		at += len;
	}
	return false;
}

RESULT freshness_set(const struct freshness *freshness,
	const struct http_request *request, struct http_response *response,
	bool *not_modified)
{
	char date[HTTP_DATE];
	int64_t max_age = freshness_max_age(freshness, request->now);
	TRY(http_header(response, "ETag", "%s", freshness->etag));
	http_date(freshness->this_update, date);
	TRY(http_header(response, "Last-Modified", "%s", date));
	http_date(freshness->next_update, date);
	TRY(http_header(response, "Expires", "%s", date));
	if (max_age > 0)
		TRY(http_header(response, "Cache-Control",
			"max-age=%lld, public, no-transform, must-revalidate",
			(long long)max_age));
	else
		TRY(http_header(response, "Cache-Control", "no-cache, no-transform"));
	*not_modified = freshness_matches(request->if_none_match, freshness->etag);
	if (*not_modified)
		response->status = 304;
	return OK;
}

RESULT freshness_none(struct http_response *response)
{
	return http_header(response, "Cache-Control", "no-store");
}
