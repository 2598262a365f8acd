#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/net/client.h"
#include "tests/check.h"
#include "tests/support/serve.h"

static struct serve serve;

static int talk(const char *request, char *answer, size_t size)
{
	return serve_talk(&serve, request, strlen(request), answer, size);
}

#define CLOSE "Host: x\r\nConnection: close\r\n"

/* proves R-NET-04 */
static void test_rows_refuse_first(void)
{
	static const struct {
		const char *request;
		int status;
		const char *says;
	} rows[] = {
		{ "GET /open HTTP/1.1\r\n" CLOSE "\r\n", 200, "\"len\":0" },
		{ "HEAD /open HTTP/1.1\r\n" CLOSE "\r\n", 200, "Content-Length: " },
		{ "GET /items/%E9%AB%99?a=b%20c HTTP/1.1\r\n" CLOSE "\r\n", 200,
			"\"id\":\"髙\"" },
		{ "GET http://x/items/a?q HTTP/1.1\r\n" CLOSE "\r\n", 200,
			"\"path\":\"/items/a\",\"query\":\"q\"" },
		{ "GET /open HTTP/1.1\r\nAccept-Language: en\r\nCookie: a=b\r\n" CLOSE
		  "\r\n",
			200, "\"language\":\"en\",\"cert\":0,\"cookie\":\"a=b\"" },
		{ "GET /nothing HTTP/1.1\r\n" CLOSE "\r\n", 404,
			"\"name\":\"notfound\"" },
		{ "GET /items/.. HTTP/1.1\r\n" CLOSE "\r\n", 400, "\"name\":\"input\"" },
		{ "GET /items/%00 HTTP/1.1\r\n" CLOSE "\r\n", 400, "\"name\":\"input\"" },
		{ "GET /items/%zz HTTP/1.1\r\n" CLOSE "\r\n", 400, "\"name\":\"input\"" },
		{ "DELETE /open HTTP/1.1\r\n" CLOSE "\r\n", 405, "Allow: GET, HEAD\r\n" },
		{ "POST /open HTTP/1.1\r\nContent-Length: 0\r\n" CLOSE "\r\n", 405,
			"\"name\":\"method\"" },
		{ "BREW /open HTTP/1.1\r\n" CLOSE "\r\n", 405, "\"code\":405" },
		{ "GET /open HTTP/1.1\r\nConnection: close\r\n\r\n", 400,
			"X-Request-Ref: " },
		{ "GET /open HTTP/1.0\r\n\r\n", 200, "\"len\":0" },
		{ "GET /lra HTTP/1.1\r\n" CLOSE "\r\n", 403, "\"name\":\"denied\"" },
		{ "POST /lra HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: "
		  "99999\r\n" CLOSE "\r\n",
			403, "denied" },
		{ "POST /json HTTP/1.1\r\nContent-Length: 2\r\n" CLOSE "\r\n{}", 415,
			"\"name\":\"mediatype\"" },
		{ "POST /json HTTP/1.1\r\nContent-Type: "
		  "application/jsonp\r\nContent-Length: 2\r\n" CLOSE "\r\n{}",
			415, "415" },
		{ "POST /json HTTP/1.1\r\nContent-Type: application/json; "
		  "charset=utf-8\r\nContent-Length: 2\r\n" CLOSE "\r\n{}",
			200, "\r\n\r\n{}" },
		{ "POST /ocsp HTTP/1.1\r\nContent-Type: "
		  "application/ocsp-request\r\nContent-Length: 2\r\n" CLOSE "\r\n01",
			200, "\r\n\r\n01" },
		{ "POST /ocsp HTTP/1.1\r\nContent-Type: "
		  "application/json\r\nContent-Length: 2\r\n" CLOSE "\r\n01",
			415, "415" },
		{ "POST /bytes HTTP/1.1\r\nContent-Type: "
		  "application/octet-stream\r\nContent-Length: 2\r\n" CLOSE "\r\n01",
			200, "\r\n\r\n01" },
		{ "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n" CLOSE "\r\nabc", 200,
			"\r\n\r\nabc" },
		{ "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" CLOSE
		  "\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			200, "abcde" },
		{ "POST /echo HTTP/1.1\r\nContent-Length: 1001\r\n" CLOSE "\r\n", 413,
			"\"name\":\"toolarge\"" },
		{ "POST /echo HTTP/1.1\r\nContent-Length: 1001\r\nExpect: "
		  "100-continue\r\n" CLOSE "\r\n",
			413, "HTTP/1.1 413" },
		{ "POST /none HTTP/1.1\r\nContent-Length: 1\r\n" CLOSE "\r\nx", 413,
			"toolarge" },
		{ "POST /none HTTP/1.1\r\nContent-Length: 0\r\n" CLOSE "\r\n", 200,
			"Content-Length: 0" },
		{ "POST /none HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" CLOSE
		  "\r\n1\r\na\r\n0\r\n\r\n",
			413, "toolarge" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char answer[8192];
		CHECK_INT(talk(rows[i].request, answer, sizeof answer), rows[i].status,
			"%.60s: %.300s", rows[i].request, answer);
		CHECK(strstr(answer, rows[i].says) != NULL, "%.60s: says %s in %s",
			rows[i].request, rows[i].says, answer);
	}
}

/* What every answer must have, good or bad. */
static void test_every_answer_has_its_headers(void)
{
	static const char *const paths[] = { "/open", "/nothing", "/lra", "/items/%zz",
		"/fail/bug", "/file" };
	static const char *const lines[] = { "X-Content-Type-Options: nosniff\r\n",
		"Referrer-Policy: no-referrer\r\n",
		"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'" };
	static char answer[400000];
	char refs[COUNT(paths)][17];
	for (size_t i = 0; i < COUNT(paths); i++) {
		char request[128];
		snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" CLOSE "\r\n",
			paths[i]);
		talk(request, answer, sizeof answer);
		for (size_t j = 0; j < COUNT(lines); j++)
			CHECK(strstr(answer, lines[j]) != NULL, "%s: %s", paths[i],
				lines[j]);
		const char *ref = strstr(answer, "X-Request-Ref: ");
		if (!CHECK(ref != NULL && strspn(ref + 15, "0123456789abcdef") == 16,
			    "%s: ref", paths[i]))
			continue;
		memcpy(refs[i], ref + 15, 16);
		refs[i][16] = 0;
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(refs[i], refs[j]) != 0, "%s: a ref of its own",
				paths[i]);
		bool is_file = strcmp(paths[i], "/file") == 0;
		CHECK(is_file || strstr(strstr(answer, "\r\n\r\n"), refs[i]) != NULL,
			"%s: the same ref in the JSON", paths[i]);
		CHECK((strstr(answer, "Cache-Control: no-store") != NULL) != is_file,
			"%s: no-store unless set otherwise", paths[i]);
		CHECK((strstr(answer, "Content-Type: application/json\r\n") != NULL) !=
				is_file,
			"%s: media type", paths[i]);
	}
}

