#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/cert.h"
#include "common/pki/cert_extensions.h"
#include "common/pki/extension.h"
#include "common/pki/oid.h"

enum { EXTENSIONS_MAX = 32 };

/* ---- extension values */

static RESULT read_authority_key_identifier(struct blob value, struct cert *cert)
{
	struct blob content, skipped;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	TRY(der_end(value));
	if (der_peek(content, DER_CONTEXT(0)))
		TRY(der_get(&content, DER_CONTEXT(0), &cert->authority_key_identifier));
	/* Other CAs add issuer and serialNumber; the key identifier says enough. */
	if (der_peek(content, DER_CONTEXT_OPEN(1)))
		TRY(der_get(&content, DER_CONTEXT_OPEN(1), &skipped));
	if (der_peek(content, DER_CONTEXT(2)))
		TRY(der_get(&content, DER_CONTEXT(2), &skipped));
	return der_end(content);
}

static RESULT read_subject_key_identifier(struct blob value, struct cert *cert)
{
	TRY(der_get(&value, DER_OCTET_STRING, &cert->subject_key_identifier));
	if (cert->subject_key_identifier.len == 0)
		return FAIL(E_INPUT, "empty");
	return der_end(value);
}

static RESULT read_key_usage(struct blob value, struct cert *cert)
{
	TRY(der_get_named_bits(&value, &cert->key_usage));
	/* RFC 5280 section 4.2.1.3: at least one bit is set; there are nine. */
	if (cert->key_usage == 0 || cert->key_usage >= 1u << 9)
		return FAIL(E_INPUT, "no bit, or one without a name");
	return der_end(value);
}

static RESULT read_subject_alt_name(struct blob value, struct cert *cert)
{
	struct blob content;
	cert->subject_alt_name = value;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	if (content.len == 0)
		return FAIL(E_INPUT, "empty");
	return der_end(value);
}

static RESULT read_basic_constraints(struct blob value, struct cert *cert)
{
	struct blob content;
	uint64_t path_length;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	TRY(der_end(value));
	if (der_peek(content, DER_BOOLEAN)) {
		TRY(der_get_bool(&content, &cert->is_ca));
		/* X.690 section 11.5: a default value is not encoded. */
		if (!cert->is_ca)
			return FAIL(E_INPUT, "cA: FALSE is written");
	}
	if (der_peek(content, DER_INTEGER)) {
		TRY(der_get_int(&content, DER_INTEGER, &path_length));
		/* RFC 5280 section 4.2.1.9: pathLenConstraint only with cA. */
		if (!cert->is_ca || path_length > INT32_MAX)
			return FAIL(E_INPUT,
				"pathLenConstraint: without cA, or too large");
		cert->path_length = (int64_t)path_length;
	}
	return der_end(content);
}

static RESULT read_name_constraints(struct blob value, struct cert *cert)
{
	struct blob content;
	cert->name_constraints = value;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	if (content.len == 0)
		return FAIL(E_INPUT, "empty");
	return der_end(value);
}

static RESULT read_certificate_policies(struct blob value, struct cert *cert)
{
	struct blob list, one, qualifiers;
	struct oid policy;
	cert->certificate_policies = value;
	TRY(der_get(&value, DER_SEQUENCE, &list));
	TRY(der_end(value));
	if (list.len == 0)
		return FAIL(E_INPUT, "empty");
	while (list.len > 0) {
		TRY(der_get(&list, DER_SEQUENCE, &one));
		TRY(der_get_oid(&one, &policy));
		if (one.len > 0)
			TRY(der_get(&one, DER_SEQUENCE, &qualifiers));
		TRY(der_end(one));
	}
	return OK;
}

static RESULT read_ext_key_usage(struct blob value, struct cert *cert)
{
	struct blob list;
	TRY(der_get(&value, DER_SEQUENCE, &list));
	TRY(der_end(value));
	if (list.len == 0)
		return FAIL(E_INPUT, "empty");
	while (list.len > 0) {
		if (cert->eku_count == COUNT(cert->eku))
			return FAIL(E_INPUT, "more than %zu purposes", COUNT(cert->eku));
		TRY(der_get_oid(&list, &cert->eku[cert->eku_count]));
		cert->eku_count++;
	}
	return OK;
}

