/* conf: configuration files (libconfig syntax) to structs. All faults are reported with file and line; unknown keys are refused. */
#ifndef COMMON_CONF_CONF_H
#define COMMON_CONF_CONF_H

#include "common/base/blob.h"

/* Faults found in files, each "file:line: key: reason"; without the line when a key is missing at the top. */
struct conf_faults {
	size_t count;
	char text[32][320];
};
RESULT conf_result(const struct conf_faults
		*faults); /* E_INPUT with the first and the number of the others */

/* Reading a tree. Nodes are borrowed from the file. */
struct conf;
struct conf_node;
/*
 * E_INPUT, with its line: not readable as a file, not UTF-8, longer than max bytes, wrong syntax, a doubled key, @include.
 * Refused too, because libconfig reads them as something else without a word: hexadecimal numbers, numbers beyond 32
 * bits without an L behind, and \x in strings.
 */
RESULT conf_load(const char *path, size_t max, struct conf **out);
void conf_free(struct conf *conf);
AUTO_DEFINE(struct conf, conf_free)
const char *conf_path(const struct conf *conf);
const struct conf_node *conf_root(const struct conf *conf);
const struct conf_node *conf_get(const struct conf_node *group,
	const char *key);                        /* NULL: absent */
size_t conf_count(const struct conf_node *list); /* members of a group, list or array */
const struct conf_node *conf_at(const struct conf_node *list, size_t index);
const char *conf_key(const struct conf_node *node); /* NULL in lists */
int conf_line(const struct conf_node *node);
const char *conf_as_text(const struct conf_node *node);       /* NULL: not a string */
bool conf_as_int(const struct conf_node *node, int64_t *out); /* false: not a number */
bool conf_as_bool(const struct conf_node *node, bool *out);
void conf_fault(struct conf_faults *faults, const struct conf_node *node,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Reading by table: path in the file → member of a struct. */
enum conf_type {
	CONF_TEXT,    /* char *, owned by the struct: conf_clear() frees it */
	CONF_INT,     /* int64_t */
	CONF_SECONDS, /* int64_t; written as a number or "90 d", "12 h", "15 min", "30 s" */
	CONF_BYTES,   /* int64_t; written as a number or "64 KiB", "1 MiB" */
	CONF_BOOL,    /* bool */
};
struct conf_item {
	const char *path; /* "http.listen" */
	enum conf_type type;
	size_t offset;
	bool required;
	int64_t min, max; /* of numbers; max 0: no bound */
	int64_t fallback;
	const char *fallback_text;
	const char *help; /* one sentence for the manual */
};
/*
 * Fills the struct, which was zeroed before; keys that no item names are faults, with the nearest right word. ignore: a
 * top-level key left to other readers, or NULL. A required text may not be empty.
 */
void conf_read(const struct conf *conf, const struct conf_item *items, size_t count,
	const char *ignore, void *out, struct conf_faults *faults);
void conf_clear(const struct conf_item *items, size_t count, void *out);
/* The table as a page of the manual, for -D. */
RESULT conf_describe(const struct conf_item *items, size_t count, struct buf *out);
/* "30 d" and the like to seconds, for profile files too. */
RESULT conf_seconds(const char *text, int64_t *out);

#endif
