/* extensions: each in its place, with its criticality, and with exactly the value that profile, issuer and key ask for. */
#include <openssl/sha.h>
#include <string.h>

#include "ca/lint/rules.h"
#include "common/base/table.h"

/* ---- one function an extension: is this its right value */

static void check_aki(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node sequence, id;
	struct span want = s->issuer == NULL ? s->own_key_identifier : s->issuer->key_identifier;
	if (!walk_take_tag(&value, 0x30, &sequence) || value.len != 0 ||
		!walk_take_tag(&sequence.content, 0x80, &id) || sequence.content.len != 0 ||
		!span_equal(id.content, want))
		lint_add(findings, &lint_rule_authority_key, "keyIdentifier");
}

static void check_ski(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node octets;
	if (!walk_take_tag(&value, 0x04, &octets) || value.len != 0 ||
		!span_equal(octets.content, s->own_key_identifier))
		lint_add(findings, &lint_rule_key_identifier, "not of this key");
}

static void check_key_usage(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node bits;
	bool rsa = s->kind >= KIND_RSA_2048;
	uint8_t want = rsa ? s->profile->usage_rsa : s->profile->usage_ec;
	int unused = 0;
	while (unused < 8 && (want >> unused & 1) == 0)
		unused++;
	const uint8_t exact[] = { (uint8_t)unused, want };
	if (!walk_take_tag(&value, 0x03, &bits) || value.len != 0 || !span_equal(bits.content, SPAN(exact)))
		lint_add(findings, &lint_rule_key_usage, "for this kind of key");
}

static void check_policies(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	static const uint8_t cps[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01 };
	struct node list, row, oid, qualifiers, qualifier, id, uri;
	size_t i = 0;
	bool good = walk_take_tag(&value, 0x30, &list) && value.len == 0;
	for (; good && list.content.len > 0; i++) {
		bool last = i + 1 == s->profile->policy_count;
		good = i < s->profile->policy_count && walk_take_tag(&list.content, 0x30, &row) &&
		       walk_take_tag(&row.content, 0x06, &oid) &&
		       span_equal(oid.content,
			       (struct span){ s->profile->policy[i], s->profile->policy_len[i] });
		if (good && last && s->profile->cps_uri[0] != 0)
			good = walk_take_tag(&row.content, 0x30, &qualifiers) &&
			       walk_take_tag(&qualifiers.content, 0x30, &qualifier) &&
			       qualifiers.content.len == 0 && walk_take_tag(&qualifier.content, 0x06, &id) &&
			       span_equal(id.content, SPAN(cps)) &&
			       walk_take_tag(&qualifier.content, 0x16, &uri) && qualifier.content.len == 0 &&
			       span_is(uri.content, s->profile->cps_uri);
		good = good && row.content.len == 0;
	}
	if (!good || i != s->profile->policy_count)
		lint_add(findings, &lint_rule_policies, "policy %zu", i);
}

