#include "lra/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/proc/proc.h"

/*
 * Desk, keeper, inkan-paper, the distributors, inkan-notices and the two doors of inkan-subscriber live without each other;
 * the last ones only where they are set up.
 */
enum { DESK, KEEPER, PAPER, DISTRIBUTOR, CHILDREN = DISTRIBUTOR + DISTRIBUTORS_MAX + 3 };

struct parent {
	struct proc_child child[CHILDREN];
	int told[2]; /* what the desk says goes on to whoever started us */
	int paper
		[2]; /* the desk's end and inkan-paper's, kept: jobs wait while it is started anew */
	char program[4096], paper_program[4096], notices_program[4096],
		subscriber_program[4096];
	size_t count; /* of children */
};

/* Programs of their own, with settings of their own. */
static void describe_programs(struct parent *parent, const struct lra_conf *conf)
{
	static const char *const doors[] = { "open", "certificate" };
	if (conf->notices_settings[0] != 0)
		parent->child[parent->count++] = (struct proc_child){ .name = "notices",
			.user = conf->user_notices,
			.argv = { parent->notices_program, conf->notices_settings },
			.fds = { -1, -1, -1, -1, -1, -1 } };
	for (size_t i = 0; i < 2 && conf->subscriber_settings[0] != 0; i++)
		parent->child[parent->count++] =
			(struct proc_child){ .name = "subscriber",
				.user = conf->user_subscriber,
				.argv = { parent->subscriber_program, doors[i],
					conf->subscriber_settings },
				.fds = { -1, -1, -1, -1, -1, -1 } };
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
	for (int64_t i = 0; i < conf->distributors; i++)
		parent->child[DISTRIBUTOR + i] =
			(struct proc_child){ .name = "distributor",
				.user = conf->user_keeper,
				.argv = { parent->program, "serve", "-c", conf_path,
					"--process", "distributor" },
				.fds = { -1, -1, -1, -1, -1, -1 } };
	parent->count = DISTRIBUTOR + (size_t)conf->distributors;
	describe_programs(parent, conf);
}

static RESULT find_programs(const struct lra_conf *conf, struct parent *parent)
{
	TRY(proc_program(NULL, parent->program, sizeof parent->program));
	TRY(proc_program("inkan-notices", parent->notices_program,
		sizeof parent->notices_program));
	TRY(proc_program("inkan-subscriber", parent->subscriber_program,
		sizeof parent->subscriber_program));
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
	return proc_keep(parent.child, parent.count, parent.told[0], (int)conf->ready_fd);
}
