#include "ca/lint/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ca/lint/rules.h"
#include "common/base/table.h"

#define X(name, where, what) const struct lint_rule lint_rule_##name = { #name, where, what };
LINT_RULES(X)
#undef X

void lint_add(struct lint_findings *findings, const struct lint_rule *rule, const char *format, ...)
{
	if (findings->count == FINDINGS_MOST)
		return;
	va_list args;
	va_start(args, format);
	findings->row[findings->count].rule = rule;
	vsnprintf(findings->row[findings->count].detail, sizeof findings->row[0].detail, format, args);
	findings->count++;
	va_end(args);
}

bool lint_found(const struct lint_findings *findings, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (strcmp(findings->row[i].rule->id, id) == 0)
			return true;
	return false;
}

/* ---- the parts, in order */

static bool take_validity(struct span *in, struct lint_subject *s, struct lint_findings *findings)
{
	struct node validity, before, after;
	if (!walk_take_tag(in, 0x30, &validity) || !walk_take(&validity.content, &before) ||
		!walk_take(&validity.content, &after) || validity.content.len != 0) {
		lint_add(findings, &lint_rule_structure, "validity");
		return false;
	}
	if (!walk_time(&before, &s->not_before) || !walk_time(&after, &s->not_after)) {
		lint_add(findings, &lint_rule_time, "notBefore or notAfter");
		return false;
	}
	return true;
}

static bool take_parts(struct span tbs, struct lint_subject *s, struct lint_findings *findings)
{
	static const uint8_t v3[] = { 0x02, 0x01, 0x02 };
	struct node whole, version, node, list;
	if (!walk_take_tag(&tbs, 0x30, &whole) || tbs.len != 0) {
		lint_add(findings, &lint_rule_structure, "not one SEQUENCE");
		return false;
	}
	struct span in = whole.content;
	if (!walk_take_tag(&in, 0xa0, &version) || !span_equal(version.content, SPAN(v3))) {
		lint_add(findings, &lint_rule_version, "not 3");
		return false;
	}
	if (!walk_take_tag(&in, 0x02, &node)) {
		lint_add(findings, &lint_rule_structure, "serialNumber");
		return false;
	}
	s->serial = node.content;
	if (!walk_take_tag(&in, 0x30, &node)) {
		lint_add(findings, &lint_rule_structure, "signature");
		return false;
	}
	s->algorithm = node.whole;
	if (!walk_take_tag(&in, 0x30, &node)) {
		lint_add(findings, &lint_rule_structure, "issuer");
		return false;
	}
	s->issuer_name = node.whole;
	if (!take_validity(&in, s, findings))
		return false;
	if (!walk_take_tag(&in, 0x30, &node)) {
		lint_add(findings, &lint_rule_structure, "subject");
		return false;
	}
	s->subject = node.whole;
	if (!walk_take_tag(&in, 0x30, &node)) {
		lint_add(findings, &lint_rule_structure, "subjectPublicKeyInfo");
		return false;
	}
	s->spki = node.whole;
	if (in.len > 0 && in.at[0] != 0xa3) {
		lint_add(findings, &lint_rule_version, "unique identifiers");
		return false;
	}
	if (!walk_take_tag(&in, 0xa3, &node) || in.len != 0 || !walk_take_tag(&node.content, 0x30, &list) ||
		node.content.len != 0) {
		lint_add(findings, &lint_rule_structure, "extensions");
		return false;
	}
	s->extensions = list.content;
	return true;
}

/* ---- rules over the parts */

/* G2: positive, below 2^159, at least 64 bits of it random: seven octets or less cannot hold them. */
static void check_serial(const struct lint_subject *s, struct lint_findings *findings)
{
	bool zero = s->serial.len == 1 && s->serial.at[0] == 0;
	if (!walk_is_positive(s->serial) || zero || s->serial.len < 8 || s->serial.len > 20)
		lint_add(findings, &lint_rule_serial, "%zu octets", s->serial.len);
}

