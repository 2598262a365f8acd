/* crl: certificate revocation lists as PROFILES part 8 has them; entries are walked through one by one. */
#include <string.h>

#include "ca/lint/lint_inner.h"
#include "common/base/limits.h"
#include "common/base/table.h"

enum {
	DAYS_SUBSCRIBERS = 10, /* BR 4.9.7, for lists of end entities */
	DAYS_CAS = 366,        /* twelve months, for those of CAs */
	NUMBER_MOST = 20,
};

struct list {
	const struct lint_crl *asked;
	const struct lint_issuer *issuer;
	struct span algorithm, issuer_name, entries, extensions, number;
	bool has_entries, has_next_update;
	int64_t this_update, next_update;
};

/* ---- the parts, in order (RFC 5280 section 5.1.2) */

static bool take_times(struct span *in, struct list *list, struct lint_findings *findings)
{
	struct node node;
	if (!walk_take(in, &node) || !walk_time(&node, &list->this_update)) {
		lint_add(findings, &lint_rule_time, "thisUpdate");
		return false;
	}
	struct span rest = *in;
	list->has_next_update =
		walk_take(&rest, &node) && (node.tag == 0x17 || node.tag == 0x18);
	if (!list->has_next_update)
		return true;
	*in = rest;
	if (!walk_time(&node, &list->next_update)) {
		lint_add(findings, &lint_rule_time, "nextUpdate");
		return false;
	}
	return true;
}

static bool take_tail(struct span *in, struct list *list, struct lint_findings *findings)
{
	struct node node, inner;
	list->has_entries = walk_take_tag(in, 0x30, &node);
	if (list->has_entries)
		list->entries = node.content;
	if (!walk_take_tag(in, 0xa0, &node) || in->len != 0 ||
		!walk_take_tag(&node.content, 0x30, &inner) || node.content.len != 0) {
		lint_add(findings, &lint_rule_structure, "crlExtensions");
		return false;
	}
	list->extensions = inner.content;
	return true;
}

static bool take_list(struct span tbs, struct list *list, struct lint_findings *findings)
{
	static const uint8_t v2[] = { 0x01 };
	struct node whole, version, algorithm, issuer;
	if (!walk_take_tag(&tbs, 0x30, &whole) || tbs.len != 0) {
		lint_add(findings, &lint_rule_structure, "not one SEQUENCE");
		return false;
	}
	struct span in = whole.content;
	if (!walk_take_tag(&in, 0x02, &version) ||
		!span_equal(version.content, SPAN(v2))) {
		lint_add(findings, &lint_rule_version, "not 2");
		return false;
	}
	if (!walk_take_tag(&in, 0x30, &algorithm) || !walk_take_tag(&in, 0x30, &issuer)) {
		lint_add(findings, &lint_rule_structure, "signature or issuer");
		return false;
	}
	list->algorithm = algorithm.whole;
	list->issuer_name = issuer.whole;
	return take_times(&in, list, findings) && take_tail(&in, list, findings);
}

/* ---- head */

static void check_head(const struct list *list, struct lint_findings *findings)
{
	static const int64_t no_end =
		253402300799; /* 9999-12-31T23:59:59Z, RFC 5280 section 4.1.2.5 */
	int64_t most =
		(list->issuer->is_root ? DAYS_CAS : DAYS_SUBSCRIBERS) * (int64_t)DAY;
	if (!span_equal(list->algorithm, lint_signature_algorithm(list->issuer->kind)))
		lint_add(findings, &lint_rule_algorithm, "not for a key of %s",
			lint_key_word(list->issuer->kind));
	if (!span_equal(list->issuer_name, list->issuer->subject))
		lint_add(findings, &lint_rule_issuer, "%zu octets",
			list->issuer_name.len);
	bool fits = list->asked->last
			    ? list->next_update == no_end
			    : list->next_update > list->this_update &&
				      list->next_update - list->this_update <= most;
	if (!list->has_next_update || !fits)
		lint_add(findings, &lint_rule_crl_times, "%lld s",
			(long long)(list->next_update - list->this_update));
}

/* ---- entries */

/* R-REV-07: 0 is never written, hold and what else a list could hold is not ours to say. */
static bool reason_is_ours(uint8_t reason)
{
	return reason == 1 || reason == 3 || reason == 4 || reason == 5 || reason == 9;
}

/* An extension of an entry that is not critical: its value; false: none of this kind stands there. */
static bool take_extension(struct span *list, struct span oid, struct span *value)
{
	struct span rest = *list;
	struct node extension, type, octets;
	if (!walk_take_tag(&rest, 0x30, &extension) ||
		!walk_take_tag(&extension.content, 0x06, &type) ||
		!span_equal(type.content, oid) ||
		!walk_take_tag(&extension.content, 0x04, &octets) ||
		extension.content.len != 0)
		return false;
	*value = octets.content;
	*list = rest;
	return true;
}

