/* identity_check: the papers of a case before the rules of its day. */
#include "common/base/clock.h"
#include "common/flow/identity_rules.h"

enum { JAPAN_S = 9 * 3600, DAY_TEXT = 11 };

/* clang-format off */
static const struct fault_rule not_taken = { "identity.kind", "R-IDV-12",
	"The rules in force do not accept this paper. Ask for another one.",
	"現在の本人確認規則では受け付けられない書類です。別の書類を確認してください。" };
static const struct fault_rule wrong_method = { "identity.method", "R-IDV-14",
	"The rules in force do not accept this paper examined in this way.",
	"この書類は、この確認方法では受け付けられません。" };
static const struct fault_rule no_date = { "identity.date", "R-IDV-10",
	"A date that stands on this paper is missing. Enter it.",
	"この書類に記載の日付が入力されていません。入力してください。" };
static const struct fault_rule too_old = { "identity.age", "R-IDV-11",
	"The paper was issued too long ago, or later than it was examined. Ask for a newer one.",
	"書類の発行日が古すぎるか、確認日より後です。新しい書類を確認してください。" };
static const struct fault_rule cannot_prove = { "identity.attribute", "R-IDV-24",
	"This paper cannot prove this attribute. Add one that can.",
	"この書類ではこの項目を証明できません。証明できる書類を追加してください。" };
static const struct fault_rule too_few = { "identity.count", "R-IDV-12",
	"The papers are not enough: one with a photograph, or two without, or the personnel register.",
	"本人確認書類が足りません。顔写真付き1点、または顔写真のないもの2点、もしくは社内台帳との照合が必要です。" };
static const struct fault_rule no_rules = { "identity.none", "R-IDV-12",
	"There are no identity rules for that day. Tell the registration authority.",
	"その日の本人確認規則がありません。登録局に連絡してください。" };
static const struct fault_rule other_rules = { "identity.rules", "R-IDV-12",
	"Identity was verified by other rules than those of that day. Verify and approve it again.",
	"その日の本人確認規則とは別の規則で確認されています。本人確認と承認をやり直してください。" };
/* clang-format on */

/* Papers carry days of Japan. */
static void day_of(int64_t now, char out[static DAY_TEXT])
{
	char text[CLOCK_TEXT];
	clock_text(now + JAPAN_S, text);
	memcpy(out, text, DAY_TEXT - 1);
	out[DAY_TEXT - 1] = 0;
}

/*
 * The last day on which a paper of that day is young enough. It need not exist: what was issued on 30 November is good for
 * three months until "2027-02-30", and the days that exist compare with that as text.
 */
static void add_months(const char *day, int64_t months, char out[static 40])
{
	int year = 0, month = 1, date = 1;
	sscanf(day, "%d-%d-%d", &year, &month, &date);
	int64_t all = (int64_t)year * 12 + month - 1 + months;
	snprintf(out, 40, "%04lld-%02lld-%02d", (long long)(all / 12),
		(long long)(all % 12 + 1), date);
}

const struct identity_rules *identity_set_at(const struct identity_set *set, int64_t now,
	const struct identity_rules **next)
{
	const struct identity_rules *found = NULL;
	char today[DAY_TEXT];
	day_of(now, today);
	*next = NULL;
	for (size_t i = 0; i < identity_set_count(set) && *next == NULL; i++) {
		const struct identity_rules *rules = identity_set_get(set, i);
		if (strcmp(rules->from, today) <= 0)
			found = rules;
		else
			*next = rules;
	}
	return found;
}

/* The row for a paper: of its kind, on that day, by that method. why: what is wrong when there is none. */
static const struct identity_document *find(const struct identity_rules *rules,
	const struct evidence *item, const char *today, const struct fault_rule **why)
{
	*why = &not_taken;
	for (size_t i = 0; i < rules->count; i++) {
		const struct identity_document *row = &rules->document[i];
		if (strcmp(row->kind, item->kind) != 0 || strcmp(today, row->from) < 0 ||
			(row->until[0] != 0 && strcmp(today, row->until) > 0))
			continue;
		*why = &wrong_method;
		enum identity_method method = identity_method_by_name(item->method);
		if (method != METHOD_COUNT && (row->methods & 1u << method) != 0)
			return row;
	}
	return NULL;
}

static void check_dates(const struct identity_document *row, const struct evidence *item,
	const char *today, struct faults *faults)
{
	char last[40];
	if (row->needs_issued_on && item->issued_on[0] == 0)
		faults_add(faults, &no_date, item->kind, "issuedOn");
	if (row->needs_valid_until && item->valid_until[0] == 0)
		faults_add(faults, &no_date, item->kind, "validUntil");
	if (item->issued_on[0] == 0)
		return;
	add_months(item->issued_on, row->issued_within_months, last);
	if (strcmp(item->issued_on, today) > 0 ||
		(row->issued_within_months > 0 && strcmp(today, last) > 0))
		faults_add(faults, &too_old, item->kind,
			"issued on %s, examined on %s, within %lld months",
			item->issued_on, today, (long long)row->issued_within_months);
}

static void check_claims(const struct identity_document *row, const struct evidence *item,
	struct faults *faults)
{
	uint32_t subject = item->proves_subject & ~row->proves_subject;
	uint32_t san = item->proves_san & ~row->proves_san;
	for (int type = 0; type < NAME_TYPE_COUNT; type++)
		if ((subject & 1u << type) != 0)
			faults_add(faults, &cannot_prove,
				name_kind((enum name_type)type)->name, "%s", item->kind);
	for (int type = 1; type < GENERAL_NAME_TYPE_COUNT; type++)
		if ((san & 1u << type) != 0)
			faults_add(faults, &cannot_prove,
				general_name_word((enum general_name_type)type), "%s",
				item->kind);
}

/* The same paper twice, or both sides of it, count once. */
static bool is_first(const struct evidence_list *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(list->item[i].kind, list->item[at].kind) == 0)
			return false;
	return true;
}

void identity_check(const struct identity_rules *rules, const struct evidence_list *list,
	int64_t now, struct faults *faults)
{
	char today[DAY_TEXT];
	int64_t reached = 0;
	day_of(now, today);
	for (size_t i = 0; i < list->count; i++) {
		const struct evidence *item = &list->item[i];
		const struct fault_rule *why;
		const struct identity_document *row = find(rules, item, today, &why);
		if (row == NULL) {
			faults_add(faults, why, item->kind, "%s by %s on %s", rules->name,
				item->method, today);
			continue;
		}
		check_dates(row, item, today, faults);
		check_claims(row, item, faults);
		if (is_first(list, i))
			reached += row->counts;
	}
	if (reached < rules->needed)
		faults_add(faults, &too_few, "evidence", "%lld of %lld by %s",
			(long long)reached, (long long)rules->needed, rules->name);
}

void identity_judge(const struct identity_set *set, const uint8_t *named,
	const struct evidence_list *list, int64_t now, struct faults *faults)
{
	const struct identity_rules *next;
	const struct identity_rules *rules = identity_set_at(set, now, &next);
	if (rules == NULL)
		faults_add(faults, &no_rules, "evidence", "the first begin on %s",
			next == NULL ? "no day" : next->from);
	else if (named == NULL || memcmp(named, rules->sha256, 32) != 0)
		faults_add(faults, &other_rules, "identityRules", "not %s", rules->name);
	else
		identity_check(rules, list, now, faults);
}
