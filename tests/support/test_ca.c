#include "tests/support/test_ca.h"

#include "tests/check.h"

void test_cert_clear(struct test_cert *cert)
{
	EVP_PKEY_free(cert->key);
	cert->key = NULL;
}

/* BR 7.1.3.2.1: a root of RSA-4096 signs with SHA-384, others by their key. */
static enum signature_algorithm algorithm_of(const struct test_cert *cert)
{
	enum signature_algorithm algorithm = SIGNATURE_NONE;
	CHECK_OK(signature_for_key(cert->key, &algorithm), "algorithm");
	return algorithm;
}

static struct cert_issuer issuer_of(const struct test_cert *cert)
{
	return (struct cert_issuer){
		.subject = cert->cert.subject,
		.key_identifier = cert->cert.subject_key_identifier,
		.not_before = cert->cert.not_before,
		.not_after = cert->cert.not_after,
		.algorithm = algorithm_of(cert),
		.crl_uri = "http://pki.inkan.example/ca.crl",
		.ocsp_uri = "http://ocsp.inkan.example/",
		.ca_issuers_uri = "http://pki.inkan.example/ca.cer",
	};
}

struct cert_fields test_cert_fields(const struct test_request *request,
	const struct test_cert *out)
{
	struct cert_fields fields = {
		.profile = &out->profile,
		.issuer = request->by != NULL ? &request->by->issuer : &out->issuer,
		.not_before = request->not_before,
		.not_after = profile_not_after(request->not_before, request->length_s),
		.subject = out->subject_view,
		.subject_alt_name = out->san_view,
		.subject_public_key_info = out->spki_view,
	};
	CHECK_OK(serial_random(&fields.serial_number), "serialNumber");
	return fields;
}

static bool prepare(const struct test_request *request, struct test_cert *out)
{
	struct der_writer spki = DER_WRITER(out->spki),
			  subject = DER_WRITER(out->subject);
	struct der_writer san = DER_WRITER(out->san);
	*out = (struct test_cert){ .profile = request->profile };
	if (!CHECK_OK(key_generate(request->key, &out->key), "key") ||
		!CHECK_OK(key_write(out->key, &spki), "subjectPublicKeyInfo"))
		return false;
	name_write(&request->subject, &subject);
	general_names_write(&request->san, &san);
	return CHECK_OK(der_finish(&spki, &out->spki_view), "spki") &&
	       CHECK_OK(der_finish(&subject, &out->subject_view), "subject") &&
	       CHECK_OK(der_finish(&san, &out->san_view), "subjectAltName");
}

bool test_cert_make(const struct test_request *request, struct test_cert *out)
{
	uint8_t tbs_room[4096], identifier[20];
	struct signing_key signer;
	struct blob tbs = BLOB_NONE;
	struct der_writer tbs_writer = DER_WRITER(tbs_room),
			  writer = DER_WRITER(out->room);
	if (!prepare(request, out))
		return false;
	EVP_PKEY *key = request->by != NULL ? request->by->key : out->key;
	if (request->by == NULL) {
		CHECK_OK(key_identifier(out->spki_view, identifier), "key identifier");
		out->issuer = (struct cert_issuer){ .subject = out->subject_view,
			.key_identifier = BLOB(identifier),
			.not_before = request->not_before,
			.not_after = INT64_MAX,
			.algorithm = algorithm_of(out) };
	}
	struct cert_fields fields = test_cert_fields(request, out);
	if (!CHECK_OK(cert_write_tbs(&fields, &tbs_writer), "%s: TBS",
		    request->profile.name) ||
		!CHECK_OK(der_finish(&tbs_writer, &tbs), "TBS") ||
		!CHECK_OK(signature_software_key(key, &signer), "signer") ||
		!CHECK_OK(cert_write_signed(tbs, &signer, &writer), "signed") ||
		!CHECK_OK(der_finish(&writer, &out->der), "certificate") ||
		!CHECK_OK(cert_parse(out->der, &out->cert), "%s: parsed",
			request->profile.name))
		return false;
	out->issuer = issuer_of(out);
	return true;
}

static struct name subject_of(const char *common_name)
{
	struct name name = { .count = 0 };
	CHECK_OK(name_add(&name, NAME_COUNTRY, "JP"), "C");
	CHECK_OK(name_add(&name, NAME_ORGANIZATION, "Inkan & Co., Ltd."), "O");
	CHECK_OK(name_add(&name, NAME_COMMON_NAME, common_name), "CN");
	return name;
}

struct test_request test_request_ca(struct profile profile, const struct test_cert *by,
	int64_t not_before)
{
	char common_name[64];
	snprintf(common_name, sizeof common_name, "Inkan CA %s", profile.name);
	return (struct test_request){ .profile = profile,
		.by = by,
		.key = KEY_P384,
		.not_before = not_before,
		.length_s = profile.validity_default_s,
		.subject = subject_of(common_name) };
}

struct test_request test_request_root(int64_t not_before)
{
	return test_request_ca(test_profile_root(), NULL, not_before);
}

struct test_request test_request_person(const struct test_cert *by, int64_t not_before)
{
	struct test_request request = { .profile = test_profile_person(),
		.by = by,
		.key = KEY_P256,
		.not_before = not_before,
		.length_s = 730 * DAY };
	CHECK_OK(name_add(&request.subject, NAME_COUNTRY, "JP"), "C");
	CHECK_OK(name_add(&request.subject, NAME_ORGANIZATION, "Mirai Bank, Ltd."), "O");
	CHECK_OK(name_add(&request.subject, NAME_ORGANIZATION_IDENTIFIER,
			 "NTRJP-010405009403"),
		"identifier");
	CHECK_OK(name_add(&request.subject, NAME_SURNAME, "Tanaka"), "SN");
	CHECK_OK(name_add(&request.subject, NAME_GIVEN_NAME, "Taro"), "GN");
	CHECK_OK(name_add(&request.subject, NAME_COMMON_NAME, "Taro Tanaka"), "CN");
	CHECK_OK(general_names_add(&request.san, GENERAL_NAME_RFC822,
			 "tanaka@mirai.example"),
		"mailbox");
	CHECK_OK(general_names_add(&request.san, GENERAL_NAME_DIRECTORY, ""),
		"directoryName");
	CHECK_OK(name_add(&request.san.directory, NAME_COMMON_NAME, "田中 太郎"),
		"Japanese script");
	return request;
}
