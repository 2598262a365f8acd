#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ca/lint/lint_inner.h"
#include "common/base/table.h"

#define X(name, where, what)                                                             \
	const struct lint_rule lint_rule_##name = { #name, where, what };
LINT_RULES(X)
#undef X

const struct lint_rule *const *lint_rules(size_t *count)
{
#define X(name, where, what) &lint_rule_##name,
	static const struct lint_rule *const all[] = { LINT_RULES(X) };
#undef X
	*count = COUNT(all);
	return all;
}

void lint_add(struct lint_findings *findings, const struct lint_rule *rule,
	const char *format, ...)
{
	if (findings->count == FINDINGS_MOST)
		return;
	va_list args;
	va_start(args, format);
	findings->row[findings->count].rule = rule;
	vsnprintf(findings->row[findings->count].detail, FINDING_DETAIL, format, args);
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

static bool take_validity(struct span *in, struct lint_subject *s,
	struct lint_findings *findings)
{
	struct node validity, before, after;
	if (!walk_take_tag(in, 0x30, &validity) ||
		!walk_take(&validity.content, &before) ||
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

/* Whole elements that only have to be there. */
static bool take_whole(struct span *in, const char *name, struct span *out,
	struct lint_findings *findings)
{
	struct node node;
	if (!walk_take_tag(in, 0x30, &node)) {
		lint_add(findings, &lint_rule_structure, "%s", name);
		return false;
	}
	*out = node.whole;
	return true;
}

static bool take_version_and_serial(struct span *in, struct lint_subject *s,
	struct lint_findings *findings)
{
	static const uint8_t v3[] = { 0x02, 0x01, 0x02 };
	struct node version, serial;
	if (!walk_take_tag(in, 0xa0, &version) ||
		!span_equal(version.content, SPAN(v3))) {
		lint_add(findings, &lint_rule_version, "not 3");
		return false;
	}
	if (!walk_take_tag(in, 0x02, &serial)) {
		lint_add(findings, &lint_rule_structure, "serialNumber");
		return false;
	}
	s->serial = serial.content;
	return true;
}

static bool take_extensions(struct span *in, struct lint_subject *s,
	struct lint_findings *findings)
{
	struct node node, list;
	if (in->len > 0 && in->at[0] != 0xa3) {
		lint_add(findings, &lint_rule_version, "unique identifiers");
		return false;
	}
	if (!walk_take_tag(in, 0xa3, &node) || in->len != 0 ||
		!walk_take_tag(&node.content, 0x30, &list) || node.content.len != 0) {
		lint_add(findings, &lint_rule_structure, "extensions");
		return false;
	}
	s->extensions = list.content;
	return true;
}

static bool take_parts(struct span tbs, struct lint_subject *s,
	struct lint_findings *findings)
{
	struct node whole;
	if (!walk_take_tag(&tbs, 0x30, &whole) || tbs.len != 0) {
		lint_add(findings, &lint_rule_structure, "not one SEQUENCE");
		return false;
	}
	struct span in = whole.content;
	return take_version_and_serial(&in, s, findings) &&
	       take_whole(&in, "signature", &s->algorithm, findings) &&
	       take_whole(&in, "issuer", &s->issuer_name, findings) &&
	       take_validity(&in, s, findings) &&
	       take_whole(&in, "subject", &s->subject, findings) &&
	       take_whole(&in, "subjectPublicKeyInfo", &s->spki, findings) &&
	       take_extensions(&in, s, findings);
}

/* ---- rules over the parts */

/* G2: positive, below 2^159, at least 64 bits of it random: seven octets or less cannot hold them. */
static void check_serial(const struct lint_subject *s, struct lint_findings *findings)
{
	if (!walk_is_positive(s->serial) || s->serial.len < 8 || s->serial.len > 20)
		lint_add(findings, &lint_rule_serial, "%zu octets", s->serial.len);
}

static void check_issuer(const struct lint_subject *s, struct lint_findings *findings)
{
	struct span name = s->issuer == NULL ? s->subject : s->issuer->subject;
	enum key_kind kind = s->issuer == NULL ? s->kind : s->issuer->kind;
	if (!span_equal(s->issuer_name, name))
		lint_add(findings, &lint_rule_issuer, "%zu octets", s->issuer_name.len);
	if (!span_equal(s->algorithm, lint_signature_algorithm(kind)))
		lint_add(findings, &lint_rule_algorithm, "not for a key of %s",
			lint_key_word(kind));
	/* Whoever meets such a certificate would take it for the CA's own. */
	if (s->issuer != NULL && span_equal(s->subject, s->issuer->subject))
		lint_add(findings, &lint_rule_self_issued, "%s", s->issuer->name);
}

/* Both ends count: a certificate lives notAfter - notBefore + 1 seconds (BR 6.3.2). */
static void check_validity(const struct lint_subject *s, struct lint_findings *findings)
{
	int64_t life = s->not_after - s->not_before + 1;
	if (life < 1 || life > s->profile->max_s || life < s->profile->min_s)
		lint_add(findings, &lint_rule_validity, "%lld seconds", (long long)life);
	if (s->issuer != NULL && (s->not_after > s->issuer->not_after ||
					 s->not_before < s->issuer->not_before))
		lint_add(findings, &lint_rule_beyond_issuer, "%s", s->issuer->name);
}

static void check_key(const struct lint_subject *s, struct lint_findings *findings)
{
	if (s->kind == KIND_NONE || !s->profile->keys[s->kind])
		lint_add(findings, &lint_rule_key, "%s",
			s->kind == KIND_NONE ? "of no known form"
					     : lint_key_word(s->kind));
}

static bool find_sides(const struct lint_policy *policy, const char *profile,
	int64_t version, const char *issuer, struct lint_subject *s,
	struct lint_findings *findings)
{
	s->profile = lint_policy_profile(policy, profile, version);
	if (s->profile == NULL) {
		lint_add(findings, &lint_rule_profile, "%.40s version %lld", profile,
			(long long)version);
		return false;
	}
	if (s->profile->issuer[0] == 0)
		return true; /* a root: its own issuer */
	s->issuer = lint_policy_issuer(policy, issuer);
	/* "*": any CA, as for its own responder. */
	if (s->issuer == NULL ||
		(strcmp(s->profile->issuer, "*") != 0 &&
			strcmp(s->profile->issuer, s->issuer->profile) != 0)) {
		lint_add(findings, &lint_rule_profile, "issuer %.40s", issuer);
		return false;
	}
	return true;
}

void lint_certificate(const struct lint_policy *policy, const char *profile,
	int64_t version, const char *issuer, struct span tbs,
	struct lint_findings *findings)
{
	struct lint_subject s = { .profile = NULL };
	struct name_facts facts = { .present = { false } };
	if (!find_sides(policy, profile, version, issuer, &s, findings))
		return;
	if (!walk_is_der(tbs, 16)) {
		lint_add(findings, &lint_rule_der, "TBSCertificate");
		return;
	}
	if (!take_parts(tbs, &s, findings))
		return;
	s.kind = lint_key_kind(s.spki);
	lint_key_identifier(policy->digest, s.spki, s.own_identifier);
	check_serial(&s, findings);
	check_issuer(&s, findings);
	check_validity(&s, findings);
	check_key(&s, findings);
	lint_name(&s, s.subject, &facts, findings);
	lint_name_fits(&s, &facts, findings);
	lint_extensions(&s, findings);
}

struct span lint_unwrap(struct span whole, struct lint_findings *findings)
{
	struct span in = whole, inner;
	struct node outer, tbs, algorithm, signature, version, node;
	if (!walk_take_tag(&in, 0x30, &outer) ||
		!walk_take_tag(&outer.content, 0x30, &tbs))
		return whole; /* a TBSCertificate begins with [0], a TBSCertList with INTEGER */
	if (in.len != 0 || !walk_take_tag(&outer.content, 0x30, &algorithm) ||
		!walk_take_tag(&outer.content, 0x03, &signature) ||
		outer.content.len != 0 || signature.content.len < 2 ||
		signature.content.at[0] != 0) {
		lint_add(findings, &lint_rule_structure,
			"signatureAlgorithm and signature");
		return tbs.whole;
	}
	inner = tbs.content;
	if (walk_take_tag(&inner, 0xa0, &version))
		walk_take_tag(&inner, 0x02, &node); /* serialNumber */
	else
		walk_take_tag(&inner, 0x02, &version);
	if (!walk_take_tag(&inner, 0x30, &node) ||
		!span_equal(node.whole, algorithm.whole))
		lint_add(findings, &lint_rule_algorithm, "outside another than inside");
	return tbs.whole;
}
