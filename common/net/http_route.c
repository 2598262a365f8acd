#include "common/net/http_route.h"

#include <strings.h>

#include "common/base/text.h"

enum { SEGMENTS_MAX = 64 };

/* A path between two slashes. */
struct segment {
	char *text;
	size_t len;
};
struct segments {
	size_t count;
	struct segment row[SEGMENTS_MAX];
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* lines: ends of lines and tabs may be in it. */
static RESULT decode(char *text, size_t len, bool plus, bool lines)
{
	size_t out = 0;
	for (size_t at = 0; at < len; at++, out++) {
		int point = (unsigned char)text[at];
		if (point == '%') {
			int high = at + 1 < len ? hex_value(text[at + 1]) : -1;
			int low = at + 2 < len ? hex_value(text[at + 2]) : -1;
			if (high < 0 || low < 0)
				return FAIL(E_INPUT, "target: wrong percent-encoding");
			point = high << 4 | low;
			at += 2;
		} else if (plus && point == '+') {
			point = ' ';
		}
		bool line = point == '\n' || point == '\r' || point == '\t';
		if ((point < 0x20 || point == 0x7f) && !(lines && line))
			return FAIL(E_INPUT, "target: control character");
		text[out] = (char)point;
	}
	text[out] = 0;
	return text_is_utf8(blob_make(text, out)) ? OK
						  : FAIL(E_INPUT, "target: not UTF-8");
}

RESULT http_decode(char *text, size_t len, bool plus)
{
	return decode(text, len, plus, false);
}

RESULT http_target_split(char *target, struct http_target *out)
{
	char *path = target;
	if (strlen(target) > HTTP_TARGET_MAX)
		return FAIL(E_INPUT, "target: longer than %d bytes", HTTP_TARGET_MAX);
	for (const char *at = target; *at != 0; at++)
		if ((unsigned char)*at <= 0x20 || (unsigned char)*at >= 0x7f ||
			*at == '#')
			return FAIL(E_INPUT, "target: character %zu",
				(size_t)(at - target) + 1);
	/* RFC 9112 section 3.2.2: a server must take the absolute form too. */
	if (strncasecmp(path, "http://", 7) == 0 ||
		strncasecmp(path, "https://", 8) == 0) {
		path = strstr(path, "://") + 3;
		path += strcspn(path, "/?");
	}
	char *query = strchr(path, '?');
	if (query != NULL)
		*query++ = 0;
	if (path[0] != '/')
		return FAIL(E_INPUT, "target: path without its slash");
	*out = (struct http_target){ .path = path,
		.query = query == NULL ? path + strlen(path) : query };
	return OK;
}

static bool is_dots(const char *text, size_t len)
{
	return (len == 1 && text[0] == '.') ||
	       (len == 2 && text[0] == '.' && text[1] == '.');
}

static bool has_dot_segment(const char *text)
{
	for (;;) {
		size_t len = strcspn(text, "/");
		if (is_dots(text, len))
			return true;
		if (text[len] == 0)
			return false;
		text += len + 1;
	}
}

/* Cuts at the slashes, which stay in place: a row with {*} wants them. */
static RESULT cut(char *path, struct segments *out)
{
	out->count = 0;
	for (char *at = path + 1;;) {
		size_t len = strcspn(at, "/");
		if (out->count == SEGMENTS_MAX)
			return OK; /* deeper than any row; the last one keeps its rest for {*} */
		out->row[out->count++] = (struct segment){ at, len };
		if (at[len] == 0)
			return OK;
		at += len + 1;
	}
}

/* Whether an encoded segment means this plain word. Rows hold no characters that need encoding. */
static bool means(const struct segment *segment, const char *word, size_t len)
{
	size_t at = 0;
	for (size_t i = 0; i < len; i++) {
		int point = at < segment->len ? (unsigned char)segment->text[at++] : -1;
		if (point == '%') {
			if (at + 2 > segment->len)
				return false;
			point = hex_value(segment->text[at]) << 4 |
				hex_value(segment->text[at + 1]);
			at += 2;
		}
		if (point != (unsigned char)word[i])
			return false;
	}
	return at == segment->len;
}

/* Whether the row has this path; the segments that are parameters come out, the rest as its own last one. */
static bool fits(const char *pattern, const struct segments *path, size_t *parameters,
	size_t where[static HTTP_PARAMETERS])
{
	size_t used = 0;
	*parameters = 0;
	for (const char *at = pattern + 1;; at++) {
		size_t len = strcspn(at, "/");
		if (len == 3 && memcmp(at, "{*}", 3) == 0) {
			where[(*parameters)++] = used;
			return used < path->count;
		}
		if (used == path->count)
			return false;
		const struct segment *segment = &path->row[used];
		if (at[0] == '{') {
			if (segment->len == 0)
				return false;
			where[(*parameters)++] = used;
		} else if (!means(segment, at, len)) {
			return false;
		}
		used++;
		at += len;
		if (*at == 0)
			return used == path->count;
	}
}

static bool allows(const char *list, const char *method)
{
	size_t len = strlen(method);
	for (const char *at = list; (at = strstr(at, method)) != NULL; at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == 0 || at[len] == ','))
			return true;
	return false;
}

