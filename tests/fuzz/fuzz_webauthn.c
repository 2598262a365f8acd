/*
 * Any bytes as a browser's answer: the first two say how long clientDataJSON is, then comes the attestation object, or, when
 * the first has its high bit, authenticatorData and the last 64 octets as a signature.
 */
#include <stdlib.h>

#include "common/webauthn/webauthn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct webauthn_party party = { "lra.example", "https://lra.example" };
/* In clientDataJSON: "AAAAAAAAAAAAAAAAAAAAAA". */
static const uint8_t challenge[16];

static void load(const struct webauthn_credential *credential)
{
	struct webauthn_credential again;
	struct err err = webauthn_credential_load(webauthn_credential_id(credential),
		webauthn_credential_spki(credential), credential->sign_count, &again);
	if (err_is(err) || again.algorithm != credential->algorithm)
		abort();
}

static void try_register(struct blob client_data, struct blob attestation)
{
	struct webauthn_credential credential;
	struct err err = webauthn_register(&party, BLOB(challenge), client_data,
		attestation, &credential);
	if (!err_is(err))
		load(&credential);
}

static void try_assert(struct blob client_data, struct blob rest)
{
	static const uint8_t key[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"
				     "0123456789abcdef0123456789abcdef";
	struct webauthn_credential credential;
	uint32_t count;
	if (rest.len < 64 || err_is(webauthn_credential_load(blob_text("id"),
				     blob_make(key, sizeof key - 1), 0, &credential)))
		return;
	struct err err = webauthn_assert(&party, &credential, BLOB(challenge),
		client_data, blob_make(rest.data, rest.len - 64),
		blob_make(rest.data + rest.len - 64, 64), &count);
	if (!err_is(err))
		abort(); /* nobody has the private key */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	size_t len = (size_t)(data[0] & 0x7f) << 8 | data[1];
	if (len > size - 2)
		return 0;
	struct blob client_data = blob_make(data + 2, len);
	struct blob rest = blob_make(data + 2 + len, size - 2 - len);
	if ((data[0] & 0x80) == 0)
		try_register(client_data, rest);
	else
		try_assert(client_data, rest);
	return 0;
}
