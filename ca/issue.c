/*
 * issue: step 7, and the only entry to issuing. Reserve a serial number (commit), have the signer build, lint and sign,
 * compare, record certificate and audit (commit), then release. A crash leaves a reserved serial number, never a
 * certificate without a record; whoever comes again takes the same serial number and dates, so that the same order gives
 * the same certificate (R-ISS-02, -03, -19).
 */
#include <openssl/sha.h>

#include "ca/ca.h"
#include "ca/cert_store.h"
#include "ca/order_store.h"
#include "ca/signer/client.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/json/fault_json.h"
#include "common/proc/fault_point.h"

/* A reservation is not older than its order; what was placed may come from a clock this far ahead. */
enum { CLOCK_SKEW_S = 300 };

/* One order on its way through the batch. */
struct work {
	int64_t order_id, issuer_id;
	struct order *order;
	const struct issuer *issuer;
	const struct profile *profile;
	struct reservation_row reservation;
	bool reserved_before;
	uint8_t subject[LIMIT_NAME], san[LIMIT_NAME];
	struct blob subject_der, san_der;
	uint8_t subject_digest[32], key_digest[32];
	struct cert_fields fields;
	struct signer_answer answer;
	char object[80], detail[256];
};

struct batch {
	size_t count;
	struct work *work;
	struct buf hold; /* the signer's answers */
};

static void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		order_free(batch->work[i].order);
	free(batch->work);
	buf_clear(&batch->hold);
}
AUTO_DEFINE_HELD(struct batch, batch_clear)

static RESULT encode_names(struct work *work)
{
	const struct content *content = &work->order->content;
	struct der_writer w = DER_WRITER(work->subject);
	name_write(&content->subject, &w);
	TRY_IN(der_finish(&w, &work->subject_der), "subject");
	SHA256(work->subject_der.data, work->subject_der.len, work->subject_digest);
	if (content->subject_alt_name.count == 0)
		return OK;
	w = DER_WRITER(work->san);
	general_names_write(&content->subject_alt_name, &w);
	TRY_IN(der_finish(&w, &work->san_der), "subjectAltName");
	return OK;
}

static RESULT choose_times(struct work *work, const struct db_rows *rows, size_t row,
	int64_t now)
{
	struct reservation_row *r = &work->reservation;
	r->issuer_id = work->issuer_id;
	r->order_id = work->order_id;
	/* One of another issuer stays unused: the CA's own settings have changed since, and the name in the certificate with them. */
	work->reserved_before = !db_is_null(rows, row, ACCEPTED_SERIAL) &&
				db_int(rows, row, ACCEPTED_ISSUER) == work->issuer_id;
	if (work->reserved_before) {
		r->not_before = db_int(rows, row, ACCEPTED_NOT_BEFORE);
		r->not_after = db_int(rows, row, ACCEPTED_NOT_AFTER);
		/* Whoever can write there must not stretch what was ordered, nor date it back. */
		if (r->not_before > now || r->not_before < 0 ||
			r->not_before < work->order->placed_at - CLOCK_SKEW_S ||
			r->not_after != profile_not_after(r->not_before,
						work->order->content.validity_s))
			return FAIL(E_POLICY, "reservation: not the dates of the order");
		return serial_from_blob(db_blob(rows, row, ACCEPTED_SERIAL),
			&r->serial_number);
	}
	r->not_before = now;
	r->not_after = profile_not_after(now, work->order->content.validity_s);
	return serial_random(&r->serial_number);
}

/* R-ACC-08: "accepted" in the registry is worth nothing by itself: whatever was not judged by this very process is. */
static RESULT judge_again(struct ca *ca, int64_t id, int64_t now, struct order **out,
	struct faults *faults)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(verdicts_clear) struct verdicts again = { .count = 0 };
	again.verdict = calloc(1, sizeof *again.verdict);
	if (again.verdict == NULL)
		return FAIL(E_IO, "out of memory");
	again.count = 1;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_document(tx, id, &rows));
	again.verdict->id = id;
	again.verdict->document = db_blob(rows, 0, ORDER_DOCUMENT);
	again.verdict->signature = db_blob(rows, 0, ORDER_SIGNATURE);
	TRY(ca_judge(ca, tx, again.verdict, 1, now));
	*faults = again.verdict->faults;
	TRY(faults_result(faults, E_POLICY));
	*out = MOVE(again.verdict->order);
	return OK;
}

