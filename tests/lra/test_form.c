#include "lra/form.h"

#include "common/base/table.h"
#include "tests/check.h"

static struct {
	struct profile_set *profiles;
	struct roster_lra lra;
} world;

static void set_up(void)
{
	struct conf_faults faults = { .count = 0 };
	CHECK_OK(profile_set_load("policies/profiles", &world.profiles, &faults),
		"profiles");
	world.lra = (struct roster_lra){ .id = "LRA-0001",
		.organization_count = 1,
		.identifier_count = 1,
		.domain_count = 1,
		.profile_count = 2,
		.organization = { "Mirai Bank, Ltd." },
		.organization_identifier = { "VATJP-7000012050002" },
		.mail_domain = { "mirai.example" },
		.profile = { "P-PERSON-MP", "P-PERSON-SIGN" },
		.validity_max_s = 900 * (int64_t)DAY,
		.valid_until = INT64_MAX };
}

static void tear_down(void)
{
	profile_set_free(world.profiles);
	world.profiles = NULL;
}

/* A good application, one part of which a row replaces. */
#define SUBJECT                                                                          \
	"\"subject\":{\"commonName\":\"Ichiro "                                          \
	"Takahashi\",\"surname\":\"Takahashi\",\"givenName\":\"Ichiro\","                \
	"\"organizationIdentifier\":\"VATJP-7000012050002\",\"countryName\":\"JP\","     \
	"\"organizationName\":\"Mirai Bank, Ltd.\"}"
#define PROFILE   "\"profile\":\"P-PERSON-MP\""
#define EMPLOYEE  "\"employeeNumber\":\"100234\""
#define MAILBOXES "\"mailboxes\":[\"takahashi@mirai.example\"]"
#define KEY       "\"key\":{\"origin\":\"handover\"}"
#define AGREEMENT                                                                        \
	"\"agreement\":"                                                                 \
	"\"0000000000000000000000000000000000000000000000000000000000000000\""
#define ACCEPTED(r, c, k)                                                                \
	"\"acceptance\":{" AGREEMENT                                                     \
	",\"acceptedBy\":\"100-1\",\"means\":\"paper\",\"recordKeeping\":" r             \
	",\"correctness\":" c ",\"keyObligations\":" k ",\"publication\":false}"
#define ACCEPTANCE ACCEPTED("true", "true", "true")

static struct err judge(const char *text, struct lra_form *form, struct content *content,
	struct faults *faults)
{
	AUTO(json_free) struct json *object = NULL;
	const struct form_rules rules = { .profiles = world.profiles, .lra = &world.lra };
	TRY(json_parse(blob_text(text), &object));
	TRY(lra_form_read(object, form, faults));
	return lra_form_judge(&rules, form, 1800000000, content, faults);
}

static bool has(const struct faults *faults, const char *code)
{
	for (size_t i = 0; i < faults->count; i++)
		if (strcmp(faults->row[i].code, code) == 0)
			return true;
	return false;
}

/* proves R-APP-07: what was typed becomes exactly one content, in our order, repaired where that changes no meaning */
static void test_good(void)
{
	AUTO(lra_form_free) struct lra_form *form = NULL;
	AUTO(buf_clear) struct buf text = BUF(1024);
	struct content content = { .version = 1 };
	struct faults faults = { .count = 0 };
	CHECK_OK(lra_form_new(&form), "form");
	CHECK_OK(
		judge("{" PROFILE "," EMPLOYEE "," KEY "," ACCEPTANCE
		      ",\"validity\":\"365 d\","
		      "\"mailboxes\":[\"takahashi@MIRAI.example\"],\"subject\":["
		      "{\"type\":\"commonName\",\"value\":\" Ｉｃｈｉｒｏ　Takahashi \"},"
		      "{\"type\":\"surname\",\"value\":\"Takahashi\"},{\"type\":"
		      "\"givenName\",\"value\":\"Ichiro\"},"
		      "{\"type\":\"organizationIdentifier\",\"value\":\"VATJP-"
		      "7000012050002\"},"
		      "{\"type\":\"organizationName\",\"value\":\"Mirai Bank, "
		      "Ltd.\"},{\"type\":\"countryName\",\"value\":\"JP\"}]}",
			form, &content, &faults),
		"judged");
	CHECK_INT(faults.count, 0, "no fault: %s %s", faults.row[0].code,
		faults.row[0].detail);
	CHECK_OK(name_text(&content.subject, &text), "text");
	CHECK_TEXT(buf_text(&text),
		"C=JP, O=Mirai Bank\\, Ltd., organizationIdentifier=VATJP-7000012050002, "
		"SN=Takahashi, GN=Ichiro,"
		" serialNumber=100234, CN=Ichiro Takahashi",
		"ordered by us, the employee's number as disambiguator");
	CHECK_TEXT(content.entity, "LRA-0001:100234", "who it is, beyond the name");
	CHECK_INT(content.validity_s, 365 * DAY, "validity");
	CHECK_INT(form->repair_count, 1, "the name was repaired");
	CHECK_TEXT(form->repair[0].to, "Ichiro Takahashi", "into this");
	CHECK_TEXT(content.subject_alt_name.item[0].value, "takahashi@mirai.example",
		"the domain in lower case");
	CHECK(!content.has_key, "no key before the hand-over");
}