static void test_errors_of_handlers(void)
{
	static const struct {
		const char *code;
		int status;
	} rows[] = {
		{ "input", 400 },
		{ "denied", 403 },
		{ "policy", 422 },
		{ "notfound", 404 },
		{ "conflict", 409 },
		{ "state", 409 },
		{ "retry", 503 },
		{ "crypto", 422 },
		{ "io", 503 },
		{ "bug", 500 },
	};
	char answer[8192], request[128], want[64];
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(request, sizeof request,
			"GET /fail/%s HTTP/1.1\r\n" CLOSE "\r\n", rows[i].code);
		CHECK_INT(talk(request, answer, sizeof answer), rows[i].status, "%s",
			rows[i].code);
		snprintf(want, sizeof want,
			"\r\n\r\n{\"code\":%d,\"name\":\"%s\",\"message_ja\":\"",
			rows[i].status, rows[i].code);
		CHECK(strstr(answer, want) != NULL, "%s: %s", rows[i].code, answer);
		CHECK(strstr(answer, "inner words") == NULL,
			"%s: the log's words stay in the log", rows[i].code);
		CHECK(strstr(answer, "begun") == NULL &&
				strstr(answer, "X-Begun") == NULL,
			"%s: what was begun is gone", rows[i].code);
		CHECK((strstr(answer, "Retry-After: 5") != NULL) ==
				(rows[i].status == 503),
			"%s: when to try again", rows[i].code);
	}
	CHECK_INT(talk("GET /fail/faults HTTP/1.1\r\n" CLOSE "\r\n", answer,
			  sizeof answer),
		422, "faults");
	CHECK(strstr(answer,
		      "\"faults\":[{\"code\":\"name.length\",\"field\":"
		      "\"organizationName\",\"detail\":\"65 of 64 \\\"characters\\\"\","
		      "\"clause\":\"R-ISS-09\",\"message_ja\":\"長すぎます。\",\"message_"
		      "en\":\"Too long.\"}],\"more\":false}") != NULL,
		"%s", answer);
	CHECK_INT(talk("GET /header HTTP/1.1\r\n" CLOSE "\r\n", answer, sizeof answer),
		500, "a header that would be two");
	CHECK(strstr(answer, "X-Split") == NULL, "%s", answer);
	/* jq reads what we write by hand. */
	char out[4096];
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s http://127.0.0.1:%u/fail/faults | python3 -c 'import "
			  "json,sys; d=json.load(sys.stdin); "
			  "print(d[\"faults\"][0][\"detail\"], len(d[\"ref\"]))'",
			  serve.port),
		0, "python reads it");
	CHECK_TEXT(out, "65 of 64 \"characters\" 16\n", "python reads it");
}

