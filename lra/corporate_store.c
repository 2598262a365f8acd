#include "lra/corporate_store.h"

#include "common/base/table.h"

#define COLUMNS                                                                          \
	"number, name, furigana, en_name, address, en_address, updated_on, closed_on, "  \
	"close_cause, successor, kind"
#define FROM_ARRAYS                                                                      \
	" SELECT t.number, t.name, t.furigana, t.en_name, t.address, t.en_address, "     \
	"t.updated_on::date, t.closed_on::date, t.close_cause, t.successor, t.kind"      \
	" FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], "      \
	"$6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[])"    \
	" AS t (number, name, furigana, en_name, address, en_address, updated_on, "      \
	"closed_on, close_cause, successor, kind)"
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"

static const struct db_stmt begin = { "corporate_begin",
	"SELECT pg_try_advisory_xact_lock(hashtext('inkan.corporate_number'))" };
static const struct db_stmt load = { "corporate_load",
	"INSERT INTO corporate_number_loading (" COLUMNS ")" FROM_ARRAYS };
static const struct db_stmt update = { "corporate_update",
	"INSERT INTO corporate_number AS n (" COLUMNS ")" FROM_ARRAYS
	" ON CONFLICT (number) DO UPDATE SET name = excluded.name, furigana = "
	"excluded.furigana, en_name = excluded.en_name, address = excluded.address,"
	" en_address = excluded.en_address, kind = excluded.kind, updated_on = "
	"excluded.updated_on, closed_on = excluded.closed_on,"
	" close_cause = excluded.close_cause, successor = excluded.successor"
	" WHERE excluded.updated_on >= n.updated_on" };
static const struct db_stmt replace = { "corporate_replace",
	"SELECT corporate_replace()" };
static const struct db_stmt end = { "corporate_end",
	"INSERT INTO corporate_register (kind, loaded_at, loaded_by, sha256, size, rows, "
	"newest, total)"
	" VALUES ($1, to_timestamp($2::bigint), $3, $4, $5, $6, $7::text::date, $8)" };
static const struct db_stmt count = { "corporate_count",
	"SELECT count(*) FROM corporate_number" };
static const struct db_stmt status = { "corporate_status",
	"SELECT kind, " SECONDS("loaded_at") ", loaded_by, sha256, size, rows, total, "
					     "newest::text"
					     " FROM corporate_register ORDER BY id DESC "
					     "LIMIT 1" };
static const struct db_stmt find = { "corporate_find",
	"SELECT name, furigana, en_name, address, en_address, kind::bigint, "
	"updated_on::text, closed_on::text, close_cause, successor"
	" FROM corporate_number WHERE number = $1" };
static const struct db_stmt decided = { "corporate_decided",
	"SELECT reason, decided_by, " SECONDS(
		"decided_at") " FROM corporate_decision"
			      " WHERE lra = $1 AND number = $2 AND names = $3 AND entry "
			      "= "
			      "$4 AND finding = $5 ORDER BY id DESC LIMIT 1" };
static const struct db_stmt decide = { "corporate_decide",
	"INSERT INTO corporate_decision (lra, number, names, entry, finding, reason, "
	"decided_by, decided_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::bigint))" };
static const struct db_stmt *const stmts[] = { &status, &find, &decided, &decide };
const struct db_stmt_list lra_corporate_stmts = { stmts, COUNT(stmts) };
static const struct db_stmt *const loading[] = { &begin, &load, &update, &count, &replace,
	&end };
const struct db_stmt_list lra_corporate_load_stmts = { loading, COUNT(loading) };

RESULT corporate_store_begin(struct db_tx *tx)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &begin, DB_NO_ARGS, &rows));
	return db_bool(rows, 0, 0)
		       ? OK
		       : FAIL(E_STATE, "another import of the register is under way");
}

static RESULT put(struct db_tx *tx, const struct db_stmt *stmt,
	const struct corporate_part *part)
{
	struct db_value values[CORPORATE_TEXTS + 1];
	for (size_t i = 0; i < CORPORATE_TEXTS; i++)
		values[i] = DB_TEXTS(part->text[i], part->count);
	values[CORPORATE_TEXTS] = DB_INTS(part->kind, part->count);
	return db_exec(tx, stmt, (struct db_args){ values, COUNT(values) });
}

RESULT corporate_store_load(struct db_tx *tx, const struct corporate_part *part)
{
	return put(tx, &load, part);
}

RESULT corporate_store_update(struct db_tx *tx, const struct corporate_part *part)
{
	return put(tx, &update, part);
}

static RESULT count_all(struct db_tx *tx, int64_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &count, DB_NO_ARGS, &rows));
	*out = db_int(rows, 0, 0);
	return OK;
}

RESULT corporate_store_end(struct db_tx *tx, const struct corporate_load *about,
	int64_t *total)
{
	AUTO(db_rows_free) struct db_rows *nothing = NULL;
	bool full = strcmp(about->kind, "full") == 0;
	*total = about->rows;
	if (!full)
		TRY(count_all(tx, total));
	TRY(db_exec_one(tx, &end,
		DB_ARGS(DB_TEXT(about->kind), DB_INT(about->at), DB_TEXT(about->by),
			DB_BLOB(about->sha256), DB_INT(about->size), DB_INT(about->rows),
			DB_TEXT(about->newest), DB_INT(*total))));
	/* Last of all: whoever reads the register waits from here to the commit. */
	return full ? db_query_tx(tx, &replace, DB_NO_ARGS, &nothing) : OK;
}

RESULT corporate_store_status(struct db *db, struct db_rows **out)
{
	return db_query(db, &status, DB_NO_ARGS, out);
}

RESULT corporate_store_find(struct db *db, const char *number, struct db_rows **out)
{
	return db_query(db, &find, DB_ARGS(DB_TEXT(number)), out);
}

RESULT corporate_store_decided(struct db *db, const struct corporate_case *about,
	struct db_rows **out)
{
	return db_query(db, &decided,
		DB_ARGS(DB_TEXT(about->lra), DB_TEXT(about->number),
			DB_TEXT(about->names), DB_TEXT(about->entry),
			DB_TEXT(about->finding)),
		out);
}

RESULT corporate_store_decide(struct db_tx *tx, const struct corporate_case *about,
	const char *reason, const char *person, int64_t now)
{
	return db_exec_one(tx, &decide,
		DB_ARGS(DB_TEXT(about->lra), DB_TEXT(about->number),
			DB_TEXT(about->names), DB_TEXT(about->entry),
			DB_TEXT(about->finding), DB_TEXT(reason), DB_TEXT(person),
			DB_INT(now)));
}
