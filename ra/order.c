/* order: step 5, and the CA's answer. The order carries the decisions themselves; the RA adds its signature. */
#include "common/base/log.h"
#include "common/flow/audit_store.h"
#include "common/flow/batch.h"
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

static RESULT refuse(struct ra *ra, struct db_tx *tx, const struct db_rows *rows,
	size_t row, const struct faults *faults, int64_t now)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * 1024);
	TRY(fault_json_write(faults, &refusal));
	log_notice(NULL, "application refused", "application",
		db_text(rows, row, APP_RECEIPT), "code", faults->row[0].code);
	TRY(step(ra, tx, db_int(rows, row, APP_ID), db_text(rows, row, APP_RECEIPT),
		EV_REFUSE, APP_VERIFIED, AUDIT_APPLICATION_REFUSED, buf_text(&refusal),
		now));
	return ra_store_notify(tx, "inkan_certificate");
}

struct round {
	struct ra *ra;
	const struct db_rows *rows;
	int64_t now;
};

/* Once more with the key: between verification and now, hours may have gone by and a key may have been born. */
static RESULT order_one(void *context, struct db_tx *tx, size_t row)
{
	const struct round *round = context;
	AUTO(order_free) struct order *order = NULL;
	struct faults faults = { .count = 0 };
	TRY(ra_assemble(tx, round->rows, row, round->now, &order));
	TRY(rules_check(round->ra, tx, order, round->now, &faults));
	return faults.count == 0
		       ? place(round->ra, tx, round->rows, row, order, round->now)
		       : refuse(round->ra, tx, round->rows, row, &faults, round->now);
}

static RESULT refuse_one(void *context, struct db_tx *tx, size_t row, struct err why)
{
	const struct round *round = context;
	struct faults faults = { .count = 0 };
	rules_add_unreadable(&faults, why);
	return refuse(round->ra, tx, round->rows, row, &faults, round->now);
}

RESULT ra_order(struct ra *ra, int64_t now, size_t *done)
{
	static const struct batch_work work = { order_one, refuse_one };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ra->db, &tx));
	TRY(ra_store_take_verified(tx, ra->conf->batch, &rows));
	struct round round = { ra, rows, now };
	size_t answered;
	TRY_IN(batch_run(tx, db_count(rows), &work, &round, &answered), "order");
	if (answered > 0)
		fault_point("ra.ordering");
	TRY(db_commit(&tx));
	*done = answered;
	return OK;
}

static RESULT collect_one(void *context, struct db_tx *tx, size_t row)
{
	const struct round *round = context;
	const struct db_rows *rows = round->rows;
	bool issued = strcmp(db_text(rows, row, ANSWER_STATE), "issued") == 0;
	return step(round->ra, tx, db_int(rows, row, ANSWER_ID),
		db_text(rows, row, ANSWER_RECEIPT), issued ? EV_ISSUE : EV_REFUSE,
		APP_ORDERED, issued ? AUDIT_ORDER_ANSWERED : AUDIT_APPLICATION_REFUSED,
		issued ? NULL : db_text(rows, row, ANSWER_REFUSAL), round->now);
}

RESULT ra_collect(struct ra *ra, int64_t now, size_t *done)
{
	static const struct batch_work work = { collect_one, NULL };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ra->db, &tx));
	TRY(ra_store_take_answered(tx, ra->conf->batch, &rows));
	struct round round = { ra, rows, now };
	size_t answered;
	TRY_IN(batch_run(tx, db_count(rows), &work, &round, &answered), "collect");
	if (answered > 0)
		TRY(ra_store_notify(tx,
			"inkan_certificate")); /* the LRA waits for the state, not for the CA */
	if (answered > 0)
		fault_point("ra.collecting");
	TRY(db_commit(&tx));
	*done = answered;
	return OK;
}
