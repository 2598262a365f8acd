#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/net/http_parts.h"

enum { LOOK_MS = 200, STOP_MS = 2000, TIMEOUT_S = 30 };

static int64_t timeout_ms(const struct http_server *server)
{
	int seconds =
		server->settings.timeout_s > 0 ? server->settings.timeout_s : TIMEOUT_S;
	return (int64_t)seconds * 1000;
}

static void write_address(struct MHD_Connection *connection, char *out, socklen_t size)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *peer = info == NULL ? NULL : info->client_addr;
	const char *done = NULL;
	if (peer != NULL && peer->sa_family == AF_INET)
		done = inet_ntop(AF_INET,
			&((const struct sockaddr_in *)(const void *)peer)->sin_addr, out,
			size);
	else if (peer != NULL && peer->sa_family == AF_INET6)
		done = inet_ntop(AF_INET6,
			&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr,
			out, size);
	if (done == NULL)
		snprintf(out, size, "?");
}

static void peer_open(struct http_server *server, struct MHD_Connection *connection,
	void **held)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct http_peer *peer = calloc(1, sizeof *peer);
	if (peer == NULL)
		return; /* http_exchange_open finds none and ends the connection */
	peer->server = server;
	peer->fd = info == NULL ? -1 : info->connect_fd;
	peer->until_ms = clock_monotonic_ms() + timeout_ms(server);
	peer->since = clock_now();
	peer->certificate = BUF(LIMIT_CERT);
	write_address(connection, peer->address, sizeof peer->address);
	peer->next = server->peers;
	if (peer->next != NULL)
		peer->next->before = peer;
	server->peers = peer;
	*held = peer;
	http_tls_watch(connection, server->settings.client_ca_pem != NULL);
}

static void peer_close(struct http_server *server, struct http_peer *peer)
{
	if (peer == NULL)
		return;
	if (peer->next != NULL)
		peer->next->before = peer->before;
	if (peer->before != NULL)
		peer->before->next = peer->next;
	else
		server->peers = peer->next;
	buf_clear(&peer->certificate);
	free(peer);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **held,
	enum MHD_ConnectionNotificationCode what)
{
	switch (what) {
	case MHD_CONNECTION_NOTIFY_STARTED:
		peer_open(context, connection, held);
		break;
	case MHD_CONNECTION_NOTIFY_CLOSED:
		peer_close(context, *held);
		*held = NULL;
		break;
	}
}

/* The library's own timeout begins anew with each byte; a peer that sends one now and then would stay for ever. */
static void cut_slow(struct http_server *server)
{
	int64_t at = clock_monotonic_ms();
	for (struct http_peer *peer = server->peers; peer != NULL; peer = peer->next)
		if (peer->fd >= 0 &&
			(at >= peer->until_ms || (server->stopping && !peer->busy))) {
			/* The library sees the end and cleans up; it keeps the descriptor. */
			shutdown(peer->fd, SHUT_RDWR);
			peer->fd = -1;
		}
}

static void on_log(void *context, const char *format, va_list args)
{
	char text[400];
	(void)context;
	vsnprintf(text, sizeof text, format, args);
	text[strcspn(text, "\n")] = 0;
	log_debug(NULL, "http library", "text", text);
}

/* Targets stay as they came: our own decoding is stricter. */
static size_t keep_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

static RESULT start(struct http_server *server)
{
	const struct http_settings *settings = &server->settings;
	bool tls = settings->certificate_pem != NULL;
	struct MHD_OptionItem tls_items[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0,
			(void *)(uintptr_t)settings->certificate_pem },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)settings->key_pem },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(uintptr_t)http_tls_priorities },
		{ settings->client_ca_pem == NULL ? MHD_OPTION_END
						  : MHD_OPTION_HTTPS_MEM_TRUST,
			0, (void *)(uintptr_t)settings->client_ca_pem },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
	int fd = fcntl(server->fd, F_DUPFD_CLOEXEC,
		3); /* the library closes the one it is given */
	if (fd < 0)
		return FAIL(E_IO, "listening socket");
	server->daemon = MHD_start_daemon((unsigned)(MHD_USE_EPOLL | MHD_USE_ERROR_LOG |
						     (tls ? MHD_USE_TLS : 0)),
		0, NULL, NULL, http_exchange_step, server, MHD_OPTION_EXTERNAL_LOGGER,
		on_log, NULL, /* first: it hears of the others' faults */
		MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd, MHD_OPTION_URI_LOG_CALLBACK,
		http_exchange_open, server, MHD_OPTION_NOTIFY_COMPLETED,
		http_exchange_close, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
		server, MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEAD_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(timeout_ms(server) / 1000),
		MHD_OPTION_CONNECTION_LIMIT,
		settings->max_connections > 0 ? settings->max_connections : 1000u,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->max_per_address,
		MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_ARRAY, tls ? tls_items : none,
		MHD_OPTION_END);
	if (server->daemon == NULL) {
		close(fd);
		return FAIL(E_IO, "the http library did not start");
	}
	return OK;
}

RESULT http_serve(struct http_server *server, const volatile int *stop,
	void (*tick)(void *context), void *context)
{
	int64_t looked = 0, end = 0;
	server->stopping = false;
	TRY(start(server));
	for (;;) {
		int64_t at = clock_monotonic_ms();
		if (*stop && !server->stopping) {
			server->stopping = true;
			end = at + STOP_MS;
			int fd = MHD_quiesce_daemon(server->daemon);
			if (fd >= 0)
				close(fd);
		}
		if (server->stopping && (server->peers == NULL || at >= end))
			break;
		if (at - looked >= LOOK_MS || server->stopping) {
			looked = at;
			cut_slow(server);
			if (tick != NULL && !server->stopping)
				tick(context);
		}
		if (MHD_run_wait(server->daemon, server->stopping ? 10 : LOOK_MS) !=
			MHD_YES)
			log_debug(NULL, "http library", "text", "run");
	}
	MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
	return OK;
}
