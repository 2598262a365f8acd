#include "common/base/text.h"
#include "common/pki/cert.h"
#include "common/pki/cert_extensions.h"

/* clang-format off */
static const struct oid id_qt_cps = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01 } };

/* BR 7.1.3.1: the AlgorithmIdentifiers of subject keys, byte for byte. */
static const uint8_t spki_rsa[]  = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
static const uint8_t spki_p256[] = { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                                     0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t spki_p384[] = { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                                     0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
/* clang-format on */

/* ---- does it fit */

/* R-ISS-14: the bits follow the kind of the key. */
static RESULT key_usage_for(const struct cert_fields *fields, uint32_t *out)
{
	struct blob in = fields->subject_public_key_info, content, identifier;
	TRY_IN(der_get(&in, DER_SEQUENCE, &content), "subjectPublicKeyInfo");
	TRY_IN(der_end(in), "subjectPublicKeyInfo");
	TRY_IN(der_get_element(&content, &identifier), "subjectPublicKeyInfo");
	bool rsa = blob_equal(identifier, BLOB(spki_rsa));
	if (!rsa && !blob_equal(identifier, BLOB(spki_p256)) &&
		!blob_equal(identifier, BLOB(spki_p384)))
		return FAIL(E_POLICY,
			"subjectPublicKeyInfo: an algorithm outside the table");
	uint32_t usage =
		rsa ? fields->profile->key_usage_rsa : fields->profile->key_usage_ec;
	if (usage == 0)
		return FAIL(E_POLICY, "keyUsage: %s has none for this kind of key",
			fields->profile->name);
	*out = usage;
	return OK;
}

/* R-ISS-07: inclusive seconds, never beyond the issuer. */
static RESULT check_times(const struct cert_fields *fields)
{
	const struct profile *profile = fields->profile;
	const struct cert_issuer *issuer = fields->issuer;
	int64_t length_s = fields->not_after - fields->not_before + 1;
	if (length_s < 1)
		return FAIL(E_POLICY, "notAfter lies before notBefore");
	if (fields->not_before < issuer->not_before ||
		fields->not_after > issuer->not_after)
		return FAIL(E_POLICY, "validity reaches beyond the issuer's");
	if (length_s > profile->validity_max_s || length_s < profile->validity_min_s)
		return FAIL(E_POLICY, "validity: %lld s, %s allows %lld to %lld",
			(long long)length_s, profile->name,
			(long long)profile->validity_min_s,
			(long long)profile->validity_max_s);
	return OK;
}

static RESULT check_uri(bool wanted, const char *uri, const char *what)
{
	if (wanted && (uri == NULL || !text_starts(uri, "http://")))
		return FAIL(E_POLICY, "%s: the issuer has no http:// address for it",
			what);
	return OK;
}

static RESULT check_names(const struct cert_fields *fields)
{
	const struct profile *profile = fields->profile;
	bool san_wanted = false, san_allowed = false;
	for (size_t i = 0; i < GENERAL_NAME_TYPE_COUNT; i++) {
		san_wanted = san_wanted || profile->san[i] == PRESENCE_REQUIRED;
		san_allowed = san_allowed || profile->san[i] != PRESENCE_FORBIDDEN;
	}
	if (fields->subject.len == 0 || fields->issuer->subject.len == 0)
		return FAIL(E_POLICY, "subject or issuer is missing");
	if (profile->issuer[0] == 0 &&
		!blob_equal(fields->subject, fields->issuer->subject))
		return FAIL(E_POLICY, "a root that is not its own issuer");
	if (fields->subject_alt_name.len == 0 && san_wanted)
		return FAIL(E_POLICY, "subjectAltName is missing");
	if (fields->subject_alt_name.len > 0 && !san_allowed)
		return FAIL(E_POLICY, "subjectAltName: %s has none", profile->name);
	return OK;
}

static RESULT check_fields(const struct cert_fields *fields)
{
	const struct profile *profile = fields->profile;
	const struct cert_issuer *issuer = fields->issuer;
	if (fields->serial_number.len == 0)
		return FAIL(E_POLICY, "serialNumber is missing");
	TRY(check_times(fields));
	TRY(check_names(fields));
	TRY(check_uri(profile->crl_distribution_points, issuer->crl_uri,
		"cRLDistributionPoints"));
	TRY(check_uri(profile->aia_ocsp, issuer->ocsp_uri, "authorityInfoAccess: ocsp"));
	TRY(check_uri(profile->aia_ca_issuers, issuer->ca_issuers_uri,
		"authorityInfoAccess: caIssuers"));
	if (profile->authority_key_identifier && issuer->key_identifier.len == 0)
		return FAIL(E_POLICY, "the issuer has no subjectKeyIdentifier");
	if (signature_identifier(issuer->algorithm).len == 0)
		return FAIL(E_POLICY, "the issuer has no signature algorithm");
	return OK;
}

/* ---- extensions, each in one function, in the order in which they stand (G18) */

struct open_extension {
	size_t whole, value;
};

static struct open_extension extension_open(struct der_writer *w, const struct oid *id,
	bool critical)
{
	struct open_extension open = { .whole = der_open(w, DER_SEQUENCE) };
	der_put_oid(w, id);
	if (critical)
		der_put_bool(w, true);
	open.value = der_open(w, DER_OCTET_STRING);
	return open;
}

static void extension_close(struct der_writer *w, struct open_extension open)
{
	der_close(w, open.value);
	der_close(w, open.whole);
}

/* G7: keyIdentifier alone, the issuer's own. */
static void put_authority_key_identifier(const struct cert_fields *fields,
	struct der_writer *w)
{
	if (!fields->profile->authority_key_identifier)
		return;
	struct open_extension open =
		extension_open(w, &id_authority_key_identifier, false);
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put(w, DER_CONTEXT(0), fields->issuer->key_identifier);
	der_close(w, mark);
	extension_close(w, open);
}

/* G8 */
static RESULT put_subject_key_identifier(const struct cert_fields *fields,
	struct der_writer *w)
{
	uint8_t identifier[20];
	if (!fields->profile->subject_key_identifier)
		return OK;
	TRY(key_identifier(fields->subject_public_key_info, identifier));
	struct open_extension open = extension_open(w, &id_subject_key_identifier, false);
	der_put(w, DER_OCTET_STRING, BLOB(identifier));
	extension_close(w, open);
	return OK;
}

/* G12 */
static void put_key_usage(uint32_t key_usage, struct der_writer *w)
{
	struct open_extension open = extension_open(w, &id_key_usage, true);
	der_put_named_bits(w, key_usage);
	extension_close(w, open);
}

static void put_cps_uri(const char *uri, struct der_writer *w)
{
	size_t list = der_open(w, DER_SEQUENCE);
	size_t qualifier = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &id_qt_cps);
	der_put_text(w, DER_IA5_STRING, uri);
	der_close(w, qualifier);
	der_close(w, list);
}

/* R-ISS-15; G15: not critical, and the CPS's address behind the last one, which is our own policy. */
static void put_certificate_policies(const struct profile *profile, struct der_writer *w)
{
	if (profile->policy_count == 0)
		return;
	struct open_extension open = extension_open(w, &id_certificate_policies, false);
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < profile->policy_count; i++) {
		size_t policy = der_open(w, DER_SEQUENCE);
		der_put_oid(w, &profile->policy[i]);
		if (i == profile->policy_count - 1 && profile->cps_uri[0] != 0)
			put_cps_uri(profile->cps_uri, w);
		der_close(w, policy);
	}
	der_close(w, list);
	extension_close(w, open);
}

