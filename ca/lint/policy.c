#include "ca/lint/policy.h"

#include <dirent.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
const struct attribute_rule attribute_rules[ATTRIBUTE_COUNT] = {
	[AT_DC]        = { "domainComponent", { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 }, 10, 63, false, true },
	[AT_C]         = { "countryName",            { 0x55, 0x04, 0x06 }, 3, 2, true, false },
	[AT_ST]        = { "stateOrProvinceName",    { 0x55, 0x04, 0x08 }, 3, 128, false, false },
	[AT_L]         = { "localityName",           { 0x55, 0x04, 0x07 }, 3, 128, false, false },
	[AT_POSTAL]    = { "postalCode",             { 0x55, 0x04, 0x11 }, 3, 40, false, false },
	[AT_STREET]    = { "streetAddress",          { 0x55, 0x04, 0x09 }, 3, 128, false, false },
	[AT_O]         = { "organizationName",       { 0x55, 0x04, 0x0a }, 3, 64, false, false },
	[AT_ORGID]     = { "organizationIdentifier", { 0x55, 0x04, 0x61 }, 3, 64, false, false },
	[AT_SN]        = { "surname",                { 0x55, 0x04, 0x04 }, 3, 64, false, false },
	[AT_GN]        = { "givenName",              { 0x55, 0x04, 0x2a }, 3, 64, false, false },
	[AT_PSEUDONYM] = { "pseudonym",              { 0x55, 0x04, 0x41 }, 3, 128, false, false },
	[AT_OU]        = { "organizationalUnitName", { 0x55, 0x04, 0x0b }, 3, 64, false, false },
	[AT_TITLE]     = { "title",                  { 0x55, 0x04, 0x0c }, 3, 64, false, false },
	[AT_SERIAL]    = { "serialNumber",           { 0x55, 0x04, 0x05 }, 3, 64, true, false },
	[AT_CN]        = { "commonName",             { 0x55, 0x04, 0x03 }, 3, 64, false, false },
	[AT_EMAIL]     = { "emailAddress", { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 }, 9, 255, false, true },
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
static const char *const kind_words[KIND_COUNT] = { [KIND_NONE] = "", [KIND_P256] = "P-256", [KIND_P384] = "P-384",
	[KIND_RSA_2048] = "RSA-2048", [KIND_RSA_3072] = "RSA-3072", [KIND_RSA_4096] = "RSA-4096" };

/* AlgorithmIdentifiers, byte for byte (BR 7.1.3). */
static const uint8_t ecdsa_sha256[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
static const uint8_t ecdsa_sha384[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03 };
static const uint8_t rsa_sha256[]   = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00 };
static const uint8_t spki_p256[] = { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t spki_p384[] = { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
	0x00, 0x22 };
static const uint8_t spki_rsa[]  = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
/* clang-format on */

int attribute_find(struct span oid)
{
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		if (span_equal(oid, (struct span){ attribute_rules[i].oid, attribute_rules[i].oid_len }))
			return i;
	return -1;
}

struct span lint_signature_algorithm(enum key_kind kind)
{
	switch (kind) {
	case KIND_P256:
		return SPAN(ecdsa_sha256);
	case KIND_P384:
		return SPAN(ecdsa_sha384);
	case KIND_RSA_2048:
	case KIND_RSA_3072:
	case KIND_RSA_4096:
		return SPAN(rsa_sha256);
	case KIND_NONE:
	case KIND_COUNT:
		break;
	}
	return (struct span){ NULL, 0 };
}

static enum key_kind rsa_kind(struct span key)
{
	struct node sequence, modulus, exponent;
	if (!walk_take_tag(&key, 0x30, &sequence) || key.len != 0 ||
		!walk_take_tag(&sequence.content, 0x02, &modulus) ||
		!walk_take_tag(&sequence.content, 0x02, &exponent) || sequence.content.len != 0 ||
		!walk_is_positive(modulus.content) || !walk_is_positive(exponent.content))
		return KIND_NONE;
	/* The top bit of the modulus is set for a size of whole octets, so that a zero octet stands before it. */
	if (modulus.content.at[0] != 0)
		return KIND_NONE;
	switch (modulus.content.len - 1) {
	case 256:
		return KIND_RSA_2048;
	case 384:
		return KIND_RSA_3072;
	case 512:
		return KIND_RSA_4096;
	default:
		return KIND_NONE;
	}
}

enum key_kind lint_key_kind(struct span spki)
{
	struct node whole, algorithm, bits;
	if (!walk_take_tag(&spki, 0x30, &whole) || spki.len != 0 ||
		!walk_take_tag(&whole.content, 0x30, &algorithm) ||
		!walk_take_tag(&whole.content, 0x03, &bits) || whole.content.len != 0 ||
		bits.content.len < 2 || bits.content.at[0] != 0)
		return KIND_NONE;
	struct span key = { bits.content.at + 1, bits.content.len - 1 };
	if (span_equal(algorithm.whole, SPAN(spki_p256)))
		return key.len == 65 && key.at[0] == 4 ? KIND_P256 : KIND_NONE;
	if (span_equal(algorithm.whole, SPAN(spki_p384)))
		return key.len == 97 && key.at[0] == 4 ? KIND_P384 : KIND_NONE;
	return span_equal(algorithm.whole, SPAN(spki_rsa)) ? rsa_kind(key) : KIND_NONE;
}

/* ---- profile files */

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

static enum lint_presence presence_of(const struct conf_node *group, const char *key)
{
	const char *word = text_of(group, key);
	return strcmp(word, "required") == 0 ? LINT_MUST : strcmp(word, "optional") == 0 ? LINT_MAY : LINT_NEVER;
}

static uint8_t usage_of(const struct conf_node *group, const char *key, struct conf_faults *faults)
{
	const struct conf_node *list = group == NULL ? NULL : conf_get(group, key);
	uint8_t bits = 0;
	for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
		const char *word = conf_as_text(conf_at(list, i));
		size_t w = 0;
		while (w < COUNT(usage_words) && (word == NULL || strcmp(usage_words[w].name, word) != 0))
			w++;
		if (w < COUNT(usage_words))
			bits |= usage_words[w].bit;
		else
			conf_fault(faults, list, "keyUsage: not a word that the linter knows");
	}
	return bits;
}

static size_t oids_of(const struct conf_node *group, const char *key, uint8_t out[OIDS_MOST][32],
	size_t len[OIDS_MOST], struct conf_faults *faults)
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
			conf_fault(faults, list, "%s: not an OID that the linter knows", key);
	}
	if (count > OIDS_MOST)
		conf_fault(faults, list, "%s: more than %d", key, OIDS_MOST);
	return count < OIDS_MOST ? count : OIDS_MOST;
}

