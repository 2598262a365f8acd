#include "ca/lint/batch.h"

#include "common/base/limits.h"
#include "common/base/text.h"

enum {
	LENGTH = 4,
	/* The shortest item has 9 octets with its length, the shortest verdict 6: what is left of the frame always holds them. */
	SPOKEN_MOST = LIMIT_FRAME / 4,
};

static size_t length_at(const uint8_t *at)
{
	return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static RESULT judge_item(const struct lint_policy *policy, struct blob item,
	struct lint_findings *findings)
{
	const char *word[3];
	int64_t version;
	for (size_t i = 0; i < 3; i++) {
		const uint8_t *end =
			item.len == 0 ? NULL : memchr(item.data, 0, item.len);
		if (end == NULL)
			return FAIL(E_INPUT, "an item without its words");
		word[i] = (const char *)item.data;
		item = blob_make(end + 1, item.len - (size_t)(end + 1 - item.data));
	}
	TRY_IN(text_to_int(word[1], 1, INT32_MAX, &version), "version");
	lint_certificate(policy, word[0], version, word[2],
		(struct span){ item.data, item.len }, findings);
	return OK;
}

static RESULT answer_item(const struct lint_findings *findings, struct buf *out)
{
	static const uint8_t room[LENGTH];
	size_t at = out->len;
	TRY(buf_append(out, BLOB(room)));
	TRY(buf_append_text(out, findings->count == 0 ? "ok" : "no"));
	for (size_t i = 0; i < findings->count && out->len < SPOKEN_MOST; i++)
		TRY(buf_append_format(out, "\n%s: %s: %s", findings->row[i].rule->id,
			findings->row[i].rule->words, findings->row[i].detail));
	size_t len = out->len - at - LENGTH;
	for (size_t i = 0; i < LENGTH; i++)
		out->data[at + i] = (uint8_t)(len >> (24 - 8 * i));
	return OK;
}

RESULT batch_judge(const struct lint_policy *policy, struct blob frame, struct buf *out)
{
	out->len = 0;
	while (frame.len > 0) {
		struct lint_findings findings = { .count = 0 };
		if (frame.len < LENGTH || length_at(frame.data) > frame.len - LENGTH)
			return FAIL(E_INPUT, "an item that is cut off");
		size_t len = length_at(frame.data);
		TRY(judge_item(policy, blob_make(frame.data + LENGTH, len), &findings));
		TRY(answer_item(&findings, out));
		frame = blob_make(frame.data + LENGTH + len, frame.len - LENGTH - len);
	}
	return OK;
}
