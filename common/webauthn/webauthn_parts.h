/* webauthn_parts: what the files of this folder share. */
#ifndef COMMON_WEBAUTHN_WEBAUTHN_PARTS_H
#define COMMON_WEBAUTHN_WEBAUTHN_PARTS_H

#include <fido.h>

#include "common/base/ossl.h"
#include "common/webauthn/webauthn.h"

/* clientDataJSON (section 5.8.1). type: "webauthn.create" or "webauthn.get". hash: SHA-256 of the bytes. */
RESULT webauthn_client_data(const struct webauthn_party *party, const char *type,
	struct blob challenge, struct blob client_data_json, uint8_t hash[static 32]);

/* The head of authenticatorData (section 6.1), which is the same in registrations and assertions. */
struct webauthn_head {
	uint8_t flags;
	uint32_t sign_count;
};
enum {
	WEBAUTHN_USER_PRESENT = 1 << 0,
	WEBAUTHN_USER_VERIFIED = 1 << 2,
	WEBAUTHN_BACKUP_ELIGIBLE = 1 << 3,
	WEBAUTHN_BACKED_UP = 1 << 4,
	WEBAUTHN_KEY_FOLLOWS = 1 << 6,
	WEBAUTHN_EXTENSIONS_FOLLOW = 1 << 7,
	WEBAUTHN_HEAD = 37, /* octets */
};
RESULT webauthn_head(const char *rp_id, struct blob authenticator_data,
	struct webauthn_head *out);

/*
 * Moves *at behind one item of CBOR, as authenticators write it (CTAP 2.1 section 8: no tags, no indefinite lengths), without
 * believing any length beyond what is there: libcbor sets memory aside for what a header promises. E_INPUT.
 */
RESULT webauthn_cbor_skip(struct blob cbor, size_t *at);

/* An attestationObject taken apart (section 6.5.4): copies. */
struct webauthn_attestation {
	char format[33];
	struct buf statement; /* CBOR of attStmt */
	int64_t algorithm;    /* its member alg, a negative integer; 0: none */
	struct buf authenticator_data;
};
void webauthn_attestation_clear(struct webauthn_attestation *attestation);
AUTO_DEFINE_HELD(struct webauthn_attestation, webauthn_attestation_clear)
#define WEBAUTHN_ATTESTATION                                                             \
	((struct webauthn_attestation){ .statement = BUF(WEBAUTHN_ATTESTATION_MAX),      \
		.authenticator_data = BUF(WEBAUTHN_AUTHENTICATOR_MAX) })
RESULT webauthn_attestation_parse(struct blob cbor, struct webauthn_attestation *out);

/* A key as libfido2 has it out of COSE, to its SubjectPublicKeyInfo. E_CRYPTO: not a key, such as a point off the curve. */
RESULT webauthn_key_write(enum webauthn_algorithm algorithm, struct blob raw,
	struct webauthn_credential *out);
/* Verifies with the credential's key. E_CRYPTO. */
RESULT webauthn_key_verify(const struct webauthn_credential *credential,
	const fido_assert_t *assertion);

#endif