static void allow(struct http_match *match, const char *method)
{
	size_t used = strlen(match->allow);
	if (!allows(match->allow, method))
		snprintf(match->allow + used, sizeof match->allow - used, "%s%s",
			used == 0 ? "" : ", ", method);
	if (strcmp(method, "GET") == 0)
		allow(match, "HEAD");
}

/* The parameters become C strings, the last first: each decoding ends with a NUL where the next slash was. */
static RESULT decode_parameters(const struct http_route *route,
	const struct segments *path, size_t count,
	const size_t where[static HTTP_PARAMETERS], struct http_match *out)
{
	bool rest = text_ends(route->path, "/{*}");
	for (size_t i = count; i-- > 0;) {
		const struct segment *segment = &path->row[where[i]];
		bool is_rest = rest && i == count - 1;
		size_t len = is_rest ? strlen(segment->text) : segment->len;
		TRY(http_decode(segment->text, len, false));
		if (has_dot_segment(segment->text))
			return FAIL(E_INPUT, "target: dot segment");
		if (!is_rest && strchr(segment->text, '/') != NULL)
			return FAIL(E_INPUT, "target: encoded slash");
		out->parameter[i] = segment->text;
	}
	return OK;
}

/* Faults of encoding are told even where no row would look at the segment. */
static RESULT check_encoding(const char *path)
{
	AUTO(buf_clear) struct buf copy = BUF(HTTP_TARGET_MAX);
	TRY(buf_append_text(&copy, path));
	TRY(http_decode((char *)copy.data, copy.len, false));
	return has_dot_segment(buf_text(&copy)) ? FAIL(E_INPUT, "target: dot segment")
						: OK;
}

RESULT http_route_find(const struct http_route *routes, size_t count, const char *method,
	char *path, struct http_match *out)
{
	struct http_match match = { .route = NULL };
	struct segments segments;
	const char *row_method = strcmp(method, "HEAD") == 0 ? "GET" : method;
	size_t parameters = 0, where[HTTP_PARAMETERS] = { 0 };
	TRY(check_encoding(path));
	TRY(cut(path, &segments));
	for (size_t i = 0; i < count; i++) {
		size_t found, at[HTTP_PARAMETERS] = { 0 };
		if (!fits(routes[i].path, &segments, &found, at))
			continue;
		allow(&match, routes[i].method);
		if (match.route == NULL && strcmp(routes[i].method, row_method) == 0) {
			match.route = &routes[i];
			parameters = found;
			memcpy(where, at, sizeof where);
		}
	}
	if (match.allow[0] == 0)
		return FAIL(E_NOT_FOUND, "no such path");
	if (match.route != NULL)
		TRY(decode_parameters(match.route, &segments, parameters, where, &match));
	*out = match;
	return OK;
}

