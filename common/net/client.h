/* client: one HTTP request to a daemon or a mail server's peer, through libcurl; TLS by our own CA only. */
#ifndef COMMON_NET_CLIENT_H
#define COMMON_NET_CLIENT_H

#include "common/base/blob.h"

struct client_settings {
	const char *base_url;		/* "https://127.0.0.1:8443" */
	const char *ca_file;		/* PEM; the only trust anchors; NULL for plain HTTP */
	const char *certificate_file, *key_file; /* PEM; NULL: no client certificate */
	int timeout_s;
};
struct client;
RESULT client_open(const struct client_settings *settings, struct client **out);
void client_close(struct client *client);
AUTO_DEFINE(struct client, client_close)

/* body empty and method "GET": no body. out: opened with the most to accept. status: of HTTP. E_IO, E_RETRY: no answer. */
RESULT client_send(struct client *client, const char *method, const char *path, const char *media_type,
	struct blob body, long *status, struct buf *out);

#endif
