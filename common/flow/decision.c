#include "common/flow/decision.h"

#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/decision_parts.h"
#include "common/pki/cms.h"

static const char *const kind_names[DECISION_KIND_COUNT] = {
	[DECISION_IDENTIFY] = "identify",
	[DECISION_APPROVE] = "approve",
	[DECISION_BIND_KEY] = "bindKey",
	[DECISION_CONFIRM] = "confirm",
	[DECISION_REVOKE] = "revoke",
	[DECISION_ENROL] = "enrol",
	[DECISION_DISENROL] = "disenrol",
	[DECISION_IMPORT] = "import",
};
enum {
	CLOCK_SKEW_S = 300, /* a statement may come from a clock this far ahead */
	DECISION_AGE_S = 90 * 86400, /* older yeses are asked for anew */
};

const char *decision_kind_name(enum decision_kind kind)
{
	return kind_names[kind];
}

RESULT decision_kind_by_name(const char *name, enum decision_kind *out)
{
	for (size_t i = 0; i < DECISION_KIND_COUNT; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*out = (enum decision_kind)i;
			return OK;
		}
	return FAIL(E_INPUT, "decision: \"%.40s\" is none", name);
}

void statement_clear(struct statement *statement)
{
	buf_clear(&statement->content);
	buf_clear(&statement->evidence);
}

void decision_clear(struct decision *decision)
{
	buf_clear(&decision->statement);
	buf_clear(&decision->signature);
}

RESULT statement_write(struct statement *statement, const char *text, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *content = NULL;
	AUTO(json_free) struct json *evidence = NULL;
	uint8_t nonce[16];
	if (statement->nonce[0] == 0) {
		TRY(random_bytes(nonce, sizeof nonce));
		hex_encode(BLOB(nonce), statement->nonce);
	}
	TRY(json_parse(buf_view(&statement->content), &content));
	TRY(json_parse(statement->evidence.len == 0 ? blob_text("[]")
						    : buf_view(&statement->evidence),
		&evidence));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "type", "inkan.decision.1"));
	TRY(json_set_text(object, "decision", kind_names[statement->kind]));
	TRY(json_set_text(object, "person", statement->person));
	TRY(json_set_time(object, "at", statement->at));
	TRY(json_set_text(object, "nonce", statement->nonce));
	TRY(json_set_text(object, "text", text));
	TRY(json_set(object, "content", MOVE(content)));
	TRY(json_set(object, "evidence", MOVE(evidence)));
	if (statement->has_identity_rules)
		TRY(json_set_hex(object, "identityRules",
			BLOB(statement->identity_rules)));
	return json_write(object, out);
}

static RESULT read_members(const struct json *object, struct statement *out)
{
	static const char *const members[] = { "type", "decision", "person", "at",
		"nonce", "text", "content", "evidence", "identityRules", NULL };
	const char *word;
	const struct json *inner;
	TRY(json_only(object, members));
	TRY(json_get_text(object, "type", &word));
	if (strcmp(word, "inkan.decision.1") != 0)
		return FAIL(E_INPUT, "type: not inkan.decision.1");
	TRY(json_get_text(object, "decision", &word));
	TRY(decision_kind_by_name(word, &out->kind));
	TRY(json_get_text(object, "person", &word));
	TRY_IN(text_copy(word, out->person, sizeof out->person), "person");
	TRY(json_get_text(object, "at", &word));
	TRY_IN(clock_parse(word, &out->at), "at");
	TRY(json_get_text(object, "nonce", &word));
	if (strlen(word) != 32)
		return FAIL(E_INPUT, "nonce: not 32 hex digits");
	TRY_IN(text_copy(word, out->nonce, sizeof out->nonce), "nonce");
	TRY(json_get_text(object, "text", &word));
	TRY(json_get_object(object, "content", &inner));
	TRY(json_write(inner, &out->content));
	TRY(json_get_array(object, "evidence", &inner));
	TRY(json_write(inner, &out->evidence));
	out->has_identity_rules = json_has(object, "identityRules");
	return out->has_identity_rules
		       ? json_get_digest(object, "identityRules", out->identity_rules)
		       : OK;
}

