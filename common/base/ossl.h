/* ossl: OpenSSL's types under our ownership, and its error queue translated at one place. */
#ifndef COMMON_BASE_OSSL_H
#define COMMON_BASE_OSSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "common/base/err.h"

AUTO_DEFINE(BIGNUM, BN_clear_free)
AUTO_DEFINE(BIO, BIO_free_all)
AUTO_DEFINE(BN_CTX, BN_CTX_free)
AUTO_DEFINE(EVP_MD_CTX, EVP_MD_CTX_free)
AUTO_DEFINE(EVP_PKEY, EVP_PKEY_free)
AUTO_DEFINE(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
AUTO_DEFINE(PKCS12, PKCS12_free)
AUTO_DEFINE(X509, X509_free)
AUTO_DEFINE(X509_REQ, X509_REQ_free)

/* FAIL with the first reason of OpenSSL's queue behind the words; the queue is empty afterwards. */
#define FAIL_OSSL(code, ...) ossl_make((code), ERR_WHERE, __VA_ARGS__)
struct err ossl_make(enum err_code code, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