/* proves R-NET-04 */
static void test_hostile_bytes(void)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
		int low, high;
	} rows[] = {
#define ROW(name, bytes, low, high) { name, bytes, sizeof bytes - 1, low, high }
		ROW("nothing but a line end", "\r\n\r\n", 0, 499),
		ROW("binary", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 0, 499),
		ROW("no version", "GET /open\r\n\r\n", 0, 505),
		ROW("HTTP/9.9", "GET /open HTTP/9.9\r\nHost: x\r\n\r\n", 0, 505),
		ROW("a blank in the target", "GET /o pen HTTP/1.1\r\n" CLOSE "\r\n", 0,
			499),
		ROW("no Host", "GET /open HTTP/1.1\r\nConnection: close\r\n\r\n", 400,
			499),
		ROW("two Hosts",
			"GET /open HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: "
			"close\r\n\r\n",
			400, 499),
		ROW("NUL in the target", "GET /op\0en HTTP/1.1\r\n" CLOSE "\r\n", 0, 499),
		ROW("NUL in a header", "GET /open HTTP/1.1\r\nX: a\0b\r\n" CLOSE "\r\n",
			0, 499),
		ROW("NUL in a method", "G\0ET /open HTTP/1.1\r\n" CLOSE "\r\n", 0, 499),
		ROW("bare LF", "GET /open HTTP/1.1\nHost: x\nConnection: close\n\n", 0,
			499),
		ROW("8-bit target", "GET /\xe9\xab\x99 HTTP/1.1\r\n" CLOSE "\r\n", 400,
			499),
		ROW("asterisk", "OPTIONS * HTTP/1.1\r\n" CLOSE "\r\n", 400, 499),
		ROW("CONNECT", "CONNECT x:443 HTTP/1.1\r\n" CLOSE "\r\n", 400, 499),
		ROW("length and chunked",
			"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: "
			"chunked\r\n" CLOSE "\r\n3\r\nabc\r\n0\r\n\r\n",
			400, 499),
		ROW("two lengths",
			"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: "
			"4\r\n" CLOSE "\r\nabc",
			400, 499),
		ROW("negative length",
			"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n" CLOSE "\r\nabc",
			400, 499),
		ROW("length in words",
			"POST /echo HTTP/1.1\r\nContent-Length: three\r\n" CLOSE
			"\r\nabc",
			400, 499),
		ROW("huge length",
			"POST /echo HTTP/1.1\r\nContent-Length: "
			"99999999999999999999999\r\n" CLOSE "\r\nabc",
			400, 499),
		ROW("gzip coding",
			"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" CLOSE
			"\r\nabc",
			400, 599),
		ROW("wrong chunk",
			"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" CLOSE
			"\r\nzz\r\nabc\r\n0\r\n\r\n",
			0, 499),
		ROW("huge chunk",
			"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" CLOSE
			"\r\nffffffffffffffff\r\nabc",
			0, 499),
		ROW("smuggled second request",
			"POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\nGET "
			"/open HTTP/1.1\r\nHost: x\r\n\r\n",
			413, 413),
#undef ROW
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char answer[16384];
		/* The half that comes no more ends the request, not the server. */
		int fd = serve_connect(&serve), status = 0;
		ssize_t sent = send(fd, rows[i].bytes, rows[i].len, MSG_NOSIGNAL);
		CHECK_INT(sent, rows[i].len, "%s", rows[i].name);
		shutdown(fd, SHUT_WR);
		size_t got = 0;
		for (ssize_t part;
			got + 1 < sizeof answer &&
			(part = recv(fd, answer + got, sizeof answer - 1 - got, 0)) > 0;)
			got += (size_t)part;
		answer[got] = 0;
		close(fd);
		if (sscanf(answer, "HTTP/1.%*d %d", &status) != 1)
			status = 0;
		CHECK(status >= rows[i].low && status <= rows[i].high, "%s: %d: %.100s",
			rows[i].name, status, answer);
		/* The library's own 400 repeats its head (0.9.75) before it closes; nothing may follow as a second answer. */
		const char *first = strstr(answer, "HTTP/1.1 2");
		CHECK(first == NULL || strstr(first + 1, "HTTP/1.1 2") == NULL,
			"%s: one answer at most: %s", rows[i].name, answer);
	}
}

