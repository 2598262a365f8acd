#include "lra/serve.h"

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

enum { LOOK_MS = 200, AGAIN_MS = 1000, GRACE_MS = 8000 };
enum { DESK, KEEPER, PAPER, CHILDREN };

struct parent {
	struct proc_child child[CHILDREN];
	int64_t started_ms[CHILDREN];
	int told[2]; /* what the desk says goes on to whoever started us */
	int paper
		[2]; /* the desk's end and inkan-paper's, kept: jobs wait while it is started anew */
	int ready_fd;
	bool ready;
	char program[4096], paper_program[4096];
};

static void start(struct parent *parent, size_t at)
{
	parent->started_ms[at] = clock_monotonic_ms();
	struct err err = proc_start(&parent->child[at]);
	if (err_is(err)) {
		parent->child[at].pid = 0;
		log_err(NULL, "not started", err);
	}
}

/* Desk, keeper and inkan-paper live without each other: each is started anew alone. */
static void look_after(struct parent *parent, size_t at)
{
	struct proc_child *child = &parent->child[at];
	int status = 0;
	if (child->pid > 0 &&
		waitpid((pid_t)child->pid, &status, WNOHANG) == child->pid) {
		char how[32];
		snprintf(how, sizeof how, WIFSIGNALED(status) ? "signal %d" : "exit %d",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		log_error(NULL, "ended by itself", "child", child->name, "how", how);
		child->pid = 0;
	}
	if (child->pid == 0 && clock_monotonic_ms() - parent->started_ms[at] >= AGAIN_MS)
		start(parent, at);
}

static void tell_children(const struct parent *parent, int number)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (parent->child[i].pid > 0)
			kill((pid_t)parent->child[i].pid, number);
}

static void stop_children(struct parent *parent)
{
	int64_t until = clock_monotonic_ms() + GRACE_MS;
	tell_children(parent, SIGTERM);
	for (size_t i = 0; i < CHILDREN; i++) {
		struct proc_child *child = &parent->child[i];
		while (child->pid > 0 && waitpid((pid_t)child->pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() >= until)
				kill((pid_t)child->pid, SIGKILL);
			poll(NULL, 0, 20);
		}
		child->pid = 0;
	}
}

static void pass_ready(struct parent *parent)
{
	char line[64];
	struct pollfd told = { .fd = parent->told[0], .events = POLLIN };
	if (poll(&told, 1, LOOK_MS) <= 0 || (told.revents & POLLIN) == 0)
		return;
	ssize_t got = read(parent->told[0], line, sizeof line - 1);
	if (got <= 0 || parent->ready)
		return;
	line[got] = 0;
	line[strcspn(line, "\n")] = 0;
	parent->ready = true;
	struct err err = proc_ready(parent->ready_fd, line);
	if (err_is(err))
		log_err(NULL, "readiness not told", err);
}

static void describe(struct parent *parent, const struct lra_conf *conf,
	const char *conf_path)
{
	parent->child[DESK] = (struct proc_child){ .name = "desk",
		.user = conf->user_worker,
		.argv = { parent->program, "serve", "-c", conf_path, "--process",
			"desk" },
		.fds = { parent->told[1], parent->paper[0], -1, -1, -1, -1 } };
	parent->child[KEEPER] = (struct proc_child){ .name = "keeper",
		.user = conf->user_keeper,
		.argv = { parent->program, "serve", "-c", conf_path, "--process",
			"keeper" },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	parent->child[PAPER] = (struct proc_child){ .name = "paper",
		.user = conf->user_paper,
		.argv = { parent->paper_program, conf->fonts },
		.fds = { parent->paper[1], -1, -1, -1, -1, -1 } };
}

static RESULT find_paper(const struct lra_conf *conf, struct parent *parent)
{
	const char *slash = strrchr(parent->program, '/');
	int len = conf->paper_program[0] != 0
			  ? snprintf(parent->paper_program, sizeof parent->paper_program,
				    "%s", conf->paper_program)
			  : snprintf(parent->paper_program, sizeof parent->paper_program,
				    "%.*s/inkan-paper", (int)(slash - parent->program),
				    parent->program);
	return len > 0 && (size_t)len < sizeof parent->paper_program
		       ? OK
		       : FAIL(E_INPUT, "paper.program: too long");
}

RESULT lra_serve(const struct lra_conf *conf, const char *conf_path)
{
	struct parent parent = { .ready_fd = (int)conf->ready_fd };
	ssize_t len =
		readlink("/proc/self/exe", parent.program, sizeof parent.program - 1);
	if (len <= 0)
		return FAIL(E_IO, "could not find our own program");
	if (pipe2(parent.told, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe: %s", strerror(errno));
	TRY(find_paper(conf, &parent));
	TRY(proc_socketpair(parent.paper));
	describe(&parent, conf, conf_path);
	for (size_t i = 0; i < CHILDREN; i++)
		start(&parent, i);
	while (!proc_stop) {
		pass_ready(&parent);
		for (size_t i = 0; i < CHILDREN; i++)
			look_after(&parent, i);
		if (proc_reload) {
			proc_reload = 0;
			tell_children(&parent, SIGHUP);
		}
	}
	stop_children(&parent);
	return OK;
}
