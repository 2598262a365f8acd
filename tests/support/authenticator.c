#include "tests/support/authenticator.h"

#include <openssl/core_names.h>
#include <openssl/sha.h>
#include <stdio.h>

#include "common/base/random.h"

static void must_at(bool good, int line)
{
	if (good)
		return;
	fprintf(stderr, "authenticator.c:%d: could not go on\n", line);
	exit(2);
}
#define must(good) must_at((good), __LINE__)
#define done(call) must(!err_is(call))

static void octets(struct buf *out, const void *data, size_t len)
{
	done(buf_append(out, blob_make(data, len)));
}

static void octet(struct buf *out, unsigned value)
{
	uint8_t byte = (uint8_t)value;
	octets(out, &byte, 1);
}

void authenticator_make(struct authenticator *out, enum webauthn_algorithm algorithm,
	const struct webauthn_party *party)
{
	static const struct {
		const char *name, *group;
	} kinds[] = { [WEBAUTHN_ES256] = { "EC", "P-256" },
		[WEBAUTHN_RS256] = { "RSA", NULL },
		[WEBAUTHN_EDDSA] = { "ED25519", NULL } };
	*out = (struct authenticator){ .algorithm = algorithm,
		.id_len = sizeof out->id,
		.rp_id = party->rp_id,
		.origin = party->origin };
	done(random_bytes(out->id, sizeof out->id));
	if (kinds[algorithm].group != NULL)
		out->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kinds[algorithm].group);
	else if (algorithm == WEBAUTHN_RS256)
		out->key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	else
		out->key = EVP_PKEY_Q_keygen(NULL, NULL, kinds[algorithm].name);
	must(out->key != NULL);
}

void authenticator_clear(struct authenticator *authenticator)
{
	EVP_PKEY_free(authenticator->key);
	authenticator->key = NULL;
}

void answer_clear(struct answer *answer)
{
	buf_clear(&answer->client_data);
	buf_clear(&answer->authenticator_data);
	buf_clear(&answer->attestation);
	buf_clear(&answer->signature);
}

static void client_data(const struct authenticator *a, const char *type,
	struct blob challenge, struct answer *out)
{
	AUTO(buf_clear) struct buf text = BUF(512);
	done(base64_append(&text, challenge));
	for (size_t i = 0; i < text.len; i++)
		switch (text.data[i]) {
		case '+':
			text.data[i] = '-';
			break;
		case '/':
			text.data[i] = '_';
			break;
		case '=':
			text.data[i] = 0;
			text.len = i;
			break;
		}
	done(buf_append_format(&out->client_data,
		"{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}",
		a->type != NULL ? a->type : type, buf_text(&text), a->origin,
		a->members != NULL ? a->members : ",\"crossOrigin\":false"));
}

/* ---- CBOR and COSE (RFC 9052, RFC 9053, RFC 8230) */

static void bytes_item(struct buf *out, struct blob bytes)
{
	octet(out, 0x59);
	octet(out, (unsigned)(bytes.len >> 8));
	octet(out, (unsigned)bytes.len);
	octets(out, bytes.data, bytes.len);
}

static void text_item(struct buf *out, const char *text)
{
	octet(out, 0x60 + (unsigned)strlen(text));
	octets(out, text, strlen(text));
}

static void number_item(struct buf *out, EVP_PKEY *key, const char *name, size_t len)
{
	AUTO(BN_clear_free) BIGNUM *number = NULL;
	uint8_t room[512];
	must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
	must(BN_bn2binpad(number, room, (int)len) == (int)len);
	bytes_item(out, blob_make(room, len));
}

static void cose_key(const struct authenticator *a, struct buf *out)
{
	uint8_t raw[32];
	size_t len = sizeof raw;
	switch (a->algorithm) {
	case WEBAUTHN_ES256: /* kty EC2, alg -7, crv P-256, x, y */
		octets(out, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
		number_item(out, a->key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
		octet(out, 0x22);
		number_item(out, a->key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
		return;
	case WEBAUTHN_RS256: /* kty RSA, alg -257, n, e */
		octets(out, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		number_item(out, a->key, OSSL_PKEY_PARAM_RSA_N, 256);
		octet(out, 0x21);
		number_item(out, a->key, OSSL_PKEY_PARAM_RSA_E, 3);
		return;
	case WEBAUTHN_EDDSA: /* kty OKP, alg -8, crv Ed25519, x */
		must(EVP_PKEY_get_raw_public_key(a->key, raw, &len) == 1);
		octets(out, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		bytes_item(out, blob_make(raw, len));
		return;
	case WEBAUTHN_NONE:
	case WEBAUTHN_ALGORITHM_COUNT:
		must(false);
	}
}

static void head(const struct authenticator *a, unsigned more, struct buf *out)
{
	uint8_t digest[32];
	SHA256((const uint8_t *)a->rp_id, strlen(a->rp_id), digest);
	octets(out, digest, sizeof digest);
	octet(out, (a->flags != 0 ? a->flags : 0x05u) | more);
	for (int shift = 24; shift >= 0; shift -= 8)
		octet(out, a->count >> shift & 0xff);
}

static void sign(const struct authenticator *a, struct answer *out)
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	AUTO(buf_clear) struct buf all = BUF(16384);
	uint8_t digest[32], room[512];
	size_t len = sizeof room;
	SHA256(out->client_data.data, out->client_data.len, digest);
	done(buf_append(&all, buf_view(&out->authenticator_data)));
	octets(&all, digest, sizeof digest);
	must(context != NULL &&
		EVP_DigestSignInit(context, NULL,
			a->algorithm == WEBAUTHN_EDDSA ? NULL : EVP_sha256(), NULL,
			a->key) == 1 &&
		EVP_DigestSign(context, room, &len, all.data, all.len) == 1);
	octets(&out->signature, room, len);
}

static void attestation_statement(const struct authenticator *a, struct answer *out)
{
	struct buf *to = &out->attestation;
	if (!a->packed) {
		octet(to, 0xa0);
		return;
	}
	sign(a, out);
	octet(to, 0xa2);
	text_item(to, "alg");
	if (a->algorithm == WEBAUTHN_RS256)
		octets(to, "\x39\x01\x00", 3);
	else
		octet(to, a->algorithm == WEBAUTHN_ES256 ? 0x26 : 0x27);
	text_item(to, "sig");
	bytes_item(to, buf_view(&out->signature));
}

void authenticator_create(struct authenticator *a, struct blob challenge,
	struct answer *out)
{
	static const uint8_t aaguid[16] = "software device";
	struct buf *data = &out->authenticator_data;
	client_data(a, "webauthn.create", challenge, out);
	head(a, 0x40, data);
	octets(data, aaguid, sizeof aaguid);
	octet(data, (unsigned)(a->id_len >> 8));
	octet(data, (unsigned)a->id_len);
	octets(data, a->id, a->id_len);
	cose_key(a, data);
	octet(&out->attestation, 0xa3);
	text_item(&out->attestation, "fmt");
	text_item(&out->attestation, a->packed ? "packed" : "none");
	text_item(&out->attestation, "attStmt");
	attestation_statement(a, out);
	text_item(&out->attestation, "authData");
	bytes_item(&out->attestation, buf_view(data));
}

void authenticator_get(struct authenticator *a, struct blob challenge, struct answer *out)
{
	client_data(a, "webauthn.get", challenge, out);
	if (a->count > 0)
		a->count++;
	head(a, 0, &out->authenticator_data);
	sign(a, out);
}