static void read_names(const struct conf_node *root, struct lint_profile *out)
{
	const struct conf_node *constraints = conf_get(root, "nameConstraints");
	const struct conf_node *dns = constraints == NULL ? NULL : conf_get(constraints, "permittedDNSName");
	for (int i = 0; i < ATTRIBUTE_COUNT; i++)
		out->subject[i] = presence_of(conf_get(root, "subject"), attribute_rules[i].name);
	out->names = presence_of(conf_get(root, "subject"), "namesOrPseudonym");
	for (int i = 0; i < SAN_COUNT; i++)
		out->san[i] = presence_of(conf_get(root, "subjectAltName"), san_words[i]);
	out->no_rfc822 = flag_of(constraints, "excludedRfc822Name");
	for (size_t i = 0; dns != NULL && i < conf_count(dns) && i < COUNT(out->dns); i++) {
		const char *text = conf_as_text(conf_at(dns, i));
		snprintf(out->dns[out->dns_count++], sizeof out->dns[0], "%s", text == NULL ? "" : text);
	}
}

static void read_keys(const struct conf_node *list, struct lint_profile *out)
{
	for (size_t i = 0; list != NULL && i < conf_count(list); i++)
		for (int kind = 1; kind < KIND_COUNT; kind++) {
			const char *word = conf_as_text(conf_at(list, i));
			if (word != NULL && strcmp(kind_words[kind], word) == 0)
				out->keys[kind] = true;
		}
}

