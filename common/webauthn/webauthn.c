#include "common/webauthn/webauthn.h"

#include <openssl/sha.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/webauthn/webauthn_parts.h"

static void cred_free(fido_cred_t *cred)
{
	fido_cred_free(&cred);
}
AUTO_DEFINE(fido_cred_t, cred_free)

static void assertion_free(fido_assert_t *assertion)
{
	fido_assert_free(&assertion);
}
AUTO_DEFINE(fido_assert_t, assertion_free)

/* ---- the party */

RESULT webauthn_party_check(const struct webauthn_party *party)
{
	static const char scheme[] = "https://";
	size_t rp_len = strlen(party->rp_id);
	if (rp_len == 0 || rp_len > WEBAUTHN_RP_ID_MAX ||
		strlen(party->origin) > WEBAUTHN_ORIGIN_MAX)
		return FAIL(E_INPUT, "rpId or origin: of no good length");
	if (!text_starts(party->origin, scheme))
		return FAIL(E_INPUT, "origin: not https");
	const char *host = party->origin + strlen(scheme);
	size_t host_len = strcspn(host, ":/");
	const char *tail = host + host_len;
	if (host_len < rp_len || memcmp(tail - rp_len, party->rp_id, rp_len) != 0 ||
		(host_len > rp_len && tail[-(ptrdiff_t)rp_len - 1] != '.'))
		return FAIL(E_INPUT, "origin: not on %s", party->rp_id);
	int64_t port;
	if (*tail != 0 &&
		(*tail != ':' || err_is(text_to_int(tail + 1, 1, 65535, &port))))
		return FAIL(E_INPUT, "origin: more than scheme, host and port");
	return OK;
}

/* ---- authenticatorData */

RESULT webauthn_head(const char *rp_id, struct blob authenticator_data,
	struct webauthn_head *out)
{
	enum { FLAGS = 32, COUNTER = 33 };
	const uint8_t *data = authenticator_data.data;
	uint8_t digest[32];
	if (authenticator_data.len < WEBAUTHN_HEAD ||
		authenticator_data.len > WEBAUTHN_AUTHENTICATOR_MAX)
		return FAIL(E_INPUT, "authenticatorData: %zu octets",
			authenticator_data.len);
	SHA256((const uint8_t *)rp_id, strlen(rp_id), digest);
	if (memcmp(data, digest, sizeof digest) != 0)
		return FAIL(E_DENIED, "rpId: not %s", rp_id);
	if ((data[FLAGS] & WEBAUTHN_USER_PRESENT) == 0)
		return FAIL(E_DENIED, "user presence: is missing");
	if ((data[FLAGS] & WEBAUTHN_USER_VERIFIED) == 0)
		return FAIL(E_DENIED, "user verification: is missing");
	if ((data[FLAGS] & WEBAUTHN_BACKED_UP) != 0 &&
		(data[FLAGS] & WEBAUTHN_BACKUP_ELIGIBLE) == 0)
		return FAIL(E_INPUT,
			"authenticatorData: backed up, yet not to be backed up");
	out->flags = data[FLAGS];
	out->sign_count = (uint32_t)data[COUNTER] << 24 |
			  (uint32_t)data[COUNTER + 1] << 16 |
			  (uint32_t)data[COUNTER + 2] << 8 | data[COUNTER + 3];
	return OK;
}

/* Nothing stands behind what the flags announce: from *at on the key if there is one, then a map of extensions. */
static RESULT check_end(const struct webauthn_head *head, struct blob authenticator_data,
	size_t at)
{
	if ((head->flags & WEBAUTHN_KEY_FOLLOWS) != 0)
		TRY_IN(webauthn_cbor_skip(authenticator_data, &at), "key");
	if ((head->flags & WEBAUTHN_EXTENSIONS_FOLLOW) != 0)
		TRY_IN(webauthn_cbor_skip(authenticator_data, &at), "extensions");
	if (at != authenticator_data.len)
		return FAIL(E_INPUT, "authenticatorData: more than its flags say");
	return OK;
}

/* ---- registration */