static void test_heads_and_bodies_have_limits(void)
{
	static char request[400000];
	char answer[8192];
	/* A target, a header, many headers: each more than a connection's memory. */
	static const struct {
		const char *before, *piece, *after;
		size_t count;
	} rows[] = {
		{ "GET /items/", "aaaaaaaaaa", " HTTP/1.1\r\n" CLOSE "\r\n", 10000 },
		{ "GET /open HTTP/1.1\r\n" CLOSE "X: ", "aaaaaaaaaa", "\r\n\r\n", 10000 },
		{ "GET /open HTTP/1.1\r\n" CLOSE, "X: a\r\n", "\r\n", 20000 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *at = stpcpy(request, rows[i].before);
		for (size_t j = 0; j < rows[i].count; j++)
			at = stpcpy(at, rows[i].piece);
		stpcpy(at, rows[i].after);
		int status = talk(request, answer, sizeof answer);
		CHECK(status == 0 || (status >= 400 && status < 500), "row %zu: %d", i,
			status);
	}
	/* Chunked: more than the row allows is told when all is there … */
	char *at = stpcpy(request,
		"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" CLOSE "\r\n");
	for (size_t i = 0; i < 101; i++)
		at = stpcpy(at, "a\r\n0123456789\r\n");
	stpcpy(at, "0\r\n\r\n");
	CHECK_INT(talk(request, answer, sizeof answer), 413,
		"1010 of 1000 bytes in chunks");
	/* … and what never ends is cut off. */
	int fd = serve_connect(&serve);
	ssize_t done = send(fd,
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
		61, MSG_NOSIGNAL);
	size_t total = 0;
	memset(request, 'a', 4096);
	memcpy(request + 4096, "\r\n", 2);
	while (total < 64u << 20 && send(fd, "1000\r\n", 6, MSG_NOSIGNAL) == 6 &&
		(done = send(fd, request, 4098, MSG_NOSIGNAL)) > 0)
		total += (size_t)done;
	close(fd);
	CHECK(total < 16u << 20, "an endless body was cut off behind %zu bytes", total);
	/* A length too large is refused at once, with the bytes still to come. */
	fd = serve_connect(&serve);
	done = send(fd,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n",
		60, MSG_NOSIGNAL);
	int64_t from = clock_monotonic_ms();
	CHECK(recv(fd, answer, sizeof answer, 0) > 12 &&
			memcmp(answer + 9, "413", 3) == 0,
		"%.12s", answer);
	CHECK(clock_monotonic_ms() - from < 1000, "without reading it");
	close(fd);
}

static void test_pipelining_and_halves(void)
{
	char answer[16384];
	CHECK_INT(talk("GET /items/1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo "
		       "HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
		       "GET /items/3 HTTP/1.1\r\n" CLOSE "\r\n",
			  answer, sizeof answer),
		200, "three at once");
	const char *one = strstr(answer, "\"id\":\"1\"");
	const char *two = one == NULL ? NULL : strstr(one, "\r\n\r\nabc");
	CHECK(two != NULL && strstr(two, "\"id\":\"3\"") != NULL,
		"answered in their order: %s", answer);
	/* Byte by byte. */
	static const char slow[] =
		"POST /echo HTTP/1.1\r\n" CLOSE "Content-Length: 3\r\n\r\nxyz";
	int fd = serve_connect(&serve);
	for (size_t i = 0; i < sizeof slow - 1; i++) {
		CHECK_INT(send(fd, slow + i, 1, MSG_NOSIGNAL), 1, "byte %zu", i);
		usleep(1000);
	}
	ssize_t got = recv(fd, answer, sizeof answer - 1, 0);
	answer[got < 0 ? 0 : got] = 0;
	CHECK(strstr(answer, "\r\n\r\nxyz") != NULL, "%s", answer);
	close(fd);
}

static void test_files_and_large_answers(void)
{
	char out[4096];
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s -D %s/head http://127.0.0.1:%u/file | cmp - "
			  "%s/large.bin && cat %s/head",
			  serve_folder(), serve.port, serve_folder(), serve_folder()),
		0, "the file as it is");
	CHECK(strstr(out, "Content-Length: 300000\r\n") != NULL &&
			strstr(out, "Content-Type: application/pkix-crl\r\n") != NULL &&
			strstr(out, "ETag: \"one\"\r\n") != NULL &&
			strstr(out, "Cache-Control: max-age=60\r\n") != NULL,
		"%s", out);
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s -I -H 'If-None-Match: x' http://127.0.0.1:%u/file",
			  serve.port),
		0, "HEAD");
	CHECK(strstr(out, "Content-Length: 300000\r\n") != NULL &&
			strstr(out, "ETag: \"two\"") != NULL,
		"%s", out);
	CHECK_INT(
		serve_shell(out, sizeof out,
			"curl -s http://127.0.0.1:%u/large | sha256sum | cut -c1-8; head "
			"-c 1048576 /dev/zero | tr '\\0' x | sha256sum | cut -c1-8",
			serve.port),
		0, "a megabyte");
	CHECK(strlen(out) == 18 && memcmp(out, out + 9, 9) == 0, "all of it: %s", out);
}

