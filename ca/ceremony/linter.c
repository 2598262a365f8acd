#include "ca/ceremony/linter.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/flow/lint_pipe.h"
#include "common/proc/proc.h"

static RESULT write_settings(const struct room *room, char path[static ROOM_PATH])
{
	char issuers[ROOM_PATH];
	AUTO(buf_clear) struct buf text = BUF(4 * KIB);
	TRY(room_path(room, "lint.cfg", "", path));
	TRY(room_path(room, "issuers.cfg", "", issuers));
	TRY(buf_append_format(&text, "profiles = \"%s\";\n", room->site->profiles));
	/* Before the first root there is no issuer that a linter could know. */
	if (room->authority_count > 0)
		TRY(buf_append_format(&text, "issuers = \"%s\";\n", issuers));
	return file_write(path, buf_view(&text), 0644);
}

static RESULT ask(int fd, const struct lint_item *item)
{
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_FRAME);
	struct err verdict = FAIL(E_BUG, "no verdict");
	TRY(lint_pipe_send(fd, item, 1, &frame));
	TRY(lint_pipe_receive(fd, 1, &frame, &verdict));
	return verdict;
}

static RESULT start(const struct room *room, const char *settings,
	struct proc_child *child, int *fd)
{
	int pair[2];
	TRY(proc_socketpair(pair));
	*child = (struct proc_child){ .name = "lint",
		.argv = { room->linter, "-c", settings, NULL },
		.fds = { pair[1], -1, -1, -1, -1, -1 } };
	struct err err = proc_start(child);
	close(pair[1]);
	if (err_is(err)) {
		close(pair[0]);
		return err;
	}
	*fd = pair[0];
	return OK;
}

RESULT linter_ask(struct room *room, const struct plan_row *row,
	const struct profile *profile, struct blob tbs)
{
	struct proc_child child;
	char settings[ROOM_PATH];
	int fd;
	const struct lint_item item = { .profile = profile->name,
		.profile_version = profile->version,
		.issuer = row->issuer[0] == 0 ? row->word : row->issuer,
		.tbs = tbs };
	TRY(write_settings(room, settings));
	TRY(start(room, settings, &child, &fd));
	struct err err = ask(fd, &item);
	/* It ends when its pipe closes. */
	close(fd);
	while (waitpid((pid_t)child.pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	unlink(settings);
	return err;
}
