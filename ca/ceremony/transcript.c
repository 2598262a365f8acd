#include "ca/ceremony/transcript.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"

enum { DIGEST = 32, FILE_MAX = 8 * 1024 * 1024 };

struct transcript {
	int fd;
	FILE *echo;
	int64_t count;
	uint8_t previous[DIGEST];
	struct json *first;
};

/* One line off the front, without its newline. */
static RESULT take_line(struct blob *rest, struct blob *out)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->len);
	if (end == NULL)
		return FAIL(E_CRYPTO, "its last line is cut off");
	*out = blob_make(rest->data, (size_t)(end - rest->data));
	*rest = blob_make(end + 1, rest->len - out->len - 1);
	return OK;
}

static RESULT check_line(struct blob line, int64_t number,
	const uint8_t previous[static DIGEST], struct json **out)
{
	AUTO(json_free) struct json *json = NULL;
	char want[2 * DIGEST + 1];
	const char *said;
	int64_t said_number;
	TRY(json_parse(line, &json));
	TRY(json_get_text(json, "previous", &said));
	TRY(json_get_int(json, "number", &said_number));
	hex_encode(blob_make(previous, DIGEST), want);
	if (strcmp(said, want) != 0 || said_number != number)
		return FAIL(E_CRYPTO, "the chain is broken");
	if (out != NULL)
		*out = MOVE(json);
	return OK;
}

static RESULT walk(struct blob rest, int64_t *count, uint8_t digest[static DIGEST],
	struct json **first)
{
	memset(digest, 0, DIGEST);
	*count = 0;
	while (rest.len > 0) {
		struct blob line;
		TRY_IN(take_line(&rest, &line), "line %lld", (long long)*count + 1);
		struct err err =
			check_line(line, *count + 1, digest, *count == 0 ? first : NULL);
		if (err_is(err))
			return FAIL(E_CRYPTO, "line %lld: %s", (long long)*count + 1,
				err.text);
		SHA256(line.data, line.len, digest);
		(*count)++;
	}
	return OK;
}

RESULT transcript_check(struct blob file, int64_t *count, uint8_t digest[static 32])
{
	return walk(file, count, digest, NULL);
}

RESULT transcript_open(const char *path, FILE *echo, struct transcript **out)
{
	AUTO(buf_clear) struct buf old = BUF(FILE_MAX);
	AUTO(transcript_close)
	struct transcript *transcript = calloc(1, sizeof *transcript);
	if (transcript == NULL)
		return FAIL(E_IO, "out of memory");
	transcript->echo = echo;
	transcript->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (transcript->fd < 0)
		return FAIL(E_IO, "%s: could not be opened", path);
	TRY(file_read(path, &old));
	TRY_IN(walk(buf_view(&old), &transcript->count, transcript->previous,
		       &transcript->first),
		"%s", path);
	*out = MOVE(transcript);
	return OK;
}

void transcript_close(struct transcript *transcript)
{
	if (transcript == NULL)
		return;
	if (transcript->fd >= 0)
		close(transcript->fd);
	json_free(transcript->first);
	free(transcript);
}

const struct json *transcript_first(const struct transcript *transcript)
{
	return transcript->first;
}

static RESULT finish_line(const struct transcript *transcript, int64_t now,
	const char *event, struct json *fields, struct buf *line)
{
	TRY(json_set_int(fields, "number", transcript->count + 1));
	TRY(json_set_time(fields, "at", now));
	TRY(json_set_text(fields, "event", event));
	TRY(json_set_hex(fields, "previous", BLOB(transcript->previous)));
	TRY(json_write(fields, line));
	return OK;
}

RESULT transcript_add(struct transcript *transcript, int64_t now, const char *event,
	struct json *fields)
{
	AUTO(json_free) struct json *owned = fields;
	AUTO(buf_clear) struct buf line = BUF(64 * KIB);
	uint8_t digest[DIGEST];
	TRY(finish_line(transcript, now, event, owned, &line));
	SHA256(line.data, line.len, digest);
	TRY(buf_append_text(&line, "\n"));
	/* In one write: a line is there as a whole, or cut off and then seen as such. */
	if (write(transcript->fd, line.data, line.len) != (ssize_t)line.len ||
		fsync(transcript->fd) != 0)
		return FAIL(E_IO, "transcript: could not be written");
	if (transcript->echo != NULL) {
		fputs(buf_text(&line), transcript->echo);
		fflush(transcript->echo);
	}
	memcpy(transcript->previous, digest, DIGEST);
	transcript->count++;
	return OK;
}
