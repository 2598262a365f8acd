/* Settings: whatever the bytes, reading ends without harm, and the tree and a table over it can be walked. */
#include "common/conf/conf.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/base/table.h"

struct sample {
	char *text;
	int64_t number, seconds, bytes;
	bool truth;
};
/* clang-format off */
static const struct conf_item items[] = {
	{ "a.text",    CONF_TEXT,    offsetof(struct sample, text),    .fallback_text = "x" },
	{ "a.number",  CONF_INT,     offsetof(struct sample, number),  .max = 9 },
	{ "a.seconds", CONF_SECONDS, offsetof(struct sample, seconds), .min = 1 },
	{ "bytes",     CONF_BYTES,   offsetof(struct sample, bytes),   .fallback = 1 },
	{ "truth",     CONF_BOOL,    offsetof(struct sample, truth),   .required = true },
};
/* clang-format on */

static size_t walk(const struct conf_node *node)
{
	const char *text = conf_as_text(node);
	size_t sum = text == NULL ? 0 : strlen(text);
	for (size_t i = 0; i < conf_count(node); i++)
		sum += walk(conf_at(node, i));
	return sum;
}

/* libconfig 1.5 forgets an unfinished string at a syntax error: once a start, and the file is the operator's own. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[40];
	int fd = memfd_create("sample", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	AUTO(conf_free) struct conf *conf = NULL;
	struct err err = conf_load(path, 64 * 1024, &conf);
	close(fd);
	if (err_is(err))
		return 0;
	/* Strings are cut out of the text: together they are never longer. */
	if (walk(conf_root(conf)) > size)
		abort();
	struct sample sample = { .number = 0 };
	struct conf_faults faults = { .count = 0 };
	conf_read(conf, items, COUNT(items), "ignored", &sample, &faults);
	if (faults.count == 0 &&
		(sample.number > 9 || (sample.seconds != 0 && sample.seconds < 1)))
		abort();
	conf_clear(items, COUNT(items), &sample);
	return 0;
}
