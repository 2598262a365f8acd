#include "common/net/client.h"

#include <curl/curl.h>

#include "common/base/text.h"

struct client {
	CURL *curl;
	char *base_url;
	long timeout_s;
	char error[CURL_ERROR_SIZE];
};

typedef struct curl_slist header_list;
AUTO_DEFINE(header_list, curl_slist_free_all)

void client_close(struct client *client)
{
	if (client == NULL)
		return;
	curl_easy_cleanup(client->curl);
	free(client->base_url);
	free(client);
}

/* The one place where CURLcodes become ours. */
static RESULT net_check(const struct client *client, CURLcode code)
{
	const char *words =
		client->error[0] != 0 ? client->error : curl_easy_strerror(code);
	enum err_code ours = E_IO;
	if (code == CURLE_OK)
		return OK;
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
		code == CURLE_OPERATION_TIMEDOUT || code == CURLE_GOT_NOTHING)
		ours = E_RETRY;
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
		code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CONNECT_ERROR)
		ours = E_CRYPTO;
	if (code == CURLE_WRITE_ERROR)
		return FAIL(E_INPUT, "%s: answer longer than may be", client->base_url);
	return FAIL(ours, "%s: %s", client->base_url, words);
}

static size_t on_bytes(char *data, size_t size, size_t count, void *context)
{
	/* Less than given ends the transfer. */
	return err_is(buf_append(context, blob_make(data, size * count))) ? 0
									  : size * count;
}

#define SET(option, value)                                                               \
	do {                                                                             \
		CURLcode set_ = curl_easy_setopt(client->curl, (option), (value));       \
		if (set_ != CURLE_OK)                                                    \
			return FAIL(E_BUG, #option ": %s", curl_easy_strerror(set_));    \
	} while (0)

static RESULT set_always(struct client *client, const struct client_settings *settings)
{
	long timeout = settings->timeout_s > 0 ? settings->timeout_s : 30;
	SET(CURLOPT_ERRORBUFFER, client->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT, timeout);
	SET(CURLOPT_CONNECTTIMEOUT, timeout);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	/* Empty: the environment's proxies are not asked either. */
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_PROTOCOLS_STR, settings->ca_file == NULL ? "http" : "https");
	SET(CURLOPT_WRITEFUNCTION, on_bytes);
	SET(CURLOPT_USERAGENT, "inkan");
	return OK;
}

/* R-LRA-14: our anchors and no others, TLS 1.2 at least. */
static RESULT set_tls(struct client *client, const struct client_settings *settings)
{
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_CAINFO, settings->ca_file);
	SET(CURLOPT_CAPATH, NULL); /* else the system's folder stays beside it */
	if (settings->certificate_file == NULL)
		return OK;
	SET(CURLOPT_SSLCERTTYPE, "PEM");
	SET(CURLOPT_SSLCERT, settings->certificate_file);
	SET(CURLOPT_SSLKEYTYPE, "PEM");
	SET(CURLOPT_SSLKEY, settings->key_file);
	return OK;
}

