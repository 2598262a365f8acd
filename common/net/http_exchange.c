#include <stdarg.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/net/http_parts.h"
#include "common/net/http_route.h"

/* One request and its answer; lives from the request line to the last byte of the answer. */
struct exchange {
	struct http_request request;
	struct http_response response;
	struct http_peer *peer;
	struct MHD_Connection *connection;
	struct http_match match;
	struct buf body;
	bool headers_done, too_large;
	uint64_t
		length; /* of the body, as the head says; UINT64_MAX: chunked, or not known */
	struct err refused; /* by the head, to be told behind it */
	int refused_status;
	size_t discarded;
	char *target; /* query and parameters point into it */
	char *path;   /* as it came, for handlers and people */
};

static void exchange_free(struct exchange *exchange)
{
	buf_clear(&exchange->body);
	buf_clear(&exchange->response.body);
	if (exchange->response.file_fd >= 0)
		close(exchange->response.file_fd);
	free(exchange->target);
	free(exchange->path);
	free(exchange);
}
AUTO_DEFINE(struct exchange, exchange_free)

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *http_request_header(const struct http_request *request, const char *name)
{
	const struct exchange *exchange = request->server;
	return header_of(exchange->connection, name);
}

static struct http_peer *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info == NULL ? NULL : info->socket_context;
}

static void give_time(struct http_peer *peer, uint64_t bytes)
{
	int64_t seconds = peer->server->settings.timeout_s > 0
				  ? peer->server->settings.timeout_s
				  : 30;
	peer->until_ms =
		clock_monotonic_ms() + (seconds + (int64_t)(bytes / HTTP_SLOWEST)) * 1000;
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
	AUTO(exchange_free) struct exchange *exchange = calloc(1, sizeof *exchange);
	if (exchange == NULL)
		return NULL;
	exchange->response.file_fd = -1;
	exchange->response.body = BUF(server->settings.max_response);
	exchange->connection = connection;
	exchange->peer = peer_of(connection);
	exchange->target = strndup(target, HTTP_TARGET_MAX + 1);
	if (exchange->peer == NULL || exchange->target == NULL ||
		err_is(make_ref(exchange->request.ref)))
		return NULL;
	exchange->peer->busy = true;
	exchange->request.now = clock_now();
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
	struct exchange *exchange = *held;
	(void)context;
	(void)connection;
	(void)why;
	if (exchange == NULL)
		return;
	exchange->peer->busy = false;
	give_time(exchange->peer, 0);
	exchange_free(exchange);
	*held = NULL;
}

RESULT http_header(struct http_response *response, const char *name, const char *format,
	...)
{
	if (response->header_count == HTTP_HEADERS)
		return FAIL(E_BUG, "header %s: more than %d", name, HTTP_HEADERS);
	char *value = response->header[response->header_count].value;
	size_t size = sizeof response->header[0].value;
	va_list args;
	va_start(args, format);
	int len = vsnprintf(value, size, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= size)
		return FAIL(E_BUG, "header %s: longer than %zu bytes", name, size - 1);
	for (const char *at = value; *at != 0; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return FAIL(E_BUG, "header %s: control character", name);
	response->header[response->header_count++].name = name;
	return OK;
}

static bool has_header(const struct http_response *response, const char *name)
{
	for (size_t i = 0; i < response->header_count; i++)
		if (strcasecmp(response->header[i].name, name) == 0)
			return true;
	return false;
}

static bool add_headers(struct MHD_Response *out, const struct exchange *exchange)
{
	const struct http_response *response = &exchange->response;
	const struct {
		const char *name, *value;
	} always[] = {
		{ "Content-Type", response->media_type == NULL ? "application/json"
							       : response->media_type },
		{ "X-Request-Ref", exchange->request.ref },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cache-Control", "no-store" },
		{ "Content-Security-Policy",
			"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
			"form-action 'none'" },
	};
	bool good = true;
	for (size_t i = 0; i < response->header_count; i++)
		good = good && MHD_add_response_header(out, response->header[i].name,
				       response->header[i].value) == MHD_YES;
	for (size_t i = 0; i < COUNT(always); i++)
		if (!has_header(response, always[i].name))
			good = good && MHD_add_response_header(out, always[i].name,
					       always[i].value) == MHD_YES;
	return good;
}

static struct MHD_Response *make_response(struct exchange *exchange, uint64_t *size)
{
	struct http_response *response = &exchange->response;
	struct stat about;
	if (response->file_fd < 0) {
		*size = response->body.len;
		/* The exchange keeps the bytes until all are sent, and wipes them. */
		return MHD_create_response_from_buffer(response->body.len,
			response->body.data == NULL ? (void *)(uintptr_t) ""
						    : response->body.data,
			MHD_RESPMEM_PERSISTENT);
	}
	if (fstat(response->file_fd, &about) != 0 || !S_ISREG(about.st_mode))
		return NULL;
	*size = (uint64_t)about.st_size;
	struct MHD_Response *out =
		MHD_create_response_from_fd64(*size, response->file_fd);
	if (out != NULL)
		response->file_fd = -1; /* the library closes it */
	return out;
}

static enum MHD_Result answer(struct exchange *exchange)
{
	uint64_t size = 0;
	int status = exchange->response.status == 0 ? 200 : exchange->response.status;
	struct MHD_Response *out = make_response(exchange, &size);
	if (out == NULL)
		return MHD_NO;
	enum MHD_Result done = MHD_NO;
	if (add_headers(out, exchange))
		done = MHD_queue_response(exchange->connection, (unsigned)status, out);
	MHD_destroy_response(out);
	give_time(exchange->peer, size);
	return done;
}

/* The answer to an error, whatever the handler had begun. status 0: the err_code's. */
static enum MHD_Result refuse(struct exchange *exchange, int status, struct err err)
{
	struct http_response *response = &exchange->response;
	const char *route =
		exchange->match.route == NULL ? "" : exchange->match.route->path;
	if (status == 0)
		status = err_kind(err.code)->http_status;
	log_line(err_kind(err.code)->log_level, &exchange->request.subject,
		"request refused", "method", exchange->request.method, "route", route,
		"code", err_kind(err.code)->name, "error", err.text, "where", err.where,
		NULL);
	if (response->file_fd >= 0)
		close(response->file_fd);
	buf_clear(&response->body);
	*response = (struct http_response){ .status = status,
		.file_fd = -1,
		.body = BUF(4 * 1024) };
	if (status == 405)
		IGNORE(http_header(response, "Allow", "%s",
			exchange->match.allow)); /* fits: both have their size */
	if (status == 503)
		IGNORE(http_header(response, "Retry-After", "5")); /* a constant */
	IGNORE(http_refusal_body(status, err, exchange->request.ref,
		&response->body)); /* constants: fits */
	return answer(exchange);
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
	};
	if (media == MEDIA_NONE || media == MEDIA_ANY)
		return true;
	size_t len = strlen(names[media]);
	return type != NULL && strncasecmp(type, names[media], len) == 0 &&
	       strchr("; \t", type[len]) != NULL; /* the end, too */
}

