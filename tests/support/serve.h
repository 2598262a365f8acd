/* serve: a server of its own for a test, in a child; certificates made by openssl. */
#ifndef TESTS_SUPPORT_SERVE_H
#define TESTS_SUPPORT_SERVE_H

#include "common/net/http.h"

enum { SERVE_LRA = 1, SERVE_RA = 2 };

/* The folder with ca.pem, server.pem, clerk.pem, foreign.pem, old.pem, mail.pem and a .key for each. */
const char *serve_folder(void);
bool serve_make_certificates(void);
void serve_drop_certificates(void);

struct serve {
	uint16_t port;
	int children[4];
	size_t count;
};
/* Starts `workers` children on one socket. tls: with client certificates asked for. change: may be NULL. */
bool serve_start(struct serve *serve, size_t workers, bool tls,
	void (*change)(struct http_settings *settings));
/* SIGTERM; true: all ended by themselves with 0, so without a leak or a report. */
bool serve_stop(struct serve *serve);

/* A connected socket with a timeout of 5 s. */
int serve_connect(const struct serve *serve);
/* Sends the bytes, reads until the end or the timeout; the status of the first answer, 0: none. */
int serve_talk(const struct serve *serve, const void *bytes, size_t len, char *answer,
	size_t size);
/* Runs a command line (sh) and takes its output; its exit code. */
int serve_shell(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
