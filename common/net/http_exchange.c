#include <strings.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/net/http_parts.h"
#include "common/net/http_route.h"

static void exchange_free(struct http_exchange *exchange)
{
	if (exchange->sink.context != NULL)
		exchange->sink.free(exchange->sink.context);
	buf_clear(&exchange->body);
	buf_clear(&exchange->response.body);
	buf_clear(&exchange->part);
	if (exchange->response.end != NULL)
		exchange->response.end(exchange->response.context);
	if (exchange->response.file_fd >= 0)
		close(exchange->response.file_fd);
	free(exchange->target);
	free(exchange->path);
	free(exchange);
}
AUTO_DEFINE(struct http_exchange, exchange_free)

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *http_request_header(const struct http_request *request, const char *name)
{
	const struct http_exchange *exchange = request->server;
	return header_of(exchange->connection, name);
}

static struct http_peer *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info == NULL ? NULL : info->socket_context;
}

static RESULT make_ref(char ref[static HTTP_REF])
{
	uint8_t random[(HTTP_REF - 1) / 2];
	TRY(random_bytes(random, sizeof random));
	hex_encode(BLOB(random), ref);
	return OK;
}

/* NULL makes the next step end the connection: without memory or randomness nothing can be answered. */
void *http_exchange_open(void *context, const char *target,
	struct MHD_Connection *connection)
{
	struct http_server *server = context;
	AUTO(exchange_free) struct http_exchange *exchange = calloc(1, sizeof *exchange);
	if (exchange == NULL)
		return NULL;
	exchange->response.file_fd = -1;
	exchange->response.body = BUF(server->settings.max_response);
	exchange->part = BUF(HTTP_PART_MAX);
	exchange->connection = connection;
	exchange->peer = peer_of(connection);
	exchange->target = strndup(target, HTTP_TARGET_MAX + 1);
	if (exchange->peer == NULL || exchange->target == NULL ||
		err_is(make_ref(exchange->request.ref)))
		return NULL;
	exchange->peer->busy = true;
	exchange->request.now = clock_now();
	exchange->request.connected_at = exchange->peer->since;
	exchange->request.subject =
		(struct log_subject){ exchange->request.ref, exchange->peer->address };
	exchange->request.query = "";
	exchange->request.path = "";
	exchange->request.server = exchange;
	return MOVE(exchange);
}

void http_exchange_close(void *context, struct MHD_Connection *connection, void **held,
	enum MHD_RequestTerminationCode why)
{
	struct http_exchange *exchange = *held;
	(void)context;
	(void)connection;
	(void)why;
	if (exchange == NULL)
		return;
	exchange->peer->busy = false;
	http_give_time(exchange->peer, 0);
	exchange_free(exchange);
	*held = NULL;
}

