/* session: a clerk's command talking to the LRA: settings, requests, refusals told in words, statements signed. */
#ifndef LRA_SESSION_H
#define LRA_SESSION_H

#include "common/json/json.h"
#include "common/net/client.h"
#include "common/proc/command.h"

struct session_settings {
	char *url, *ca;
	char *auth_certificate, *auth_key; /* to log in */
	char *sign_certificate,
		*sign_key; /* to sign decisions; may be left out by those who sign none */
};
struct session {
	struct command_call *call;
	struct session_settings settings;
	struct client *client;
};
/* Reads the profile file that --config names. */
RESULT session_open(struct command_call *call, struct session *out);
void session_close(struct session *session);
AUTO_DEFINE_HELD(struct session, session_close)
RESULT session_describe(struct buf *out);

/*
 * One request; the answer's bytes in raw (opened by the caller), parsed in out when that is not NULL. A refusal is printed
 * with all its faults and returned as the error it names.
 */
RESULT session_ask(struct session *session, const char *method, const char *path,
	struct blob body, struct buf *raw, struct json **out);

/* A query parameter behind the path, percent-encoded as a whole; NULL or "": none. */
RESULT session_add_query(struct buf *path, const char *name, const char *text);

/* Prints the refusal that an answer holds, and is the error it names. */
RESULT session_refusal(struct session *session, long status, const struct buf *raw);
/* The same with bytes of another kind. */
RESULT session_send(struct session *session, const char *method, const char *path,
	const char *media_type, struct blob body, struct buf *raw, struct json **out);

/* The answer's state, or with --json all of it. */
RESULT session_print_state(struct command_call *call, const struct buf *raw,
	const struct json *answer);

/* The receipt numbers that are arguments, then those of the file --list, one a line; an array. */
RESULT session_receipts(struct command_call *call, struct json **out);
/* GET of a body of any length into a file; its name must be free (E_IO), and half a file is none. */
RESULT session_fetch(struct session *session, const char *path, FILE *to);
RESULT session_fetch_file(struct session *session, const char *path, const char *name);

/* Bytes of a file, or of standard input for "-". */
RESULT session_read_file(const char *path, struct buf *out);

/*
 * Fetches a statement, shows it, asks unless --yes, signs it with key and certificate (PEM files), keeps it below --keep,
 * and posts it. name: of the files kept. answer: of the post.
 */
struct session_signing {
	const char *statement_path, *post_path, *name, *certificate_file, *key_file;
	/* For one signature over many: {"decision", "receiptNumbers"}; the statement is asked for by POST then. */
	const struct json *asked;
};
RESULT session_sign(struct session *session, const struct session_signing *signing,
	struct buf *raw, struct json **answer);

#endif