RESULT client_open(const struct client_settings *settings, struct client **out)
{
	bool https = text_starts(settings->base_url, "https://");
	if (https != (settings->ca_file != NULL) ||
		(!https && !text_starts(settings->base_url, "http://")))
		return FAIL(E_INPUT, "%s: https goes with a CA file, http without",
			settings->base_url);
	if ((settings->certificate_file == NULL) != (settings->key_file == NULL))
		return FAIL(E_INPUT, "client certificate and key go together");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return FAIL(E_IO, "the http library did not start");
	AUTO(client_close) struct client *client = calloc(1, sizeof *client);
	if (client == NULL)
		return FAIL(E_IO, "out of memory");
	client->base_url = strdup(settings->base_url);
	client->timeout_s = settings->timeout_s > 0 ? settings->timeout_s : 30;
	client->curl = curl_easy_init();
	if (client->base_url == NULL || client->curl == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(set_always(client, settings));
	if (https)
		TRY(set_tls(client, settings));
	*out = MOVE(client);
	return OK;
}

static RESULT set_method(struct client *client, const char *method, struct blob body)
{
	SET(CURLOPT_HTTPGET, 1L); /* what an earlier request had set goes */
	SET(CURLOPT_CUSTOMREQUEST, NULL);
	SET(CURLOPT_NOBODY, strcmp(method, "HEAD") == 0 ? 1L : 0L);
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return body.len == 0 ? OK : FAIL(E_BUG, "%s with a body", method);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	SET(CURLOPT_POSTFIELDS, body.len == 0 ? "" : (const char *)body.data);
	SET(CURLOPT_CUSTOMREQUEST, method);
	return OK;
}

static RESULT add_header(header_list **list, const char *line)
{
	header_list *longer = curl_slist_append(*list, line);
	if (longer == NULL)
		return FAIL(E_IO, "out of memory");
	*list = longer;
	return OK;
}

static RESULT exchange(struct client *client, const char *method, const char *path,
	const char *const *lines, const char *media_type, struct blob body, long *status,
	struct buf *out)
{
	AUTO(buf_clear) struct buf url = BUF(32 * 1024);
	AUTO(buf_clear) struct buf type = BUF(256);
	AUTO(curl_slist_free_all) header_list *headers = NULL;
	long got = 0;
	if (path[0] != '/')
		return FAIL(E_INPUT, "path: without its slash");
	TRY(buf_append_format(&url, "%s%s", client->base_url, path));
	/* No waiting for "100 Continue": our bodies are small. Without a type curl would name a form. */
	TRY(add_header(&headers, "Expect:"));
	TRY(buf_append_format(&type, "Content-Type:%s%s", media_type == NULL ? "" : " ",
		media_type == NULL ? "" : media_type));
	TRY(add_header(&headers, buf_text(&type)));
	for (; lines != NULL && *lines != NULL; lines++)
		TRY(add_header(&headers, *lines));
	TRY(set_method(client, method, body));
	SET(CURLOPT_URL, buf_text(&url));
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_WRITEDATA, out);
	client->error[0] = 0;
	struct err err = net_check(client, curl_easy_perform(client->curl));
	/* The list and the body are gone after this call; nothing must point there. */
	curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, NULL);
	if (err_is(err))
		return err;
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &got);
	*status = got;
	return OK;
}

RESULT client_send(struct client *client, const char *method, const char *path,
	const char *media_type, struct blob body, long *status, struct buf *out)
{
	return exchange(client, method, path, NULL, media_type, body, status, out);
}

RESULT client_post(struct client *client, const char *path, const char *const *headers,
	const char *media_type, struct blob body, long *status, struct buf *out)
{
	return exchange(client, "POST", path, headers, media_type, body, status, out);
}

/* ---- bodies of any length */

struct fetching {
	struct client *client;
	FILE *to;
	struct buf *refusal;
};

static size_t on_part(char *data, size_t size, size_t count, void *context)
{
	struct fetching *fetching = context;
	long status = 0;
	curl_easy_getinfo(fetching->client->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200 || status > 299)
		return on_bytes(data, size, count, fetching->refusal);
	return fwrite(data, 1, size * count, fetching->to);
}

static RESULT set_patience(struct client *client, long timeout_s, long low_speed_s)
{
	SET(CURLOPT_TIMEOUT, timeout_s);
	SET(CURLOPT_LOW_SPEED_TIME, low_speed_s);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1024L);
	return OK;
}

static RESULT fetch(struct client *client, const char *url, struct fetching *fetching,
	long *status)
{
	TRY(set_method(client, "GET", BLOB_NONE));
	TRY(set_patience(client, 0, client->timeout_s));
	SET(CURLOPT_URL, url);
	SET(CURLOPT_WRITEFUNCTION, on_part);
	SET(CURLOPT_WRITEDATA, fetching);
	client->error[0] = 0;
	TRY(net_check(client, curl_easy_perform(client->curl)));
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, status);
	return OK;
}

RESULT client_fetch(struct client *client, const char *path, FILE *to, long *status,
	struct buf *refusal)
{
	AUTO(buf_clear) struct buf url = BUF(32 * 1024);
	struct fetching fetching = { client, to, refusal };
	TRY(buf_append_format(&url, "%s%s", client->base_url, path));
	struct err err = fetch(client, buf_text(&url), &fetching, status);
	/* As the next request wants it. */
	SET(CURLOPT_WRITEFUNCTION, on_bytes);
	TRY(set_patience(client, client->timeout_s, 0));
	return err;
}
