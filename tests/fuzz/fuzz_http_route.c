/* fuzz_http_route: request targets, queries, forms and Accept-Language as anybody may send them. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/net/http_route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	{ "POST", "/v1/applications",               0, MEDIA_JSON, 100, none, "new" },
	{ "GET",  "/v1/applications/{id}",          0, MEDIA_NONE, 0,   none, "one" },
	{ "POST", "/v1/applications/{id}/approval", 0, MEDIA_JSON, 100, none, "approve" },
	{ "PUT",  "/v1/{office}/{kind}/{id}",       0, MEDIA_JSON, 100, none, "three" },
	{ "GET",  "/ocsp/{*}",                      0, MEDIA_NONE, 0,   none, "OCSP" },
	{ "GET",  "/{site}/files/{*}",              0, MEDIA_NONE, 0,   none, "files" },
};
/* clang-format on */

/* What a handler gets must be text without control characters and without a way up. */
static void judge(const char *parameter)
{
	if (parameter == NULL)
		return;
	if (!text_is_utf8(blob_text(parameter)) || strcmp(parameter, "..") == 0 ||
		strstr(parameter, "/../") != NULL || text_starts(parameter, "../") ||
		text_ends(parameter, "/.."))
		abort();
	for (const char *at = parameter; *at != 0; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			abort();
}

static void try_query(const char *query)
{
	struct http_request request = { .query = query };
	char value[64];
	struct err err = http_query(&request, "a", value, sizeof value);
	if (!err_is(err))
		judge(value[0] == '.' || strchr(value, '/') != NULL ? "" : value);
}

static void try_form(struct blob body)
{
	struct http_request request = { .query = "", .body = body };
	char value[64];
	struct err err = http_form(&request, "a", value, sizeof value);
	if (!err_is(err) && !text_is_utf8(blob_text(value)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "DELETE" };
	struct http_target target;
	struct http_match match;
	if (size == 0)
		return 0;
	char *text = strndup((const char *)data + 1, size - 1);
	if (text == NULL)
		return 0;
	http_language(text);
	try_form(blob_make(data + 1, size - 1));
	if (!err_is(http_target_split(text, &target))) {
		try_query(target.query);
		struct err err = http_route_find(routes, COUNT(routes),
			methods[data[0] % COUNT(methods)], target.path, &match);
		for (size_t i = 0; !err_is(err) && i < HTTP_PARAMETERS; i++)
			judge(match.parameter[i]);
	}
	free(text);
	return 0;
}
