/* inkan-status: what the public asks of the CA: is this certificate good, where is the CRL, which are your certificates. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/status/counter.h"
#include "ca/status/feeder.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/issuer_file.h"
#include "common/proc/proc.h"

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_CONFIG = 3 };
enum { LOOK_MS = 200, AGAIN_MS = 1000, GRACE_S = 8 };

static const char help[] =
	"inkan-status -c status.cfg          serve OCSP, CRLs and CA certificates\n"
	"inkan-status -t -c status.cfg       check the settings and issuers.cfg, then "
	"stop\n"
	"inkan-status -D                     print all settings as a page of the manual\n"
	"\n"
	"  -c, --config FILE    the settings\n"
	"  -t, --test           only check; exit code 3 when something is wrong\n"
	"  -D, --describe       describe the settings\n"
	"      --ready-fd N     write \"http PORT\" to this descriptor when serving\n"
	"  -v, --verbose        log more\n"
	"  -h, --help           this text\n"
	"\n"
	"TERM and INT stop it; HUP makes the workers read issuers.cfg anew (a new OCSP "
	"certificate).\n";

struct options {
	const char *config;
	const char *role; /* of a child: "feeder" or "counter" */
	bool test, describe, help;
	int ready_fd, level;
};

enum { OPTION_ROLE = 256, OPTION_READY };
static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test", no_argument, NULL, 't' },
	{ "describe", no_argument, NULL, 'D' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "role", required_argument, NULL, OPTION_ROLE },
	{ "ready-fd", required_argument, NULL, OPTION_READY },
	{ NULL, 0, NULL, 0 },
};

static RESULT take_option(int option, struct options *out)
{
	int64_t number;
	switch (option) {
	case 'c':
		out->config = optarg;
		return OK;
	case 't':
		out->test = true;
		return OK;
	case 'D':
		out->describe = true;
		return OK;
	case 'v':
		out->level = 7;
		return OK;
	case 'h':
		out->help = true;
		return OK;
	case OPTION_ROLE:
		out->role = optarg;
		return OK;
	case OPTION_READY:
		TRY_IN(text_to_int(optarg, 3, 65535, &number), "--ready-fd");
		out->ready_fd = (int)number;
		return OK;
	}
	return FAIL(E_INPUT, "unknown option; inkan-status --help");
}

static RESULT read_options(int argc, char **argv, struct options *out)
{
	int option;
	while ((option = getopt_long(argc, argv, "c:tDvh", long_options, NULL)) != -1)
		TRY(take_option(option, out));
	if (optind < argc)
		return FAIL(E_INPUT, "%s: not understood; inkan-status --help",
			argv[optind]);
	if (out->config == NULL && !out->describe && !out->help)
		return FAIL(E_INPUT, "-c FILE is missing; inkan-status --help");
	return OK;
}

/* -- the parent -- */

struct parent {
	struct proc_child child[2];
	int64_t started_ms[2];
	int ready_pipe[2]; /* what the counter says goes on to whoever started us */
	int ready_fd;
	bool told;
	char program[4096];
};
enum { FEEDER, COUNTER };

static void start(struct parent *parent, size_t at)
{
	struct proc_child *child = &parent->child[at];
	parent->started_ms[at] = clock_monotonic_ms();
	struct err err = proc_start(child);
	if (err_is(err)) {
		child->pid = 0;
		log_err(NULL, "not started", err);
	}
}

/* The public window and the feeder do not need each other to live: each is started anew alone. */
static void look_after(struct parent *parent)
{
	for (size_t i = 0; i < COUNT(parent->child); i++) {
		struct proc_child *child = &parent->child[i];
		int status = 0;
		if (child->pid > 0 &&
			waitpid((pid_t)child->pid, &status, WNOHANG) == child->pid) {
			char how[32];
			snprintf(how, sizeof how,
				WIFSIGNALED(status) ? "signal %d" : "exit %d",
				WIFSIGNALED(status) ? WTERMSIG(status)
						    : WEXITSTATUS(status));
			log_error(NULL, "ended by itself", "child", child->name, "how",
				how);
			child->pid = 0;
		}
		if (child->pid == 0 &&
			clock_monotonic_ms() - parent->started_ms[i] >= AGAIN_MS)
			start(parent, i);
	}
}

static void tell_children(const struct parent *parent, int number)
{
	for (size_t i = 0; i < COUNT(parent->child); i++)
		if (parent->child[i].pid > 0)
			kill((pid_t)parent->child[i].pid, number);
}

static void stop_children(struct parent *parent)
{
	int64_t until = clock_monotonic_ms() + GRACE_S * 1000;
	tell_children(parent, SIGTERM);
	for (size_t i = 0; i < COUNT(parent->child); i++) {
		struct proc_child *child = &parent->child[i];
		while (child->pid > 0 && waitpid((pid_t)child->pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() >= until)
				kill((pid_t)child->pid, SIGKILL);
			poll(NULL, 0, 20);
		}
		child->pid = 0;
	}
}

