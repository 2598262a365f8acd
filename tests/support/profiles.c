#include "tests/support/profiles.h"

#include "common/base/limits.h"
#include "common/pki/oid.h"
#include "tests/check.h"

static void add_oid(struct oid *list, size_t *count, const char *text)
{
	CHECK_OK(oid_parse(text, &list[*count]), "%s", text);
	(*count)++;
}

static void add_eku(struct profile *profile, const char *text)
{
	add_oid(profile->eku, &profile->eku_count, text);
}

static void add_policy(struct profile *profile, const char *text)
{
	add_oid(profile->policy, &profile->policy_count, text);
}

static struct profile base_of(const char *name, const char *issuer)
{
	struct profile profile = {
		.version = 1,
		.path_length = -1,
		.key_algorithms =
			KEY_BIT(KEY_P256) | KEY_BIT(KEY_P384) | KEY_BIT(KEY_RSA_3072),
		.validity_default_s = 365 * DAY,
		.validity_max_s = 397 * DAY,
		.backdate_max_s = 1 * DAY,
		.key_usage_rsa = KU_DIGITAL_SIGNATURE,
		.key_usage_ec = KU_DIGITAL_SIGNATURE,
		.authority_key_identifier = true,
		.subject_key_identifier = true,
	};
	snprintf(profile.name, sizeof profile.name, "%s", name);
	snprintf(profile.issuer, sizeof profile.issuer, "%s", issuer);
	profile.subject[NAME_COMMON_NAME] = PRESENCE_REQUIRED;
	return profile;
}

static void end_entity(struct profile *profile)
{
	profile->crl_distribution_points = true;
	profile->aia_ocsp = true;
	profile->aia_ca_issuers = true;
	profile->subject[NAME_COUNTRY] = PRESENCE_REQUIRED;
	profile->subject[NAME_ORGANIZATION] = PRESENCE_REQUIRED;
	profile->subject[NAME_ORGANIZATION_IDENTIFIER] = PRESENCE_REQUIRED;
}

static void person(struct profile *profile)
{
	end_entity(profile);
	profile->subject[NAME_SURNAME] = PRESENCE_OPTIONAL;
	profile->subject[NAME_GIVEN_NAME] = PRESENCE_OPTIONAL;
	profile->subject[NAME_PSEUDONYM] = PRESENCE_OPTIONAL;
	profile->subject[NAME_SERIAL_NUMBER] = PRESENCE_OPTIONAL;
	profile->names_or_pseudonym = PRESENCE_REQUIRED;
}

static struct profile ca_of(const char *name, const char *issuer)
{
	struct profile profile = base_of(name, issuer);
	profile.is_ca = true;
	profile.key_algorithms = KEY_BIT(KEY_P384) | KEY_BIT(KEY_RSA_4096);
	profile.key_usage_rsa = profile.key_usage_ec = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	profile.subject[NAME_COUNTRY] = PRESENCE_REQUIRED;
	profile.subject[NAME_ORGANIZATION] = PRESENCE_REQUIRED;
	profile.validity_default_s = 7305LL * DAY;
	profile.validity_min_s = 2922LL * DAY;
	profile.validity_max_s = 9132LL * DAY;
	return profile;
}

struct profile test_profile_root(void)
{
	return ca_of("P-ROOT", "");
}

static struct profile sub_of(const char *name)
{
	struct profile profile = ca_of(name, "P-ROOT");
	profile.path_length = 0;
	profile.key_algorithms |= KEY_BIT(KEY_P256) | KEY_BIT(KEY_RSA_3072);
	profile.validity_default_s = 3652LL * DAY;
	profile.validity_min_s = 0;
	profile.crl_distribution_points = true;
	profile.aia_ca_issuers = true;
	return profile;
}

