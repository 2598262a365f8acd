#include "ca/lint/keys.h"

#include <string.h>

/* clang-format off */
static const char *const kind_words[KIND_COUNT] = { [KIND_NONE] = "", [KIND_P256] = "P-256", [KIND_P384] = "P-384",
	[KIND_RSA_2048] = "RSA-2048", [KIND_RSA_3072] = "RSA-3072", [KIND_RSA_4096] = "RSA-4096" };

/* AlgorithmIdentifiers, byte for byte (BR 7.1.3). */
static const uint8_t ecdsa_sha256[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
static const uint8_t ecdsa_sha384[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03 };
static const uint8_t rsa_sha256[]   = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00 };
static const uint8_t spki_p256[] = { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t spki_p384[] = { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
	0x00, 0x22 };
static const uint8_t spki_rsa[]  = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
/* clang-format on */

const char *lint_key_word(enum key_kind kind)
{
	return kind_words[kind];
}

bool lint_key_is_rsa(enum key_kind kind)
{
	return kind == KIND_RSA_2048 || kind == KIND_RSA_3072 || kind == KIND_RSA_4096;
}

struct span lint_signature_algorithm(enum key_kind kind)
{
	switch (kind) {
	case KIND_P256:
		return SPAN(ecdsa_sha256);
	case KIND_P384:
		return SPAN(ecdsa_sha384);
	case KIND_RSA_2048:
	case KIND_RSA_3072:
	case KIND_RSA_4096:
		return SPAN(rsa_sha256);
	case KIND_NONE:
	case KIND_COUNT:
		break;
	}
	return (struct span){ NULL, 0 };
}

/* R-PKQ-02: odd, above 2^16, below 2^256. */
static bool exponent_fits(struct span e)
{
	if (e.len == 0 || (e.at[e.len - 1] & 1) == 0)
		return false;
	size_t octets = e.at[0] == 0 ? e.len - 1 : e.len;
	return octets >= 3 && octets <= 32;
}

static enum key_kind rsa_kind(struct span key)
{
	struct node sequence, modulus, exponent;
	if (!walk_take_tag(&key, 0x30, &sequence) || key.len != 0 ||
		!walk_take_tag(&sequence.content, 0x02, &modulus) ||
		!walk_take_tag(&sequence.content, 0x02, &exponent) ||
		sequence.content.len != 0 || !walk_is_positive(modulus.content) ||
		!walk_is_positive(exponent.content) || !exponent_fits(exponent.content))
		return KIND_NONE;
	/* The top bit of the modulus is set for a size of whole octets, so that a zero octet stands before it. */
	if (modulus.content.at[0] != 0 ||
		(modulus.content.at[modulus.content.len - 1] & 1) == 0)
		return KIND_NONE;
	switch (modulus.content.len - 1) {
	case 256:
		return KIND_RSA_2048;
	case 384:
		return KIND_RSA_3072;
	case 512:
		return KIND_RSA_4096;
	default:
		return KIND_NONE;
	}
}

/* The algorithm and the bits of a SubjectPublicKeyInfo. */
static bool take_key(struct span spki, struct span *algorithm, struct span *bits)
{
	struct node whole, first, second;
	if (!walk_take_tag(&spki, 0x30, &whole) || spki.len != 0 ||
		!walk_take_tag(&whole.content, 0x30, &first) ||
		!walk_take_tag(&whole.content, 0x03, &second) || whole.content.len != 0 ||
		second.content.len < 2 || second.content.at[0] != 0)
		return false;
	*algorithm = first.whole;
	*bits = (struct span){ second.content.at + 1, second.content.len - 1 };
	return true;
}

enum key_kind lint_key_kind(struct span spki)
{
	struct span algorithm, key;
	if (!take_key(spki, &algorithm, &key))
		return KIND_NONE;
	if (span_equal(algorithm, SPAN(spki_p256)))
		return key.len == 65 && key.at[0] == 4 ? KIND_P256 : KIND_NONE;
	if (span_equal(algorithm, SPAN(spki_p384)))
		return key.len == 97 && key.at[0] == 4 ? KIND_P384 : KIND_NONE;
	if (!span_equal(algorithm, SPAN(spki_rsa)) || !walk_is_der(key, 2))
		return KIND_NONE;
	return rsa_kind(key);
}

void lint_key_identifier(EVP_MD_CTX *digest, struct span spki, uint8_t out[static 20])
{
	uint8_t whole[EVP_MAX_MD_SIZE] = { 0 };
	struct span algorithm, key;
	if (!take_key(spki, &algorithm, &key) ||
		EVP_DigestInit_ex2(digest, NULL, NULL) != 1 ||
		EVP_DigestUpdate(digest, key.at, key.len) != 1 ||
		EVP_DigestFinal_ex(digest, whole, NULL) != 1)
		memset(whole, 0, sizeof whole);
	memcpy(out, whole, 20);
}