/* crlEntryExtensions: one reasonCode, and behind keyCompromise when the key became bad, which is before it was revoked. */
static void check_entry_extensions(struct span extensions, int64_t revoked, size_t place,
	struct lint_findings *findings)
{
	static const uint8_t reason_code[] = { 0x55, 0x1d, 0x15 },
			     invalidity_date[] = { 0x55, 0x1d, 0x18 };
	struct node list, reason, date;
	struct span value;
	int64_t since;
	if (!walk_take_tag(&extensions, 0x30, &list) || extensions.len != 0 ||
		!take_extension(&list.content, SPAN(reason_code), &value) ||
		!walk_take_tag(&value, 0x0a, &reason) || value.len != 0) {
		lint_add(findings, &lint_rule_crl_entry, "entry %zu: not a reasonCode",
			place);
		return;
	}
	if (reason.content.len != 1 || !reason_is_ours(reason.content.at[0]))
		lint_add(findings, &lint_rule_crl_reason, "entry %zu", place);
	if (list.content.len == 0)
		return;
	if (!take_extension(&list.content, SPAN(invalidity_date), &value) ||
		list.content.len != 0 || !walk_take(&value, &date) || value.len != 0 ||
		!walk_generalized(&date, &since) || since > revoked ||
		reason.content.len != 1 || reason.content.at[0] != 1)
		lint_add(findings, &lint_rule_crl_entry,
			"entry %zu: not an invalidityDate of keyCompromise", place);
}

static bool check_entry(const struct list *list, struct span *in, size_t place,
	struct lint_findings *findings)
{
	struct node entry, serial, date;
	int64_t revoked = 0;
	if (!walk_take_tag(in, 0x30, &entry) || !walk_is_der(entry.content, 6) ||
		!walk_take_tag(&entry.content, 0x02, &serial) ||
		!walk_take(&entry.content, &date)) {
		lint_add(findings, &lint_rule_structure, "entry %zu", place);
		return false;
	}
	if (!walk_is_positive(serial.content) || serial.content.len > 20)
		lint_add(findings, &lint_rule_serial, "entry %zu", place);
	if (!walk_time(&date, &revoked))
		lint_add(findings, &lint_rule_time, "entry %zu", place);
	else if (revoked > list->this_update)
		lint_add(findings, &lint_rule_crl_entry, "entry %zu: after thisUpdate",
			place);
	if (entry.content.len > 0)
		check_entry_extensions(entry.content, revoked, place, findings);
	else if (list->issuer
			 ->is_root) /* BR 7.2.2: a CA's certificate always has a reason */
		lint_add(findings, &lint_rule_crl_reason, "entry %zu has none", place);
	return findings->count < FINDINGS_MOST;
}

static void check_entries(const struct list *list, struct lint_findings *findings)
{
	struct span rest = list->entries;
	/* RFC 5280 section 5.1.2.6: nothing revoked, no list. */
	if (list->has_entries && rest.len == 0)
		lint_add(findings, &lint_rule_structure, "revokedCertificates is empty");
	for (size_t place = 0; rest.len > 0; place++)
		if (!check_entry(list, &rest, place, findings))
			return;
}

/* ---- extensions */

static void check_key(struct list *list, struct span value,
	struct lint_findings *findings)
{
	struct node sequence, id;
	if (!walk_take_tag(&value, 0x30, &sequence) || value.len != 0 ||
		!walk_take_tag(&sequence.content, 0x80, &id) ||
		sequence.content.len != 0 ||
		!span_equal(id.content, list->issuer->key_identifier))
		lint_add(findings, &lint_rule_authority_key, "keyIdentifier");
}

/* Both are shortest INTEGERs that are not negative, so more octets are more. */
static bool is_above(struct span a, struct span b)
{
	return a.len != b.len ? a.len > b.len : memcmp(a.at, b.at, a.len) > 0;
}

static void check_number(struct list *list, struct span value,
	struct lint_findings *findings)
{
	struct node number;
	if (!walk_take_tag(&value, 0x02, &number) || value.len != 0 ||
		!walk_is_positive(number.content) || number.content.len > NUMBER_MOST) {
		lint_add(findings, &lint_rule_crl_number, "no number");
		return;
	}
	list->number = number.content;
	if (list->asked->previous.len > 0 &&
		!is_above(number.content, list->asked->previous))
		lint_add(findings, &lint_rule_crl_number, "not above the one before");
}

/* A CA's whole list of CAs may say so; a shard says its address, and may say that it holds end entities. */
static void check_point(struct list *list, struct span value,
	struct lint_findings *findings)
{
	static const uint8_t only_cas[] = { 0x30, 0x03, 0x82, 0x01, 0xff };
	struct node whole, name, full, uri, only;
	if (list->issuer->is_root && span_equal(value, SPAN(only_cas)))
		return;
	bool good = walk_take_tag(&value, 0x30, &whole) && value.len == 0 &&
		    walk_take_tag(&whole.content, 0xa0, &name) &&
		    walk_take_tag(&name.content, 0xa0, &full) && name.content.len == 0 &&
		    walk_take_tag(&full.content, 0x86, &uri) && full.content.len == 0 &&
		    span_is(uri.content, list->issuer->crl_uri);
	if (good && whole.content.len > 0)
		good = walk_take_tag(&whole.content, 0x81, &only) &&
		       only.content.len == 1 && only.content.at[0] == 0xff;
	if (!good || whole.content.len != 0)
		lint_add(findings, &lint_rule_crl_point, "value");
}

