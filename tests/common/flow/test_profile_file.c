#include "common/flow/profile_file.h"

#include "common/base/file.h"
#include "common/base/table.h"
#include "common/pki/oid.h"
#include "tests/check.h"

/* proves R-ISS-05: every shipped profile reads without a fault, under its own name */
static void test_shipped_profiles(void)
{
	static const char *const names[] = { "P-ROOT", "P-SUB-PERSON", "P-SUB-SIGN",
		"P-SUB-STAFF", "P-SUB-SYSTEMS", "P-PERSON-MP", "P-PERSON-SIGN",
		"P-CLERK-AUTH", "P-CLERK-SIGN", "P-INT-TLS-S", "P-INT-TLS-C",
		"P-INT-SIGN", "P-SEAL-SMIME", "P-OCSP" };
	AUTO(profile_set_free) struct profile_set *set = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = profile_set_load("policies/profiles", &set, &faults);
	for (size_t i = 0; i < faults.count; i++)
		CHECK(false, "%s", faults.text[i]);
	if (!CHECK_OK(err, "all are read"))
		return;
	CHECK_INT(profile_set_count(set), COUNT(names), "as many as are named here");
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct profile *profile = profile_set_find(set, names[i], 0);
		if (!CHECK(profile != NULL, "%s", names[i]))
			continue;
		CHECK(profile_set_find(set, names[i], profile->version) == profile,
			"%s by version", names[i]);
		CHECK(profile_set_find(set, names[i], profile->version + 1) == NULL,
			"%s has no later version", names[i]);
	}
}

/* proves R-ISS-07: validity is data */
static void test_values(void)
{
	AUTO(profile_set_free) struct profile_set *set = NULL;
	struct conf_faults faults = { .count = 0 };
	if (!CHECK_OK(profile_set_load("policies/profiles", &set, &faults), "read"))
		return;
	const struct profile *person = profile_set_find(set, "P-PERSON-MP", 0);
	if (!CHECK(person != NULL, "P-PERSON-MP"))
		return;
	CHECK_INT(person->validity_default_s, 730 * 86400, "default");
	CHECK_INT(person->validity_max_s, 825 * 86400, "maximum");
	CHECK_INT(person->key_usage_ec, KU_DIGITAL_SIGNATURE, "EC key usage");
	CHECK_INT(person->key_usage_rsa, KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		"RSA key usage");
	CHECK_INT(person->subject[NAME_ORGANIZATION], PRESENCE_REQUIRED, "O");
	CHECK_INT(person->subject[NAME_ORGANIZATIONAL_UNIT], PRESENCE_FORBIDDEN, "OU");
	CHECK_INT(person->eku_count, 2, "purposes");
	CHECK(person->subscriber_key_generation, "a key may be born at hand-over");
	char text[OID_TEXT];
	oid_text(&person->policy[0], text);
	CHECK_TEXT(text, "2.23.140.1.5.3.2", "the reserved policy comes first");
}

/* Each fault is named with its line; none stops the reading of the others. */
static void test_faults(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "profile = \"P-X\"; version = 1; vresion = 2;",
			"vresion: no such setting" },
		{ "profile = \"P-Y\"; version = 1;", "not the name of the file" },
		{ "profile = \"P-X\";", "version: is missing" },
		{ "profile = \"P-X\"; version = 1; keyUsage = { ec = [ "
		  "\"digitalSignatur\" ]; };",
			"digitalSignatur" },
		{ "profile = \"P-X\"; version = 1; validity = { default = \"two years\"; "
		  "};",
			"two years" },
		{ "profile = \"P-X\"; version = 1; subjectPublicKeyInfo = [ \"P-257\" ];",
			"P-257" },
		{ "profile = \"P-X\"; version = 1; subject = { commonNmae = "
		  "\"required\"; };",
			"commonNmae" },
		{ "profile = \"P-X\"; version = 1; extKeyUsage = { purposes = [ "
		  "\"1.2.3.\" ]; };",
			"purposes" },
		{ "profile = \"P-X\"; version = 1; certificatePolicies = { policies = [ "
		  "\"0.4.0.1862.1.1\" ]; };",
			"R-ISS-16" },
		{ "profile = P-X", "syntax error" },
		{ "@include \"/etc/hostname\"\n", "@include" },
		{ "\xff", "UTF-8" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conf_faults faults = { .count = 0 };
		struct profile profile;
		bool found = false;
		CHECK_OK(file_write("build/P-X.cfg", blob_text(rows[i].text), 0644),
			"row %zu", i);
		profile_file_read("build/P-X.cfg", &profile, &faults);
		for (size_t j = 0; j < faults.count; j++)
			found = found || strstr(faults.text[j], rows[i].want) != NULL;
		CHECK(found, "row %zu: \"%s\" is not among %zu faults, the first: %s", i,
			rows[i].want, faults.count, faults.text[0]);
	}
	struct conf_faults faults = { .count = 0 };
	struct profile profile;
	profile_file_read("build", &profile, &faults);
	CHECK(faults.count == 1 && strstr(faults.text[0], "not a file") != NULL,
		"a folder: %s", faults.text[0]);
}

static const CU_TestInfo tests[] = {
	{ "the shipped profiles read without a fault", test_shipped_profiles },
	{ "values arrive where they belong", test_values },
	{ "faults are named", test_faults },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_profile_file = { "common/flow/profile_file", tests, NULL,
	NULL };
