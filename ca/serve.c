#include "ca/serve.h"

#include <unistd.h>

#include "common/base/table.h"
#include "common/proc/proc.h"

enum { GRACE_S = 10 };

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

struct parent {
	const struct ca_conf *conf;
	const char *conf_path;
	char self[4096], signer[4096], lint[4096];
	bool told;
};

/* In the folder that is set, or beside our own. */
static RESULT find_program(const struct ca_conf *conf, const char *name, char *out,
	size_t size)
{
	if (conf->programs[0] == 0)
		return proc_program(name, out, size);
	return (size_t)snprintf(out, size, "%s/%s", conf->programs, name) < size
		       ? OK
		       : FAIL(E_INPUT, "path of %s: too long", name);
}

/* One life of all processes; E_STATE when one of them ended. */
static RESULT run_once(void *context)
{
	struct parent *parent = context;
	const struct ca_conf *conf = parent->conf;
	const char *self = parent->self, *conf_path = parent->conf_path;
	AUTO(pipes_close) struct pipes p = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	TRY(pipes_open(&p));
	struct proc_child children[] = {
		{ .name = "lint",
			.user = conf->user_lint,
			.argv = { parent->lint, "-c", conf->lint_conf, NULL },
			.fds = { p.lint[1], -1, -1, -1, -1, -1 } },
		{ .name = "signer",
			.user = conf->user_signer,
			.argv = { parent->signer, "-c", conf->signer_conf, NULL },
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
	if (!parent->told)
		TRY(proc_ready((int)conf->ready_fd, "ready"));
	parent->told = true;
	return proc_watch(children, COUNT(children), GRACE_S);
}

RESULT ca_serve(const struct ca_conf *conf, const char *conf_path)
{
	struct parent parent = { .conf = conf, .conf_path = conf_path };
	TRY(proc_program(NULL, parent.self, sizeof parent.self));
	TRY(find_program(conf, "inkan-signer", parent.signer, sizeof parent.signer));
	TRY(find_program(conf, "inkan-lint", parent.lint, sizeof parent.lint));
	return proc_live(run_once, &parent);
}
