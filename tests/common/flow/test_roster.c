#include "common/flow/roster.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "tests/check.h"

#define HEX(d) d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d d
#define LRA_WITH(more)                                                                   \
	"lras = ( { id = \"LRA-1\"; name = \"n\"; organizationName = [ \"Mirai Bank, "   \
	"Ltd.\" ];"                                                                      \
	" organizationIdentifier = [ \"VATJP-1010405009403\" ]; mailDomains = [ "        \
	"\"mirai.example\" ];"                                                           \
	" profiles = [ \"P-PERSON-MP\" ]; validityMax = \"730 d\"; validFrom = "         \
	"\"2026-01-01T00:00:00Z\";"                                                      \
	" validUntil = \"2026-12-31T23:59:59Z\"; " more "} );"
#define LRA LRA_WITH("")
#define PERSON(id, roles, auth, sign)                                                    \
	"{ id = \"" id "\"; name = \"n\"; lra = \"LRA-1\"; roles = [ " roles             \
	" ]; authCertificate = \"" HEX(auth) "\"; signCertificate = \"" HEX(             \
		sign) "\"; validFrom = \"2026-01-01T00:00:00Z\"; validUntil = "          \
		      "\"2026-06-30T00:00:00Z\"; }"
/* Someone without a card, who had one before. */
#define PAST(id, sign)                                                                   \
	"{ id = \"" id "\"; name = \"n\"; lra = \"LRA-1\"; roles = [ \"lraAdmin\" ]; "   \
	"pastSignCertificates = [ \"" HEX(                                               \
		sign) "\" ]; validFrom = \"2026-01-01T00:00:00Z\"; validUntil = "        \
		      "\"2026-06-30T00:00:00Z\"; }"

static RESULT load(const char *text, struct roster **out, struct conf_faults *faults)
{
	TRY(file_write("build/test-roster.cfg", blob_text(text), 0644));
	return roster_load("build/test-roster.cfg", out, faults);
}

static void test_reading(void)
{
	AUTO(roster_free) struct roster *roster = NULL;
	struct conf_faults faults = { .count = 0 };
	uint8_t digest[32];
	if (!CHECK_OK(load(LRA "people = ( " PERSON("sato", "\"lraClerk\"", "11",
				   "22") " );",
			      &roster, &faults),
		    "read"))
		return;
	memset(digest, 0x11, sizeof digest);
	CHECK(roster_by_auth(roster, digest) == roster_person(roster, "sato"),
		"by the login certificate");
	CHECK(roster_by_sign(roster, digest) == NULL, "which signs nothing");
	memset(digest, 0x22, sizeof digest);
	CHECK(roster_by_sign(roster, digest) == roster_person(roster, "sato"),
		"by the signing certificate");
	memset(digest, 0, sizeof digest);
	CHECK(roster_by_sign(roster, digest) == NULL &&
			roster_component(roster, digest) == NULL,
		"zeros are nobody's");
}

/* Who signs by passkey needs no card; one of before still says whose it was. */
static void test_without_card(void)
{
	AUTO(roster_free) struct roster *roster = NULL;
	struct conf_faults faults = { .count = 0 };
	uint8_t digest[32];
	if (!CHECK_OK(load(LRA "people = ( " PAST("mori", "22") "," PAST("abe",
				   "33") " );",
			      &roster, &faults),
		    "%s", faults.text[0]))
		return;
	memset(digest, 0x33, sizeof digest);
	CHECK(roster_by_past_sign(roster, digest) == roster_person(roster, "abe"),
		"abe's card of before");
	CHECK(roster_by_sign(roster, digest) == NULL, "which is none now");
	memset(digest, 0, sizeof digest);
	CHECK(roster_by_auth(roster, digest) == NULL &&
			roster_by_past_sign(roster, digest) == NULL,
		"zeros are nobody's");
}