/* A mailbox in one of its two forms: ASCII local part or not, and a domain in lower-case A-labels. */
static bool mailbox_fits(struct span text, bool utf8)
{
	const uint8_t *at = text.len == 0 ? NULL : memrchr(text.at, '@', text.len);
	bool beyond_ascii = false;
	if (at == NULL || at == text.at || at + 1 == text.at + text.len)
		return false;
	for (const uint8_t *c = text.at; c < at; c++)
		beyond_ascii = beyond_ascii || *c >= 0x80;
	for (const uint8_t *c = at + 1; c < text.at + text.len; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-' || *c == '.'))
			return false;
	return beyond_ascii == utf8;
}

static int general_name_kind(struct span name, struct span *text)
{
	static const uint8_t smtp_utf8[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 };
	struct node node, oid, value, string;
	if (!walk_take(&name, &node))
		return -1;
	*text = node.content;
	switch (node.tag) {
	case 0x81:
		return SAN_RFC822;
	case 0x82:
		return SAN_DNS;
	case 0x86:
		return SAN_URI;
	case 0xa4:
		return SAN_DIRECTORY;
	case 0xa0:
		if (!walk_take_tag(&node.content, 0x06, &oid) || !span_equal(oid.content, SPAN(smtp_utf8)) ||
			!walk_take_tag(&node.content, 0xa0, &value) ||
			!walk_take_tag(&value.content, 0x0c, &string))
			return -1;
		*text = string.content;
		return SAN_SMTP_UTF8;
	default:
		return -1;
	}
}

static void check_general_name(struct lint_subject *s, int kind, struct span text, struct lint_findings *findings)
{
	bool present[ATTRIBUTE_COUNT] = { false };
	if (kind == SAN_DIRECTORY)
		lint_name(text, present, NULL, findings);
	if ((kind == SAN_RFC822 || kind == SAN_SMTP_UTF8) && !mailbox_fits(text, kind == SAN_SMTP_UTF8))
		lint_add(findings, &lint_rule_mailbox, "%.*s", (int)(text.len < 60 ? text.len : 60),
			(const char *)text.at);
	if (kind == SAN_RFC822 && s->email.len > 0 && span_equal(text, s->email))
		s->email_in_san = true;
}

static void check_san(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node list, item;
	bool found[SAN_COUNT] = { false };
	if (!walk_take_tag(&value, 0x30, &list) || value.len != 0 || list.content.len == 0) {
		lint_add(findings, &lint_rule_san, "no list of names");
		return;
	}
	while (list.content.len > 0) {
		struct span text;
		int kind = -1;
		if (walk_take(&list.content, &item))
			kind = general_name_kind(item.whole, &text);
		if (kind < 0 || s->profile->san[kind] == LINT_NEVER) {
			lint_add(findings, &lint_rule_san, "a kind that is not allowed");
			return;
		}
		found[kind] = true;
		check_general_name(s, kind, text, findings);
	}
	bool mailbox = found[SAN_RFC822] || found[SAN_SMTP_UTF8];
	for (int kind = 0; kind < SAN_COUNT; kind++)
		if (s->profile->san[kind] == LINT_MUST && !found[kind] && !(kind == SAN_RFC822 && mailbox))
			lint_add(findings, &lint_rule_san, "a kind is missing");
}

static void check_basic(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	uint8_t exact[8] = { 0x30, 0x03, 0x01, 0x01, 0xff };
	size_t len = 5;
	if (s->profile->path_length >= 0) {
		exact[1] = 0x06;
		exact[5] = 0x02;
		exact[6] = 0x01;
		exact[7] = (uint8_t)s->profile->path_length;
		len = 8;
	}
	if (!span_equal(value, (struct span){ exact, len }))
		lint_add(findings, &lint_rule_basic, "value");
}

static void check_purposes(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node list, oid;
	size_t i = 0;
	bool good = walk_take_tag(&value, 0x30, &list) && value.len == 0;
	for (; good && list.content.len > 0; i++)
		good = i < s->profile->eku_count && walk_take_tag(&list.content, 0x06, &oid) &&
		       span_equal(oid.content, (struct span){ s->profile->eku[i], s->profile->eku_len[i] });
	if (!good || i != s->profile->eku_count)
		lint_add(findings, &lint_rule_purpose, "purpose %zu", i);
}

static void check_distribution(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node list, point, name, full, uri;
	if (!walk_take_tag(&value, 0x30, &list) || value.len != 0 ||
		!walk_take_tag(&list.content, 0x30, &point) || list.content.len != 0 ||
		!walk_take_tag(&point.content, 0xa0, &name) || point.content.len != 0 ||
		!walk_take_tag(&name.content, 0xa0, &full) || name.content.len != 0 ||
		!walk_take_tag(&full.content, 0x86, &uri) || full.content.len != 0 || s->issuer == NULL ||
		!span_is(uri.content, s->issuer->crl_uri) || strncmp(s->issuer->crl_uri, "http://", 7) != 0)
		lint_add(findings, &lint_rule_distribution, "not the CA's");
}

static bool take_access(struct span *list, uint8_t method, const char *uri)
{
	const uint8_t oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, method };
	struct node row, id, location;
	return walk_take_tag(list, 0x30, &row) && walk_take_tag(&row.content, 0x06, &id) &&
	       span_equal(id.content, SPAN(oid)) && walk_take_tag(&row.content, 0x86, &location) &&
	       row.content.len == 0 && span_is(location.content, uri) && strncmp(uri, "http://", 7) == 0;
}