/* proves R-APP-02 R-AGR-03 R-SUB-KEY-01 R-PKQ-09 R-ISS-12 R-LRA-02: each refusal is named */
static void test_refusals(void)
{
	static const struct {
		const char *name, *text, *code;
	} rows[] = {
		{ "no acceptance",
			"{" PROFILE "," EMPLOYEE "," KEY "," MAILBOXES "," SUBJECT "}",
			"acceptance.missing" },
		{ "record keeping",
			"{" PROFILE "," EMPLOYEE "," KEY "," MAILBOXES "," SUBJECT
			"," ACCEPTED("false", "true", "true") "}",
			"acceptance.choice" },
		{ "correctness",
			"{" PROFILE "," EMPLOYEE "," KEY "," MAILBOXES "," SUBJECT
			"," ACCEPTED("true", "false", "true") "}",
			"acceptance.choice" },
		{ "key obligations",
			"{" PROFILE "," EMPLOYEE "," KEY "," MAILBOXES "," SUBJECT
			"," ACCEPTED("true", "true", "false") "}",
			"acceptance.choice" },
		{ "no entity",
			"{" PROFILE "," KEY "," MAILBOXES "," SUBJECT "," ACCEPTANCE "}",
			"entity.missing" },
		{ "a colon",
			"{\"employeeNumber\":\"1:2\"," PROFILE "," KEY "," MAILBOXES
			"," SUBJECT "," ACCEPTANCE "}",
			"entity.missing" },
		{ "no such profile",
			"{\"profile\":\"P-NONE\"," EMPLOYEE "," KEY "," MAILBOXES
			"," SUBJECT "," ACCEPTANCE "}",
			"profile.unknown" },
		{ "a CA",
			"{\"profile\":\"P-SUB-PERSON\"," EMPLOYEE "," KEY "," MAILBOXES
			"," SUBJECT "," ACCEPTANCE "}",
			"profile.unknown" },
		{ "a key of their own",
			"{\"profile\":\"P-CLERK-SIGN\"," EMPLOYEE "," KEY "," SUBJECT
			"," ACCEPTANCE "}",
			"key.origin" },
		{ "no request",
			"{" PROFILE "," EMPLOYEE
			",\"key\":{\"origin\":\"csr\",\"csr\":\"AAAA\"}," MAILBOXES
			"," SUBJECT "," ACCEPTANCE "}",
			"key.csr" },
		{ "not a mailbox",
			"{" PROFILE "," EMPLOYEE "," KEY
			",\"mailboxes\":[\"takahashi\"]," SUBJECT "," ACCEPTANCE "}",
			"subjectAltName.mailbox" },
		{ "another's domain",
			"{" PROFILE "," EMPLOYEE "," KEY
			",\"mailboxes\":[\"t@other.example\"]," SUBJECT "," ACCEPTANCE
			"}",
			"scope.mailDomain" },
		{ "too long",
			"{" PROFILE "," EMPLOYEE "," KEY
			",\"validity\":\"901 d\"," MAILBOXES "," SUBJECT "," ACCEPTANCE
			"}",
			"scope.validity" },
		{ "method",
			"{" PROFILE "," EMPLOYEE ",\"method\":\"pigeon\"," KEY
			"," MAILBOXES "," SUBJECT "," ACCEPTANCE "}",
			"method.unknown" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(lra_form_free) struct lra_form *form = NULL;
		struct content content = { .version = 1 };
		struct faults faults = { .count = 0 };
		CHECK_OK(lra_form_new(&form), "form");
		CHECK_OK(judge(rows[i].text, form, &content, &faults), "%s",
			rows[i].name);
		CHECK(has(&faults, rows[i].code), "%s: %s among %zu, the first %s",
			rows[i].name, rows[i].code, faults.count, faults.row[0].code);
	}
}

static void test_not_a_form(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "another member",
			"{\"color\":\"red\"," PROFILE "," KEY "," SUBJECT "}" },
		{ "no subject", "{" PROFILE "," KEY "}" },
		{ "no such attribute", "{" KEY ",\"subject\":{\"shoeSize\":\"42\"}}" },
		{ "a number for a text", "{" KEY ",\"subject\":{\"commonName\":42}}" },
		{ "no key", "{" SUBJECT "}" },
		{ "no such origin", "{" SUBJECT ",\"key\":{\"origin\":\"sky\"}}" },
		{ "handover with a request",
			"{" SUBJECT
			",\"key\":{\"origin\":\"handover\",\"csr\":\"AAAA\"}}" },
		{ "validity without a unit we know",
			"{" SUBJECT "," KEY ",\"validity\":\"2 moons\"}" },
		{ "half an acceptance",
			"{" SUBJECT "," KEY ",\"acceptance\":{" AGREEMENT "}}" },
		{ "a short digest",
			"{" SUBJECT "," KEY ",\"acceptance\":{\"agreement\":\"00\"}}" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(lra_form_free) struct lra_form *form = NULL;
		struct content content = { .version = 1 };
		struct faults faults = { .count = 0 };
		CHECK_OK(lra_form_new(&form), "form");
		CHECK_ERR(judge(rows[i].text, form, &content, &faults), E_INPUT, "%s",
			rows[i].name);
	}
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "a good application", test_good },
	{ "refusals", test_refusals },
	{ "what is not an application", test_not_a_form },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_form = { "lra/form", tests, set_up, tear_down };
