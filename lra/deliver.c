/* deliver: step 8. The file goes one way and its PIN another (R-LRA-08, R-SUB-KEY-04). */
#include "lra/deliver.h"

#include "common/base/text.h"
#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/delivery_store.h"
#include "lra/handover.h"
#include "lra/paper/recipient.h"
#include "lra/pickup.h"
#include "lra/pin.h"

static const char *const names[DELIVERY_COUNT] = {
	[DELIVERY_CERTIFICATE] = "certificate",
	[DELIVERY_PKCS12] = "pkcs12",
	[DELIVERY_PKCS12_3DES] = "pkcs12-3des",
};

/* clang-format off */
static const struct fault_rule same_channel = { "delivery.channel", "R-SUB-KEY-04",
	"File and PIN must not go the same way.",
	"ファイルとPINは別の経路で渡してください。" };
static const struct fault_rule no_channel = { "delivery.channelMissing", "R-LRA-08",
	"Say how it is handed over: fileChannel, and pinChannel for a PKCS #12 file.",
	"引き渡しの経路を指定してください (PKCS#12ではPINの経路も必要)。" };
static const struct fault_rule long_channel = { "delivery.channelLong", "R-LRA-08",
	"Say it in 60 characters or less: it stands on the papers.",
	"経路は60文字以内で入力してください(用紙に印字されます)。" };
static const struct fault_rule wrong_form = { "delivery.form", "R-SUB-KEY-01",
	"A key that the subscriber made is answered with a certificate, a key born here with a PKCS #12 file.",
	"利用者が生成した鍵には証明書を、引き渡し時に生成する鍵にはPKCS#12を選んでください。" };
static const struct fault_rule busy = { "delivery.busy", "R-SUB-KEY-02",
	"Somebody else is handing this one over just now.",
	"他の担当者が引き渡し処理中です。" };
static const struct fault_rule key_lost = { "delivery.keyLost", "R-SUB-KEY-02",
	"An earlier hand-over was interrupted and its key is gone. Its certificate is being revoked; try again in a minute.",
	"前回の引き渡しが中断し、鍵が失われました。証明書を失効処理中です。1分ほど後に再度お試しください。" };
/* clang-format on */

const char *lra_delivery_name(enum lra_form_of_delivery form)
{
	return names[form];
}

struct delivering {
	struct lra_call *call;
	const char *receipt;
	const struct lra_delivery *delivery;
	struct blob sealed_pin;
	const struct pickup *pickup; /* NULL: the clerk takes the file */
};

static RESULT check_length(struct lra_call *call, const char *field, const char *text)
{
	size_t length = text_length(blob_text(text));
	return length <= RECIPIENT_TEXT ? OK
					: lra_refuse(call, E_POLICY, &long_channel, field,
						  "%zu characters", length);
}

RESULT deliver_check(struct lra_call *call, const struct lra_delivery *delivery)
{
	bool plain = delivery->form == DELIVERY_CERTIFICATE;
	const char *pin = delivery->pin_channel;
	if (delivery->file_channel == NULL || delivery->file_channel[0] == 0 ||
		plain != (pin == NULL) || (pin != NULL && pin[0] == 0))
		return lra_refuse(call, E_POLICY, &no_channel, "fileChannel", "%s",
			names[delivery->form]);
	if (pin != NULL && strcasecmp(pin, delivery->file_channel) == 0)
		return lra_refuse(call, E_POLICY, &same_channel, "pinChannel", "%.60s",
			pin);
	if (pin != NULL)
		TRY(check_length(call, "pinChannel", pin));
	return check_length(call, "fileChannel", delivery->file_channel);
}

RESULT deliver_record(struct lra_call *call, struct db_tx *tx, const char *receipt,
	const struct lra_delivery *delivery, struct blob sealed_pin)
{
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	enum application_state to;
	enum role as;
	TRY(lra_application_load(call, tx, receipt, &application));
	TRY(lra_step(call, &application, EV_DELIVER, call->roles, &to, &as));
	TRY(lra_store_certificate(tx, application.id, &rows));
	const struct lra_delivery_row row = { .application_id = application.id,
		.at = call->now,
		.receipt_due_at = call->now + call->lra->conf->receipt_s,
		.issuer = db_text(rows, 0, CERTIFICATE_ISSUER),
		.serial_number = db_blob(rows, 0, CERTIFICATE_SERIAL),
		.form = names[delivery->form],
		.file_channel = delivery->file_channel,
		.pin_channel = delivery->pin_channel,
		.delivered_by = call->person->id,
		.sealed_pin = sealed_pin };
	TRY(lra_store_add_delivery(tx, &row));
	TRY(lra_store_step(tx, &application, EV_DELIVER, as, to, call->now));
	return lra_audit(call, tx, AUDIT_CERTIFICATE_DELIVERED, NULL, as,
		application.receipt, "{}");
}

