#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/mailbox.h"
#include "common/pki/oid.h"
#include "common/pki/profile.h"

/* clang-format off */
#define RULE(code, clause, en, ja) static const struct fault_rule code = { "profile." #code, clause, en, ja }
RULE(identity, "R-ISS-05", "A profile needs a name and a version of 1 or more.",
	"プロファイルには名前と1以上のバージョンが必要です。");
RULE(ca_shape, "PROFILES part 5", "A CA needs keyCertSign and cRLSign and names C, O and CN; a root has no pathLen, purposes, policies or addresses.",
	"認証局にはkeyCertSign・cRLSignとC・O・CNが必要です。ルートにはpathLen・用途・ポリシー・URLを設定しません。");
RULE(path_length, "RFC 5280 section 4.2.1.9", "pathLenConstraint is for CAs alone; a subordinate CA has 0.",
	"pathLenConstraintは認証局専用です。下位認証局では0にします。");
RULE(end_usage, "RFC 5280 section 4.2.1.3", "An end entity does not sign certificates or CRLs.",
	"加入者証明書に証明書・CRL署名の鍵用途は設定できません。");
RULE(no_usage, "PROFILES G12", "keyUsage is missing for a kind of key that is allowed.",
	"認められた鍵の種類に対する鍵用途がありません。");
RULE(usage_kind, "R-ISS-14", "RSA keys do not agree on keys, and EC keys do not encipher.",
	"RSA鍵にkeyAgreement、EC鍵にkeyEncipherment・dataEnciphermentは設定できません。");
RULE(commitment, "R-ISS-14", "nonRepudiation stands alone or with digitalSignature, and never with clientAuth or emailProtection.",
	"nonRepudiationは単独またはdigitalSignatureとだけ使えます。clientAuth・emailProtectionとは併用できません。");
RULE(eku_missing, "R-ISS-14", "An end entity and a subordinate CA need at least one purpose.",
	"加入者証明書と下位認証局には用途（EKU）が必要です。");
RULE(eku_any, "R-ISS-14", "anyExtendedKeyUsage is never used, and OCSPSigning not in a CA.",
	"anyExtendedKeyUsageは使えません。認証局にOCSPSigningは使えません。");
RULE(eku_repeated, "PROFILES G16", "A purpose or policy stands twice.",
	"用途またはポリシーが重複しています。");
RULE(eku_mixed, "R-ISS-14", "serverAuth is not mixed with emailProtection, codeSigning, documentSigning or timeStamping; timeStamping and OCSPSigning stand alone.",
	"serverAuthはemailProtection・codeSigning・documentSigning・timeStampingと併用できません。timeStampingとOCSPSigningは単独で使います。");
RULE(eku_critical, "PROFILES G13", "extKeyUsage is critical for timeStamping and for nothing else.",
	"extKeyUsageをcriticalにするのはtimeStampingだけです。");
RULE(policy_reserved, "R-ISS-15", "Exactly one reserved CA/B policy may stand, first, with an own one behind it, and only for its purpose.",
	"CA/Bの予約ポリシーは一つだけ、先頭に、独自ポリシーと併せて、その用途でのみ使えます。");
RULE(policy_legacy, "R-ISS-15", "The legacy generation of S/MIME policies is no longer allowed.",
	"S/MIMEのlegacy世代のポリシーは使えません。");
RULE(policy_any, "PROFILES part 5", "anyPolicy may stand alone in a subordinate CA and nowhere else.",
	"anyPolicyは下位認証局で単独でのみ使えます。");
RULE(policy_qc, "R-ISS-16", "Statements of EU qualified certificates do not belong here.",
	"EU適格証明書のステートメントは使えません。");
RULE(cps, "PROFILES G15", "The CPS address is http or https, needs a policy, and is left out for TLS.",
	"CPSのURLはhttp/httpsで、ポリシーが必要です。TLSには設定しません。");
RULE(validity, "R-ISS-07", "The validity is not in order: minimum, default, maximum and the maximum of this kind.",
	"有効期間の最小・既定・最大、またはこの種類の上限が正しくありません。");
RULE(backdate, "PROFILES part 3", "Backdating is at most 48 hours, for CAs and OCSP one day.",
	"遡及は48時間まで、認証局とOCSPは1日までです。");
RULE(key_kinds, "R-PKQ-01", "No kind of key, or one that is too weak for this use: roots take RSA-4096 and P-384, RSA-2048 is for TLS alone.",
	"鍵の種類がないか、この用途には弱すぎます。ルートはRSA-4096・P-384、RSA-2048はTLSのみです。");
