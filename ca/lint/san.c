/* san: subjectAltName: kinds that the profile knows, each in its right form, inside the CA's nameConstraints. */
#include <string.h>

#include "ca/lint/lint_inner.h"

enum {
	SAN_MOST = 16,
	LOCAL_MOST = 64,
	LABEL_MOST = 63,
	DOMAIN_MOST = 253,
	MAILBOX_MOST = 254
};

/* Lower-case LDH labels; hyphens in the third and fourth place are for A-labels alone (RFC 5890 section 2.3.1). */
static bool label_fits(struct span label)
{
	if (label.len == 0 || label.len > LABEL_MOST || label.at[0] == '-' ||
		label.at[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++) {
		uint8_t c = label.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	bool reserved = label.len >= 4 && label.at[2] == '-' && label.at[3] == '-';
	return !reserved || memcmp(label.at, "xn", 2) == 0;
}

static bool is_number(struct span label)
{
	for (size_t i = 0; i < label.len; i++)
		if (label.at[i] < '0' || label.at[i] > '9')
			return false;
	return true;
}

/* least: labels that it needs. No dot at the end, no wildcard; a last label of digits is an address. */
static bool domain_fits(struct span domain, size_t least)
{
	size_t labels = 0;
	struct span rest = domain, label;
	if (domain.len > DOMAIN_MOST)
		return false;
	for (;;) {
		const uint8_t *dot =
			rest.len == 0 ? NULL : memchr(rest.at, '.', rest.len);
		label = (struct span){ rest.at,
			dot == NULL ? rest.len : (size_t)(dot - rest.at) };
		if (!label_fits(label))
			return false;
		labels++;
		if (dot == NULL)
			break;
		rest = (struct span){ dot + 1, rest.len - label.len - 1 };
	}
	return labels >= least && !is_number(label);
}

/* RFC 5321 section 4.1.2: a dot-string; what lies beyond ASCII is judged as text (RFC 6531 section 3.3). */
static bool local_fits(struct span local)
{
	static const char others[] = "!#$%&'*+-/=?^_`{|}~";
	uint8_t before = '.';
	if (local.len == 0 || local.len > LOCAL_MOST)
		return false;
	for (size_t i = 0; i < local.len; i++) {
		uint8_t c = local.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (c == '.' && before == '.')
			return false;
		if (c == 0 || (c < 0x80 && !letter && !digit && c != '.' &&
				      strchr(others, c) == NULL))
			return false;
		before = c;
	}
	return before != '.';
}

/* R-ISS-13: SmtpUTF8Mailbox for local parts beyond ASCII and only for them (RFC 9598 section 3). */
static bool mailbox_fits(struct span text, bool utf8, struct lint_findings *findings)
{
	const uint8_t *at = text.len == 0 ? NULL : memrchr(text.at, '@', text.len);
	if (at == NULL || text.len > MAILBOX_MOST)
		return false;
	struct span local = { text.at, (size_t)(at - text.at) };
	struct span domain = { at + 1, text.len - local.len - 1 };
	if (!local_fits(local) || !domain_fits(domain, 2) || text_is_ascii(local) == utf8)
		return false;
	return !utf8 || text_fits("SmtpUTF8Mailbox", local, LOCAL_MOST, true, findings);
}

/* RFC 3986: a scheme in lower case, a colon, then only characters that may stand in a URI. */
static bool uri_fits(struct span text)
{
	static const char others[] = "-._~:/?#[]@!$&'()*+,;=%";
	size_t i = 0;
	while (i < text.len &&
		((text.at[i] >= 'a' && text.at[i] <= 'z') ||
			(i > 0 && ((text.at[i] >= '0' && text.at[i] <= '9') ||
					  text.at[i] == '+' || text.at[i] == '-' ||
					  text.at[i] == '.'))))
		i++;
	if (i == 0 || i + 1 >= text.len || text.at[i] != ':')
		return false;
	for (i++; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (c == 0 ||
			(!letter && !(c >= '0' && c <= '9') && strchr(others, c) == NULL))
			return false;
	}
	return true;
}

/* otherName SmtpUTF8Mailbox: [0] { OID, [0] { UTF8String } } and nothing more. */
static bool take_smtp_utf8(struct span content, struct span *text)
{
	static const uint8_t id[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 };
	struct node oid, value, string;
	if (!walk_take_tag(&content, 0x06, &oid) || !span_equal(oid.content, SPAN(id)) ||
		!walk_take_tag(&content, 0xa0, &value) || content.len != 0 ||
		!walk_take_tag(&value.content, 0x0c, &string) || value.content.len != 0)
		return false;
	*text = string.content;
	return true;
}

/* -1: a kind that nobody here knows. */
static int name_kind(const struct node *name, struct span *text)
{
	*text = name->content;
	switch (name->tag) {
	case 0x81:
		return SAN_RFC822;
	case 0x82:
		return SAN_DNS;
	case 0x86:
		return SAN_URI;
	case 0xa4:
		return SAN_DIRECTORY;
	case 0xa0:
		return take_smtp_utf8(name->content, text) ? SAN_SMTP_UTF8 : -1;
	default:
		return -1;
	}
}

/* RFC 5280 section 4.2.1.10: a dNSName below a permitted one; an empty excluded rfc822Name excludes all. */
static bool is_inside(const struct lint_issuer *issuer, int kind, struct span text)
{
	if (issuer == NULL)
		return true;
	if (kind == SAN_RFC822 || kind == SAN_SMTP_UTF8)
		return !issuer->no_rfc822;
	if (kind != SAN_DNS || issuer->dns_count == 0)
		return true;
	for (size_t i = 0; i < issuer->dns_count; i++) {
		struct span base = issuer->dns[i];
		if (text.len < base.len ||
			memcmp(text.at + text.len - base.len, base.at, base.len) != 0)
			continue;
		if (text.len == base.len || text.at[text.len - base.len - 1] == '.')
			return true;
	}
	return false;
}

static void check_form(struct lint_subject *s, int kind, struct span text, size_t place,
	struct lint_findings *findings)
{
	struct name_facts facts = { .present = { false } };
	bool mailbox = kind == SAN_RFC822 || kind == SAN_SMTP_UTF8;
	if (kind == SAN_DIRECTORY)
		lint_name(s, text, &facts, findings);
	if (mailbox && !mailbox_fits(text, kind == SAN_SMTP_UTF8, findings))
		lint_add(findings, &lint_rule_mailbox, "name %zu", place);
	if ((kind == SAN_DNS && !domain_fits(text, 1)) ||
		(kind == SAN_URI && !uri_fits(text)))
		lint_add(findings, &lint_rule_san_form, "name %zu", place);
	if (!is_inside(s->issuer, kind, text))
		lint_add(findings, &lint_rule_outside, "name %zu", place);
}

static bool holds(const struct span *texts, size_t count, struct span text)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(texts[i], text))
			return true;
	return false;
}

