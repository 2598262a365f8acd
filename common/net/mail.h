/* mail: one message to one recipient over SMTP (RFC 5321), through libcurl; the message is finished bytes (common/net/mime.h). */
#ifndef COMMON_NET_MAIL_H
#define COMMON_NET_MAIL_H

#include "common/base/secret.h"

struct mail_settings {
	const char *
		server; /* "smtp://relay.example:587" (STARTTLS, or nothing is sent), "smtps://relay.example:465" */
	const char *
		ca_file; /* PEM; the only trust anchors. NULL: no TLS, then only to this machine itself, 127.0.0.1 or [::1] */
	const char *user;              /* NULL: none is named */
	const struct secret *password; /* with user; never sent without TLS */
	int timeout_s;
};
struct mail;
/* No connection yet. E_INPUT: a server of another kind, or without TLS beyond this machine. */
RESULT mail_open(const struct mail_settings *settings, struct mail **out);
void mail_close(struct mail *mail);
AUTO_DEFINE(struct mail, mail_close)

/*
 * from, to: bare addresses, already judged (mailbox_to_ascii). One beyond ASCII needs a server with SMTPUTF8.
 * answer: what the server said last, of printable ASCII, "" when nothing was said.
 * E_POLICY: refused for good (5yz). E_RETRY: not now (4yz), or not reached. E_CRYPTO: not the server that ca_file vouches
 * for. When the connection broke behind the message's last octet, E_RETRY too: it may have been taken.
 */
enum { MAIL_ANSWER = 200 };
RESULT mail_send(struct mail *mail, const char *from, const char *to, struct blob message,
	char answer[static MAIL_ANSWER]);

#endif