RULE(subject_shape, "PROFILES part 2", "The attributes contradict each other: OU in a CA or TLS, names without person, mail without SAN.",
	"項目の組合せが矛盾しています（認証局・TLSのOU、人名のない氏名設定、SANのないメール等）。");
RULE(san_shape, "R-ISS-13", "The kinds of names do not fit the purposes: mail needs a mailbox, TLS a dNSName; CAs and OCSP have none.",
	"SANの種類が用途に合いません（メールにはメールアドレス、TLSにはdNSName。認証局・OCSPには設定しません）。");
RULE(identifiers, "PROFILES G7", "authorityKeyIdentifier is always there, subjectKeyIdentifier in every CA.",
	"authorityKeyIdentifierは常に、認証局にはsubjectKeyIdentifierも必要です。");
RULE(status, "PROFILES part 6", "A certificate needs a CRL or OCSP address; a responder's has neither of them, but ocsp-nocheck.",
	"CRLまたはOCSPのURLが必要です。OCSPレスポンダー証明書はどちらも持たず、ocsp-nocheckを設定します。");
RULE(constraints, "PROFILES G14", "nameConstraints are for CAs alone, and their dNSNames are lower-case domains.",
	"nameConstraintsは認証局専用で、dNSNameは小文字のドメイン名にします。");
RULE(handover, "BR 6.1.1.3", "Keys of TLS servers, of responders and of CAs are never made for their holder.",
	"TLSサーバー・OCSP・認証局の鍵を代理生成することはできません。");
#undef RULE

static const struct oid any_policy       = { 4, { 0x55, 0x1d, 0x20, 0x00 } };
static const struct oid any_eku          = { 4, { 0x55, 0x1d, 0x25, 0x00 } };
static const struct oid server_auth      = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 } };
static const struct oid client_auth      = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 } };
static const struct oid code_signing     = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03 } };
static const struct oid email_protection = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04 } };
static const struct oid time_stamping    = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08 } };
static const struct oid ocsp_signing     = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09 } };
static const struct oid document_signing = { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24 } };
static const struct oid cab              = { 4, { 0x67, 0x81, 0x0c, 0x01 } };                   /* 2.23.140.1 */
static const struct oid cab_smime        = { 5, { 0x67, 0x81, 0x0c, 0x01, 0x05 } };
static const struct oid etsi_qcs         = { 5, { 0x04, 0x00, 0x8e, 0x46, 0x01 } };             /* 0.4.0.1862.1 */

/* clang-format on */

static const struct oid *const never_beside_server_auth[] = { &email_protection,
	&code_signing, &time_stamping, &document_signing };

static void unless(bool good, const struct fault_rule *rule, const char *field,
	const char *detail, struct faults *faults)
{
	if (!good)
		faults_add(faults, rule, field, "%s", detail);
}

/* ---- what kind of profile it is */

static bool has_eku(const struct profile *profile, const struct oid *purpose)
{
	for (size_t i = 0; i < profile->eku_count; i++)
		if (oid_equal(&profile->eku[i], purpose))
			return true;
	return false;
}

static bool below(const struct oid *oid, const struct oid *arc)
{
	return oid->len > arc->len && memcmp(oid->octet, arc->octet, arc->len) == 0;
}

static size_t policies_below(const struct profile *profile, const struct oid *arc)
{
	size_t count = 0;
	for (size_t i = 0; i < profile->policy_count; i++)
		count += below(&profile->policy[i], arc);
	return count;
}

static bool is_root(const struct profile *profile)
{
	return profile->is_ca && profile->issuer[0] == 0;
}

static bool is_ca(const struct profile *profile)
{
	return profile->is_ca;
}

static bool is_responder(const struct profile *profile)
{
	return !profile->is_ca && has_eku(profile, &ocsp_signing);
}

static bool is_tls(const struct profile *profile)
{
	return !profile->is_ca && has_eku(profile, &server_auth);
}

static bool is_public_tls(const struct profile *profile)
{
	return is_tls(profile) && policies_below(profile, &cab) > 0;
}

static bool is_smime(const struct profile *profile)
{
	return !profile->is_ca && policies_below(profile, &cab_smime) > 0;
}

static bool is_time_stamping(const struct profile *profile)
{
	return !profile->is_ca && has_eku(profile, &time_stamping);
}

static bool is_any(const struct profile *profile)
{
	return profile != NULL;
}

