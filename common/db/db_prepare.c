/* Statements are prepared and their types looked at when a connection is made: a wrong one stops the daemon's start. */
#include "common/base/table.h"
#include "common/db/db_inner.h"

/* Types by their fixed numbers in pg_type. Binary values of any other type would be read as something they are not. */
/* clang-format off */
static const struct { unsigned oid; bool parameter, column; } types[] = {
	{   16, true,  true  }, /* boolean */
	{   17, true,  true  }, /* bytea */
	{   20, true,  true  }, /* bigint */
	{   21, false, true  }, /* smallint */
	{   23, false, true  }, /* integer */
	{   25, true,  true  }, /* text */
	{ 1043, true,  true  }, /* character varying */
	{ 1001, true,  false }, /* bytea[] */
	{ 1009, true,  false }, /* text[] */
	{ 1016, true,  false }, /* bigint[] */
	{ 2278, false, true  }, /* void, of SELECT pg_notify() */
};
/* clang-format on */

static bool is_known(unsigned oid, bool parameter)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (types[i].oid == oid)
			return parameter ? types[i].parameter : types[i].column;
	return false;
}

static RESULT check_types(const struct db_stmt *stmt, const PGresult *description)
{
	int parameters = PQnparams(description), columns = PQnfields(description);
	if (parameters > DB_ARGS_MOST)
		return FAIL(E_BUG, "%s: more than %d parameters", stmt->name,
			DB_ARGS_MOST);
	for (int i = 0; i < parameters; i++)
		if (!is_known(PQparamtype(description, i), true))
			return FAIL(E_BUG,
				"%s: $%d has type %u, write $%d::bigint or the like",
				stmt->name, i + 1, PQparamtype(description, i), i + 1);
	for (int i = 0; i < columns; i++)
		if (!is_known(PQftype(description, i), false))
			return FAIL(E_BUG,
				"%s: column %d (%s) has type %u, cast it to one that is "
				"read here",
				stmt->name, i, PQfname(description, i),
				PQftype(description, i));
	return OK;
}

static RESULT prepare(struct db *db, const struct db_stmt *stmt)
{
	AUTO(PQclear)
	PGresult *prepared = PQprepare(db->conn, stmt->name, stmt->text, 0, NULL);
	TRY(db_check(db, prepared, stmt->name));
	AUTO(PQclear) PGresult *description = PQdescribePrepared(db->conn, stmt->name);
	TRY(db_check(db, description, stmt->name));
	return check_types(stmt, description);
}

RESULT db_prepare_all(struct db *db)
{
	for (size_t i = 0; i < db->list_count; i++)
		for (size_t j = 0; j < db->list[i].count; j++)
			TRY(prepare(db, db->list[i].stmt[j]));
	return OK;
}
