/*
 * bench_pack: what nobody can do without when a key is born here and packed: the key, the CA's signature, and the derivations of
 * a PKCS #12 file at so many rounds; each on one core, beside the whole pkcs12_write().
 * bench_pack FOLDER ROUNDS [p256|rsa3072]: FOLDER: of a ceremony, for a certificate to pack
 */
#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>

#include "common/base/limits.h"
#include "common/pki/key.h"
#include "common/pki/pkcs12.h"
#include "tests/bench/bench.h"

static struct {
	enum key_algorithm algorithm;
	int rounds;
	EVP_PKEY *key;
	struct secret *pin;
	struct buf certificate;
} world;

static void make_key(void *context)
{
	EVP_PKEY *key = NULL;
	(void)context;
	must(key_generate(world.algorithm, &key));
	EVP_PKEY_free(key);
}

/* AES for the key, AES for the certificates, and the MAC, each derived by OpenSSL: what writers of such files pay as a rule. */
static void derive_thrice(void *context)
{
	static const uint8_t salt[16] = { 1 };
	static const char pin[] = "4KqW-9mRt-ZpXc-7uHd-Gj3Y";
	uint8_t key[32];
	(void)context;
	for (int i = 0; i < 2; i++)
		if (PKCS5_PBKDF2_HMAC(pin, sizeof pin - 1, salt, 8, world.rounds,
			    EVP_sha256(), sizeof key, key) != 1)
			must(FAIL_OSSL(E_CRYPTO, "PBKDF2"));
	if (PKCS12_key_gen_utf8(pin, sizeof pin - 1, (unsigned char *)salt, sizeof salt,
		    PKCS12_MAC_ID, world.rounds, sizeof key, key, EVP_sha256()) != 1)
		must(FAIL_OSSL(E_CRYPTO, "key of the MAC"));
}

/* One for AES and one for the MAC by Nettle: no writer of such a file can do with less. */
static void derive(void *context)
{
	static const uint8_t salt[16] = { 1 };
	static const char pin[] = "4KqW-9mRt-ZpXc-7uHd-Gj3Y";
	uint8_t key[SHA256_DIGEST_SIZE];
	struct sha256_ctx hash;
	(void)context;
	pbkdf2_hmac_sha256(sizeof pin - 1, (const uint8_t *)pin, (unsigned)world.rounds,
		sizeof salt, salt, sizeof key, key);
	sha256_init(&hash);
	for (int i = 0; i < world.rounds; i++) {
		sha256_update(&hash, sizeof key, key);
		sha256_digest(&hash, sizeof key, key);
	}
}

static void sign(void *context)
{
	static const uint8_t digest[32] = { 7 };
	uint8_t signature[128];
	size_t len = sizeof signature;
	EVP_PKEY_CTX *signer = EVP_PKEY_CTX_new(context, NULL);
	if (signer == NULL || EVP_PKEY_sign_init(signer) != 1 ||
		EVP_PKEY_sign(signer, signature, &len, digest, sizeof digest) != 1)
		must(FAIL_OSSL(E_CRYPTO, "signature"));
	EVP_PKEY_CTX_free(signer);
}

static void pack(void *context)
{
	struct buf out = BUF(LIMIT_PKCS12);
	const struct blob chain = buf_view(&world.certificate);
	(void)context;
	must(pkcs12_write(world.key, &chain, 1, "A26-000001-0", world.pin, PKCS12_MODERN,
		world.rounds, &out));
	buf_clear(&out);
}

int main(int argc, char **argv)
{
	EVP_PKEY *issuer = NULL;
	if (argc < 3)
		return 2;
	world.rounds = (int)strtol(argv[2], NULL, 10);
	world.algorithm =
		argc > 3 && strcmp(argv[3], "rsa3072") == 0 ? KEY_RSA_3072 : KEY_P256;
	world.key = bench_key(argv[1], "sato-sign");
	world.certificate = bench_certificate(argv[1], "sato-sign");
	must(secret_new(blob_text("4KqW-9mRt-ZpXc-7uHd-Gj3Y"), &world.pin));
	must(key_generate(KEY_P256, &issuer));
	say("pack_key_ms", 1000 / rate(make_key, NULL));
	say("pack_signature_ms", 1000 / rate(sign, issuer));
	say("pack_derive_ms", 1000 / rate(derive, NULL));
	say("pack_derive_thrice_ms", 1000 / rate(derive_thrice, NULL));
	say("pack_whole_ms", 1000 / rate(pack, NULL));
	EVP_PKEY_free(issuer);
	EVP_PKEY_free(world.key);
	buf_clear(&world.certificate);
	secret_free(world.pin);
	return 0;
}
