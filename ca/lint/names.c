/* names: distinguished names as PROFILES part 2 allows them, judged by their bytes. */
#include <string.h>
#include <utf8proc.h>

#include "ca/lint/rules.h"
#include "common/base/table.h"

/* A code point off the front; -1 at the end or on a wrong byte. */
static int32_t take_point(struct span *in)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t len = utf8proc_iterate(in->at, (utf8proc_ssize_t)in->len, &point);
	if (in->len == 0 || len <= 0)
		return -1;
	in->at += len;
	in->len -= (size_t)len;
	return point;
}

static bool is_han(int32_t point)
{
	return (point >= 0x3400 && point <= 0x9fff) || (point >= 0xf900 && point <= 0xfaff) ||
	       (point >= 0x20000 && point <= 0x323af);
}

static bool is_selector(int32_t point)
{
	return (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);
}

/* R-ISS-11: nothing that cannot be seen, turns the line around, or hides; a selector only behind its kanji. */
static bool is_forbidden(int32_t point, int32_t before)
{
	if (is_selector(point))
		return !is_han(before);
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	case UTF8PROC_CATEGORY_ZS:
		return point != ' ';
	default:
		return false;
	}
}

static bool is_nfc(struct span text)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t len = utf8proc_map(text.at, (utf8proc_ssize_t)text.len, &composed,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool same = len >= 0 && span_equal(text, (struct span){ composed, (size_t)len });
	free(composed);
	return same;
}

static bool is_placeholder(struct span text)
{
	static const char *const words[] = { "-", ".", "..", "*", "?", "n/a", "na", "none", "null", "unknown", "test", "xxx",
		"tbd", "不明", "なし", "無し", "未定", "該当なし", "－", "ー", "・" };
	char lower[32];
	if (text.len >= sizeof lower)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	lower[text.len] = 0;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(lower, words[i]) == 0)
			return true;
	return false;
}

static bool fits_printable(struct span text)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?";
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == 0 || strchr(allowed, text.at[i]) == NULL)
			return false;
	return true;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= 0x80)
			return false;
	return true;
}

static void check_string_type(const struct attribute_rule *rule, const struct node *value,
	struct lint_findings *findings)
{
	uint8_t want = rule->ia5 ? 0x16 : fits_printable(value->content) ? 0x13 : 0x0c;
	if (value->tag != want || (rule->printable && want != 0x13) || (rule->ia5 && !is_ascii(value->content)))
		lint_add(findings, &lint_rule_string_type, "%s has tag %02x", rule->name, value->tag);
}

static void check_text(const struct attribute_rule *rule, struct span text, struct lint_findings *findings)
{
	struct span rest = text;
	size_t count = 0;
	int32_t before = -1;
	while (rest.len > 0) {
		int32_t point = take_point(&rest);
		if (point < 0 || is_forbidden(point, before)) {
			lint_add(findings, &lint_rule_characters, "%s, character %zu", rule->name, count + 1);
			return;
		}
		before = point;
		count++;
	}
	if (count == 0 || count > rule->max_chars)
		lint_add(findings, &lint_rule_length, "%s: %zu of %zu", rule->name, count, rule->max_chars);
	else if (text.at[0] == ' ' || text.at[text.len - 1] == ' ' || (!is_ascii(text) && !is_nfc(text)))
		lint_add(findings, &lint_rule_characters, "%s", rule->name);
	if (is_placeholder(text))
		lint_add(findings, &lint_rule_placeholder, "%s", rule->name);
}

/* ---- organizationIdentifier: scheme, country, '-', reference with its own check */

static bool all_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

