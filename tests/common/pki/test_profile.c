#include "common/pki/profile.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/oid.h"
#include "tests/check.h"
#include "tests/support/profiles.h"

static const int64_t now = 1800000000;

/* clang-format off */
static struct profile (*const shipped[])(void) = { test_profile_root, test_profile_sub, test_profile_systems,
	test_profile_person, test_profile_sign, test_profile_server, test_profile_ocsp, test_profile_stamp };
/* clang-format on */

static void codes_of(const struct faults *faults, char *out, size_t size)
{
	out[0] = 0;
	for (size_t i = 0; i < faults->count; i++) {
		size_t len = strlen(out);
		const char *code = strchr(faults->row[i].code, '.') + 1;
		/* One rule may find fault with RSA and with EC: once is enough here. */
		if (strstr(out, code) == NULL)
			snprintf(out + len, size - len, "%s%s", len == 0 ? "" : " ",
				code);
	}
}

static void expect(const struct profile *profile, const char *want, const char *what)
{
	struct faults faults = { .count = 0 };
	char codes[512];
	profile_check(profile, &faults);
	codes_of(&faults, codes, sizeof codes);
	CHECK_TEXT(codes, want, "%s", what);
	for (size_t i = 0; i < faults.count; i++)
		CHECK(faults.row[i].en[0] != 0 &&
				text_length(blob_text(faults.row[i].ja)) > 8 &&
				faults.row[i].detail[0] != 0,
			"%s: %s tells what to do, twice", what, faults.row[i].code);
}

static struct oid oid_of(const char *text)
{
	struct oid oid = { .len = 0 };
	CHECK_OK(oid_parse(text, &oid), "%s", text);
	return oid;
}

static void test_check_good(void)
{
	for (size_t i = 0; i < COUNT(shipped); i++) {
		struct profile profile = shipped[i]();
		expect(&profile, "", profile.name);
	}
}

