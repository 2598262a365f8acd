/* http: the server, through libmicrohttpd with GnuTLS; routes are rows, the server refuses by row before a handler runs. */
#ifndef COMMON_NET_HTTP_H
#define COMMON_NET_HTTP_H

#include "common/base/blob.h"
#include "common/base/log.h"

enum http_media { MEDIA_NONE, MEDIA_JSON, MEDIA_OCSP_REQUEST, MEDIA_BYTES, MEDIA_ANY };

enum { HTTP_PARAMETERS = 3, HTTP_HEADERS = 8, HTTP_REF = 17 };

struct http_request {
	char ref[HTTP_REF];	   /* stands in the answer's `ref` and in every log line */
	struct log_subject subject; /* ref and peer, for log_* */
	int64_t now;		   /* read once at the entry */
	const char *method, *path, *query; /* query: raw, "" when absent */
	const char *parameter[HTTP_PARAMETERS]; /* the {…} of the route's path, percent-decoded, checked UTF-8 */
	struct blob body;
	struct blob client_certificate; /* DER, proved by the TLS handshake; empty: none */
	unsigned role;		   /* set by the authenticate hook */
	const void *caller;	   /* the same: who it is, for handlers; borrowed */
	const char *language;	   /* "ja" or "en" from Accept-Language; "ja" when neither is asked for */
	const char *if_none_match; /* or NULL */
	void *server;		   /* private */
};

struct http_response {
	int status;		/* 200 unless set */
	const char *media_type; /* static; "application/json" unless set */
	struct buf body;	/* opened by the server with its maximum */
	int file_fd;		/* >= 0: this file is the body instead; the server closes it */
	size_t header_count;
	struct { const char *name; char value[256]; } header[HTTP_HEADERS];
};
RESULT http_header(struct http_response *response, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

typedef struct err (*http_handler)(void *context, const struct http_request *request,
	struct http_response *response);

struct http_route {
	const char *method;
	const char *path;  /* "/v1/applications/{id}/approval"; a last "{*}" takes the rest of the path */
	unsigned roles;	   /* bits; 0: everybody, also without a certificate */
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
	/* Maps a client certificate to role and caller; called once a request when a certificate came. E_DENIED refuses. */
	struct err (*authenticate)(void *context, struct http_request *request);
	int timeout_s;		 /* of idle and slow connections */
	unsigned max_connections, max_per_address;
	size_t max_response;
};

struct http_server;
/* Binds. Workers forked afterwards share the socket. E_IO with the address when it is taken. */
RESULT http_listen(const struct http_settings *settings, struct http_server **out);
uint16_t http_port(const struct http_server *server);
/* Serves in this thread until *stop is set (by a signal handler); calls tick every 200 ms at most, when not NULL. */
RESULT http_serve(struct http_server *server, const volatile int *stop,
	void (*tick)(void *context), void *context);
void http_close(struct http_server *server);
AUTO_DEFINE(struct http_server, http_close)

/* The JSON that a peer gets for an error: code, name, message_ja, message_en, ref. Handlers return errors; the server calls this. */
RESULT http_error_body(struct err err, const char *ref, struct buf *out);
/* With the faults listed, for E_POLICY answers: a handler writes it and sets the status itself. */
struct faults;
RESULT http_faults_body(enum err_code code, const struct faults *faults, const char *ref, struct buf *out);

/* Value of one query parameter, percent-decoded. E_NOT_FOUND: absent. E_INPUT: malformed or too long. */
RESULT http_query(const struct http_request *request, const char *name, char *out, size_t size);

#endif