static void check_access(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node list;
	bool good = s->issuer != NULL && walk_take_tag(&value, 0x30, &list) && value.len == 0;
	if (good && s->profile->aia_ocsp)
		good = take_access(&list.content, 1, s->issuer->ocsp_uri);
	if (good && s->profile->aia_ca_issuers)
		good = take_access(&list.content, 2, s->issuer->ca_issuers_uri);
	if (!good || list.content.len != 0)
		lint_add(findings, &lint_rule_access, "not the CA's");
}

static void check_nocheck(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	static const uint8_t null[] = { 0x05, 0x00 };
	(void)s;
	if (!span_equal(value, SPAN(null)))
		lint_add(findings, &lint_rule_nocheck, "value");
}

static void check_constraints(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node whole, permitted, excluded, tree, name;
	bool good = walk_take_tag(&value, 0x30, &whole) && value.len == 0;
	if (good && s->profile->dns_count > 0) {
		good = walk_take_tag(&whole.content, 0xa0, &permitted);
		for (size_t i = 0; good && i < s->profile->dns_count; i++)
			good = walk_take_tag(&permitted.content, 0x30, &tree) &&
			       walk_take_tag(&tree.content, 0x82, &name) && tree.content.len == 0 &&
			       span_is(name.content, s->profile->dns[i]);
		good = good && permitted.content.len == 0;
	}
	if (good && s->profile->no_rfc822)
		good = walk_take_tag(&whole.content, 0xa1, &excluded) &&
		       walk_take_tag(&excluded.content, 0x30, &tree) && excluded.content.len == 0 &&
		       walk_take_tag(&tree.content, 0x81, &name) && tree.content.len == 0 && name.content.len == 0;
	if (!good || whole.content.len != 0)
		lint_add(findings, &lint_rule_constraints, "value");
}

/* ---- the table: in the one order in which they may stand (G18) */

enum expected { EXPECT_NOT, EXPECT_MAY, EXPECT_MUST };

