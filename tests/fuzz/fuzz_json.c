/* JSON: whatever the bytes, reading ends without harm; what is read has one canonical form that is read as the same. */
#include "common/json/json.h"

#include <jansson.h>

#undef json_is_object
#undef json_is_array

#include "common/base/limits.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void walk(const struct json *value, int depth)
{
	const struct json *member;
	const char *name;
	must(depth <= LIMIT_JSON_DEPTH);
	for (size_t i = 0; i < json_count(value); i++)
		walk(json_at(value, i), depth + 1);
	for (size_t i = 0;
		json_is_object(value) && (name = json_name_at(value, i, &member)) != NULL;
		i++) {
		int64_t number;
		struct err err = json_get_int(value, name, &number);
		must(!err_is(err) || err.code == E_INPUT);
		walk(member, depth + 1);
	}
}

/* jansson's own writer, which is slower, gives the same. */
static void check_jansson(const struct json *json, const struct buf *ours)
{
	char *theirs = json_dumps((json_t *)(uintptr_t)json,
		JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	must(theirs != NULL && strcmp(theirs, buf_text(ours)) == 0);
	free(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(json_free) struct json *first = NULL;
	AUTO(json_free) struct json *second = NULL;
	AUTO(buf_clear) struct buf once = BUF(6 * LIMIT_JSON);
	AUTO(buf_clear) struct buf twice = BUF(6 * LIMIT_JSON);
	struct err err = json_parse(blob_make(data, size), &first);
	if (err_is(err)) {
		must(err.code == E_INPUT && first == NULL);
		return 0;
	}
	must(size > 0 && memchr(data, 0, size) == NULL);
	walk(first, 0);
	must(!err_is(json_write(first, &once)));
	check_jansson(first, &once);
	/* Control characters may come out longer than they went in, never the other way beyond the limit. */
	if (once.len > LIMIT_JSON)
		return 0;
	must(!err_is(json_parse(buf_view(&once), &second)));
	must(!err_is(json_write(second, &twice)));
	must(blob_equal(buf_view(&once), buf_view(&twice)));
	return 0;
}
