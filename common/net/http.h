/* http: the server, through libmicrohttpd with GnuTLS; routes are rows, the server refuses by row before a handler runs. */
#ifndef COMMON_NET_HTTP_H
#define COMMON_NET_HTTP_H

#include "common/base/blob.h"
#include "common/base/log.h"

/* NONE: no body. JSON: application/json; OCSP_REQUEST: application/ocsp-request; BYTES: application/octet-stream;
 * FORM: application/x-www-form-urlencoded. */
struct fault_rule;
struct http_route;

enum http_media {
	MEDIA_NONE,
	MEDIA_JSON,
	MEDIA_OCSP_REQUEST,
	MEDIA_BYTES,
	MEDIA_FORM,
	MEDIA_ANY
};

enum { HTTP_PARAMETERS = 3, HTTP_HEADERS = 8, HTTP_REF = 17 };

struct http_request {
	char ref[HTTP_REF]; /* stands in the answer's `ref` and in every log line */
	struct log_subject subject; /* ref and peer, for log_* */
	int64_t now;                /* read once at the entry */
	const char *method, *path,
		*query; /* path and query: still encoded, query "" when absent */
	const char *parameter
		[HTTP_PARAMETERS]; /* the {…} of the route's path, percent-decoded, checked UTF-8 */
	struct blob body;
	struct blob
		client_certificate; /* DER, proved by the TLS handshake; empty: none */
	int64_t connected_at;       /* when the handshake proved it */
	const struct http_route *route; /* the row, from the hook on */
	/* Set by the authenticate hook: */
	unsigned role;   /* what he may */
	char who[64];    /* who it is: an id, "" nobody */
	int64_t session; /* 0: none */
	bool fresh;      /* he proved himself a moment ago */
	const struct fault_rule
		*refusal; /* beside an error: the words that the peer gets with it */
	const char *
		language; /* "ja" or "en" from Accept-Language; "ja" when neither is asked for */
	const char *if_none_match; /* or NULL */
	void *sink;   /* the context of the body's sink; NULL: the body is above */
	void *server; /* private */
};

/* Takes a body in the parts in which it comes, so that none is held whole. */
struct http_sink {
	void *context; /* NULL: no sink */
	/* An error is the answer, in place of the handler's; what comes behind it is not asked for. */
	struct err (*put)(void *context, struct blob bytes);
	void (*free)(void *context); /* after the answer, or when the peer went away */
};

struct http_response {
	int status;             /* 200 unless set */
	const char *media_type; /* static; "application/json" unless set */
	struct buf body;        /* opened by the server with its maximum */
	int file_fd; /* >= 0: this file is the body instead; the server closes it */
	/*
	 * Not NULL: the body instead, of any length: appends the next part to the empty part; nothing: the end. Called as the
	 * peer reads on, between other requests. An error ends the connection, so that the peer sees that it is not whole.
	 */
	struct err (*next)(void *context, struct buf *part);
	void (*end)(void *context); /* in any case, when the exchange is over */
	void *context;
	size_t header_count;
	struct {
		const char *name;
		char value[256];
	} header[HTTP_HEADERS];
};
/*
 * Every answer has X-Request-Ref, X-Content-Type-Options: nosniff, Referrer-Policy: no-referrer, Cache-Control: no-store
 * and a Content-Security-Policy that allows nothing; a header of the same name set here stands instead.
 * E_BUG: too many, too long, or a control character (a value cannot begin another header).
 */
RESULT http_header(struct http_response *response, const char *name, const char *format,
	...) __attribute__((format(printf, 3, 4)));

typedef struct err (*http_handler)(void *context, const struct http_request *request,
	struct http_response *response);

struct http_route {
	const char *method;
	const char *
		path; /* "/v1/applications/{id}/approval"; a last "{*}" takes the rest of the path */
	unsigned roles; /* bits; 0: everybody, also without a certificate */
	enum http_media media;
	size_t max_body;
	http_handler handler;
	const char *summary; /* one line, held against openapi.yaml */
};