/* From a row to all that the certificate will say. */
static RESULT prepare(struct ca *ca, const struct db_rows *rows, size_t row, int64_t now,
	struct work *work, struct faults *faults)
{
	work->order_id = db_int(rows, row, ACCEPTED_ID);
	work->order = ca_judged(ca, work->order_id, db_blob(rows, row, ACCEPTED_DIGEST));
	if (work->order == NULL)
		TRY(judge_again(ca, work->order_id, now, &work->order, faults));
	const struct content *content = &work->order->content;
	work->profile = profile_set_find(ca->profiles, content->profile,
		content->profile_version);
	work->issuer = work->profile == NULL
			       ? NULL
			       : issuer_set_for_profile(ca->issuers, work->profile);
	if (work->issuer == NULL)
		return FAIL(E_POLICY, "profile %s: no CA issues it", content->profile);
	TRY(ca_issuer_id(ca, work->issuer->name, &work->issuer_id));
	TRY(encode_names(work));
	TRY(key_digest(buf_view(&work->order->spki), work->key_digest));
	TRY(choose_times(work, rows, row, now));
	work->fields = (struct cert_fields){ .profile = work->profile,
		.issuer = &work->issuer->issuer,
		.serial_number = work->reservation.serial_number,
		.not_before = work->reservation.not_before,
		.not_after = work->reservation.not_after,
		.subject = work->subject_der,
		.subject_alt_name = work->san_der,
		.subject_public_key_info = buf_view(&work->order->spki) };
	return OK;
}

/* First commit: the serial numbers of this batch are taken, durably, before anything is signed. */
static RESULT reserve(struct ca *ca, const struct batch *batch)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct reservation_row rows[SIGNER_BATCH];
	size_t count = 0;
	for (size_t i = 0; i < batch->count; i++)
		if (!batch->work[i].reserved_before)
			rows[count++] = batch->work[i].reservation;
	if (count == 0)
		return OK;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(cert_store_reserve(tx, rows, count));
	fault_point("issue.before-reserve");
	return db_commit(&tx);
}

static RESULT sign(struct ca *ca, struct batch *batch)
{
	struct signer_request requests[SIGNER_BATCH];
	struct signer_answer answers[SIGNER_BATCH];
	for (size_t i = 0; i < batch->count; i++) {
		const struct work *work = &batch->work[i];
		requests[i] = (struct signer_request){ .issuer = work->issuer->name,
			.profile = work->profile->name,
			.profile_version = work->profile->version,
			.serial_number = work->reservation.serial_number,
			.not_before = work->reservation.not_before,
			.not_after = work->reservation.not_after,
			.subject = work->subject_der,
			.subject_alt_name = work->san_der,
			.subject_public_key_info = buf_view(&work->order->spki) };
	}
	TRY_IN(signer_certify(ca->signer, requests, batch->count, &batch->hold, answers),
		"signer");
	for (size_t i = 0; i < batch->count; i++)
		batch->work[i].answer = answers[i];
	return OK;
}

/* R-ISS-03: what came back is read again, verified under the CA's key, and is what we would have written ourselves. */
static RESULT compare(const struct work *work)
{
	struct cert cert;
	uint8_t room[LIMIT_CERT];
	struct der_writer w = DER_WRITER(room);
	struct blob tbs;
	TRY_IN(cert_parse(work->answer.certificate, &cert),
		"certificate from the signer");
	TRY_IN(cert_verify(&cert, work->issuer->public_key),
		"certificate from the signer");
	TRY(cert_write_tbs(&work->fields, &w));
	TRY(der_finish(&w, &tbs));
	if (!blob_equal(tbs, cert.tbs))
		return FAIL(E_BUG, "certificate from the signer: not what was ordered");
	return OK;
}

static void describe(struct work *work, struct audit_event *event, const char *actor,
	int64_t now)
{
	char serial[SERIAL_TEXT];
	serial_text(&work->reservation.serial_number, serial);
	snprintf(work->object, sizeof work->object, "%s %s", work->issuer->name, serial);
	snprintf(work->detail, sizeof work->detail,
		"{\"application\":\"%s\",\"lint\":\"ok\",\"order\":%lld,\"profile\":\"%"
		"s\",\"profileVersion\":%lld}",
		work->order->content.receipt_number, (long long)work->order_id,
		work->profile->name, (long long)work->profile->version);
	*event = (struct audit_event){ .name = audit_event_name(AUDIT_CERTIFICATE_ISSUED),
		.at = now,
		.actor = actor,
		.role = "ca",
		.origin = "ca issuer",
		.object = work->object,
		.detail = work->detail };
}

