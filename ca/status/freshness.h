/* freshness: the HTTP headers that say how long an answer may be kept (RFC 9111, R-OCSP-09, R-CRL-08). */
#ifndef CA_STATUS_FRESHNESS_H
#define CA_STATUS_FRESHNESS_H

#include "common/net/http.h"

/* "Mon, 23 Nov 2026 02:08:43 GMT" (RFC 9110 section 5.6.7); out holds 30 bytes. */
#define HTTP_DATE 30
void http_date(int64_t time, char out[static HTTP_DATE]);

struct freshness {
	int64_t this_update, next_update;
	const char *etag;  /* with its quotes */
	int64_t max_age_s; /* the most that caches are allowed */
};

/*
 * ETag, Last-Modified, Expires and Cache-Control; answers 304 without a body when the asker has this very entity: then
 * *not_modified is set. max-age stays below nextUpdate - now; after nextUpdate nothing may be kept.
 */
RESULT freshness_set(const struct freshness *freshness,
	const struct http_request *request, struct http_response *response,
	bool *not_modified);
/* The bound that stands in max-age, in seconds. */
int64_t freshness_max_age(const struct freshness *freshness, int64_t now);
RESULT freshness_none(struct http_response *response); /* Cache-Control: no-store */
/* Does an If-None-Match (RFC 9110 section 13.1.2) name the tag? header may be NULL. */
bool freshness_matches(const char *header, const char *etag);

#endif
