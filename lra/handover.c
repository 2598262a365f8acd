#include "lra/handover.h"

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/pki/pkcs12.h"
#include "common/proc/fault_point.h"
#include "common/proc/proc.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/gateway.h"
#include "lra/seal.h"

enum { LOOK_MS = 1000 };

/* clang-format off */
static const struct fault_rule refused = { "handover.refused", "R-ACC-08",
	"The registration authority refused it. The application names the reasons.",
	"登録局または認証局が受け付けませんでした。申込の表示で理由を確認してください。" };
static const struct fault_rule revoking = { "handover.revoking", "R-ISS-19",
	"The certificate of a lost key is being revoked first. Try again in a minute.",
	"失われた鍵の証明書を失効処理中です。1分ほど後に再度お試しください。" };
static const struct fault_rule moved = { "handover.state", "R-APP-01",
	"The application is no longer waiting for its key.",
	"この申込は鍵の生成を待つ状態ではありません。" };
/* clang-format on */

struct handover {
	char receipt[24];
	int64_t until_ms; /* of the clock that only goes forward */
	EVP_PKEY *key;    /* wiped by its own free, on every way out */
	struct buf spki;
	enum application_state state;
	struct buf certificate, issuer; /* DER of the new one; word of its issuer */
};

void handover_free(struct handover *handover)
{
	if (handover == NULL)
		return;
	EVP_PKEY_free(handover->key);
	buf_clear(&handover->spki);
	buf_clear(&handover->certificate);
	buf_clear(&handover->issuer);
	free(handover);
}

struct binding {
	struct lra_call *call;
	struct handover *handover;
};

static RESULT sign_binding(const struct binding *binding,
	const struct lra_application *application, const struct roster_component *self,
	struct decision *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	char text[96];
	uint8_t digest[32];
	TRY(key_digest(buf_view(&binding->handover->spki), digest));
	TRY(statement_key_content(application->receipt, application->version, digest,
		&statement.content));
	statement.kind = DECISION_BIND_KEY;
	snprintf(text, sizeof text, "鍵生成 / Key born at hand-over: %s",
		application->receipt);
	return gateway_sign(binding->call, self, &statement, text, out);
}

static RESULT bind_key(void *context, struct db_tx *tx)
{
	const struct binding *binding = context;
	struct lra_call *call = binding->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(decision_clear) struct decision decision = DECISION;
	const struct roster_component *self;
	enum application_state to;
	enum role as;
	bool living;
	TRY(lra_application_load(call, tx, binding->handover->receipt, &application));
	if (application.state != APP_VERIFIED)
		return lra_refuse(call, E_STATE, &moved, "state", "%s",
			application_state_name(application.state));
	TRY(lra_store_has_living(tx, application.id, call->now, &living));
	if (living)
		return lra_refuse(call, E_CONFLICT, &revoking, "certificate", "%s",
			application.receipt);
	TRY(gateway_of(call->lra, application.lra, &self));
	TRY(lra_step(call, &application, EV_BIND_KEY, self->role, &to, &as));
	TRY(sign_binding(binding, &application, self, &decision));
	TRY(lra_store_add_decision(tx, application.id, application.version, &decision,
		DECISION_BIND_KEY, self->id, call->now));
	TRY(lra_store_bind_key(tx, application.id, buf_view(&binding->handover->spki),
		call->now));
	TRY(lra_audit(call, tx, AUDIT_KEY_BOUND, self->id, as, application.receipt,
		"{}"));
	return lra_store_notify(tx, "inkan_application");
}

/* Where the application stands, and its certificate when there is one. */
static RESULT look(struct lra_call *call, struct handover *handover)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(lra_application_load(call, tx, handover->receipt, &application));
	handover->state = application.state;
	if (application.state != APP_ISSUED)
		return OK;
	if (!blob_equal(buf_view(&application.spki), buf_view(&handover->spki)))
		return FAIL(E_CONFLICT, "another key was bound");
	TRY(lra_store_certificate(tx, application.id, &rows));
	TRY(buf_append(&handover->certificate, db_blob(rows, 0, CERTIFICATE_DER)));
	return buf_append_text(&handover->issuer, db_text(rows, 0, CERTIFICATE_ISSUER));
}

