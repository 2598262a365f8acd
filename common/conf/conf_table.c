/* Reading by table: paths of a file into members of a struct. */
#include "common/base/limits.h"
#include "common/base/near.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/conf/conf_inner.h"

enum { PATH_MAX_LEN = 160 };

struct unit {
	const char *word;
	int64_t factor;
};

static RESULT with_unit(const char *text, const struct unit *units, size_t count,
	int64_t *out)
{
	char digits[24];
	size_t len = strspn(text, "0123456789");
	const char *word = text + len + strspn(text + len, " ");
	int64_t number;
	if (len == 0 || len >= sizeof digits)
		return FAIL(E_INPUT, "\"%.40s\" is not a number with a unit", text);
	memcpy(digits, text, len);
	digits[len] = 0;
	TRY(text_to_int(digits, 0, INT64_MAX / (1 << 30), &number));
	for (size_t i = 0; i < count; i++)
		if (strcmp(units[i].word, word) == 0) {
			*out = number * units[i].factor;
			return OK;
		}
	return FAIL(E_INPUT, "\"%.40s\" has no unit that is known here, such as %s", text,
		units[count - 1].word);
}

RESULT conf_seconds(const char *text, int64_t *out)
{
	static const struct unit units[] = { { "s", 1 }, { "min", MINUTE }, { "h", HOUR },
		{ "d", DAY } };
	return with_unit(text, units, COUNT(units), out);
}

static RESULT conf_bytes(const char *text, int64_t *out)
{
	static const struct unit units[] = { { "B", 1 }, { "KiB", KIB }, { "MiB", MIB },
		{ "GiB", 1 << 30 } };
	return with_unit(text, units, COUNT(units), out);
}

/* ---- names: the nearest right word helps whoever mistyped one */

static size_t parts_of(const char *path)
{
	size_t parts = 1;
	for (; *path != 0; path++)
		parts += *path == '.';
	return parts;
}

/* The item's path, cut to as many parts as the wrong one has: a group's name may be mistyped as well. */
static void cut(const char *path, size_t parts, char out[static PATH_MAX_LEN])
{
	size_t len = 0;
	for (; path[len] != 0 && len < PATH_MAX_LEN - 1; len++)
		if (path[len] == '.' && --parts == 0)
			break;
	memcpy(out, path, len);
	out[len] = 0;
}

/* The nearest right path for a wrong one, or the same last part in another group; empty when there is none. */
static void find_near(const char *wrong, const struct conf_item *items, size_t count,
	char out[static PATH_MAX_LEN])
{
	const char *dot = strrchr(wrong, '.');
	const char *last = dot == NULL ? wrong : dot + 1;
	size_t least = SIZE_MAX;
	out[0] = 0;
	for (size_t i = 0; i < count; i++) {
		char right[PATH_MAX_LEN];
		cut(items[i].path, parts_of(wrong), right);
		size_t far = near_distance(wrong, right);
		if (far < least && near_is_slip(wrong, right, far)) {
			least = far;
			cut(items[i].path, parts_of(wrong), out);
		}
	}
	for (size_t i = 0; i < count && least == SIZE_MAX; i++) {
		const char *end = strrchr(items[i].path, '.');
		if (strcmp(end == NULL ? items[i].path : end + 1, last) == 0) {
			cut(items[i].path, SIZE_MAX, out);
			return;
		}
	}
}

/* Is the path one of the table, or a group that one of the table stands in. */
static bool is_known(const char *path, const struct conf_item *items, size_t count,
	bool *group)
{
	size_t len = strlen(path);
	*group = false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(items[i].path, path) == 0)
			return true;
		if (strncmp(items[i].path, path, len) == 0 && items[i].path[len] == '.')
			*group = true;
	}
	return *group;
}

static void fault_unknown(const struct conf_node *node, const char *path,
	const struct conf_item *items, size_t count, struct conf_faults *faults)
{
	char near[PATH_MAX_LEN];
	find_near(path, items, count, near);
	if (near[0] == 0)
		conf_fault(faults, node, "%s: no such setting", path);
	else
		conf_fault(faults, node, "%s: no such setting; did you mean %s?", path,
			near);
}

static void refuse_unknown(const struct conf_node *group, const char *before,
	const struct conf_item *items, size_t count, const char *ignore,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *member = conf_at(group, i);
		char path[PATH_MAX_LEN];
		bool inside;
		snprintf(path, sizeof path, "%s%s%s", before, *before == 0 ? "" : ".",
			conf_key(member));
		if (*before == 0 && ignore != NULL && strcmp(path, ignore) == 0)
			continue;
		if (!is_known(path, items, count, &inside))
			fault_unknown(member, path, items, count, faults);
		else if (inside && !conf_is_group(member))
			conf_fault(faults, member, "%s: not a group of settings in { }",
				path);
		else if (inside)
			refuse_unknown(member, path, items, count, NULL, faults);
	}
}

/* ---- values */

/* NULL: absent; *nearest is then the innermost group on the way that is there, whose line helps. */
static const struct conf_node *find(const struct conf_node *root, const char *path,
	const struct conf_node **nearest)
{
	char part[80];
	const struct conf_node *node = root;
	for (;;) {
		size_t len = strcspn(path, ".");
		if (len >= sizeof part)
			return NULL;
		memcpy(part, path, len);
		part[len] = 0;
		*nearest = node;
		node = conf_get(node, part);
		if (node == NULL || path[len] == 0)
			return node;
		path += len + 1;
	}
}