/* What each row breaks in a profile that is good without it: a table, too. */
/* clang-format off */
static void no_name(struct profile *p) { p->name[0] = 0; }
static void version_0(struct profile *p) { p->version = 0; }
static void no_issuer(struct profile *p) { p->issuer[0] = 0; }
static void path_0(struct profile *p) { p->path_length = 0; }
static void path_none(struct profile *p) { p->path_length = -1; }
static void path_1(struct profile *p) { p->path_length = 1; }
static void eku_any(struct profile *p) { p->eku[p->eku_count++] = oid_of("anyExtendedKeyUsage"); }
static void eku_mail(struct profile *p) { p->eku[p->eku_count++] = oid_of("emailProtection"); }
static void eku_code(struct profile *p) { p->eku[p->eku_count++] = oid_of("codeSigning"); }
static void eku_stamp(struct profile *p) { p->eku[p->eku_count++] = oid_of("timeStamping"); }
static void eku_document(struct profile *p) { p->eku[p->eku_count++] = oid_of("documentSigning"); }
static void eku_client(struct profile *p) { p->eku[p->eku_count++] = oid_of("clientAuth"); }
static void eku_server(struct profile *p) { p->eku[p->eku_count++] = oid_of("serverAuth"); }
static void eku_ocsp(struct profile *p) { p->eku[p->eku_count++] = oid_of("OCSPSigning"); }
static void eku_none(struct profile *p) { p->eku_count = 0; }
static void eku_twice(struct profile *p) { p->eku[p->eku_count++] = p->eku[0]; }
static void critical(struct profile *p) { p->eku_critical = true; }
static void uncritical(struct profile *p) { p->eku_critical = false; }
static void policy_add(struct profile *p, const char *text) { p->policy[p->policy_count++] = oid_of(text); }
static void policy_any(struct profile *p) { policy_add(p, "anyPolicy"); }
static void policy_twice(struct profile *p) { policy_add(p, "2.999.1.1.1"); }
static void policy_own(struct profile *p) { policy_add(p, "2.999.1.77.1"); }
static void policy_second(struct profile *p) { policy_add(p, "2.23.140.1.5.3.3"); }
static void policy_last(struct profile *p) { p->policy[1] = p->policy[0]; p->policy[0] = oid_of("2.999.1.1.1"); }
static void policy_alone(struct profile *p) { p->policy_count = 1; }
static void policy_legacy(struct profile *p) { p->policy[0] = oid_of("2.23.140.1.5.3.1"); }
static void policy_tls(struct profile *p) { p->policy[0] = oid_of("2.23.140.1.2.2"); }
static void policy_mail(struct profile *p) { p->policy[0] = oid_of("2.23.140.1.5.3.2"); }
static void policy_qc(struct profile *p) { policy_add(p, "0.4.0.1862.1.1"); }
static void policy_qc_sscd(struct profile *p) { policy_add(p, "id-etsi-qcs-QcSSCD"); }
static void cps_ftp(struct profile *p) { snprintf(p->cps_uri, sizeof p->cps_uri, "ftp://inkan.example/cps"); }
static void cps_set(struct profile *p) { snprintf(p->cps_uri, sizeof p->cps_uri, "https://inkan.example/cps"); }
static void cps_without(struct profile *p) { p->policy_count = 0; }
static void ku_none_ec(struct profile *p) { p->key_usage_ec = 0; }
static void ku_none_rsa(struct profile *p) { p->key_usage_rsa = 0; }
static void ku_ec_encipher(struct profile *p) { p->key_usage_ec |= KU_KEY_ENCIPHERMENT; }
static void ku_ec_data(struct profile *p) { p->key_usage_ec |= KU_DATA_ENCIPHERMENT; }
static void ku_ec_agree(struct profile *p) { p->key_usage_ec |= KU_KEY_AGREEMENT; }
static void ku_rsa_agree(struct profile *p) { p->key_usage_rsa |= KU_KEY_AGREEMENT; }
static void ku_cert_sign(struct profile *p) { p->key_usage_ec |= KU_KEY_CERT_SIGN; }
static void ku_crl_sign(struct profile *p) { p->key_usage_rsa |= KU_CRL_SIGN; }
static void ku_repudiation(struct profile *p) { p->key_usage_ec |= KU_NON_REPUDIATION; }
static void ku_type_b(struct profile *p) { p->key_usage_ec |= KU_DIGITAL_SIGNATURE; }
static void ku_sign_encipher(struct profile *p) { p->key_usage_rsa |= KU_KEY_ENCIPHERMENT; }
static void ku_ca_no_crl(struct profile *p) { p->key_usage_ec = KU_KEY_CERT_SIGN; }
static void ku_ca_more(struct profile *p) { p->key_usage_ec |= KU_KEY_AGREEMENT; }
static void ku_ca_ocsp(struct profile *p) { p->key_usage_ec |= KU_DIGITAL_SIGNATURE; }
static void keys_none(struct profile *p) { p->key_algorithms = 0; }
static void keys_unknown(struct profile *p) { p->key_algorithms |= 1; }
static void keys_2048(struct profile *p) { p->key_algorithms |= KEY_BIT(KEY_RSA_2048); }
static void keys_p256(struct profile *p) { p->key_algorithms |= KEY_BIT(KEY_P256); }
static void keys_ec_only(struct profile *p) { p->key_algorithms = KEY_BIT(KEY_P256); p->key_usage_rsa = 0; }
static void valid_0(struct profile *p) { p->validity_default_s = 0; }
static void valid_above(struct profile *p) { p->validity_default_s = p->validity_max_s + 1; }
static void valid_at(struct profile *p) { p->validity_default_s = p->validity_max_s; }
static void valid_below(struct profile *p) { p->validity_min_s = p->validity_default_s + 1; }
static void valid_max(struct profile *p) { p->validity_max_s += 1; }
static void valid_5_years(struct profile *p) { p->validity_max_s = 1827 * DAY; }
static void valid_over_5_years(struct profile *p) { p->validity_max_s = 1827 * DAY + 1; }
static void valid_short_root(struct profile *p) { p->validity_default_s = p->validity_min_s = 2921LL * DAY; }
static void valid_public_tls(struct profile *p) { policy_tls(p); policy_own(p); }
static void valid_public_tls_200(struct profile *p) { valid_public_tls(p); p->validity_default_s = p->validity_max_s = 200 * DAY; }
static void back_1(struct profile *p) { p->backdate_max_s = 1 * DAY + 1; }
static void back_2(struct profile *p) { p->backdate_max_s = 2 * DAY + 1; }
static void back_minus(struct profile *p) { p->backdate_max_s = -1; }
static void ou(struct profile *p) { p->subject[NAME_ORGANIZATIONAL_UNIT] = PRESENCE_OPTIONAL; }
static void with_surname(struct profile *p) { p->subject[NAME_SURNAME] = PRESENCE_OPTIONAL; }
static void no_country(struct profile *p) { p->subject[NAME_COUNTRY] = PRESENCE_OPTIONAL; }
static void names_needed(struct profile *p) { p->names_or_pseudonym = PRESENCE_REQUIRED; }
static void mail_subject(struct profile *p) { p->subject[NAME_EMAIL] = PRESENCE_OPTIONAL; }
static void san_no_mail(struct profile *p) { p->san[GENERAL_NAME_RFC822] = p->san[GENERAL_NAME_SMTP_UTF8] = PRESENCE_FORBIDDEN; }
static void san_mail_optional(struct profile *p) { p->san[GENERAL_NAME_RFC822] = PRESENCE_OPTIONAL; }
static void san_dns(struct profile *p) { p->san[GENERAL_NAME_DNS] = PRESENCE_OPTIONAL; }
static void san_uri(struct profile *p) { p->san[GENERAL_NAME_URI] = PRESENCE_OPTIONAL; }
static void no_aki(struct profile *p) { p->authority_key_identifier = false; }
static void no_ski(struct profile *p) { p->subject_key_identifier = false; }
static void cdp(struct profile *p) { p->crl_distribution_points = true; }
static void no_cdp(struct profile *p) { p->crl_distribution_points = false; }
static void no_status(struct profile *p) { p->crl_distribution_points = p->aia_ocsp = false; }
static void aia_ocsp(struct profile *p) { p->aia_ocsp = true; }
static void aia_issuers(struct profile *p) { p->aia_ca_issuers = true; }
static void nocheck(struct profile *p) { p->ocsp_nocheck = true; }
static void no_nocheck(struct profile *p) { p->ocsp_nocheck = false; }
static void constrained(struct profile *p) { p->excluded_rfc822 = true; }
static void dns_wrong(struct profile *p) { p->permitted_dns[0][0] = 'L'; }
static void handover(struct profile *p) { p->subscriber_key_generation = true; }
/* clang-format on */

