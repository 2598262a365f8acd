#include "common/base/table.h"
#include "common/net/http_route.h"
#include "tests/check.h"

static struct err none(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	(void)request;
	(void)response;
	return OK;
}

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/",                              0, MEDIA_NONE, 0,   none, "start" },
	{ "GET",  "/v1/applications",               0, MEDIA_NONE, 0,   none, "list" },
	{ "POST", "/v1/applications",               0, MEDIA_JSON, 100, none, "new" },
	{ "GET",  "/v1/applications/summary",       0, MEDIA_NONE, 0,   none, "summary" },
	{ "GET",  "/v1/applications/{id}",          0, MEDIA_NONE, 0,   none, "one" },
	{ "POST", "/v1/applications/{id}/approval", 0, MEDIA_JSON, 100, none, "approve" },
	{ "PUT",  "/v1/{office}/{kind}/{id}",       0, MEDIA_JSON, 100, none, "three" },
	{ "GET",  "/ocsp/{*}",                      0, MEDIA_NONE, 0,   none, "OCSP by GET" },
	{ "GET",  "/{site}/files/{*}",              0, MEDIA_NONE, 0,   none, "files" },
};
/* clang-format on */

static void test_paths_find_their_row(void)
{
	static const struct {
		const char *method, *path;
		int row;
		const char *parameter[3];
	} rows[] = {
		{ "GET", "/", 0, { NULL } },
		{ "GET", "/v1/applications", 1, { NULL } },
		{ "HEAD", "/v1/applications", 1, { NULL } },
		{ "POST", "/v1/applications", 2, { NULL } },
		{ "GET", "/v1/%61pplications", 1, { NULL } },
		{ "GET", "/v1/applications/summary", 3, { NULL } },
		{ "GET", "/v1/applications/A26-1", 4, { "A26-1" } },
		{ "GET", "/v1/applications/A%20b", 4, { "A b" } },
		{ "GET", "/v1/applications/%E9%AB%99%F0%A0%AE%B7", 4, { "髙𠮷" } },
		{ "GET", "/v1/applications/a+b", 4, { "a+b" } },
		{ "GET", "/v1/applications/...", 4, { "..." } },
		{ "POST", "/v1/applications/A26-1/approval", 5, { "A26-1" } },
		{ "PUT", "/v1/a%2Db/c/d", 6, { "a-b", "c", "d" } },
		{ "GET", "/ocsp/MEIw%2FQDA%2B%3D", 7, { "MEIw/QDA+=" } },
		{ "GET", "/ocsp/MEIw/QDA//x", 7, { "MEIw/QDA//x" } },
		{ "GET", "/ocsp/", 7, { "" } },
		{ "GET", "/ocsp//", 7, { "/" } },
		{ "GET", "/ja/files/a/b%20c.pdf", 8, { "ja", "a/b c.pdf" } },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[256];
		struct http_match match = { .route = NULL };
		snprintf(path, sizeof path, "%s", rows[i].path);
		CHECK_OK(http_route_find(routes, COUNT(routes), rows[i].method, path,
				 &match),
			"%s", rows[i].path);
		if (!CHECK(match.route == &routes[rows[i].row], "%s %s: got %s",
			    rows[i].method, rows[i].path,
			    match.route == NULL ? "none" : match.route->summary))
			continue;
		for (size_t j = 0; j < 3 && rows[i].parameter[j] != NULL; j++)
			CHECK_TEXT(match.parameter[j], rows[i].parameter[j],
				"%s: parameter %zu", rows[i].path, j);
	}
}