static enum expected expect_aki(const struct lint_profile *p) { return p->aki ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_ski(const struct lint_profile *p) { return p->ski ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_always(const struct lint_profile *p) { (void)p; return EXPECT_MUST; }
static enum expected expect_policies(const struct lint_profile *p) { return p->policy_count > 0 ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_basic(const struct lint_profile *p) { return p->is_ca ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_purposes(const struct lint_profile *p) { return p->eku_count > 0 ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_cdp(const struct lint_profile *p) { return p->cdp ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_access(const struct lint_profile *p) { return p->aia_ocsp || p->aia_ca_issuers ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_nocheck(const struct lint_profile *p) { return p->nocheck ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_constraints(const struct lint_profile *p) { return p->dns_count > 0 || p->no_rfc822 ? EXPECT_MUST : EXPECT_NOT; }
static enum expected expect_san(const struct lint_profile *p)
{
	enum expected expected = EXPECT_NOT;
	for (int i = 0; i < SAN_COUNT; i++) {
		if (p->san[i] == LINT_MUST)
			return EXPECT_MUST;
		if (p->san[i] == LINT_MAY)
			expected = EXPECT_MAY;
	}
	return expected;
}

/* clang-format off */
static const struct {
	const char *name;
	uint8_t oid[10];
	size_t oid_len;
	bool critical; /* extKeyUsage: as the profile says */
	enum expected (*expected)(const struct lint_profile *profile);
	void (*check)(struct lint_subject *s, struct span value, struct lint_findings *findings);
} rows[] = {
	{ "authorityKeyIdentifier", { 0x55, 0x1d, 0x23 }, 3, false, expect_aki,         check_aki },
	{ "subjectKeyIdentifier",   { 0x55, 0x1d, 0x0e }, 3, false, expect_ski,         check_ski },
	{ "keyUsage",               { 0x55, 0x1d, 0x0f }, 3, true,  expect_always,      check_key_usage },
	{ "certificatePolicies",    { 0x55, 0x1d, 0x20 }, 3, false, expect_policies,    check_policies },
	{ "subjectAltName",         { 0x55, 0x1d, 0x11 }, 3, false, expect_san,         check_san },
	{ "basicConstraints",       { 0x55, 0x1d, 0x13 }, 3, true,  expect_basic,       check_basic },
	{ "extKeyUsage",            { 0x55, 0x1d, 0x25 }, 3, false, expect_purposes,    check_purposes },
	{ "cRLDistributionPoints",  { 0x55, 0x1d, 0x1f }, 3, false, expect_cdp,         check_distribution },
	{ "authorityInfoAccess", { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 }, 8, false, expect_access, check_access },
	{ "nameConstraints",        { 0x55, 0x1d, 0x1e }, 3, true,  expect_constraints, check_constraints },
	{ "ocspNocheck", { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05 }, 9, false, expect_nocheck, check_nocheck },
};
/* clang-format on */

enum { EKU_ROW = 6 };

static int find_row(struct span oid)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (span_equal(oid, (struct span){ rows[i].oid, rows[i].oid_len }))
			return (int)i;
	return -1;
}

static bool check_one(struct lint_subject *s, struct span extension, int *last, bool *seen,
	struct lint_findings *findings)
{
	struct node oid, critical, value;
	bool is_critical = false;
	if (!walk_take_tag(&extension, 0x06, &oid)) {
		lint_add(findings, &lint_rule_structure, "an extension without type");
		return false;
	}
	is_critical = walk_take_tag(&extension, 0x01, &critical);
	if (!walk_take_tag(&extension, 0x04, &value) || extension.len != 0) {
		lint_add(findings, &lint_rule_structure, "an extension without value");
		return false;
	}
	int row = find_row(oid.content);
	if (row < 0 || seen[row] || rows[row].expected(s->profile) == EXPECT_NOT) {
		lint_add(findings, &lint_rule_extension, "%s", row < 0 ? "unknown" : rows[row].name);
		return row >= 0;
	}
	seen[row] = true;
	if (row < *last)
		lint_add(findings, &lint_rule_extension_order, "%s comes late", rows[row].name);
	*last = row;
	if (is_critical != (row == EKU_ROW ? s->profile->eku_critical : rows[row].critical))
		lint_add(findings, &lint_rule_critical, "%s", rows[row].name);
	if (!walk_is_der(value.content, 12))
		lint_add(findings, &lint_rule_der, "%s", rows[row].name);
	else
		rows[row].check(s, value.content, findings);
	return true;
}

void lint_extensions(struct lint_subject *s, struct lint_findings *findings)
{
	bool seen[COUNT(rows)] = { false };
	struct node bits, extension, spki;
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct span key = s->spki, list = s->extensions;
	int last = -1;
	/* First 160 bits of SHA-256 over the key's bits (RFC 7093 section 2, method 1). */
	if (walk_take_tag(&key, 0x30, &spki) && walk_take(&spki.content, &bits) &&
		walk_take_tag(&spki.content, 0x03, &bits) && bits.content.len > 1)
		SHA256(bits.content.at + 1, bits.content.len - 1, digest);
	else
		memset(digest, 0, sizeof digest);
	s->own_key_identifier = (struct span){ digest, 20 };
	while (list.len > 0) {
		if (!walk_take_tag(&list, 0x30, &extension)) {
			lint_add(findings, &lint_rule_structure, "extensions");
			return;
		}
		if (!check_one(s, extension.content, &last, seen, findings))
			return;
	}
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!seen[i] && rows[i].expected(s->profile) == EXPECT_MUST)
			lint_add(findings, &lint_rule_missing, "%s", rows[i].name);
	if (s->email.len > 0 && !s->email_in_san)
		lint_add(findings, &lint_rule_mailbox, "emailAddress is not in subjectAltName");
	s->own_key_identifier = (struct span){ NULL, 0 };
}