/* PROFILES part 3, in days; the first row that fits counts. Five years hold two leap days at most. */
/* clang-format off */
static const struct period {
	bool (*fits)(const struct profile *profile);
	int64_t min_days, max_days;
} periods[] = {
	{ is_root,          2922, 9132 }, /* BR 7.1.2.1.1 */
	{ is_ca,               1, 9132 },
	{ is_responder,        0,   90 },
	{ is_public_tls,       0,  200 }, /* BR 6.3.2; R-ISS-08 lowers it by the date of signing */
	{ is_tls,              0,  397 },
	{ is_smime,            0,  825 }, /* SBR 6.3.2 */
	{ is_time_stamping,    0, 4110 }, /* CSBR 6.3.2: 135 months */
	{ is_any,              0, 1827 }, /* 電子署名法施行規則6条1項4号: five years */
};
/* clang-format on */

/* ---- rules by topic */

static void check_shape(const struct profile *profile, struct faults *faults)
{
	const bool ca = profile->is_ca, root = is_root(profile);
	unless(profile->name[0] != 0 && profile->version >= 1, &identity, "profile",
		"name or version", faults);
	unless(ca || profile->issuer[0] != 0, &identity, "issuer", "missing", faults);
	unless(ca || profile->path_length == -1, &path_length, "pathLenConstraint",
		"not a CA", faults);
	unless(!ca || root || profile->path_length == 0, &path_length,
		"pathLenConstraint", "not 0", faults);
	unless(!root || profile->path_length == -1, &ca_shape, "pathLenConstraint",
		"in a root", faults);
	unless(!root || profile->eku_count + profile->policy_count == 0, &ca_shape,
		"extKeyUsage", "purposes or policies in a root", faults);
	unless(!root || (!profile->crl_distribution_points && !profile->aia_ocsp &&
				!profile->aia_ca_issuers),
		&ca_shape, "authorityInfoAccess", "addresses in a root", faults);
	bool constrained = profile->permitted_dns_count > 0 || profile->excluded_rfc822;
	unless(ca || !constrained, &constraints, "nameConstraints", "not a CA", faults);
	for (size_t i = 0; i < profile->permitted_dns_count; i++)
		unless(domain_valid(profile->permitted_dns[i], 1), &constraints,
			"nameConstraints", profile->permitted_dns[i], faults);
}

static void check_key_usage(const struct profile *profile, uint32_t bits, bool rsa,
	struct faults *faults)
{
	static const uint32_t signs = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	static const uint32_t encrypts = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT;
	const char *field = rsa ? "keyUsage of RSA" : "keyUsage of EC";
	if (profile->is_ca)
		unless((bits & ~(uint32_t)KU_DIGITAL_SIGNATURE) == signs, &ca_shape,
			field, "not keyCertSign and cRLSign", faults);
	else
		unless((bits & signs) == 0, &end_usage, field, "keyCertSign or cRLSign",
			faults);
	unless((bits & (rsa ? (uint32_t)KU_KEY_AGREEMENT : encrypts)) == 0, &usage_kind,
		field, "not for this kind of key", faults);
	if ((bits & KU_NON_REPUDIATION) == 0)
		return;
	unless((bits & ~(uint32_t)(KU_NON_REPUDIATION | KU_DIGITAL_SIGNATURE)) == 0,
		&commitment, field, "beside encryption", faults);
	unless(!has_eku(profile, &client_auth) && !has_eku(profile, &email_protection),
		&commitment, "extKeyUsage", "clientAuth or emailProtection", faults);
}

static void check_keys(const struct profile *profile, struct faults *faults)
{
	static const uint32_t ec = KEY_BIT(KEY_P256) | KEY_BIT(KEY_P384);
	static const uint32_t rsa =
		KEY_BIT(KEY_RSA_2048) | KEY_BIT(KEY_RSA_3072) | KEY_BIT(KEY_RSA_4096);
	static const uint32_t strong = KEY_BIT(KEY_RSA_4096) | KEY_BIT(KEY_P384);
	const uint32_t allowed = profile->key_algorithms;
	unless(allowed != 0 && (allowed & ~(ec | rsa)) == 0, &key_kinds, "keyAlgorithms",
		"none, or unknown ones", faults);
	unless(!is_root(profile) || (allowed & ~strong) == 0, &key_kinds, "keyAlgorithms",
		"too weak for a root", faults);
	unless((allowed & KEY_BIT(KEY_RSA_2048)) == 0 || is_tls(profile), &key_kinds,
		"keyAlgorithms", "RSA-2048", faults);
	unless((allowed & rsa) == 0 || profile->key_usage_rsa != 0, &no_usage,
		"keyUsage of RSA", "missing", faults);
	unless((allowed & ec) == 0 || profile->key_usage_ec != 0, &no_usage,
		"keyUsage of EC", "missing", faults);
	if (profile->key_usage_rsa != 0)
		check_key_usage(profile, profile->key_usage_rsa, true, faults);
	if (profile->key_usage_ec != 0)
		check_key_usage(profile, profile->key_usage_ec, false, faults);
	bool never = profile->is_ca || is_tls(profile) || is_responder(profile);
	unless(!never || !profile->subscriber_key_generation, &handover,
		"subscriberKeyGeneration", "set", faults);
}

