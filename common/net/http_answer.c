#include <stdarg.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/net/http_parts.h"

enum { PART_ROOM = 32 * 1024 }; /* the library's own room for a part under way */

void http_give_time(struct http_peer *peer, uint64_t bytes)
{
	int64_t seconds = peer->server->settings.timeout_s > 0
				  ? peer->server->settings.timeout_s
				  : 30;
	peer->until_ms =
		clock_monotonic_ms() + (seconds + (int64_t)(bytes / HTTP_SLOWEST)) * 1000;
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

static bool add_headers(struct MHD_Response *out, const struct http_exchange *exchange)
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

/* The library asks for as much as it can send now. */
static ssize_t read_part(void *context, uint64_t at, char *out, size_t room)
{
	struct http_exchange *exchange = context;
	struct buf *part = &exchange->part;
	(void)at;
	if (exchange->part_sent == part->len) {
		exchange->part_sent = 0;
		buf_clear(part);
		struct err err =
			exchange->response.next(exchange->response.context, part);
		if (err_is(err)) {
			log_err(&exchange->request.subject, "answer cut off", err);
			return MHD_CONTENT_READER_END_WITH_ERROR;
		}
		if (part->len == 0)
			return MHD_CONTENT_READER_END_OF_STREAM;
		http_give_time(exchange->peer, part->len);
	}
	size_t len = part->len - exchange->part_sent;
	if (len > room)
		len = room;
	memcpy(out, part->data + exchange->part_sent, len);
	exchange->part_sent += len;
	return (ssize_t)len;
}

static struct MHD_Response *make_response(struct http_exchange *exchange, uint64_t *size)
{
	struct http_response *response = &exchange->response;
	struct stat about;
	*size = 0;
	if (response->next != NULL)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PART_ROOM,
			read_part, exchange, NULL);
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

enum MHD_Result http_answer(struct http_exchange *exchange)
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
	http_give_time(exchange->peer, size);
	return done;
}

/* The answer to an error, whatever the handler had begun. status 0: the err_code's. */
enum MHD_Result http_refuse(struct http_exchange *exchange, int status, struct err err)
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
	if (response->end != NULL)
		response->end(response->context);
	buf_clear(&response->body);
	*response = (struct http_response){ .status = status,
		.file_fd = -1,
		.body = BUF(4 * 1024) };
	if (status == 405)
		IGNORE(http_header(response, "Allow", "%s",
			exchange->match.allow)); /* fits: both have their size */
	if (status == 503)
		IGNORE(http_header(response, "Retry-After", "5")); /* a constant */
	/* Constants both: they fit. */
	if (exchange->request.refusal != NULL && err.code == E_DENIED)
		IGNORE(http_denial_body(err, exchange->request.refusal,
			exchange->request.ref, &response->body));
	else
		IGNORE(http_refusal_body(status, err, exchange->request.ref,
			&response->body));
	return http_answer(exchange);
}
