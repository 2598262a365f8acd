/* Reading by table: paths of a file into members of a struct. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/conf/conf.h"

struct unit {
	const char *word;
	int64_t factor;
};

static RESULT with_unit(const char *text, const struct unit *units, size_t count, int64_t *out)
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
	return FAIL(E_INPUT, "\"%.40s\" has no unit that is known here", text);
}

RESULT conf_seconds(const char *text, int64_t *out)
{
	static const struct unit units[] = { { "s", 1 }, { "min", MINUTE }, { "h", HOUR }, { "d", DAY } };
	return with_unit(text, units, COUNT(units), out);
}

static RESULT conf_bytes(const char *text, int64_t *out)
{
	static const struct unit units[] = { { "B", 1 }, { "KiB", KIB }, { "MiB", MIB }, { "GiB", 1 << 30 } };
	return with_unit(text, units, COUNT(units), out);
}

/* ---- names: the nearest right word helps whoever mistyped one */

static size_t distance(const char *a, const char *b)
{
	size_t row[80], la = strlen(a), lb = strlen(b);
	if (la >= COUNT(row) || lb >= COUNT(row))
		return COUNT(row);
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t above = row[j];
			size_t best = corner + (a[i - 1] != b[j - 1]);
			best = above + 1 < best ? above + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			corner = above;
			row[j] = best;
		}
	}
	return row[lb];
}

static const char *nearest(const char *word, const struct conf_item *items, size_t count)
{
	const char *best = NULL;
	size_t least = 4; /* further away is another word */
	for (size_t i = 0; i < count; i++) {
		size_t far = distance(word, items[i].path);
		if (far < least) {
			least = far;
			best = items[i].path;
		}
	}
	return best;
}

/* Is the path one of the table, or a group that one of the table stands in. */
static bool is_known(const char *path, const struct conf_item *items, size_t count, bool *group)
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

static void refuse_unknown(const struct conf_node *node, const char *before, const struct conf_item *items,
	size_t count, const char *ignore, struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(node); i++) {
		const struct conf_node *member = conf_at(node, i);
		char path[160];
		bool group;
		snprintf(path, sizeof path, "%s%s%s", before, *before == 0 ? "" : ".", conf_key(member));
		if (*before == 0 && ignore != NULL && strcmp(path, ignore) == 0)
			continue;
		if (!is_known(path, items, count, &group)) {
			const char *near = nearest(path, items, count);
			conf_fault(faults, member, "%s: no such setting%s%s%s", path,
				near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
				near == NULL ? "" : "?");
		} else if (group) {
			refuse_unknown(member, path, items, count, NULL, faults);
		}
	}
}

/* ---- values */

static const struct conf_node *find(const struct conf_node *root, const char *path)
{
	char part[80];
	const struct conf_node *node = root;
	while (node != NULL) {
		size_t len = strcspn(path, ".");
		if (len >= sizeof part)
			return NULL;
		memcpy(part, path, len);
		part[len] = 0;
		node = conf_get(node, part);
		if (path[len] == 0)
			return node;
		path += len + 1;
	}
	return NULL;
}

static void check_range(const struct conf_node *node, const struct conf_item *item, int64_t value,
	struct conf_faults *faults)
{
	if (value < item->min || (item->max != 0 && value > item->max))
		conf_fault(faults, node, "%s: %lld is not between %lld and %lld", item->path, (long long)value,
			(long long)item->min, (long long)item->max);
}

static void read_number(const struct conf_node *node, const struct conf_item *item, int64_t *out,
	struct conf_faults *faults)
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

static void read_text(const struct conf_node *node, const struct conf_item *item, char **out,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	if (text == NULL) {
		conf_fault(faults, node, "%s: not a text", item->path);
		return;
	}
	free(*out);
	*out = strdup(text);
}

static void read_item(const struct conf_node *root, const struct conf_item *item, void *out,
	struct conf_faults *faults)
{
	void *member = (char *)out + item->offset;
	const struct conf_node *node = find(root, item->path);
	if (node == NULL) {
		if (item->required)
			conf_fault(faults, root, "%s: is missing", item->path);
		else if (item->type == CONF_TEXT)
			*(char **)member = item->fallback_text == NULL ? NULL : strdup(item->fallback_text);
		else if (item->type == CONF_BOOL)
			*(bool *)member = item->fallback != 0;
		else
			*(int64_t *)member = item->fallback;
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

void conf_read(const struct conf *conf, const struct conf_item *items, size_t count, const char *ignore,
	void *out, struct conf_faults *faults)
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
		return buf_append_format(out, "default \"%s\"",
			item->fallback_text == NULL ? "" : item->fallback_text);
	case CONF_BOOL:
		return buf_append_format(out, "default %s", item->fallback != 0 ? "true" : "false");
	case CONF_SECONDS:
		return buf_append_format(out, "default %lld s", (long long)item->fallback);
	case CONF_BYTES:
	case CONF_INT:
		break;
	}
	return buf_append_format(out, "default %lld", (long long)item->fallback);
}

RESULT conf_describe(const struct conf_item *items, size_t count, struct buf *out)
{
	static const char *const types[] = { [CONF_TEXT] = "text", [CONF_INT] = "number",
		[CONF_SECONDS] = "duration (\"90 d\", \"12 h\", \"15 min\", \"30 s\")",
		[CONF_BYTES] = "size (\"64 KiB\", \"1 MiB\")", [CONF_BOOL] = "true or false" };
	for (size_t i = 0; i < count; i++) {
		TRY(buf_append_format(out, "%s\n    %s, ", items[i].path, types[items[i].type]));
		TRY(describe_fallback(&items[i], out));
		TRY(buf_append_format(out, "\n    %s\n", items[i].help == NULL ? "" : items[i].help));
	}
	return OK;
}