static bool all_different(const struct oid *list, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (oid_equal(&list[i], &list[k]))
				return false;
	return true;
}

static void check_purposes(const struct profile *profile, struct faults *faults)
{
	static const char field[] = "extKeyUsage";
	const bool stamps = has_eku(profile, &time_stamping);
	const bool answers = has_eku(profile, &ocsp_signing);
	unless(profile->eku_count > 0 || is_root(profile), &eku_missing, field, "empty",
		faults);
	unless(!has_eku(profile, &any_eku), &eku_any, field, "anyExtendedKeyUsage",
		faults);
	unless(!profile->is_ca || !answers, &eku_any, field, "OCSPSigning in a CA",
		faults);
	unless(all_different(profile->eku, profile->eku_count), &eku_repeated, field,
		"repeated", faults);
	unless((!stamps && !answers) || profile->eku_count == 1, &eku_mixed, field,
		"timeStamping or OCSPSigning beside others", faults);
	for (size_t i = 0; i < COUNT(never_beside_server_auth); i++)
		unless(!has_eku(profile, &server_auth) ||
				!has_eku(profile, never_beside_server_auth[i]),
			&eku_mixed, field, oid_name(never_beside_server_auth[i]), faults);
	unless(profile->eku_critical == (stamps && !profile->is_ca), &eku_critical, field,
		profile->eku_critical ? "critical" : "not critical", faults);
}

/* A reserved policy speaks for one purpose: 2.23.140.1.5 for mail, the others below 2.23.140.1 for TLS servers. */
static void check_reserved(const struct profile *profile, const struct oid *policy,
	size_t place, struct faults *faults)
{
	static const char field[] = "certificatePolicies";
	bool mail = below(policy, &cab_smime);
	unless(has_eku(profile, mail ? &email_protection : &server_auth),
		&policy_reserved, field, "not for this purpose", faults);
	unless(!mail || policy->octet[policy->len - 1] != 1, &policy_legacy, field,
		"a legacy generation", faults);
	if (profile->is_ca)
		return;
	unless(place == 0, &policy_reserved, field, "not in the first place", faults);
	unless(profile->policy_count > policies_below(profile, &cab), &policy_reserved,
		field, "no own policy beside it", faults);
}

static void check_policies(const struct profile *profile, struct faults *faults)
{
	static const char field[] = "certificatePolicies";
	unless(all_different(profile->policy, profile->policy_count), &eku_repeated,
		field, "repeated", faults);
	unless(profile->is_ca || policies_below(profile, &cab) <= 1, &policy_reserved,
		field, "more than one", faults);
	for (size_t i = 0; i < profile->policy_count; i++) {
		const struct oid *policy = &profile->policy[i];
		if (below(policy, &cab))
			check_reserved(profile, policy, i, faults);
		unless(!oid_equal(policy, &any_policy) ||
				(profile->is_ca && profile->policy_count == 1),
			&policy_any, field, "anyPolicy", faults);
	}
	unless(policies_below(profile, &etsi_qcs) == 0, &policy_qc, field,
		"below 0.4.0.1862.1", faults);
	if (profile->cps_uri[0] == 0)
		return;
	bool web = text_starts(profile->cps_uri, "http://") ||
		   text_starts(profile->cps_uri, "https://");
	unless(web && profile->policy_count > 0 && !has_eku(profile, &server_auth), &cps,
		"cPSuri", profile->cps_uri, faults);
}

static void check_periods(const struct profile *profile, struct faults *faults)
{
	const int64_t usual = profile->validity_default_s, most = profile->validity_max_s;
	const struct period *period = periods;
	unless(profile->validity_min_s >= 0 && profile->validity_min_s <= usual &&
			usual > 0 && usual <= most,
		&validity, "validity", "not minimum, default, maximum", faults);
	while (!period->fits(profile) && period < periods + COUNT(periods) - 1)
		period++;
	unless(most <= period->max_days * DAY, &validity, "validity",
		"the maximum is too long for this kind", faults);
	unless(usual >= period->min_days * DAY, &validity, "validity",
		"the default is too short for this kind", faults);
	const int64_t back = profile->is_ca || is_responder(profile) ? 1 * DAY : 2 * DAY;
	unless(profile->backdate_max_s >= 0 && profile->backdate_max_s <= back, &backdate,
		"notBefore", "too far back", faults);
}

