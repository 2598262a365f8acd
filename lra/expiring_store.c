#include "lra/expiring_store.h"

#include "common/base/table.h"

/* clang-format off */
#define SECONDS(column) "extract(epoch FROM " column ")::bigint"
#define IN_RANGE "($1 = '' OR u.lra = $1) AND u.not_after >= to_timestamp($2::bigint) AND u.not_after < to_timestamp($3::bigint)"

static const struct db_stmt list = { "lra_expiring",
	"SELECT u.application_id, u.receipt_number, u.display_name, u.entity, u.profile, u.key_origin, i.name, u.serial_number, " SECONDS("u.not_after") ","
	" u.renewed_by, u.renewal, (SELECT string_agg(n.days::text, ' ' ORDER BY n.days DESC) FROM notice n"
	" WHERE n.application_id = u.application_id AND n.kind = 'expiring' AND n.serial_number = u.serial_number)"
	" FROM certificate_in_use u JOIN issuer i ON i.id = u.issuer_id WHERE " IN_RANGE
	" AND (u.not_after, u.application_id) > (to_timestamp($4::bigint), $5) ORDER BY u.not_after, u.application_id LIMIT $6" };
static const struct db_stmt days = { "lra_expiring_days",
	"SELECT to_char(u.not_after AT TIME ZONE interval '+09:00', 'YYYY-MM-DD'), count(*), count(*) FILTER (WHERE u.renewed_by IS NOT NULL)"
	" FROM certificate_in_use u WHERE " IN_RANGE " GROUP BY 1 ORDER BY 1" };
static const struct db_stmt open = { "lra_expiring_open",
	"SELECT u.receipt_number, " SECONDS("u.not_after") " FROM certificate_in_use u WHERE " IN_RANGE
	" AND u.renewed_by IS NULL ORDER BY u.not_after, u.application_id LIMIT $4" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &list, &days, &open };
const struct db_stmt_list lra_expiring_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_expiring(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out)
{
	return db_query(db, &list,
		DB_ARGS(DB_TEXT(filter->lra), DB_INT(filter->from), DB_INT(filter->until),
			DB_INT(filter->after_end), DB_INT(filter->after_id),
			DB_INT(filter->most)),
		out);
}

RESULT lra_store_expiring_days(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out)
{
	return db_query(db, &days,
		DB_ARGS(DB_TEXT(filter->lra), DB_INT(filter->from),
			DB_INT(filter->until)),
		out);
}

RESULT lra_store_expiring_open(struct db *db, const struct lra_expiring_filter *filter,
	struct db_rows **out)
{
	return db_query(db, &open,
		DB_ARGS(DB_TEXT(filter->lra), DB_INT(filter->from), DB_INT(filter->until),
			DB_INT(filter->most)),
		out);
}
