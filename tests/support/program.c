#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"

enum { READY_FD = 9, READY_MS = 20000, STOP_MS = 15000, ARGUMENTS = 16 };

bool program_path(const char *name, char out[static 4096])
{
	const char *folder = getenv("INKAN_BIN");
	char self[2048];
	int len;
	if (folder != NULL) {
		len = snprintf(out, 4096, "%s/%s", folder, name);
	} else {
		ssize_t got = readlink("/proc/self/exe", self, sizeof self - 1);
		if (got <= 0)
			return false;
		self[got] = 0;
		*strrchr(self, '/') = 0;
		len = snprintf(out, 4096, "%s/../bin/%s", self, name);
	}
	return len > 0 && len < 4096 && access(out, X_OK) == 0;
}

static _Noreturn void become(const char *path, const char *const *argv, const char *log,
	int ready)
{
	const char *all[ARGUMENTS] = { path };
	for (size_t i = 0; i + 2 < ARGUMENTS && argv[i] != NULL; i++)
		all[i + 1] = argv[i];
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out < 0 || dup2(out, STDERR_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
		dup2(ready, READY_FD) < 0)
		_exit(126);
	execv(path, (char *const *)(uintptr_t)all);
	_exit(127);
}

bool program_start(struct program *program, const char *name, const char *const *argv,
	const char *log)
{
	char path[4096];
	int pipe_fd[2];
	*program = (struct program){ .pid = 0 };
	if (!program_path(name, path) || pipe2(pipe_fd, O_CLOEXEC) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0)
		become(path, argv, log, pipe_fd[1]);
	close(pipe_fd[1]);
	struct pollfd ready = { .fd = pipe_fd[0], .events = POLLIN };
	ssize_t got =
		pid > 0 && poll(&ready, 1, READY_MS) == 1
			? read(pipe_fd[0], program->ready, sizeof program->ready - 1)
			: -1;
	close(pipe_fd[0]);
	program->pid = pid;
	program->ready[got > 0 ? got : 0] = 0;
	program->ready[strcspn(program->ready, "\n")] = 0;
	if (got > 0)
		return true;
	program_stop(program);
	return false;
}

int program_stop(struct program *program)
{
	int64_t until = clock_monotonic_ms() + STOP_MS;
	int status = 0;
	if (program->pid <= 0)
		return -1;
	pid_t pid = (pid_t)program->pid;
	program->pid = 0;
	kill(pid, SIGTERM);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_monotonic_ms() > until)
			kill(pid, SIGKILL);
		poll(NULL, 0, 20);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
