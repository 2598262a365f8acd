#include "common/flow/roster.h"

/* clang-format off */
static const struct fault_rule contract = { "scope.contract", "R-LRA-01",
	"The LRA's contract is not in force. Tell the registration authority.",
	"LRAの契約が有効ではありません。登録局に連絡してください。" };
static const struct fault_rule organization = { "scope.organization", "R-LRA-02",
	"This LRA may not ask for this organisation. Check every character of the name.",
	"このLRAの契約範囲にない組織です。組織名を1文字ずつ確認してください。" };
static const struct fault_rule identifier = { "scope.organizationIdentifier", "R-LRA-02",
	"This LRA may not ask for this organisation identifier.",
	"このLRAの契約範囲にない組織識別子です。" };
static const struct fault_rule domain = { "scope.mailDomain", "R-LRA-02",
	"This LRA may not ask for addresses in this mail domain.",
	"このLRAの契約範囲にないメールドメインです。" };
static const struct fault_rule profile = { "scope.profile", "R-LRA-02",
	"This LRA may not ask for this kind of certificate.",
	"このLRAの契約範囲にない証明書種別です。" };
static const struct fault_rule validity = { "scope.validity", "R-LRA-02",
	"The certificate would live longer than this LRA's contract allows.",
	"このLRAの契約で認められた有効期間を超えています。" };
static const struct fault_rule kind = { "scope.generalName", "R-LRA-02",
	"This LRA may not ask for names of this kind.",
	"このLRAの契約範囲にない種類の名前です。" };
/* clang-format on */

static bool among(const char *value, const char *list, size_t each, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(value, list + i * each) == 0)
			return true;
	return false;
}

static void check_mailbox(const struct roster_lra *lra, const char *mailbox,
	struct faults *faults)
{
	const char *at = strrchr(mailbox, '@');
	if (at == NULL || !among(at + 1, lra->mail_domain[0], sizeof lra->mail_domain[0],
				  lra->domain_count))
		faults_add(faults, &domain, "rfc822Name", "%.100s",
			at == NULL ? mailbox : at + 1);
}

static void check_names(const struct roster_lra *lra, const struct name *name,
	struct faults *faults)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct name_attribute *row = &name->attribute[i];
		if (row->type == NAME_ORGANIZATION_IDENTIFIER &&
			!among(row->value, lra->organization_identifier[0],
				sizeof lra->organization_identifier[0],
				lra->identifier_count))
			faults_add(faults, &identifier, "organizationIdentifier",
				"%.100s", row->value);
		if (row->type == NAME_ORGANIZATION &&
			!among(row->value, lra->organization[0],
				sizeof lra->organization[0], lra->organization_count))
			faults_add(faults, &organization, "organizationName", "%.100s",
				row->value);
		if (row->type == NAME_EMAIL)
			check_mailbox(lra, row->value, faults);
	}
}

static void check_general_names(const struct roster_lra *lra,
	const struct general_names *names, struct faults *faults)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct general_name *item = &names->item[i];
		if (item->type == GENERAL_NAME_RFC822 ||
			item->type == GENERAL_NAME_SMTP_UTF8)
			check_mailbox(lra, item->value, faults);
		else if (item->type != GENERAL_NAME_DIRECTORY)
			faults_add(faults, &kind, general_name_word(item->type), "%.100s",
				item->value);
	}
	check_names(lra, &names->directory, faults);
}

void scope_check(const struct roster_lra *lra, const struct content *content, int64_t now,
	struct faults *faults)
{
	if (now < lra->valid_from || now > lra->valid_until)
		faults_add(faults, &contract, "lra", "%s", lra->id);
	if (name_get(&content->subject, NAME_ORGANIZATION) == NULL)
		faults_add(faults, &organization, "organizationName", "absent");
	check_names(lra, &content->subject, faults);
	check_general_names(lra, &content->subject_alt_name, faults);
	if (!among(content->profile, lra->profile[0], sizeof lra->profile[0],
		    lra->profile_count))
		faults_add(faults, &profile, "profile", "%.60s", content->profile);
	if (content->validity_s > lra->validity_max_s)
		faults_add(faults, &validity, "validity", "%lld seconds of %lld",
			(long long)content->validity_s, (long long)lra->validity_max_s);
}