/* The first of thirteen digits is 9 - (the others, weighted 1 and 2 from the right, modulo 9). */
static bool corporate_digit_fits(struct span digits)
{
	int sum = 0;
	for (size_t n = 1; n <= 12; n++)
		sum += (digits.at[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
	return digits.at[0] - '0' == 9 - sum % 9;
}

/* ISO 7064 mod 97-10 over 20 letters and digits. */
static bool lei_fits(struct span text)
{
	unsigned rest = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool digit = c >= '0' && c <= '9';
		if (!digit && !(c >= 'A' && c <= 'Z'))
			return false;
		unsigned value = digit ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
		rest = (rest * (value >= 10 ? 100 : 10) + value) % 97;
	}
	return text.len == 20 && rest == 1;
}

static bool starts(struct span text, const char *with, struct span *rest)
{
	size_t len = strlen(with);
	if (text.len < len || memcmp(text.at, with, len) != 0)
		return false;
	*rest = (struct span){ text.at + len, text.len - len };
	return true;
}

static bool identifier_fits(struct span text)
{
	struct span rest;
	if (starts(text, "VATJP-", &rest))
		return rest.len == 13 && all_digits(rest) && corporate_digit_fits(rest);
	if (starts(text, "NTRJP-", &rest))
		return rest.len == 12 && all_digits(rest);
	if (starts(text, "LEIXG-", &rest))
		return lei_fits(rest);
	if (starts(text, "GOVJP", &rest))
		return rest.len == 0 || (rest.len == 3 && rest.at[0] == '+' &&
						all_digits((struct span){ rest.at + 1, 2 }));
	return false;
}

static void check_meaning(int type, struct span text, struct lint_findings *findings)
{
	if (type == AT_C && (text.len != 2 || text.at[0] < 'A' || text.at[0] > 'Z' || text.at[1] < 'A' ||
				    text.at[1] > 'Z'))
		lint_add(findings, &lint_rule_country, "%zu octets", text.len);
	if (type == AT_ORGID && !identifier_fits(text))
		lint_add(findings, &lint_rule_organization_id, "%.*s", (int)(text.len < 60 ? text.len : 60),
			(const char *)text.at);
}

static bool check_rdn(struct span rdn, int *last, bool *present, struct span *email, struct lint_findings *findings)
{
	struct node pair, oid, value;
	if (!walk_take_tag(&rdn, 0x30, &pair) || rdn.len != 0 || !walk_take_tag(&pair.content, 0x06, &oid) ||
		!walk_take(&pair.content, &value) || pair.content.len != 0) {
		lint_add(findings, &lint_rule_rdn, "not one pair of type and value");
		return false;
	}
	int type = attribute_find(oid.content);
	if (type < 0 || (type != AT_DC && type != AT_STREET && present[type])) {
		lint_add(findings, &lint_rule_attribute, "%s", type < 0 ? "unknown" : attribute_rules[type].name);
		return false;
	}
	if (type < *last)
		lint_add(findings, &lint_rule_attribute_order, "%s comes late", attribute_rules[type].name);
	*last = type;
	present[type] = true;
	if (type == AT_EMAIL && email != NULL)
		*email = value.content;
	check_string_type(&attribute_rules[type], &value, findings);
	check_text(&attribute_rules[type], value.content, findings);
	check_meaning(type, value.content, findings);
	return true;
}

void lint_name(struct span name, bool *present, struct span *email, struct lint_findings *findings)
{
	struct node sequence, set;
	int last = -1;
	if (!walk_take_tag(&name, 0x30, &sequence) || name.len != 0) {
		lint_add(findings, &lint_rule_structure, "a name is no SEQUENCE");
		return;
	}
	while (sequence.content.len > 0) {
		if (!walk_take_tag(&sequence.content, 0x31, &set)) {
			lint_add(findings, &lint_rule_rdn, "no SET");
			return;
		}
		if (!check_rdn(set.content, &last, present, email, findings))
			return;
	}
	if (present[AT_PSEUDONYM] && (present[AT_SN] || present[AT_GN]))
		lint_add(findings, &lint_rule_pseudonym, "beside a name");
}

void lint_subject_fits(const struct lint_subject *s, struct lint_findings *findings)
{
	for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
		if (s->has_attribute[i] && s->profile->subject[i] == LINT_NEVER)
			lint_add(findings, &lint_rule_subject, "%s is not allowed", attribute_rules[i].name);
		if (!s->has_attribute[i] && s->profile->subject[i] == LINT_MUST)
			lint_add(findings, &lint_rule_subject, "%s is missing", attribute_rules[i].name);
	}
	if (s->profile->names == LINT_MUST && !s->has_attribute[AT_PSEUDONYM] && !s->has_attribute[AT_SN])
		lint_add(findings, &lint_rule_pseudonym, "neither a name nor a pseudonym");
	/* The scheme's country is Japan for all schemes that are known here but LEI. */
	if (s->has_attribute[AT_ORGID] && !s->has_attribute[AT_C])
		lint_add(findings, &lint_rule_organization_id, "without countryName");
}