/* RFC 5280 section 4.2.1.6: not critical beside a subject, and a subject is always there. */
static void put_subject_alt_name(const struct cert_fields *fields, struct der_writer *w)
{
	if (fields->subject_alt_name.len == 0)
		return;
	struct open_extension open = extension_open(w, &id_subject_alt_name, false);
	der_put_raw(w, fields->subject_alt_name);
	extension_close(w, open);
}

/* G11: end entities have none. */
static void put_basic_constraints(const struct profile *profile, struct der_writer *w)
{
	if (!profile->is_ca)
		return;
	struct open_extension open = extension_open(w, &id_basic_constraints, true);
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_bool(w, true);
	if (profile->path_length >= 0)
		der_put_int(w, DER_INTEGER, (uint64_t)profile->path_length);
	der_close(w, mark);
	extension_close(w, open);
}

/* R-ISS-14, G13 */
static void put_ext_key_usage(const struct profile *profile, struct der_writer *w)
{
	if (profile->eku_count == 0)
		return;
	struct open_extension open =
		extension_open(w, &id_ext_key_usage, profile->eku_critical);
	size_t list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < profile->eku_count; i++)
		der_put_oid(w, &profile->eku[i]);
	der_close(w, list);
	extension_close(w, open);
}

/* G9, R-ISS-18: one DistributionPoint, fullName, without reasons and cRLIssuer. */
static void put_crl_distribution_points(const struct cert_fields *fields,
	struct der_writer *w)
{
	if (!fields->profile->crl_distribution_points)
		return;
	struct open_extension open =
		extension_open(w, &id_crl_distribution_points, false);
	size_t list = der_open(w, DER_SEQUENCE);
	size_t point = der_open(w, DER_SEQUENCE);
	size_t name = der_open(w, DER_CONTEXT_OPEN(0));
	size_t full_name = der_open(w, DER_CONTEXT_OPEN(0));
	der_put_text(w, DER_CONTEXT(6), fields->issuer->crl_uri);
	der_close(w, full_name);
	der_close(w, name);
	der_close(w, point);
	der_close(w, list);
	extension_close(w, open);
}

