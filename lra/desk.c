/* desk: binds the clerks' interface and forks the workers that answer it; each has its own connection to the registry. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/proc/proc.h"
#include "lra/authenticate.h"
#include "lra/conf.h"
#include "lra/guard.h"
#include "lra/routes.h"
#include "lra/serve.h"

enum {
	DOORS = 2,
	WORKERS_MAX = DOORS * 64,
	LOOK_MS = 200,
	AGAIN_MS = 1000,
	GRACE_MS = 5000,
	TIMEOUT_S = 30
};

struct desk {
	struct lra lra;            /* filled before the fork, but for the database */
	struct http_route *routes; /* all of them, joined */
	size_t route_count;
	struct http_server *door[DOORS]; /* NULL: not set up */
	size_t count;                    /* of workers */
	struct {
		enum lra_door door;
		pid_t pid;
		int64_t started_ms;
	} worker[WORKERS_MAX];
};

/* ---- the pages */

static RESULT give_page(void *context, const struct http_request *request,
	struct http_response *response)
{
	const struct lra *lra = context; /* the pages may have been read again */
	return lra->web == NULL ? FAIL(E_NOT_FOUND, "no pages")
				: http_files_answer(lra->web, request, response);
}
static const struct http_route pages = { "GET", "/{*}", 0, MEDIA_NONE, 0, give_page,
	"The counter's pages" };

/* ---- a worker */

static void tick(void *context)
{
	struct lra *lra = context;
	bool woken;
	IGNORE(db_reconnect(
		lra->db)); /* while it is away, requests are answered E_RETRY */
	IGNORE(db_wait(lra->db, 0,
		&woken)); /* after a hand-over notifications go on coming; they are not kept */
	(void)lra_keep_up(lra);
}

static RESULT open_patiently(struct lra *lra)
{
	for (;;) {
		struct err err = lra_open_database(lra);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		poll(NULL, 0, AGAIN_MS);
	}
}

static RESULT worker_run(struct desk *desk)
{
	TRY(open_patiently(&desk->lra));
	const char *const vault[] = { desk->lra.conf->evidence_folder, NULL };
	TRY(proc_restrict(POWER_NET_SERVE | POWER_NET_CONNECT | POWER_FILE_READ |
				  (desk->lra.vault == NULL ? 0 : POWER_FILE_WRITE),
		NULL, vault));
	return http_serve(desk->door[desk->lra.door], &proc_stop, tick, &desk->lra);
}

static _Noreturn void child_run(struct desk *desk, enum lra_door door, pid_t parent)
{
	desk->lra.door = door;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != parent)
		_exit(1);
	struct err err = worker_run(desk);
	if (err_is(err) && !proc_stop)
		log_err(NULL, "worker ended", err);
	lra_close(&desk->lra);
	_exit(err_is(err) ? err_kind(err.code)->exit_code : 0);
}

/* ---- the desk */

static void start(struct desk *desk, size_t at)
{
	pid_t parent = getpid();
	desk->worker[at].started_ms = clock_monotonic_ms();
	pid_t pid = fork();
	if (pid == 0)
		child_run(desk, desk->worker[at].door, parent);
	if (pid < 0)
		log_err(NULL, "worker not started",
			FAIL(E_IO, "fork: %s", strerror(errno)));
	desk->worker[at].pid = pid < 0 ? 0 : pid;
}

static void look_after(struct desk *desk, size_t at)
{
	int status;
	pid_t pid = desk->worker[at].pid;
	if (pid > 0 && waitpid(pid, &status, WNOHANG) == pid) {
		log_warning(NULL, "worker ended; another takes its place");
		desk->worker[at].pid = 0;
	}
	if (desk->worker[at].pid == 0 &&
		clock_monotonic_ms() - desk->worker[at].started_ms >= AGAIN_MS)
		start(desk, at);
}

static void tell_workers(const struct desk *desk, int number)
{
	for (size_t i = 0; i < desk->count; i++)
		if (desk->worker[i].pid > 0)
			kill(desk->worker[i].pid, number);
}

