#include "common/pki/cert.h"

enum { PATH_MAX_CAS = 2 };

RESULT cert_verify(const struct cert *cert, EVP_PKEY *issuer_key)
{
	return signature_verify(issuer_key, cert->algorithm, cert->tbs, cert->signature);
}

static RESULT verify_under(const struct cert *cert, const struct cert *issuer)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	enum key_algorithm algorithm;
	TRY_IN(key_parse(issuer->subject_public_key_info, &algorithm, &key),
		"issuer's key");
	return cert_verify(cert, key);
}

static RESULT check_dates(const struct cert *cert, int64_t now)
{
	if (now < cert->not_before)
		return FAIL(E_POLICY, "not valid yet");
	if (now > cert->not_after) /* R-ISS-07: the last second counts */
		return FAIL(E_POLICY, "no longer valid");
	return OK;
}

/* RFC 5280 section 6.1.4 (k) to (n) */
static RESULT check_ca(const struct cert *ca, size_t cas_below)
{
	if (!ca->is_ca)
		return FAIL(E_POLICY, "basicConstraints: not a CA");
	if ((ca->key_usage & KU_KEY_CERT_SIGN) == 0)
		return FAIL(E_POLICY, "keyUsage: no keyCertSign");
	if (ca->path_length >= 0 && (uint64_t)ca->path_length < cas_below)
		return FAIL(E_POLICY, "pathLenConstraint: %zu CAs below", cas_below);
	return OK;
}

static RESULT check_link(const struct cert *cert, const struct cert *issuer)
{
	/* R-ISS-10: names chain by bytes. */
	if (!blob_equal(cert->issuer, issuer->subject))
		return FAIL(E_POLICY, "issuer is not the subject of the CA");
	if (cert->authority_key_identifier.len > 0 &&
		issuer->subject_key_identifier.len > 0 &&
		!blob_equal(cert->authority_key_identifier,
			issuer->subject_key_identifier))
		return FAIL(E_POLICY, "authorityKeyIdentifier is not of the CA");
	return verify_under(cert, issuer);
}

/* ---- nameConstraints: permitted dNSNames and the exclusion of every mailbox, the forms that cert_write_tbs() knows */

/* RFC 5280 section 4.2.1.10: labels may be added to the left. An empty base permits all. */
static bool dns_below(struct blob name, struct blob base)
{
	if (base.len == 0)
		return true;
	if (name.len < base.len)
		return false;
	size_t more = name.len - base.len;
	bool at_label = more == 0 || base.data[0] == '.' || name.data[more - 1] == '.';
	return at_label && strncasecmp((const char *)name.data + more,
				   (const char *)base.data, base.len) == 0;
}

static RESULT dns_permitted(struct blob permitted, const char *name)
{
	struct blob subtree, base;
	while (permitted.len > 0) {
		TRY(der_get(&permitted, DER_SEQUENCE, &subtree));
		if (!der_peek(subtree, DER_CONTEXT(2)))
			return FAIL(E_POLICY, "a permitted name other than dNSName");
		TRY(der_get(&subtree, DER_CONTEXT(2), &base));
		TRY(der_end(subtree));
		if (dns_below(blob_text(name), base))
			return OK;
	}
	return FAIL(E_POLICY, "dNSName %.100s is not permitted", name);
}

static RESULT excludes_all_mail(struct blob excluded)
{
	struct blob subtree, base;
	TRY(der_get(&excluded, DER_SEQUENCE, &subtree));
	TRY(der_end(excluded));
	if (!der_peek(subtree, DER_CONTEXT(1)))
		return FAIL(E_POLICY, "an excluded name other than rfc822Name");
	TRY(der_get(&subtree, DER_CONTEXT(1), &base));
	TRY(der_end(subtree));
	if (base.len > 0)
		return FAIL(E_POLICY, "an excluded rfc822Name other than all");
	return OK;
}

struct constraints {
	struct blob permitted, excluded; /* GeneralSubtrees' content, or empty */
};

static RESULT constraints_read(struct blob value, struct constraints *out)
{
	struct constraints found = { .permitted = BLOB_NONE };
	struct blob content;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	if (der_peek(content, DER_CONTEXT_OPEN(0)))
		TRY(der_get(&content, DER_CONTEXT_OPEN(0), &found.permitted));
	if (der_peek(content, DER_CONTEXT_OPEN(1)))
		TRY(der_get(&content, DER_CONTEXT_OPEN(1), &found.excluded));
	TRY(der_end(content));
	if (found.excluded.len > 0)
		TRY(excludes_all_mail(found.excluded));
	*out = found;
	return OK;
}

static RESULT check_constrained(const struct constraints *constraints,
	const struct general_name *item)
{
	bool mail =
		item->type == GENERAL_NAME_RFC822 || item->type == GENERAL_NAME_SMTP_UTF8;
	if (mail && constraints->excluded.len > 0)
		return FAIL(E_POLICY, "a mailbox, which is excluded");
	if (item->type == GENERAL_NAME_DNS && constraints->permitted.len > 0)
		return dns_permitted(constraints->permitted, item->value);
	return OK;
}

static RESULT check_constraints(const struct cert *ca, const struct cert *below)
{
	struct constraints constraints;
	struct general_names names;
	if (ca->name_constraints.len == 0)
		return OK;
	TRY(constraints_read(ca->name_constraints, &constraints));
	if (below->subject_alt_name.len == 0)
		return OK;
	TRY(general_names_parse(below->subject_alt_name, &names));
	for (size_t i = 0; i < names.count; i++)
		TRY(check_constrained(&constraints, &names.item[i]));
	return OK;
}

/* What cannot be read as a constraint cannot be kept either. */
static RESULT check_names_below(const struct cert *ca, const struct cert *cert,
	const struct cert *chain, size_t below)
{
	for (size_t i = 0; i <= below; i++) {
		struct err err = check_constraints(ca, i == 0 ? cert : &chain[i - 1]);
		if (err.code == E_INPUT)
			err.code = E_POLICY;
		TRY_IN(err, "nameConstraints");
	}
	return OK;
}

RESULT cert_verify_path(const struct cert *cert, const struct cert *chain, size_t count,
	int64_t now)
{
	if (count < 1 || count > PATH_MAX_CAS)
		return FAIL(E_POLICY, "path: %zu CAs", count);
	TRY_IN(check_dates(cert, now), "certificate");
	for (size_t i = 0; i < count; i++) {
		const struct cert *ca = &chain[i], *below = i == 0 ? cert : &chain[i - 1];
		TRY_IN(check_dates(ca, now), "CA %zu", i + 1);
		TRY_IN(check_ca(ca, i + (cert->is_ca ? 1 : 0)), "CA %zu", i + 1);
		TRY_IN(check_link(below, ca), "CA %zu", i + 1);
		TRY_IN(check_names_below(ca, cert, chain, i), "CA %zu", i + 1);
	}
	const struct cert *anchor = &chain[count - 1];
	TRY_IN(check_link(anchor, anchor), "trust anchor");
	return OK;
}
