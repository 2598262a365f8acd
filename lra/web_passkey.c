#include "lra/web_passkey.h"

#include <openssl/sha.h>

#include "common/base/random.h"
#include "common/json/json.h"
#include "lra/enrol_store.h"

/* clang-format off */
static const char *const purposes[WEB_PURPOSE_COUNT] = {
	[WEB_LOGIN] = "login", [WEB_STEP_UP] = "stepUp" };

static const struct fault_rule
rule_off = { "passkey.off", "R-ACC-04",
	"Passkeys are not taken here. Use the counter's own address.",
	"ここではパスキーを利用できません。窓口のアドレスをご利用ください。" },
rule_challenge = { "login.challenge", "R-ACC-06",
	"This took too long, or was answered already. Begin again.",
	"時間切れか、回答済みです。もう一度やり直してください。" },
rule_passkey = { "login.passkey", "R-ACC-04",
	"This passkey opens nothing here: it is not enrolled, was ended, or did not verify you.",
	"このパスキーは使えません (未登録、抹消済み、または本人の確認ができませんでした)。" },
rule_counter = { "passkey.counter", "R-ACC-04",
	"This passkey may have been copied: its counter went back. Do not use it; tell an administrator.",
	"このパスキーは複製された可能性があります (カウンターの後退)。使用をやめ、管理者に連絡してください。" };
/* clang-format on */

RESULT web_passkey_check_on(struct lra_call *call)
{
	return call->lra->door == DOOR_COUNTER
		       ? OK
		       : lra_refuse(call, E_POLICY, &rule_off, "", "%s", "");
}

/* ---- asking */

RESULT web_passkey_ask(struct lra_call *call, enum web_purpose purpose,
	uint8_t out[static WEB_CHALLENGE])
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct web_challenge_row row = { .expires_at = call->now + WEB_CHALLENGE_S,
		.session = purpose == WEB_STEP_UP ? call->session : 0 };
	TRY(web_passkey_check_on(call));
	snprintf(row.purpose, sizeof row.purpose, "%s", purposes[purpose]);
	TRY(random_bytes(row.challenge, sizeof row.challenge));
	TRY(db_begin_read_committed(call->lra->db, &tx));
	TRY(lra_store_add_challenge(tx, &row, call->now));
	TRY(db_commit(&tx));
	memcpy(out, row.challenge, WEB_CHALLENGE);
	return OK;
}

/* ---- answering */

void web_assertion_clear(struct web_assertion *assertion)
{
	buf_clear(&assertion->challenge);
	buf_clear(&assertion->credential);
	buf_clear(&assertion->client_data_json);
	buf_clear(&assertion->authenticator_data);
	buf_clear(&assertion->signature);
}

RESULT web_assertion_read(struct blob body, struct web_assertion *out)
{
	static const char *const members[] = { "challenge", "credential",
		"clientDataJSON", "authenticatorData", "signature", NULL };
	AUTO(json_free) struct json *object = NULL;
	TRY(json_parse(body, &object));
	TRY(json_only(object, members));
	TRY(json_get_base64(object, "challenge", &out->challenge));
	TRY(json_get_base64(object, "credential", &out->credential));
	TRY(json_get_base64(object, "clientDataJSON", &out->client_data_json));
	TRY(json_get_base64(object, "authenticatorData", &out->authenticator_data));
	return json_get_base64(object, "signature", &out->signature);
}

struct proving {
	struct lra_call *call;
	enum web_purpose purpose;
	const struct web_assertion *assertion;
	struct enrolment *enrolment; /* NULL: nobody's */
	const struct fault_rule *refused;
	char why[160];
};

static bool is_right_challenge(const struct proving *proving,
	const struct web_challenge_row *row)
{
	const struct lra_call *call = proving->call;
	return strcmp(row->purpose, purposes[proving->purpose]) == 0 &&
	       row->session == (proving->purpose == WEB_STEP_UP ? call->session : 0);
}