/* proves R-ISS-14 R-ISS-15 R-ISS-16; each refusal row with its border beside it */
static void test_check_rows(void)
{
	/* clang-format off */
	static const struct { struct profile (*from)(void); void (*breaks)(struct profile *); const char *what, *want; } rows[] = {
		{ test_profile_person,  no_name,              "no name",                        "identity" },
		{ test_profile_person,  version_0,            "version 0",                      "identity" },
		{ test_profile_person,  no_issuer,            "no issuer",                      "identity" },
		{ test_profile_person,  path_0,               "pathLen in an end entity",       "path_length" },
		{ test_profile_sub,     path_none,            "a sub CA without pathLen",       "path_length" },
		{ test_profile_sub,     path_1,               "a sub CA with pathLen 1",        "path_length" },
		{ test_profile_root,    path_0,               "a root with pathLen",            "ca_shape" },
		{ test_profile_root,    eku_client,           "a root with purposes",           "ca_shape" },
		{ test_profile_root,    policy_own,           "a root with policies",           "ca_shape" },
		{ test_profile_root,    cdp,                  "a root with CDP",                "ca_shape" },
		{ test_profile_root,    aia_issuers,          "a root with AIA",                "ca_shape" },
		{ test_profile_person,  eku_any,              "anyExtendedKeyUsage",            "eku_any" },
		{ test_profile_sub,     eku_any,              "anyExtendedKeyUsage in a CA",    "eku_any" },
		{ test_profile_sub,     eku_ocsp,             "OCSPSigning in a CA",            "eku_any eku_mixed" },
		{ test_profile_person,  eku_none,             "no purpose",                     "eku_missing policy_reserved" },
		{ test_profile_person,  eku_twice,            "a purpose twice",                "eku_repeated" },
		{ test_profile_person,  eku_server,           "serverAuth beside mail",         "handover eku_mixed validity subject_shape san_shape" },
		{ test_profile_server,  eku_mail,             "mail beside serverAuth",         "eku_mixed san_shape" },
		{ test_profile_server,  eku_code,             "codeSigning beside serverAuth",  "eku_mixed" },
		{ test_profile_server,  eku_document,         "documentSigning beside it",      "eku_mixed" },
		{ test_profile_server,  eku_client,           "clientAuth beside serverAuth",   "" },
		{ test_profile_server,  eku_stamp,            "timeStamping beside serverAuth", "eku_mixed eku_critical" },
		{ test_profile_systems, eku_mail,             "mail beside serverAuth in a CA", "eku_mixed" },
		{ test_profile_stamp,   eku_client,           "timeStamping beside others",     "eku_mixed" },
		{ test_profile_ocsp,    eku_client,           "OCSPSigning beside others",      "eku_mixed" },
		{ test_profile_stamp,   uncritical,           "timeStamping not critical",      "eku_critical" },
		{ test_profile_person,  critical,             "purposes critical",              "eku_critical" },
		{ test_profile_person,  policy_any,           "anyPolicy in an end entity",     "policy_any" },
		{ test_profile_sub,     policy_any,           "anyPolicy beside others",        "policy_any" },
		{ test_profile_person,  policy_twice,         "a policy twice",                 "eku_repeated" },
		{ test_profile_person,  policy_own,           "two own policies",               "" },
		{ test_profile_person,  policy_second,        "two reserved policies",          "policy_reserved" },
		{ test_profile_sub,     policy_second,        "two of them in a CA",            "" },
		{ test_profile_person,  policy_last,          "the reserved one last",          "policy_reserved" },
		{ test_profile_person,  policy_alone,         "no own policy",                  "policy_reserved" },
		{ test_profile_person,  policy_legacy,        "the legacy generation",          "policy_legacy" },
		{ test_profile_sub,     policy_legacy,        "the legacy generation in a CA",  "policy_legacy" },
		{ test_profile_person,  policy_tls,           "a TLS policy for a person",      "policy_reserved" },
		{ test_profile_server,  policy_mail,          "a mail policy for a server",     "policy_reserved validity san_shape" },
		{ test_profile_stamp,   policy_mail,          "a mail policy for stamps",       "policy_reserved validity san_shape" },
		{ test_profile_person,  policy_qc,            "QcCompliance",                   "policy_qc" },
		{ test_profile_sign,    policy_qc_sscd,       "QcSSCD",                         "policy_qc" },
		{ test_profile_sign,    cps_ftp,              "a CPS by FTP",                   "cps" },
		{ test_profile_sign,    cps_set,              "a CPS by https",                 "" },
		{ test_profile_sign,    cps_without,          "a CPS without policy",           "cps" },
		{ test_profile_server,  cps_set,              "a CPS for TLS",                  "cps" },
		{ test_profile_person,  ku_none_ec,           "no usage for EC",                "no_usage" },
		{ test_profile_person,  ku_none_rsa,          "no usage for RSA",               "no_usage" },
		{ test_profile_person,  keys_ec_only,         "no RSA at all",                  "" },
		{ test_profile_person,  ku_ec_encipher,       "EC that enciphers keys",         "usage_kind" },
		{ test_profile_person,  ku_ec_data,           "EC that enciphers data",         "usage_kind" },
		{ test_profile_person,  ku_ec_agree,          "EC that agrees",                 "" },
		{ test_profile_person,  ku_rsa_agree,         "RSA that agrees",                "usage_kind" },
		{ test_profile_person,  ku_cert_sign,         "a person that signs certificates", "end_usage" },
		{ test_profile_ocsp,    ku_crl_sign,          "a responder that signs CRLs",    "end_usage" },
		{ test_profile_person,  ku_repudiation,       "commitment with clientAuth",     "commitment" },
		{ test_profile_sign,    eku_client,           "clientAuth with commitment",     "commitment" },
		{ test_profile_sign,    eku_mail,             "mail with commitment",           "commitment san_shape" },
		{ test_profile_sign,    ku_type_b,            "type B",                         "" },
		{ test_profile_sign,    ku_sign_encipher,     "commitment with encryption",     "commitment" },
		{ test_profile_sub,     ku_ca_no_crl,         "a CA without cRLSign",           "ca_shape" },
		{ test_profile_sub,     ku_ca_more,           "a CA that agrees on keys",       "ca_shape" },
		{ test_profile_root,    ku_ca_ocsp,           "a CA that signs OCSP itself",    "" },
		{ test_profile_person,  keys_none,            "no keys",                        "key_kinds" },
		{ test_profile_person,  keys_unknown,         "unknown keys",                   "key_kinds" },
		{ test_profile_person,  keys_2048,            "RSA-2048 for people",            "key_kinds" },
		{ test_profile_server,  keys_2048,            "RSA-2048 for TLS",               "" },
		{ test_profile_root,    keys_p256,            "a root of P-256",                "key_kinds" },
		{ test_profile_person,  valid_0,              "no validity",                    "validity" },
		{ test_profile_person,  valid_above,          "default above maximum",          "validity" },
		{ test_profile_person,  valid_at,             "default at maximum",             "" },
		{ test_profile_person,  valid_below,          "default below minimum",          "validity" },
		{ test_profile_person,  valid_max,            "mail of 825 d + 1 s",            "validity" },
		{ test_profile_root,    valid_max,            "a root of 9132 d + 1 s",         "validity" },
		{ test_profile_root,    valid_short_root,     "a root of 2921 d",               "validity" },
		{ test_profile_sub,     valid_max,            "a sub CA of 9132 d + 1 s",       "validity" },
		{ test_profile_ocsp,    valid_max,            "a responder of 90 d + 1 s",      "validity" },
		{ test_profile_server,  valid_max,            "a server of 397 d + 1 s",        "validity" },
		{ test_profile_server,  valid_public_tls,     "a public server of 397 d",       "validity" },
		{ test_profile_server,  valid_public_tls_200, "a public server of 200 d",       "" },
		{ test_profile_stamp,   valid_max,            "a TSU of 4110 d + 1 s",          "validity" },
		{ test_profile_sign,    valid_5_years,        "five years",                     "" },
		{ test_profile_sign,    valid_over_5_years,   "five years and a second",        "validity" },
		{ test_profile_person,  back_1,               "a person 1 d + 1 s back",        "" },
		{ test_profile_person,  back_2,               "a person 2 d + 1 s back",        "backdate" },
		{ test_profile_person,  back_minus,           "back to the future",             "backdate" },
		{ test_profile_root,    back_1,               "a root 1 d + 1 s back",          "backdate" },
		{ test_profile_ocsp,    back_1,               "a responder 1 d + 1 s back",     "backdate" },
		{ test_profile_root,    ou,                   "OU in a root",                   "subject_shape" },
		{ test_profile_server,  ou,                   "OU in TLS",                      "subject_shape" },
		{ test_profile_person,  ou,                   "OU of a person",                 "" },
		{ test_profile_sub,     with_surname,         "a CA with surname",              "subject_shape" },
		{ test_profile_server,  names_needed,         "names needed and forbidden",     "subject_shape" },
		{ test_profile_root,    no_country,           "a root without C",               "ca_shape" },
		{ test_profile_sign,    mail_subject,         "mail without SAN",               "subject_shape" },
		{ test_profile_person,  mail_subject,         "mail with SAN",                  "" },
		{ test_profile_person,  san_no_mail,          "mail without mailbox",           "san_shape" },
		{ test_profile_person,  san_mail_optional,    "the mailbox is optional",        "san_shape" },
		{ test_profile_person,  san_dns,              "dNSName of a person",            "san_shape" },
		{ test_profile_server,  san_dns,              "dNSName optional in TLS",        "san_shape" },
		{ test_profile_root,    san_uri,              "SAN in a root",                  "san_shape" },
		{ test_profile_ocsp,    san_uri,              "SAN in a responder",             "san_shape" },
		{ test_profile_person,  no_aki,               "no AKI",                         "identifiers" },
		{ test_profile_root,    no_ski,               "a CA without SKI",               "identifiers" },
		{ test_profile_server,  no_ski,               "a server without SKI",           "" },
		{ test_profile_person,  no_status,            "no status",                      "status" },
		{ test_profile_person,  no_cdp,               "OCSP alone",                     "" },
		{ test_profile_sub,     no_cdp,               "a CA without CDP",               "status" },
		{ test_profile_ocsp,    cdp,                  "a responder with CDP",           "status" },
		{ test_profile_ocsp,    aia_ocsp,             "a responder with OCSP",          "status" },
		{ test_profile_ocsp,    policy_own,           "a responder with a policy",      "status" },
		{ test_profile_ocsp,    no_nocheck,           "a responder without nocheck",    "status" },
		{ test_profile_person,  nocheck,              "a person with nocheck",          "status" },
		{ test_profile_person,  constrained,          "a person with constraints",      "constraints" },
		{ test_profile_systems, dns_wrong,            "a constraint of capitals",       "constraints" },
		{ test_profile_server,  handover,             "a server key at hand-over",      "handover" },
		{ test_profile_sub,     handover,             "a CA key at hand-over",          "handover" },
		{ test_profile_ocsp,    handover,             "a responder key at hand-over",   "handover" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile profile = rows[i].from();
		rows[i].breaks(&profile);
		expect(&profile, rows[i].want, rows[i].what);
	}
}

/* ---- what is asked for */

struct asked {
	struct name subject;
	struct general_names san;
	enum key_algorithm key;
	int64_t not_before, not_after;
};

static struct asked asked_person(void)
{
	struct asked asked = { .key = KEY_P256, .not_before = now };
	asked.not_after = profile_not_after(now, 730 * DAY);
	CHECK_OK(name_add(&asked.subject, NAME_COUNTRY, "JP"), "C");
	CHECK_OK(name_add(&asked.subject, NAME_ORGANIZATION, "Mirai"), "O");
	CHECK_OK(name_add(&asked.subject, NAME_ORGANIZATION_IDENTIFIER,
			 "NTRJP-010405009403"),
		"identifier");
	CHECK_OK(name_add(&asked.subject, NAME_SURNAME, "Tanaka"), "SN");
	CHECK_OK(name_add(&asked.subject, NAME_GIVEN_NAME, "Taro"), "GN");
	CHECK_OK(name_add(&asked.subject, NAME_COMMON_NAME, "Taro Tanaka"), "CN");
	CHECK_OK(general_names_add(&asked.san, GENERAL_NAME_RFC822, "t@mirai.example"),
		"SAN");
	return asked;
}

static void fits(const struct profile *profile, const struct asked *asked,
	const char *want, const char *what)
{
	struct faults faults = { .count = 0 };
	char codes[512];
	profile_fits(profile, &asked->subject, &asked->san, asked->key, asked->not_before,
		asked->not_after, now, &faults);
	codes_of(&faults, codes, sizeof codes);
	CHECK_TEXT(codes, want, "%s", what);
}

static void drop(struct name *name, enum name_type type)
{
	size_t kept = 0;
	for (size_t i = 0; i < name->count; i++)
		if (name->attribute[i].type != type)
			name->attribute[kept++] = name->attribute[i];
	name->count = kept;
}

static void test_fits_subject(void)
{
	const struct profile profile = test_profile_person();
	struct asked asked = asked_person();
	fits(&profile, &asked, "", "a person");
	drop(&asked.subject, NAME_GIVEN_NAME);
	fits(&profile, &asked, "", "a single name");
	drop(&asked.subject, NAME_SURNAME);
	fits(&profile, &asked, "person", "nobody");
	CHECK_OK(name_add(&asked.subject, NAME_PSEUDONYM, "Kaze"), "pseudonym");
	fits(&profile, &asked, "", "a pseudonym");
	CHECK_OK(name_add(&asked.subject, NAME_TITLE, "Head"), "title");
	fits(&profile, &asked, "forbidden", "an attribute that the profile has not");
	asked = asked_person();
	drop(&asked.subject, NAME_COUNTRY);
	drop(&asked.subject, NAME_ORGANIZATION);
	struct faults faults = { .count = 0 };
	profile_fits(&profile, &asked.subject, &asked.san, asked.key, asked.not_before,
		asked.not_after, now, &faults);
	CHECK_INT(faults.count, 2, "both are told");
	CHECK_TEXT(faults.row[0].field, "countryName", "by their names");
	CHECK_TEXT(faults.row[1].field, "organizationName", "by their names");
}

static void test_fits_san(void)
{
	const struct profile profile = test_profile_person();
	struct asked asked = asked_person();
	asked.san.count = 0;
	fits(&profile, &asked, "missing", "no mailbox");
	CHECK_OK(general_names_add(&asked.san, GENERAL_NAME_SMTP_UTF8,
			 "田中@mirai.example"),
		"SAN");
	fits(&profile, &asked, "", "a mailbox beyond ASCII does as well");
	CHECK_OK(general_names_add(&asked.san, GENERAL_NAME_DNS, "mirai.example"), "SAN");
	fits(&profile, &asked, "forbidden", "dNSName");
	struct profile ascii = profile;
	ascii.san[GENERAL_NAME_SMTP_UTF8] = PRESENCE_FORBIDDEN;
	asked.san.count = 1;
	fits(&ascii, &asked, "missing forbidden",
		"a mailbox beyond ASCII where it is not known");
	struct profile sign = test_profile_sign();
	fits(&sign, &asked, "forbidden", "a mailbox that the profile has not");
}

/* proves R-ISS-13: a mailbox in the subject stands in the SAN too. */
static void test_fits_mail(void)
{
	struct profile profile = test_profile_person();
	struct asked asked = asked_person();
	profile.subject[NAME_EMAIL] = PRESENCE_OPTIONAL;
	CHECK_OK(name_add(&asked.subject, NAME_EMAIL, "other@mirai.example"), "mail");
	fits(&profile, &asked, "mail", "another mailbox");
	CHECK_OK(general_names_add(&asked.san, GENERAL_NAME_RFC822,
			 "other@mirai.example"),
		"SAN");
	fits(&profile, &asked, "", "repeated");
	drop(&asked.subject, NAME_COMMON_NAME);
	drop(&asked.subject, NAME_EMAIL);
	CHECK_OK(name_add(&asked.subject, NAME_COMMON_NAME, "t@mirai.example"), "CN");
	fits(&profile, &asked, "", "the CN is a mailbox of the SAN");
	asked.san.item[0].value[0] = 'u';
	fits(&profile, &asked, "mail", "the CN is another mailbox");
}

static void test_fits_key(void)
{
	struct profile profile = test_profile_person();
	struct asked asked = asked_person();
	for (int key = KEY_NONE; key <= KEY_ALGORITHM_COUNT; key++) {
		asked.key = (enum key_algorithm)key;
		bool allowed = key == KEY_P256 || key == KEY_P384 || key == KEY_RSA_3072;
		fits(&profile, &asked, allowed ? "" : "key", "key kinds");
	}
	profile.key_usage_rsa = 0;
	asked.key = KEY_RSA_3072;
	fits(&profile, &asked, "keyUsage", "no usage for RSA");
}

/* proves R-ISS-07: exactly the maximum passes, a second more does not. */
static void test_fits_times(void)
{
	const struct profile person = test_profile_person();
	struct profile root = test_profile_root();
	struct asked asked = asked_person(), ca = asked_person();
	asked.not_after = asked.not_before + 825 * DAY - 1;
	CHECK_INT(profile_not_after(now, 825 * DAY), asked.not_after,
		"825 days in inclusive seconds");
	fits(&person, &asked, "", "exactly 825 d");
	asked.not_after++;
	fits(&person, &asked, "validity.long", "825 d + 1 s");
	asked.not_after = asked.not_before;
	fits(&person, &asked, "", "one second");
	asked.not_after--;
	fits(&person, &asked, "validity.order", "backwards");
	asked = asked_person();
	asked.not_before = now - 2 * DAY;
	fits(&person, &asked, "", "48 h back");
	asked.not_before--;
	fits(&person, &asked, "validity.backdated", "48 h and a second back");
	asked.not_before = now + 300;
	fits(&person, &asked, "", "five minutes of another clock");
	asked.not_before++;
	fits(&person, &asked, "validity.future", "later");
	ca.san.count = 0;
	drop(&ca.subject, NAME_ORGANIZATION_IDENTIFIER);
	drop(&ca.subject, NAME_SURNAME);
	drop(&ca.subject, NAME_GIVEN_NAME);
	ca.key = KEY_P384;
	ca.not_after = profile_not_after(now, 2922LL * DAY);
	fits(&root, &ca, "", "a root of its minimum");
	ca.not_after--;
	fits(&root, &ca, "validity.short", "a second less");
	ca.not_before = now + 1;
	ca.not_after = profile_not_after(now, 7305LL * DAY);
	fits(&root, &ca, "validity.future", "a root does not start later");
}

static const CU_TestInfo tests[] = {
	{ "good profiles", test_check_good },
	{ "refused profiles", test_check_rows },
	{ "subject", test_fits_subject },
	{ "subjectAltName", test_fits_san },
	{ "mailboxes in the subject", test_fits_mail },
	{ "keys", test_fits_key },
	{ "times", test_fits_times },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_profile = { "common/pki/profile", tests, NULL, NULL };
