#include "common/flow/enrolment_store.h"

#include "common/base/table.h"

/* Whoever puts rows there may crowd a passkey out, but never hide its end behind them. */
static const struct db_stmt papers = { "enrolment_papers",
	"SELECT form, statement, signature FROM enrolment WHERE credential_id = $1"
	" ORDER BY kind = 'enrol', id LIMIT $2" };
static const struct db_stmt *const reading[] = { &papers };
const struct db_stmt_list enrolment_store_reading = { reading, COUNT(reading) };

RESULT enrolment_store_papers(struct db *db, struct blob credential_id,
	struct enrolment_papers *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query(db, &papers,
		DB_ARGS(DB_BLOB(credential_id), DB_INT(ENROLMENT_PAPERS)), &rows));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(enrolment_papers_add(out, db_text(rows, i, 0), db_blob(rows, i, 1),
			db_blob(rows, i, 2)));
	return OK;
}
