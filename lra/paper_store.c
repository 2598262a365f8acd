#include "lra/paper_store.h"

#include "common/base/table.h"

static const struct db_stmt paper = { "lra_paper",
	"SELECT d.id, d.sealed_pin, d.pin_shown_at IS NOT NULL, d.issuer, "
	"d.serial_number, d.form, d.file_channel, d.pin_channel,"
	" extract(epoch FROM d.delivered_at)::bigint, extract(epoch FROM "
	"d.receipt_due_at)::bigint, a.display_name, a.profile,"
	" v.document, c.der, EXISTS (SELECT FROM pickup p WHERE p.delivery_id = d.id)"
	" FROM delivery d JOIN application a ON a.id = d.application_id"
	" JOIN application_version v ON v.application_id = a.id AND v.version = a.version"
	" JOIN issuer i ON i.name = d.issuer JOIN certificate c ON c.issuer_id = i.id "
	"AND "
	"c.serial_number = d.serial_number"
	" WHERE d.application_id = $1 ORDER BY d.id DESC LIMIT 1 FOR UPDATE OF d" };
/* By order, which has an index and grows with the time of issue: the next part begins where the last one ended. */
static const struct db_stmt ledger = { "lra_ledger",
	"SELECT c.order_id, a.receipt_number, a.display_name, c.profile, i.name, "
	"c.serial_number, a.state,"
	" extract(epoch FROM c.issued_at)::bigint, extract(epoch FROM "
	"c.not_after)::bigint,"
	" extract(epoch FROM d.delivered_at)::bigint, d.file_channel, d.pin_channel,"
	" extract(epoch FROM d.pin_shown_at)::bigint, r.method, extract(epoch FROM "
	"r.confirmed_at)::bigint,"
	" extract(epoch FROM v.revocation_date)::bigint, v.reason"
	" FROM certificate c JOIN issuer i ON i.id = c.issuer_id"
	" JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = "
	"o.application_id"
	" LEFT JOIN LATERAL (SELECT * FROM delivery x WHERE x.application_id = a.id AND "
	"x.serial_number = c.serial_number"
	" AND x.issuer = i.name ORDER BY id DESC LIMIT 1) d ON true"
	" LEFT JOIN receipt r ON r.application_id = a.id AND r.serial_number = "
	"c.serial_number"
	" LEFT JOIN LATERAL (SELECT revocation_date, reason FROM certificate_revocation "
	"y WHERE y.issuer_id = c.issuer_id"
	" AND y.serial_number = c.serial_number ORDER BY edition DESC LIMIT 1) v ON true"
	" WHERE ($1 = '' OR a.lra = $1) AND c.issued_at >= to_timestamp($2::bigint) AND "
	"c.issued_at < to_timestamp($3::bigint)"
	" AND c.order_id > $4 ORDER BY c.order_id LIMIT $5" };
static const struct db_stmt *const stmts[] = { &paper, &ledger };
const struct db_stmt_list lra_paper_stmts = { stmts, COUNT(stmts) };

RESULT lra_store_paper(struct db_tx *tx, int64_t application_id, struct db_rows **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(db_query_tx(tx, &paper, DB_ARGS(DB_INT(application_id)), &rows));
	if (db_count(rows) != 1)
		return FAIL(E_NOT_FOUND, "delivery");
	*out = MOVE(rows);
	return OK;
}

RESULT lra_store_ledger(struct db *db, const struct ledger_span *span,
	struct db_rows **out)
{
	return db_query(db, &ledger,
		DB_ARGS(DB_TEXT(span->lra), DB_INT(span->from), DB_INT(span->until),
			DB_INT(span->after), DB_INT(span->most)),
		out);
}
