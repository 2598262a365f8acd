#include "common/json/json.h"

#include <jansson.h>

/* Names that jansson has as macros and we as functions. */
#undef json_is_object
#undef json_is_array

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"

/* jansson's own type behind our name: a struct json * is a json_t *, never anything else. */
static json_t *inner(const struct json *json)
{
	return (json_t *)(uintptr_t)json;
}

static struct json *outer(json_t *json)
{
	return (struct json *)json;
}

/* Depth is counted before parsing, outside of strings, so that the parser's own stack is never at stake. */
static bool too_deep(struct blob text)
{
	bool in_string = false;
	int depth = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > LIMIT_JSON_DEPTH)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

static bool has_real(json_t *value)
{
	const char *name;
	json_t *member;
	size_t i;
	if (json_is_real(value))
		return true;
	if (json_typeof(value) == JSON_OBJECT)
		json_object_foreach(value, name,
			member) if (has_real(member)) return true;
	if (json_typeof(value) == JSON_ARRAY)
		json_array_foreach(value, i, member) if (has_real(member)) return true;
	return false;
}

/*
 * jansson would seed its hash tables from /dev/urandom, which a restricted process cannot open, and then from the clock.
 * Without a seed that strangers cannot guess, they could choose names that all collide.
 */
static RESULT seed_once(void)
{
	static bool seeded; /* as jansson's own seed: one a process */
	size_t seed;
	if (seeded)
		return OK;
	TRY(random_bytes((uint8_t *)&seed, sizeof seed));
	json_object_seed(seed | 1); /* 0 would ask for another */
	seeded = true;
	return OK;
}

/* What jansson says, without the piece of the text that it quotes: that may be anything, and errors go to logs (R-LOG-06). */
static int words_of(const char *said)
{
	const char *quoted = strstr(said, " near '");
	size_t len = quoted == NULL ? strcspn(said, "'") : (size_t)(quoted - said);
	return (int)len;
}

RESULT json_parse(struct blob text, struct json **out)
{
	json_error_t error;
	TRY(seed_once());
	if (text.len > LIMIT_JSON)
		return FAIL(E_INPUT, "json: longer than %d bytes", LIMIT_JSON);
	/* jansson passes over a NUL behind a number. */
	if (text.len > 0 && memchr(text.data, 0, text.len) != NULL)
		return FAIL(E_INPUT, "json: a NUL");
	if (too_deep(text))
		return FAIL(E_INPUT, "json: deeper than %d", LIMIT_JSON_DEPTH);
	json_t *value = json_loadb(text.len == 0 ? "" : (const char *)text.data, text.len,
		JSON_REJECT_DUPLICATES, &error);
	if (value == NULL)
		return FAIL(E_INPUT, "json: line %d, column %d: %.*s", error.line,
			error.column, words_of(error.text), error.text);
	if (has_real(value)) {
		json_decref(value);
		return FAIL(E_INPUT, "json: a number that is not whole");
	}
	*out = outer(value);
	return OK;
}

void json_free(struct json *json)
{
	json_decref(inner(json));
}

/* A member of one type. */
static RESULT member(const struct json *object, const char *name, json_type type,
	const char *what, json_t **out)
{
	json_t *value = json_object_get(inner(object), name);
	if (value == NULL || json_is_null(value))
		return FAIL(E_INPUT, "%s: is missing", name);
	if (json_typeof(value) != type)
		return FAIL(E_INPUT, "%s: not %s", name, what);
	*out = value;
	return OK;
}

RESULT json_get_object(const struct json *object, const char *name,
	const struct json **out)
{
	json_t *value = NULL;
	TRY(member(object, name, JSON_OBJECT, "an object", &value));
	*out = outer(value);
	return OK;
}

RESULT json_get_array(const struct json *object, const char *name,
	const struct json **out)
{
	json_t *value = NULL;
	TRY(member(object, name, JSON_ARRAY, "an array", &value));
	*out = outer(value);
	return OK;
}

RESULT json_get_text(const struct json *object, const char *name, const char **out)
{
	json_t *value = NULL;
	TRY(member(object, name, JSON_STRING, "a text", &value));
	*out = json_string_value(value);
	return OK;
}

RESULT json_get_int(const struct json *object, const char *name, int64_t *out)
{
	json_t *value = NULL;
	TRY(member(object, name, JSON_INTEGER, "a whole number", &value));
	*out = json_integer_value(value);
	return OK;
}

RESULT json_get_bool(const struct json *object, const char *name, bool *out)
{
	json_t *value = json_object_get(inner(object), name);
	if (value == NULL || json_is_null(value))
		return FAIL(E_INPUT, "%s: is missing", name);
	if (!json_is_boolean(value))
		return FAIL(E_INPUT, "%s: not true or false", name);
	*out = json_is_true(value);
	return OK;
}

bool json_has(const struct json *object, const char *name)
{
	json_t *value = json_object_get(inner(object), name);
	return value != NULL && !json_is_null(value);
}

RESULT json_get_text_or(const struct json *object, const char *name, const char *fallback,
	const char **out)
{
	if (json_has(object, name))
		return json_get_text(object, name, out);
	*out = fallback;
	return OK;
}

RESULT json_get_int_or(const struct json *object, const char *name, int64_t fallback,
	int64_t *out)
{
	if (json_has(object, name))
		return json_get_int(object, name, out);
	*out = fallback;
	return OK;
}

RESULT json_get_digest(const struct json *object, const char *name,
	uint8_t out[static 32])
{
	AUTO(buf_clear) struct buf bytes = BUF(32);
	const char *hex;
	TRY(json_get_text(object, name, &hex));
	TRY_IN(hex_decode(hex, &bytes), "%s", name);
	if (bytes.len != 32)
		return FAIL(E_INPUT, "%s: not 64 hex digits", name);
	memcpy(out, bytes.data, 32);
	return OK;
}