static void check_range(const struct conf_node *node, const struct conf_item *item,
	int64_t value, struct conf_faults *faults)
{
	if (value < item->min)
		conf_fault(faults, node, "%s: %lld is less than %lld", item->path,
			(long long)value, (long long)item->min);
	else if (item->max != 0 && value > item->max)
		conf_fault(faults, node, "%s: %lld is more than %lld", item->path,
			(long long)value, (long long)item->max);
}

static void read_number(const struct conf_node *node, const struct conf_item *item,
	int64_t *out, struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	struct err err = OK;
	if (text != NULL && item->type == CONF_SECONDS)
		err = conf_seconds(text, out);
	else if (text != NULL && item->type == CONF_BYTES)
		err = conf_bytes(text, out);
	else if (!conf_as_int(node, out))
		err = FAIL(E_INPUT, "not a number");
	if (err_is(err))
		conf_fault(faults, node, "%s: %s", item->path, err.text);
	else
		check_range(node, item, *out, faults);
}

static void keep_text(const struct conf_node *node, const struct conf_item *item,
	const char *text, char **out, struct conf_faults *faults)
{
	free(*out);
	*out = text == NULL ? NULL : strdup(text);
	if (text != NULL && *out == NULL)
		conf_fault(faults, node, "%s: out of memory", item->path);
}

static void read_text(const struct conf_node *node, const struct conf_item *item,
	char **out, struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	if (text == NULL)
		conf_fault(faults, node, "%s: not a text", item->path);
	else if (item->required && *text == 0)
		conf_fault(faults, node, "%s: is empty", item->path);
	else
		keep_text(node, item, text, out, faults);
}

static void read_absent(const struct conf_node *group, const struct conf_item *item,
	void *member, struct conf_faults *faults)
{
	if (item->required)
		conf_fault(faults, group, "%s: is missing", item->path);
	else if (item->type == CONF_TEXT)
		keep_text(group, item, item->fallback_text, member, faults);
	else if (item->type == CONF_BOOL)
		*(bool *)member = item->fallback != 0;
	else
		*(int64_t *)member = item->fallback;
}

static void read_item(const struct conf_node *root, const struct conf_item *item,
	void *out, struct conf_faults *faults)
{
	void *member = (char *)out + item->offset;
	const struct conf_node *group = root;
	const struct conf_node *node = find(root, item->path, &group);
	if (node == NULL) {
		read_absent(group, item, member, faults);
		return;
	}
	switch (item->type) {
	case CONF_TEXT:
		read_text(node, item, member, faults);
		break;
	case CONF_INT:
	case CONF_SECONDS:
	case CONF_BYTES:
		read_number(node, item, member, faults);
		break;
	case CONF_BOOL:
		if (!conf_as_bool(node, member))
			conf_fault(faults, node, "%s: not true or false", item->path);
		break;
	}
}

void conf_read(const struct conf *conf, const struct conf_item *items, size_t count,
	const char *ignore, void *out, struct conf_faults *faults)
{
	refuse_unknown(conf_root(conf), "", items, count, ignore, faults);
	for (size_t i = 0; i < count; i++)
		read_item(conf_root(conf), &items[i], out, faults);
}

void conf_clear(const struct conf_item *items, size_t count, void *out)
{
	for (size_t i = 0; i < count; i++) {
		char **text = (char **)(void *)((char *)out + items[i].offset);
		if (items[i].type != CONF_TEXT)
			continue;
		free(*text);
		*text = NULL;
	}
}

static RESULT describe_fallback(const struct conf_item *item, struct buf *out)
{
	if (item->required)
		return buf_append_text(out, "required");
	switch (item->type) {
	case CONF_TEXT:
		if (item->fallback_text == NULL)
			return buf_append_text(out, "may be absent");
		return buf_append_format(out, "default \"%s\"", item->fallback_text);
	case CONF_BOOL:
		return buf_append_format(out, "default %s",
			item->fallback != 0 ? "true" : "false");
	case CONF_SECONDS:
		return buf_append_format(out, "default %lld s",
			(long long)item->fallback);
	case CONF_BYTES:
		return buf_append_format(out, "default %lld B",
			(long long)item->fallback);
	case CONF_INT:
		break;
	}
	return buf_append_format(out, "default %lld", (long long)item->fallback);
}

static RESULT describe_range(const struct conf_item *item, struct buf *out)
{
	if (item->type == CONF_TEXT || item->type == CONF_BOOL)
		return OK;
	if (item->max == 0)
		return buf_append_format(out, ", %lld or more", (long long)item->min);
	return buf_append_format(out, ", %lld to %lld", (long long)item->min,
		(long long)item->max);
}

RESULT conf_describe(const struct conf_item *items, size_t count, struct buf *out)
{
	static const char *const types[] = { [CONF_TEXT] = "text",
		[CONF_INT] = "number",
		[CONF_SECONDS] = "duration (\"90 d\", \"12 h\", \"15 min\", \"30 s\")",
		[CONF_BYTES] = "size (\"64 KiB\", \"1 MiB\")",
		[CONF_BOOL] = "true or false" };
	for (size_t i = 0; i < count; i++) {
		TRY(buf_append_format(out, "%s\n    %s, ", items[i].path,
			types[items[i].type]));
		TRY(describe_fallback(&items[i], out));
		TRY(describe_range(&items[i], out));
		TRY(buf_append_format(out, "\n    %s\n",
			items[i].help == NULL ? "" : items[i].help));
	}
	return OK;
}
