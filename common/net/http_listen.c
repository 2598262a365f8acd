#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/net/http_parts.h"

enum { BACKLOG = 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* "127.0.0.1:80", "[::1]:80": numbers only, for a name could mean another machine tomorrow. */
static RESULT parse_address(const char *listen_at, union address *out, socklen_t *len)
{
	char host[64];
	int64_t port;
	const char *colon = strrchr(listen_at, ':');
	bool v6 = listen_at[0] == '[';
	if (colon == NULL || (v6 && colon[-1] != ']'))
		return FAIL(E_INPUT,
			"listen: %s: not of the form 127.0.0.1:80 or [::1]:80",
			listen_at);
	TRY_IN(text_to_int(colon + 1, 0, 65535, &port), "listen: %s: port", listen_at);
	struct blob name = blob_make(listen_at, (size_t)(colon - listen_at));
	if (v6)
		name = blob_make(listen_at + 1, name.len - 2);
	TRY_IN(text_from_blob(name, host, sizeof host), "listen: %s", listen_at);
	memset(out, 0, sizeof *out);
	if (v6 && inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons((uint16_t)port);
		*len = sizeof out->v6;
		return OK;
	}
	if (!v6 && inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons((uint16_t)port);
		*len = sizeof out->v4;
		return OK;
	}
	return FAIL(E_INPUT, "listen: %s: no IP address", listen_at);
}

static RESULT bind_to(const char *listen_at, int *out_fd, uint16_t *out_port)
{
	union address address;
	socklen_t len;
	int on = 1, off = 0;
	TRY(parse_address(listen_at, &address, &len));
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0);
	if (fd < 0)
		return FAIL(E_IO, "listen: %s: %s", listen_at, strerror(errno));
	/* A restart must not wait for old connections; [::] takes IPv4 too. */
	bool good = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
	if (address.any.sa_family == AF_INET6)
		good = good &&
		       setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0;
	good = good && bind(fd, &address.any, len) == 0 && listen(fd, BACKLOG) == 0 &&
	       getsockname(fd, &address.any, &len) == 0;
	if (!good) {
		struct err err = FAIL(E_IO, "listen: %s: %s", listen_at, strerror(errno));
		close(fd);
		return err;
	}
	*out_fd = fd;
	*out_port = ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
							    : address.v4.sin_port);
	return OK;
}

RESULT http_listen(const struct http_settings *settings, struct http_server **out)
{
	if (settings->certificate_pem != NULL)
		TRY(http_tls_check(settings));
	AUTO(http_close) struct http_server *server = calloc(1, sizeof *server);
	if (server == NULL)
		return FAIL(E_IO, "out of memory");
	server->settings = *settings;
	server->fd = -1;
	TRY(bind_to(settings->listen, &server->fd, &server->port));
	*out = MOVE(server);
	return OK;
}

uint16_t http_port(const struct http_server *server)
{
	return server->port;
}

void http_close(struct http_server *server)
{
	if (server == NULL)
		return;
	if (server->fd >= 0)
		close(server->fd);
	free(server);
}