/* A body in parts has any length, ends when it ends, and is seen to be cut off when it is. */
static void test_parts(void)
{
	char out[4096];
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s http://127.0.0.1:%u/parts/300 | tr -d p | wc -c; curl "
			  "-s http://127.0.0.1:%u/parts/300 | wc -c",
			  serve.port, serve.port),
		0, "thirty megabytes");
	CHECK_TEXT(out, "0\n30000000\n", "all of it, twice on one server");
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s -i http://127.0.0.1:%u/parts/0 | tail -n 1",
			  serve.port),
		0, "none at all");
	CHECK_TEXT(out, "\r\n", "an empty body");
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s -o /dev/null http://127.0.0.1:%u/parts/999",
			  serve.port),
		18, "a partial file is told as one");
	CHECK_INT(serve_shell(out, sizeof out, "curl -s -I http://127.0.0.1:%u/parts/5",
			  serve.port),
		0, "HEAD");
	CHECK(strstr(out, "Transfer-Encoding: chunked") != NULL, "%s", out);
	CHECK_INT(
		serve_shell(out, sizeof out,
			"curl -s http://127.0.0.1:%u/parts/900 | head -c 1000 >/dev/null",
			serve.port),
		0, "a reader that goes away");
	CHECK_INT(serve_shell(out, sizeof out, "curl -s http://127.0.0.1:%u/parts/x",
			  serve.port),
		0, "an error before the first part");
	CHECK(strstr(out, "\"code\":400") != NULL, "is an answer: %s", out);
	poll(NULL, 0, 300);
	CHECK_INT(serve_shell(out, sizeof out,
			  "curl -s -D - -o /dev/null http://127.0.0.1:%u/parts/1 | tr "
			  "-d '\r' | sed -n 's/^X-Ended: //p'",
			  serve.port),
		0, "what has ended");
	CHECK_TEXT(out, "7\n", "each was ended, once");
}

static long resident_kib(int pid)
{
	char path[64], line[256];
	long kib = -1;
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return kib;
}

