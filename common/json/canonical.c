/*
 * The canonical form of JSON: compact, names sorted by bytes, texts with the shortest escapes. Signed statements rest on it, and
 * every order is written several times while it is judged: jansson's own writer looks for loops and sorts at each object, which
 * cost half of the judging. tests/fuzz/fuzz_json.c holds both beside each other.
 */
#include "common/json/json.h"

#include <jansson.h>

/* Names that jansson has as macros and we as functions. */
#undef json_is_object
#undef json_is_array

#include "common/base/limits.h"

enum { NAMES_IN_PLACE = 64 };

static RESULT put(struct buf *out, const char *text, size_t len)
{
	return buf_append(out, blob_make(text, len));
}

static RESULT put_escape(struct buf *out, unsigned char c)
{
	static const char letters[32] = { ['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't' };
	const char two[2] = { '\\', c < 32 ? letters[c] : (char)c };
	if (two[1] != 0)
		return put(out, two, 2);
	return buf_append_format(out, "\\u%04X", c);
}

static RESULT put_text(struct buf *out, const char *text, size_t len)
{
	size_t plain = 0; /* first that is not written yet */
	TRY(put(out, "\"", 1));
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 32 && c != '"' && c != '\\')
			continue;
		TRY(put(out, text + plain, i - plain));
		TRY(put_escape(out, c));
		plain = i + 1;
	}
	TRY(put(out, text + plain, len - plain));
	return put(out, "\"", 1);
}

static RESULT put_value(struct buf *out, json_t *value, int depth);

static int by_bytes(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool is_sorted(const char *const *names, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(names[i - 1], names[i]) > 0)
			return false;
	return true;
}

/* names: room for every member. */
static RESULT put_members(struct buf *out, json_t *object, const char **names, int depth)
{
	const char *name;
	json_t *member;
	size_t count = 0;
	json_object_foreach(object, name, member) names[count++] = name;
	if (!is_sorted(names, count))
		qsort(names, count, sizeof *names, by_bytes);
	TRY(put(out, "{", 1));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			TRY(put(out, ",", 1));
		TRY(put_text(out, names[i], strlen(names[i])));
		TRY(put(out, ":", 1));
		TRY(put_value(out, json_object_get(object, names[i]), depth));
	}
	return put(out, "}", 1);
}

static RESULT put_object(struct buf *out, json_t *object, int depth)
{
	const char *in_place[NAMES_IN_PLACE];
	size_t count = json_object_size(object);
	if (count <= NAMES_IN_PLACE)
		return put_members(out, object, in_place, depth);
	const char **names = calloc(count, sizeof *names);
	if (names == NULL)
		return FAIL(E_IO, "out of memory");
	struct err err = put_members(out, object, names, depth);
	free(names);
	return err;
}

static RESULT put_array(struct buf *out, json_t *array, int depth)
{
	json_t *member;
	size_t i;
	TRY(put(out, "[", 1));
	json_array_foreach(array, i, member)
	{
		if (i > 0)
			TRY(put(out, ",", 1));
		TRY(put_value(out, member, depth));
	}
	return put(out, "]", 1);
}

static RESULT put_value(struct buf *out, json_t *value, int depth)
{
	if (depth == 0)
		return FAIL(E_INPUT, "json: deeper than %d", LIMIT_JSON_DEPTH);
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(out, value, depth - 1);
	case JSON_ARRAY:
		return put_array(out, value, depth - 1);
	case JSON_STRING:
		return put_text(out, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		return buf_append_format(out, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	case JSON_TRUE:
		return put(out, "true", 4);
	case JSON_FALSE:
		return put(out, "false", 5);
	case JSON_NULL:
		return put(out, "null", 4);
	case JSON_REAL: /* neither read nor made */
		break;
	}
	return FAIL(E_BUG, "json: a number that is not whole");
}

/* All of it, or nothing: half a document behind what was there would be read as one. */
RESULT json_write(const struct json *json, struct buf *out)
{
	size_t before = out->len;
	struct err err = put_value(out, (json_t *)(uintptr_t)json, LIMIT_JSON_DEPTH + 1);
	if (!err_is(err))
		return OK;
	out->len = before;
	if (out->data != NULL)
		out->data[before] = 0;
	return FAIL(err.code, "json: %s", err.text);
}
