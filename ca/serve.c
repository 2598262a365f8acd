#include "ca/serve.h"

#include <poll.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum {
	GRACE_S = 10,
	QUICK_MS =
		5000, /* processes that lived shorter than this are started again more slowly */
	PAUSE_MS = 1000,
};

/* The pipes between the processes; each end is handed to one of them. */
struct pipes {
	int lint[2], issue[2], publish[2];
};

static RESULT pipes_open(struct pipes *p)
{
	TRY(proc_socketpair(p->lint));
	TRY(proc_socketpair(p->issue));
	return proc_socketpair(p->publish);
}

static void pipes_close(struct pipes *p)
{
	const int ends[] = { p->lint[0], p->lint[1], p->issue[0], p->issue[1],
		p->publish[0], p->publish[1] };
	for (size_t i = 0; i < COUNT(ends); i++)
		if (ends[i] >= 0)
			close(ends[i]);
	*p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
}
AUTO_DEFINE_HELD(struct pipes, pipes_close)

/* The folder of the other programs: as set, or that of our own. */
static RESULT program(const struct ca_conf *conf, const char *self, const char *name,
	char *out, size_t size)
{
	const char *slash = strrchr(self, '/');
	int len = conf->programs[0] != 0
			  ? snprintf(out, size, "%s/%s", conf->programs, name)
		  : slash == NULL ? snprintf(out, size, "%s", name)
				  : snprintf(out, size, "%.*s/%s", (int)(slash - self),
					    self, name);
	return len > 0 && (size_t)len < size
		       ? OK
		       : FAIL(E_INPUT, "path of %s: too long", name);
}

/* One life of all processes; E_STATE when one of them ended. */
static RESULT run_once(const struct ca_conf *conf, const char *conf_path,
	const char *self, bool *told)
{
	AUTO(pipes_close) struct pipes p = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	char signer[4096], lint[4096];
	TRY(program(conf, self, "inkan-signer", signer, sizeof signer));
	TRY(program(conf, self, "inkan-lint", lint, sizeof lint));
	TRY(pipes_open(&p));
	struct proc_child children[] = {
		{ .name = "lint",
			.user = conf->user_lint,
			.argv = { lint, "-c", conf->lint_conf, NULL },
			.fds = { p.lint[1], -1, -1, -1, -1, -1 } },
		{ .name = "signer",
			.user = conf->user_signer,
			.argv = { signer, "-c", conf->signer_conf, NULL },
			.fds = { p.lint[0], p.issue[1], p.publish[1], -1, -1, -1 } },
		{ .name = "issuer",
			.user = conf->user_issuer,
			.argv = { self, "serve", "-c", conf_path, "--process", "issuer",
				NULL },
			.fds = { p.issue[0], -1, -1, -1, -1, -1 } },
		{ .name = "publisher",
			.user = conf->user_publisher,
			.argv = { self, "serve", "-c", conf_path, "--process",
				"publisher", NULL },
			.fds = { p.publish[0], -1, -1, -1, -1, -1 } },
		{ .name = "auditor",
			.user = conf->user_auditor,
			.argv = { self, "serve", "-c", conf_path, "--process", "auditor",
				NULL },
			.fds = { -1, -1, -1, -1, -1, -1 } },
	};
	for (size_t i = 0; i < COUNT(children); i++)
		TRY_IN(proc_start(&children[i]), "%s", children[i].name);
	/* The ends belong to the children now: a dead one must be seen by its peers as a closed pipe. */
	pipes_close(&p);
	if (!*told)
		TRY(proc_ready((int)conf->ready_fd, "ready"));
	*told = true;
	return proc_watch(children, COUNT(children), GRACE_S);
}

RESULT ca_serve(const struct ca_conf *conf, const char *conf_path, const char *self)
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
