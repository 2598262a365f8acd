#include "lra/enrol.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/text.h"
#include "lra/web_passkey.h"

enum { CODE_DIGITS = 20, CODE_GROUP = 5, CODE_ROUNDS = 100000 };
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U */

/* clang-format off */
static const struct fault_rule
rule_off = { "passkey.off", "R-ACC-04",
	"Passkeys are not set up at this counter.",
	"この受付ではパスキーが設定されていません。" },
rule_person = { "passkey.person", "R-ACC-04",
	"Passkeys are enrolled by an administrator for somebody else of the same LRA.",
	"パスキーの登録は、同じLRAの他の人のために管理者が行います。" },
rule_code = { "passkey.code", "R-ACC-04",
	"This code is not valid: wrong, used, or too old. Ask your administrator for a new one.",
	"このコードは無効です(誤り、使用済み、または期限切れ)。管理者に新しいコードを依頼してください。" },
rule_answer = { "passkey.answer", "R-ACC-04",
	"The browser's answer does not belong to this registration. Begin again.",
	"ブラウザの応答がこの登録のものではありません。最初からやり直してください。" },
rule_known = { "passkey.known", "R-ACC-04",
	"This passkey is registered already.",
	"このパスキーは登録済みです。" },
rule_again = { "passkey.again", "R-ACC-04",
	"You signed this already; another administrator's signature is needed.",
	"すでに署名済みです。別の管理者の署名が必要です。" },
rule_stale = { "passkey.statement", "R-ACC-04",
	"What was signed is not about this passkey, or was signed by somebody else.",
	"署名された内容がこのパスキーのものではないか、別の人の署名です。" };
/* clang-format on */

/* ---- codes */

static RESULT new_code(char out[static ENROL_CODE])
{
	uint8_t random[CODE_DIGITS];
	size_t len = 0;
	TRY(random_bytes(random, sizeof random));
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i > 0 && i % CODE_GROUP == 0)
			out[len++] = '-';
		out[len++] = digits[random[i] & 31];
	}
	out[len] = 0;
	OPENSSL_cleanse(random, sizeof random);
	return OK;
}

/* As people type it: any case, with or without its hyphens. */
static RESULT hash_code(const char *code, const struct enrol_code_row *row,
	uint8_t out[static 32])
{
	char plain[CODE_DIGITS + 1];
	size_t len = 0;
	for (const char *at = code; *at != 0 && len < CODE_DIGITS; at++)
		if (*at != '-' && *at != ' ')
			plain[len++] =
				(char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
	bool done = PKCS5_PBKDF2_HMAC(plain, (int)len, row->salt, sizeof row->salt,
			    (int)row->iterations, EVP_sha256(), 32, out) == 1;
	OPENSSL_cleanse(plain, sizeof plain);
	return done ? OK : FAIL_OSSL(E_CRYPTO, "hash of the code");
}

static RESULT check_on(struct lra_call *call)
{
	const struct lra_conf *conf = call->lra->conf;
	return conf->passkey_rp_id[0] != 0 && conf->passkey_origin[0] != 0
		       ? OK
		       : lra_refuse(call, E_POLICY, &rule_off, "", "%s", "passkey.rpId");
}

struct inviting {
	struct lra_call *call;
	const struct enrol_code_row *row;
};

static RESULT invite(void *context, struct db_tx *tx)
{
	struct inviting *inviting = context;
	struct lra_call *call = inviting->call;
	TRY(lra_store_add_code(tx, inviting->row, call->person->id, call->now));
	return lra_audit(call, tx, AUDIT_PASSKEY_INVITED, NULL, ROLE_LRA_ADMIN,
		inviting->row->person, "{}");
}

RESULT lra_enrol_invite(struct lra_call *call, const char *person,
	struct enrol_invitation *out)
{
	const struct roster_person *whose = roster_person(call->lra->roster, person);
	struct enrol_code_row row = { .iterations = CODE_ROUNDS,
		.expires_at = call->now + DAY };
	struct inviting inviting = { call, &row };
	struct enrol_invitation invitation = { .expires_at = row.expires_at };
	TRY(check_on(call));
	if (whose == NULL || whose == call->person ||
		strcmp(whose->lra, call->person->lra) != 0)
		return lra_refuse(call, E_POLICY, &rule_person, "person", "%.40s",
			person);
	TRY(text_copy(whose->id, row.person, sizeof row.person));
	TRY(text_copy(whose->lra, row.lra, sizeof row.lra));
	TRY(random_bytes(row.salt, sizeof row.salt));
	TRY(random_bytes(row.challenge, sizeof row.challenge));
	TRY(new_code(invitation.code));
	TRY(hash_code(invitation.code, &row, row.hash));
	TRY(db_run(call->lra->db, invite, &inviting));
	*out = invitation;
	return OK;
}

/* ---- registering */

struct trying {
	struct lra_call *call;
	const char *person, *code;
	struct enrol_code_row *row;
	bool right;
};

/* A wrong try must be counted although it is refused: so this ends well, and says in `right` what it was. */
static RESULT try_code(void *context, struct db_tx *tx)
{
	struct trying *trying = context;
	struct lra_call *call = trying->call;
	uint8_t hash[32];
	trying->right = false;
	struct err err = lra_store_find_code(tx, trying->person, trying->row);
	if (err.code == E_NOT_FOUND)
		return lra_audit(call, tx, AUDIT_LOGIN_REFUSED, NULL, ROLE_SUBSCRIBER,
			"enrolment", "{\"why\":\"passkey.code\"}");
	TRY(err);
	TRY(hash_code(trying->code, trying->row, hash));
	trying->right = CRYPTO_memcmp(hash, trying->row->hash, sizeof hash) == 0 &&
			call->now < trying->row->expires_at;
	if (trying->right)
		return OK;
	TRY(lra_store_count_try(tx, trying->row->id, call->now));
	return lra_audit(call, tx, AUDIT_LOGIN_REFUSED, trying->row->person,
		ROLE_LRA_CLERK, "enrolment", "{\"why\":\"passkey.code\"}");
}

/* What is open to everybody leaves its own trace. */
static RESULT refuse_registration(struct lra_call *call, const char *person,
	const struct fault_rule *rule, const char *field, const char *detail)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	char why[60];
	snprintf(why, sizeof why, "{\"why\":\"%.40s\"}", rule->code);
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, AUDIT_LOGIN_REFUSED, person, ROLE_LRA_CLERK, "enrolment",
		why));
	TRY(db_commit(&tx));
	return lra_refuse(call, E_DENIED, rule, field, "%s", detail);
}

