#include "tests/support/outside.h"

#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	abort();
}

struct outside outside_open(void)
{
	struct outside outside = { .folder = "/tmp/inkan-test-XXXXXX" };
	if (mkdtemp(outside.folder) == NULL)
		die("mkdtemp");
	return outside;
}

void outside_clear(struct outside *outside)
{
	char line[128];
	/* INKAN_KEEP in the environment leaves the folder for whoever looks for a fault. */
	if (outside->folder[0] == 0 || getenv("INKAN_KEEP") != NULL)
		return;
	snprintf(line, sizeof line, "rm -rf '%s'", outside->folder);
	if (system(line) != 0)
		fprintf(stderr, "%s: not removed\n", outside->folder);
	outside->folder[0] = 0;
}

static FILE *open_in(const struct outside *outside, const char *name, const char *mode)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", outside->folder, name);
	FILE *file = fopen(path, mode);
	if (file == NULL)
		die(path);
	return file;
}

void outside_write(const struct outside *outside, const char *name, struct blob bytes)
{
	FILE *file = open_in(outside, name, "we");
	if (bytes.len > 0 && fwrite(bytes.data, 1, bytes.len, file) != bytes.len)
		die(name);
	if (fclose(file) != 0)
		die(name);
}

static void read_all(FILE *file, struct buf *out)
{
	uint8_t part[4096];
	size_t got;
	while ((got = fread(part, 1, sizeof part, file)) > 0)
		IGNORE(buf_append(out, blob_make(part, got))); /* cut at its maximum */
}

struct buf outside_read(const struct outside *outside, const char *name)
{
	struct buf out = BUF(16 << 20);
	FILE *file = open_in(outside, name, "re");
	read_all(file, &out);
	fclose(file);
	return out;
}

int outside_run(const struct outside *outside, struct buf *said, const char *line, ...)
{
	char asked[2048], whole[2304];
	va_list args;
	va_start(args, line);
	int len = vsnprintf(asked, sizeof asked, line, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof asked)
		die("a line too long");
	snprintf(whole, sizeof whole, "exec 2>&1 </dev/null; cd '%s' && { %s\n}",
		outside->folder, asked);
	/* All room at once: who reads in one expression what another part of it runs, keeps a good pointer. */
	said->len = 0;
	if (err_is(buf_reserve(said, said->max)))
		die("no memory");
	said->data[0] = 0;
	FILE *pipe = popen(whole, "re");
	if (pipe == NULL)
		die("popen");
	read_all(pipe, said);
	int status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool outside_said(const struct buf *said, const char *words)
{
	return strstr(buf_text(said), words) != NULL;
}
