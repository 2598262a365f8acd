#include "ca/status/parent.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/proc/proc.h"

/* The public window and the feeder do not need each other to live. */
enum { FEEDER, COUNTER, CHILDREN };

struct parent {
	struct proc_child child[CHILDREN];
	int ready_pipe[2]; /* what the counter says goes on to whoever started us */
	char program[4096];
};

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
	struct parent parent;
	TRY(proc_program(NULL, parent.program, sizeof parent.program));
	if (pipe2(parent.ready_pipe, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe: %s", strerror(errno));
	describe_children(&parent, conf, config);
	return proc_keep(parent.child, CHILDREN, parent.ready_pipe[0],
		(int)conf->ready_fd);
}
