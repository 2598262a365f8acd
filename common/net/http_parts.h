/* http_parts: what the files of the server share with each other; nobody else includes it. */
#ifndef COMMON_NET_HTTP_PARTS_H
#define COMMON_NET_HTTP_PARTS_H

#include <microhttpd.h>

#include "common/base/blob.h"
#include "common/net/http.h"
#include "common/net/http_route.h"

enum {
	HTTP_HEAD_MAX =
		32 *
		1024, /* memory of one connection: request line and headers must fit */
	HTTP_DISCARD_MAX =
		256 *
		1024, /* of a body too large without a length; then the connection ends */
	HTTP_PART_MAX = 8 * 1024 * 1024, /* of a body that comes in parts */
	HTTP_SLOWEST = 4 * 1024, /* bytes a second that a reader of an answer must take */
};

/* One open connection; a list, so that the slow ones can be found. */
struct http_peer {
	struct http_peer *next, *before;
	struct http_server *server;
	int fd;
	int64_t until_ms; /* monotonic; cut off then */
	int64_t since;    /* the clock's time at its begin */
	bool busy;        /* a request is under way, so that a stop lets it end */
	char address[48];
	struct buf certificate; /* DER of the peer, proved */
};

struct http_server {
	struct http_settings settings;
	int fd;
	uint16_t port;
	struct MHD_Daemon *daemon; /* while serving */
	struct http_peer *peers;
	bool stopping;
};

/* TLS: what GnuTLS allows, and the judgement on a client's certificate. */
extern const char http_tls_priorities[];
RESULT http_tls_check(const struct http_settings *settings);
/* Called when a connection begins: its handshake fails on a certificate that is not ours. */
void http_tls_watch(struct MHD_Connection *connection, bool wanted);
/* DER of the certificate that the handshake proved; nothing when there is none. */
RESULT http_tls_certificate(struct MHD_Connection *connection, struct buf *out);

/* One request and its answer; lives from the request line to the last byte of the answer. */
struct http_exchange {
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
	struct buf part; /* of a body that comes in parts, and how much of it is sent */
	size_t part_sent;
	struct http_sink sink;
	size_t sunk;  /* bytes that went there */
	char *target; /* query and parameters point into it */
	char *path;   /* as it came, for handlers and people */
};

/* The answer as the response says; refuse: to an error instead, whatever a handler had begun, status 0: the err_code's. */
enum MHD_Result http_answer(struct http_exchange *exchange);
enum MHD_Result http_refuse(struct http_exchange *exchange, int status, struct err err);
/* The peer may take the settings' time for its next step, and more for so many bytes. */
void http_give_time(struct http_peer *peer, uint64_t bytes);

/* The callbacks of one request; context: the server. */
void *http_exchange_open(void *context, const char *target,
	struct MHD_Connection *connection);
enum MHD_Result http_exchange_step(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *upload,
	size_t *upload_len, void **held);
void http_exchange_close(void *context, struct MHD_Connection *connection, void **held,
	enum MHD_RequestTerminationCode why);

/* The body of a refusal by HTTP itself (405, 413, 415) or of the error. */
RESULT http_refusal_body(int status, struct err err, const char *ref, struct buf *out);
/* The same with the one fault that the hook named. */
RESULT http_denial_body(struct err err, const struct fault_rule *rule, const char *ref,
	struct buf *out);

#endif