static void check_expired(struct list *list, struct span value,
	struct lint_findings *findings)
{
	struct node date;
	int64_t time = 0;
	if (!list->issuer->keep_expired || !walk_take(&value, &date) || value.len != 0 ||
		!walk_generalized(&date, &time) || time != list->issuer->not_before)
		lint_add(findings, &lint_rule_crl_expired, "value");
}

/* clang-format off */
static const struct {
	const char *name;
	uint8_t oid[3];
	bool critical;
	const struct lint_rule *not_critical; /* the rule that a wrong criticality breaks */
	void (*check)(struct list *list, struct span value, struct lint_findings *findings);
} rows[] = { /* in the order in which we write them */
	{ "authorityKeyIdentifier",   { 0x55, 0x1d, 0x23 }, false, &lint_rule_critical,  check_key },
	{ "cRLNumber",                { 0x55, 0x1d, 0x14 }, false, &lint_rule_critical,  check_number },
	{ "issuingDistributionPoint", { 0x55, 0x1d, 0x1c }, true,  &lint_rule_crl_point, check_point },
	{ "expiredCertsOnCRL",        { 0x55, 0x1d, 0x3c }, false, &lint_rule_critical,  check_expired },
};
/* clang-format on */
enum { ROW_KEY, ROW_NUMBER, ROW_POINT, ROW_EXPIRED };

static void check_extension(struct list *list, const struct node *oid, bool critical,
	struct span value, bool *seen, struct lint_findings *findings)
{
	size_t row = 0;
	while (row < COUNT(rows) && !span_equal(oid->content, SPAN(rows[row].oid)))
		row++;
	if (row == COUNT(rows) ||
		seen[row]) { /* a delta list has one that is not here (R-CRL-06) */
		lint_add(findings, &lint_rule_extension, "%s",
			row == COUNT(rows) ? "unknown" : rows[row].name);
		return;
	}
	for (size_t later = row + 1; later < COUNT(rows); later++)
		if (seen[later])
			lint_add(findings, &lint_rule_extension_order, "%s comes late",
				rows[row].name);
	seen[row] = true;
	if (critical != rows[row].critical)
		lint_add(findings, rows[row].not_critical, "%s: critical",
			rows[row].name);
	if (!walk_is_der(value, 8))
		lint_add(findings, &lint_rule_der, "%s", rows[row].name);
	else
		rows[row].check(list, value, findings);
}

static void check_extensions(struct list *list, struct lint_findings *findings)
{
	bool seen[COUNT(rows)] = { false };
	struct span rest = list->extensions;
	while (rest.len > 0) {
		struct node extension, oid, critical, value;
		bool is_critical = false,
		     good = walk_take_tag(&rest, 0x30, &extension) &&
			    walk_take_tag(&extension.content, 0x06, &oid);
		if (good)
			is_critical = walk_take_tag(&extension.content, 0x01, &critical);
		if (!good || !walk_take_tag(&extension.content, 0x04, &value) ||
			extension.content.len != 0) {
			lint_add(findings, &lint_rule_structure, "an extension");
			return;
		}
		check_extension(list, &oid, is_critical, value.content, seen, findings);
	}
	if (!seen[ROW_KEY] || !seen[ROW_NUMBER])
		lint_add(findings, &lint_rule_missing, "%s",
			rows[seen[ROW_KEY] ? ROW_NUMBER : ROW_KEY].name);
	if (list->issuer->keep_expired && !seen[ROW_EXPIRED])
		lint_add(findings, &lint_rule_missing, "%s", rows[ROW_EXPIRED].name);
}

void lint_crl(const struct lint_policy *policy, const struct lint_crl *asked,
	struct span tbs, struct lint_findings *findings)
{
	struct list list = { .asked = asked,
		.issuer = lint_policy_issuer(policy, asked->issuer) };
	if (list.issuer == NULL) {
		lint_add(findings, &lint_rule_profile, "issuer %.40s", asked->issuer);
		return;
	}
	if (!walk_is_der(tbs, 16)) {
		lint_add(findings, &lint_rule_der, "TBSCertList");
		return;
	}
	if (!take_list(tbs, &list, findings))
		return;
	check_head(&list, findings);
	check_entries(&list, findings);
	check_extensions(&list, findings);
}

struct span lint_crl_number(struct span tbs)
{
	struct list list = { .asked = NULL };
	struct lint_findings dropped = { .count = 0 };
	struct node extension, oid, value, number;
	if (!take_list(tbs, &list, &dropped))
		return (struct span){ NULL, 0 };
	while (walk_take_tag(&list.extensions, 0x30, &extension))
		if (walk_take_tag(&extension.content, 0x06, &oid) &&
			span_equal(oid.content, SPAN(rows[ROW_NUMBER].oid)) &&
			walk_take_tag(&extension.content, 0x04, &value) &&
			walk_take_tag(&value.content, 0x02, &number))
			return number.content;
	return (struct span){ NULL, 0 };
}
