/*
 * transcript: what happened in the room, line by line in JSON (R-CA-KEY-03). Each line carries the SHA-256 of the line
 * before it, so that none can be taken out or changed later; the last one is held by the manifest. It never holds a secret.
 */
#ifndef CA_CEREMONY_TRANSCRIPT_H
#define CA_CEREMONY_TRANSCRIPT_H

#include "common/json/json.h"

struct transcript;

/*
 * Opens a new one, or one that an interrupted ceremony left, and checks its chain (E_CRYPTO). echo: where each line is
 * shown too, or NULL.
 */
RESULT transcript_open(const char *path, FILE *echo, struct transcript **out);
void transcript_close(struct transcript *transcript);
AUTO_DEFINE(struct transcript, transcript_close)
const struct json *transcript_first(
	const struct transcript *transcript); /* the old first line; NULL: it is new */

/* Appends one line durably. fields: an object, taken over; "number", "at", "event" and "previous" are added. */
RESULT transcript_add(struct transcript *transcript, int64_t now, const char *event,
	struct json *fields);

/* Walks a whole file. E_CRYPTO: with the line whose chain is broken. count: its lines. digest: of the last one. */
RESULT transcript_check(struct blob file, int64_t *count, uint8_t digest[static 32]);

#endif
