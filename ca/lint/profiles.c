#include "ca/lint/policy.h"
#include "common/base/table.h"

/* clang-format off */
const struct attribute_rule attribute_rules[ATTRIBUTE_COUNT] = {
	[AT_DC]        = { "domainComponent", { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 }, 10, 63, false, true, true },
	[AT_C]         = { "countryName",            { 0x55, 0x04, 0x06 }, 3, 2, true, false, true },
	[AT_ST]        = { "stateOrProvinceName",    { 0x55, 0x04, 0x08 }, 3, 128, false, false, false },
	[AT_L]         = { "localityName",           { 0x55, 0x04, 0x07 }, 3, 128, false, false, false },
	[AT_POSTAL]    = { "postalCode",             { 0x55, 0x04, 0x11 }, 3, 40, false, false, false },
	[AT_STREET]    = { "streetAddress",          { 0x55, 0x04, 0x09 }, 3, 128, false, false, false },
	[AT_O]         = { "organizationName",       { 0x55, 0x04, 0x0a }, 3, 64, false, false, false },
	[AT_ORGID]     = { "organizationIdentifier", { 0x55, 0x04, 0x61 }, 3, 64, false, false, false },
	[AT_SN]        = { "surname",                { 0x55, 0x04, 0x04 }, 3, 64, false, false, true },
	[AT_GN]        = { "givenName",              { 0x55, 0x04, 0x2a }, 3, 64, false, false, true },
	[AT_PSEUDONYM] = { "pseudonym",              { 0x55, 0x04, 0x41 }, 3, 128, false, false, true },
	[AT_OU]        = { "organizationalUnitName", { 0x55, 0x04, 0x0b }, 3, 64, false, false, false },
	[AT_TITLE]     = { "title",                  { 0x55, 0x04, 0x0c }, 3, 64, false, false, false },
	[AT_SERIAL]    = { "serialNumber",           { 0x55, 0x04, 0x05 }, 3, 64, true, false, false },
	[AT_CN]        = { "commonName",             { 0x55, 0x04, 0x03 }, 3, 64, false, false, true },
	[AT_EMAIL]     = { "emailAddress", { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 }, 9, 255, false, true, false },
};
static const struct { const char *name; uint8_t bit; } usage_words[] = {
	{ "digitalSignature", 0x80 }, { "nonRepudiation", 0x40 }, { "keyEncipherment", 0x20 },
	{ "dataEncipherment", 0x10 }, { "keyAgreement", 0x08 },   { "keyCertSign", 0x04 }, { "cRLSign", 0x02 },
};
static const struct { const char *name, *oid; } purpose_words[] = {
	{ "serverAuth", "1.3.6.1.5.5.7.3.1" },      { "clientAuth", "1.3.6.1.5.5.7.3.2" },
	{ "emailProtection", "1.3.6.1.5.5.7.3.4" }, { "timeStamping", "1.3.6.1.5.5.7.3.8" },
	{ "OCSPSigning", "1.3.6.1.5.5.7.3.9" },     { "documentSigning", "1.3.6.1.5.5.7.3.36" },
};
static const char *const san_words[SAN_COUNT] = { [SAN_RFC822] = "rfc822Name", [SAN_SMTP_UTF8] = "SmtpUTF8Mailbox",
	[SAN_DNS] = "dNSName", [SAN_URI] = "uniformResourceIdentifier", [SAN_DIRECTORY] = "directoryName" };
/* clang-format on */

int attribute_find(struct span oid)
{
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		if (span_equal(oid, (struct span){ attribute_rules[i].oid,
					    attribute_rules[i].oid_len }))
			return i;
	return -1;
}

/* ---- readers, one a kind of value */

static const char *text_of(const struct conf_node *group, const char *key)
{
	const struct conf_node *node = group == NULL ? NULL : conf_get(group, key);
	const char *text = node == NULL ? NULL : conf_as_text(node);
	return text == NULL ? "" : text;
}

static bool flag_of(const struct conf_node *group, const char *key)
{
	const struct conf_node *node = group == NULL ? NULL : conf_get(group, key);
	bool value = false;
	return node != NULL && conf_as_bool(node, &value) && value;
}

static int64_t seconds_of(const struct conf_node *group, const char *key)
{
	int64_t value = 0;
	const char *text = text_of(group, key);
	if (*text != 0 && err_is(conf_seconds(text, &value)))
		return 0;
	return value;
}

static enum lint_presence presence_of(const struct conf_node *group, const char *key,
	struct conf_faults *faults)
{
	const struct conf_node *node = group == NULL ? NULL : conf_get(group, key);
	const char *word = text_of(group, key);
	if (node == NULL || strcmp(word, "forbidden") == 0)
		return LINT_NEVER;
	if (strcmp(word, "required") == 0)
		return LINT_MUST;
	if (strcmp(word, "optional") != 0)
		conf_fault(faults, node, "%s: required, optional or forbidden", key);
	return LINT_MAY;
}

static uint8_t usage_of(const struct conf_node *group, const char *key,
	struct conf_faults *faults)
{
	const struct conf_node *list = group == NULL ? NULL : conf_get(group, key);
	uint8_t bits = 0;
	for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
		const char *word = conf_as_text(conf_at(list, i));
		size_t w = 0;
		while (w < COUNT(usage_words) &&
			(word == NULL || strcmp(usage_words[w].name, word) != 0))
			w++;
		if (w < COUNT(usage_words))
			bits |= usage_words[w].bit;
		else
			conf_fault(faults, list,
				"keyUsage: not a word that the linter knows");
	}
	return bits;
}