static void put_access(const struct oid *method, const char *uri, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_oid(w, method);
	der_put_text(w, DER_CONTEXT(6), uri);
	der_close(w, mark);
}

/* G10 */
static void put_authority_info_access(const struct cert_fields *fields,
	struct der_writer *w)
{
	const struct profile *profile = fields->profile;
	if (!profile->aia_ocsp && !profile->aia_ca_issuers)
		return;
	struct open_extension open = extension_open(w, &id_authority_info_access, false);
	size_t list = der_open(w, DER_SEQUENCE);
	if (profile->aia_ocsp)
		put_access(&id_ad_ocsp, fields->issuer->ocsp_uri, w);
	if (profile->aia_ca_issuers)
		put_access(&id_ad_ca_issuers, fields->issuer->ca_issuers_uri, w);
	der_close(w, list);
	extension_close(w, open);
}

static void put_subtree(uint8_t tag, const char *base, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_text(w, tag, base);
	der_close(w, mark);
}

/* RFC 5280 section 4.2.1.10: critical; the empty rfc822Name excludes every mailbox. */
static void put_name_constraints(const struct profile *profile, struct der_writer *w)
{
	if (profile->permitted_dns_count == 0 && !profile->excluded_rfc822)
		return;
	struct open_extension open = extension_open(w, &id_name_constraints, true);
	size_t both = der_open(w, DER_SEQUENCE);
	if (profile->permitted_dns_count > 0) {
		size_t permitted = der_open(w, DER_CONTEXT_OPEN(0));
		for (size_t i = 0; i < profile->permitted_dns_count; i++)
			put_subtree(DER_CONTEXT(2), profile->permitted_dns[i], w);
		der_close(w, permitted);
	}
	if (profile->excluded_rfc822) {
		size_t excluded = der_open(w, DER_CONTEXT_OPEN(1));
		put_subtree(DER_CONTEXT(1), "", w);
		der_close(w, excluded);
	}
	der_close(w, both);
	extension_close(w, open);
}

