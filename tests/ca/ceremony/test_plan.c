#include "ca/ceremony/plan.h"

#include "ca/ceremony/site.h"
#include "ca/ceremony/transcript.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

#define HEAD "name = \"x\"; title = \"t\"; crlValidity = \"120 d\";\n"
#define TWO                                                                              \
	"present = ( { id = \"a\"; name = \"A\"; role = \"r\"; }, { id = \"b\"; name = " \
	"\"B\"; role = \"s\"; } );\n"
#define ROOT                                                                             \
	"{ word = \"root\"; profile = \"P-ROOT\"; algorithm = \"P-384\"; token = "       \
	"\"t\"; key = \"k\";"                                                            \
	" subject = { countryName = \"JP\"; organizationName = \"Inkan\"; commonName = " \
	"\"Root\"; }; }"
#define ROWS(more) "certificates = ( " ROOT more " );\n"

static struct err load(const char *text, struct plan **out, struct conf_faults *faults)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	char path[128];
	outside_write(&outside, "plan.cfg", blob_text(text));
	snprintf(path, sizeof path, "%s/plan.cfg", outside.folder);
	return plan_load(path, out, faults);
}

static void test_good(void)
{
	AUTO(plan_free) struct plan *plan = NULL;
	struct conf_faults faults = { .count = 0 };
	if (!CHECK_OK(load(HEAD TWO ROWS(", { word = \"leaf\"; issuer = \"root\"; "
					 "profile = \"P-X\"; algorithm = \"P-256\";"
					 " validity = \"30 d\"; subject = { commonName = "
					 "\"leaf\"; };"
					 " subjectAltName = { dNSName = \"@hosts\"; "
					 "uniformResourceIdentifier = \"urn:x:y\"; }; }"),
			      &plan, &faults),
		    "good"))
		return;
	CHECK_INT(plan->row_count, 2, "rows");
	CHECK_INT(plan->row[0].algorithm, KEY_P384, "algorithm");
	CHECK_TEXT(plan->row[0].token, "t", "token");
	CHECK_TEXT(name_get(&plan->row[0].subject, NAME_COMMON_NAME), "Root", "subject");
	CHECK_INT(plan->row[1].validity_s, 30 * DAY, "validity");
	CHECK(plan->row[1].san_hosts && plan->row[1].san.count == 1,
		"names of the site and of the plan");
	CHECK_TEXT(plan->row[1].token, "", "a key in a file");
	CHECK_INT(plan->person_count, 2, "people");
	CHECK_INT(plan->crl_validity_s, 120 * DAY, "crlValidity");
}

static void test_refuses(void)
{
	static const struct {
		const char *name, *text, *words;
	} rows[] = {
		{ "nothing", "", "are needed" },
		{ "one person",
			HEAD "present = ( { id = \"a\"; name = \"A\"; role = \"r\"; } "
			     ");\n" ROWS(""),
			"present: 2 to" },
		{ "a person twice",
			HEAD "present = ( { id = \"a\"; name = \"A\"; role = \"r\"; }, { "
			     "id = \"a\"; name = \"B\"; role = \"s\"; } );\n" ROWS(""),
			"stands twice" },
		{ "a person without a role",
			HEAD "present = ( { id = \"a\"; name = \"A\"; }, { id = \"b\"; "
			     "name = \"B\"; role = \"s\"; } );\n" ROWS(""),
			"id, name and role" },
		{ "no such setting", HEAD TWO "what = 1;\n" ROWS(""), "no such setting" },
		{ "no rows", HEAD TWO "certificates = ( );\n", "certificates: 1 to" },
		{ "the same word", HEAD TWO "certificates = ( " ROOT ", " ROOT " );\n",
			"root stands twice" },
		{ "the same key",
			HEAD TWO ROWS(
				", { word = \"b\"; issuer = \"root\"; profile = \"P\"; "
				"algorithm = \"P-256\"; token = \"t\"; key = \"k\";"
				" subject = { commonName = \"b\"; }; }"),
			"its key is that of root" },
		{ "an issuer that comes later",
			HEAD TWO "certificates = ( { word = \"b\"; issuer = \"root\"; "
				 "profile = \"P\"; algorithm = \"P-256\";"
				 " subject = { commonName = \"b\"; }; }, " ROOT " );\n",
			"does not come before" },
		{ "a token without a key",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; token = \"t\"; subject = { commonName "
				      "= \"b\"; }; }"),
			"belong together" },
		{ "a word that is no file name",
			HEAD TWO ROWS(", { word = \"../b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; subject = { commonName = \"b\"; }; }"),
			"small letters" },
		{ "an algorithm of nobody",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-192\"; subject = { commonName = \"b\"; }; }"),
			"algorithm" },
		{ "an attribute of nobody",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; subject = { nickName = \"b\"; }; }"),
			"nickName" },
		{ "a kind of name of nobody",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; subject = { commonName = \"b\"; };"
				      " subjectAltName = { dNSName2 = \"b\"; }; }"),
			"dNSName2" },
		{ "a placeholder",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; subject = { commonName = \"-\"; }; }"),
			"commonName" },
		{ "a member of nobody",
			HEAD TWO ROWS(", { word = \"b\"; profile = \"P\"; algorithm = "
				      "\"P-256\"; subject = { commonName = \"b\"; }; pin "
				      "= \"1\"; }"),
			"pin: no such setting" },
		{ "a list that lives too long",
			"name = \"x\"; title = \"t\"; crlValidity = \"367 d\";\n" TWO
				ROWS(""),
			"crlValidity" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(plan_free) struct plan *plan = NULL;
		static struct conf_faults faults;
		bool told = false;
		faults.count = 0;
		CHECK_ERR(load(rows[i].text, &plan, &faults), E_INPUT, "%s",
			rows[i].name);
		CHECK(plan == NULL, "%s: out stays untouched", rows[i].name);
		for (size_t n = 0; n < faults.count && n < COUNT(faults.text); n++)
			told = told || strstr(faults.text[n], rows[i].words) != NULL;
		CHECK(told, "%s: \"%s\" in %s", rows[i].name, rows[i].words,
			faults.count == 0 ? "nothing" : faults.text[0]);
	}
}