struct profile test_profile_sub(void)
{
	struct profile profile = sub_of("P-SUB-PERSON");
	add_eku(&profile, "emailProtection");
	add_eku(&profile, "clientAuth");
	add_policy(&profile, "2.23.140.1.5.3.2");
	add_policy(&profile, "2.999.1.1.1");
	return profile;
}

struct profile test_profile_systems(void)
{
	struct profile profile = sub_of("P-SUB-SYSTEMS");
	add_eku(&profile, "serverAuth");
	add_eku(&profile, "clientAuth");
	add_policy(&profile, "2.999.1.11.1");
	profile.permitted_dns_count = 2;
	snprintf(profile.permitted_dns[0], sizeof profile.permitted_dns[0], "localhost");
	snprintf(profile.permitted_dns[1], sizeof profile.permitted_dns[1],
		"inkan.internal");
	profile.excluded_rfc822 = true;
	return profile;
}

struct profile test_profile_person(void)
{
	struct profile profile = base_of("P-PERSON-MP", "P-SUB-PERSON");
	person(&profile);
	add_eku(&profile, "emailProtection");
	add_eku(&profile, "clientAuth");
	add_policy(&profile, "2.23.140.1.5.3.2");
	add_policy(&profile, "2.999.1.1.1");
	profile.key_usage_rsa |= KU_KEY_ENCIPHERMENT;
	profile.validity_default_s = 730 * DAY;
	profile.validity_max_s = 825 * DAY;
	profile.backdate_max_s = 2 * DAY;
	profile.san[GENERAL_NAME_RFC822] = PRESENCE_REQUIRED;
	profile.san[GENERAL_NAME_SMTP_UTF8] = PRESENCE_OPTIONAL;
	profile.san[GENERAL_NAME_DIRECTORY] = PRESENCE_OPTIONAL;
	profile.subscriber_key_generation = true;
	return profile;
}

struct profile test_profile_sign(void)
{
	struct profile profile = base_of("P-PERSON-SIGN", "P-SUB-SIGN");
	person(&profile);
	add_eku(&profile, "documentSigning");
	add_policy(&profile, "2.999.1.2.1");
	snprintf(profile.cps_uri, sizeof profile.cps_uri, "http://inkan.example/cps");
	profile.key_usage_rsa = profile.key_usage_ec = KU_NON_REPUDIATION;
	profile.validity_max_s = 1826 * DAY;
	profile.san[GENERAL_NAME_DIRECTORY] = PRESENCE_OPTIONAL;
	return profile;
}

struct profile test_profile_server(void)
{
	struct profile profile = base_of("P-INT-TLS-S", "P-SUB-SYSTEMS");
	profile.crl_distribution_points = profile.aia_ocsp = profile.aia_ca_issuers =
		true;
	profile.staff_names = true;
	add_eku(&profile, "serverAuth");
	add_policy(&profile, "2.999.1.11.1");
	profile.san[GENERAL_NAME_DNS] = PRESENCE_REQUIRED;
	profile.san[GENERAL_NAME_URI] = PRESENCE_OPTIONAL;
	return profile;
}

struct profile test_profile_ocsp(void)
{
	struct profile profile = base_of("P-OCSP", "*");
	add_eku(&profile, "OCSPSigning");
	profile.ocsp_nocheck = true;
	profile.validity_default_s = 30 * DAY;
	profile.validity_max_s = 90 * DAY;
	profile.subject[NAME_COUNTRY] = PRESENCE_REQUIRED;
	profile.subject[NAME_ORGANIZATION] = PRESENCE_REQUIRED;
	return profile;
}

struct profile test_profile_stamp(void)
{
	struct profile profile = base_of("P-TSU", "P-SUB-TSA");
	end_entity(&profile);
	add_eku(&profile, "timeStamping");
	profile.eku_critical = true;
	add_policy(&profile, "2.999.1.7.1");
	profile.validity_default_s = 3652LL * DAY;
	profile.validity_max_s = 4110LL * DAY;
	return profile;
}