static void read_profile(const struct conf_node *root, struct lint_profile *out, struct conf_faults *faults)
{
	const struct conf_node *basic = conf_get(root, "basicConstraints");
	const struct conf_node *version = conf_get(root, "version");
	const struct conf_node *path = basic == NULL ? NULL : conf_get(basic, "pathLenConstraint");
	const struct conf_node *access = conf_get(root, "authorityInfoAccess");
	*out = (struct lint_profile){ .path_length = -1 };
	snprintf(out->name, sizeof out->name, "%s", text_of(root, "profile"));
	snprintf(out->issuer, sizeof out->issuer, "%s", text_of(root, "issuer"));
	if (version == NULL || !conf_as_int(version, &out->version))
		conf_fault(faults, root, "version: is missing");
	out->is_ca = flag_of(basic, "cA");
	if (path != NULL && !conf_as_int(path, &out->path_length))
		conf_fault(faults, path, "pathLenConstraint: not a number");
	read_names(root, out);
	read_keys(conf_get(root, "subjectPublicKeyInfo"), out);
	out->max_s = seconds_of(conf_get(root, "validity"), "maximum");
	out->min_s = seconds_of(conf_get(root, "validity"), "minimum");
	if (out->max_s == 0)
		conf_fault(faults, root, "validity.maximum: is missing");
	out->usage_rsa = usage_of(conf_get(root, "keyUsage"), "rsa", faults);
	out->usage_ec = usage_of(conf_get(root, "keyUsage"), "ec", faults);
	out->eku_count = oids_of(conf_get(root, "extKeyUsage"), "purposes", out->eku, out->eku_len, faults);
	out->eku_critical = flag_of(conf_get(root, "extKeyUsage"), "critical");
	out->policy_count = oids_of(
		conf_get(root, "certificatePolicies"), "policies", out->policy, out->policy_len, faults);
	snprintf(out->cps_uri, sizeof out->cps_uri, "%s",
		text_of(conf_get(root, "certificatePolicies"), "cPSuri"));
	out->aki = flag_of(root, "authorityKeyIdentifier");
	out->ski = flag_of(root, "subjectKeyIdentifier");
	out->cdp = flag_of(root, "cRLDistributionPoints");
	out->nocheck = flag_of(root, "ocspNocheck");
	out->aia_ocsp = flag_of(access, "ocsp");
	out->aia_ca_issuers = flag_of(access, "caIssuers");
}

struct lint_policy {
	size_t profile_count, issuer_count;
	struct lint_profile profile[64];
	struct lint_issuer *issuer;
};

static int is_profile(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".cfg");
}

static RESULT load_profiles(struct lint_policy *policy, const char *folder, struct conf_faults *faults)
{
	struct dirent **files = NULL;
	struct err err = OK;
	int count = scandir(folder, &files, is_profile, alphasort);
	if (count < 0)
		return FAIL(E_NOT_FOUND, "%s: no such folder", folder);
	for (int i = 0; i < count; i++) {
		AUTO(conf_free) struct conf *conf = NULL;
		char path[4096];
		snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
		free(files[i]);
		if (!err_is(err) && policy->profile_count == COUNT(policy->profile))
			err = FAIL(E_INPUT, "%s: more than %zu profiles", folder, COUNT(policy->profile));
		if (!err_is(err))
			err = conf_load(path, LIMIT_PROFILE_FILE, &conf);
		if (!err_is(err))
			read_profile(conf_root(conf), &policy->profile[policy->profile_count++], faults);
	}
	free(files);
	return err;
}

/* ---- issuers.cfg */

/* The first certificate of a PEM file, in DER. */
static RESULT read_pem(const char *path, struct lint_issuer *out)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf lines = BUF(64 * KIB);
	AUTO(buf_clear) struct buf der = BUF(sizeof out->der);
	TRY(file_read(path, &file));
	const char *from = strstr(buf_text(&file), begin);
	const char *to = from == NULL ? NULL : strstr(from, end);
	if (to == NULL)
		return FAIL(E_INPUT, "%s: no certificate in PEM", path);
	for (from += sizeof begin - 1; from < to; from++)
		if (*from != '\n' && *from != '\r')
			TRY(buf_append(&lines, blob_make(from, 1)));
	TRY_IN(base64_decode(buf_view(&lines), &der), "%s", path);
	memcpy(out->der, der.data, der.len);
	out->der_len = der.len;
	return OK;
}

/* Value of a non-critical extension by its OID's last octet below 2.5.29. */
static bool find_identifier(struct span extensions, struct span *out)
{
	static const uint8_t ski[] = { 0x55, 0x1d, 0x0e };
	struct node row, oid, value, octets;
	while (walk_take_tag(&extensions, 0x30, &row)) {
		if (!walk_take_tag(&row.content, 0x06, &oid) || !span_equal(oid.content, SPAN(ski)))
			continue;
		if (!walk_take_tag(&row.content, 0x04, &value) || !walk_take_tag(&value.content, 0x04, &octets))
			return false;
		*out = octets.content;
		return true;
	}
	return false;
}