static RESULT record(void *context, struct db_tx *tx)
{
	const struct delivering *delivering = context;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	TRY(deliver_record(delivering->call, tx, delivering->receipt,
		delivering->delivery, delivering->sealed_pin));
	if (delivering->pickup == NULL)
		return OK;
	TRY(lra_application_load(delivering->call, tx, delivering->receipt,
		&application));
	return pickup_record(tx, &application, delivering->pickup);
}

static RESULT read_application(struct lra_call *call, const char *receipt,
	struct lra_application *out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	return lra_application_load(call, tx, receipt, out);
}

static RESULT hand_over(struct delivering *delivering,
	const struct lra_application *application, struct buf *pkcs12,
	struct pickup_ticket *ticket)
{
	struct lra_call *call = delivering->call;
	AUTO(buf_clear) struct buf sealed = BUF(LIMIT_PIN);
	AUTO(pickup_clear) struct pickup pickup = PICKUP;
	TRY(handover_make(call, application, delivering->delivery, pkcs12, &sealed));
	delivering->sealed_pin = buf_view(&sealed);
	if (delivering->delivery->pickup) {
		TRY(pickup_make(call, application->receipt, buf_view(pkcs12),
			buf_view(&sealed), &pickup));
		buf_clear(pkcs12); /* wiped */
		delivering->pickup = &pickup;
	}
	fault_point("lra.packed");
	TRY(db_run(call->lra->db, record, delivering));
	*ticket = pickup.ticket;
	return OK;
}

static RESULT deliver_new_key(struct delivering *delivering,
	const struct lra_application *application, struct buf *pkcs12,
	struct pickup_ticket *ticket)
{
	struct lra_call *call = delivering->call;
	bool held;
	if (application->state == APP_ORDERED || application->state == APP_ISSUED)
		return lra_refuse(call, E_CONFLICT, &key_lost, "state", "%s",
			application_state_name(application->state));
	TRY(lra_store_hold_key(call->lra->db, application->id, &held));
	if (!held)
		return lra_refuse(call, E_CONFLICT, &busy, "application", "%s",
			application->receipt);
	struct err err = hand_over(delivering, application, pkcs12, ticket);
	IGNORE(lra_store_release_key(call->lra->db,
		application->id)); /* a lost connection has released it */
	if (err_is(err))
		buf_clear(pkcs12);
	return err;
}

RESULT lra_deliver(struct lra_call *call, const char *receipt,
	const struct lra_delivery *delivery, struct buf *pkcs12,
	struct pickup_ticket *ticket)
{
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	struct delivering delivering = { .call = call,
		.receipt = receipt,
		.delivery = delivery };
	TRY(deliver_check(call, delivery));
	if (delivery->pickup)
		TRY(pickup_check(call, delivery));
	TRY(read_application(call, receipt, &application));
	if ((application.key_origin == KEY_ORIGIN_HANDOVER) ==
		(delivery->form == DELIVERY_CERTIFICATE))
		return lra_refuse(call, E_POLICY, &wrong_form, "form", "%s",
			key_origin_name(application.key_origin));
	if (delivery->form != DELIVERY_CERTIFICATE)
		return deliver_new_key(&delivering, &application, pkcs12, ticket);
	return db_run(call->lra->db, record, &delivering);
}

/* ---- the PIN */

struct showing {
	struct lra_call *call;
	const char *receipt;
	struct secret *pin;
	char *word;
};

static RESULT show(void *context, struct db_tx *tx)
{
	struct showing *showing = context;
	struct lra_call *call = showing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(secret_free) struct secret *pin = NULL;
	TRY(lra_application_load(call, tx, showing->receipt, &application));
	TRY(lra_store_last_delivery(tx, application.id, &rows));
	const struct pin_kept kept = { .delivery_id = db_int(rows, 0, LAST_ID),
		.shown = db_bool(rows, 0, LAST_SHOWN),
		.sealed = db_is_null(rows, 0, LAST_SEALED_PIN)
				  ? BLOB_NONE
				  : db_blob(rows, 0, LAST_SEALED_PIN) };
	TRY(pin_take(call, tx, application.receipt, &kept, "screen", &pin));
	showing->word[0] = 0;
	if (db_bool(rows, 0, LAST_PICKUP))
		TRY(pickup_word(secret_view(pin), application.receipt, showing->word));
	secret_free(showing->pin); /* of a try that had to be repeated */
	showing->pin = MOVE(pin);
	return OK;
}

RESULT lra_show_pin(struct lra_call *call, const char *receipt, struct secret **out,
	char word[static PICKUP_WORD])
{
	struct showing showing = { .call = call, .receipt = receipt, .word = word };
	struct err err = db_run(call->lra->db, show, &showing);
	if (err_is(err)) {
		secret_free(showing.pin);
		return err;
	}
	*out = showing.pin;
	return OK;
}
