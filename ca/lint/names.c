/* names: distinguished names as PROFILES part 2 allows them, judged by their bytes. */
#include <string.h>

#include "ca/lint/lint_inner.h"

static void check_string_type(const struct attribute_rule *rule, const struct node *value,
	struct lint_findings *findings)
{
	uint8_t want = 0x0c;
	if (rule->ia5)
		want = 0x16;
	else if (rule->printable || text_is_printable(value->content))
		want = 0x13;
	bool fits = rule->ia5 ? text_is_ascii(value->content)
			      : want != 0x13 || text_is_printable(value->content);
	if (value->tag != want || !fits)
		lint_add(findings, &lint_rule_string_type, "%s has tag %02x", rule->name,
			value->tag);
}

/* R-ISS-13: what has to be repeated in subjectAltName. */
static void note_mailbox(struct lint_subject *s, int type, struct span text,
	struct lint_findings *findings)
{
	if (type != AT_EMAIL &&
		!(type == AT_CN && memchr(text.at, '@', text.len) != NULL))
		return;
	if (s->mailbox_count == MAILBOXES_MOST)
		lint_add(findings, &lint_rule_mailbox, "more than %d in names",
			MAILBOXES_MOST);
	else
		s->mailbox[s->mailbox_count++] = text;
}

/* One attribute, alone in its RDN. false: what follows cannot be judged. */
static bool check_rdn(struct lint_subject *s, struct span rdn, int *last,
	struct name_facts *facts, struct lint_findings *findings)
{
	struct node pair, oid, value;
	if (!walk_take_tag(&rdn, 0x30, &pair) || rdn.len != 0 ||
		!walk_take_tag(&pair.content, 0x06, &oid) ||
		!walk_take(&pair.content, &value) || pair.content.len != 0) {
		lint_add(findings, &lint_rule_rdn, "not one pair of type and value");
		return false;
	}
	int type = attribute_find(oid.content);
	if (type < 0) {
		lint_add(findings, &lint_rule_attribute, "unknown");
		return false;
	}
	const struct attribute_rule *rule = &attribute_rules[type];
	if (facts->present[type] && type != AT_DC && type != AT_STREET)
		lint_add(findings, &lint_rule_attribute, "%s stands twice", rule->name);
	if (type < *last)
		lint_add(findings, &lint_rule_attribute_order, "%s comes late",
			rule->name);
	*last = type;
	facts->present[type] = true;
	facts->value[type] = value.content;
	check_string_type(rule, &value, findings);
	if (text_fits(rule->name, value.content, rule->max_chars, rule->person, findings))
		note_mailbox(s, type, value.content, findings);
	return true;
}

static void check_scripts(const struct name_facts *facts, struct lint_findings *findings)
{
	static const enum attribute_index types[] = { AT_SN, AT_GN, AT_CN };
	unsigned all = 0;
	if (!facts->present[AT_SN] && !facts->present[AT_GN])
		return;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct span text = facts->value[types[i]];
		if (facts->present[types[i]] && memchr(text.at, '@', text.len) == NULL)
			all |= text_scripts(text);
	}
	if ((all & (all - 1)) != 0)
		lint_add(findings, &lint_rule_script, "surname, givenName, commonName");
}

/* Values beside each other and beside the world. */
static void check_meaning(const struct name_facts *facts, struct lint_findings *findings)
{
	const bool *present = facts->present;
	const struct span none = { NULL, 0 };
	if (present[AT_C] && !country_exists(facts->value[AT_C]))
		lint_add(findings, &lint_rule_country, "%zu octets",
			facts->value[AT_C].len);
	if (present[AT_ORGID] && !organization_id_fits(facts->value[AT_ORGID],
					 present[AT_C] ? facts->value[AT_C] : none))
		lint_add(findings, &lint_rule_organization_id, "%zu octets",
			facts->value[AT_ORGID].len);
	if (present[AT_SERIAL] && holds_individual_number(facts->value[AT_SERIAL]))
		lint_add(findings, &lint_rule_individual,
			"twelve digits whose check digit fits");
	if (present[AT_PSEUDONYM] && (present[AT_SN] || present[AT_GN]))
		lint_add(findings, &lint_rule_pseudonym, "beside a name");
	if (present[AT_GN] && !present[AT_SN])
		lint_add(findings, &lint_rule_pseudonym, "givenName without surname");
	check_scripts(facts, findings);
}

void lint_name(struct lint_subject *s, struct span name, struct name_facts *facts,
	struct lint_findings *findings)
{
	struct node sequence, set;
	int last = -1;
	if (!walk_take_tag(&name, 0x30, &sequence) || name.len != 0 ||
		sequence.content.len == 0) {
		lint_add(findings, &lint_rule_structure,
			"a name is no SEQUENCE, or empty");
		return;
	}
	while (sequence.content.len > 0) {
		if (!walk_take_tag(&sequence.content, 0x31, &set)) {
			lint_add(findings, &lint_rule_rdn, "no SET");
			return;
		}
		if (!check_rdn(s, set.content, &last, facts, findings))
			return;
	}
	check_meaning(facts, findings);
}

void lint_name_fits(const struct lint_subject *s, const struct name_facts *facts,
	struct lint_findings *findings)
{
	for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (facts->present[i] && s->profile->subject[i] == LINT_NEVER)
			lint_add(findings, &lint_rule_subject, "%s is not allowed",
				attribute_rules[i].name);
		if (!facts->present[i] && s->profile->subject[i] == LINT_MUST)
			lint_add(findings, &lint_rule_subject, "%s is missing",
				attribute_rules[i].name);
	}
	if (facts->present[AT_ST] && !facts->present[AT_C])
		lint_add(findings, &lint_rule_subject,
			"stateOrProvinceName without countryName");
	if (s->profile->names == LINT_MUST && !facts->present[AT_PSEUDONYM] &&
		!facts->present[AT_SN] && !facts->present[AT_GN])
		lint_add(findings, &lint_rule_pseudonym,
			"neither a name nor a pseudonym");
}
