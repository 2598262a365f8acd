/* accept: step 6. The RA's word is not enough: each order is judged again from scratch, then answered. */
#include "ca/ca.h"
#include "ca/order_store.h"
#include "common/base/log.h"
#include "common/flow/audit_store.h"
#include "common/flow/batch.h"
#include "common/json/fault_json.h"
#include "common/proc/fault_point.h"

/* clang-format off */
static const struct fault_rule not_an_order = { "order.form", "R-ACC-08",
	"The order is not well formed or not signed by the registration authority.",
	"発行指図の形式が正しくないか、登録局の署名がありません。" };
/* clang-format on */

struct round {
	struct ca *ca;
	const struct db_rows *rows;
	int64_t now;
	size_t answered;
};

/* One event of an order, with the words it points to. */
struct order_event {
	char object[40];
	struct audit_event event;
};

static void describe(const struct round *round, int64_t id, bool refused,
	struct order_event *out)
{
	snprintf(out->object, sizeof out->object, "order %lld", (long long)id);
	out->event = (struct audit_event){ .name = audit_event_name(
						   refused ? AUDIT_ORDER_REFUSED
							   : AUDIT_ORDER_ACCEPTED),
		.at = round->now,
		.actor = round->ca->conf->id,
		.role = "ca",
		.origin = "ca issuer",
		.object = out->object,
		.refused = refused,
		.detail = "{}" };
}

static RESULT refuse(const struct round *round, struct db_tx *tx, int64_t id,
	const struct faults *faults)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * KIB);
	struct order_event event;
	describe(round, id, true, &event);
	TRY(fault_json_write(faults, &refusal));
	TRY(order_store_set_refused(tx, id, round->now, buf_text(&refusal)));
	TRY(order_store_notify(tx, "inkan_certificate"));
	log_warning(NULL, "order refused", "order", event.object, "code",
		faults->row[0].code, "detail", faults->row[0].detail);
	return audit_store_append(tx, &event.event);
}

/* The good ones together, the others each for itself. */
static RESULT answer(const struct round *round, struct db_tx *tx,
	struct verdict *verdicts, size_t count)
{
	struct order_event described[ORDERS_MOST];
	struct audit_event events[ORDERS_MOST];
	int64_t ids[ORDERS_MOST];
	size_t good = 0;
	for (size_t i = 0; i < count; i++) {
		struct verdict *verdict = &verdicts[i];
		if (verdict->faults.count > 0) {
			TRY(refuse(round, tx, verdict->id, &verdict->faults));
			continue;
		}
		describe(round, verdict->id, false, &described[good]);
		events[good] = described[good].event;
		ids[good++] = verdict->id;
		ca_remember(round->ca, verdict);
	}
	if (good == 0)
		return OK;
	TRY(order_store_set_accepted(tx, ids, good, round->now));
	return audit_store_append_all(tx, events, good);
}

static RESULT accept_rows(const struct round *round, struct db_tx *tx, size_t first,
	size_t count)
{
	AUTO(verdicts_clear) struct verdicts verdicts = { .count = 0 };
	verdicts.verdict = calloc(count + 1, sizeof *verdicts.verdict);
	if (verdicts.verdict == NULL)
		return FAIL(E_IO, "out of memory");
	verdicts.count = count;
	for (size_t i = 0; i < count; i++) {
		struct verdict *verdict = &verdicts.verdict[i];
		verdict->id = db_int(round->rows, first + i, ORDER_ID);
		verdict->document = db_blob(round->rows, first + i, ORDER_DOCUMENT);
		verdict->signature = db_blob(round->rows, first + i, ORDER_SIGNATURE);
	}
	TRY(ca_judge(round->ca, tx, verdicts.verdict, count, round->now));
	fault_point("accept.judged");
	return answer(round, tx, verdicts.verdict, count);
}

static RESULT accept_one(void *context, struct db_tx *tx, size_t row)
{
	return accept_rows(context, tx, row, 1);
}

static RESULT refuse_one(void *context, struct db_tx *tx, size_t row, struct err why)
{
	const struct round *round = context;
	struct faults faults = { .count = 0 };
	faults_add(&faults, &not_an_order, "order", "%s", why.text);
	return refuse(round, tx, db_int(round->rows, row, ORDER_ID), &faults);
}

static RESULT accept_all(void *context, struct db_tx *tx)
{
	struct round *round = context;
	round->answered = db_count(round->rows);
	return accept_rows(round, tx, 0, round->answered);
}

/* All at once; when something is wrong with one that no judgement foresees, each for itself, so that it holds up no other. */
static RESULT accept(struct round *round, struct db_tx *tx)
{
	static const struct batch_work work = { accept_one, refuse_one };
	struct err err = db_part(tx, accept_all, round);
	if (!err_is(err) || err_is_passing(err))
		return err;
	log_err(NULL, "orders are judged one by one", err);
	return batch_run(tx, db_count(round->rows), &work, round, &round->answered);
}

RESULT ca_accept(struct ca *ca, int64_t now, size_t *done)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_take_placed(tx, ca->conf->batch, &rows));
	if (db_count(rows) == 0)
		return OK;
	struct round round = { ca, rows, now, 0 };
	TRY_IN(accept(&round, tx), "accept");
	fault_point("accept.before-commit");
	TRY(db_commit(&tx));
	fault_point("accept.committed");
	*done = round.answered;
	return OK;
}