/* The assertion over the challenge, and the counter; refused: what is wrong. */
static RESULT judge(struct proving *proving, const struct web_challenge_row *row,
	struct db_tx *tx)
{
	const struct web_assertion *given = proving->assertion;
	struct enrolment *enrolment = proving->enrolment;
	uint8_t digest[32];
	uint32_t count;
	proving->refused = &rule_passkey;
	if (enrolment == NULL)
		return OK;
	const struct webauthn_party party = { enrolment->rp_id, enrolment->origin };
	SHA256(given->credential.data, given->credential.len, digest);
	TRY(lra_store_passkey_count(tx, digest, &enrolment->credential.sign_count));
	struct err err = webauthn_assert(&party, &enrolment->credential,
		BLOB(row->challenge), buf_view(&given->client_data_json),
		buf_view(&given->authenticator_data), buf_view(&given->signature),
		&count);
	if (!err_is(err)) {
		proving->refused = NULL;
		return lra_store_passkey_used(tx, digest, count, proving->call->now);
	}
	snprintf(proving->why, sizeof proving->why, "%.150s", err.text);
	if (err.code == E_CONFLICT)
		proving->refused = &rule_counter;
	return err_is_passing(err) || err.code == E_BUG ? err : OK;
}

/* Whatever is wrong, the challenge is gone and the trace is there: so this ends well, and says in `refused` what it was. */
static RESULT prove(void *context, struct db_tx *tx)
{
	struct proving *proving = context;
	struct web_challenge_row row;
	char detail[60];
	struct err err = lra_store_take_challenge(tx,
		buf_view(&proving->assertion->challenge), proving->call->now, &row);
	if (err_is(err) && err.code != E_NOT_FOUND)
		return err;
	if (err_is(err) || !is_right_challenge(proving, &row))
		proving->refused = &rule_challenge;
	else
		TRY(judge(proving, &row, tx));
	if (proving->refused == NULL)
		return OK;
	snprintf(detail, sizeof detail, "{\"why\":\"%s\"}", proving->refused->code);
	return lra_audit(proving->call, tx, AUDIT_LOGIN_REFUSED,
		proving->enrolment == NULL ? NULL : proving->enrolment->person,
		ROLE_SUBSCRIBER, purposes[proving->purpose], detail);
}

RESULT web_passkey_prove(struct lra_call *call, enum web_purpose purpose,
	const struct web_assertion *assertion, const struct roster_person **out)
{
	struct enrolment enrolment;
	struct proving proving = { .call = call,
		.purpose = purpose,
		.assertion = assertion,
		.enrolment = &enrolment };
	TRY(web_passkey_check_on(call));
	struct err err = enrolment_find(&call->lra->trust,
		buf_view(&assertion->credential), call->now, &enrolment);
	if (err_is_passing(err))
		return err;
	if (err_is(err)) {
		proving.enrolment = NULL;
		snprintf(proving.why, sizeof proving.why, "%.150s", err.text);
	}
	TRY(db_run(call->lra->db, prove, &proving));
	if (proving.refused != NULL)
		return lra_refuse(call, E_DENIED, proving.refused, "credential", "%s",
			proving.why);
	*out = roster_person(call->lra->roster, enrolment.person);
	return *out != NULL ? OK
			    : lra_refuse(call, E_DENIED, &rule_passkey, "credential",
				      "not in the roster");
}

/* ---- what passkeys are worth */

RESULT web_passkey_in_force(const struct lra *lra, const uint8_t digest[static 32],
	const char *person, int64_t now, bool *out)
{
	AUTO(buf_clear) struct buf id = BUF(WEBAUTHN_ID_MAX);
	struct enrolment enrolment;
	struct err err = lra_store_passkey_by_digest(lra->db, digest, &id);
	if (!err_is(err))
		err = enrolment_find(&lra->trust, buf_view(&id), now, &enrolment);
	if (err_is_passing(err))
		return err;
	*out = !err_is(err) && strcmp(enrolment.person, person) == 0;
	return OK;
}

RESULT web_passkey_count(const struct lra *lra, const char *person, int64_t now,
	size_t *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	size_t count = 0;
	TRY(lra_store_passkeys_of(lra->db, person, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(enrol_passkey_row_clear)
		struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
		struct enrolment enrolment;
		TRY(lra_store_read_passkey(rows, i, &row));
		struct err err = enrolment_find(&lra->trust, buf_view(&row.credential_id),
			now, &enrolment);
		if (err_is_passing(err))
			return err;
		count += !err_is(err);
	}
	*out = count;
	return OK;
}

RESULT web_passkey_used(struct lra_call *call, struct db_tx *tx,
	const struct decision_signer *signer)
{
	uint32_t before;
	if (!signer->by_passkey)
		return OK;
	TRY(lra_store_passkey_count(tx, signer->credential_digest, &before));
	struct err err = webauthn_count_check(before, signer->sign_count);
	if (err_is(err))
		return lra_refuse(call, E_DENIED, &rule_counter, "signature", "%.100s",
			err.text);
	return lra_store_passkey_used(tx, signer->credential_digest, signer->sign_count,
		call->now);
}