static void stop_workers(struct desk *desk)
{
	int64_t until = clock_monotonic_ms() + GRACE_MS;
	tell_workers(desk, SIGTERM);
	for (size_t i = 0; i < desk->count; i++)
		while (desk->worker[i].pid > 0 &&
			waitpid(desk->worker[i].pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() >= until)
				kill(desk->worker[i].pid, SIGKILL);
			poll(NULL, 0, 20);
		}
}

struct pem {
	struct buf certificate, key, client_ca;
};
static void pem_clear(struct pem *pem)
{
	buf_clear(&pem->certificate);
	buf_clear(&pem->key);
	buf_clear(&pem->client_ca);
}
AUTO_DEFINE_HELD(struct pem, pem_clear)

/*
 * The counter is a listener of its own: where a certificate is asked for, though it need not come, browsers show their
 * dialog of cards to whoever has one, and there is no logging out of what they chose.
 */
static RESULT bind_door(struct desk *desk, enum lra_door door, const char *listen,
	const struct pem *pem)
{
	const struct http_settings settings = { .listen = listen,
		.certificate_pem = buf_text(&pem->certificate),
		.key_pem = buf_text(&pem->key),
		.client_ca_pem = door == DOOR_CARD ? buf_text(&pem->client_ca) : NULL,
		.routes = desk->routes,
		.route_count = desk->route_count,
		.fallback = &pages,
		.context = &desk->lra,
		.authenticate = lra_authenticate,
		.timeout_s = TIMEOUT_S,
		.max_connections = 400,
		.max_per_address = 200,
		.max_response = 1 * MIB,
		.examine = lra_guard,
		.sink = lra_upload_sink };
	TRY(http_listen(&settings, &desk->door[door]));
	for (int64_t i = 0; i < desk->lra.conf->workers; i++)
		desk->worker[desk->count++].door = door;
	return OK;
}

static RESULT bind_doors(struct desk *desk, const struct lra_conf *conf, struct pem *pem)
{
	TRY(lra_routes_join(&desk->routes, &desk->route_count));
	TRY(file_read(conf->tls_certificate, &pem->certificate));
	TRY(file_read(conf->tls_key, &pem->key));
	TRY(file_read(conf->tls_client_ca, &pem->client_ca));
	TRY(bind_door(desk, DOOR_CARD, conf->listen, pem));
	return conf->counter_listen[0] == 0
		       ? OK
		       : bind_door(desk, DOOR_COUNTER, conf->counter_listen, pem);
}

static RESULT tell_ready(struct desk *desk, int told_fd)
{
	char line[48], port[8], counter[8] = "";
	snprintf(port, sizeof port, "%u", http_port(desk->door[DOOR_CARD]));
	if (desk->door[DOOR_COUNTER] != NULL)
		snprintf(counter, sizeof counter, "%u",
			http_port(desk->door[DOOR_COUNTER]));
	snprintf(line, sizeof line, "https %s%s%s", port,
		counter[0] == 0 ? "" : " counter ", counter);
	log_notice(NULL, "serving", "port", port, "counter", counter);
	unsetenv("NOTIFY_SOCKET"); /* the service manager listens to the parent alone */
	return proc_ready(told_fd, line);
}

RESULT lra_desk(const struct lra_conf *conf, int told_fd, int paper_fd)
{
	struct desk desk = { .count = 0 };
	AUTO(pem_clear) struct pem pem = { BUF(64 * KIB), BUF(64 * KIB), BUF(256 * KIB) };
	struct conf_faults faults = { .count = 0 };
	struct err err = lra_open_files(conf, &desk.lra, &faults);
	desk.lra.paper_fd = paper_fd;
	if (!err_is(err))
		err = bind_doors(&desk, conf, &pem);
	for (size_t i = 0; i < desk.count && !err_is(err); i++)
		start(&desk, i);
	if (!err_is(err))
		err = tell_ready(&desk, told_fd);
	while (!proc_stop && !err_is(err)) {
		poll(NULL, 0, LOOK_MS);
		for (size_t i = 0; i < desk.count; i++)
			look_after(&desk, i);
		/* For workers that are forked later; those that live read it themselves. */
		if (lra_keep_up(&desk.lra))
			tell_workers(&desk, SIGHUP);
	}
	stop_workers(&desk);
	for (size_t i = 0; i < DOORS; i++)
		http_close(desk.door[i]);
	free(desk.routes);
	lra_close(&desk.lra);
	return err;
}