static size_t oids_of(const struct conf_node *group, const char *key,
	uint8_t out[OIDS_MOST][32], size_t len[OIDS_MOST], struct conf_faults *faults)
{
	const struct conf_node *list = group == NULL ? NULL : conf_get(group, key);
	size_t count = list == NULL ? 0 : conf_count(list);
	for (size_t i = 0; i < count && i < OIDS_MOST; i++) {
		const char *word = conf_as_text(conf_at(list, i));
		for (size_t w = 0; word != NULL && w < COUNT(purpose_words); w++)
			if (strcmp(purpose_words[w].name, word) == 0)
				word = purpose_words[w].oid;
		len[i] = word == NULL ? 0 : walk_oid(word, out[i]);
		if (len[i] == 0)
			conf_fault(faults, list, "%s: not an OID that the linter knows",
				key);
	}
	if (count > OIDS_MOST)
		conf_fault(faults, list, "%s: more than %d", key, OIDS_MOST);
	return count < OIDS_MOST ? count : OIDS_MOST;
}

static void read_names(const struct conf_node *root, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *subject = conf_get(root, "subject");
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		out->subject[i] = presence_of(subject, attribute_rules[i].name, faults);
	out->names = presence_of(subject, "namesOrPseudonym", faults);
	for (int i = 0; i < SAN_COUNT; i++)
		out->san[i] = presence_of(conf_get(root, "subjectAltName"), san_words[i],
			faults);
}

static void read_constraints(const struct conf_node *group, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *dns =
		group == NULL ? NULL : conf_get(group, "permittedDNSName");
	out->no_rfc822 = flag_of(group, "excludedRfc822Name");
	for (size_t i = 0; dns != NULL && i < conf_count(dns); i++) {
		const char *text = conf_as_text(conf_at(dns, i));
		if (text == NULL || strlen(text) >= sizeof out->dns[0] ||
			i == COUNT(out->dns)) {
			conf_fault(faults, dns,
				"permittedDNSName: not at most %zu texts of %zu bytes",
				COUNT(out->dns), sizeof out->dns[0] - 1);
			return;
		}
		memcpy(out->dns[out->dns_count++], text, strlen(text) + 1);
	}
}

static void read_keys(const struct conf_node *list, struct lint_profile *out,
	struct conf_faults *faults)
{
	for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
		const char *word = conf_as_text(conf_at(list, i));
		enum key_kind kind = KIND_NONE + 1;
		while (kind < KIND_COUNT &&
			(word == NULL || strcmp(lint_key_word(kind), word) != 0))
			kind++;
		if (kind == KIND_COUNT)
			conf_fault(faults, list,
				"subjectPublicKeyInfo: not a kind that the linter knows");
		else
			out->keys[kind] = true;
	}
}

static void read_basic(const struct conf_node *group, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *path =
		group == NULL ? NULL : conf_get(group, "pathLenConstraint");
	out->is_ca = flag_of(group, "cA");
	out->path_length = -1;
	if (path != NULL && (!conf_as_int(path, &out->path_length) ||
				    out->path_length < 0 || out->path_length > 127))
		conf_fault(faults, path, "pathLenConstraint: not a number from 0 to 127");
}

static void read_identity(const struct conf_node *root, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *version = conf_get(root, "version");
	lint_text_read(root, "profile", out->name, sizeof out->name, faults);
	lint_text_read(root, "issuer", out->issuer, sizeof out->issuer, faults);
	if (version == NULL || !conf_as_int(version, &out->version) || out->version < 1)
		conf_fault(faults, root, "version: not a number from 1");
	if (out->name[0] == 0)
		conf_fault(faults, root, "profile: is missing");
	/* A setting left out must not make a root of it. */
	if (out->issuer[0] == 0 && (!out->is_ca || conf_get(root, "issuer") == NULL))
		conf_fault(faults, root, "issuer: is missing");
}

static void read_purposes(const struct conf_node *root, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *usage = conf_get(root, "keyUsage"),
			       *eku = conf_get(root, "extKeyUsage");
	const struct conf_node *policies = conf_get(root, "certificatePolicies");
	out->usage_rsa = usage_of(usage, "rsa", faults);
	out->usage_ec = usage_of(usage, "ec", faults);
	out->eku_count = oids_of(eku, "purposes", out->eku, out->eku_len, faults);
	out->eku_critical = flag_of(eku, "critical");
	out->policy_count =
		oids_of(policies, "policies", out->policy, out->policy_len, faults);
	lint_text_read(policies, "cPSuri", out->cps_uri, sizeof out->cps_uri, faults);
}

void lint_profile_read(const struct conf_node *root, struct lint_profile *out,
	struct conf_faults *faults)
{
	const struct conf_node *access = conf_get(root, "authorityInfoAccess");
	*out = (struct lint_profile){ .version = 0 };
	read_basic(conf_get(root, "basicConstraints"), out, faults);
	read_identity(root, out, faults);
	read_names(root, out, faults);
	read_constraints(conf_get(root, "nameConstraints"), out, faults);
	read_keys(conf_get(root, "subjectPublicKeyInfo"), out, faults);
	read_purposes(root, out, faults);
	out->max_s = seconds_of(conf_get(root, "validity"), "maximum");
	out->min_s = seconds_of(conf_get(root, "validity"), "minimum");
	if (out->max_s == 0)
		conf_fault(faults, root, "validity.maximum: is missing");
	out->aki = flag_of(root, "authorityKeyIdentifier");
	out->ski = flag_of(root, "subjectKeyIdentifier");
	out->cdp = flag_of(root, "cRLDistributionPoints");
	out->nocheck = flag_of(root, "ocspNocheck");
	out->keep_expired = flag_of(root, "keepExpiredOnCRL");
	out->aia_ocsp = flag_of(access, "ocsp");
	out->aia_ca_issuers = flag_of(access, "caIssuers");
}