/* Keeps the first http URI; GeneralNames of other kinds are let pass. */
static RESULT keep_uri(uint8_t tag, struct blob content, char *out, size_t size)
{
	char text[256];
	if (tag != DER_CONTEXT(6) || out[0] != 0)
		return OK;
	if (content.len < 7 || memcmp(content.data, "http://", 7) != 0)
		return OK;
	TRY(text_from_blob(content, text, size < sizeof text ? size : sizeof text));
	memcpy(out, text, content.len + 1);
	return OK;
}

static RESULT read_full_name(struct blob names, struct cert *cert)
{
	struct blob content;
	uint8_t tag;
	while (names.len > 0) {
		TRY(der_get_any(&names, &tag, &content));
		TRY(keep_uri(tag, content, cert->crl_uri, sizeof cert->crl_uri));
	}
	return OK;
}

static RESULT read_crl_distribution_points(struct blob value, struct cert *cert)
{
	struct blob list, point, name, content;
	uint8_t tag;
	TRY(der_get(&value, DER_SEQUENCE, &list));
	TRY(der_end(value));
	if (list.len == 0)
		return FAIL(E_INPUT, "empty");
	while (list.len > 0) {
		TRY(der_get(&list, DER_SEQUENCE, &point));
		while (point.len > 0) {
			TRY(der_get_any(&point, &tag, &name));
			if (tag != DER_CONTEXT_OPEN(0))
				continue;
			TRY(der_get_any(&name, &tag, &content));
			TRY(der_end(name));
			if (tag == DER_CONTEXT_OPEN(0))
				TRY(read_full_name(content, cert));
		}
	}
	return OK;
}

static RESULT read_authority_info_access(struct blob value, struct cert *cert)
{
	struct blob list, one, location;
	struct oid method;
	uint8_t tag;
	TRY(der_get(&value, DER_SEQUENCE, &list));
	TRY(der_end(value));
	if (list.len == 0)
		return FAIL(E_INPUT, "empty");
	while (list.len > 0) {
		TRY(der_get(&list, DER_SEQUENCE, &one));
		TRY(der_get_oid(&one, &method));
		TRY(der_get_any(&one, &tag, &location));
		TRY(der_end(one));
		if (oid_equal(&method, &id_ad_ocsp))
			TRY(keep_uri(tag, location, cert->ocsp_uri,
				sizeof cert->ocsp_uri));
		if (oid_equal(&method, &id_ad_ca_issuers))
			TRY(keep_uri(tag, location, cert->ca_issuers_uri,
				sizeof cert->ca_issuers_uri));
	}
	return OK;
}

static RESULT read_ocsp_nocheck(struct blob value, struct cert *cert)
{
	struct blob content;
	TRY(der_get(&value, DER_NULL, &content));
	TRY(der_end(content));
	cert->ocsp_nocheck = true;
	return der_end(value);
}

/* clang-format off */
static const struct known_extension {
	const struct oid *id;
	const char *name;
	struct err (*read)(struct blob value, struct cert *cert);
} known_extensions[] = {
	{ &id_authority_key_identifier, "authorityKeyIdentifier", read_authority_key_identifier },
	{ &id_subject_key_identifier,   "subjectKeyIdentifier",   read_subject_key_identifier },
	{ &id_key_usage,                "keyUsage",               read_key_usage },
	{ &id_certificate_policies,     "certificatePolicies",    read_certificate_policies },
	{ &id_subject_alt_name,         "subjectAltName",         read_subject_alt_name },
	{ &id_basic_constraints,        "basicConstraints",       read_basic_constraints },
	{ &id_ext_key_usage,            "extKeyUsage",            read_ext_key_usage },
	{ &id_crl_distribution_points,  "cRLDistributionPoints",  read_crl_distribution_points },
	{ &id_authority_info_access,    "authorityInfoAccess",    read_authority_info_access },
	{ &id_name_constraints,         "nameConstraints",        read_name_constraints },
	{ &id_ocsp_nocheck,             "ocsp-nocheck",           read_ocsp_nocheck },
};
/* clang-format on */

static RESULT read_extension(const struct extension *extension, struct cert *cert)
{
	for (size_t i = 0; i < COUNT(known_extensions); i++) {
		const struct known_extension *row = &known_extensions[i];
		if (!extension_is(extension, row->id))
			continue;
		TRY_IN(row->read(extension->value, cert), "%s", row->name);
		return OK;
	}
	/* RFC 5280 section 4.2: a certificate with an unknown critical extension must not be used. */
	if (extension->critical)
		return FAIL(E_INPUT, "unknown critical extension");
	return OK;
}