/* The length named by the header; chunked: false and UINT64_MAX. */
static RESULT body_length(struct MHD_Connection *connection, uint64_t *out)
{
	const char *length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *coding = header_of(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	int64_t value = 0;
	/* RFC 9112 section 6.1: both together may be an attempt to smuggle a request. */
	if (length != NULL && coding != NULL)
		return FAIL(E_INPUT, "Content-Length and Transfer-Encoding");
	if (coding != NULL && strcasecmp(coding, "chunked") != 0)
		return FAIL(E_INPUT, "Transfer-Encoding: not chunked");
	if (length != NULL)
		TRY_IN(text_to_int(length, 0, INT64_MAX, &value), "Content-Length");
	*out = coding != NULL ? UINT64_MAX : (uint64_t)value;
	return OK;
}

static enum MHD_Result count_same(void *context, enum MHD_ValueKind kind,
	const char *name, const char *value)
{
	static const char *const single[] = { "Host", "Content-Length", "Content-Type",
		"Transfer-Encoding", "Authorization", "Cookie" };
	unsigned *seen = context;
	(void)kind;
	(void)value;
	for (size_t i = 0; i < COUNT(single); i++)
		if (strcasecmp(name, single[i]) == 0)
			seen[i]++;
	return MHD_YES;
}

/*
 * What may stand there once only: two of them mean that somebody upstream and we may read different ones. And Host must
 * stand there (RFC 9112 section 3.2); the library would tell so in words of its own, without our ref.
 */
static RESULT check_headers(struct MHD_Connection *connection, const char *version)
{
	unsigned seen[6] = { 0 };
	if (strcmp(version, "HTTP/1.1") == 0 &&
		header_of(connection, MHD_HTTP_HEADER_HOST) == NULL)
		return FAIL(E_INPUT, "no Host");
	MHD_get_connection_values(connection, MHD_HEADER_KIND, count_same, seen);
	for (size_t i = 0; i < COUNT(seen); i++)
		if (seen[i] > 1)
			return FAIL(E_INPUT, "a header twice");
	return OK;
}

static bool media_fits(enum http_media media, const char *type)
{
	static const char *const names[] = {
		[MEDIA_JSON] = "application/json",
		[MEDIA_OCSP_REQUEST] = "application/ocsp-request",
		[MEDIA_BYTES] = "application/octet-stream",
		[MEDIA_FORM] = "application/x-www-form-urlencoded",
	};
	if (media == MEDIA_NONE || media == MEDIA_ANY)
		return true;
	size_t len = strlen(names[media]);
	return type != NULL && strncasecmp(type, names[media], len) == 0 &&
	       strchr("; \t", type[len]) != NULL; /* the end, too */
}

/* R-NET-02: who it is, by the certificate that the handshake proved and the hook that knows people. */
static RESULT authenticate(struct http_exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	struct http_request *request = &exchange->request;
	const struct http_route *route = exchange->match.route;
	struct buf *certificate = &exchange->peer->certificate;
	if (certificate->len == 0)
		TRY(http_tls_certificate(exchange->connection, certificate));
	request->client_certificate = buf_view(certificate);
	if (settings->authenticate != NULL && route != settings->fallback)
		TRY(settings->authenticate(settings->context, request));
	if (route->roles != 0 && (route->roles & request->role) == 0)
		return FAIL(E_DENIED,
			request->role == 0 ? "nobody we know" : "role not in the row");
	return OK;
}

static RESULT find_route(struct http_exchange *exchange, const char *method, char *path)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	struct err err = http_route_find(settings->routes, settings->route_count, method,
		path, &exchange->match);
	if (err.code != E_NOT_FOUND || settings->fallback == NULL ||
		(strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0))
		return err;
	exchange->match.route = settings->fallback;
	return OK;
}

/* The row's refusals, before any byte of the body is read. status: of HTTP, 0 for the err_code's. */
static RESULT judge_head(struct http_exchange *exchange, const char *method,
	const char *version, int *status)
{
	struct http_target target;
	exchange->length = UINT64_MAX;
	TRY(check_headers(exchange->connection, version));
	TRY(body_length(exchange->connection, &exchange->length));
	TRY(http_target_split(exchange->target, &target));
	exchange->path = strdup(target.path);
	if (exchange->path == NULL)
		return FAIL(E_IO, "out of memory");
	exchange->request.path = exchange->path;
	exchange->request.query = target.query;
	TRY(find_route(exchange, method, target.path));
	const struct http_route *route = exchange->match.route;
	if (route == NULL) {
		*status = 405;
		return FAIL(E_INPUT, "method");
	}
	exchange->request.route = route;
	memcpy(exchange->request.parameter, exchange->match.parameter,
		sizeof exchange->match.parameter);
	TRY(authenticate(exchange));
	if (!media_fits(route->media,
		    header_of(exchange->connection, MHD_HTTP_HEADER_CONTENT_TYPE))) {
		*status = 415;
		return FAIL(E_INPUT, "media type");
	}
	size_t most = route->media == MEDIA_NONE ? 0 : route->max_body;
	if (exchange->length > most && exchange->length != UINT64_MAX) {
		*status = 413;
		return FAIL(E_INPUT, "body: longer than %zu bytes", most);
	}
	exchange->body = BUF(most);
	return OK;
}

