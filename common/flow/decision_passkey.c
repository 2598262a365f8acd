/* decision_passkey: decisions of form "passkey". */
#include <openssl/sha.h>

#include "common/base/ossl.h"
#include "common/flow/decision_parts.h"

RESULT decision_challenge(struct blob statement, uint8_t out[static 32])
{
	static const char domain[] = "inkan.decision.passkey.1"; /* with its final zero */
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(context, domain, sizeof domain) != 1 ||
		EVP_DigestUpdate(context, statement.data, statement.len) != 1 ||
		EVP_DigestFinal_ex(context, out, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "challenge");
	return OK;
}

RESULT decision_write_passkey(struct blob credential_id, struct blob client_data_json,
	struct blob authenticator_data, struct blob signature, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_base64(object, "authenticatorData", authenticator_data));
	TRY(json_set_base64(object, "clientDataJSON", client_data_json));
	TRY(json_set_base64(object, "credential", credential_id));
	TRY(json_set_base64(object, "signature", signature));
	return json_write(object, out);
}

struct passkey_signature {
	struct buf id, client_data_json, authenticator_data, signature;
};
static void passkey_signature_clear(struct passkey_signature *signature)
{
	buf_clear(&signature->id);
	buf_clear(&signature->client_data_json);
	buf_clear(&signature->authenticator_data);
	buf_clear(&signature->signature);
}
AUTO_DEFINE_HELD(struct passkey_signature, passkey_signature_clear)
#define PASSKEY_SIGNATURE                                                                \
	((struct passkey_signature){ .id = BUF(WEBAUTHN_ID_MAX),                         \
		.client_data_json = BUF(WEBAUTHN_CLIENT_DATA_MAX),                       \
		.authenticator_data = BUF(WEBAUTHN_AUTHENTICATOR_MAX),                   \
		.signature = BUF(WEBAUTHN_SIGNATURE_MAX) })

static RESULT parse_passkey(struct blob document, struct passkey_signature *out)
{
	static const char *const members[] = { "authenticatorData", "clientDataJSON",
		"credential", "signature", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf again = BUF(LIMIT_CMS);
	TRY(json_parse(document, &object));
	TRY(json_only(object, members));
	TRY(json_get_base64(object, "authenticatorData", &out->authenticator_data));
	TRY(json_get_base64(object, "clientDataJSON", &out->client_data_json));
	TRY(json_get_base64(object, "credential", &out->id));
	TRY(json_get_base64(object, "signature", &out->signature));
	TRY(json_write(object, &again));
	return blob_equal(buf_view(&again), document)
		       ? OK
		       : FAIL(E_INPUT, "not in canonical form");
}

RESULT decision_judge_passkey(const struct judging *judging, struct blob statement,
	struct blob signature, int64_t at, struct decision_signer *out)
{
	AUTO(passkey_signature_clear)
	struct passkey_signature given = PASSKEY_SIGNATURE;
	struct enrolment enrolment;
	uint8_t challenge[32];
	TRY_IN(parse_passkey(signature, &given), "signature");
	TRY(enrolment_find_at(judging, buf_view(&given.id), at, &enrolment));
	const struct webauthn_party party = { enrolment.rp_id, enrolment.origin };
	TRY(decision_challenge(statement, challenge));
	*out = (struct decision_signer){ .by_passkey = true };
	TRY_IN(webauthn_assert(&party, &enrolment.credential, BLOB(challenge),
		       buf_view(&given.client_data_json),
		       buf_view(&given.authenticator_data), buf_view(&given.signature),
		       &out->sign_count),
		"signature");
	SHA256(given.id.data, given.id.len, out->credential_digest);
	out->person = roster_person(judging->trust->roster, enrolment.person);
	return out->person != NULL
		       ? OK
		       : FAIL(E_DENIED, "%s: not in the roster", enrolment.person);
}