/* Behind the head: AAGUID, two octets of length, id, key (section 6.5.2). */
static RESULT check_attested(const struct webauthn_head *head,
	struct blob authenticator_data)
{
	enum { LENGTH = WEBAUTHN_HEAD + 16, ID = LENGTH + 2 };
	if ((head->flags & WEBAUTHN_KEY_FOLLOWS) == 0 || authenticator_data.len < ID)
		return FAIL(E_INPUT, "authenticatorData: without a credential");
	size_t len = (size_t)authenticator_data.data[LENGTH] << 8 |
		     authenticator_data.data[LENGTH + 1];
	if (len == 0 || len > WEBAUTHN_ID_MAX || len > authenticator_data.len - ID)
		return FAIL(E_INPUT, "credential id: %zu octets", len);
	return check_end(head, authenticator_data, ID + len);
}

/* libfido2 reads the key when it is told which kind to expect, so it is asked for each that we take. */
static RESULT read_key(struct blob authenticator_data, enum webauthn_algorithm *algorithm,
	fido_cred_t **out)
{
	for (size_t i = 1; i < WEBAUTHN_ALGORITHM_COUNT; i++) {
		AUTO(cred_free) fido_cred_t *cred = fido_cred_new();
		*algorithm = (enum webauthn_algorithm)i;
		if (cred == NULL ||
			fido_cred_set_type(cred, webauthn_algorithm_cose(*algorithm)) !=
				FIDO_OK)
			return FAIL(E_IO, "out of memory");
		if (fido_cred_set_authdata_raw(cred, authenticator_data.data,
			    authenticator_data.len) != FIDO_OK ||
			fido_cred_pubkey_ptr(cred) == NULL)
			continue;
		*out = MOVE(cred);
		return OK;
	}
	return FAIL(E_POLICY, "authenticatorData: no key of a kind that we take");
}

/* What a registration is about, for the formats of attestation. */
struct registration {
	const struct webauthn_party *party;
	enum webauthn_algorithm algorithm;
	const uint8_t *hash; /* of clientDataJSON */
	const struct webauthn_attestation *attestation;
	fido_cred_t *cred;
};

static RESULT verify_none(const struct registration *r)
{
	static const uint8_t empty_map = 0xa0;
	if (!blob_equal(buf_view(&r->attestation->statement), blob_make(&empty_map, 1)))
		return FAIL(E_INPUT, "attStmt: not empty, in attestation none");
	return OK;
}

/* Section 8.2.1, self attestation. */
static RESULT verify_packed(const struct registration *r)
{
	const struct buf *statement = &r->attestation->statement;
	if (fido_cred_set_fmt(r->cred, "packed") != FIDO_OK ||
		fido_cred_set_attstmt(r->cred, statement->data, statement->len) !=
			FIDO_OK)
		return FAIL(E_INPUT, "attStmt: not of format packed");
	if (fido_cred_x5c_ptr(r->cred) != NULL)
		return FAIL(E_POLICY, "attestation: by a certificate");
	if (r->attestation->algorithm != webauthn_algorithm_cose(r->algorithm))
		return FAIL(E_CRYPTO, "attestation: alg is not the key's");
	if (fido_cred_set_clientdata_hash(r->cred, r->hash, 32) != FIDO_OK ||
		fido_cred_set_rp(r->cred, r->party->rp_id, NULL) != FIDO_OK ||
		fido_cred_set_uv(r->cred, FIDO_OPT_TRUE) != FIDO_OK)
		return FAIL(E_IO, "out of memory");
	int code = fido_cred_verify_self(r->cred);
	return code == FIDO_OK ? OK
			       : FAIL(E_CRYPTO, "attestation: %s", fido_strerr(code));
}

static const struct {
	const char *name;
	struct err (*verify)(const struct registration *r);
} formats[] = {
	{ "none", verify_none },
	{ "packed", verify_packed },
};

static RESULT copy_credential(const fido_cred_t *cred, enum webauthn_algorithm algorithm,
	const struct webauthn_head *head, struct webauthn_credential *out)
{
	struct webauthn_credential credential = { .sign_count = head->sign_count,
		.backup_eligible = (head->flags & WEBAUTHN_BACKUP_ELIGIBLE) != 0,
		.id_len = fido_cred_id_len(cred) };
	if (credential.id_len > WEBAUTHN_ID_MAX ||
		fido_cred_aaguid_len(cred) != sizeof credential.aaguid)
		return FAIL(E_BUG, "credential id: %zu octets", credential.id_len);
	memcpy(credential.id, fido_cred_id_ptr(cred), credential.id_len);
	memcpy(credential.aaguid, fido_cred_aaguid_ptr(cred), sizeof credential.aaguid);
	TRY(webauthn_key_write(algorithm,
		blob_make(fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)),
		&credential));
	*out = credential;
	return OK;
}

