/* http_route: which row a request's target means, and its decoded parts. Pure: no connection, no clock. */
#ifndef COMMON_NET_HTTP_ROUTE_H
#define COMMON_NET_HTTP_ROUTE_H

#include "common/net/http.h"

enum { HTTP_TARGET_MAX = 16 * 1024, HTTP_ALLOW = 64 };

/* A request target (RFC 9112 section 3.2) cut in two; origin-form, or absolute-form without its origin. */
struct http_target {
	char *path; /* begins with "/"; still percent-encoded; points into the text given */
	char *query; /* "" when absent */
};
/* target: is cut in place. E_INPUT: another form, too long, or a character that no target has. */
RESULT http_target_split(char *target, struct http_target *out);

struct http_match {
	const struct http_route
		*route; /* NULL: the path is known, but not with this method */
	const char *parameter[HTTP_PARAMETERS]; /* point into path */
	char allow[HTTP_ALLOW]; /* "GET, HEAD, POST": of all rows with this path */
};
/*
 * The first row that has path and method; HEAD is served by GET's row. path: is decoded in place and keeps the parameters.
 * E_INPUT: wrong percent-encoding, NUL or other control characters, not UTF-8, a dot segment (encoded or not), or an
 * encoded "/" where the row has no {*}.  E_NOT_FOUND: no row has this path.
 */
RESULT http_route_find(const struct http_route *routes, size_t count, const char *method,
	char *path, struct http_match *out);

/* Decodes in place, `len` bytes at text; the result is ended by NUL. E_INPUT as above. plus: "+" is a blank (queries). */
RESULT http_decode(char *text, size_t len, bool plus);

/* "ja" or "en", whichever Accept-Language (RFC 9110 section 12.5.4) prefers; "ja" when it is NULL or names neither. */
const char *http_language(const char *accept);

#endif