static void check_kinds(const struct lint_subject *s, const bool *found,
	struct lint_findings *findings)
{
	for (int kind = 0; kind < SAN_COUNT; kind++) {
		bool there = found[kind];
		/* A mailbox beyond ASCII does for one in ASCII where the profile knows both. */
		if (kind == SAN_RFC822 && s->profile->san[SAN_SMTP_UTF8] != LINT_NEVER)
			there = there || found[SAN_SMTP_UTF8];
		if (s->profile->san[kind] == LINT_MUST && !there)
			lint_add(findings, &lint_rule_san, "a kind is missing");
	}
}

void check_san(struct lint_subject *s, struct span value, struct lint_findings *findings)
{
	struct node list, item;
	struct span seen[SAN_MOST], texts[SAN_MOST];
	bool found[SAN_COUNT] = { false };
	size_t count = 0, mailboxes = 0;
	if (!walk_take_tag(&value, 0x30, &list) || value.len != 0 ||
		list.content.len == 0) {
		lint_add(findings, &lint_rule_san, "no list of names");
		return;
	}
	while (list.content.len > 0) {
		struct span text;
		if (count == SAN_MOST || !walk_take(&list.content, &item)) {
			lint_add(findings, &lint_rule_san, "more than %d names",
				SAN_MOST);
			return;
		}
		int kind = name_kind(&item, &text);
		if (kind < 0 || s->profile->san[kind] == LINT_NEVER)
			lint_add(findings, &lint_rule_san, "name %zu is not allowed",
				count);
		if (holds(seen, count, item.whole) ||
			(kind == SAN_DIRECTORY && found[kind]))
			lint_add(findings, &lint_rule_san, "name %zu stands again",
				count);
		seen[count++] = item.whole;
		if (kind < 0)
			continue;
		found[kind] = true;
		if (kind == SAN_RFC822 || kind == SAN_SMTP_UTF8)
			texts[mailboxes++] = text;
		check_form(s, kind, text, count - 1, findings);
	}
	check_kinds(s, found, findings);
	for (size_t i = 0; i < s->mailbox_count; i++)
		if (!holds(texts, mailboxes, s->mailbox[i]))
			lint_add(findings, &lint_rule_mailbox,
				"one of a name is not in subjectAltName");
	s->mailbox_count = 0;
}
