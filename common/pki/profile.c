#include "common/pki/profile.h"

#include "common/base/limits.h"

enum {
	CLOCK_SKEW = 5 * MINUTE
}; /* between the machine that asked and the one that signs */

const char *key_usage_name(unsigned bit)
{
	static const char *const names[KEY_USAGES] = { "digitalSignature",
		"nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
		"keyCertSign", "cRLSign" };
	return bit < KEY_USAGES ? names[bit] : NULL;
}

/* clang-format off */
static const struct fault_rule missing = { "profile.missing", "R-ISS-14",
	"The profile needs this attribute. Enter it.",
	"プロファイルではこの項目が必須です。入力してください。" };
static const struct fault_rule forbidden = { "profile.forbidden", "R-ISS-14",
	"The profile has no such attribute. Remove it.",
	"プロファイルではこの項目は使えません。削除してください。" };
static const struct fault_rule person = { "profile.person", "R-ISS-11",
	"The profile needs surname and givenName, or a pseudonym.",
	"姓と名、または仮名が必要です。" };
static const struct fault_rule mail = { "profile.mail", "R-ISS-13",
	"A mailbox in the subject has to stand in the subjectAltName too. Add it there.",
	"サブジェクトのメールアドレスはSANにも必要です。SANに追加してください。" };
static const struct fault_rule algorithm = { "profile.key", "R-PKQ-01",
	"The profile does not allow a key of this kind. Make one of another kind.",
	"この種類の鍵はプロファイルで認められていません。別の種類の鍵を作成してください。" };
static const struct fault_rule backwards = { "profile.validity.order", "R-ISS-07",
	"The validity ends before it begins.",
	"有効期間の終わりが始まりより前です。" };
static const struct fault_rule too_long = { "profile.validity.long", "R-ISS-07",
	"The validity is longer than the profile allows.",
	"有効期間がプロファイルの上限を超えています。" };
static const struct fault_rule too_short = { "profile.validity.short", "R-ISS-07",
	"The validity is shorter than the profile allows.",
	"有効期間がプロファイルの下限に足りません。" };
static const struct fault_rule backdated = { "profile.validity.backdated", "R-ISS-07",
	"notBefore lies too long before the time of signing.",
	"有効期間の開始が署名時刻より前すぎます。" };
static const struct fault_rule future = { "profile.validity.future", "R-ISS-07",
	"notBefore lies in the future.",
	"有効期間の開始が未来の時刻です。" };
static const struct fault_rule usage = { "profile.keyUsage", "R-ISS-14",
	"The profile has no keyUsage for a key of this kind.",
	"この種類の鍵に対する鍵用途がプロファイルにありません。" };
/* clang-format on */

static void check_presence(enum presence presence, bool stands, const char *field,
	struct faults *faults)
{
	if (presence == PRESENCE_REQUIRED && !stands)
		faults_add(faults, &missing, field, "missing");
	if (presence == PRESENCE_FORBIDDEN && stands)
		faults_add(faults, &forbidden, field, "not in this profile");
}

static void fit_subject(const struct profile *profile, const struct name *subject,
	struct faults *faults)
{
	for (size_t i = 0; i < NAME_TYPE_COUNT; i++) {
		enum name_type type = (enum name_type)i;
		check_presence(profile->subject[i], name_get(subject, type) != NULL,
			name_kind(type)->name, faults);
	}
	/* R-ISS-11: who has a single name has a surname. */
	bool named = name_get(subject, NAME_SURNAME) != NULL ||
		     name_get(subject, NAME_PSEUDONYM) != NULL;
	if (profile->names_or_pseudonym == PRESENCE_REQUIRED && !named)
		faults_add(faults, &person, "surname", "neither surname nor pseudonym");
}

static bool stands(const struct general_names *san, enum general_name_type type)
{
	for (size_t i = 0; i < san->count; i++)
		if (san->item[i].type == type)
			return true;
	return false;
}