/* proves R-NET-04: a body that goes into a sink is held by nobody, and its refusals are those of any body */
static void test_sink(void)
{
	/* clang-format off */
	static const struct { const char *head; size_t len; char fill; bool chunked; int status; const char *says; } rows[] = {
		{ "/sink",   5,       'a', false, 200, "sunk 5, whole yes, held 0" },
		{ "/sink",   1000000, 'a', false, 200, "sunk 1000000, whole no, held 0" },
		{ "/sink",   1000000, 'a', true,  200, "sunk 1000000, whole no, held 0" },
		{ "/sink",   0,       'a', false, 200, "sunk 0, whole yes, held 0" },
		{ "/sink",   1000001, 'a', false, 413, "toolarge" },
		{ "/sink",   1000001, 'a', true,  413, "toolarge" },
		{ "/sink",   500000,  'X', false, 422, "policy" },
		{ "/sink",   500000,  'X', true,  422, "policy" },
		{ "/sink?q", 500000,  'a', false, 403, "denied" },
		{ "/echo",   5,       'a', false, 200, "\r\n\r\naaaaa" },
	};
	/* clang-format on */
	static char request[1100000];
	for (size_t i = 0; i < COUNT(rows); i++) {
		char answer[8192];
		size_t len = (size_t)snprintf(request, sizeof request,
			rows[i].chunked ? "POST %s HTTP/1.1\r\nTransfer-Encoding: "
					  "chunked\r\n" CLOSE "\r\n%zx\r\n"
					: "POST %s HTTP/1.1\r\n" CLOSE
					  "Content-Length: %zu\r\n\r\n",
			rows[i].head, rows[i].len);
		memset(request + len, rows[i].fill, rows[i].len);
		len += rows[i].len;
		if (rows[i].chunked)
			len += (size_t)snprintf(request + len, sizeof request - len,
				"\r\n0\r\n\r\n");
		CHECK_INT(serve_talk(&serve, request, len, answer, sizeof answer),
			rows[i].status, "row %zu: %.300s", i, answer);
		CHECK(strstr(answer, rows[i].says) != NULL, "row %zu: %.600s", i, answer);
	}
	/* Who goes away in the middle leaves nothing behind; the end of the server counts it. */
	int fd = serve_connect(&serve);
	size_t len = (size_t)snprintf(request, sizeof request,
		"POST /sink HTTP/1.1\r\n" CLOSE "Content-Length: 500000\r\n\r\nabc");
	CHECK(write(fd, request, len) == (ssize_t)len, "a begin");
	close(fd);
	CHECK_INT(talk("GET /open HTTP/1.1\r\n" CLOSE "\r\n", request, 8192), 200,
		"it serves on");
}

static void test_thousand_connections_at_once(void)
{
	enum { MANY = 1000 };
	static int fds[MANY];
	struct rlimit limit;
	char answer[4096];
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < MANY + 100) {
		limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
		CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0 &&
				limit.rlim_cur >= MANY + 100,
			"descriptors");
	}
	size_t open_count = 0, answered = 0;
	for (; open_count < MANY; open_count++) {
		fds[open_count] = serve_connect(&serve);
		if (!CHECK(fds[open_count] >= 0, "connection %zu", open_count))
			break;
	}
	static const char request[] = "GET /open HTTP/1.1\r\nHost: x\r\n\r\n";
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < open_count; i++)
			send(fds[i], request, sizeof request - 1, MSG_NOSIGNAL);
		for (size_t i = 0; i < open_count; i++) {
			ssize_t got = recv(fds[i], answer, sizeof answer - 1, 0);
			answered += got > 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0;
		}
	}
	CHECK_INT(answered, 2 * MANY, "all answered, twice on each connection");
	for (size_t i = 0; i < open_count; i++)
		close(fds[i]);
}

/* A sanitizer keeps freed memory back; there the leak checker at the server's end is the judge. */
#if defined __SANITIZE_ADDRESS__
enum { GROWN_KIB = 100000 };
#elif defined __has_feature
#if __has_feature(address_sanitizer)
enum { GROWN_KIB = 100000 };
#else
enum { GROWN_KIB = 500 };
#endif
#else
enum { GROWN_KIB = 500 };
#endif

static void test_no_growth(void)
{
	char answer[4096];
	static const char request[] =
		"GET /items/abc?x=y HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing "
		"HTTP/1.1\r\nHost: x\r\n\r\n"
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
	long before = 0;
	for (int round = 0; round < 3; round++) {
		int fd = serve_connect(&serve);
		for (int i = 0; i < 1500; i++) {
			send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
			size_t ends = 0;
			/* Three answers: the last ends with abc. */
			while (ends == 0) {
				ssize_t got = recv(fd, answer, sizeof answer - 1, 0);
				if (got <= 0 && !CHECK(got > 0, "round %d, request %d",
							round, i)) {
					close(fd);
					return;
				}
				answer[got] = 0;
				ends = strstr(answer, "\r\n\r\nabc") != NULL;
			}
		}
		close(fd);
		/* The first rounds fill caches; behind them nothing may grow. */
		if (round == 1)
			before = resident_kib(serve.children[0]);
	}
	long grown = resident_kib(serve.children[0]) - before;
	CHECK(before > 0 && grown < GROWN_KIB, "4500 requests more: %ld KiB more", grown);
}

