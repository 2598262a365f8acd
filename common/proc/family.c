/* family: how a parent keeps its children alive, together or each alone, and finds the programs that belong to it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/proc/proc.h"

enum {
	QUICK_MS = 5000, /* a life shorter than this is followed by a pause */
	PAUSE_MS = 1000,
	LOOK_MS = 200,
	AGAIN_MS = 1000, /* the least time between two starts of one child */
	GRACE_MS = 8000
};

RESULT proc_program(const char *name, char *out, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", out, size - 1);
	if (len <= 0)
		return FAIL(E_IO, "could not find our own program: %s", strerror(errno));
	out[len] = 0;
	if (name == NULL)
		return OK;
	char *slash = strrchr(out, '/');
	char *file = slash == NULL ? out : slash + 1;
	size_t room = size - (size_t)(file - out);
	return (size_t)snprintf(file, room, "%s", name) < room
		       ? OK
		       : FAIL(E_INPUT, "path of %s: too long", name);
}

/* ---- together */

RESULT proc_live(struct err (*once)(void *context), void *context)
{
	while (!proc_stop) {
		int64_t started = clock_monotonic_ms();
		struct err err = once(context);
		if (err.code != E_STATE)
			return err;
		log_err(NULL, "starting all processes anew", err);
		if (clock_monotonic_ms() - started < QUICK_MS)
			poll(NULL, 0, PAUSE_MS);
	}
	return OK;
}

/* ---- each alone */

struct family {
	struct proc_child *child;
	size_t count;
	int64_t started_ms[PROC_CHILDREN];
	int told, ready_fd;
	bool ready;
};

static void start(struct family *family, size_t at)
{
	family->started_ms[at] = clock_monotonic_ms();
	struct err err = proc_start(&family->child[at]);
	if (err_is(err)) {
		family->child[at].pid = 0;
		log_err(NULL, "not started", err);
	}
}

static void look_after(struct family *family, size_t at)
{
	struct proc_child *child = &family->child[at];
	int status = 0;
	if (child->pid > 0 &&
		waitpid((pid_t)child->pid, &status, WNOHANG) == child->pid) {
		char how[32];
		snprintf(how, sizeof how, WIFSIGNALED(status) ? "signal %d" : "exit %d",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		log_error(NULL, "ended by itself", "child", child->name, "how", how);
		child->pid = 0;
	}
	if (child->pid == 0 && clock_monotonic_ms() - family->started_ms[at] >= AGAIN_MS)
		start(family, at);
}

static void tell_children(const struct family *family, int number)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->child[i].pid > 0)
			kill((pid_t)family->child[i].pid, number);
}

static void stop_children(struct family *family)
{
	int64_t until = clock_monotonic_ms() + GRACE_MS;
	tell_children(family, SIGTERM);
	for (size_t i = 0; i < family->count; i++) {
		struct proc_child *child = &family->child[i];
		while (child->pid > 0 && waitpid((pid_t)child->pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() >= until)
				kill((pid_t)child->pid, SIGKILL);
			poll(NULL, 0, 20);
		}
		child->pid = 0;
	}
}

/* Waits for the line and hands it on; later ones (after a restart) are read away. */
static void pass_ready(struct family *family)
{
	char line[64];
	struct pollfd told = { .fd = family->told, .events = POLLIN };
	if (poll(&told, 1, LOOK_MS) <= 0 || (told.revents & POLLIN) == 0)
		return;
	ssize_t got = read(family->told, line, sizeof line - 1);
	if (got <= 0 || family->ready)
		return;
	line[got] = 0;
	line[strcspn(line, "\n")] = 0;
	family->ready = true;
	struct err err = proc_ready(family->ready_fd, line);
	if (err_is(err))
		log_err(NULL, "readiness not told", err);
}

RESULT proc_keep(struct proc_child *children, size_t count, int told, int ready_fd)
{
	struct family family = { .child = children,
		.count = count,
		.told = told,
		.ready_fd = ready_fd };
	if (count > PROC_CHILDREN)
		return FAIL(E_BUG, "%zu children", count);
	for (size_t i = 0; i < count; i++)
		start(&family, i);
	while (!proc_stop) {
		pass_ready(&family);
		for (size_t i = 0; i < count; i++)
			look_after(&family, i);
		if (proc_reload) {
			proc_reload = 0;
			tell_children(&family, SIGHUP);
		}
	}
	stop_children(&family);
	return OK;
}