/* BR 7.1.2.8.6 */
static void put_ocsp_nocheck(const struct profile *profile, struct der_writer *w)
{
	if (!profile->ocsp_nocheck)
		return;
	struct open_extension open = extension_open(w, &id_ocsp_nocheck, false);
	der_put_null(w);
	extension_close(w, open);
}

static RESULT put_extensions(const struct cert_fields *fields, uint32_t key_usage,
	struct der_writer *w)
{
	const struct profile *profile = fields->profile;
	size_t outer = der_open(w, DER_CONTEXT_OPEN(3));
	size_t list = der_open(w, DER_SEQUENCE);
	put_authority_key_identifier(fields, w);
	TRY(put_subject_key_identifier(fields, w));
	put_key_usage(key_usage, w);
	put_certificate_policies(profile, w);
	put_subject_alt_name(fields, w);
	put_basic_constraints(profile, w);
	put_ext_key_usage(profile, w);
	put_crl_distribution_points(fields, w);
	put_authority_info_access(fields, w);
	put_name_constraints(profile, w);
	put_ocsp_nocheck(profile, w);
	der_close(w, list);
	der_close(w, outer);
	return OK;
}

/* ---- the whole */

RESULT cert_write_tbs(const struct cert_fields *fields, struct der_writer *w)
{
	uint32_t key_usage = 0;
	struct blob end;
	TRY(check_fields(fields));
	TRY(key_usage_for(fields, &key_usage));
	size_t tbs = der_open(w, DER_SEQUENCE);
	size_t version = der_open(w, DER_CONTEXT_OPEN(0));
	der_put_int(w, DER_INTEGER, CERT_VERSION_3);
	der_close(w, version);
	der_put(w, DER_INTEGER, serial_view(&fields->serial_number));
	der_put_raw(w, signature_identifier(fields->issuer->algorithm));
	/* R-ISS-10: the issuer is a byte copy, whatever string types stand in it. */
	der_put_raw(w, fields->issuer->subject);
	size_t validity = der_open(w, DER_SEQUENCE);
	der_put_time(w, fields->not_before);
	der_put_time(w, fields->not_after);
	der_close(w, validity);
	der_put_raw(w, fields->subject);
	der_put_raw(w, fields->subject_public_key_info);
	TRY(put_extensions(fields, key_usage, w));
	der_close(w, tbs);
	TRY_IN(der_finish(w, &end), "tbsCertificate");
	return OK;
}

/* The AlgorithmIdentifier that stands in a TBSCertificate. */
static RESULT inner_algorithm(struct blob tbs, struct blob *out)
{
	struct blob in, skipped;
	TRY(der_get(&tbs, DER_SEQUENCE, &in));
	TRY(der_end(tbs));
	TRY(der_get(&in, DER_CONTEXT_OPEN(0), &skipped));
	TRY(der_get(&in, DER_INTEGER, &skipped));
	return der_get_element(&in, out);
}

RESULT cert_write_signed(struct blob tbs, const struct signing_key *key,
	struct der_writer *w)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t len = 0;
	struct blob inner, end;
	TRY_IN(inner_algorithm(tbs, &inner), "tbsCertificate");
	/* G4, RFC 5280 section 4.1.1.2: the same inside and outside, and what the key does. */
	if (!blob_equal(inner, signature_identifier(key->algorithm)))
		return FAIL(E_POLICY,
			"tbsCertificate: signature is not %s, as the key signs",
			signature_name(key->algorithm));
	TRY_IN(key->sign(key->context, tbs, signature, &len), "certificate");
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_raw(w, tbs);
	der_put_raw(w, inner);
	der_put_bits(w, blob_make(signature, len));
	der_close(w, mark);
	TRY_IN(der_finish(w, &end), "certificate");
	return OK;
}
