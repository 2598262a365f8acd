#include "ca/status/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum { LOOK_MS = 200, AGAIN_MS = 1000, GRACE_S = 8 };

struct parent {
	struct proc_child child[2];
	int64_t started_ms[2];
	int ready_pipe[2]; /* what the counter says goes on to whoever started us */
	int ready_fd;
	bool told;
	char program[4096];
};
enum { FEEDER, COUNTER };

static void start(struct parent *parent, size_t at)
{
	struct proc_child *child = &parent->child[at];
	parent->started_ms[at] = clock_monotonic_ms();
	struct err err = proc_start(child);
	if (err_is(err)) {
		child->pid = 0;
		log_err(NULL, "not started", err);
	}
}

/* The public window and the feeder do not need each other to live: each is started anew alone. */
static void look_after(struct parent *parent)
{
	for (size_t i = 0; i < COUNT(parent->child); i++) {
		struct proc_child *child = &parent->child[i];
		int status = 0;
		if (child->pid > 0 &&
			waitpid((pid_t)child->pid, &status, WNOHANG) == child->pid) {
			char how[32];
			snprintf(how, sizeof how,
				WIFSIGNALED(status) ? "signal %d" : "exit %d",
				WIFSIGNALED(status) ? WTERMSIG(status)
						    : WEXITSTATUS(status));
			log_error(NULL, "ended by itself", "child", child->name, "how",
				how);
			child->pid = 0;
		}
		if (child->pid == 0 &&
			clock_monotonic_ms() - parent->started_ms[i] >= AGAIN_MS)
			start(parent, i);
	}
}

static void tell_children(const struct parent *parent, int number)
{
	for (size_t i = 0; i < COUNT(parent->child); i++)
		if (parent->child[i].pid > 0)
			kill((pid_t)parent->child[i].pid, number);
}

static void stop_children(struct parent *parent)
{
	int64_t until = clock_monotonic_ms() + GRACE_S * 1000;
	tell_children(parent, SIGTERM);
	for (size_t i = 0; i < COUNT(parent->child); i++) {
		struct proc_child *child = &parent->child[i];
		while (child->pid > 0 && waitpid((pid_t)child->pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() >= until)
				kill((pid_t)child->pid, SIGKILL);
			poll(NULL, 0, 20);
		}
		child->pid = 0;
	}
}

/* Waits for the counter's line and hands it on; later ones (after a restart) are read away. */
static void pass_ready(struct parent *parent)
{
	char line[64];
	struct pollfd ready = { .fd = parent->ready_pipe[0], .events = POLLIN };
	if (poll(&ready, 1, LOOK_MS) <= 0 || (ready.revents & POLLIN) == 0)
		return;
	ssize_t got = read(parent->ready_pipe[0], line, sizeof line - 1);
	if (got <= 0)
		return;
	line[got] = 0;
	line[strcspn(line, "\n")] = 0;
	if (parent->told)
		return;
	parent->told = true;
	struct err err = proc_ready(parent->ready_fd, line);
	if (err_is(err))
		log_err(NULL, "readiness not told", err);
}

static void describe_children(struct parent *parent, const struct status_conf *conf,
	const char *config)
{
	parent->child[FEEDER] = (struct proc_child){ .name = "feeder",
		.user = conf->user_feeder,
		.argv = { parent->program, "serve", "-c", config, "--process", "feeder" },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	parent->child[COUNTER] = (struct proc_child){ .name = "counter",
		.user = conf->user_worker,
		.argv = { parent->program, "serve", "-c", config, "--process",
			"counter" },
		.fds = { parent->ready_pipe[1], -1, -1, -1, -1, -1 } };
}

RESULT parent_run(const struct status_conf *conf, const char *config)
{
	struct parent parent = { .ready_fd = (int)conf->ready_fd };
	ssize_t len =
		readlink("/proc/self/exe", parent.program, sizeof parent.program - 1);
	if (len <= 0)
		return FAIL(E_IO, "/proc/self/exe: %s", strerror(errno));
	if (pipe2(parent.ready_pipe, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe: %s", strerror(errno));
	describe_children(&parent, conf, config);
	start(&parent, FEEDER);
	start(&parent, COUNTER);
	while (!proc_stop) {
		pass_ready(&parent);
		look_after(&parent);
		if (proc_reload) {
			proc_reload = 0;
			tell_children(&parent, SIGHUP);
		}
	}
	stop_children(&parent);
	return OK;
}