/* proves R-LRA-03, R-ACC-02: no shared certificates, no roles that exclude each other */
static void test_refused_files(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ LRA "people = ( " PERSON("a", "\"lraClerk\"", "11",
			  "22") "," PERSON("b", "\"lraClerk\"", "11", "33") " );",
			"have the same" },
		{ LRA "people = ( " PERSON("a", "\"lraClerk\"", "11",
			  "22") "," PERSON("b", "\"lraClerk\"", "44", "22") " );",
			"have the same" },
		{ LRA "people = ( " PERSON("a", "\"lraClerk\"", "11",
			  "22") "," PERSON("a", "\"lraClerk\"", "44", "33") " );",
			"twice" },
		{ LRA "people = ( " PERSON("a", "\"lraClerk\", \"auditor\"", "11",
			  "22") " );",
			"exclude each other" },
		{ LRA "people = ( " PERSON("a", "\"lraApprover\", \"lraAdmin\"", "11",
			  "22") " );",
			"exclude each other" },
		{ LRA "people = ( " PERSON("a", "\"lraClerk\"", "11", "22") "," PAST("b",
			  "22") " );",
			"have the same" },
		{ LRA "people = ( " PAST("a", "22") "," PAST("b", "22") " );",
			"have the same" },
		{ LRA "people = ( " PAST("a", "2") " );", "not 64 hex digits" },
		{ LRA "people = ( " PERSON("a", "\"lraBoss\"", "11", "22") " );",
			"lraBoss" },
		{ "people = ( " PERSON("a", "\"lraClerk\"", "11", "22") " );",
			"there is no LRA-1" },
		{ LRA "people = ( { id = \"a\"; } );", "is missing" },
		{ LRA "poeple = ( );", "poeple" },
		{ LRA_WITH("notReceived = \"perhaps\"; ") "people = ( );",
			"notReceived" },
		{ LRA_WITH("quotaPerMonth = 0; ") "people = ( );", "quotaPerMonth" },
		{ LRA_WITH("quotaPerMonth = \"many\"; ") "people = ( );",
			"quotaPerMonth" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(roster_free) struct roster *roster = NULL;
		struct conf_faults faults = { .count = 0 };
		bool found = false;
		CHECK_ERR(load(rows[i].text, &roster, &faults), E_INPUT, "row %zu", i);
		CHECK(roster == NULL, "row %zu: out stays untouched", i);
		for (size_t j = 0; j < faults.count; j++)
			found = found || strstr(faults.text[j], rows[i].want) != NULL;
		CHECK(found, "row %zu: \"%s\", first fault %s", i, rows[i].want,
			faults.text[0]);
	}
}

/* What a program may do without a person is nothing, unless the contract says so. */
static void test_unreceived(void)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ LRA "people = ( );", false },
		{ LRA_WITH("notReceived = \"propose\"; ") "people = ( );", false },
		{ LRA_WITH("notReceived = \"revoke\"; ") "people = ( );", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(roster_free) struct roster *roster = NULL;
		struct conf_faults faults = { .count = 0 };
		if (CHECK_OK(load(rows[i].text, &roster, &faults), "row %zu: %s", i,
			    faults.text[0]))
			CHECK(roster_lra(roster, "LRA-1")->revoke_unreceived ==
					rows[i].want,
				"row %zu", i);
	}
}

/* proves R-LRA-01, R-LRA-15: contract and training end on their second */
static void test_in_force(void)
{
	static const struct {
		const char *now;
		enum err_code want;
	} rows[] = {
		{ "2025-12-31T23:59:59Z", E_DENIED },
		{ "2026-01-01T00:00:00Z", E_NONE },
		{ "2026-06-30T00:00:00Z", E_NONE },
		{ "2026-06-30T00:00:01Z", E_DENIED },
	};
	AUTO(roster_free) struct roster *roster = NULL;
	struct conf_faults faults = { .count = 0 };
	if (!CHECK_OK(load(LRA "people = ( " PERSON("sato", "\"lraClerk\"", "11",
				   "22") " );",
			      &roster, &faults),
		    "read"))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t now;
		CHECK_OK(clock_parse(rows[i].now, &now), "row %zu", i);
		CHECK_ERR(roster_in_force(roster, roster_person(roster, "sato"), now),
			rows[i].want, "%s", rows[i].now);
	}
}

