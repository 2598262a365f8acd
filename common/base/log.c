#include "common/base/log.h"

#include <stdarg.h>
#include <syslog.h>
#include <unistd.h>

#include "common/base/clock.h"

/* The one mutable global of the program: where its lines go is a property of the process. */
static struct {
	const char *program;
	int level;
} log_state = { "inkan", LOG_INFO };

static const char *const level_names[] = { "emerg", "alert", "crit", "err", "warning",
	"notice", "info", "debug" };

void log_open(const char *program, int level)
{
	log_state.program = program;
	log_state.level = level;
}

struct line {
	char text[2048];
	size_t len;
};

static void put(struct line *line, const char *bytes, size_t len)
{
	size_t room = sizeof line->text - 2 - line->len;
	len = len < room ? len : room;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
}

/* Quoted, with control characters and quotes escaped, so that no value can make a line of its own. */
static void put_value(struct line *line, const char *value)
{
	put(line, "\"", 1);
	for (const unsigned char *at = (const unsigned char *)value; *at != 0; at++) {
		char escaped[8];
		if (*at < 0x20 || *at == 0x7f)
			put(line, escaped,
				(size_t)snprintf(escaped, sizeof escaped, "\\x%02x",
					*at));
		else if (*at == '"' || *at == '\\')
			put(line, escaped,
				(size_t)snprintf(escaped, sizeof escaped, "\\%c", *at));
		else
			put(line, (const char *)at, 1);
	}
	put(line, "\"", 1);
}

static void put_pair(struct line *line, const char *key, const char *value)
{
	put(line, " ", 1);
	put(line, key, strlen(key));
	put(line, "=", 1);
	put_value(line, value);
}

void log_line(int level, const struct log_subject *subject, const char *what, ...)
{
	struct line line = { .len = 0 };
	char time[CLOCK_TEXT];
	if (level > log_state.level)
		return;
	clock_text(clock_now(), time);
	int len = snprintf(line.text, sizeof line.text,
		"time=%s program=%s pid=%d level=%s", time, log_state.program,
		(int)getpid(), level_names[level & 7]);
	line.len = (size_t)len;
	put_pair(&line, "event", what);
	if (subject != NULL && subject->ref != NULL)
		put_pair(&line, "ref", subject->ref);
	if (subject != NULL && subject->peer != NULL)
		put_pair(&line, "peer", subject->peer);
	va_list args;
	va_start(args, what);
	for (const char *key = va_arg(args, const char *); key != NULL;
		key = va_arg(args, const char *)) {
		const char *value = va_arg(args, const char *);
		put_pair(&line, key, value == NULL ? "" : value);
	}
	va_end(args);
	line.text[line.len++] = '\n';
	/* One write, so that lines of several processes do not mix; a full disk must not stop the work. */
	ssize_t done = write(STDERR_FILENO, line.text, line.len);
	(void)done;
}

void log_err(const struct log_subject *subject, const char *what, struct err err)
{
	const struct err_kind *kind = err_kind(err.code);
	log_line(kind->log_level, subject, what, "code", kind->name, "error", err.text,
		"where", err.where, NULL);
}
