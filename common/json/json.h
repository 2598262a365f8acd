/* json: JSON (RFC 8259) through jansson: read with limits and without doubled names, written in one canonical form. */
#ifndef COMMON_JSON_JSON_H
#define COMMON_JSON_JSON_H

#include "common/base/blob.h"

struct json; /* a value; reference counted inside, one owner here */

/* E_INPUT with line and column: not JSON, not UTF-8, a NUL, a doubled name, too deep, longer than LIMIT_JSON. */
RESULT json_parse(struct blob text, struct json **out);
void json_free(struct json *json);
AUTO_DEFINE(struct json, json_free)

/* Members of an object; borrowed. E_INPUT names the member: absent, or of another type. */
RESULT json_get_object(const struct json *object, const char *name,
	const struct json **out);
RESULT json_get_array(const struct json *object, const char *name,
	const struct json **out);
RESULT json_get_text(const struct json *object, const char *name, const char **out);
RESULT json_get_int(const struct json *object, const char *name, int64_t *out);
RESULT json_get_bool(const struct json *object, const char *name, bool *out);
bool json_has(const struct json *object, const char *name); /* present and not null */
/* The text when present, else fallback. E_INPUT: present but not a text. */
RESULT json_get_text_or(const struct json *object, const char *name, const char *fallback,
	const char **out);
RESULT json_get_int_or(const struct json *object, const char *name, int64_t fallback,
	int64_t *out);
/* Base64 member to bytes appended to out. */
RESULT json_get_base64(const struct json *object, const char *name, struct buf *out);
/* A SHA-256 digest, 64 hex digits. */
RESULT json_get_digest(const struct json *object, const char *name,
	uint8_t out[static 32]);
/* E_INPUT naming the first member of the object that is not in the list (NULL-ended). */
RESULT json_only(const struct json *object, const char *const *names);
size_t json_count(const struct json *array);
const struct json *json_at(const struct json *array,
	size_t index);                              /* NULL beyond the end */
const char *json_as_text(const struct json *value); /* NULL: not a text */
bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
/* Walks the members of an object in their order: index 0 …; NULL beyond the end. */
const char *json_name_at(const struct json *object, size_t index,
	const struct json **value);

/* Each member of an object once, in their order: for those that may be many. */
void json_each(const struct json *object,
	void (*visit)(void *context, const struct json *object, const char *name,
		const struct json *value),
	void *context);

/* Building. Adding takes ownership of value, also on failure. Numbers are integers: money and floats do not occur. */
RESULT json_new_object(struct json **out);
RESULT json_new_array(struct json **out);
RESULT json_new_text(const char *text, struct json **out); /* E_INPUT: not UTF-8 */
RESULT json_new_copy(const struct json *value,
	struct json **out); /* whole, with all its members */
RESULT json_set(struct json *object, const char *name, struct json *value);
RESULT json_set_copy(struct json *object, const char *name, const struct json *value);
RESULT json_set_text(struct json *object, const char *name,
	const char *text); /* NULL pointer: null */
RESULT json_set_int(struct json *object, const char *name, int64_t number);
RESULT json_set_bool(struct json *object, const char *name, bool value);
RESULT json_set_hex(struct json *object, const char *name, struct blob bytes);
RESULT json_set_base64(struct json *object, const char *name, struct blob bytes);
RESULT json_set_time(struct json *object, const char *name,
	int64_t time); /* "2026-11-23T02:08:43Z" */
RESULT json_append(struct json *array, struct json *value);
RESULT json_append_text(struct json *array, const char *text);
RESULT json_append_int(struct json *array, int64_t number);

/* Compact, names sorted by bytes: the same value always gives the same bytes (signed statements rest on it). */
RESULT json_write(const struct json *json, struct buf *out);
/* Indented, in insertion order, for people. */
RESULT json_write_pretty(const struct json *json, struct buf *out);

#endif
