/* purposes: keyUsage, extKeyUsage and certificatePolicies: what the key may be used for, and under which promise. */
#include <string.h>

#include "ca/lint/lint_inner.h"
#include "common/base/table.h"

/* Bits of lint_subject.purposes. */
enum {
	FOR_SERVER = 1 << 0,
	FOR_CLIENT = 1 << 1,
	FOR_CODE = 1 << 2,
	FOR_MAIL = 1 << 3,
	FOR_STAMP = 1 << 4,
	FOR_OCSP = 1 << 5,
	FOR_DOCUMENT = 1 << 6,
	FOR_ANY = 1 << 7,
	FOR_OTHER = 1 << 8,
};
/* clang-format off */
static const struct { uint8_t last; unsigned bit; } purposes[] = { /* below id-kp, 1.3.6.1.5.5.7.3 */
	{ 1, FOR_SERVER }, { 2, FOR_CLIENT }, { 3, FOR_CODE }, { 4, FOR_MAIL },
	{ 8, FOR_STAMP },  { 9, FOR_OCSP },   { 36, FOR_DOCUMENT },
};
static const uint8_t id_kp[]      = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03 };
static const uint8_t any_eku[]    = { 0x55, 0x1d, 0x25, 0x00 };
static const uint8_t cab_forum[]  = { 0x67, 0x81, 0x0c, 0x01 };       /* 2.23.140.1 */
static const uint8_t cab_smime[]  = { 0x67, 0x81, 0x0c, 0x01, 0x05 };
static const uint8_t id_qt_cps[]  = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01 };
/* clang-format on */

enum { NON_REPUDIATION = 0x40 };

static unsigned purpose_bit(struct span oid)
{
	if (span_equal(oid, SPAN(any_eku)))
		return FOR_ANY;
	if (oid.len != sizeof id_kp + 1 || memcmp(oid.at, id_kp, sizeof id_kp) != 0)
		return FOR_OTHER;
	for (size_t i = 0; i < COUNT(purposes); i++)
		if (purposes[i].last == oid.at[sizeof id_kp])
			return purposes[i].bit;
	return FOR_OTHER;
}

void check_key_usage(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	struct node bits;
	uint8_t want =
		lint_key_is_rsa(s->kind) ? s->profile->usage_rsa : s->profile->usage_ec;
	int unused = 0;
	while (unused < 7 && (want >> unused & 1) == 0)
		unused++;
	const uint8_t exact[] = { (uint8_t)unused, want };
	bool good = walk_take_tag(&value, 0x03, &bits) && value.len == 0;
	if (good && bits.content.len > 1)
		s->usage = bits.content.at[1];
	if (!good || !span_equal(bits.content, SPAN(exact)))
		lint_add(findings, &lint_rule_key_usage, "%02x, not %02x", s->usage,
			want);
}

void check_purposes(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	const struct lint_profile *p = s->profile;
	struct node list, oid;
	size_t i = 0;
	bool good = walk_take_tag(&value, 0x30, &list) && value.len == 0, same = good;
	for (; good && list.content.len > 0; i++) {
		good = walk_take_tag(&list.content, 0x06, &oid);
		if (!good)
			break;
		s->purposes |= purpose_bit(oid.content);
		same = same && i < p->eku_count &&
		       span_equal(oid.content, (struct span){ p->eku[i], p->eku_len[i] });
	}
	if (!good || !same || i != p->eku_count)
		lint_add(findings, &lint_rule_purpose, "%zu of %zu", i, p->eku_count);
}

/* R-ISS-14, whatever the profile says: one that was made wrong does not pass here either. */
void check_mixture(const struct lint_subject *s, struct lint_findings *findings)
{
	static const unsigned never[][2] = {
		{ FOR_ANY, FOR_ANY },
		{ FOR_SERVER, FOR_MAIL | FOR_CODE | FOR_STAMP | FOR_DOCUMENT },
		{ FOR_STAMP, ~(unsigned)FOR_STAMP },
		{ FOR_OCSP, ~(unsigned)FOR_OCSP },
		{ FOR_DOCUMENT, FOR_CLIENT },
	};
	for (size_t i = 0; i < COUNT(never); i++)
		if ((s->purposes & never[i][0]) != 0 && (s->purposes & never[i][1]) != 0)
			lint_add(findings, &lint_rule_purpose_mix, "purposes %03x",
				s->purposes);
	/* Who logs in or sends mail must not commit himself by it. */
	if ((s->usage & NON_REPUDIATION) != 0 &&
		(s->purposes & (FOR_CLIENT | FOR_MAIL | FOR_SERVER)) != 0)
		lint_add(findings, &lint_rule_purpose_mix,
			"nonRepudiation, purposes %03x", s->purposes);
	if (s->profile->is_ca && (s->purposes & FOR_OCSP) != 0)
		lint_add(findings, &lint_rule_purpose_mix, "OCSPSigning in a CA");
}

/* ---- certificatePolicies */

static bool below(struct span oid, struct span arc)
{
	return oid.len > arc.len && memcmp(oid.at, arc.at, arc.len) == 0;
}

static bool is_legacy(struct span oid)
{
	return below(oid, SPAN(cab_smime)) && oid.at[oid.len - 1] == 1;
}

/* R-ISS-15: at most one reserved policy, in the first place, never of the legacy generation. A CA names all it issues. */
static void check_reserved(const struct lint_subject *s, struct span policy, size_t place,
	struct lint_findings *findings)
{
	if (!below(policy, SPAN(cab_forum)))
		return;
	if (is_legacy(policy))
		lint_add(findings, &lint_rule_reserved_policy,
			"policy %zu is a legacy one", place);
	if (place > 0 && !s->profile->is_ca)
		lint_add(findings, &lint_rule_reserved_policy, "policy %zu", place);
}

static bool take_cps(struct span *row, const char *uri)
{
	struct node qualifiers, qualifier, id, text;
	return walk_take_tag(row, 0x30, &qualifiers) &&
	       walk_take_tag(&qualifiers.content, 0x30, &qualifier) &&
	       qualifiers.content.len == 0 &&
	       walk_take_tag(&qualifier.content, 0x06, &id) &&
	       span_equal(id.content, SPAN(id_qt_cps)) &&
	       walk_take_tag(&qualifier.content, 0x16, &text) &&
	       qualifier.content.len == 0 && span_is(text.content, uri);
}

void check_policies(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	const struct lint_profile *p = s->profile;
	struct node list, row, oid;
	size_t i = 0;
	bool good = walk_take_tag(&value, 0x30, &list) && value.len == 0, same = good;
	for (; good && list.content.len > 0; i++) {
		bool last = i + 1 == p->policy_count;
		good = walk_take_tag(&list.content, 0x30, &row) &&
		       walk_take_tag(&row.content, 0x06, &oid);
		if (!good)
			break;
		check_reserved(s, oid.content, i, findings);
		same = same && i < p->policy_count &&
		       span_equal(oid.content,
			       (struct span){ p->policy[i], p->policy_len[i] });
		/* G15: the CPS's address behind the last one, which is our own; never a userNotice. */
		if (same && last && p->cps_uri[0] != 0)
			same = take_cps(&row.content, p->cps_uri);
		same = same && row.content.len == 0;
	}
	if (!good || !same || i != p->policy_count)
		lint_add(findings, &lint_rule_policies, "policy %zu", i);
}