static RESULT open_sink(struct http_exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	if (settings->sink == NULL || exchange->length == 0)
		return OK;
	TRY(settings->sink(settings->context, &exchange->request, &exchange->sink));
	exchange->request.sink = exchange->sink.context;
	return OK;
}

static enum MHD_Result take_head(struct http_exchange *exchange, const char *method,
	const char *version)
{
	int status = 0;
	exchange->headers_done = true;
	exchange->request.method = method;
	exchange->request.language = http_language(
		header_of(exchange->connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
	exchange->request.if_none_match =
		header_of(exchange->connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
	struct err err = judge_head(exchange, method, version, &status);
	if (!err_is(err))
		err = open_sink(exchange);
	/* An answer at this point ends the connection, which saves us the body; without one it may stay. */
	if (err_is(err) && exchange->length > 0)
		return http_refuse(exchange, status, err);
	exchange->refused = err;
	exchange->refused_status = status;
	http_give_time(exchange->peer, exchange->body.max);
	return MHD_YES;
}

static enum MHD_Result fill_sink(struct http_exchange *exchange, struct blob bytes)
{
	exchange->sunk += bytes.len;
	if (exchange->sunk > exchange->body.max)
		exchange->too_large = true;
	if (!exchange->too_large && !err_is(exchange->refused))
		exchange->refused = exchange->sink.put(exchange->sink.context, bytes);
	if (exchange->too_large)
		exchange->discarded += bytes.len;
	return exchange->discarded > HTTP_DISCARD_MAX ? MHD_NO : MHD_YES;
}

/* A chunked body shows its size only while it comes; the library cannot answer in the middle of it. */
static enum MHD_Result take_body(struct http_exchange *exchange, const char *upload,
	size_t *upload_len)
{
	size_t len = *upload_len;
	*upload_len = 0;
	if (exchange->sink.context != NULL)
		return fill_sink(exchange, blob_make(upload, len));
	if (!exchange->too_large &&
		err_is(buf_append(&exchange->body, blob_make(upload, len))))
		exchange->too_large = true;
	if (exchange->too_large)
		exchange->discarded += len;
	return exchange->discarded > HTTP_DISCARD_MAX ? MHD_NO : MHD_YES;
}

static RESULT examine(struct http_exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	if (settings->examine == NULL)
		return OK;
	return settings->examine(settings->context, &exchange->request,
		&exchange->response);
}

static enum MHD_Result run_handler(struct http_exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	if (err_is(exchange->refused))
		return http_refuse(exchange, exchange->refused_status, exchange->refused);
	if (exchange->too_large)
		return http_refuse(exchange, 413,
			FAIL(E_INPUT, "body: longer than %zu bytes", exchange->body.max));
	exchange->request.body = buf_view(&exchange->body);
	struct err err = examine(exchange);
	if (err_is(err) && exchange->response.body.len > 0)
		return http_answer(exchange);
	if (!err_is(err))
		err = exchange->match.route->handler(settings->context,
			&exchange->request, &exchange->response);
	if (err_is(err))
		return http_refuse(exchange, 0, err);
	log_debug(&exchange->request.subject, "request", "method",
		exchange->request.method, "route", exchange->match.route->path);
	return http_answer(exchange);
}

enum MHD_Result http_exchange_step(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *upload,
	size_t *upload_len, void **held)
{
	struct http_exchange *exchange = *held;
	(void)context;
	(void)connection;
	(void)url;
	if (exchange == NULL)
		return MHD_NO;
	if (!exchange->headers_done)
		return take_head(exchange, method, version);
	if (*upload_len > 0)
		return take_body(exchange, upload, upload_len);
	return run_handler(exchange);
}
