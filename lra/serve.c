#include "lra/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/proc/proc.h"

/* Desk, keeper, inkan-paper, the distributors and inkan-notices live without each other; the last one only where it is set up. */
enum { DESK, KEEPER, PAPER, DISTRIBUTOR, CHILDREN = DISTRIBUTOR + DISTRIBUTORS_MAX + 1 };

struct parent {
	struct proc_child child[CHILDREN];
	int told[2]; /* what the desk says goes on to whoever started us */
	int paper
		[2]; /* the desk's end and inkan-paper's, kept: jobs wait while it is started anew */
	char program[4096], paper_program[4096], notices_program[4096];
};

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
	for (int64_t i = 0; i < conf->distributors; i++)
		parent->child[DISTRIBUTOR + i] =
			(struct proc_child){ .name = "distributor",
				.user = conf->user_keeper,
				.argv = { parent->program, "serve", "-c", conf_path,
					"--process", "distributor" },
				.fds = { -1, -1, -1, -1, -1, -1 } };
	parent->child[DISTRIBUTOR + conf->distributors] =
		(struct proc_child){ .name = "notices",
			.user = conf->user_notices,
			.argv = { parent->notices_program, conf->notices_settings },
			.fds = { -1, -1, -1, -1, -1, -1 } };
}

static RESULT find_programs(const struct lra_conf *conf, struct parent *parent)
{
	TRY(proc_program(NULL, parent->program, sizeof parent->program));
	TRY(proc_program("inkan-notices", parent->notices_program,
		sizeof parent->notices_program));
	if (conf->paper_program[0] == 0)
		return proc_program("inkan-paper", parent->paper_program,
			sizeof parent->paper_program);
	return text_copy(conf->paper_program, parent->paper_program,
		sizeof parent->paper_program);
}

RESULT lra_serve(const struct lra_conf *conf, const char *conf_path)
{
	struct parent parent;
	TRY(find_programs(conf, &parent));
	if (pipe2(parent.told, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe: %s", strerror(errno));
	TRY(proc_socketpair(parent.paper));
	describe(&parent, conf, conf_path);
	const size_t notices = conf->notices_settings[0] == 0 ? 0 : 1;
	return proc_keep(parent.child, DISTRIBUTOR + (size_t)conf->distributors + notices,
		parent.told[0], (int)conf->ready_fd);
}
