/* order: step 5, and the CA's answer. The order carries the decisions themselves; the RA adds its signature. */
#include "common/base/log.h"
#include "common/flow/audit_store.h"
#include "common/json/fault_json.h"
#include "common/pki/cms.h"
#include "common/proc/fault_point.h"
#include "ra/ra.h"
#include "ra/rules.h"
#include "ra/store.h"

static RESULT step(struct ra *ra, struct db_tx *tx, int64_t id, const char *receipt,
	enum application_event event, enum application_state from,
	enum audit_event_kind kind, const char *refusal, int64_t now)
{
	enum application_state to;
	enum role as;
	const struct audit_event audit = { .name = audit_event_name(kind),
		.at = now,
		.actor = ra->conf->orders_id,
		.role = "ra",
		.origin = "ra orders",
		.object = receipt,
		.refused = refusal != NULL,
		.detail = "{}" };
	TRY(application_step(from, event, ROLE_RA, &to, &as));
	TRY(ra_store_step(tx, id, event, to, now, refusal));
	return audit_store_append(tx, &audit);
}

static RESULT place(struct ra *ra, struct db_tx *tx, const struct db_rows *rows,
	size_t row, struct order *order, int64_t now)
{
	AUTO(buf_clear) struct buf document = BUF(LIMIT_ORDER);
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	TRY(order_write(order, &document));
	TRY_IN(cms_sign(buf_view(&document), buf_view(&ra->certificate), now,
		       &ra->signing, &w),
		"order");
	TRY(der_finish(&w, &signature));
	TRY(ra_store_place(tx, db_int(rows, row, APP_ID), buf_view(&document),
		signature));
	TRY(step(ra, tx, db_int(rows, row, APP_ID), db_text(rows, row, APP_RECEIPT),
		EV_PLACE, APP_VERIFIED, AUDIT_ORDER_PLACED, NULL, now));
	return ra_store_notify(tx, "inkan_order");
}

/* Once more with the key: between verification and now, hours may have gone by and a key may have been born. */
static RESULT order_one(struct ra *ra, struct db_tx *tx, const struct db_rows *rows,
	size_t row, int64_t now)
{
	AUTO(order_free) struct order *order = NULL;
	AUTO(buf_clear) struct buf refusal = BUF(64 * 1024);
	struct faults faults = { .count = 0 };
	TRY(ra_assemble(tx, rows, row, now, &order));
	TRY(rules_check(ra, tx, order, now, &faults));
	if (faults.count == 0)
		return place(ra, tx, rows, row, order, now);
	TRY(fault_json_write(&faults, &refusal));
	log_notice(NULL, "application refused", "application",
		db_text(rows, row, APP_RECEIPT), "code", faults.row[0].code);
	TRY(step(ra, tx, db_int(rows, row, APP_ID), db_text(rows, row, APP_RECEIPT),
		EV_REFUSE, APP_VERIFIED, AUDIT_APPLICATION_REFUSED, buf_text(&refusal),
		now));
	return ra_store_notify(tx, "inkan_certificate");
}

RESULT ra_order(struct ra *ra, int64_t now, size_t *done)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ra->db, &tx));
	TRY(ra_store_take_verified(tx, ra->conf->batch, &rows));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY_IN(order_one(ra, tx, rows, i, now), "application %s",
			db_text(rows, i, APP_RECEIPT));
	if (db_count(rows) > 0)
		fault_point("ra.ordering");
	TRY(db_commit(&tx));
	*done = db_count(rows);
	return OK;
}

static RESULT collect_one(struct ra *ra, struct db_tx *tx, const struct db_rows *rows,
	size_t row, int64_t now)
{
	bool issued = strcmp(db_text(rows, row, ANSWER_STATE), "issued") == 0;
	return step(ra, tx, db_int(rows, row, ANSWER_ID),
		db_text(rows, row, ANSWER_RECEIPT), issued ? EV_ISSUE : EV_REFUSE,
		APP_ORDERED, issued ? AUDIT_ORDER_ANSWERED : AUDIT_APPLICATION_REFUSED,
		issued ? NULL : db_text(rows, row, ANSWER_REFUSAL), now);
}

RESULT ra_collect(struct ra *ra, int64_t now, size_t *done)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ra->db, &tx));
	TRY(ra_store_take_answered(tx, ra->conf->batch, &rows));
	for (size_t i = 0; i < db_count(rows); i++)
		TRY(collect_one(ra, tx, rows, i, now));
	if (db_count(rows) > 0)
		TRY(ra_store_notify(tx,
			"inkan_certificate")); /* the LRA waits for the state, not for the CA */
	if (db_count(rows) > 0)
		fault_point("ra.collecting");
	TRY(db_commit(&tx));
	*done = db_count(rows);
	return OK;
}
