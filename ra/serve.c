#include "ra/serve.h"

#include "common/base/table.h"
#include "common/proc/proc.h"

enum { GRACE_S = 10 };

struct parent {
	const struct ra_conf *conf;
	const char *conf_path;
	char program[4096];
	bool told;
};

static RESULT run_once(void *context)
{
	struct parent *parent = context;
	struct proc_child children[] = {
		{ .name = "orders",
			.user = parent->conf->user_orders,
			.argv = { parent->program, "serve", "-c", parent->conf_path,
				"--process", "orders", NULL },
			.fds = { -1, -1, -1, -1, -1, -1 } },
		{ .name = "worker",
			.user = parent->conf->user_worker,
			.argv = { parent->program, "serve", "-c", parent->conf_path,
				"--process", "worker", NULL },
			.fds = { -1, -1, -1, -1, -1, -1 } },
	};
	for (size_t i = 0; i < COUNT(children); i++)
		TRY_IN(proc_start(&children[i]), "%s", children[i].name);
	if (!parent->told)
		TRY(proc_ready((int)parent->conf->ready_fd, "ready"));
	parent->told = true;
	return proc_watch(children, COUNT(children), GRACE_S);
}

RESULT ra_serve(const struct ra_conf *conf, const char *conf_path)
{
	struct parent parent = { .conf = conf, .conf_path = conf_path };
	TRY(proc_program(NULL, parent.program, sizeof parent.program));
	return proc_live(run_once, &parent);
}
