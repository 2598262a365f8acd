/*
 * webauthn: registrations and assertions of passkeys (W3C Web Authentication, Level 2), verified. Signatures, CBOR and COSE
 * keys are read by libfido2 and libcbor. Pure: no clock, files, network or database; challenges are made and remembered by
 * the caller, who also keeps the counter.
 */
#ifndef COMMON_WEBAUTHN_WEBAUTHN_H
#define COMMON_WEBAUTHN_WEBAUTHN_H

#include "common/base/blob.h"

enum {
	WEBAUTHN_CHALLENGE_MIN = 16,       /* octets, section 13.4.3 */
	WEBAUTHN_CHALLENGE_MAX = 64,       /* octets */
	WEBAUTHN_ID_MAX = 1023,            /* octets of a credential id, section 6.5.1 */
	WEBAUTHN_SPKI_MAX = 320,           /* octets; RSA-2048 needs 294 */
	WEBAUTHN_CLIENT_DATA_MAX = 4096,   /* octets of clientDataJSON */
	WEBAUTHN_AUTHENTICATOR_MAX = 2048, /* octets of authenticatorData */
	WEBAUTHN_ATTESTATION_MAX = 8192,   /* octets of an attestationObject */
	WEBAUTHN_SIGNATURE_MAX = 512,      /* octets */
	WEBAUTHN_RP_ID_MAX = 253,
	WEBAUTHN_ORIGIN_MAX = 300,
};

/* Who asks: both exact. rp_id: a host name, "lra.example"; origin: "https://lra.example:8443", without a final slash. */
struct webauthn_party {
	const char *rp_id, *origin;
};
/* E_INPUT: the origin is not https on the host rp_id or on one below it, or either is too long (section 5.1.3). */
RESULT webauthn_party_check(const struct webauthn_party *party);

enum webauthn_algorithm {
	WEBAUTHN_NONE,
	WEBAUTHN_ES256, /* COSE -7: P-256 with SHA-256 */
	WEBAUTHN_RS256, /* COSE -257: RSA of 2048 bits, PKCS #1 v1.5 with SHA-256 */
	WEBAUTHN_EDDSA, /* COSE -8: Ed25519 */
	WEBAUTHN_ALGORITHM_COUNT
};
const char *webauthn_algorithm_name(enum webauthn_algorithm algorithm); /* "ES256" */
enum webauthn_algorithm webauthn_algorithm_by_name(
	const char *name); /* WEBAUTHN_NONE: unknown */
int webauthn_algorithm_cose(
	enum webauthn_algorithm algorithm); /* for pubKeyCredParams: -7 */

/* A public key credential. Copied freely; holds no secret. */
struct webauthn_credential {
	uint8_t id[WEBAUTHN_ID_MAX];
	size_t id_len;
	enum webauthn_algorithm algorithm;
	uint8_t spki[WEBAUTHN_SPKI_MAX]; /* SubjectPublicKeyInfo, DER */
	size_t spki_len;
	uint32_t
		sign_count; /* as last seen; 0 also for authenticators that do not count */
	uint8_t aaguid[16];   /* the model, unattested: zero with most platforms */
	bool backup_eligible; /* the key may leave its device: a synced passkey (flag BE) */
};
/*
 * A credential out of what was kept: id and SubjectPublicKeyInfo, with the counter as last seen. aaguid and
 * backup_eligible are left empty. E_INPUT: not a SubjectPublicKeyInfo of the table in exactly one encoding, or no id.
 */
RESULT webauthn_credential_load(struct blob id, struct blob spki, uint32_t sign_count,
	struct webauthn_credential *out);
static inline struct blob webauthn_credential_id(
	const struct webauthn_credential *credential)
{
	return blob_make(credential->id, credential->id_len);
}
static inline struct blob webauthn_credential_spki(
	const struct webauthn_credential *credential)
{
	return blob_make(credential->spki, credential->spki_len);
}

/*
 * What every verification asks of clientDataJSON: JSON without doubled names, type, challenge and origin exactly, and not
 * from within another site's frame. Of authenticatorData: SHA-256 of rp_id, user present, user verified.
 * E_INPUT: malformed, or beyond the maxima. E_DENIED names what was another's: type, challenge, origin, crossOrigin, rpId,
 * or user presence or verification that is missing.
 */

/*
 * A registration (section 7.1): attestation "none", or "packed" by the credential's own key, which is then verified; there
 * is no trust in models, so no certificate is taken. challenge: as it was handed out.
 * E_POLICY: another attestation or algorithm. E_CRYPTO: the packed signature or the key is wrong.
 */
RESULT webauthn_register(const struct webauthn_party *party, struct blob challenge,
	struct blob client_data_json, struct blob attestation_object,
	struct webauthn_credential *out);

/*
 * Section 6.1.1: a counter that counts has counted on since it was last seen; one that does not stays at zero. E_CONFLICT: it
 * did not grow: the authenticator may have been copied.
 */
RESULT webauthn_count_check(uint32_t before, uint32_t after);

/*
 * An assertion (section 7.2) by this credential; that its id is the one the browser named is the caller's to see.
 * sign_count: the new value, to be kept. E_CRYPTO: the signature does not verify. E_CONFLICT: as webauthn_count_check().
 */
RESULT webauthn_assert(const struct webauthn_party *party,
	const struct webauthn_credential *credential, struct blob challenge,
	struct blob client_data_json, struct blob authenticator_data,
	struct blob signature, uint32_t *sign_count);

#endif
