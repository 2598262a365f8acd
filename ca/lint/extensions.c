/* extensions: each in its place, with its criticality, and with exactly the value that profile, issuer and key ask for. */
#include <string.h>

#include "ca/lint/lint_inner.h"
#include "common/base/table.h"

/* ---- the values that need few words; the others stand in purposes.c, san.c and addresses.c */

/* G7: keyIdentifier alone. */
static void check_aki(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	struct node sequence, id;
	struct span want =
		s->issuer == NULL ? SPAN(s->own_identifier) : s->issuer->key_identifier;
	if (!walk_take_tag(&value, 0x30, &sequence) || value.len != 0 ||
		!walk_take_tag(&sequence.content, 0x80, &id) ||
		sequence.content.len != 0 || !span_equal(id.content, want))
		lint_add(findings, &lint_rule_authority_key, "keyIdentifier");
}

/* G8 */
static void check_ski(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	struct node octets;
	if (!walk_take_tag(&value, 0x04, &octets) || value.len != 0 ||
		!span_equal(octets.content, SPAN(s->own_identifier)))
		lint_add(findings, &lint_rule_key_identifier, "not of this key");
}

/* RFC 5280 section 4.2.1.9: cA TRUE, and pathLenConstraint where the profile has one. */
static void check_basic(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
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

/* BR 7.1.2.8.6 */
static void check_nocheck(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	static const uint8_t null[] = { 0x05, 0x00 };
	if (!span_equal(value, SPAN(null)))
		lint_add(findings, &lint_rule_nocheck, "%s", s->profile->name);
}

static bool take_subtree(struct span *list, uint8_t tag, struct span want)
{
	struct node tree, name;
	return walk_take_tag(list, 0x30, &tree) &&
	       walk_take_tag(&tree.content, tag, &name) && tree.content.len == 0 &&
	       span_equal(name.content, want);
}

static void check_constraints(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	const struct lint_profile *p = s->profile;
	struct node whole, permitted, excluded;
	bool good = walk_take_tag(&value, 0x30, &whole) && value.len == 0;
	if (good && p->dns_count > 0) {
		good = walk_take_tag(&whole.content, 0xa0, &permitted);
		for (size_t i = 0; good && i < p->dns_count; i++)
			good = take_subtree(&permitted.content, 0x82,
				(struct span){ (const uint8_t *)p->dns[i],
					strlen(p->dns[i]) });
		good = good && permitted.content.len == 0;
	}
	if (good && p->no_rfc822)
		good = walk_take_tag(&whole.content, 0xa1, &excluded) &&
		       take_subtree(&excluded.content, 0x81, (struct span){ NULL, 0 }) &&
		       excluded.content.len == 0;
	if (!good || whole.content.len != 0)
		lint_add(findings, &lint_rule_constraints, "value");
}

/* G17, R-ISS-16: QcCompliance and QcSSCD, 0.4.0.1862.1.1 and .4, wherever they stand in qcStatements. */
static void check_qualified(struct span value, struct lint_findings *findings)
{
	static const uint8_t claims[][6] = { { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x01 },
		{ 0x04, 0x00, 0x8e, 0x46, 0x01, 0x04 } };
	struct node list, statement, oid;
	if (!walk_take_tag(&value, 0x30, &list))
		return;
	while (walk_take_tag(&list.content, 0x30, &statement))
		for (size_t i = 0; i < COUNT(claims); i++) {
			struct span in = statement.content;
			if (walk_take_tag(&in, 0x06, &oid) &&
				span_equal(oid.content, SPAN(claims[i])))
				lint_add(findings, &lint_rule_qualified,
					"statement .1.%d", claims[i][5]);
		}
}

/* ---- the table: in the one order in which they may stand (G18) */

enum expected { EXPECT_NOT, EXPECT_MAY, EXPECT_MUST };

static enum expected expect_aki(const struct lint_profile *p)
{
	return p->aki ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_ski(const struct lint_profile *p)
{
	return p->ski ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_usage(const struct lint_profile *p)
{
	return p != NULL ? EXPECT_MUST : EXPECT_NOT; /* G12: always */
}

static enum expected expect_policies(const struct lint_profile *p)
{
	return p->policy_count > 0 ? EXPECT_MUST : EXPECT_NOT;
}

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

static enum expected expect_basic(const struct lint_profile *p)
{
	return p->is_ca ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_purposes(const struct lint_profile *p)
{
	return p->eku_count > 0 ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_distribution(const struct lint_profile *p)
{
	return p->cdp ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_access(const struct lint_profile *p)
{
	return p->aia_ocsp || p->aia_ca_issuers ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_constraints(const struct lint_profile *p)
{
	return p->dns_count > 0 || p->no_rfc822 ? EXPECT_MUST : EXPECT_NOT;
}

static enum expected expect_nocheck(const struct lint_profile *p)
{
	return p->nocheck ? EXPECT_MUST : EXPECT_NOT;
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
	{ "authorityKeyIdentifier", { 0x55, 0x1d, 0x23 }, 3, false, expect_aki,          check_aki },
	{ "subjectKeyIdentifier",   { 0x55, 0x1d, 0x0e }, 3, false, expect_ski,          check_ski },
	{ "keyUsage",               { 0x55, 0x1d, 0x0f }, 3, true,  expect_usage,        check_key_usage },
	{ "certificatePolicies",    { 0x55, 0x1d, 0x20 }, 3, false, expect_policies,     check_policies },
	{ "subjectAltName",         { 0x55, 0x1d, 0x11 }, 3, false, expect_san,          check_san },
	{ "basicConstraints",       { 0x55, 0x1d, 0x13 }, 3, true,  expect_basic,        check_basic },
	{ "extKeyUsage",            { 0x55, 0x1d, 0x25 }, 3, false, expect_purposes,     check_purposes },
	{ "cRLDistributionPoints",  { 0x55, 0x1d, 0x1f }, 3, false, expect_distribution, check_distribution },
	{ "authorityInfoAccess", { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 }, 8, false, expect_access, check_access },
	{ "nameConstraints",        { 0x55, 0x1d, 0x1e }, 3, true,  expect_constraints,  check_constraints },
	{ "ocspNocheck", { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05 }, 9, false, expect_nocheck, check_nocheck },
};
/* clang-format on */

static const uint8_t id_qc_statements[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01,
	0x03 };

enum { EKU_ROW = 6 };

static int find_row(struct span oid)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (span_equal(oid, (struct span){ rows[i].oid, rows[i].oid_len }))
			return (int)i;
	return -1;
}

struct extension {
	struct span oid, value;
	bool critical;
};

static bool take_extension(struct span *list, struct extension *out)
{
	struct node whole, oid, critical, value;
	if (!walk_take_tag(list, 0x30, &whole) ||
		!walk_take_tag(&whole.content, 0x06, &oid))
		return false;
	/* An explicit FALSE was refused as no DER before. */
	out->critical = walk_take_tag(&whole.content, 0x01, &critical);
	if (!walk_take_tag(&whole.content, 0x04, &value) || whole.content.len != 0)
		return false;
	out->oid = oid.content;
	out->value = value.content;
	return true;
}

static void check_known(struct lint_subject *s, int row,
	const struct extension *extension, struct lint_findings *findings)
{
	bool critical = row == EKU_ROW ? s->profile->eku_critical : rows[row].critical;
	if (extension->critical != critical)
		lint_add(findings, &lint_rule_critical, "%s", rows[row].name);
	if (rows[row].expected(s->profile) == EXPECT_NOT)
		lint_add(findings, &lint_rule_extension, "%s", rows[row].name);
	else
		rows[row].check(s, extension->value, findings);
}

static void check_one(struct lint_subject *s, const struct extension *extension,
	int *last, bool *seen, struct lint_findings *findings)
{
	int row = find_row(extension->oid);
	if (!walk_is_der(extension->value, 12)) {
		lint_add(findings, &lint_rule_der, "%s",
			row < 0 ? "an extension" : rows[row].name);
		if (row >= 0)
			seen[row] = true;
		return;
	}
	if (row < 0) {
		lint_add(findings, &lint_rule_extension, "unknown");
		if (span_equal(extension->oid, SPAN(id_qc_statements)))
			check_qualified(extension->value, findings);
		return;
	}
	if (seen[row])
		lint_add(findings, &lint_rule_extension, "%s stands twice",
			rows[row].name);
	else if (row < *last)
		lint_add(findings, &lint_rule_extension_order, "%s comes late",
			rows[row].name);
	seen[row] = true;
	*last = row;
	check_known(s, row, extension, findings);
}

void lint_extensions(struct lint_subject *s, struct lint_findings *findings)
{
	bool seen[COUNT(rows)] = { false };
	struct span list = s->extensions;
	struct extension extension;
	int last = -1;
	while (list.len > 0) {
		if (!take_extension(&list, &extension)) {
			lint_add(findings, &lint_rule_structure, "an extension");
			return;
		}
		check_one(s, &extension, &last, seen, findings);
	}
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!seen[i] && rows[i].expected(s->profile) == EXPECT_MUST)
			lint_add(findings, &lint_rule_missing, "%s", rows[i].name);
	/* check_san() takes those away that it found; without a subjectAltName they are all left. */
	if (s->mailbox_count > 0)
		lint_add(findings, &lint_rule_mailbox,
			"one of a name, and no subjectAltName");
	check_mixture(s, findings);
}
