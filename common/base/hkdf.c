#include "common/base/hkdf.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include "common/base/ossl.h"

AUTO_DEFINE(EVP_KDF, EVP_KDF_free)
AUTO_DEFINE(EVP_KDF_CTX, EVP_KDF_CTX_free)

static OSSL_PARAM octets(const char *name, struct blob bytes)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)bytes.data,
		bytes.len);
}

RESULT hkdf_derive(struct blob secret, struct blob salt, struct blob info,
	uint8_t out[static HKDF_KEY])
{
	static char digest[] = "SHA256";
	AUTO(EVP_KDF_free) EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	AUTO(EVP_KDF_CTX_free)
	EVP_KDF_CTX *context = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		octets(OSSL_KDF_PARAM_KEY, secret),
		octets(OSSL_KDF_PARAM_INFO, info),
		salt.len > 0 ? octets(OSSL_KDF_PARAM_SALT, salt)
			     : OSSL_PARAM_construct_end(),
		OSSL_PARAM_construct_end(),
	};
	if (context == NULL || EVP_KDF_derive(context, out, HKDF_KEY, parameters) != 1)
		return FAIL_OSSL(E_CRYPTO, "HKDF");
	return OK;
}