/* proves R-LRA-01, R-LRA-15, R-AUD-04: each term ends by itself, with words for it, and is told before */
static void test_standing(void)
{
#define TERMS(appointment, training)                                                     \
	"people = ( { id = \"a\"; name = \"n\"; lra = \"LRA-1\"; roles = [ "             \
	"\"lraClerk\" ]; validFrom = \"2026-01-01T00:00:00Z\"; validUntil = "            \
	"\"" appointment "\"; trainingUntil = \"" training "\"; } );"
	static const struct {
		const char *text, *now, *lapsed, *lapsing;
	} rows[] = {
		{ TERMS("2026-06-30T00:00:00Z", "2026-05-31T00:00:00Z"),
			"2026-05-01T00:00:00Z", NULL, NULL },
		{ TERMS("2026-06-30T00:00:00Z", "2026-05-31T00:00:00Z"),
			"2026-05-01T00:00:01Z", NULL, "training.lapsing" },
		{ TERMS("2026-06-30T00:00:00Z", "2026-05-31T00:00:00Z"),
			"2026-05-31T00:00:00Z", NULL, "training.lapsing" },
		{ TERMS("2026-06-30T00:00:00Z", "2026-05-31T00:00:00Z"),
			"2026-05-31T00:00:01Z", "training.lapsed",
			"appointment.lapsing" },
		{ TERMS("2026-06-30T00:00:00Z", "2027-05-31T00:00:00Z"),
			"2026-06-30T00:00:01Z", "appointment.lapsed", NULL },
		{ TERMS("2028-06-30T00:00:00Z", "2028-05-31T00:00:00Z"),
			"2026-12-31T23:59:59Z", NULL, "contract.lapsing" },
		{ TERMS("2028-06-30T00:00:00Z", "2028-05-31T00:00:00Z"),
			"2027-01-01T00:00:00Z", "contract.lapsed", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(roster_free) struct roster *roster = NULL;
		struct conf_faults faults = { .count = 0 };
		struct roster_standing ending[ROSTER_STANDINGS];
		char text[2048];
		int64_t now;
		snprintf(text, sizeof text, "%s%s", LRA, rows[i].text);
		if (!CHECK_OK(load(text, &roster, &faults), "%s", faults.text[0]))
			return;
		CHECK_OK(clock_parse(rows[i].now, &now), "row %zu", i);
		const struct roster_person *person = roster_person(roster, "a");
		const struct fault_rule *rule = roster_lapsed(roster, person, now);
		CHECK_TEXT(rule == NULL ? "" : rule->code,
			rows[i].lapsed == NULL ? "" : rows[i].lapsed, "row %zu", i);
		CHECK_ERR(roster_in_force(roster, person, now),
			rows[i].lapsed == NULL ? E_NONE : E_DENIED, "row %zu", i);
		size_t count = roster_lapsing(roster, person, now, 30 * 86400, ending);
		CHECK_INT(count, rows[i].lapsing != NULL, "row %zu", i);
		if (count > 0 && rows[i].lapsing != NULL)
			CHECK_TEXT(ending[0].rule->code, rows[i].lapsing, "row %zu", i);
	}
#undef TERMS
}

/* proves R-LRA-02: one character, one second off is outside */
static void test_scope(void)
{
	static const struct {
		const char *organization, *identifier, *mailbox, *profile;
		int64_t validity;
		const char *fault;
	} rows[] = {
		{ "Mirai Bank, Ltd.", "VATJP-1010405009403", "a@mirai.example",
			"P-PERSON-MP", 730 * 86400, NULL },
		{ "Mirai Bank, Ltd", "VATJP-1010405009403", "a@mirai.example",
			"P-PERSON-MP", 1, "scope.organization" },
		{ "mirai Bank, Ltd.", "VATJP-1010405009403", "a@mirai.example",
			"P-PERSON-MP", 1, "scope.organization" },
		{ "Mirai Bank, Ltd.", "VATJP-7123456789012", "a@mirai.example",
			"P-PERSON-MP", 1, "scope.organizationIdentifier" },
		{ "Mirai Bank, Ltd.", "VATJP-1010405009403", "a@xmirai.example",
			"P-PERSON-MP", 1, "scope.mailDomain" },
		{ "Mirai Bank, Ltd.", "VATJP-1010405009403", "a@sub.mirai.example",
			"P-PERSON-MP", 1, "scope.mailDomain" },
		{ "Mirai Bank, Ltd.", "VATJP-1010405009403", "a@mirai.example",
			"P-PERSON-SIGN", 1, "scope.profile" },
		{ "Mirai Bank, Ltd.", "VATJP-1010405009403", "a@mirai.example",
			"P-PERSON-MP", 730 * 86400 + 1, "scope.validity" },
	};
	AUTO(roster_free) struct roster *roster = NULL;
	struct conf_faults file_faults = { .count = 0 };
	int64_t now;
	if (!CHECK_OK(load(LRA "people = ( );", &roster, &file_faults), "read"))
		return;
	CHECK_OK(clock_parse("2026-05-01T00:00:00Z", &now), "now");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct content content = { .validity_s = rows[i].validity };
		struct faults faults = { .count = 0 };
		snprintf(content.profile, sizeof content.profile, "%s", rows[i].profile);
		CHECK_OK(name_add(&content.subject, NAME_ORGANIZATION,
				 rows[i].organization),
			"row %zu", i);
		CHECK_OK(name_add(&content.subject, NAME_ORGANIZATION_IDENTIFIER,
				 rows[i].identifier),
			"row %zu", i);
		CHECK_OK(general_names_add(&content.subject_alt_name, GENERAL_NAME_RFC822,
				 rows[i].mailbox),
			"row %zu", i);
		scope_check(roster_lra(roster, "LRA-1"), &content, now, &faults);
		CHECK_INT(faults.count, rows[i].fault == NULL ? 0 : 1, "row %zu", i);
		if (rows[i].fault != NULL && faults.count > 0)
			CHECK_TEXT(faults.row[0].code, rows[i].fault, "row %zu", i);
	}
	struct content late = { .validity_s = 1 };
	struct faults faults = { .count = 0 };
	scope_check(roster_lra(roster, "LRA-1"), &late, now + 365 * 86400, &faults);
	CHECK(faults.count > 0 && strcmp(faults.row[0].code, "scope.contract") == 0,
		"a contract that has ended");
}

static const CU_TestInfo tests[] = {
	{ "people and their certificates", test_reading },
	{ "people without a card", test_without_card },
	{ "files that are refused", test_refused_files },
	{ "unreceived", test_unreceived },
	{ "roles and contracts in force", test_in_force },
	{ "what ends, and what ends soon", test_standing },
	{ "the scope, to the character", test_scope },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_roster = { "common/flow/roster", tests, NULL, NULL };