RESULT json_get_base64(const struct json *object, const char *name, struct buf *out)
{
	const char *text;
	TRY(json_get_text(object, name, &text));
	TRY_IN(base64_decode(blob_text(text), out), "%s", name);
	return OK;
}

RESULT json_only(const struct json *object, const char *const *names)
{
	const char *name;
	json_t *value = NULL;
	if (!json_is_object(object))
		return FAIL(E_INPUT, "not an object");
	json_object_foreach(inner(object), name, value)
	{
		size_t i = 0;
		while (names[i] != NULL && strcmp(names[i], name) != 0)
			i++;
		if (names[i] == NULL)
			return FAIL(E_INPUT, "%.60s: no such member", name);
	}
	return OK;
}

size_t json_count(const struct json *array)
{
	return json_is_array(array) ? json_array_size(inner(array)) : 0;
}

const struct json *json_at(const struct json *array, size_t index)
{
	return outer(json_array_get(inner(array), index));
}

const char *json_as_text(const struct json *value)
{
	return value == NULL ? NULL : json_string_value(inner(value));
}

bool json_is_object(const struct json *value)
{
	return value != NULL && json_typeof(inner(value)) == JSON_OBJECT;
}

bool json_is_array(const struct json *value)
{
	return value != NULL && json_typeof(inner(value)) == JSON_ARRAY;
}

const char *json_name_at(const struct json *object, size_t index,
	const struct json **value)
{
	void *at = json_object_iter(inner(object));
	while (at != NULL && index-- > 0)
		at = json_object_iter_next(inner(object), at);
	if (at == NULL)
		return NULL;
	*value = outer(json_object_iter_value(at));
	return json_object_iter_key(at);
}

void json_each(const struct json *object,
	void (*visit)(void *context, const struct json *object, const char *name,
		const struct json *value),
	void *context)
{
	const char *name;
	json_t *value = NULL;
	json_object_foreach(inner(object), name, value)
		visit(context, object, name, outer(value));
}

/* ---- building */

static RESULT made(json_t *value, struct json **out)
{
	if (value == NULL)
		return FAIL(E_IO, "out of memory");
	*out = outer(value);
	return OK;
}

RESULT json_new_object(struct json **out)
{
	TRY(seed_once());
	return made(json_object(), out);
}

RESULT json_new_array(struct json **out)
{
	return made(json_array(), out);
}

RESULT json_new_text(const char *text, struct json **out)
{
	json_t *value = json_string(text);
	if (value == NULL)
		return FAIL(E_INPUT, "json: a text that is not UTF-8");
	*out = outer(value);
	return OK;
}

RESULT json_new_copy(const struct json *value, struct json **out)
{
	return made(json_deep_copy(inner(value)), out);
}

RESULT json_set(struct json *object, const char *name, struct json *value)
{
	if (value == NULL || json_object_set_new(inner(object), name, inner(value)) != 0)
		return FAIL(E_INPUT, "%s: cannot be written as JSON (not UTF-8)", name);
	return OK;
}

RESULT json_set_copy(struct json *object, const char *name, const struct json *value)
{
	return json_set(object, name, outer(json_deep_copy(inner(value))));
}

RESULT json_set_text(struct json *object, const char *name, const char *text)
{
	/* jansson refuses what is not UTF-8: a NULL then, which json_set() turns into an error. */
	return json_set(object, name,
		outer(text == NULL ? json_null() : json_string(text)));
}

RESULT json_set_int(struct json *object, const char *name, int64_t number)
{
	return json_set(object, name, outer(json_integer(number)));
}

RESULT json_set_bool(struct json *object, const char *name, bool value)
{
	return json_set(object, name, outer(json_boolean(value)));
}

RESULT json_set_hex(struct json *object, const char *name, struct blob bytes)
{
	AUTO(buf_clear) struct buf text = BUF(2 * bytes.len);
	TRY(hex_append(&text, bytes));
	return json_set_text(object, name, buf_text(&text));
}

RESULT json_set_base64(struct json *object, const char *name, struct blob bytes)
{
	AUTO(buf_clear) struct buf text = BUF((bytes.len + 2) / 3 * 4);
	TRY(base64_append(&text, bytes));
	return json_set_text(object, name, buf_text(&text));
}

RESULT json_set_time(struct json *object, const char *name, int64_t time)
{
	char text[CLOCK_TEXT];
	clock_text(time, text);
	return json_set_text(object, name, text);
}

RESULT json_append(struct json *array, struct json *value)
{
	if (value == NULL || json_array_append_new(inner(array), inner(value)) != 0)
		return FAIL(E_INPUT, "a member cannot be written as JSON (not UTF-8)");
	return OK;
}

RESULT json_append_text(struct json *array, const char *text)
{
	return json_append(array, outer(json_string(text)));
}

RESULT json_append_int(struct json *array, int64_t number)
{
	return json_append(array, outer(json_integer(number)));
}

/* ---- writing for people; for machines: canonical.c */

static int append(const char *text, size_t len, void *context)
{
	return err_is(buf_append(context, blob_make(text, len))) ? -1 : 0;
}

RESULT json_write_pretty(const struct json *json, struct buf *out)
{
	size_t before = out->len;
	if (json_dump_callback(inner(json), append, out,
		    JSON_INDENT(2) | JSON_ENCODE_ANY) == 0)
		return OK;
	out->len = before;
	if (out->data != NULL)
		out->data[before] = 0;
	return FAIL(E_INPUT, "json: longer than %zu bytes", out->max);
}
