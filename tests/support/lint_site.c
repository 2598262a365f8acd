#include "tests/support/lint_site.h"

#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"

const char *const lint_site_words[SITE_CAS] = { "trust", "operations", "person", "sign",
	"staff", "systems" };

const char *const lint_site_profiles[] = { "P-ROOT", "P-SUB-PERSON", "P-SUB-SIGN",
	"P-SUB-STAFF", "P-SUB-SYSTEMS", "P-PERSON-MP", "P-PERSON-SIGN", "P-CLERK-AUTH",
	"P-CLERK-SIGN", "P-INT-TLS-S", "P-INT-TLS-C", "P-INT-SIGN", "P-OCSP", NULL };

/* clang-format off */
static const struct { const char *profile; int above; enum key_algorithm key; } cas[SITE_CAS] = {
	[SITE_TRUST]      = { "P-ROOT",        -1,              KEY_P384 },
	[SITE_OPERATIONS] = { "P-ROOT",        -1,              KEY_P384 },
	[SITE_PERSON]     = { "P-SUB-PERSON",  SITE_TRUST,      KEY_P256 },
	[SITE_SIGN]       = { "P-SUB-SIGN",    SITE_TRUST,      KEY_RSA_3072 },
	[SITE_STAFF]      = { "P-SUB-STAFF",   SITE_OPERATIONS, KEY_P384 },
	[SITE_SYSTEMS]    = { "P-SUB-SYSTEMS", SITE_OPERATIONS, KEY_P256 },
};

/* What a subject of each profile is made of; CAs and responders have the one of test_request_ca(). */
static const struct {
	const char *profile;
	struct { enum name_type type; const char *value; } subject[9];
	struct { enum general_name_type type; const char *value; } san[3];
} people[] = {
	{ "P-PERSON-MP",
	  { { NAME_COUNTRY, "JP" }, { NAME_STATE, "Tokyo" }, { NAME_ORGANIZATION, "株式会社みらい銀行" },
	    { NAME_ORGANIZATION_IDENTIFIER, "VATJP-8999900000001" }, { NAME_SURNAME, "Tanaka" }, { NAME_GIVEN_NAME, "Tarō" },
	    { NAME_COMMON_NAME, "Tarō Tanaka" } },
	  { { GENERAL_NAME_RFC822, "tanaka@mirai.example" }, { GENERAL_NAME_SMTP_UTF8, "田中@xn--r8jz45g.jp" },
	    { GENERAL_NAME_DIRECTORY, "葛󠄀城 太郎" } } },
	{ "P-PERSON-SIGN",
	  { { NAME_COUNTRY, "JP" }, { NAME_ORGANIZATION, "Mirai Bank, Ltd." }, { NAME_ORGANIZATION_IDENTIFIER, "NTRJP-010405009403" },
	    { NAME_SURNAME, "佐藤" }, { NAME_GIVEN_NAME, "花子" }, { NAME_TITLE, "Director" }, { NAME_SERIAL_NUMBER, "A-1" },
	    { NAME_COMMON_NAME, "佐藤 花子" } },
	  { { GENERAL_NAME_NONE, NULL } } },
	{ "P-CLERK-AUTH",
	  { { NAME_COUNTRY, "JP" }, { NAME_ORGANIZATION, "Mirai Bank, Ltd." }, { NAME_ORGANIZATION_IDENTIFIER, "LEIXG-5493001KJTIIGC8Y1R12" },
	    { NAME_SURNAME, "SATO" }, { NAME_GIVEN_NAME, "Hanako" }, { NAME_SERIAL_NUMBER, "100231" }, { NAME_COMMON_NAME, "SATO Hanako" } },
	  { { GENERAL_NAME_RFC822, "sato@mirai.example" } } },
	{ "P-CLERK-SIGN",
	  { { NAME_COUNTRY, "JP" }, { NAME_ORGANIZATION, "Tokyo Metropolitan Government" }, { NAME_ORGANIZATION_IDENTIFIER, "GOVJP+13" },
	    { NAME_SURNAME, "SATO" }, { NAME_GIVEN_NAME, "Hanako" }, { NAME_SERIAL_NUMBER, "100231" }, { NAME_COMMON_NAME, "SATO Hanako" } },
	  { { GENERAL_NAME_NONE, NULL } } },
	{ "P-INT-TLS-S", { { NAME_COMMON_NAME, "ra" } },
	  { { GENERAL_NAME_DNS, "ra.inkan.internal" }, { GENERAL_NAME_DNS, "localhost" }, { GENERAL_NAME_URI, "urn:2.999:component:ra" } } },
	{ "P-INT-TLS-C", { { NAME_COMMON_NAME, "status" } }, { { GENERAL_NAME_URI, "urn:2.999:component:status" } } },
	{ "P-INT-SIGN", { { NAME_COMMON_NAME, "ra-orders" } }, { { GENERAL_NAME_URI, "urn:2.999:component:ra-orders" } } },
};
/* clang-format on */

