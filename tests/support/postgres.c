#include "tests/support/postgres.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <unistd.h>

enum { VALUES = 8 }; /* answers that stay until so many more */

static struct {
	bool started;
	int databases;
	char home[40]; /* one for each run, so that runs beside each other do not meet */
	char name[40], conninfo[600], value[VALUES][65536];
	unsigned turn;
} state;

static void run(const char *command)
{
	if (system(command) != 0) {
		fprintf(stderr, "tests: could not: %s\n", command);
		exit(2);
	}
}

static void first_line(const char *command, char *out, size_t size)
{
	FILE *pipe = popen(command, "re");
	if (pipe == NULL || fgets(out, (int)size, pipe) == NULL) {
		fprintf(stderr, "tests: no answer: %s\n", command);
		exit(2);
	}
	pclose(pipe);
	out[strcspn(out, "\n")] = 0;
}

/*
 * Ends the server behind us, also when we are killed: a process that waits for the pipe which only we hold, and which
 * hears neither the terminal nor its signals.
 */
static void start_undertaker(void)
{
	char command[200];
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		abort();
	snprintf(command, sizeof command, "tools/postgres stop %s immediate; rm -rf %s",
		state.home, state.home);
	if (fork() != 0) {
		close(ends[0]);
		return;
	}
	char byte;
	setsid();
	for (int fd = 0; fd < 3; fd++) {
		close(fd);
		if (open("/dev/null", O_RDWR) != fd)
			_exit(1);
	}
	close(ends[1]);
	while (read(ends[0], &byte, 1) < 0)
		;
	execl("/bin/bash", "bash", "-c", command, (char *)NULL);
	_exit(1);
}

void postgres_start(void)
{
	char command[200];
	if (!state.started) {
		snprintf(state.home, sizeof state.home, "build/test-postgres-%d",
			(int)getpid());
		start_undertaker();
	}
	/* INKAN_PG_OPTIONS, as in "-c fsync=off", is heard by tools/postgres; by default nothing is switched off. */
	snprintf(command, sizeof command, "INKAN_ROOT_IS_ALL=1 tools/postgres start %s",
		state.home);
	run(command);
	state.started = true;
}

static void stop(const char *mode)
{
	char command[200];
	snprintf(command, sizeof command, "tools/postgres stop %s %s", state.home, mode);
	run(command);
}

void postgres_stop(void)
{
	stop("fast");
}

void postgres_crash(void)
{
	stop("immediate");
}

const char *postgres_fresh(void)
{
	char command[200];
	if (!state.started)
		postgres_start();
	snprintf(state.name, sizeof state.name, "test_%d_%d", (int)getpid(),
		++state.databases);
	snprintf(command, sizeof command, "tools/postgres copy %s %s", state.home,
		state.name);
	run(command);
	return state.name;
}

const char *postgres_name(void)
{
	return state.name;
}

const char *postgres_home(void)
{
	return state.home;
}

const char *postgres_conninfo(const char *role)
{
	char command[300], user[64];
	if (role == NULL)
		first_line(getuid() == 0 ? "echo inkan-db" : "id -un", user, sizeof user);
	snprintf(command, sizeof command, "tools/postgres conninfo %s %s %s", state.home,
		role == NULL ? user : role, state.name);
	first_line(command, state.conninfo, sizeof state.conninfo);
	return state.conninfo;
}

const char *postgres_sql(const char *format, ...)
{
	char sql[8192];
	va_list args;
	va_start(args, format);
	vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	PGconn *conn = PQconnectdb(postgres_conninfo(NULL));
	PQclear(PQexec(conn, "SET search_path = inkan"));
	PGresult *result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK &&
		PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "tests: %s: %s\n", sql, PQerrorMessage(conn));
		exit(2);
	}
	char *value = state.value[state.turn++ % VALUES];
	*value = 0;
	if (PQntuples(result) > 0)
		snprintf(value, sizeof state.value[0], "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(conn);
	return value;
}
