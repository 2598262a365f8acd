#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/proc/proc.h"

enum {
	FIRST_FD = 3,
	BEHIND_FDS = FIRST_FD + PROC_FDS,
	GROUPS_MAX = 32,
	LOOK_MS = 500, /* how late a signal is seen that came just before a wait */
};

/* Whom a child becomes; read before the fork, for getpwnam allocates. */
struct identity {
	bool change;
	uid_t uid;
	gid_t gid;
	gid_t groups[GROUPS_MAX];
	int group_count;
};

/* What a child that could not start tells its parent through the report pipe. */
struct report {
	int why; /* errno */
	char what[24];
};

static RESULT identity_find(const char *user, struct identity *out)
{
	*out = (struct identity){ .change = false };
	if (geteuid() != 0 || user == NULL || user[0] == 0)
		return OK;
	const struct passwd *entry = getpwnam(user);
	if (entry == NULL)
		return FAIL(E_NOT_FOUND, "no user %s on this machine", user);
	if (entry->pw_uid == 0)
		return FAIL(E_POLICY, "user %s is root", user);
	out->change = true;
	out->uid = entry->pw_uid;
	out->gid = entry->pw_gid;
	out->group_count = GROUPS_MAX;
	if (getgrouplist(user, out->gid, out->groups, &out->group_count) < 0)
		return FAIL(E_POLICY, "user %s is in more than %d groups", user,
			GROUPS_MAX);
	return OK;
}

/* From here to exec only async-signal-safe calls; each returns the name of what failed, NULL when it worked. */
static const char *child_become(const struct identity *who)
{
	if (!who->change)
		return NULL;
	if (setgroups((size_t)who->group_count, who->groups) != 0)
		return "setgroups";
	if (setresgid(who->gid, who->gid, who->gid) != 0)
		return "setresgid";
	if (setresuid(who->uid, who->uid, who->uid) != 0)
		return "setresuid";
	/* The way back must be closed, or nothing was gained. */
	if (setresuid(0, 0, 0) == 0)
		return "giving up root";
	return NULL;
}

/* The descriptors go up out of the way first, for one's source may be another's place. */
static const char *child_descriptors(const int fds[static PROC_FDS])
{
	int high[PROC_FDS];
	for (int i = 0; i < PROC_FDS; i++) {
		high[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, BEHIND_FDS);
		if (fds[i] >= 0 && high[i] < 0)
			return "a descriptor";
	}
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return "/dev/null";
	/* All others close at exec: those between stay open for nobody, the report pipe until exec worked. */
	if (close_range(FIRST_FD, ~0u, CLOSE_RANGE_CLOEXEC) != 0)
		return "close_range";
	for (int i = 0; i < PROC_FDS; i++)
		if (high[i] >= 0 && dup2(high[i], FIRST_FD + i) < 0)
			return "dup2";
	return NULL;
}