RESULT statement_parse(struct blob bytes, struct statement *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf again = BUF(LIMIT_STATEMENT);
	AUTO(statement_clear) struct statement statement = STATEMENT;
	TRY_IN(json_parse(bytes, &object), "statement");
	/* One meaning, one sequence of bytes: what was shown cannot be read in two ways. */
	TRY_IN(json_write(object, &again), "statement");
	if (!blob_equal(buf_view(&again), bytes))
		return FAIL(E_INPUT, "statement: not in canonical form");
	TRY_IN(read_members(object, &statement), "statement");
	statement_clear(out);
	*out = statement;
	statement = STATEMENT;
	return OK;
}

RESULT statement_key_content(const char *receipt_number, int64_t version,
	const uint8_t key_digest[static 32], struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "application", receipt_number));
	TRY(json_set_int(object, "version", version));
	TRY(json_set_hex(object, "keyDigest", blob_make(key_digest, 32)));
	return json_write(object, out);
}

RESULT statement_certificate_content(const char *receipt_number, const char *issuer,
	struct blob serial_number, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "application", receipt_number));
	TRY(json_set_text(object, "issuer", issuer));
	TRY(json_set_hex(object, "serialNumber", serial_number));
	return json_write(object, out);
}

/* ---- verification */

/* The issuing CA of ours above a certificate. */
static const struct issuer *issuer_above(const struct trust *trust,
	const struct cert *cert)
{
	for (size_t i = 0; i < issuer_set_count(trust->issuers); i++) {
		const struct issuer *issuer = issuer_set_at(trust->issuers, i);
		if (blob_equal(issuer->parsed.subject, cert->issuer) &&
			blob_equal(issuer->parsed.subject_key_identifier,
				cert->authority_key_identifier))
			return issuer;
	}
	return NULL;
}

/* Most signatures come from a few people: the one below their certificates is looked at once. */
static RESULT verify_certificate(const struct trust *trust, const struct cert *cert,
	const struct issuer *issuer, const uint8_t digest[static 32])
{
	struct verified *verified = trust->verified;
	for (size_t i = 0; verified != NULL && i < VERIFIED_PLACES; i++)
		if (memcmp(verified->digest[i], digest, 32) == 0)
			return OK;
	TRY_IN(cert_verify(cert, issuer->public_key), "certificate of the signer");
	if (verified != NULL)
		memcpy(verified->digest[verified->next++ % VERIFIED_PLACES], digest, 32);
	return OK;
}

/* That the certificate is of a CA of ours and good at a time; revoked: whether that is asked, for it has no time. */
static RESULT check_certificate(const struct trust *trust, const struct cert *cert,
	const uint8_t digest[static 32], int64_t at, bool ask_revoked,
	const struct issuer **out)
{
	const struct issuer *issuer = issuer_above(trust, cert);
	bool revoked = false;
	if (issuer == NULL)
		return FAIL(E_DENIED, "certificate of the signer: not from a CA of ours");
	TRY(verify_certificate(trust, cert, issuer, digest));
	if (at < cert->not_before || at > cert->not_after ||
		at > issuer->parsed.not_after)
		return FAIL(E_DENIED,
			"certificate of the signer: not valid at this time");
	if (ask_revoked && trust->revoked != NULL)
		TRY(trust->revoked(trust->context, issuer->name, &cert->serial_number,
			&revoked));
	if (revoked)
		return FAIL(E_DENIED, "certificate of the signer: revoked");
	*out = issuer;
	return OK;
}