static RESULT read_extensions(struct blob in, struct cert *cert)
{
	struct extension seen[EXTENSIONS_MAX];
	struct blob list;
	TRY(der_get(&in, DER_SEQUENCE, &list));
	TRY(der_end(in));
	if (list.len == 0)
		return FAIL(E_INPUT, "written though empty");
	for (size_t count = 0; list.len > 0; count++) {
		if (count == EXTENSIONS_MAX)
			return FAIL(E_INPUT, "more than %d", EXTENSIONS_MAX);
		TRY(extension_next(&list, &seen[count]));
		/* RFC 5280 section 4.2: no more than one of a kind. */
		for (size_t i = 0; i < count; i++)
			if (extension_is(&seen[i], &seen[count].id))
				return FAIL(E_INPUT, "one stands twice");
		TRY(read_extension(&seen[count], cert));
	}
	return OK;
}

/* ---- the certificate */

static RESULT read_version(struct blob *in)
{
	struct blob wrapped;
	uint64_t version;
	TRY(der_get(in, DER_CONTEXT_OPEN(0), &wrapped));
	TRY(der_get_int(&wrapped, DER_INTEGER, &version));
	TRY(der_end(wrapped));
	if (version != CERT_VERSION_3)
		return FAIL(E_INPUT, "not 3");
	return OK;
}

static RESULT read_sequence(struct blob *in, struct blob *element)
{
	if (!der_peek(*in, DER_SEQUENCE))
		return FAIL(E_INPUT, "not a SEQUENCE");
	return der_get_element(in, element);
}

static RESULT read_validity(struct blob *in, struct cert *cert)
{
	struct blob validity;
	TRY(der_get(in, DER_SEQUENCE, &validity));
	TRY_IN(der_get_time(&validity, &cert->not_before), "notBefore");
	TRY_IN(der_get_time(&validity, &cert->not_after), "notAfter");
	return der_end(validity);
}

static RESULT read_tbs(struct blob in, struct blob outer_algorithm, struct cert *cert)
{
	struct blob serial, algorithm, extensions;
	TRY_IN(read_version(&in), "version");
	TRY(der_get(&in, DER_INTEGER, &serial));
	TRY(serial_from_blob(serial, &cert->serial_number));
	TRY_IN(der_get_element(&in, &algorithm), "signature");
	/* RFC 5280 section 4.1.1.2: the same inside and outside, else the signature covers another claim. */
	if (!blob_equal(algorithm, outer_algorithm))
		return FAIL(E_INPUT, "signature algorithm differs inside and outside");
	TRY(signature_by_identifier(algorithm, &cert->algorithm));
	TRY_IN(read_sequence(&in, &cert->issuer), "issuer");
	TRY_IN(read_validity(&in, cert), "validity");
	TRY_IN(read_sequence(&in, &cert->subject), "subject");
	TRY_IN(read_sequence(&in, &cert->subject_public_key_info),
		"subjectPublicKeyInfo");
	if (in.len == 0)
		return OK;
	/* G1: unique identifiers would stand here, and they are not read. */
	TRY_IN(der_get(&in, DER_CONTEXT_OPEN(3), &extensions), "extensions");
	TRY_IN(read_extensions(extensions, cert), "extensions");
	return der_end(in);
}

RESULT cert_parse(struct blob der, struct cert *out)
{
	struct cert cert = { .der = der, .path_length = -1 };
	struct blob in = der, outer, tbs, algorithm;
	if (der.len > LIMIT_CERT)
		return FAIL(E_INPUT, "certificate: longer than %d bytes", LIMIT_CERT);
	TRY_IN(der_get(&in, DER_SEQUENCE, &outer), "certificate");
	TRY_IN(der_end(in), "certificate");
	TRY_IN(read_sequence(&outer, &cert.tbs), "tbsCertificate");
	TRY_IN(der_get_element(&outer, &algorithm), "signatureAlgorithm");
	TRY_IN(der_get_bits(&outer, &cert.signature), "signatureValue");
	TRY_IN(der_end(outer), "certificate");
	tbs = cert.tbs;
	TRY_IN(der_get(&tbs, DER_SEQUENCE, &in), "tbsCertificate");
	TRY_IN(read_tbs(in, algorithm, &cert), "tbsCertificate");
	*out = cert;
	return OK;
}

bool cert_has_eku(const struct cert *cert, const struct oid *purpose)
{
	for (size_t i = 0; i < cert->eku_count; i++)
		if (oid_equal(&cert->eku[i], purpose))
			return true;
	return false;
}