/* A mailbox beyond ASCII does for one in ASCII where the profile knows both (SBR 7.1.4.2.1). */
static void fit_san(const struct profile *profile, const struct general_names *san,
	struct faults *faults)
{
	for (size_t i = GENERAL_NAME_NONE + 1; i < GENERAL_NAME_TYPE_COUNT; i++) {
		enum general_name_type type = (enum general_name_type)i;
		bool there = stands(san, type);
		if (type == GENERAL_NAME_RFC822 && !there &&
			profile->san[GENERAL_NAME_SMTP_UTF8] != PRESENCE_FORBIDDEN)
			there = stands(san, GENERAL_NAME_SMTP_UTF8) &&
				profile->san[type] == PRESENCE_REQUIRED;
		check_presence(profile->san[i], there, general_name_word(type), faults);
	}
}

/* R-ISS-13 */
static void fit_mail(const struct name *subject, const struct general_names *san,
	struct faults *faults)
{
	for (size_t i = 0; i < subject->count; i++) {
		const struct name_attribute *attribute = &subject->attribute[i];
		bool is_mail = attribute->type == NAME_EMAIL ||
			       (attribute->type == NAME_COMMON_NAME &&
				       strchr(attribute->value, '@') != NULL);
		bool found = !is_mail;
		for (size_t k = 0; k < san->count && !found; k++)
			found = (san->item[k].type == GENERAL_NAME_RFC822 ||
					san->item[k].type == GENERAL_NAME_SMTP_UTF8) &&
				strcmp(san->item[k].value, attribute->value) == 0;
		if (!found)
			faults_add(faults, &mail, name_kind(attribute->type)->name,
				"\"%.100s\"", attribute->value);
	}
}

static void fit_key(const struct profile *profile, enum key_algorithm key,
	struct faults *faults)
{
	uint32_t bits = key_algorithm_is_rsa(key) ? profile->key_usage_rsa
						  : profile->key_usage_ec;
	if (key <= KEY_NONE || key >= KEY_ALGORITHM_COUNT ||
		(profile->key_algorithms & KEY_BIT(key)) == 0) {
		faults_add(faults, &algorithm, "subjectPublicKeyInfo", "%s",
			key > KEY_NONE && key < KEY_ALGORITHM_COUNT
				? key_algorithm_name(key)
				: "no known kind");
		return;
	}
	if (bits == 0)
		faults_add(faults, &usage, "keyUsage", "none for %s",
			key_algorithm_name(key));
}

/* R-ISS-07: both ends count, so notAfter = notBefore makes one second. */
static void fit_times(const struct profile *profile, int64_t not_before,
	int64_t not_after, int64_t now, struct faults *faults)
{
	int64_t length_s = not_after - not_before + 1;
	if (length_s < 1)
		faults_add(faults, &backwards, "validity", "%lld s", (long long)length_s);
	else if (length_s > profile->validity_max_s)
		faults_add(faults, &too_long, "validity", "%lld of %lld s",
			(long long)length_s, (long long)profile->validity_max_s);
	else if (length_s < profile->validity_min_s)
		faults_add(faults, &too_short, "validity", "%lld of %lld s",
			(long long)length_s, (long long)profile->validity_min_s);
	if (not_before < now - profile->backdate_max_s)
		faults_add(faults, &backdated, "notBefore",
			"%lld s before now, at most %lld", (long long)(now - not_before),
			(long long)profile->backdate_max_s);
	/* PROFILES part 3: a CA's certificate starts at the signing at the latest. */
	if (not_before > now + (profile->is_ca ? 0 : CLOCK_SKEW))
		faults_add(faults, &future, "notBefore", "%lld s after now",
			(long long)(not_before - now));
}

void profile_fits(const struct profile *profile, const struct name *subject,
	const struct general_names *san, enum key_algorithm key, int64_t not_before,
	int64_t not_after, int64_t now, struct faults *faults)
{
	fit_subject(profile, subject, faults);
	fit_san(profile, san, faults);
	fit_mail(subject, san, faults);
	fit_key(profile, key, faults);
	fit_times(profile, not_before, not_after, now, faults);
}

int64_t profile_not_after(int64_t not_before, int64_t length_s)
{
	return not_before + length_s - 1;
}