/* The weight of one element of the list, in thousandths; without one 1000. */
static int weight(const char *from, const char *end)
{
	const char *at = memchr(from, ';', (size_t)(end - from));
	if (at == NULL)
		return 1000;
	at++;
	while (at < end && *at == ' ')
		at++;
	if (end - at < 3 || (at[0] != 'q' && at[0] != 'Q') || at[1] != '=')
		return 1000;
	int value = at[2] == '1' ? 1000 : 0;
	if (at[2] == '0' && end - at > 4 && at[3] == '.')
		for (int i = 4, unit = 100;
			i < 7 && at + i < end && at[i] >= '0' && at[i] <= '9';
			i++, unit /= 10)
			value += (at[i] - '0') * unit;
	return value;
}

const char *http_language(const char *accept)
{
	int best = 0;
	const char *language = "ja";
	for (const char *at = accept; at != NULL && *at != 0;) {
		at += strspn(at, " ,\t");
		const char *end = at + strcspn(at, ",");
		bool ja = strncasecmp(at, "ja", 2) == 0,
		     en = strncasecmp(at, "en", 2) == 0;
		bool whole = end - at >= 2 && strchr("-; ,", at[2]) != NULL; /* NUL too */
		if ((ja || en) && whole && weight(at, end) > best) {
			best = weight(at, end);
			language = ja ? "ja" : "en";
		}
		at = end;
	}
	return language;
}

/* Whether this part of a query has the name; a name that is not well encoded is nobody's. */
static RESULT query_name_is(const char *part, size_t len, const char *name, bool *out)
{
	AUTO(buf_clear) struct buf copy = BUF(len + 1);
	TRY(buf_append(&copy, blob_make(part, len)));
	TRY(http_decode((char *)copy.data, len, true));
	*out = strcmp(buf_text(&copy), name) == 0;
	return OK;
}

/* what: where the pairs stand, for errors; lines: as in decode(). */
static RESULT value_of(const char *pairs, const char *what, const char *name, bool lines,
	char *out, size_t size)
{
	for (const char *at = pairs; *at != 0;) {
		size_t len = strcspn(at, "&"), name_len = strcspn(at, "=&");
		bool same = false;
		TRY_IN(query_name_is(at, name_len, name, &same), "%s", what);
		if (same) {
			AUTO(buf_clear) struct buf value = BUF(len + 1);
			size_t from = name_len < len ? name_len + 1 : len;
			TRY(buf_append(&value, blob_make(at + from, len - from)));
			TRY_IN(decode((char *)value.data, value.len, true, lines),
				"%s %s", what, name);
			TRY_IN(text_copy(buf_text(&value), out, size), "%s %s", what,
				name);
			return OK;
		}
		at += len + (at[len] == '&');
	}
	return FAIL(E_NOT_FOUND, "%s %s: absent", what, name);
}

RESULT http_query(const struct http_request *request, const char *name, char *out,
	size_t size)
{
	return value_of(request->query, "query", name, false, out, size);
}

/* Its route has limited the body. */
static RESULT form_value(const struct http_request *request, const char *name, bool lines,
	char *out, size_t size)
{
	AUTO(buf_clear) struct buf body = BUF(request->body.len + 1);
	TRY(buf_append(&body, request->body));
	if (strlen(buf_text(&body)) != request->body.len)
		return FAIL(E_INPUT, "form: it has a NUL");
	return value_of(buf_text(&body), "form", name, lines, out, size);
}

RESULT http_form(const struct http_request *request, const char *name, char *out,
	size_t size)
{
	return form_value(request, name, false, out, size);
}

RESULT http_form_lines(const struct http_request *request, const char *name, char *out,
	size_t size)
{
	return form_value(request, name, true, out, size);
}
