/* authenticator: a passkey's device in software, and the browser before it. Each field may be set wrong before it answers. */
#ifndef TESTS_SUPPORT_AUTHENTICATOR_H
#define TESTS_SUPPORT_AUTHENTICATOR_H

#include "common/base/ossl.h"
#include "common/webauthn/webauthn.h"

struct authenticator {
	EVP_PKEY *key;
	enum webauthn_algorithm algorithm;
	uint8_t id[32];
	size_t id_len;
	uint32_t count;
	uint8_t flags;      /* 0: user present and verified */
	bool packed;        /* attestation by its own key, not "none" */
	const char *rp_id;  /* as the device hashes it */
	const char *origin; /* as the browser writes it */
	const char *type;   /* NULL: the right one */
	const char *
		members; /* text put behind the members, such as ",\"crossOrigin\":true"; NULL: none */
};
/* A device with a new key; ends the run when there is none to have. The party is borrowed. */
void authenticator_make(struct authenticator *out, enum webauthn_algorithm algorithm,
	const struct webauthn_party *party);
void authenticator_clear(struct authenticator *authenticator);
AUTO_DEFINE_HELD(struct authenticator, authenticator_clear)

/* What a browser sends back. */
struct answer {
	struct buf client_data, authenticator_data, attestation, signature;
};
#define ANSWER                                                                           \
	((struct answer){ .client_data = BUF(8192),                                      \
		.authenticator_data = BUF(8192),                                         \
		.attestation = BUF(16384),                                               \
		.signature = BUF(1024) })
void answer_clear(struct answer *answer);
AUTO_DEFINE_HELD(struct answer, answer_clear)

/* navigator.credentials.create(): client_data, authenticator_data and attestation. */
void authenticator_create(struct authenticator *authenticator, struct blob challenge,
	struct answer *out);
/* navigator.credentials.get(): client_data, authenticator_data and signature; counts one up when it counts. */
void authenticator_get(struct authenticator *authenticator, struct blob challenge,
	struct answer *out);

#endif
