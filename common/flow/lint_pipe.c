#include "common/flow/lint_pipe.h"

#include "common/base/text.h"
#include "common/proc/proc.h"

enum { LENGTH = 4, FIRST_MAX = 150 };

static void put_length(uint8_t out[static LENGTH], size_t len)
{
	for (size_t i = 0; i < LENGTH; i++)
		out[i] = (uint8_t)(len >> (8 * (LENGTH - 1 - i)));
}

static RESULT append_item(const struct lint_item *item, struct buf *room)
{
	size_t at = room->len;
	uint8_t length[LENGTH] = { 0 };
	TRY(buf_append(room, BLOB(length)));
	/* Each text with its NUL: "profile\0version\0issuer\0", then the DER. */
	TRY(buf_append_format(room, "%s%c%lld%c%s%c", item->profile, 0,
		(long long)item->profile_version, 0, item->issuer, 0));
	TRY(buf_append(room, item->tbs));
	put_length(room->data + at, room->len - at - LENGTH);
	return OK;
}

RESULT lint_pipe_send(int fd, const struct lint_item *items, size_t count,
	struct buf *room)
{
	room->len = 0;
	for (size_t i = 0; i < count; i++)
		TRY(append_item(&items[i], room));
	TRY_IN(frame_send(fd, buf_view(room)), "linter");
	return OK;
}

static RESULT take_answer(struct blob *rest, struct blob *out)
{
	size_t len = 0;
	if (rest->len < LENGTH)
		return FAIL(E_IO, "linter: an answer is missing");
	for (size_t i = 0; i < LENGTH; i++)
		len = len << 8 | rest->data[i];
	if (len > rest->len - LENGTH)
		return FAIL(E_IO, "linter: an answer is cut off");
	*out = blob_make(rest->data + LENGTH, len);
	*rest = blob_make(rest->data + LENGTH + len, rest->len - LENGTH - len);
	return OK;
}

/* Anything but exactly "ok" or "no" with its findings is no verdict. */
static RESULT judge(struct blob answer, struct err *out)
{
	char words[FIRST_MAX] = "";
	size_t more = 0, len = 0;
	if (blob_is_text(answer, "ok")) {
		*out = OK;
		return OK;
	}
	if (answer.len < 2 || memcmp(answer.data, "no", 2) != 0 ||
		(answer.len > 2 && answer.data[2] != '\n'))
		return FAIL(E_IO, "linter: not a verdict");
	for (size_t i = 3; i < answer.len; i++) {
		if (answer.data[i] == '\n')
			more++;
		else if (more == 0 && len < sizeof words - 1)
			words[len++] = (char)answer.data[i];
	}
	if (!text_is_utf8(blob_make(words, len)))
		words[0] = 0; /* cut within a character */
	*out = more == 0 ? FAIL(E_POLICY, "lint: %s", words)
			 : FAIL(E_POLICY, "lint: %s (and %zu more)", words, more);
	return OK;
}

RESULT lint_pipe_receive(int fd, size_t count, struct buf *room, struct err *verdicts)
{
	struct err err = frame_receive(fd, room, NULL);
	if (err_is(err))
		return FAIL(E_IO, "linter: %s", err.text);
	struct blob rest = buf_view(room), answer;
	for (size_t i = 0; i < count; i++) {
		TRY(take_answer(&rest, &answer));
		TRY(judge(answer, &verdicts[i]));
	}
	return rest.len == 0 ? OK : FAIL(E_IO, "linter: more answers than questions");
}