static void test_paths_are_refused(void)
{
	static const struct {
		const char *path;
		enum err_code want;
	} rows[] = {
		{ "/nothing", E_NOT_FOUND },
		{ "/v1/applications/", E_NOT_FOUND },
		{ "/v1//applications", E_NOT_FOUND },
		{ "/V1/applications", E_NOT_FOUND },
		{ "/ocsp", E_NOT_FOUND },
		{ "/v1/applications/a/b/c", E_NOT_FOUND },
		{ "/v1/applicationss", E_NOT_FOUND },
		{ "/v1/application", E_NOT_FOUND },
		{ "/v1/applications/%00", E_INPUT },
		{ "/v1/applications/a%0a", E_INPUT },
		{ "/v1/applications/%7f", E_INPUT },
		{ "/v1/applications/%", E_INPUT },
		{ "/v1/applications/%4", E_INPUT },
		{ "/v1/applications/%4g", E_INPUT },
		{ "/v1/applications/%c0%af", E_INPUT },
		{ "/v1/applications/%ff", E_INPUT },
		{ "/v1/applications/..", E_INPUT },
		{ "/v1/applications/%2e%2e", E_INPUT },
		{ "/v1/applications/.", E_INPUT },
		{ "/v1/../v1/applications", E_INPUT },
		{ "/v1/applications/a%2fb", E_INPUT },
		{ "/ja/files/a/../b", E_INPUT },
		{ "/ja/files/a%2f..%2fb", E_INPUT },
		{ "/ja/files/%2e%2e", E_INPUT },
		{ "/ocsp/..", E_INPUT },
		{ "/unknown/%zz", E_INPUT },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[256];
		struct http_match match = { .allow = "untouched" };
		snprintf(path, sizeof path, "%s", rows[i].path);
		CHECK_ERR(http_route_find(routes, COUNT(routes), "GET", path, &match),
			rows[i].want, "%s", rows[i].path);
		CHECK_TEXT(match.allow, "untouched", "%s", rows[i].path);
	}
	char deep[4096] = "";
	for (size_t i = 0; i < 1000; i++)
		strncat(deep, "/a", sizeof deep - strlen(deep) - 1);
	struct http_match match;
	CHECK_ERR(http_route_find(routes, COUNT(routes), "GET", deep, &match),
		E_NOT_FOUND, "deep");
	memcpy(deep, "/ocsp", 5);
	char ocsp[4096];
	snprintf(ocsp, sizeof ocsp, "/ocsp%s", deep + 5);
	ocsp[5] = '/';
	CHECK_OK(http_route_find(routes, COUNT(routes), "GET", ocsp, &match),
		"deep below {*}");
	CHECK_INT(strlen(match.parameter[0]), strlen(deep) - 6, "the whole rest");
}

