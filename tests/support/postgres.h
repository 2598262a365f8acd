/*
 * postgres: a private PostgreSQL for the tests (tools/postgres), started once a run and ended with it, whatever ends the
 * run; each test takes a fresh database.
 */
#ifndef TESTS_SUPPORT_POSTGRES_H
#define TESTS_SUPPORT_POSTGRES_H

#include "common/db/db.h"

/* A new database out of sql/; its name stays valid until the next call. Ends the run when PostgreSQL cannot be started. */
const char *postgres_fresh(void);
const char *postgres_name(void); /* of the newest database */
const char *postgres_home(void); /* HOME of tools/postgres */
/* libpq's words for a role on the newest database; valid until the next call. role NULL: the superuser. */
const char *postgres_conninfo(const char *role);
/* Stops the server, as a fault: orderly, or without a checkpoint, so that it must recover; and starts it again. */
void postgres_stop(void);
void postgres_crash(void);
void postgres_start(void);
/* One statement as superuser, for set-up; its first value as text. Ends the run on error.
 * The text is owned here, until some calls later: a check may have several among its arguments, in whatever order. */
const char *postgres_sql(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
