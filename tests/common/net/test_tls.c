#include <sys/socket.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/net/client.h"
#include "tests/check.h"
#include "tests/support/serve.h"

static struct serve serve;
static char url[64];

static struct err ask(const char *who, const char *anchors, const char *path,
	long *status, struct buf *out)
{
	char ca[96], certificate[96], key[96];
	snprintf(ca, sizeof ca, "%s/%s.pem", serve_folder(), anchors);
	snprintf(certificate, sizeof certificate, "%s/%s.pem", serve_folder(),
		who == NULL ? "" : who);
	snprintf(key, sizeof key, "%s/%s.key", serve_folder(), who == NULL ? "" : who);
	AUTO(client_close) struct client *client = NULL;
	struct client_settings settings = { .base_url = url,
		.ca_file = ca,
		.timeout_s = 5,
		.certificate_file = who == NULL ? NULL : certificate,
		.key_file = who == NULL ? NULL : key };
	TRY(client_open(&settings, &client));
	return client_send(client, "GET", path, NULL, BLOB_NONE, status, out);
}

/* proves R-NET-02 */
static void test_roles_by_certificate(void)
{
	static const struct {
		const char *who, *path;
		long status;
		const char *says;
	} rows[] = {
		{ NULL, "/open", 200, "\"role\":0,\"caller\":\"\"" },
		{ NULL, "/lra", 403, "denied" },
		{ NULL, "/both", 403, "denied" },
		{ "clerk", "/open", 200, "\"role\":1,\"caller\":\"clerk\"" },
		{ "clerk", "/lra", 200, "\"caller\":\"clerk\"" },
		{ "clerk", "/ra", 403, "denied" },
		{ "clerk", "/both", 200, "\"role\":1" },
		{ "officer", "/ra", 200, "\"caller\":\"officer\"" },
		{ "officer", "/lra", 403, "denied" },
		{ "officer", "/both", 200, "\"role\":2" },
		/* Of our CA, but nobody the hook knows: refused even where all may go. */
		{ "stranger", "/open", 403, "denied" },
		{ "stranger", "/nothing", 404, "notfound" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		long status = 0;
		const char *who = rows[i].who == NULL ? "nobody" : rows[i].who;
		AUTO(buf_clear) struct buf out = BUF(4096);
		CHECK_OK(ask(rows[i].who, "ca", rows[i].path, &status, &out), "%s %s",
			who, rows[i].path);
		CHECK_INT(status, rows[i].status, "%s %s: %s", who, rows[i].path,
			buf_text(&out));
		CHECK(strstr(buf_text(&out), rows[i].says) != NULL, "%s %s: %s", who,
			rows[i].path, buf_text(&out));
	}
}

/* proves R-NET-02 */
static void test_certificates_that_end_the_handshake(void)
{
	static const struct {
		const char *who, *why;
	} rows[] = { { "foreign", "of another CA" }, { "old", "out of date" },
		{ "mail", "not for clients" } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		long status = 0;
		AUTO(buf_clear) struct buf out = BUF(4096);
		struct err err = ask(rows[i].who, "ca", "/open", &status, &out);
		CHECK(err.code == E_CRYPTO || err.code == E_IO, "%s: %s, got %d, %ld %s",
			rows[i].who, rows[i].why, (int)err.code, status, buf_text(&out));
		CHECK(status == 0 && out.len == 0, "%s: nothing was answered",
			rows[i].who);
	}
	static const struct {
		const char *who, *alert;
	} told[] = { { "foreign", "unknown ca" }, { "old", "certificate expired" },
		{ "mail", "bad certificate" } };
	for (size_t i = 0; i < COUNT(told); i++) {
		char words[16384];
		serve_shell(words, sizeof words,
			"(sleep 0.5; echo) | timeout 10 openssl s_client -connect "
			"127.0.0.1:%u -CAfile %s/ca.pem"
			" -cert %s/%s.pem -key %s/%s.key 2>&1",
			serve.port, serve_folder(), serve_folder(), told[i].who,
			serve_folder(), told[i].who);
		CHECK(strstr(words, told[i].alert) != NULL, "%s is told %s: %s",
			told[i].who, told[i].alert, words);
	}
	long status = 0;
	AUTO(buf_clear) struct buf out = BUF(4096);
	CHECK_OK(ask("clerk", "ca", "/lra", &status, &out), "the server goes on");
	CHECK_INT(status, 200, "the server goes on");
}

/* proves R-LRA-14 */
static void test_client_wants_its_own_server(void)
{
	long status = 0;
	AUTO(buf_clear) struct buf out = BUF(4096);
	CHECK_ERR(ask("clerk", "other", "/open", &status, &out), E_CRYPTO,
		"another CA's server");
	char ca[96], certificate[96];
	snprintf(ca, sizeof ca, "%s/ca.pem", serve_folder());
	snprintf(certificate, sizeof certificate, "%s/clerk.pem", serve_folder());
	static const struct {
		const char *url;
		bool with_ca, half;
	} rows[] = {
		{ "http://127.0.0.1:1", true, false },
		{ "https://127.0.0.1:1", false, false },
		{ "ftp://127.0.0.1:1", false, false },
		{ "127.0.0.1:1", false, false },
		{ "https://127.0.0.1:1", true, true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(client_close) struct client *client = NULL;
		struct client_settings settings = { .base_url = rows[i].url,
			.ca_file = rows[i].with_ca ? ca : NULL,
			.certificate_file = rows[i].half ? certificate : NULL };
		CHECK_ERR(client_open(&settings, &client), E_INPUT, "row %zu: %s", i,
			rows[i].url);
		CHECK(client == NULL, "row %zu: out stays untouched", i);
	}
	/* By a name that the certificate does not have. */
	char other_name[64];
	snprintf(other_name, sizeof other_name, "https://127.0.0.2:%u", serve.port);
	struct client_settings settings = { .base_url = other_name,
		.ca_file = ca,
		.timeout_s = 5 };
	AUTO(client_close) struct client *client = NULL;
	CHECK_OK(client_open(&settings, &client), "open");
	struct err err =
		client_send(client, "GET", "/open", NULL, BLOB_NONE, &status, &out);
	CHECK(err.code == E_CRYPTO || err.code == E_RETRY, "another name: %s", err.text);
}

static void test_versions_and_ciphers(void)
{
	static const struct {
		const char *options;
		bool good;
		const char *says;
	} rows[] = {
		{ "-tls1_3", true, "Protocol version: TLSv1.3" },
		{ "", true, "Protocol version: TLSv1.3" },
		{ "-tls1_2", true, "Protocol version: TLSv1.2" },
		{ "-tls1_1 -cipher ALL:@SECLEVEL=0", false, NULL },
		{ "-tls1 -cipher ALL:@SECLEVEL=0", false, NULL },
		{ "-tls1_2 -cipher AES256-SHA:@SECLEVEL=0", false, NULL },
		{ "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0", false, NULL },
		{ "-tls1_2 -cipher aNULL:eNULL:@SECLEVEL=0", false, NULL },
		{ "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", true, "TLSv1.2" },
		{ "-tls1_2 -sigalgs ECDSA+SHA1 -cipher DEFAULT:@SECLEVEL=0", false,
			NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[16384];
		int code = serve_shell(out, sizeof out,
			"printf 'GET /open HTTP/1.1\\r\\nHost: x\\r\\nConnection: "
			"close\\r\\n\\r\\n' |"
			" timeout 10 openssl s_client -brief -ign_eof -connect "
			"127.0.0.1:%u -CAfile %s/ca.pem -verify_return_error %s 2>&1",
			serve.port, serve_folder(), rows[i].options);
		bool answered = strstr(out, "HTTP/1.1 200") != NULL;
		CHECK(answered == rows[i].good, "s_client %s: %d %s", rows[i].options,
			code, out);
		CHECK(rows[i].says == NULL || strstr(out, rows[i].says) != NULL,
			"s_client %s: %s", rows[i].options, out);
	}
	char out[16384];
	serve_shell(out, sizeof out,
		"(printf 'GET /open HTTP/1.1\\r\\nHost: x\\r\\nConnection: "
		"close\\r\\n\\r\\n'; sleep 0.5) |"
		" timeout 10 gnutls-cli --x509cafile=%s/ca.pem "
		"--x509certfile=%s/clerk.pem --x509keyfile=%s/clerk.key -p %u 127.0.0.1 "
		"2>&1",
		serve_folder(), serve_folder(), serve_folder(), serve.port);
	CHECK(strstr(out, "\"caller\":\"clerk\"") != NULL, "gnutls-cli: %s", out);
}

static void test_no_renegotiation(void)
{
	char out[16384];
	serve_shell(out, sizeof out,
		"(sleep 0.3; echo R; sleep 0.5; printf 'GET /open HTTP/1.1\\r\\nHost: "
		"x\\r\\n\\r\\n'; sleep 0.5) |"
		" timeout 10 openssl s_client -tls1_2 -connect 127.0.0.1:%u -CAfile "
		"%s/ca.pem 2>&1",
		serve.port, serve_folder());
	CHECK(strstr(out, "RENEGOTIATING") != NULL, "it was asked for: %s", out);
	CHECK(strstr(out, "HTTP/1.1 200") == NULL, "and ends the connection: %s", out);
}

static void test_plain_bytes_on_tls(void)
{
	static const char *const rows[] = { "GET /open HTTP/1.1\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\xff\xff", "\x80\x2e\x01" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		char answer[4096];
		CHECK_INT(serve_talk(&serve, rows[i], strlen(rows[i]), answer,
				  sizeof answer),
			0, "row %zu: %s", i, answer);
	}
	long status = 0;
	AUTO(buf_clear) struct buf out = BUF(4096);
	CHECK_OK(ask(NULL, "ca", "/open", &status, &out), "the server goes on");
}

static void test_client(void)
{
	char ca[96];
	snprintf(ca, sizeof ca, "%s/ca.pem", serve_folder());
	struct client_settings settings = { .base_url = url,
		.ca_file = ca,
		.timeout_s = 5 };
	AUTO(client_close) struct client *client = NULL;
	setenv("https_proxy", "http://127.0.0.1:1", 1); /* must not be asked */
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	if (!CHECK_OK(client_open(&settings, &client), "open"))
		return;
	static const struct {
		const char *method, *path, *media, *body;
		long status;
		const char *want;
	} rows[] = {
		{ "POST", "/json", "application/json", "{\"a\":1}", 200, "{\"a\":1}" },
		{ "GET", "/items/x?y=z", NULL, "", 200, NULL },
		{ "POST", "/json", "text/plain", "{}", 415, NULL },
		{ "POST", "/echo", NULL, "abc", 200, "abc" },
		{ "POST", "/none", NULL, "", 200, "" },
		{ "DELETE", "/open", NULL, "", 405, NULL },
		{ "HEAD", "/open", NULL, "", 200, "" },
		{ "GET", "/nothing", NULL, "", 404, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		long status = 0;
		AUTO(buf_clear) struct buf out = BUF(4096);
		CHECK_OK(client_send(client, rows[i].method, rows[i].path, rows[i].media,
				 blob_text(rows[i].body), &status, &out),
			"%s %s", rows[i].method, rows[i].path);
		CHECK_INT(status, rows[i].status, "%s %s: %s", rows[i].method,
			rows[i].path, buf_text(&out));
		if (rows[i].want != NULL)
			CHECK_TEXT(buf_text(&out), rows[i].want, "%s %s", rows[i].method,
				rows[i].path);
	}
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
	long status = 77;
	AUTO(buf_clear) struct buf small = BUF(1000);
	CHECK_ERR(client_send(client, "GET", "/large", NULL, BLOB_NONE, &status, &small),
		E_INPUT, "longer than may be");
	CHECK_ERR(client_send(client, "GET", "large", NULL, BLOB_NONE, &status, &small),
		E_INPUT, "no slash");
	CHECK_INT(status, 77, "out stays untouched");
	AUTO(buf_clear) struct buf out = BUF(1 << 20);
	CHECK_OK(client_send(client, "GET", "/large", NULL, BLOB_NONE, &status, &out),
		"a megabyte, and the client still works");
	CHECK_INT(out.len, 1 << 20, "a megabyte");
}

static void test_client_unreachable(void)
{
	struct client_settings settings = { .base_url = "http://127.0.0.1:1",
		.timeout_s = 1 };
	AUTO(client_close) struct client *client = NULL;
	AUTO(client_close) struct client *waiting = NULL;
	AUTO(buf_clear) struct buf out = BUF(100);
	long status = 0;
	CHECK_OK(client_open(&settings, &client), "open");
	CHECK_ERR(client_send(client, "GET", "/", NULL, BLOB_NONE, &status, &out),
		E_RETRY, "nobody listens");
	/* One that accepts and says nothing: the kernel takes the connection, nobody serves it. */
	AUTO(http_close) struct http_server *mute = NULL;
	char address[64];
	struct http_settings listening = { .listen = "127.0.0.1:0" };
	CHECK_OK(http_listen(&listening, &mute), "listening");
	snprintf(address, sizeof address, "http://127.0.0.1:%u", http_port(mute));
	settings.base_url = address;
	CHECK_OK(client_open(&settings, &waiting), "open");
	CHECK_ERR(client_send(waiting, "GET", "/", NULL, BLOB_NONE, &status, &out),
		E_RETRY, "timed out");
}

static void up(void)
{
	memset(&serve, 0, sizeof serve);
	if (!serve_make_certificates())
		return;
	serve_start(&serve, 1, true, NULL);
	snprintf(url, sizeof url, "https://127.0.0.1:%u", serve.port);
}

static void down(void)
{
	CHECK(serve_stop(&serve), "stopped without a leak or a report");
	serve_drop_certificates();
}

static const CU_TestInfo tests[] = {
	{ "roles by certificate", test_roles_by_certificate },
	{ "certificates that end the handshake",
		test_certificates_that_end_the_handshake },
	{ "the client wants its own server", test_client_wants_its_own_server },
	{ "versions and ciphers", test_versions_and_ciphers },
	{ "no renegotiation", test_no_renegotiation },
	{ "plain bytes on a TLS port", test_plain_bytes_on_tls },
	{ "the client's requests", test_client },
	{ "the client without a server", test_client_unreachable },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_tls = { "common/net/http tls", tests, up, down };