RESULT handover_look(struct lra_call *call, struct handover *handover, bool *out)
{
	TRY(look(call, handover));
	*out = handover->state == APP_ISSUED;
	if (*out)
		return OK;
	if (handover->state == APP_REFUSED)
		return lra_refuse(call, E_POLICY, &refused, "application", "%s",
			handover->receipt);
	if (handover->state != APP_VERIFIED && handover->state != APP_ORDERED)
		return lra_refuse(call, E_STATE, &moved, "state", "%s",
			application_state_name(handover->state));
	if (clock_monotonic_ms() >= handover->until_ms || proc_stop)
		return FAIL(E_RETRY, "application %s: no answer from the CA in time",
			handover->receipt);
	return OK;
}

static RESULT pack(const struct lra *lra, const struct handover *handover,
	enum lra_form_of_delivery form, const struct secret *pin, struct buf *out)
{
	const struct issuer *issuer =
		issuer_set_find(lra->issuers, buf_text(&handover->issuer));
	if (issuer == NULL)
		return FAIL(E_BUG, "issuer %.30s: not in issuers.cfg",
			buf_text(&handover->issuer));
	const struct blob chain[] = { buf_view(&handover->certificate),
		issuer->certificate, issuer->root };
	return pkcs12_write(handover->key, chain, issuer->root.len > 0 ? 3 : 2,
		handover->receipt, pin,
		form == DELIVERY_PKCS12_3DES ? PKCS12_3DES : PKCS12_MODERN,
		(int)lra->conf->iterations, out);
}

static enum key_algorithm preferred(const struct profile *profile)
{
	static const enum key_algorithm order[] = { KEY_P256, KEY_P384, KEY_RSA_3072,
		KEY_RSA_4096, KEY_RSA_2048 };
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if ((profile->key_algorithms & KEY_BIT(order[i])) != 0)
			return order[i];
	return KEY_NONE;
}

static RESULT make_key(const struct lra *lra, const struct content *content,
	EVP_PKEY **key, struct buf *spki)
{
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	struct blob der;
	const struct profile *profile = profile_set_find(lra->profiles, content->profile,
		content->profile_version);
	if (profile == NULL)
		return FAIL(E_STATE, "profile %s version %lld: not there",
			content->profile, (long long)content->profile_version);
	TRY(key_generate(preferred(profile), key));
	TRY(key_write(*key, &w));
	TRY(der_finish(&w, &der));
	return buf_append(spki, der);
}

RESULT handover_begin(struct lra_call *call, const struct lra_application *application,
	struct handover **out)
{
	AUTO(handover_free) struct handover *handover = calloc(1, sizeof *handover);
	if (handover == NULL)
		return FAIL(E_IO, "out of memory");
	handover->spki = BUF(LIMIT_SPKI);
	handover->certificate = BUF(LIMIT_CERT);
	handover->issuer = BUF(64);
	struct binding binding = { .call = call, .handover = handover };
	TRY(text_copy(application->receipt, handover->receipt, sizeof handover->receipt));
	TRY(make_key(call->lra, &application->content, &handover->key, &handover->spki));
	TRY(db_listen(call->lra->db, "inkan_certificate"));
	TRY(db_run(call->lra->db, bind_key, &binding));
	handover->until_ms = clock_monotonic_ms() + call->lra->conf->wait_s * 1000;
	fault_point("lra.bound");
	*out = MOVE(handover);
	return OK;
}

RESULT handover_pack(struct lra_call *call, const struct handover *handover,
	enum lra_form_of_delivery form, struct buf *pkcs12, struct buf *sealed_pin)
{
	AUTO(secret_free) struct secret *pin = NULL;
	fault_point("lra.issued");
	TRY(pkcs12_new_pin(&pin));
	TRY(pack(call->lra, handover, form, pin, pkcs12));
	return seal_close(call->lra->seal, SEAL_PIN, handover->receipt, pin, sealed_pin);
}

RESULT handover_make(struct lra_call *call, const struct lra_application *application,
	const struct lra_delivery *delivery, struct buf *pkcs12, struct buf *sealed_pin)
{
	AUTO(handover_free) struct handover *handover = NULL;
	bool ready = false, woken;
	TRY(handover_begin(call, application, &handover));
	for (;;) {
		TRY(handover_look(call, handover, &ready));
		if (ready)
			break;
		TRY(db_wait(call->lra->db, LOOK_MS, &woken));
	}
	return handover_pack(call, handover, delivery->form, pkcs12, sealed_pin);
}
