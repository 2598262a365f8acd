#include "tests/support/postgres.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOME "build/test-postgres"

static struct {
	bool started;
	int databases;
	char name[40], conninfo[600], value[65536];
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

static void end(void)
{
	if (state.started)
		IGNORE((system("tools/postgres stop " HOME " immediate >/dev/null 2>&1") == 0 ? OK : OK)); /* at exit */
}

void postgres_start(void)
{
	/* The schema may have changed since an earlier run: everything is made anew once a run. */
	if (!state.started) {
		run("tools/postgres stop " HOME " immediate >/dev/null 2>&1; rm -rf " HOME);
		atexit(end);
	}
	run("INKAN_ROOT_IS_ALL=1 tools/postgres start " HOME " 2>/dev/null");
	state.started = true;
}

void postgres_stop(void)
{
	run("tools/postgres stop " HOME " fast");
}

const char *postgres_fresh(void)
{
	char command[200];
	if (!state.started)
		postgres_start();
	snprintf(state.name, sizeof state.name, "test_%d_%d", (int)getpid(), ++state.databases);
	snprintf(command, sizeof command, "tools/postgres copy " HOME " %s", state.name);
	run(command);
	return state.name;
}

const char *postgres_conninfo(const char *role)
{
	char command[300], user[64];
	if (role == NULL)
		first_line(getuid() == 0 ? "echo inkan-db" : "id -un", user, sizeof user);
	snprintf(command, sizeof command, "tools/postgres conninfo " HOME " %s %s", role == NULL ? user : role,
		state.name);
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
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "tests: %s: %s\n", sql, PQerrorMessage(conn));
		exit(2);
	}
	state.value[0] = 0;
	if (PQntuples(result) > 0)
		snprintf(state.value, sizeof state.value, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	PQfinish(conn);
	return state.value;
}