/* Second commit: certificates, orders and audit together; only then does anybody else see them. */
static RESULT record(struct ca *ca, struct work *works, size_t work_count, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct cert_row rows[SIGNER_BATCH];
	struct audit_event events[SIGNER_BATCH];
	int64_t ids[SIGNER_BATCH];
	size_t count = 0;
	for (size_t i = 0; i < work_count; i++) {
		struct work *work = &works[i];
		if (work->answer.certificate.len == 0)
			continue;
		TRY_IN(compare(work), "order %lld", (long long)work->order_id);
		describe(work, &events[count], ca->conf->id, now);
		ids[count] = work->order_id;
		rows[count++] = (struct cert_row){ .issuer_id = work->issuer_id,
			.issued_at = now,
			.order_id = work->order_id,
			.profile_version = work->profile->version,
			.not_after = work->reservation.not_after,
			.serial_number = serial_view(&work->reservation.serial_number),
			.subject_digest = BLOB(work->subject_digest),
			.key_digest = BLOB(work->key_digest),
			.der = work->answer.certificate,
			.profile = work->profile->name };
	}
	if (count == 0)
		return OK;
	fault_point("issue.compared");
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(cert_store_insert(tx, rows, count));
	TRY(order_store_set_issued(tx, ids, count, now));
	TRY(audit_store_append_all(tx, events, count));
	TRY(order_store_notify(tx, "inkan_certificate"));
	fault_point("issue.before-record");
	return db_commit(&tx);
}

static RESULT words_of(struct err why, struct buf *out)
{
	AUTO(json_free) struct json *array = NULL;
	AUTO(json_free) struct json *row = NULL;
	TRY(json_new_array(&array));
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "code", "certificate.lint"));
	TRY(json_set_text(row, "detail", why.text));
	TRY(json_set_text(row, "message_en", err_kind(why.code)->message_en));
	TRY(json_set_text(row, "message_ja", err_kind(why.code)->message_ja));
	TRY(json_append(array, MOVE(row)));
	return json_write(array, out);
}

/*
 * The second look, the signer or the linter said no: the order is answered with the reasons, or with the one in why when
 * there are none; its serial number stays unused for ever.
 */
static RESULT refuse(struct ca *ca, int64_t order_id, const struct faults *faults,
	struct err why, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(buf_clear) struct buf refusal = BUF(64 * KIB);
	char object[40];
	snprintf(object, sizeof object, "order %lld", (long long)order_id);
	const struct audit_event event = { .name = audit_event_name(AUDIT_ORDER_REFUSED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca signer",
		.object = object,
		.refused = true,
		.detail = "{}" };
	TRY(faults->count > 0 ? fault_json_write(faults, &refusal)
			      : words_of(why, &refusal));
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_set_refused(tx, order_id, now, buf_text(&refusal)));
	TRY(audit_store_append(tx, &event));
	TRY(order_store_notify(tx, "inkan_certificate"));
	log_err(NULL, "order refused before its certificate", why);
	return db_commit(&tx);
}

/*
 * All in one commit. When that fails for anything but our own trouble, each order has one of its own, so that what is wrong
 * with one is answered on that one and never holds up the others.
 */
static RESULT record_all(struct ca *ca, struct batch *batch, int64_t now)
{
	const struct faults none = { .count = 0 };
	struct err err = record(ca, batch->work, batch->count, now);
	if (!err_is(err) || err_is_passing(err))
		return err;
	for (size_t i = 0; i < batch->count; i++) {
		struct work *work = &batch->work[i];
		err = record(ca, work, 1, now);
		if (err_is_passing(err))
			return err;
		if (err_is(err))
			TRY(refuse(ca, work->order_id, &none, err, now));
	}
	return OK;
}

static RESULT take(struct ca *ca, struct db_rows **out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	int64_t most = ca->conf->batch < SIGNER_BATCH ? ca->conf->batch : SIGNER_BATCH;
	/* Nothing is locked: one issuer works on a registry (order_store_claim), and only it moves accepted orders. */
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(order_store_take_accepted(tx, most, out));
	return db_commit(&tx);
}

RESULT ca_issue(struct ca *ca, int64_t now, size_t *done)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(batch_clear) struct batch batch = { .count = 0, .hold = BUF(LIMIT_FRAME) };
	const struct faults none = { .count = 0 };
	*done = 0;
	TRY(take(ca, &rows));
	size_t taken = db_count(rows);
	batch.work = calloc(taken + 1, sizeof *batch.work);
	if (batch.work == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < taken; i++) {
		struct work *work = &batch.work[batch.count];
		struct faults faults = { .count = 0 };
		struct err err = prepare(ca, rows, i, now, work, &faults);
		if (!err_is(err)) {
			batch.count++;
			continue;
		}
		order_free(work->order);
		*work = (struct work){ .order = NULL };
		if (err_is_passing(err))
			return err;
		TRY(refuse(ca, db_int(rows, i, ACCEPTED_ID), &faults, err, now));
	}
	if (batch.count > 0) {
		TRY_IN(reserve(ca, &batch), "reserve");
		fault_point("issue.reserved");
		TRY(sign(ca, &batch));
		fault_point("issue.signed");
		TRY_IN(record_all(ca, &batch, now), "record");
		fault_point("issue.recorded");
	}
	for (size_t i = 0; i < batch.count; i++)
		if (batch.work[i].answer.certificate.len == 0)
			TRY(refuse(ca, batch.work[i].order_id, &none,
				batch.work[i].answer.err, now));
	*done = taken;
	return OK;
}
