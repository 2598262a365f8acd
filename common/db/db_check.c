/* SQLSTATE to code: one table. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/db/db_inner.h"

/* clang-format off */
static const struct { const char *state; enum err_code code; } states[] = { /* a class, or a whole SQLSTATE; first match */
	{ "23505", E_CONFLICT }, { "23P01", E_CONFLICT },                         /* unique, exclusion */
	{ "23",    E_STATE    },                                                  /* check, foreign key, not null */
	{ "P0001", E_STATE    }, { "P0002", E_NOT_FOUND },                        /* raised by our triggers */
	{ "42501", E_DENIED   }, { "28", E_DENIED },                              /* privileges, authorization */
	{ "40",    E_RETRY    },                                                  /* serialization, deadlock */
	{ "08P01", E_BUG      }, { "22P03", E_BUG },                              /* our parameters do not fit the statement */
	{ "08",    E_RETRY    }, { "57P", E_RETRY }, { "53", E_RETRY },           /* connection, shutdown, resources */
	{ "25006", E_RETRY    }, { "55P03", E_RETRY }, { "57014", E_RETRY },      /* read-only standby, lock, cancelled */
	{ "22",    E_INPUT    },                                                  /* a value that does not fit */
};
/* clang-format on */

static enum err_code code_of(const char *state)
{
	for (size_t i = 0; i < COUNT(states); i++)
		if (text_starts(state, states[i].state))
			return states[i].code;
	return E_BUG;
}

RESULT db_check(struct db *db, const PGresult *result, const char *what)
{
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
		status == PGRES_SINGLE_TUPLE)
		return OK;
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (PQstatus(db->conn) == CONNECTION_OK &&
		result == NULL) /* libpq's own refusal: it did not send anything */
		return FAIL(E_BUG, "%s: %.120s", what, PQerrorMessage(db->conn));
	if (PQstatus(db->conn) != CONNECTION_OK || state == NULL) {
		/* An end that libpq saw while it was sending shows in the result first, in the status only later. */
		db->stale = true;
		return FAIL(E_RETRY, "%s: the connection to the registry is lost", what);
	}
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	db->collided = db->collided || text_starts(state, "40");
	db->stale = db->stale || strcmp(state, "25006") == 0;
	return FAIL(code_of(state), "%s: %s%s%.120s (%s)", what,
		constraint == NULL ? "" : constraint, constraint == NULL ? "" : ": ",
		words == NULL ? "" : words, state);
}

RESULT db_command(struct db *db, const char *sql, const char *what)
{
	AUTO(PQclear) PGresult *result = PQexec(db->conn, sql);
	return db_check(db, result, what);
}