static void test_other_methods_are_told(void)
{
	static const struct {
		const char *method, *path, *allow;
	} rows[] = {
		{ "DELETE", "/v1/applications", "GET, HEAD, POST" },
		{ "GET", "/v1/applications/A26-1/approval", "POST, PUT" },
		{ "get", "/v1/applications", "GET, HEAD, POST" },
		{ "POST", "/", "GET, HEAD" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[256];
		struct http_match match;
		snprintf(path, sizeof path, "%s", rows[i].path);
		CHECK_OK(http_route_find(routes, COUNT(routes), rows[i].method, path,
				 &match),
			"%s", rows[i].path);
		CHECK(match.route == NULL, "%s %s", rows[i].method, rows[i].path);
		CHECK_TEXT(match.allow, rows[i].allow, "%s", rows[i].path);
	}
}

static void test_targets(void)
{
	static const struct {
		const char *target, *path, *query;
	} rows[] = {
		{ "/", "/", "" },
		{ "/a?b=c", "/a", "b=c" },
		{ "/a?", "/a", "" },
		{ "/a?b?c", "/a", "b?c" },
		{ "http://host:80/a?b", "/a", "b" },
		{ "HTTPS://host/", "/", "" },
		{ "a", NULL, NULL },
		{ "*", NULL, NULL },
		{ "", NULL, NULL },
		{ "http://host", NULL, NULL },
		{ "http://host?a/b", NULL, NULL },
		{ "/a#b", NULL, NULL },
		{ "/a b", NULL, NULL },
		{ "/\x7f", NULL, NULL },
		{ "/\xe9\xab\x99", NULL, NULL },
		{ "host:443", NULL, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[64];
		struct http_target target = { NULL, NULL };
		snprintf(text, sizeof text, "%s", rows[i].target);
		struct err err = http_target_split(text, &target);
		if (rows[i].path == NULL) {
			CHECK_ERR(err, E_INPUT, "%s", rows[i].target);
			continue;
		}
		CHECK_OK(err, "%s", rows[i].target);
		CHECK_TEXT(target.path, rows[i].path, "%s", rows[i].target);
		CHECK_TEXT(target.query, rows[i].query, "%s", rows[i].target);
	}
	AUTO(buf_clear) struct buf text = BUF(HTTP_TARGET_MAX + 2);
	struct http_target target;
	CHECK_OK(buf_reserve(&text, HTTP_TARGET_MAX + 1), "room");
	memset(text.data, 'a', HTTP_TARGET_MAX);
	text.data[0] = '/';
	text.data[HTTP_TARGET_MAX] = 0;
	CHECK_OK(http_target_split((char *)text.data, &target), "as long as may be");
	text.data[HTTP_TARGET_MAX] = 'a';
	text.data[HTTP_TARGET_MAX + 1] = 0;
	CHECK_ERR(http_target_split((char *)text.data, &target), E_INPUT, "one longer");
}

static void test_queries(void)
{
	static const struct {
		const char *query, *name, *want;
		enum err_code code;
	} rows[] = {
		{ "a=1&b=2", "b", "2", E_NONE },
		{ "a=1&a=2", "a", "1", E_NONE },
		{ "q=%E9%AB%99+x%2B", "q", "髙 x+", E_NONE },
		{ "a", "a", "", E_NONE },
		{ "a=", "a", "", E_NONE },
		{ "a=b=c", "a", "b=c", E_NONE },
		{ "%61=1", "a", "1", E_NONE },
		{ "&&a=1", "a", "1", E_NONE },
		{ "ab=1", "a", NULL, E_NOT_FOUND },
		{ "", "a", NULL, E_NOT_FOUND },
		{ "b=a=1", "a", NULL, E_NOT_FOUND },
		{ "a=%00", "a", NULL, E_INPUT },
		{ "a=%", "a", NULL, E_INPUT },
		{ "%=1&a=1", "a", NULL, E_INPUT },
		{ "a=%ff", "a", NULL, E_INPUT },
		{ "a=12345678", "a", NULL, E_INPUT },
		{ "a=1234567", "a", "1234567", E_NONE },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_request request = { .query = rows[i].query };
		char out[8] = "same";
		/* The one with two characters of three bytes needs more. */
		char large[16];
		bool is_large = strchr(rows[i].query, 'q') != NULL;
		struct err err =
			is_large ? http_query(&request, rows[i].name, large, sizeof large)
				 : http_query(&request, rows[i].name, out, sizeof out);
		CHECK_ERR(err, rows[i].code, "%s", rows[i].query);
		CHECK_TEXT(is_large ? large : out,
			rows[i].want == NULL ? "same" : rows[i].want, "%s",
			rows[i].query);
	}
}

/* A form is read by the same rules; what is its own is that its bytes are anything. */
static void test_forms(void)
{
	static const struct {
		const char *body;
		size_t len;
		const char *want;
		enum err_code code;
	} rows[] = {
		{ "a=1&b=2", 7, "2", E_NONE },
		{ "b=%3Cx%3E", 9, "<x>", E_NONE },
		{ "b=1&b=2", 7, "1", E_NONE },
		{ "b=1\0&a=2", 8, NULL, E_INPUT },
		{ "\0", 1, NULL, E_INPUT },
		{ "b=\xff", 3, NULL, E_INPUT },
		{ "b=%00", 5, NULL, E_INPUT },
		{ "b=12345678", 10, NULL, E_INPUT },
		{ "{\"b\":1}", 7, NULL, E_NOT_FOUND },
		{ "", 0, NULL, E_NOT_FOUND },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_request request = { .query = "b=of the query",
			.body = blob_make(rows[i].body, rows[i].len) };
		char out[8] = "same";
		CHECK_ERR(http_form(&request, "b", out, sizeof out), rows[i].code, "%zu",
			i);
		CHECK_TEXT(out, rows[i].want == NULL ? "same" : rows[i].want, "%zu", i);
	}
}

/* Only there have lines an end; and no value is too long for what was received. */
static void test_lines(void)
{
	static const struct {
		const char *body, *want;
		enum err_code code, plain;
	} rows[] = {
		{ "b=1%0D%0A2%093", "1\r\n2\t3", E_NONE, E_INPUT },
		{ "b=1", "1", E_NONE, E_NONE },
		{ "b=%00", "same", E_INPUT, E_INPUT },
		{ "b=%1B", "same", E_INPUT, E_INPUT },
		{ "b=%7F", "same", E_INPUT, E_INPUT },
		{ "b%0A=1", "same", E_INPUT, E_INPUT },
	};
	AUTO(buf_clear) struct buf longer = BUF(HTTP_TARGET_MAX + 16);
	AUTO(buf_clear) struct buf room = BUF(HTTP_TARGET_MAX + 16);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_request request = { .body = blob_text(rows[i].body) };
		char out[16] = "same", plain[16];
		CHECK_ERR(http_form_lines(&request, "b", out, sizeof out), rows[i].code,
			"%s", rows[i].body);
		CHECK_TEXT(out, rows[i].want, "%s", rows[i].body);
		CHECK_ERR(http_form(&request, "b", plain, sizeof plain), rows[i].plain,
			"%s in one line", rows[i].body);
	}
	CHECK_OK(buf_append_text(&longer, "b="), "b");
	for (int i = 0; i < HTTP_TARGET_MAX + 10; i++)
		CHECK_OK(buf_append_text(&longer, "x"), "%d", i);
	CHECK_OK(buf_reserve(&room, HTTP_TARGET_MAX + 15), "room");
	struct http_request request = { .body = buf_view(&longer) };
	CHECK_OK(http_form(&request, "b", (char *)room.data, HTTP_TARGET_MAX + 11),
		"longer than a target may be");
	CHECK_ERR(http_form(&request, "b", (char *)room.data, HTTP_TARGET_MAX + 10),
		E_INPUT, "longer than there is room");
}

static void test_languages(void)
{
	static const struct {
		const char *accept, *want;
	} rows[] = {
		{ NULL, "ja" },
		{ "", "ja" },
		{ "en", "en" },
		{ "ja", "ja" },
		{ "en-US,en;q=0.9,ja;q=0.8", "en" },
		{ "en;q=0.8, ja;q=0.9", "ja" },
		{ "fr", "ja" },
		{ "fr, en;q=0.1", "en" },
		{ "en;q=0", "ja" },
		{ "en;q=0.001", "en" },
		{ "english", "ja" },
		{ "*", "ja" },
		{ "EN-gb", "en" },
		{ "en;q=", "en" },
		{ "ja;q=0.5,en;q=0.50", "ja" },
		{ ",,en", "en" },
		{ "e", "ja" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_TEXT(http_language(rows[i].accept), rows[i].want, "%s",
			rows[i].accept == NULL ? "(absent)" : rows[i].accept);
}

static const CU_TestInfo tests[] = {
	{ "paths find their row and parameters", test_paths_find_their_row },
	{ "paths that mean nothing or harm are refused", test_paths_are_refused },
	{ "other methods are told which there are", test_other_methods_are_told },
	{ "targets are cut", test_targets },
	{ "query parameters", test_queries },
	{ "forms", test_forms },
	{ "lines of a form", test_lines },
	{ "the language asked for", test_languages },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_http_route = { "common/net/http_route", tests, NULL,
	NULL };