/* ---- the hierarchy */

static bool make_ca(struct lint_site *site, int which)
{
	const struct profile *profile =
		profile_set_find(site->profiles, cas[which].profile, 0);
	if (!CHECK(profile != NULL, "%s", cas[which].profile))
		return false;
	struct test_request request = test_request_ca(*profile,
		cas[which].above < 0 ? NULL : &site->ca[cas[which].above],
		site->now - HOUR);
	request.key = cas[which].key;
	/* Two roots have two names. */
	struct name_attribute *common_name =
		&request.subject.attribute[request.subject.count - 1];
	snprintf(common_name->value, sizeof common_name->value, "Inkan CA %s",
		lint_site_words[which]);
	return test_cert_make(&request, &site->ca[which]);
}

static bool write_files(const struct lint_site *site)
{
	AUTO(buf_clear) struct buf issuers = BUF(64 * KIB);
	AUTO(buf_clear) struct buf settings = BUF(4 * KIB);
	char cwd[2048];
	IGNORE(buf_append_text(&issuers,
		"issuers = (\n")); /* a file cut short does not load, and that is checked */
	for (int i = 0; i < SITE_CAS; i++) {
		AUTO(buf_clear) struct buf pem = BUF(64 * KIB);
		char name[64];
		const struct cert_issuer *issuer = &site->ca[i].issuer;
		snprintf(name, sizeof name, "%s.pem", lint_site_words[i]);
		if (!CHECK_OK(cert_to_pem(site->ca[i].der, &pem), "%s", name))
			return false;
		outside_write(&site->outside, name, buf_view(&pem));
		IGNORE(buf_append_format(&issuers,
			"{ name = \"%s\"; profile = \"%s\"; certificate = \"%s\"; "
			"crl_uri = \"%s\"; ocsp_uri = \"%s\";"
			" ca_issuers_uri = \"%s\"; }%s\n",
			lint_site_words[i], cas[i].profile, name, issuer->crl_uri,
			issuer->ocsp_uri, issuer->ca_issuers_uri,
			i + 1 < SITE_CAS ? "," : "")); /* as above */
	}
	IGNORE(buf_append_text(&issuers, ");\n")); /* as above */
	outside_write(&site->outside, "issuers.cfg", buf_view(&issuers));
	if (!CHECK(getcwd(cwd, sizeof cwd) != NULL, "folder"))
		return false;
	IGNORE(buf_append_format(&settings,
		"profiles = \"%s/policies/profiles\";\nissuers = \"%s/issuers.cfg\";\n",
		cwd, site->outside.folder)); /* as above */
	outside_write(&site->outside, "lint.cfg", buf_view(&settings));
	return true;
}

static bool load(struct lint_site *site)
{
	char path[128];
	struct conf_faults faults = { .count = 0 };
	snprintf(path, sizeof path, "%s/issuers.cfg", site->outside.folder);
	struct err err =
		lint_policy_load("policies/profiles", path, &site->policy, &faults);
	for (size_t i = 0; i < faults.count; i++)
		CHECK(false, "%s", faults.text[i]);
	return CHECK_OK(err, "the second reader loads profiles and issuers");
}