static void test_site(void)
{
#define SITE  "output = \"o\"; profiles = \"p\"; "
#define TOKEN "token = { module = \"m\"; pin = \"file:x\"; };"
	static const struct {
		const char *name, *text, *words;
	} rows[] = {
		{ "good",
			SITE "baseUrl = \"http://localhost\"; hosts = ( \"localhost\" "
			     ");" TOKEN,
			NULL },
		{ "https", SITE "baseUrl = \"https://localhost\";" TOKEN, "baseUrl" },
		{ "a slash at the end", SITE "baseUrl = \"http://localhost/\";" TOKEN,
			"baseUrl" },
		{ "no module",
			SITE
			"baseUrl = \"http://localhost\"; token = { pin = \"file:x\"; };",
			"token.module" },
		{ "no PIN of the officer",
			SITE "baseUrl = \"http://localhost\"; token = { module = \"m\"; "
			     "pin = \"file:x\"; create = true; };",
			"token.soPin" },
		{ "hosts that are none",
			SITE "baseUrl = \"http://localhost\"; hosts = ( 1 );" TOKEN,
			"hosts" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(outside_clear) struct outside outside = outside_open();
		AUTO(site_clear) struct site site = { .output = NULL };
		static struct conf_faults faults;
		char path[128];
		faults.count = 0;
		outside_write(&outside, "site.cfg", blob_text(rows[i].text));
		snprintf(path, sizeof path, "%s/site.cfg", outside.folder);
		CHECK_ERR(site_load(path, &site, &faults),
			rows[i].words == NULL ? E_NONE : E_INPUT, "%s", rows[i].name);
		if (rows[i].words != NULL)
			CHECK(faults.count > 0 &&
					strstr(faults.text[0], rows[i].words) != NULL,
				"%s: %s", rows[i].name, faults.text[0]);
	}
#undef SITE
#undef TOKEN
}

static void add(struct transcript *transcript, const char *event)
{
	struct json *fields = NULL;
	CHECK_OK(json_new_object(&fields), "object");
	CHECK_OK(transcript_add(transcript, 1800000000, event, fields), "%s", event);
}

/* proves R-CA-KEY-03: each way to bend a record is seen */
static void test_transcript(void)
{
	static const struct {
		const char *name, *line;
		bool good;
	} rows[] = {
		{ "as it is", "cat t", true },
		{ "a word changed", "sed 2s/two/2nd/ t", false },
		{ "a line taken out", "sed 2d t", false },
		{ "the first taken out", "sed 1d t", false },
		{ "two lines exchanged", "for i in 1 3 2 4; do sed -n ${i}p t; done",
			false },
		{ "a line doubled", "sed 2p t", false },
		{ "the last cut off", "head -c -5 t", false },
		{ "an empty line", "sed 2G t", false },
	};
	AUTO(outside_clear) struct outside outside = outside_open();
	char path[128];
	snprintf(path, sizeof path, "%s/t", outside.folder);
	for (int part = 0; part < 2; part++) {
		AUTO(transcript_close) struct transcript *transcript = NULL;
		if (!CHECK_OK(transcript_open(path, NULL, &transcript), "part %d", part))
			return;
		CHECK((transcript_first(transcript) != NULL) == (part == 1),
			"part %d: it knows whether it goes on", part);
		add(transcript, part == 0 ? "one" : "three");
		add(transcript, part == 0 ? "two" : "four");
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf said = BUF(64 * KIB);
		uint8_t digest[32];
		int64_t count = 0;
		CHECK_INT(outside_run(&outside, &said, "%s", rows[i].line), 0, "%s",
			rows[i].name);
		CHECK_ERR(transcript_check(buf_view(&said), &count, digest),
			rows[i].good ? E_NONE : E_CRYPTO, "%s", rows[i].name);
		if (rows[i].good)
			CHECK_INT(count, 4, "lines");
	}
}

static const CU_TestInfo tests[] = {
	{ "a good plan", test_good },
	{ "a plan refuses", test_refuses },
	{ "a site", test_site },
	{ "a transcript", test_transcript },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_ceremony_plan = { "ca/ceremony/plan", tests, NULL, NULL };