struct http_settings {
	const char *listen; /* "127.0.0.1:0", "[::1]:8443"; port 0: a free one */
	/* TLS 1.3 (1.2 at least) when certificate is set; PEM texts, borrowed while the server runs. */
	const char *certificate_pem, *key_pem, *client_ca_pem;
	const struct http_route *routes;
	size_t route_count;
	void *context; /* for handlers and hook */
	/* GET and HEAD of a path that no row has; NULL: 404. The hook is not asked. */
	const struct http_route *fallback;
	/* Says who it is, by client certificate (empty: none came) or headers; called once a request. E_DENIED refuses. */
	struct err (*authenticate)(void *context, struct http_request *request);
	/*
	 * Looks at each whole request before its row's handler; NULL: nobody does. An error refuses; a body that it wrote is
	 * then the answer.
	 */
	struct err (*examine)(void *context, const struct http_request *request,
		struct http_response *response);
	/*
	 * Asked behind the row's refusals whether this body goes into a sink; the handler then finds its context in
	 * request->sink, and nothing in request->body. An error refuses. NULL: no body does.
	 */
	struct err (*sink)(void *context, const struct http_request *request,
		struct http_sink *out);
	int timeout_s; /* of idle and slow connections */
	unsigned max_connections, max_per_address;
	size_t max_response;
};

struct http_server;
/*
 * Binds and listens, nothing more: workers forked afterwards share the socket, each then calls http_serve. The settings
 * and what they point to are borrowed until http_close. E_IO with the address when it is taken; E_INPUT: no such address;
 * E_CRYPTO: certificate or key cannot be used.
 */
RESULT http_listen(const struct http_settings *settings, struct http_server **out);
uint16_t http_port(const struct http_server *server);
/*
 * Serves in this thread until *stop is set (by a signal handler), then lets what is under way end, for two seconds at
 * most; calls tick every 200 ms at most, when not NULL. To be called behind proc_restrict (POWER_NET_SERVE).
 *
 * Before a handler runs, the row has refused: 400 a target, header or body that is not well formed; 404 no such path;
 * 405 with Allow; 403 by the hook or a role that the row does not name; 415 the media type; 413 more than max_body,
 * without reading it. A client certificate that does not chain to client_ca_pem or is not for clients ends the handshake.
 * Slow peers are cut off timeout_s after each step (handshake and head, body, keep-alive) and below 4 KiB/s of an answer.
 * The limits of connections count per worker.
 */
RESULT http_serve(struct http_server *server, const volatile int *stop,
	void (*tick)(void *context), void *context);
void http_close(struct http_server *server);
AUTO_DEFINE(struct http_server, http_close)

/*
 * The JSON that a peer gets for an error: code (the HTTP status), name (of the err_code), message_ja, message_en, ref.
 * Handlers return errors; the server calls this.
 */
RESULT http_error_body(struct err err, const char *ref, struct buf *out);
/*
 * With "faults": [{code, field, detail, clause, message_ja, message_en}] and "more": true when there were more than fit;
 * for E_POLICY answers: a handler writes it and sets the status itself.
 */
struct faults;
RESULT http_faults_body(enum err_code code, const struct faults *faults, const char *ref,
	struct buf *out);

/* A header of the request, or NULL; borrowed for the request. */
const char *http_request_header(const struct http_request *request, const char *name);

/* Value of one query parameter, percent-decoded. E_NOT_FOUND: absent. E_INPUT: malformed or too long. */
RESULT http_query(const struct http_request *request, const char *name, char *out,
	size_t size);
/* The same of a form's body (MEDIA_FORM). */
RESULT http_form(const struct http_request *request, const char *name, char *out,
	size_t size);
/* The same of what was typed into more than one line: ends of lines and tabs may be in it, other control characters not. */
RESULT http_form_lines(const struct http_request *request, const char *name, char *out,
	size_t size);

#endif