/* R-NET-02: who it is, by the certificate that the handshake proved and the hook that knows people. */
static RESULT authenticate(struct exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	struct http_request *request = &exchange->request;
	const struct http_route *route = exchange->match.route;
	struct buf *certificate = &exchange->peer->certificate;
	if (certificate->len == 0)
		TRY(http_tls_certificate(exchange->connection, certificate));
	request->client_certificate = buf_view(certificate);
	if (certificate->len > 0 && settings->authenticate != NULL)
		TRY(settings->authenticate(settings->context, request));
	if (route->roles != 0 && (route->roles & request->role) == 0)
		return FAIL(E_DENIED, certificate->len == 0 ? "no client certificate"
							    : "role not in the row");
	return OK;
}

/* The row's refusals, before any byte of the body is read. status: of HTTP, 0 for the err_code's. */
static RESULT judge_head(struct exchange *exchange, const char *method,
	const char *version, int *status)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
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
	TRY(http_route_find(settings->routes, settings->route_count, method, target.path,
		&exchange->match));
	const struct http_route *route = exchange->match.route;
	if (route == NULL) {
		*status = 405;
		return FAIL(E_INPUT, "method");
	}
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

static enum MHD_Result take_head(struct exchange *exchange, const char *method,
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
	/* An answer at this point ends the connection, which saves us the body; without one it may stay. */
	if (err_is(err) && exchange->length > 0)
		return refuse(exchange, status, err);
	exchange->refused = err;
	exchange->refused_status = status;
	give_time(exchange->peer, exchange->body.max);
	return MHD_YES;
}

/* A chunked body shows its size only while it comes; the library cannot answer in the middle of it. */
static enum MHD_Result take_body(struct exchange *exchange, const char *upload,
	size_t *upload_len)
{
	size_t len = *upload_len;
	*upload_len = 0;
	if (!exchange->too_large &&
		err_is(buf_append(&exchange->body, blob_make(upload, len))))
		exchange->too_large = true;
	if (exchange->too_large)
		exchange->discarded += len;
	return exchange->discarded > HTTP_DISCARD_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result run_handler(struct exchange *exchange)
{
	const struct http_settings *settings = &exchange->peer->server->settings;
	if (err_is(exchange->refused))
		return refuse(exchange, exchange->refused_status, exchange->refused);
	if (exchange->too_large)
		return refuse(exchange, 413,
			FAIL(E_INPUT, "body: longer than %zu bytes", exchange->body.max));
	exchange->request.body = buf_view(&exchange->body);
	struct err err = exchange->match.route->handler(settings->context,
		&exchange->request, &exchange->response);
	if (err_is(err))
		return refuse(exchange, 0, err);
	log_debug(&exchange->request.subject, "request", "method",
		exchange->request.method, "route", exchange->match.route->path);
	return answer(exchange);
}

enum MHD_Result http_exchange_step(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *upload,
	size_t *upload_len, void **held)
{
	struct exchange *exchange = *held;
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