/* The open code of somebody who is in force. */
static RESULT check_code(struct lra_call *call, const char *person, const char *code,
	struct enrol_code_row *row, const struct roster_person **out)
{
	struct trying trying = { .call = call,
		.person = person,
		.code = code,
		.row = row };
	TRY(check_on(call));
	TRY(db_run(call->lra->db, try_code, &trying));
	if (!trying.right)
		return lra_refuse(call, E_DENIED, &rule_code, "code", "%s", "");
	*out = roster_person(call->lra->roster, row->person);
	if (*out == NULL || strcmp((*out)->lra, row->lra) != 0)
		return refuse_registration(call, row->person, &rule_code, "person", "");
	const struct fault_rule *lapsed =
		roster_lapsed(call->lra->roster, *out, call->now);
	return lapsed == NULL
		       ? OK
		       : refuse_registration(call, row->person, lapsed, "person", "");
}

RESULT lra_enrol_begin(struct lra_call *call, const char *person, const char *code,
	struct enrol_challenge *out)
{
	struct enrol_code_row row;
	TRY(check_code(call, person, code, &row, &out->person));
	memcpy(out->challenge, row.challenge, sizeof out->challenge);
	return OK;
}

struct registering {
	struct lra_call *call;
	const struct enrol_passkey_row *row;
	int64_t code_id;
};

static RESULT keep(void *context, struct db_tx *tx)
{
	struct registering *registering = context;
	struct lra_call *call = registering->call;
	TRY(lra_store_use_code(tx, registering->code_id, call->now));
	TRY(lra_store_add_passkey(tx, registering->row, registering->code_id));
	return lra_audit(call, tx, AUDIT_PASSKEY_REGISTERED, registering->row->person,
		ROLE_LRA_CLERK, registering->row->person, "{}");
}

