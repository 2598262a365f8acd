/* client: one HTTP request to a daemon or a mail server's peer, through libcurl; TLS by our own CA only. */
#ifndef COMMON_NET_CLIENT_H
#define COMMON_NET_CLIENT_H

#include <stdio.h>

#include "common/base/blob.h"

struct client_settings {
	const char *base_url; /* "https://127.0.0.1:8443" */
	const char *ca_file;  /* PEM; the only trust anchors; NULL for plain HTTP */
	const char *certificate_file, *key_file; /* PEM; NULL: no client certificate */
	int timeout_s;                           /* of a whole request */
};
struct client;
/*
 * No connection yet. E_INPUT: ca_file without https or the other way round (no plaintext fallback, R-LRA-14), or a
 * certificate without its key.
 */
RESULT client_open(const struct client_settings *settings, struct client **out);
void client_close(struct client *client);
AUTO_DEFINE(struct client, client_close)

/*
 * body empty and method "GET": no body. media_type NULL: none is named. out: opened with the most to accept, gets the
 * body of any status. status: of HTTP; redirects are not followed, proxies of the environment not asked.
 * E_RETRY: not reached or timed out.  E_CRYPTO: not the server that ca_file vouches for, or it refused our certificate.
 * E_INPUT: a path without its slash, or an answer longer than out may hold.  E_IO: anything else.
 */
RESULT client_send(struct client *client, const char *method, const char *path,
	const char *media_type, struct blob body, long *status, struct buf *out);

/* POST with headers of the caller's beside: lines "name: value", NULL-ended; the caller vouches for what stands in them. */
RESULT client_post(struct client *client, const char *path, const char *const *headers,
	const char *media_type, struct blob body, long *status, struct buf *out);

/*
 * GET of a body of any length, written to the file as it comes, when the status is 2xx; else into refusal. No limit of
 * time, but less than a kilobyte in timeout_s ends it. E_IO: cut off by the server, or could not write: the file is not whole.
 */
RESULT client_fetch(struct client *client, const char *path, FILE *to, long *status,
	struct buf *refusal);

#endif
