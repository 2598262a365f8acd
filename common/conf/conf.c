#include "common/conf/conf_inner.h"

#include <libconfig.h>
#include <stdarg.h>

#include "common/base/file.h"
#include "common/base/table.h"

struct conf {
	config_t config;
	char *path;
};

/* libconfig's own type behind our name: a struct conf_node * is a config_setting_t *, never anything else. */
static config_setting_t *inner(const struct conf_node *node)
{
	return (config_setting_t *)(uintptr_t)node;
}

static const struct conf_node *outer(const config_setting_t *setting)
{
	return (const struct conf_node *)setting;
}

RESULT conf_load(const char *path, size_t max, struct conf **out)
{
	AUTO(buf_clear) struct buf text = BUF(max);
	AUTO(conf_free) struct conf *conf = NULL;
	struct err err = file_read(path, &text);
	if (err.code == E_NOT_FOUND)
		err.code =
			E_INPUT; /* a missing file is a fault of the configuration, not of a request */
	TRY(err);
	TRY(conf_scan(path, buf_view(&text)));
	conf = calloc(1, sizeof *conf);
	if (conf == NULL)
		return FAIL(E_IO, "out of memory");
	config_init(&conf->config);
	conf->path = strdup(path);
	if (conf->path == NULL)
		return FAIL(E_IO, "out of memory");
	if (config_read_string(&conf->config, buf_text(&text)) != CONFIG_TRUE)
		return FAIL(E_INPUT, "%.150s:%d: %s", path,
			config_error_line(&conf->config),
			config_error_text(&conf->config));
	config_setting_set_hook(config_root_setting(&conf->config), conf);
	*out = MOVE(conf);
	return OK;
}

void conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	config_destroy(&conf->config);
	free(conf->path);
	free(conf);
}

const char *conf_path(const struct conf *conf)
{
	return conf->path;
}

const struct conf_node *conf_root(const struct conf *conf)
{
	return outer(config_root_setting(&conf->config));
}

const struct conf_node *conf_get(const struct conf_node *group, const char *key)
{
	return outer(config_setting_get_member(inner(group), key));
}

size_t conf_count(const struct conf_node *list)
{
	return config_setting_is_aggregate(inner(list))
		       ? (size_t)config_setting_length(inner(list))
		       : 0;
}

const struct conf_node *conf_at(const struct conf_node *list, size_t index)
{
	return outer(config_setting_get_elem(inner(list), (unsigned)index));
}

const char *conf_key(const struct conf_node *node)
{
	return config_setting_name(inner(node));
}

int conf_line(const struct conf_node *node)
{
	return (int)config_setting_source_line(inner(node));
}

bool conf_is_group(const struct conf_node *node)
{
	return config_setting_is_group(inner(node)) != 0;
}

const char *conf_as_text(const struct conf_node *node)
{
	return config_setting_type(inner(node)) == CONFIG_TYPE_STRING
		       ? config_setting_get_string(inner(node))
		       : NULL;
}

bool conf_as_int(const struct conf_node *node, int64_t *out)
{
	int type = config_setting_type(inner(node));
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return false;
	*out = config_setting_get_int64(inner(node));
	return true;
}

bool conf_as_bool(const struct conf_node *node, bool *out)
{
	if (config_setting_type(inner(node)) != CONFIG_TYPE_BOOL)
		return false;
	*out = config_setting_get_bool(inner(node)) != 0;
	return true;
}

/* ---- faults */

static const struct conf *conf_of(const struct conf_node *node)
{
	/* The root knows us (conf_load), and every setting knows the way up. */
	config_setting_t *at = inner(node);
	while (!config_setting_is_root(at))
		at = config_setting_parent(at);
	return config_setting_get_hook(at);
}

void conf_fault(struct conf_faults *faults, const struct conf_node *node,
	const char *format, ...)
{
	const size_t most = COUNT(faults->text), size = sizeof faults->text[0];
	const char *path = conf_of(node)->path;
	int line = conf_line(node);
	if (faults->count >= most)
		return;
	char *text = faults->text[faults->count++];
	if (faults->count == most) {
		snprintf(text, size, "%.200s: more faults than are shown", path);
		return;
	}
	/* The root has no line: what is missing there is missing in the whole file. */
	int len = line == 0 ? snprintf(text, size, "%.200s: ", path)
			    : snprintf(text, size, "%.200s:%d: ", path, line);
	va_list args;
	va_start(args, format);
	if (len > 0 && (size_t)len < size)
		vsnprintf(text + len, size - (size_t)len, format, args);
	va_end(args);
}

RESULT conf_result(const struct conf_faults *faults)
{
	if (faults->count == 0)
		return OK;
	if (faults->count == 1)
		return FAIL(E_INPUT, "%s", faults->text[0]);
	return FAIL(E_INPUT, "%.200s, and %zu more", faults->text[0], faults->count - 1);
}