static void check_issuer(const struct lint_subject *s, struct lint_findings *findings)
{
	struct span name = s->issuer == NULL ? s->subject : s->issuer->subject;
	enum key_kind kind = s->issuer == NULL ? s->kind : s->issuer->kind;
	if (!span_equal(s->issuer_name, name))
		lint_add(findings, &lint_rule_issuer, "%zu bytes", s->issuer_name.len);
	if (!span_equal(s->algorithm, lint_signature_algorithm(kind)))
		lint_add(findings, &lint_rule_algorithm, "%zu bytes", s->algorithm.len);
}

/* Both ends count: a certificate lives notAfter - notBefore + 1 seconds (BR 6.3.2). */
static void check_validity(const struct lint_subject *s, struct lint_findings *findings)
{
	int64_t life = s->not_after - s->not_before + 1;
	if (life < 1 || life > s->profile->max_s || life < s->profile->min_s)
		lint_add(findings, &lint_rule_validity, "%lld seconds", (long long)life);
	if (s->issuer != NULL && (s->not_after > s->issuer->not_after || s->not_before < s->issuer->not_before))
		lint_add(findings, &lint_rule_beyond_issuer, "%s", s->issuer->name);
}

static void check_key(const struct lint_subject *s, struct lint_findings *findings)
{
	if (s->kind == KIND_NONE || !s->profile->keys[s->kind])
		lint_add(findings, &lint_rule_key, "kind %d", (int)s->kind);
}

/* R-ISS-14, whatever the profile says: a profile that was made wrong must not pass here too. */
static void check_mixture(const struct lint_subject *s, struct lint_findings *findings)
{
	static const struct { const char *a, *b; } never[] = {
		{ "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4" }, { "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3" },
		{ "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8" }, { "2.5.29.37.0", "2.5.29.37.0" },
		{ "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.36" },
	};
	for (size_t i = 0; i < COUNT(never); i++) {
		uint8_t a[32], b[32];
		size_t a_len = walk_oid(never[i].a, a), b_len = walk_oid(never[i].b, b);
		bool has_a = false, has_b = false;
		for (size_t j = 0; j < s->profile->eku_count; j++) {
			struct span oid = { s->profile->eku[j], s->profile->eku_len[j] };
			has_a = has_a || span_equal(oid, (struct span){ a, a_len });
			has_b = has_b || span_equal(oid, (struct span){ b, b_len });
		}
		if (has_a && has_b)
			lint_add(findings, &lint_rule_purpose_mix, "%s", never[i].a);
	}
}

void lint_certificate(const struct lint_policy *policy, const char *profile, int64_t version, const char *issuer,
	struct span tbs, struct lint_findings *findings)
{
	struct lint_subject s = { .profile = lint_policy_profile(policy, profile, version) };
	if (s.profile == NULL) {
		lint_add(findings, &lint_rule_profile, "%.40s version %lld", profile, (long long)version);
		return;
	}
	bool root = s.profile->issuer[0] == 0;
	s.issuer = root ? NULL : lint_policy_issuer(policy, issuer);
	/* "*": any CA that is not a root, as for its own responder. */
	if (!root && (s.issuer == NULL || (strcmp(s.profile->issuer, "*") != 0 &&
						  strcmp(s.profile->issuer, s.issuer->profile) != 0))) {
		lint_add(findings, &lint_rule_profile, "issuer %.40s", issuer);
		return;
	}
	if (!walk_is_der(tbs, 16)) {
		lint_add(findings, &lint_rule_der, "TBSCertificate");
		return;
	}
	if (!take_parts(tbs, &s, findings))
		return;
	s.kind = lint_key_kind(s.spki);
	check_serial(&s, findings);
	check_issuer(&s, findings);
	check_validity(&s, findings);
	check_key(&s, findings);
	check_mixture(&s, findings);
	lint_name(s.subject, s.has_attribute, &s.email, findings);
	lint_subject_fits(&s, findings);
	lint_extensions(&s, findings);
}