RESULT lra_enrol_register(struct lra_call *call,
	const struct enrol_registration *registration,
	char fingerprint[static ENROLMENT_FINGERPRINT])
{
	const struct lra_conf *conf = call->lra->conf;
	const struct webauthn_party party = { conf->passkey_rp_id, conf->passkey_origin };
	AUTO(enrol_passkey_row_clear) struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
	struct registering registering = { .call = call, .row = &row };
	const struct roster_person *person;
	struct enrol_code_row code;
	struct enrolment enrolment = { .valid_from = call->now };
	TRY(check_code(call, registration->person, registration->code, &code, &person));
	struct err err = webauthn_register(&party, BLOB(code.challenge),
		registration->client_data_json, registration->attestation_object,
		&enrolment.credential);
	if (err.code == E_INPUT || err.code == E_DENIED || err.code == E_POLICY ||
		err.code == E_CRYPTO)
		return refuse_registration(call, person->id, &rule_answer,
			"attestationObject", err.text);
	TRY(err);
	enrolment.credential.sign_count = 0;
	TRY(text_copy(person->id, enrolment.person, sizeof enrolment.person));
	TRY(text_copy(party.rp_id, enrolment.rp_id, sizeof enrolment.rp_id));
	TRY(text_copy(party.origin, enrolment.origin, sizeof enrolment.origin));
	TRY(enrolment_write(&enrolment, &row.content));
	TRY(buf_append(&row.credential_id,
		webauthn_credential_id(&enrolment.credential)));
	TRY(text_copy(person->id, row.person, sizeof row.person));
	TRY(text_copy(person->lra, row.lra, sizeof row.lra));
	row.registered_at = call->now;
	registering.code_id = code.id;
	err = db_run(call->lra->db, keep, &registering);
	if (err.code == E_STATE) /* the code was used in the meantime */
		return lra_refuse(call, E_DENIED, &rule_code, "code", "%s", "");
	if (err.code == E_CONFLICT)
		return lra_refuse(call, E_CONFLICT, &rule_known, "credential", "%s", "");
	TRY(err);
	return enrolment_fingerprint(&enrolment, fingerprint);
}

/* ---- signing */

static RESULT find(struct lra_call *call, int64_t id, struct enrol_passkey_row *out)
{
	TRY(lra_store_find_passkey(call->lra->db, id, out));
	return strcmp(out->lra, call->person->lra) == 0
		       ? OK
		       : FAIL(E_NOT_FOUND, "passkey %lld: of another LRA", (long long)id);
}

RESULT lra_enrol_statement(struct lra_call *call, int64_t id, enum decision_kind kind,
	struct buf *out)
{
	AUTO(enrol_passkey_row_clear) struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct enrolment enrolment;
	char fingerprint[ENROLMENT_FINGERPRINT], text[200];
	TRY(find(call, id, &row));
	TRY(enrolment_parse(buf_view(&row.content), &enrolment));
	TRY(enrolment_fingerprint(&enrolment, fingerprint));
	statement.kind = kind;
	statement.at = call->now;
	TRY(text_copy(call->person->id, statement.person, sizeof statement.person));
	TRY(kind == DECISION_ENROL
			? buf_append(&statement.content, buf_view(&row.content))
			: enrolment_write_end(buf_view(&row.credential_id), row.person,
				  &statement.content));
	TRY(buf_append_text(&statement.evidence, "[]"));
	snprintf(text, sizeof text, "%s: %s %s",
		kind == DECISION_ENROL ? "パスキー登録 / enrol passkey"
				       : "パスキー抹消 / disenrol passkey",
		row.person, fingerprint);
	return statement_write(&statement, text, out);
}

struct signing {
	struct lra_call *call;
	const struct enrol_passkey_row *row;
	const struct decision *decision;
	const struct decision_signer *signer;
	enum decision_kind kind;
};

static RESULT sign(void *context, struct db_tx *tx)
{
	struct signing *signing = context;
	struct lra_call *call = signing->call;
	TRY(web_passkey_used(call, tx, signing->signer));
	TRY(lra_store_add_enrolment(tx, buf_view(&signing->row->credential_id),
		signing->kind, call->person->id, signing->decision, call->now));
	return lra_audit(call, tx,
		signing->kind == DECISION_ENROL ? AUDIT_PASSKEY_ENROLLED
						: AUDIT_PASSKEY_ENDED,
		NULL,
		(call->person->roles & ROLE_LRA_ADMIN) != 0 ? ROLE_LRA_ADMIN
							    : ROLE_LRA_CLERK,
		signing->row->person, "{}");
}

RESULT lra_enrol_decide(struct lra_call *call, int64_t id,
	const struct decision *decision)
{
	AUTO(enrol_passkey_row_clear) struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct enrolment content;
	struct decision_signer signer;
	TRY(find(call, id, &row));
	TRY(enrolment_judge_paper(&call->lra->trust, decision, call->now, &statement,
		&content, &signer));
	struct signing signing = { call, &row, decision, &signer, statement.kind };
	if (signer.person != call->person ||
		!blob_equal(webauthn_credential_id(&content.credential),
			buf_view(&row.credential_id)) ||
		(statement.kind == DECISION_ENROL &&
			!blob_equal(buf_view(&statement.content),
				buf_view(&row.content))))
		return lra_refuse(call, E_DENIED, &rule_stale, "statement", "%s",
			row.person);
	struct err err = db_run(call->lra->db, sign, &signing);
	return err.code == E_CONFLICT ? lra_refuse(call, E_CONFLICT, &rule_again, "",
						"%s", call->person->id)
				      : err;
}