static const char *child_signals(pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	if (signal(SIGPIPE, SIG_DFL) == SIG_ERR ||
		sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return "signals";
	/* After the change of user, which would clear it. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0)
		return "parent-death signal";
	return getppid() == parent ? NULL : "the parent is gone";
}

static _Noreturn void child_run(const struct proc_child *child,
	const struct identity *who, pid_t parent, int report_fd)
{
	struct report report = { .why = 0 };
	/* The pipe leaves the places that the descriptors will take. */
	int pipe_fd = fcntl(report_fd, F_DUPFD_CLOEXEC, BEHIND_FDS);
	const char *failed = child_descriptors(child->fds);
	if (failed == NULL)
		failed = child_become(who);
	if (failed == NULL)
		failed = child_signals(parent);
	if (failed == NULL && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		failed = "no new privileges";
	if (failed == NULL) {
		execv(child->argv[0], (char *const *)(uintptr_t)child->argv);
		failed = "exec";
	}
	report.why = errno;
	strncpy(report.what, failed, sizeof report.what - 1);
	ssize_t done = write(pipe_fd, &report, sizeof report);
	_exit(done == (ssize_t)sizeof report ? 127 : 126);
}

RESULT proc_start(struct proc_child *child)
{
	struct identity who;
	struct report report = { .why = 0 };
	int pipe_fd[2];
	TRY_IN(identity_find(child->user, &who), "child %s", child->name);
	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return FAIL(E_IO, "child %s: pipe: %s", child->name, strerror(errno));
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		child_run(child, &who, parent, pipe_fd[1]);
	int why = errno;
	close(pipe_fd[1]);
	if (pid < 0) {
		close(pipe_fd[0]);
		return FAIL(E_RETRY, "child %s: fork: %s", child->name, strerror(why));
	}
	/* Ends empty when exec closed the other side: the child runs. */
	ssize_t got;
	do
		got = read(pipe_fd[0], &report, sizeof report);
	while (got < 0 && errno == EINTR);
	close(pipe_fd[0]);
	if (got != 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			continue;
		report.what[sizeof report.what - 1] = 0;
		return FAIL(E_IO, "child %s: %s: %s", child->name, report.what,
			strerror(report.why));
	}
	child->pid = pid;
	return OK;
}

static void describe(const struct proc_child *child, int status, char *out, size_t size)
{
	if (WIFEXITED(status))
		snprintf(out, size, "%s ended with exit code %d", child->name,
			WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGSYS)
		/* Which one stands in the kernel's log (audit type 1326) only: the process is gone at once. */
		snprintf(out, size, "%s made a system call that it has no power for",
			child->name);
	else
		snprintf(out, size, "%s was ended by signal %d", child->name,
			WTERMSIG(status));
}

/* Takes the ended ones; counts those left. first: words about the first that ended, when still empty. */
static size_t reap(struct proc_child *children, size_t count, char *first, size_t size)
{
	size_t left = 0;
	for (size_t i = 0; i < count; i++) {
		int status;
		if (children[i].pid <= 0)
			continue;
		pid_t ended = waitpid((pid_t)children[i].pid, &status, WNOHANG);
		if (ended == 0) {
			left++;
			continue;
		}
		if (ended > 0 && first[0] == 0)
			describe(&children[i], status, first, size);
		else if (first[0] == 0)
			snprintf(first, size, "%s is no child of ours", children[i].name);
		children[i].pid = 0;
	}
	return left;
}

/* Sleeps until a child ends or a signal comes, wait_ms at most. */
static void wait_change(const struct proc_child *children, size_t count, int wait_ms)
{
	struct pollfd fds[PROC_CHILDREN];
	nfds_t used = 0;
	for (size_t i = 0; i < count; i++)
		if (children[i].pid > 0) {
			int fd = (int)syscall(SYS_pidfd_open, children[i].pid, 0);
			fds[used++] = (struct pollfd){ .fd = fd, .events = POLLIN };
		}
	poll(fds, used, wait_ms);
	for (nfds_t i = 0; i < used; i++)
		if (fds[i].fd >= 0)
			close(fds[i].fd);
}

static void tell_all(const struct proc_child *children, size_t count, int number)
{
	for (size_t i = 0; i < count; i++)
		if (children[i].pid > 0)
			kill((pid_t)children[i].pid, number);
}

static void stop_all(struct proc_child *children, size_t count, int grace_s, char *first,
	size_t size)
{
	int64_t until = clock_monotonic_ms() + (int64_t)grace_s * 1000;
	tell_all(children, count, SIGTERM);
	while (reap(children, count, first, size) > 0) {
		int64_t left = until - clock_monotonic_ms();
		if (left <= 0)
			tell_all(children, count, SIGKILL);
		wait_change(children, count,
			left > 0 && left < LOOK_MS ? (int)left : LOOK_MS);
	}
}

/* A clerk's role ends when the roster is read again: the operator tells the parent, the children read. */
static void pass_reload(const struct proc_child *children, size_t count)
{
	if (!proc_reload)
		return;
	proc_reload = 0;
	tell_all(children, count, SIGHUP);
}

RESULT proc_watch(struct proc_child *children, size_t count, int grace_s)
{
	char first[160] = "";
	if (count > PROC_CHILDREN)
		return FAIL(E_BUG, "more than %d children", PROC_CHILDREN);
	size_t running = 0;
	for (size_t i = 0; i < count; i++)
		running += children[i].pid > 0;
	while (!proc_stop && reap(children, count, first, sizeof first) == running) {
		wait_change(children, count, LOOK_MS);
		pass_reload(children, count);
	}
	/* Asked now, not later: a signal that comes during the stopping does not make a failure a success. */
	bool asked = proc_stop != 0;
	stop_all(children, count, grace_s, first, sizeof first);
	return asked ? OK : FAIL(E_STATE, "%s", first);
}