static void short_timeout(struct http_settings *settings)
{
	settings->timeout_s = 1;
	settings->max_connections = 20;
	settings->max_per_address = 10;
}

/* A peer that sends a byte now and then must not keep its place. */
static void test_slow_peers_are_cut_off(void)
{
	static const struct {
		const char *name, *first, *drip;
	} rows[] = {
		{ "head", "GET /open HTTP/1.1\r\nHost: x\r\nX: ", "a" },
		{ "body",
			"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
			"a" },
		{ "nothing at all", "", "" },
	};
	if (!serve_start(&serve, 1, false, short_timeout))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t from = clock_monotonic_ms();
		int fd = serve_connect(&serve);
		send(fd, rows[i].first, strlen(rows[i].first), MSG_NOSIGNAL);
		char byte;
		ssize_t got = -1;
		for (int j = 0; j < 60 && got < 0; j++) {
			usleep(100000);
			send(fd, rows[i].drip, strlen(rows[i].drip), MSG_NOSIGNAL);
			got = recv(fd, &byte, 1, MSG_DONTWAIT);
			if (got < 0 && errno == ECONNRESET)
				got = 0;
		}
		int64_t took = clock_monotonic_ms() - from;
		CHECK(got == 0 && took >= 900 && took < 4000, "%s: cut off after %d ms",
			rows[i].name, (int)took);
		close(fd);
	}
	/* One address may not take all places. */
	int fds[15];
	size_t alive = 0;
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = serve_connect(&serve);
	usleep(300000);
	for (size_t i = 0; i < COUNT(fds); i++) {
		char byte;
		ssize_t got = recv(fds[i], &byte, 1, MSG_DONTWAIT);
		alive += got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
		close(fds[i]);
	}
	CHECK_INT(alive, 10, "connections of one address");
	CHECK(serve_stop(&serve), "stopped without a leak");
}

static void test_workers_share_the_socket(void)
{
	if (!serve_start(&serve, 3, false, NULL))
		return;
	int seen[3] = { 0 }, failed = 0;
	for (int i = 0; i < 60; i++) {
		char answer[4096];
		if (talk("GET /open HTTP/1.1\r\n" CLOSE "\r\n", answer, sizeof answer) !=
			200) {
			failed++;
			continue;
		}
		int pid = 0;
		const char *at = strstr(answer, "\"pid\":");
		CHECK(at != NULL && sscanf(at, "\"pid\":%d", &pid) == 1, "%s", answer);
		for (int j = 0; j < 3; j++)
			seen[j] += pid == serve.children[j];
	}
	CHECK(failed == 0 && seen[0] + seen[1] + seen[2] == 60,
		"each answered by one of ours: %d %d %d", seen[0], seen[1], seen[2]);
	/* One goes; the others go on. */
	kill(serve.children[0], SIGKILL);
	usleep(50000);
	char answer[4096];
	for (int i = 0; i < 10; i++)
		CHECK_INT(talk("GET /open HTTP/1.1\r\n" CLOSE "\r\n", answer,
				  sizeof answer),
			200, "without one");
	serve.children[0] = serve.children[2];
	serve.count = 2;
	CHECK(serve_stop(&serve), "stopped without a leak");
}

