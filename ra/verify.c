/* verify: step 4. Every rule in the standard's order, all failures listed, not only the first. */
#include "common/base/log.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"
#include "common/flow/batch.h"
#include "common/json/fault_json.h"
#include "common/proc/fault_point.h"
#include "ra/ra.h"
#include "ra/rules.h"
#include "ra/store.h"

static RESULT read_evidence(struct db_tx *tx, int64_t application_id, struct order *order)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(ra_store_evidence(tx, application_id, &rows));
	if (db_count(rows) > LIMIT_EVIDENCE)
		return FAIL(E_INPUT, "evidence: more than %d items", LIMIT_EVIDENCE);
	for (size_t i = 0; i < db_count(rows); i++) {
		struct evidence *item = &order->evidence.item[order->evidence.count++];
		char proves[1024], *rest = NULL;
		struct blob digest = db_blob(rows, i, EVIDENCE_SHA256);
		*item = (struct evidence){ .proves_subject = 0 };
		if (digest.len != sizeof item->sha256)
			return FAIL(E_BUG, "evidence: digest");
		memcpy(item->sha256, digest.data, sizeof item->sha256);
		TRY(text_copy(db_text(rows, i, EVIDENCE_KIND), item->kind,
			sizeof item->kind));
		TRY(text_copy(db_text(rows, i, EVIDENCE_METHOD), item->method,
			sizeof item->method));
		TRY(text_copy(db_text(rows, i, EVIDENCE_ISSUED), item->issued_on,
			sizeof item->issued_on));
		TRY(text_copy(db_text(rows, i, EVIDENCE_UNTIL), item->valid_until,
			sizeof item->valid_until));
		TRY(text_copy(db_text(rows, i, EVIDENCE_PROVES), proves, sizeof proves));
		for (char *word = strtok_r(proves, ",", &rest); word != NULL;
			word = strtok_r(NULL, ",", &rest))
			TRY(evidence_add_claim(item, word));
	}
	return evidence_write(&order->evidence, &order->evidence_bytes);
}

static RESULT read_decisions(struct db_tx *tx, int64_t application_id,
	struct order *order)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(ra_store_decisions(tx, application_id, &rows));
	if (db_count(rows) > LIMIT_DECISIONS)
		return FAIL(E_INPUT, "decisions: more than %d", LIMIT_DECISIONS);
	for (size_t i = 0; i < db_count(rows); i++) {
		struct decision *decision = &order->decision[order->decision_count++];
		TRY(text_copy(db_text(rows, i, DECISION_FORM), decision->form,
			sizeof decision->form));
		TRY(buf_append(&decision->statement,
			db_blob(rows, i, DECISION_STATEMENT)));
		TRY(buf_append(&decision->signature,
			db_blob(rows, i, DECISION_SIGNATURE)));
	}
	return OK;
}

RESULT ra_assemble(struct db_tx *tx, const struct db_rows *rows, size_t row, int64_t now,
	struct order **out)
{
	AUTO(order_free) struct order *order = NULL;
	int64_t id = db_int(rows, row, APP_ID);
	TRY(order_new(&order));
	TRY(buf_append(&order->content_bytes, db_blob(rows, row, APP_CONTENT)));
	TRY_IN(content_parse_bytes(buf_view(&order->content_bytes), &order->content),
		"content");
	TRY(buf_append(&order->spki, db_blob(rows, row, APP_KEY)));
	TRY(read_evidence(tx, id, order));
	TRY(read_decisions(tx, id, order));
	order->placed_at = now;
	*out = MOVE(order);
	return OK;
}

static RESULT answer(struct ra *ra, struct db_tx *tx, const struct db_rows *rows,
	size_t row, const struct faults *faults, int64_t now)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * 1024);
	bool refused = faults->count > 0;
	const struct audit_event event = { .name = audit_event_name(
						   refused ? AUDIT_APPLICATION_REFUSED
							   : AUDIT_APPLICATION_VERIFIED),
		.at = now,
		.actor = ra->conf->orders_id,
		.role = "ra",
		.origin = "ra orders",
		.object = db_text(rows, row, APP_RECEIPT),
		.refused = refused,
		.detail = "{}" };
	if (refused)
		TRY(fault_json_write(faults, &refusal));
	TRY(ra_store_step(tx, db_int(rows, row, APP_ID), refused ? EV_REFUSE : EV_VERIFY,
		refused ? APP_REFUSED : APP_VERIFIED, now,
		refused ? buf_text(&refusal) : NULL));
	if (refused)
		log_notice(NULL, "application refused", "application",
			db_text(rows, row, APP_RECEIPT), "code", faults->row[0].code);
	return audit_store_append(tx, &event);
}

/* What both looks at a batch share. */
struct look {
	struct ra *ra;
	const struct db_rows *rows;
	int64_t now;
};

static RESULT verify_one(void *context, struct db_tx *tx, size_t row)
{
	const struct look *look = context;
	AUTO(order_free) struct order *order = NULL;
	struct faults faults = { .count = 0 };
	TRY(ra_assemble(tx, look->rows, row, look->now, &order));
	TRY(rules_check(look->ra, tx, order, look->now, &faults));
	return answer(look->ra, tx, look->rows, row, &faults, look->now);
}

static RESULT refuse_one(void *context, struct db_tx *tx, size_t row, struct err why)
{
	const struct look *look = context;
	struct faults faults = { .count = 0 };
	rules_add_unreadable(&faults, why);
	return answer(look->ra, tx, look->rows, row, &faults, look->now);
}

RESULT ra_verify(struct ra *ra, int64_t now, size_t *done)
{
	static const struct batch_work work = { verify_one, refuse_one };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ra->db, &tx));
	TRY(ra_store_take_submitted(tx, ra->conf->batch, &rows));
	struct look look = { ra, rows, now };
	size_t answered;
	TRY_IN(batch_run(tx, db_count(rows), &work, &look, &answered), "verify");
	if (answered > 0)
		fault_point("ra.verifying");
	TRY(db_commit(&tx));
	*done = answered;
	return OK;
}
