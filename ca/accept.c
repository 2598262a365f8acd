/* accept: step 6. The RA's word is not enough: every signature, role and scope is judged again from scratch (R-ACC-08, R-LRA-02). */
#include <openssl/sha.h>

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
static const struct fault_rule key_blocked = { "key.blocked", "R-PKQ-07",
	"This key is known to be compromised. A new key is needed.",
	"この鍵は危殆化が報告されています。新しい鍵が必要です。" };
static const struct fault_rule key_of_another = { "key.duplicate", "R-PKQ-08",
	"This key belongs to another subject already. A new key is needed.",
	"この鍵は別の利用者に使われています。新しい鍵が必要です。" };
static const struct fault_rule name_of_another = { "name.taken", "R-ISS-12",
	"This name belongs to somebody else for ever. Add a serialNumber that tells them apart.",
	"この名義は別の人に使われています。区別できるserialNumberを付けてください。" };
static const struct fault_rule repeated = { "order.repeated", "R-ISS-19",
	"This application has led to a certificate already. A further one needs a new application.",
	"この申込の証明書は発行済みです。新しい証明書には新しい申込が必要です。" };
static const struct fault_rule another = { "order.application", "R-ACC-08",
	"The order stands under another application than the one it is for.",
	"発行指図の申込番号と内容が一致しません。" };
/* clang-format on */

static RESULT judge_facts(struct db_tx *tx, const struct order *order, int64_t order_id,
	struct faults *faults)
{
	uint8_t room[LIMIT_NAME], key[32], name[32];
	struct der_writer w = DER_WRITER(room);
	struct blob subject;
	struct order_facts facts;
	TRY(key_digest(buf_view(&order->spki), key));
	name_write(&order->content.subject, &w);
	TRY(der_finish(&w, &subject));
	SHA256(subject.data, subject.len, name);
	TRY(order_store_facts(tx, BLOB(key), BLOB(name), order->content.entity,
		order->content.receipt_number, order_id, &facts));
	if (facts.key_blocked)
		faults_add(faults, &key_blocked, "subjectPublicKeyInfo",
			"on the blocklist");
	if (facts.key_of_another)
		faults_add(faults, &key_of_another, "subjectPublicKeyInfo",
			"certified before");
	if (facts.name_of_another)
		faults_add(faults, &name_of_another, "subject", "used by another entity");
	if (facts.application_of_another)
		faults_add(faults, &another, "application", "%s",
			order->content.receipt_number);
	if (facts.certificate_there)
		faults_add(faults, &repeated, "application", "%s",
			order->content.receipt_number);
	return OK;
}

static struct judged *place_of(struct ca *ca, int64_t id)
{
	return &ca->judged[(uint64_t)id % JUDGED_PLACES];
}

bool ca_judged(struct ca *ca, int64_t id, struct blob document)
{
	struct judged *place = place_of(ca, id);
	uint8_t digest[32];
	SHA256(document.data, document.len, digest);
	bool known = place->id == id && memcmp(place->digest, digest, 32) == 0;
	*place = (struct judged){ .id = 0 };
	return known;
}

static RESULT judge_order(struct ca *ca, struct db_tx *tx, int64_t id,
	const struct order *order, int64_t now, struct faults *faults)
{
	order_judge(&ca->rules, order, now, faults);
	if (faults->count > 0)
		return OK; /* the key and names may not even be readable */
	return judge_facts(tx, order, id, faults);
}

RESULT ca_judge(struct ca *ca, struct db_tx *tx, int64_t id, struct blob document,
	struct blob signature, int64_t now, struct faults *faults)
{
	AUTO(order_free) struct order *order = NULL;
	const struct roster_component *ra;
	struct err err = decision_verify_component(&ca->trust, document, signature,
		ROLE_RA, now, &ra);
	if (!err_is(err))
		err = order_parse(document, &order);
	if (err_is_passing(err))
		return err;
	if (err_is(err)) {
		faults_add(faults, &not_an_order, "order", "%s", err.text);
		return OK;
	}
	TRY(judge_order(ca, tx, id, order, now, faults));
	if (faults->count > 0)
		return OK;
	struct judged *place = place_of(ca, id);
	place->id = id;
	SHA256(document.data, document.len, place->digest);
	return OK;
}

static RESULT answer(struct ca *ca, struct db_tx *tx, int64_t id,
	const struct faults *faults, int64_t now)
{
	AUTO(buf_clear) struct buf refusal = BUF(64 * 1024);
	char object[40];
	snprintf(object, sizeof object, "order %lld", (long long)id);
	struct audit_event event = { .name = audit_event_name(AUDIT_ORDER_ACCEPTED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca issuer",
		.object = object,
		.detail = "{}" };
	if (faults->count == 0) {
		TRY(order_store_set_accepted(tx, id, now));
		return audit_store_append(tx, &event);
	}
	TRY(fault_json_write(faults, &refusal));
	event.name = audit_event_name(AUDIT_ORDER_REFUSED);
	event.refused = true;
	event.detail = "{}";
	TRY(order_store_set_refused(tx, id, now, buf_text(&refusal)));
	TRY(order_store_notify(tx, "inkan_certificate"));
	log_warning(NULL, "order refused", "order", object, "code", faults->row[0].code,
		"detail", faults->row[0].detail);
	return audit_store_append(tx, &event);
}

struct round {
	struct ca *ca;
	const struct db_rows *rows;
	int64_t now;
};

static RESULT accept_one(void *context, struct db_tx *tx, size_t row)
{
	const struct round *round = context;
	struct faults faults = { .count = 0 };
	int64_t id = db_int(round->rows, row, ORDER_ID);
	TRY_IN(ca_judge(round->ca, tx, id, db_blob(round->rows, row, ORDER_DOCUMENT),
		       db_blob(round->rows, row, ORDER_SIGNATURE), round->now, &faults),
		"order %lld", (long long)id);
	fault_point("accept.judged");
	TRY_IN(answer(round->ca, tx, id, &faults, round->now), "order %lld",
		(long long)id);
	return OK;
}

static RESULT refuse_one(void *context, struct db_tx *tx, size_t row, struct err why)
{
	const struct round *round = context;
	struct faults faults = { .count = 0 };
	faults_add(&faults, &not_an_order, "order", "%s", why.text);
	return answer(round->ca, tx, db_int(round->rows, row, ORDER_ID), &faults,
		round->now);
}

RESULT ca_accept(struct ca *ca, int64_t now, size_t *done)
{
	static const struct batch_work work = { accept_one, refuse_one };
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	*done = 0;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_take_placed(tx, ca->conf->batch, &rows));
	struct round round = { ca, rows, now };
	size_t answered;
	TRY_IN(batch_run(tx, db_count(rows), &work, &round, &answered), "accept");
	if (answered > 0)
		fault_point("accept.before-commit");
	TRY(db_commit(&tx));
	if (answered > 0)
		fault_point("accept.committed");
	*done = answered;
	return OK;
}
