#include "common/pki/pkcs12.h"

#include <openssl/objects.h>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/pki/pkcs12_parts.h"

enum { MAC_SALT = 16 };

static void chain_free(STACK_OF(X509) *chain)
{
	sk_X509_pop_free(chain, X509_free);
}
AUTO_DEFINE(STACK_OF(X509), chain_free)

static void octets_free(unsigned char *octets)
{
	OPENSSL_free(octets);
}
AUTO_DEFINE(unsigned char, octets_free)

static struct err read_certificate(struct blob der, X509 **out)
{
	const unsigned char *p = der.data;
	AUTO(X509_free) X509 *certificate = NULL;
	if (der.len <= LIMIT_CERT)
		certificate = d2i_X509(NULL, &p, (long)der.len);
	if (certificate == NULL || p != der.data + der.len)
		return FAIL_OSSL(E_INPUT, "not exactly one certificate");
	*out = MOVE(certificate);
	return OK;
}

static struct err read_chain(const struct blob *chain, size_t count, STACK_OF(X509) *out)
{
	for (size_t i = 0; i < count; i++) {
		AUTO(X509_free) X509 *certificate = NULL;
		TRY_IN(read_certificate(chain[i], &certificate), "chain %zu", i);
		if (sk_X509_push(out, certificate) <= 0)
			return FAIL(E_IO, "out of memory");
		certificate = NULL;
	}
	return OK;
}

/* OpenSSL takes C strings: an inner NUL would cut a pass phrase short without a word. */
static struct err check_pass_phrase(const struct secret *pass_phrase)
{
	struct blob view = secret_view(pass_phrase);
	if (view.len == 0 || memchr(view.data, 0, view.len) != NULL)
		return FAIL(E_INPUT, "pass phrase: empty, or with an inner NUL");
	return OK;
}

static const char *pass_text(const struct secret *pass_phrase)
{
	return (const char *)secret_view(pass_phrase).data;
}

/* gpgsm 2.2 reads nothing better; SHA-1 is part of this form, both in the MAC and in the key derivation. */
static RESULT write_for_old_readers(EVP_PKEY *key, X509 *certificate,
	STACK_OF(X509) *issuers, const char *friendly_name, const char *pass_phrase,
	int iterations, struct buf *out)
{
	static const int cipher = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
	AUTO(octets_free) unsigned char *der = NULL;
	AUTO(PKCS12_free)
	PKCS12 *p12 = PKCS12_create(pass_phrase, friendly_name, key, certificate, issuers,
		cipher, cipher, iterations, -1, 0);
	if (p12 == NULL || PKCS12_set_mac(p12, pass_phrase, -1, NULL, MAC_SALT,
				   iterations, EVP_sha1()) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not make a PKCS #12 file");
	int len = i2d_PKCS12(p12, &der);
	if (len <= 0)
		return FAIL_OSSL(E_CRYPTO, "could not write a PKCS #12 file");
	return buf_append(out, blob_make(der, (size_t)len));
}

RESULT pkcs12_write(EVP_PKEY *key, const struct blob *chain, size_t chain_count,
	const char *friendly_name, const struct secret *pass_phrase,
	enum pkcs12_form form, int iterations, struct buf *out)
{
	AUTO(X509_free) X509 *certificate = NULL;
	AUTO(chain_free) STACK_OF(X509) *issuers = sk_X509_new_null();
	if (issuers == NULL)
		return FAIL(E_IO, "out of memory");
	if (chain_count == 0 || iterations < 1)
		return FAIL(E_INPUT, "no certificate, or no iterations");
	TRY(check_pass_phrase(pass_phrase));
	TRY_IN(read_certificate(chain[0], &certificate), "chain 0");
	TRY(read_chain(chain + 1, chain_count - 1, issuers));
	if (X509_check_private_key(certificate, key) != 1)
		return FAIL_OSSL(E_INPUT, "the certificate is for another key");
	return form == PKCS12_MODERN
		       ? pkcs12_write_modern(key, chain, chain_count, friendly_name,
				 secret_view(pass_phrase), iterations, out)
		       : write_for_old_readers(key, certificate, issuers, friendly_name,
				 pass_text(pass_phrase), iterations, out);
}

static struct err append_certificate(X509 *certificate, struct buf *out)
{
	AUTO(octets_free) unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);
	if (len <= 0)
		return FAIL_OSSL(E_INPUT, "certificate");
	return buf_append(out, blob_make(der, (size_t)len));
}

RESULT pkcs12_read(struct blob der, const struct secret *pass_phrase, EVP_PKEY **key,
	struct buf *certificate)
{
	const unsigned char *p = der.data;
	AUTO(PKCS12_free) PKCS12 *p12 = NULL;
	AUTO(EVP_PKEY_free) EVP_PKEY *found_key = NULL;
	AUTO(X509_free) X509 *found = NULL;
	if (der.len <= LIMIT_PKCS12)
		p12 = d2i_PKCS12(NULL, &p, (long)der.len);
	if (p12 == NULL || p != der.data + der.len)
		return FAIL_OSSL(E_INPUT, "not exactly one PKCS #12 file");
	TRY(check_pass_phrase(pass_phrase));
	if (PKCS12_mac_present(p12) != 1)
		return FAIL(E_INPUT, "a PKCS #12 file without a MAC");
	if (PKCS12_verify_mac(p12, pass_text(pass_phrase), -1) != 1)
		return FAIL_OSSL(E_CRYPTO, "wrong pass phrase");
	if (PKCS12_parse(p12, pass_text(pass_phrase), &found_key, &found, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not be opened");
	if (found_key == NULL || found == NULL)
		return FAIL(E_INPUT, "no key with its certificate in it");
	TRY(append_certificate(found, certificate));
	*key = MOVE(found_key);
	return OK;
}

/* Without 0 O 1 l I B 8, which people mistake for each other on paper. */
static const char alphabet[] = "2345679ACDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

enum {
	LETTERS = sizeof alphabet - 1, /* 55: 5.78 bits each */
	PIN_LETTERS = 20,              /* 115 bits */
	GROUP = 4,
	/* octets from here on would favour the first letters */
	FAIR = 256 / LETTERS * LETTERS,
	PIN_TEXT = PIN_LETTERS + PIN_LETTERS / GROUP - 1,
};
_Static_assert(LETTERS == 55, "the strength was computed for 55 letters");

static struct err draw_letter(uint8_t *out)
{
	uint8_t octet = 0;
	do {
		TRY(random_bytes(&octet, 1));
	} while (octet >= FAIR);
	*out = (uint8_t)alphabet[octet % LETTERS];
	OPENSSL_cleanse(&octet, sizeof octet);
	return OK;
}

RESULT pkcs12_new_pin(struct secret **out)
{
	uint8_t text[PIN_TEXT];
	struct err err = OK;
	for (size_t i = 0; i < PIN_TEXT && !err_is(err); i++) {
		if (i % (GROUP + 1) == GROUP)
			text[i] = '-';
		else
			err = draw_letter(&text[i]);
	}
	if (!err_is(err))
		err = secret_new(BLOB(text), out);
	OPENSSL_cleanse(text, sizeof text);
	return err;
}