static RESULT find_signer(const struct judging *judging, const struct cert *cert,
	int64_t at, struct decision_signer *out)
{
	const struct trust *trust = judging->trust;
	const struct roster_person *past = NULL;
	*out = (struct decision_signer){ .serial_number = cert->serial_number,
		.not_after = cert->not_after };
	SHA256(cert->der.data, cert->der.len, out->certificate_digest);
	/* One that was replaced is revoked by now; the roster says that it counted while it was his. */
	if (judging->standing)
		past = roster_by_past_sign(trust->roster, out->certificate_digest);
	TRY(check_certificate(trust, cert, out->certificate_digest, at, past == NULL,
		&out->issuer));
	out->person = past != NULL
			      ? past
			      : roster_by_sign(trust->roster, out->certificate_digest);
	out->component = roster_component(trust->roster, out->certificate_digest);
	if (out->person == NULL && out->component == NULL)
		return OK;
	/* People's decisions and components' signatures each have a purpose of their own, which a login certificate lacks. */
	const struct profile *profile = profile_set_find(trust->profiles,
		out->person != NULL ? "P-CLERK-SIGN" : "P-INT-SIGN", 0);
	if (profile == NULL || profile->eku_count != 1 ||
		!cert_has_eku(cert, &profile->eku[0]))
		return FAIL(E_DENIED, "certificate of the signer: not for this purpose");
	return OK;
}

static RESULT verify_cms(const struct judging *judging, struct blob statement,
	struct blob signature, int64_t at, struct decision_signer *out)
{
	struct cms cms;
	TRY_IN(cms_verify(signature, statement, &cms), "signature");
	return find_signer(judging, &cms.certificate, at, out);
}

/* The forms a signature may have. */
static const struct {
	const char *name;
	struct err (*verify)(const struct judging *judging, struct blob statement,
		struct blob signature, int64_t at, struct decision_signer *out);
} forms[] = {
	{ "cms", verify_cms },
	{ "passkey", decision_judge_passkey },
	{ "list", decision_judge_list },
};

static RESULT find_form(const char *name, size_t *out)
{
	for (size_t form = 0; form < COUNT(forms); form++)
		if (strcmp(forms[form].name, name) == 0) {
			*out = form;
			return OK;
		}
	return FAIL(E_INPUT, "form: \"%.15s\" is not known", name);
}

RESULT decision_judge_bytes(const struct judging *judging,
	const struct decision *decision, int64_t at, struct decision_signer *out)
{
	size_t form;
	TRY(find_form(decision->form, &form));
	if (forms[form].verify == decision_judge_list)
		return FAIL(E_INPUT, "form: a list of lists");
	return forms[form].verify(judging, buf_view(&decision->statement),
		buf_view(&decision->signature), at, out);
}

RESULT decision_check_time(const struct judging *judging, int64_t at)
{
	if (at > judging->now + CLOCK_SKEW_S)
		return FAIL(E_DENIED, "statement: from the future");
	if (!judging->standing && at < judging->now - DECISION_AGE_S)
		return FAIL(E_DENIED, "statement: older than %d days",
			DECISION_AGE_S / 86400);
	return OK;
}

RESULT decision_judge(const struct judging *judging, const struct decision *decision,
	struct statement *statement, struct decision_signer *signer)
{
	struct decision_signer who;
	size_t form;
	TRY(find_form(decision->form, &form));
	TRY(statement_parse(buf_view(&decision->statement), statement));
	TRY(forms[form].verify(judging, buf_view(&decision->statement),
		buf_view(&decision->signature),
		judging->standing ? statement->at : judging->now, &who));
	const char *id = who.person != NULL      ? who.person->id
			 : who.component != NULL ? who.component->id
						 : "subscriber";
	if (strcmp(id, statement->person) != 0)
		return FAIL(E_DENIED, "statement of %s, signed by %s", statement->person,
			id);
	TRY(decision_check_time(judging, statement->at));
	*signer = who;
	return OK;
}

RESULT decision_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct statement *statement, struct decision_signer *signer)
{
	const struct judging judging = { .trust = trust, .now = now };
	return decision_judge(&judging, decision, statement, signer);
}

RESULT decision_verify_component(const struct trust *trust, struct blob bytes,
	struct blob signature, enum role role, int64_t now,
	const struct roster_component **out)
{
	const struct judging judging = { .trust = trust, .now = now };
	struct decision_signer who;
	TRY(verify_cms(&judging, bytes, signature, now, &who));
	if (who.component == NULL || who.component->role != role)
		return FAIL(E_DENIED, "signed by nobody of the role %s", role_name(role));
	*out = who.component;
	return OK;
}
