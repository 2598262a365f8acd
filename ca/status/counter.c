#include "ca/status/counter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/status/worker.h"
#include "common/base/clock.h"
#include "common/proc/proc.h"

enum {
	WORKERS_MAX = 64,
	LOOK_MS = 200,
	AGAIN_MS = 1000,
	PROBE_MS = 5000,
	GRACE_MS = 5000,
	TALLY_MS = 60000,
};
enum {
	MAX_RESPONSE = 512 * 1024
}; /* the repository page with many issuers; CRLs go out as files */

struct counter {
	struct worker worker;          /* of the children: filled after fork() */
	struct http_settings settings; /* borrowed by the server */
	struct http_server *server;
	size_t count;
	struct {
		pid_t pid;
		int64_t started_ms;
	} place[WORKERS_MAX];
	pid_t probe; /* looks whether the token is back */
	int64_t probed_ms;
};

static _Noreturn void child_run(struct counter *counter, pid_t parent)
{
	/* Without the one who watches there is nobody to stop this worker. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != parent)
		_exit(1);
	proc_reload = 0;
	struct err err = worker_run(&counter->worker, counter->server);
	if (err_is(err) && !proc_stop)
		log_err(NULL, "worker ended", err);
	_exit(err_is(err) ? err_kind(err.code)->exit_code : 0);
}

static void start(struct counter *counter, size_t at)
{
	pid_t parent = getpid();
	counter->place[at].started_ms = clock_monotonic_ms();
	pid_t pid = fork();
	if (pid == 0)
		child_run(counter, parent);
	if (pid < 0)
		log_err(NULL, "worker not started",
			FAIL(E_IO, "fork: %s", strerror(errno)));
	counter->place[at].pid = pid < 0 ? 0 : pid;
}

static void tell_end(pid_t pid, int status)
{
	char number[16], how[48];
	snprintf(number, sizeof number, "%d", (int)pid);
	if (WIFSIGNALED(status))
		snprintf(how, sizeof how, "signal %d", WTERMSIG(status));
	else
		snprintf(how, sizeof how, "exit %d", WEXITSTATUS(status));
	log_warning(NULL, "worker ended", "worker", number, "how", how);
}

/* A worker that dies is replaced, at most once a second; the others go on answering. */
static void look_after(struct counter *counter)
{
	for (size_t i = 0; i < counter->count; i++) {
		int status;
		pid_t pid = counter->place[i].pid;
		if (pid > 0 && waitpid(pid, &status, WNOHANG) == pid) {
			counter->place[i].pid = 0;
			if (!(WIFEXITED(status) && WEXITSTATUS(status) == 0))
				tell_end(pid, status);
		}
		if (counter->place[i].pid == 0 &&
			clock_monotonic_ms() - counter->place[i].started_ms >= AGAIN_MS)
			start(counter, i);
	}
}

static bool wait_gone(struct counter *counter, size_t at, int64_t until_ms)
{
	while (counter->place[at].pid > 0) {
		if (waitpid(counter->place[at].pid, NULL, WNOHANG) != 0)
			counter->place[at].pid = 0;
		else if (clock_monotonic_ms() >= until_ms)
			return false;
		else
			poll(NULL, 0, 20);
	}
	return true;
}

static void stop_one(struct counter *counter, size_t at, int64_t until_ms)
{
	if (counter->place[at].pid > 0 && !wait_gone(counter, at, until_ms)) {
		kill(counter->place[at].pid, SIGKILL);
		waitpid(counter->place[at].pid, NULL, 0);
		counter->place[at].pid = 0;
	}
}

static void stop_all(struct counter *counter)
{
	int64_t until = clock_monotonic_ms() + GRACE_MS;
	for (size_t i = 0; i < counter->count; i++)
		if (counter->place[i].pid > 0)
			kill(counter->place[i].pid, SIGTERM);
	for (size_t i = 0; i < counter->count; i++)
		stop_one(counter, i, until);
}

/* One after the other, so that somebody always answers when there are two or more. */
static void replace_all(struct counter *counter)
{
	log_notice(NULL, "replacing the workers");
	for (size_t i = 0; i < counter->count && !proc_stop; i++) {
		if (counter->place[i].pid > 0)
			kill(counter->place[i].pid, SIGTERM);
		stop_one(counter, i, clock_monotonic_ms() + GRACE_MS);
		start(counter, i);
	}
}

static int probe(const struct counter *counter)
{
	struct err err = worker_probe(counter->worker.conf);
	if (!err_is(err))
		return 0;
	log_err(NULL, "OCSP keys are still not at hand", err);
	return 1;
}

/*
 * Workers without keys cannot open the token, for they have given up the powers that this takes. They are replaced once
 * a probe has opened everything; until then they live, because they hold answers that are still good (R-OCSP-14).
 */
static void look_for_keys(struct counter *counter)
{
	int status;
	if (counter->probe > 0 &&
		waitpid(counter->probe, &status, WNOHANG) == counter->probe) {
		counter->probe = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			replace_all(counter);
		tally_take_wish(
			counter->worker.tally); /* wished before the replacement */
	}
	if (counter->probe > 0 || clock_monotonic_ms() - counter->probed_ms < PROBE_MS ||
		!tally_take_wish(counter->worker.tally))
		return;
	counter->probed_ms = clock_monotonic_ms();
	counter->probe = fork();
	if (counter->probe == 0)
		_exit(probe(counter));
}

static RESULT bind_address(struct counter *counter)
{
	const struct status_conf *conf = counter->worker.conf;
	counter->settings = (struct http_settings){
		.listen = conf->listen,
		.routes = worker_routes,
		.route_count = worker_route_count,
		.context = &counter->worker,
		.timeout_s = (int)conf->timeout_s,
		.max_connections = (unsigned)conf->max_connections,
		.max_per_address = (unsigned)conf->max_per_address,
		.max_response = MAX_RESPONSE,
	};
	return http_listen(&counter->settings, &counter->server);
}

static RESULT tell_ready(struct counter *counter, int ready_fd)
{
	char line[32], port[8];
	snprintf(port, sizeof port, "%u", http_port(counter->server));
	snprintf(line, sizeof line, "http %s", port);
	log_notice(NULL, "serving", "port", port);
	/* The service manager listens to the parent alone. */
	unsetenv("NOTIFY_SOCKET");
	return proc_ready(ready_fd, line);
}

RESULT counter_run(const struct status_conf *conf, int ready_fd)
{
	AUTO(tally_free) struct tally *tally = NULL;
	struct counter counter = { .count = (size_t)conf->workers };
	int64_t told_ms = clock_monotonic_ms();
	TRY(tally_new(&tally));
	counter.worker.conf = conf;
	counter.worker.tally = tally;
	TRY(bind_address(&counter));
	AUTO(http_close) struct http_server *server = counter.server;
	for (size_t i = 0; i < counter.count; i++)
		start(&counter, i);
	struct err err = tell_ready(&counter, ready_fd);
	while (!proc_stop && !err_is(err)) {
		poll(NULL, 0, LOOK_MS);
		look_after(&counter);
		look_for_keys(&counter);
		if (proc_reload) {
			proc_reload = 0;
			replace_all(&counter);
		}
		if (clock_monotonic_ms() - told_ms >= TALLY_MS) {
			told_ms = clock_monotonic_ms();
			tally_log(tally);
		}
	}
	stop_all(&counter);
	if (counter.probe > 0)
		kill(counter.probe, SIGKILL);
	tally_log(tally);
	(void)server;
	return err;
}