RESULT webauthn_register(const struct webauthn_party *party, struct blob challenge,
	struct blob client_data_json, struct blob attestation_object,
	struct webauthn_credential *out)
{
	AUTO(webauthn_attestation_clear)
	struct webauthn_attestation attestation = WEBAUTHN_ATTESTATION;
	AUTO(cred_free) fido_cred_t *cred = NULL;
	enum webauthn_algorithm algorithm;
	struct webauthn_head head;
	uint8_t hash[32];
	size_t format = 0;
	TRY(webauthn_client_data(party, "webauthn.create", challenge, client_data_json,
		hash));
	TRY(webauthn_attestation_parse(attestation_object, &attestation));
	TRY(webauthn_head(party->rp_id, buf_view(&attestation.authenticator_data),
		&head));
	TRY(check_attested(&head, buf_view(&attestation.authenticator_data)));
	while (format < COUNT(formats) &&
		strcmp(formats[format].name, attestation.format) != 0)
		format++;
	if (format == COUNT(formats))
		return FAIL(E_POLICY, "fmt: \"%s\" is not taken", attestation.format);
	TRY(read_key(buf_view(&attestation.authenticator_data), &algorithm, &cred));
	const struct registration registration = { party, algorithm, hash, &attestation,
		cred };
	TRY(formats[format].verify(&registration));
	return copy_credential(cred, algorithm, &head, out);
}

/* ---- assertion */

RESULT webauthn_count_check(uint32_t before, uint32_t after)
{
	if ((before != 0 || after != 0) && after <= before)
		return FAIL(E_CONFLICT, "signature counter: %u after %u", after, before);
	return OK;
}

static RESULT fill(const struct webauthn_party *party, const uint8_t hash[static 32],
	struct blob authenticator_data, struct blob signature, fido_assert_t *assertion)
{
	if (fido_assert_set_count(assertion, 1) != FIDO_OK ||
		fido_assert_set_rp(assertion, party->rp_id) != FIDO_OK ||
		fido_assert_set_clientdata_hash(assertion, hash, 32) != FIDO_OK ||
		fido_assert_set_up(assertion, FIDO_OPT_TRUE) != FIDO_OK ||
		fido_assert_set_uv(assertion, FIDO_OPT_TRUE) != FIDO_OK)
		return FAIL(E_IO, "out of memory");
	if (fido_assert_set_authdata_raw(assertion, 0, authenticator_data.data,
		    authenticator_data.len) != FIDO_OK)
		return FAIL(E_INPUT, "authenticatorData: malformed");
	if (signature.len > WEBAUTHN_SIGNATURE_MAX ||
		fido_assert_set_sig(assertion, 0, signature.data, signature.len) !=
			FIDO_OK)
		return FAIL(E_INPUT, "signature: %zu octets", signature.len);
	return OK;
}

RESULT webauthn_assert(const struct webauthn_party *party,
	const struct webauthn_credential *credential, struct blob challenge,
	struct blob client_data_json, struct blob authenticator_data,
	struct blob signature, uint32_t *sign_count)
{
	AUTO(assertion_free) fido_assert_t *assertion = NULL;
	struct webauthn_head head;
	uint8_t hash[32];
	TRY(webauthn_client_data(party, "webauthn.get", challenge, client_data_json,
		hash));
	TRY(webauthn_head(party->rp_id, authenticator_data, &head));
	if ((head.flags & WEBAUTHN_KEY_FOLLOWS) != 0)
		return FAIL(E_INPUT, "authenticatorData: a key in an assertion");
	TRY(check_end(&head, authenticator_data, WEBAUTHN_HEAD));
	assertion = fido_assert_new();
	if (assertion == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(fill(party, hash, authenticator_data, signature, assertion));
	TRY(webauthn_key_verify(credential, assertion));
	TRY(webauthn_count_check(credential->sign_count, head.sign_count));
	*sign_count = head.sign_count;
	return OK;
}
