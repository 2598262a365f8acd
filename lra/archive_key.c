#include "lra/archive_key.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "lra/sealed.h"

enum { RSA_LEAST = 3072, LINE = 160 };
static const char words[] = "inkan case key 1 ";

AUTO_DEFINE(CMS_ContentInfo, CMS_ContentInfo_free)

RESULT archive_certificate_read(const char *path, X509 **out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	TRY(file_read(path, &file));
	AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(file.data, (int)file.len);
	AUTO(X509_free)
	X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (certificate == NULL)
		return FAIL_OSSL(E_INPUT, "%s: no certificate in it", path);
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
		EVP_PKEY_get_bits(key) < RSA_LEAST)
		return FAIL(E_POLICY, "%s: not an RSA key of %d bits or more", path,
			RSA_LEAST);
	*out = MOVE(certificate);
	return OK;
}

/* RFC 8017 section 7.1: OAEP, for PKCS #1 v1.5 has taught whoever decrypts to talk too much. */
static RESULT add_recipient(CMS_ContentInfo *cms, X509 *archive)
{
	CMS_RecipientInfo *recipient =
		CMS_add1_recipient_cert(cms, archive, CMS_KEY_PARAM | CMS_USE_KEYID);
	EVP_PKEY_CTX *context =
		recipient == NULL ? NULL : CMS_RecipientInfo_get0_pkey_ctx(recipient);
	if (context == NULL ||
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) <= 0 ||
		EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) <= 0 ||
		EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) <= 0)
		return FAIL_OSSL(E_CRYPTO, "archive key: recipient");
	return OK;
}

static RESULT wrap_line(X509 *archive, const char *line, size_t len, struct buf *out)
{
	AUTO(BIO_free_all) BIO *in = BIO_new_mem_buf(line, (int)len);
	AUTO(BIO_free_all) BIO *der = BIO_new(BIO_s_mem());
	AUTO(CMS_ContentInfo_free)
	CMS_ContentInfo *cms =
		CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), CMS_BINARY | CMS_PARTIAL);
	char *bytes = NULL;
	if (in == NULL || der == NULL || cms == NULL)
		return FAIL_OSSL(E_CRYPTO, "archive key");
	TRY(add_recipient(cms, archive));
	if (CMS_final(cms, in, NULL, CMS_BINARY) != 1 || i2d_CMS_bio(der, cms) != 1)
		return FAIL_OSSL(E_CRYPTO, "archive key: not wrapped");
	long size = BIO_get_mem_data(der, &bytes);
	return buf_append(out, blob_make(bytes, (size_t)size));
}

RESULT archive_key_wrap(X509 *archive, const char *receipt, const struct secret *case_key,
	struct buf *out)
{
	char line[LINE], hex[2 * SEALED_KEY + 1];
	struct blob key = secret_view(case_key);
	if (key.len != SEALED_KEY)
		return FAIL(E_BUG, "case key: %zu octets", key.len);
	hex_encode(key, hex);
	int len = snprintf(line, sizeof line, "%s%.23s %s\n", words, receipt, hex);
	struct err err = wrap_line(archive, line, (size_t)len, out);
	OPENSSL_cleanse(line, sizeof line);
	OPENSSL_cleanse(hex, sizeof hex);
	return err;
}

/* The line is the archive's own, found whole by its tag: strict all the same. */
static RESULT read_line(const char *line, char receipt[static 24], struct secret **out)
{
	AUTO(buf_clear) struct buf key = BUF(SEALED_KEY);
	char hex[2 * SEALED_KEY + 2];
	if (!text_starts(line, words))
		return FAIL(E_INPUT, "archive key: not the key of a case");
	line += strlen(words);
	size_t len = strcspn(line, " ");
	if (len == 0 || len > 23 || strlen(line + len) != sizeof hex)
		return FAIL(E_INPUT, "archive key: not the key of a case");
	memcpy(hex, line + len + 1, sizeof hex - 1);
	hex[sizeof hex - 2] = 0; /* instead of the line's end */
	struct err err = hex_decode(hex, &key);
	OPENSSL_cleanse(hex, sizeof hex);
	TRY_IN(err, "archive key");
	TRY(secret_new(buf_view(&key), out));
	snprintf(receipt, 24, "%.*s", (int)len, line);
	return OK;
}

RESULT archive_key_unwrap(EVP_PKEY *archive, struct blob wrapped, char receipt[static 24],
	struct secret **out)
{
	const uint8_t *at = wrapped.data;
	char line[LINE] = "";
	if (wrapped.len > ARCHIVE_KEY_MAX)
		return FAIL(E_INPUT, "archive key: too long");
	AUTO(CMS_ContentInfo_free)
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)wrapped.len);
	if (cms == NULL || at != wrapped.data + wrapped.len)
		return FAIL_OSSL(E_INPUT, "archive key: not exactly one CMS");
	AUTO(BIO_free_all) BIO *text = BIO_new(BIO_s_secmem());
	if (text == NULL || CMS_decrypt(cms, archive, NULL, NULL, text, CMS_BINARY) != 1)
		return FAIL_OSSL(E_CRYPTO, "archive key: not for this key, or changed");
	int got = BIO_read(text, line, sizeof line - 1);
	line[got > 0 ? got : 0] = 0;
	struct err err = read_line(line, receipt, out);
	OPENSSL_cleanse(line, sizeof line);
	return err;
}