static RESULT read_ca(struct lint_issuer *out)
{
	struct span in = { out->der, out->der_len };
	struct node cert, tbs, node, validity, before, after, spki, wrapped, extensions;
	bool good = walk_take_tag(&in, 0x30, &cert) && walk_take_tag(&cert.content, 0x30, &tbs) &&
		    walk_take_tag(&tbs.content, 0xa0, &node) && walk_take_tag(&tbs.content, 0x02, &node) &&
		    walk_take_tag(&tbs.content, 0x30, &node) && walk_take_tag(&tbs.content, 0x30, &node) &&
		    walk_take_tag(&tbs.content, 0x30, &validity) && walk_take_tag(&tbs.content, 0x30, &node) &&
		    walk_take_tag(&tbs.content, 0x30, &spki) && walk_take(&validity.content, &before) &&
		    walk_take(&validity.content, &after) && walk_time(&before, &out->not_before) &&
		    walk_time(&after, &out->not_after) && walk_take_tag(&tbs.content, 0xa3, &wrapped) &&
		    walk_take_tag(&wrapped.content, 0x30, &extensions) &&
		    find_identifier(extensions.content, &out->key_identifier);
	if (!good)
		return FAIL(E_INPUT, "certificate: not readable");
	out->subject = node.whole;
	out->kind = lint_key_kind(spki.whole);
	return out->kind == KIND_NONE ? FAIL(E_INPUT, "certificate: a kind of key that signs nothing here") : OK;
}

static RESULT read_issuer(const struct conf_node *row, const char *folder, struct lint_issuer *out)
{
	char path[4096];
	const char *file = text_of(row, "certificate");
	snprintf(out->name, sizeof out->name, "%s", text_of(row, "name"));
	snprintf(out->profile, sizeof out->profile, "%s", text_of(row, "profile"));
	snprintf(out->crl_uri, sizeof out->crl_uri, "%s", text_of(row, "crl_uri"));
	snprintf(out->ocsp_uri, sizeof out->ocsp_uri, "%s", text_of(row, "ocsp_uri"));
	snprintf(out->ca_issuers_uri, sizeof out->ca_issuers_uri, "%s", text_of(row, "ca_issuers_uri"));
	snprintf(path, sizeof path, "%s%s", file[0] == '/' ? "" : folder, file);
	TRY(read_pem(path, out));
	return read_ca(out);
}

static RESULT load_issuers(struct lint_policy *policy, const char *path, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	char folder[3000] = "";
	const char *slash = strrchr(path, '/');
	if (slash != NULL && (size_t)(slash - path) + 2 < sizeof folder)
		memcpy(folder, path, (size_t)(slash - path) + 1);
	TRY(conf_load(path, 256 * KIB, &conf));
	const struct conf_node *list = conf_get(conf_root(conf), "issuers");
	if (list == NULL)
		return FAIL(E_INPUT, "%s: no issuers", path);
	policy->issuer = calloc(conf_count(list) + 1, sizeof *policy->issuer);
	if (policy->issuer == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < conf_count(list); i++) {
		struct err err = read_issuer(conf_at(list, i), folder, &policy->issuer[policy->issuer_count++]);
		if (err_is(err))
			conf_fault(faults, conf_at(list, i), "%s", err.text);
	}
	return OK;
}

RESULT lint_policy_load(const char *profiles_folder, const char *issuers_path, struct lint_policy **out,
	struct conf_faults *faults)
{
	AUTO(lint_policy_free) struct lint_policy *policy = calloc(1, sizeof *policy);
	if (policy == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(load_profiles(policy, profiles_folder, faults));
	if (issuers_path != NULL)
		TRY(load_issuers(policy, issuers_path, faults));
	TRY(conf_result(faults));
	*out = MOVE(policy);
	return OK;
}

void lint_policy_free(struct lint_policy *policy)
{
	if (policy == NULL)
		return;
	free(policy->issuer);
	free(policy);
}

const struct lint_profile *lint_policy_profile(const struct lint_policy *policy, const char *name, int64_t version)
{
	for (size_t i = 0; i < policy->profile_count; i++)
		if (strcmp(policy->profile[i].name, name) == 0 && policy->profile[i].version == version)
			return &policy->profile[i];
	return NULL;
}

const struct lint_issuer *lint_policy_issuer(const struct lint_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->issuer_count; i++)
		if (strcmp(policy->issuer[i].name, name) == 0)
			return &policy->issuer[i];
	return NULL;
}
