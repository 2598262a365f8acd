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
	struct lra_call *call;
	const char *receipt;
	struct buf spki;
	enum application_state state;
	struct buf certificate, issuer; /* DER of the new one; word of its issuer */
};
static void handover_clear(struct handover *handover)
{
	buf_clear(&handover->spki);
	buf_clear(&handover->certificate);
	buf_clear(&handover->issuer);
}
AUTO_DEFINE_HELD(struct handover, handover_clear)

static RESULT sign_binding(struct handover *handover,
	const struct lra_application *application, const struct roster_component *self,
	struct decision *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	char text[96];
	uint8_t digest[32];
	TRY(key_digest(buf_view(&handover->spki), digest));
	TRY(statement_key_content(application->receipt, application->version, digest,
		&statement.content));
	statement.kind = DECISION_BIND_KEY;
	snprintf(text, sizeof text, "鍵生成 / Key born at hand-over: %s",
		application->receipt);
	return gateway_sign(handover->call, self, &statement, text, out);
}

static RESULT bind_key(void *context, struct db_tx *tx)
{
	struct handover *handover = context;
	struct lra_call *call = handover->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(decision_clear) struct decision decision = DECISION;
	const struct roster_component *self;
	enum application_state to;
	enum role as;
	bool living;
	TRY(lra_application_load(call, tx, handover->receipt, &application));
	if (application.state != APP_VERIFIED)
		return lra_refuse(call, E_STATE, &moved, "state", "%s",
			application_state_name(application.state));
	TRY(lra_store_has_living(tx, application.id, call->now, &living));
	if (living)
		return lra_refuse(call, E_CONFLICT, &revoking, "certificate", "%s",
			application.receipt);
	TRY(gateway_of(call->lra, application.lra, &self));
	TRY(application_step(application.state, EV_BIND_KEY, self->role, &to, &as));
	TRY(sign_binding(handover, &application, self, &decision));
	TRY(lra_store_add_decision(tx, application.id, application.version, &decision,
		DECISION_BIND_KEY, self->id, call->now));
	TRY(lra_store_bind_key(tx, application.id, buf_view(&handover->spki), call->now));
	TRY(lra_audit(call, tx, AUDIT_KEY_BOUND, self->id, as, application.receipt,
		"{}"));
	return lra_store_notify(tx, "inkan_application");
}

/* Where the application stands, and its certificate when there is one. */
static RESULT look(struct handover *handover)
{
	struct lra_call *call = handover->call;
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

/* Until the RA has the CA's answer. Without one in time the key is wiped, and the keeper clears up. */
static RESULT await(struct handover *handover)
{
	struct lra_call *call = handover->call;
	int64_t until = clock_monotonic_ms() + call->lra->conf->wait_s * 1000;
	for (;;) {
		bool woken;
		TRY(look(handover));
		if (handover->state == APP_ISSUED)
			return OK;
		if (handover->state == APP_REFUSED)
			return lra_refuse(call, E_POLICY, &refused, "application", "%s",
				handover->receipt);
		if (handover->state != APP_VERIFIED && handover->state != APP_ORDERED)
			return lra_refuse(call, E_STATE, &moved, "state", "%s",
				application_state_name(handover->state));
		if (clock_monotonic_ms() >= until || proc_stop)
			return FAIL(E_RETRY,
				"application %s: no answer from the CA in time",
				handover->receipt);
		TRY(db_wait(call->lra->db, LOOK_MS, &woken));
	}
}

static RESULT pack(struct handover *handover, EVP_PKEY *key,
	enum lra_form_of_delivery form, const struct secret *pin, struct buf *out)
{
	const struct lra *lra = handover->call->lra;
	const struct issuer *issuer =
		issuer_set_find(lra->issuers, buf_text(&handover->issuer));
	if (issuer == NULL)
		return FAIL(E_BUG, "issuer %.30s: not in issuers.cfg",
			buf_text(&handover->issuer));
	const struct blob chain[] = { buf_view(&handover->certificate),
		issuer->certificate, issuer->root };
	return pkcs12_write(key, chain, issuer->root.len > 0 ? 3 : 2, handover->receipt,
		pin, form == DELIVERY_PKCS12_3DES ? PKCS12_3DES : PKCS12_MODERN,
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

RESULT handover_make(struct lra_call *call, const struct lra_application *application,
	const struct lra_delivery *delivery, struct buf *pkcs12, struct buf *sealed_pin)
{
	AUTO(handover_clear)
	struct handover handover = { .call = call,
		.receipt = application->receipt,
		.spki = BUF(LIMIT_SPKI),
		.certificate = BUF(LIMIT_CERT),
		.issuer = BUF(64) };
	AUTO(EVP_PKEY_free)
	EVP_PKEY *key = NULL; /* wiped by its own free, on every way out */
	AUTO(secret_free) struct secret *pin = NULL;
	TRY(make_key(call->lra, &application->content, &key, &handover.spki));
	TRY(db_listen(call->lra->db, "inkan_certificate"));
	TRY(db_run(call->lra->db, bind_key, &handover));
	fault_point("lra.bound");
	TRY(await(&handover));
	fault_point("lra.issued");
	TRY(pkcs12_new_pin(&pin));
	TRY(pack(&handover, key, delivery->form, pin, pkcs12));
	return seal_close(call->lra->seal, SEAL_PIN, application->receipt, pin,
		sealed_pin);
}
