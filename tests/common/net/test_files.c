/* Static pages: every header of UX part 4, and nothing but what lies in the folder under its plain name. */
#include <stdlib.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/net/http_files.h"
#include "tests/check.h"
#include "tests/support/serve.h"

static struct serve serve;
static char folder[] = "/tmp/inkan-files-XXXXXX";
static struct http_files *files;

static const char make_folder[] =
	"cd %s && mkdir web web/style web/.git && cd web &&"
	"printf '<!doctype html><title>x</title>' >index.html && echo 'p{}' "
	">style/page.css &&"
	"echo 'export {}' >page.js && echo '{}' >words.json && echo '<svg/>' >mark.svg &&"
	"printf wOF2 >mark.woff2 && printf PNG >mark.png && printf ICO >favicon.ico &&"
	"echo secret >../secret.html && ln -s ../secret.html link.html && ln -s /etc etc "
	"&&"
	"echo x >.hidden.html && echo x >.git/config.json && echo x >notes.md && echo x "
	">'a b.html' &&"
	"mkfifo pipe.html && : >empty.css && head -c 3000000 /dev/zero >large.png";

static struct err give(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	return http_files_answer(files, request, response);
}
static const struct http_route pages = { "GET", "/{*}", 0, MEDIA_NONE, 0, give, "Pages" };

static void with_pages(struct http_settings *settings)
{
	settings->fallback = &pages;
}

static int ask(const char *method, const char *target, const char *more, char *answer,
	size_t size)
{
	char request[512];
	snprintf(request, sizeof request,
		"%s %s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n", method,
		target, more);
	return serve_talk(&serve, request, strlen(request), answer, size);
}

/* Every header, on every type. */
static void test_headers(void)
{
	static const char *const always[] = {
		"Content-Security-Policy: default-src 'none'; style-src 'self'; "
		"script-src "
		"'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
		"frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for "
		"'script'\r\n",
		"Referrer-Policy: no-referrer\r\n",
		"X-Content-Type-Options: nosniff\r\n",
		"Cross-Origin-Opener-Policy: same-origin\r\n",
		"Cross-Origin-Resource-Policy: same-origin\r\n",
		"Cache-Control: private, max-age=60, must-revalidate\r\n",
		"X-Request-Ref: ",
		"ETag: \"",
	};
	static const struct {
		const char *target, *type, *body;
	} rows[] = {
		{ "/", "text/html; charset=utf-8", "<!doctype html>" },
		{ "/index.html", "text/html; charset=utf-8", "<title>x</title>" },
		{ "/index.html?x=1", "text/html; charset=utf-8", "<title>" },
		{ "/style/page.css", "text/css; charset=utf-8", "p{}" },
		{ "/page.js", "text/javascript; charset=utf-8", "export {}" },
		{ "/words.json", "application/json", "{}" },
		{ "/mark.svg", "image/svg+xml", "<svg/>" },
		{ "/mark.woff2", "font/woff2", "wOF2" },
		{ "/mark.png", "image/png", "PNG" },
		{ "/favicon.ico", "image/vnd.microsoft.icon", "ICO" },
		{ "/empty.css", "text/css; charset=utf-8", "" },
	};
	char answer[8192], type[80];
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_INT(ask("GET", rows[i].target, "", answer, sizeof answer), 200,
			"%s", rows[i].target);
		snprintf(type, sizeof type, "Content-Type: %s\r\n", rows[i].type);
		CHECK(strstr(answer, type) != NULL, "%s: %s", rows[i].target, answer);
		CHECK(strstr(answer, rows[i].body) != NULL, "%s: its bytes",
			rows[i].target);
		for (size_t j = 0; j < COUNT(always); j++)
			CHECK(strstr(answer, always[j]) != NULL, "%s: %s in %s",
				rows[i].target, always[j], answer);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *method, *target;
		int status;
	} rows[] = {
		{ "GET", "/secret.html", 404 },
		{ "GET", "/../secret.html", 400 },
		{ "GET", "/style/../../secret.html", 400 },
		{ "GET", "/%2e%2e/secret.html", 400 },
		{ "GET", "/..%2fsecret.html", 400 },
		{ "GET", "/style/..%5c..%5csecret.html", 404 },
		{ "GET", "//etc/passwd", 404 },
		{ "GET", "/etc/passwd", 404 },
		{ "GET", "/link.html", 404 },
		{ "GET", "/.hidden.html", 404 },
		{ "GET", "/.git/config.json", 404 },
		{ "GET", "/notes.md", 404 },
		{ "GET", "/a%20b.html", 404 },
		{ "GET", "/pipe.html", 404 },
		{ "GET", "/style", 404 },
		{ "GET", "/style/", 404 },
		{ "GET", "/index.html/", 404 },
		{ "GET", "/index%2ehtml", 404 },
		{ "GET", "/INDEX.HTML", 404 },
		{ "GET", "/page.js%00.html", 400 },
		{ "POST", "/index.html", 404 },
		{ "PUT", "/new.html", 404 },
		{ "DELETE", "/index.html", 404 },
	};
	char answer[8192];
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_INT(ask(rows[i].method, rows[i].target, "", answer, sizeof answer),
			rows[i].status, "%s %s", rows[i].method, rows[i].target);
		CHECK(strstr(answer, "secret\n") == NULL, "%s gives nothing away",
			rows[i].target);
	}
	CHECK_INT(http_files_count(files), 10, "what is served");
}