/* Waits for the counter's line and hands it on; later ones (after a restart) are read away. */
static void pass_ready(struct parent *parent)
{
	char line[64];
	struct pollfd ready = { .fd = parent->ready_pipe[0], .events = POLLIN };
	if (poll(&ready, 1, LOOK_MS) <= 0 || (ready.revents & POLLIN) == 0)
		return;
	ssize_t got = read(parent->ready_pipe[0], line, sizeof line - 1);
	if (got <= 0)
		return;
	line[got] = 0;
	line[strcspn(line, "\n")] = 0;
	if (parent->told)
		return;
	parent->told = true;
	struct err err = proc_ready(parent->ready_fd, line);
	if (err_is(err))
		log_err(NULL, "readiness not told", err);
}

static void describe_children(struct parent *parent, const struct options *options,
	const struct status_conf *conf)
{
	const char *verbose = options->level > 6 ? "-v" : NULL;
	parent->child[FEEDER] = (struct proc_child){ .name = "feeder",
		.user = conf->user_feeder,
		.argv = { parent->program, "-c", options->config, "--role", "feeder",
			verbose },
		.fds = { -1, -1, -1, -1, -1, -1 } };
	parent->child[COUNTER] = (struct proc_child){ .name = "counter",
		.user = conf->user_worker,
		.argv = { parent->program, "-c", options->config, "--role", "counter",
			"--ready-fd", "3", verbose },
		.fds = { parent->ready_pipe[1], -1, -1, -1, -1, -1 } };
}

static RESULT parent_run(const struct options *options, const struct status_conf *conf)
{
	struct parent parent = { .ready_fd = options->ready_fd };
	ssize_t len =
		readlink("/proc/self/exe", parent.program, sizeof parent.program - 1);
	if (len <= 0)
		return FAIL(E_IO, "/proc/self/exe: %s", strerror(errno));
	if (pipe2(parent.ready_pipe, O_CLOEXEC) != 0)
		return FAIL(E_IO, "pipe: %s", strerror(errno));
	describe_children(&parent, options, conf);
	start(&parent, FEEDER);
	start(&parent, COUNTER);
	while (!proc_stop) {
		pass_ready(&parent);
		look_after(&parent);
		if (proc_reload) {
			proc_reload = 0;
			tell_children(&parent, SIGHUP);
		}
	}
	stop_children(&parent);
	return OK;
}

/* -- all roles -- */

static int tell_faults(const struct conf_faults *faults, struct err err)
{
	for (size_t i = 0; i < faults->count && i < COUNT(faults->text); i++)
		fprintf(stderr, "%s\n", faults->text[i]);
	if (faults->count == 0)
		fprintf(stderr, "inkan-status: %s\n", err.text);
	return EXIT_CONFIG;
}

static int describe(void)
{
	AUTO(buf_clear) struct buf page = BUF(64 * KIB);
	struct err err = status_conf_describe(&page);
	if (err_is(err)) {
		fprintf(stderr, "inkan-status: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	fputs(buf_text(&page), stdout);
	return EXIT_OK;
}

static int test(const struct status_conf *conf)
{
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = issuer_set_load(conf->issuers, &set, &faults);
	if (err_is(err))
		return tell_faults(&faults, err);
	printf("settings are good; %zu issuers\n", issuer_set_count(set));
	return EXIT_OK;
}

static RESULT run_role(const struct options *options, const struct status_conf *conf)
{
	if (options->role == NULL)
		return parent_run(options, conf);
	if (strcmp(options->role, "feeder") == 0)
		return feeder_run(conf);
	if (strcmp(options->role, "counter") == 0)
		return counter_run(conf, options->ready_fd);
	return FAIL(E_INPUT, "--role: feeder or counter");
}

static int run(const struct options *options)
{
	AUTO(status_conf_clear) struct status_conf conf = { .listen = NULL };
	struct conf_faults faults = { .count = 0 };
	struct err err = status_conf_load(options->config, &conf, &faults);
	if (err_is(err))
		return tell_faults(&faults, err);
	if (options->test)
		return test(&conf);
	err = proc_signals();
	if (!err_is(err))
		err = run_role(options, &conf);
	if (!err_is(err))
		return EXIT_OK;
	log_err(NULL, "stopped", err);
	return err_kind(err.code)->exit_code;
}

int main(int argc, char **argv)
{
	struct options options = { .ready_fd = -1, .level = 6 };
	struct err err = secret_harden();
	if (!err_is(err))
		err = read_options(argc, argv, &options);
	if (err_is(err)) {
		fprintf(stderr, "inkan-status: %s\n", err.text);
		return err.code == E_INPUT ? EXIT_USAGE : err_kind(err.code)->exit_code;
	}
	if (options.help) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	log_open(options.role == NULL                  ? "status"
		 : strcmp(options.role, "feeder") == 0 ? "status-feeder"
						       : "status-counter",
		options.level);
	return options.describe ? describe() : run(&options);
}
