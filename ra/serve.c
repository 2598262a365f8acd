#include "ra/serve.h"

#include <poll.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum { GRACE_S = 10, QUICK_MS = 5000, PAUSE_MS = 1000 };

static RESULT run_once(const struct ra_conf *conf, const char *conf_path,
	const char *self, bool *told)
{
	struct proc_child children[] = {
		{ .name = "orders",
			.user = conf->user_orders,
			.argv = { self, "serve", "-c", conf_path, "--process", "orders",
				NULL },
			.fds = { -1, -1, -1, -1, -1, -1 } },
		{ .name = "worker",
			.user = conf->user_worker,
			.argv = { self, "serve", "-c", conf_path, "--process", "worker",
				NULL },
			.fds = { -1, -1, -1, -1, -1, -1 } },
	};
	for (size_t i = 0; i < COUNT(children); i++)
		TRY_IN(proc_start(&children[i]), "%s", children[i].name);
	if (!*told)
		TRY(proc_ready((int)conf->ready_fd, "ready"));
	*told = true;
	return proc_watch(children, COUNT(children), GRACE_S);
}

RESULT ra_serve(const struct ra_conf *conf, const char *conf_path, const char *self)
{
	bool told = false;
	while (!proc_stop) {
		int64_t started = clock_monotonic_ms();
		struct err err = run_once(conf, conf_path, self, &told);
		if (err.code != E_STATE)
			return err;
		log_err(NULL, "starting all processes anew", err);
		if (clock_monotonic_ms() - started < QUICK_MS)
			poll(NULL, 0, PAUSE_MS);
	}
	return OK;
}
