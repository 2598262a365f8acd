#include "lra/pickup.h"

#include <openssl/crypto.h>

#include "common/base/random.h"
#include "lra/application_store.h"
#include "lra/gateway.h"
#include "lra/lost.h"
#include "lra/pickup_store.h"
#include "lra/seal.h"
#include "lra/subscriber/phrase.h"
#include "lra/web_token.h"

_Static_assert((int)PICKUP_CODE == (int)WEB_TOKEN, "a code is such a token");

/* clang-format off */
static const struct fault_rule no_pages = { "pickup.off", "R-LRA-08",
	"This LRA has no pages for subscribers. Save the file and hand it over another way.",
	"この窓口には利用者用の受取ページがありません。ファイルを保存し、別の方法で渡してください。" };
static const struct fault_rule no_file = { "pickup.form", "R-SUB-KEY-01",
	"Only a PKCS #12 file is picked up. A certificate alone is no secret: hand it over as it is.",
	"受取ページで渡せるのはPKCS#12ファイルだけです。証明書のみの場合は、そのまま渡してください。" };
static const struct fault_rule none = { "pickup.none", "R-SUB-KEY-05",
	"No file of this case waits to be picked up: it was fetched, or its link has ended.",
	"受取待ちのファイルはありません(受取済み、またはリンクは終了しています)。" };
/* clang-format on */

void pickup_clear(struct pickup *pickup)
{
	buf_clear(&pickup->sealed);
	OPENSSL_cleanse(pickup, sizeof *pickup);
}

RESULT pickup_check(struct lra_call *call, const struct lra_delivery *delivery)
{
	if (delivery->form == DELIVERY_CERTIFICATE)
		return lra_refuse(call, E_POLICY, &no_file, "form", "certificate");
	if (call->lra->conf->subscriber_origin[0] == 0)
		return lra_refuse(call, E_POLICY, &no_pages, "pickup",
			"subscriber.origin");
	return OK;
}

/* ---- making */

static RESULT fill_word(const struct lra *lra, const char *receipt,
	struct blob sealed_pin, struct pickup *out)
{
	AUTO(secret_free) struct secret *pin = NULL;
	char word[PICKUP_WORD];
	TRY(seal_open(lra->seal, SEAL_PIN, receipt, sealed_pin, &pin));
	TRY(random_bytes(out->salt, sizeof out->salt));
	TRY(pickup_word(secret_view(pin), receipt, word));
	struct err err = phrase_hash(word, out->salt, out->hash);
	OPENSSL_cleanse(word, sizeof word);
	return err;
}

RESULT pickup_make(struct lra_call *call, const char *receipt, struct blob pkcs12,
	struct blob sealed_pin, struct pickup *out)
{
	struct pickup_ticket *ticket = &out->ticket;
	TRY(web_token_new(ticket->code));
	TRY(pickup_close(ticket->code, receipt, pkcs12, &out->sealed));
	TRY(fill_word(call->lra, receipt, sealed_pin, out));
	ticket->until = call->now + call->lra->conf->pickup_s;
	int len =
		snprintf(ticket->link, sizeof ticket->link, "%s/pickup?number=%s&code=%s",
			call->lra->conf->subscriber_origin, receipt, ticket->code);
	return len < (int)sizeof ticket->link ? OK
					      : FAIL(E_INPUT, "subscriber.origin: long");
}

RESULT pickup_record(struct db_tx *tx, const struct lra_application *application,
	const struct pickup *pickup)
{
	uint8_t code[32], key[32];
	web_token_digest(pickup->ticket.code, code);
	TRY(key_digest(buf_view(&application->spki), key));
	const struct lra_pickup_row row = { .application_id = application->id,
		.until = pickup->ticket.until,
		.code_sha256 = BLOB(code),
		.salt = BLOB(pickup->salt),
		.hash = BLOB(pickup->hash),
		.sealed = buf_view(&pickup->sealed),
		.key_digest = BLOB(key) };
	return lra_store_add_pickup(tx, &row);
}

/* ---- ending */

struct ending {
	struct lra_call *call;
	const char *receipt, *as;
	const char *reason;          /* a clerk's; NULL: nobody's wish */
	enum application_state left; /* where the application stands then */
};

static RESULT audit(const struct ending *ending, struct db_tx *tx,
	const struct lra_application *application, struct blob digest)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf detail = BUF(4 * KIB);
	const struct roster_component *self;
	TRY(gateway_of(ending->call->lra, application->lra, &self));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "as", ending->as));
	TRY(json_set_hex(object, "keyDigest", digest));
	if (ending->reason != NULL)
		TRY(json_set_text(object, "reason", ending->reason));
	TRY(json_write(object, &detail));
	return lra_audit(ending->call, tx, AUDIT_FILE_DESTROYED,
		ending->reason == NULL ? self->id : NULL,
		ending->reason == NULL ? self->role : ROLE_LRA_CLERK,
		application->receipt, buf_text(&detail));
}

/* Whoever already asked for its revocation meant the certificate: then only the file goes. */
static RESULT end_one(void *context, struct db_tx *tx)
{
	struct ending *ending = context;
	struct lra_call *call = ending->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	char why[96];
	TRY(lra_application_load(call, tx, ending->receipt, &application));
	TRY(lra_store_pickup(tx, application.id, &rows));
	TRY(lra_store_end_pickup(tx, db_int(rows, 0, PICKUP_ID), ending->as, call->now));
	TRY(audit(ending, tx, &application, db_blob(rows, 0, PICKUP_KEY_DIGEST)));
	ending->left = application.state;
	if (application.state != APP_DELIVERED || db_bool(rows, 0, PICKUP_ASKED))
		return OK;
	ending->left = APP_VERIFIED;
	snprintf(why, sizeof why, "LRA gateway: the file was not picked up (%s)",
		ending->as);
	return lost_key(call, tx, &application, why);
}

RESULT lra_recall(struct lra_call *call, const char *receipt, const char *reason,
	enum application_state *out)
{
	struct ending ending = { call, receipt, "recalled", reason, APP_NONE };
	struct err err = db_run(call->lra->db, end_one, &ending);
	if (!err_is(err))
		*out = ending.left;
	if (err.code != E_NOT_FOUND)
		return err;
	/* No such case of this LRA, or nothing of it waits. */
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(lra_application_load(call, tx, receipt, &application));
	return lra_refuse(call, E_STATE, &none, "pickup", "%s", receipt);
}

RESULT lra_end_pickups(struct lra_call *call, size_t *done)
{
	enum { AT_ONCE = 64 };
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const struct roster_component *self;
	*done = 0;
	TRY(gateway_of(call->lra, NULL, &self));
	TRY(lra_store_pickups_over(call->lra->db, self->lra, call->now, AT_ONCE, &rows));
	struct err last = OK;
	for (size_t i = 0; i < db_count(rows) && last.code != E_RETRY; i++) {
		struct ending ending = { .call = call,
			.receipt = db_text(rows, i, OVER_RECEIPT),
			.as = db_text(rows, i, OVER_AS) };
		struct err err = db_run(call->lra->db, end_one, &ending);
		if (err_is(err) && err.code != E_NOT_FOUND) /* fetched meanwhile */
			last = err_in(err, "pick-up of application %s", ending.receipt);
		else
			(*done)++;
	}
	return last;
}