struct lint_site *lint_site_new(void)
{
	AUTO(lint_site_free) struct lint_site *site = calloc(1, sizeof *site);
	struct conf_faults faults = { .count = 0 };
	if (site == NULL)
		abort();
	site->outside = outside_open();
	site->now = clock_now();
	if (!CHECK_OK(profile_set_load("policies/profiles", &site->profiles, &faults),
		    "profiles"))
		return NULL;
	for (int i = 0; i < SITE_CAS; i++)
		if (!make_ca(site, i))
			return NULL;
	if (!write_files(site) || !load(site))
		return NULL;
	return MOVE(site);
}

void lint_site_free(struct lint_site *site)
{
	if (site == NULL)
		return;
	for (int i = 0; i < SITE_CAS; i++)
		test_cert_clear(&site->ca[i]);
	lint_policy_free(site->policy);
	profile_set_free(site->profiles);
	outside_clear(&site->outside);
	free(site);
}

/* ---- samples */

/* -1: itself. */
static int issuer_of(const struct profile *profile)
{
	for (int i = 0; i < SITE_CAS; i++)
		if (strcmp(cas[i].profile, profile->name) == 0)
			return cas[i].above;
	for (int i = 0; i < SITE_CAS; i++)
		if (strcmp(cas[i].profile, profile->issuer) == 0)
			return i;
	return SITE_SIGN; /* "*": any */
}

static void fill_names(const char *profile, struct test_request *request)
{
	for (size_t p = 0; p < COUNT(people); p++) {
		if (strcmp(people[p].profile, profile) != 0)
			continue;
		request->subject.count = 0;
		for (size_t i = 0; i < COUNT(people[p].subject) &&
				   people[p].subject[i].value != NULL;
			i++)
			CHECK_OK(name_add(&request->subject, people[p].subject[i].type,
					 people[p].subject[i].value),
				"%s: subject", profile);
		for (size_t i = 0;
			i < COUNT(people[p].san) && people[p].san[i].value != NULL; i++) {
			bool directory = people[p].san[i].type == GENERAL_NAME_DIRECTORY;
			CHECK_OK(general_names_add(&request->san, people[p].san[i].type,
					 directory ? "" : people[p].san[i].value),
				"%s: SAN", profile);
			if (directory)
				CHECK_OK(name_add(&request->san.directory,
						 NAME_COMMON_NAME,
						 people[p].san[i].value),
					"%s: directoryName", profile);
		}
	}
}

bool lint_site_sample(const struct lint_site *site, const char *profile,
	enum key_algorithm key, struct lint_sample *out)
{
	const struct profile *found = profile_set_find(site->profiles, profile, 0);
	if (!CHECK(found != NULL, "%s", profile))
		return false;
	int above = issuer_of(found);
	struct test_request request = test_request_ca(*found,
		above < 0 ? NULL : &site->ca[above], site->now - 10 * MINUTE);
	struct faults faults = { .count = 0 };
	request.key = key;
	fill_names(profile, &request);
	/* The samples are good in the eyes of the writer's own rules too. */
	profile_fits(found, &request.subject, &request.san, key, request.not_before,
		profile_not_after(request.not_before, request.length_s), site->now,
		&faults);
	name_check(&request.subject, &faults);
	general_names_check(&request.san, &faults);
	CHECK(faults.count == 0, "%s: %s %s", profile, faults.row[0].field,
		faults.row[0].detail);
	out->profile = found->name;
	out->issuer = above < 0 ? "" : lint_site_words[above];
	if (!test_cert_make(&request, &out->cert))
		return false;
	out->tbs = out->cert.cert.tbs;
	return true;
}

void lint_sample_clear(struct lint_sample *sample)
{
	test_cert_clear(&sample->cert);
}
