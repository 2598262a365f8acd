/* test_ca: a hierarchy out of our own writers, for tests that ask what outside programs make of it. */
#ifndef TESTS_SUPPORT_TEST_CA_H
#define TESTS_SUPPORT_TEST_CA_H

#include "common/base/limits.h"
#include "common/pki/cert.h"
#include "tests/support/profiles.h"

/* A certificate with its key, ready to issue when it is a CA. Blobs point into the struct: it does not move. */
struct test_cert {
	struct profile profile;
	EVP_PKEY *key;
	uint8_t room[4096], spki[LIMIT_SPKI], subject[LIMIT_NAME], san[1024];
	struct blob der, spki_view, subject_view, san_view;
	struct cert cert;
	struct cert_issuer issuer; /* as issuer of others */
};
void test_cert_clear(struct test_cert *cert);
AUTO_DEFINE_HELD(struct test_cert, test_cert_clear)

struct test_request {
	struct profile profile;
	const struct test_cert *by; /* NULL: itself, a root */
	enum key_algorithm key;
	int64_t not_before, length_s;
	struct name subject;
	struct general_names san;
};
/* Key, fields, TBS, signature and cert_parse() of the result; every step is checked. False when one failed. */
bool test_cert_make(const struct test_request *request, struct test_cert *out);
/* The fields alone, for tests that change one before they write. Key and names have to be in `out`. */
struct cert_fields test_cert_fields(const struct test_request *request,
	const struct test_cert *out);

/* Ready requests: the CAs last from not_before for their profile's default. */
struct test_request test_request_root(int64_t not_before);
struct test_request test_request_ca(struct profile profile, const struct test_cert *by,
	int64_t not_before);
struct test_request test_request_person(const struct test_cert *by, int64_t not_before);

#endif