static void test_again(void)
{
	char answer[8192], more[128], etag[64] = "";
	ask("GET", "/page.js", "", answer, sizeof answer);
	const char *at = strstr(answer, "ETag: ");
	if (!CHECK(at != NULL, "an ETag"))
		return;
	snprintf(etag, sizeof etag, "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
	snprintf(more, sizeof more, "If-None-Match: \"other\", W/%s\r\n", etag);
	CHECK_INT(ask("GET", "/page.js", more, answer, sizeof answer), 304,
		"not changed");
	CHECK(strstr(answer, "export") == NULL && strstr(answer, etag) != NULL,
		"no bytes, the ETag again: %s", answer);
	CHECK(strstr(answer, "Content-Security-Policy") != NULL, "the same headers");
	CHECK_INT(ask("GET", "/page.js", "If-None-Match: \"other\"\r\n", answer,
			  sizeof answer),
		200, "another one's ETag");
	CHECK_INT(ask("HEAD", "/page.js", "", answer, sizeof answer), 200, "HEAD");
	CHECK(strstr(answer, "Content-Length: 10\r\n") != NULL &&
			strstr(answer, "export") == NULL,
		"its length, no bytes: %s", answer);
}

static void test_large(void)
{
	char out[64];
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -sS http://127.0.0.1:%u/large.png | wc -c",
			  (unsigned)serve.port),
		0, "curl");
	CHECK_INT(strtol(out, NULL, 10), 3000000, "whole, above the most of an answer");
}

static void test_load(void)
{
	char out[256], path[64];
	AUTO(http_files_free) struct http_files *none = NULL;
	CHECK_ERR(http_files_load("/nowhere/at/all", &none), E_NOT_FOUND, "no folder");
	snprintf(path, sizeof path, "%s/big", folder);
	CHECK_INT(serve_shell(out, sizeof out,
			  "mkdir %s && head -c 9000000 /dev/zero >%s/x.png", path, path),
		0, "a large file");
	CHECK_ERR(http_files_load(path, &none), E_INPUT, "too large");
	snprintf(path, sizeof path, "%s/deep", folder);
	CHECK_INT(serve_shell(out, sizeof out, "mkdir -p %s/1/2/3/4/5/6/7/8/9", path), 0,
		"deep folders");
	CHECK_ERR(http_files_load(path, &none), E_INPUT, "too deep");
	CHECK(none == NULL, "out stays untouched");
}

static void before(void)
{
	char out[256], path[64];
	if (!CHECK(mkdtemp(folder) != NULL, "temporary folder"))
		return;
	snprintf(path, sizeof path, "%s/web", folder);
	if (CHECK_INT(serve_shell(out, sizeof out, make_folder, folder), 0, "files") &&
		CHECK_OK(http_files_load(path, &files), "read"))
		CHECK(serve_start(&serve, 1, false, with_pages), "serving");
}

static void after(void)
{
	char out[64];
	CHECK(serve_stop(&serve), "ended well");
	http_files_free(files);
	files = NULL;
	serve_shell(out, sizeof out, "rm -rf %s", folder);
	memcpy(strrchr(folder, '-') + 1, "XXXXXX", 7);
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "headers", test_headers },
	{ "refused", test_refused },
	{ "again", test_again },
	{ "large", test_large },
	{ "load", test_load },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_http_files = { "common/net/http_files", tests, before,
	after };