static void check_subject(const struct profile *profile, struct faults *faults)
{
	const enum presence *subject = profile->subject;
	const bool person = subject[NAME_SURNAME] != PRESENCE_FORBIDDEN ||
			    subject[NAME_GIVEN_NAME] != PRESENCE_FORBIDDEN ||
			    subject[NAME_PSEUDONYM] != PRESENCE_FORBIDDEN;
	const bool thing = profile->is_ca || is_tls(profile) || is_responder(profile);
	unless(!thing || subject[NAME_ORGANIZATIONAL_UNIT] == PRESENCE_FORBIDDEN,
		&subject_shape, "organizationalUnitName", "in a CA, TLS or OCSP", faults);
	unless(!thing || !person, &subject_shape, "surname", "in a CA, TLS or OCSP",
		faults);
	unless(profile->names_or_pseudonym != PRESENCE_REQUIRED || person, &subject_shape,
		"surname", "needed and forbidden", faults);
	unless(!profile->is_ca ||
			(subject[NAME_COUNTRY] == PRESENCE_REQUIRED &&
				subject[NAME_ORGANIZATION] == PRESENCE_REQUIRED &&
				subject[NAME_COMMON_NAME] == PRESENCE_REQUIRED),
		&ca_shape, "subject", "C, O and CN are not all needed", faults);
	unless(subject[NAME_EMAIL] == PRESENCE_FORBIDDEN ||
			profile->san[GENERAL_NAME_RFC822] != PRESENCE_FORBIDDEN,
		&subject_shape, "emailAddress", "no rfc822Name to repeat it", faults);
}

static void check_san(const struct profile *profile, struct faults *faults)
{
	static const char field[] = "subjectAltName";
	const enum presence *san = profile->san;
	const bool mailbox = san[GENERAL_NAME_RFC822] != PRESENCE_FORBIDDEN ||
			     san[GENERAL_NAME_SMTP_UTF8] != PRESENCE_FORBIDDEN;
	for (size_t i = GENERAL_NAME_NONE + 1; i < GENERAL_NAME_TYPE_COUNT; i++)
		unless((!profile->is_ca && !is_responder(profile)) ||
				san[i] == PRESENCE_FORBIDDEN,
			&san_shape, field, "in a CA or responder", faults);
	if (profile->is_ca)
		return;
	if (has_eku(profile, &email_protection)) {
		unless(mailbox, &san_shape, field, "no mailbox", faults);
		unless(san[GENERAL_NAME_DNS] == PRESENCE_FORBIDDEN, &san_shape, field,
			"dNSName beside mail", faults);
	}
	unless(!is_smime(profile) || san[GENERAL_NAME_RFC822] == PRESENCE_REQUIRED,
		&san_shape, field, "the mailbox is not required", faults);
	unless(!is_tls(profile) || san[GENERAL_NAME_DNS] == PRESENCE_REQUIRED, &san_shape,
		field, "dNSName is not required", faults);
}

static void check_status(const struct profile *profile, struct faults *faults)
{
	const bool answers = is_responder(profile);
	const bool addressed = profile->crl_distribution_points || profile->aia_ocsp;
	unless(profile->authority_key_identifier, &identifiers, "authorityKeyIdentifier",
		"absent", faults);
	unless(!profile->is_ca || profile->subject_key_identifier, &identifiers,
		"subjectKeyIdentifier", "absent", faults);
	unless(profile->ocsp_nocheck == answers, &status, "ocsp-nocheck",
		answers ? "absent" : "present", faults);
	if (is_root(profile))
		return;
	unless(answers != addressed, &status, "cRLDistributionPoints",
		answers ? "present" : "absent", faults);
	unless(!profile->is_ca || profile->crl_distribution_points, &status,
		"cRLDistributionPoints", "absent in a CA", faults);
	/* BR 7.1.2.8.8: a responder should have no policies. */
	unless(!answers || profile->policy_count == 0, &status, "certificatePolicies",
		"in a responder", faults);
}

void profile_check(const struct profile *profile, struct faults *faults)
{
	check_shape(profile, faults);
	check_keys(profile, faults);
	check_purposes(profile, faults);
	check_policies(profile, faults);
	check_periods(profile, faults);
	check_subject(profile, faults);
	check_san(profile, faults);
	check_status(profile, faults);
}