static void test_stop_lets_requests_end(void)
{
	char answer[4096];
	if (!serve_start(&serve, 1, false, NULL))
		return;
	int idle = serve_connect(&serve), busy = serve_connect(&serve);
	static const char half[] =
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc";
	CHECK_INT(send(busy, half, sizeof half - 1, MSG_NOSIGNAL), sizeof half - 1,
		"half a request");
	usleep(300000);
	int64_t from = clock_monotonic_ms();
	kill(serve.children[0], SIGTERM);
	usleep(300000);
	CHECK_INT(recv(idle, answer, sizeof answer, 0), 0, "an idle connection is ended");
	CHECK_INT(send(busy, "def", 3, MSG_NOSIGNAL), 3, "the other half");
	ssize_t got = recv(busy, answer, sizeof answer - 1, 0);
	answer[got < 0 ? 0 : got] = 0;
	CHECK(strstr(answer, "abcdef") != NULL, "a request under way is answered: %s",
		answer);
	CHECK(serve_stop(&serve), "stopped without a leak");
	CHECK(clock_monotonic_ms() - from < 3500, "and then at once");
	CHECK(serve_connect(&serve) < 0, "nobody listens");
	close(idle);
	close(busy);
}

static void test_listen(void)
{
	static const struct {
		const char *listen;
		enum err_code want;
	} rows[] = {
		{ "127.0.0.1:0", E_NONE },
		{ "[::1]:0", E_NONE },
		{ "[::]:0", E_NONE },
		{ "0.0.0.0:0", E_NONE },
		{ "127.0.0.1", E_INPUT },
		{ "127.0.0.1:", E_INPUT },
		{ "127.0.0.1:65536", E_INPUT },
		{ "localhost:0", E_INPUT },
		{ ":80", E_INPUT },
		{ "::1:80", E_INPUT },
		{ "[::1:80", E_INPUT },
		{ "[]:80", E_INPUT },
		{ "", E_INPUT },
		{ "[127.0.0.1]:80", E_INPUT },
		{ "192.0.2.1:0", E_IO },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(http_close) struct http_server *server = NULL;
		struct http_settings settings = { .listen = rows[i].listen };
		CHECK_ERR(http_listen(&settings, &server), rows[i].want, "%s",
			rows[i].listen);
		CHECK((server != NULL) == (rows[i].want == E_NONE), "%s", rows[i].listen);
		CHECK(server == NULL || http_port(server) > 0, "%s: a port",
			rows[i].listen);
	}
	AUTO(http_close) struct http_server *first = NULL;
	AUTO(http_close) struct http_server *second = NULL;
	struct http_settings settings = { .listen = "127.0.0.1:0" };
	char taken[32];
	if (!CHECK_OK(http_listen(&settings, &first), "first"))
		return;
	snprintf(taken, sizeof taken, "127.0.0.1:%u", http_port(first));
	settings.listen = taken;
	struct err err = http_listen(&settings, &second);
	CHECK_ERR(err, E_IO, "taken");
	CHECK(strstr(err.text, taken) != NULL, "the address is named: %s", err.text);
	settings = (struct http_settings){ .listen = "127.0.0.1:0",
		.certificate_pem = "x",
		.key_pem = "y" };
	CHECK_ERR(http_listen(&settings, &second), E_CRYPTO, "no certificate");
}

static void plain_up(void)
{
	memset(&serve, 0, sizeof serve);
	if (!serve_make_certificates())
		return;
	serve_start(&serve, 1, false, NULL);
}

static void plain_down(void)
{
	CHECK(serve_stop(&serve), "stopped without a leak or a report");
	serve_drop_certificates();
}

static void nothing_up(void)
{
	memset(&serve, 0, sizeof serve);
}

static const CU_TestInfo plain_tests[] = {
	{ "rows refuse before a handler runs", test_rows_refuse_first },
	{ "every answer has its ref and its headers", test_every_answer_has_its_headers },
	{ "errors of handlers, for people and programs", test_errors_of_handlers },
	{ "hostile bytes", test_hostile_bytes },
	{ "heads and bodies have limits", test_heads_and_bodies_have_limits },
	{ "pipelining, and bytes one by one", test_pipelining_and_halves },
	{ "files and large answers", test_files_and_large_answers },
	{ "bodies in parts", test_parts },
	{ "bodies that go into a sink", test_sink },
	{ "a thousand connections at once", test_thousand_connections_at_once },
	{ "no growth", test_no_growth },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_http = { "common/net/http", plain_tests, plain_up,
	plain_down };

static const CU_TestInfo life_tests[] = {
	{ "listening", test_listen },
	{ "slow peers are cut off", test_slow_peers_are_cut_off },
	{ "workers share the socket", test_workers_share_the_socket },
	{ "a stop lets requests end", test_stop_lets_requests_end },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_http_life = { "common/net/http life", life_tests,
	nothing_up, NULL };
