#include "common/flow/identity_rules.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "tests/check.h"

#define FOLDER "build/test-identity"
#define DOCUMENTS                                                                        \
	"documents = (\n"                                                                \
	"{ kind = \"licence\"; name = \"L\"; nameJa = \"免\"; photo = true; counts = "  \
	"2; "                                                                            \
	"methods = [ \"original\" ]; dates = [ \"validUntil\" ]; proves = [ "            \
	"\"commonName\", \"surname\" ]; },\n"                                            \
	"{ kind = \"licence\"; name = \"L\"; nameJa = \"免\"; photo = true; counts = "  \
	"2; "                                                                            \
	"from = \"2027-04-01\"; methods = [ \"chip\" ]; proves = [ \"commonName\" ]; "   \
	"},\n"                                                                           \
	"{ kind = \"insurance\"; name = \"H\"; nameJa = \"保\"; photo = false; counts " \
	"= 1; until = \"2025-12-01\"; methods = [ \"original\" ]; proves = [ "           \
	"\"commonName\" ]; },\n"                                                         \
	"{ kind = \"residence\"; name = \"R\"; nameJa = \"住\"; photo = false; counts " \
	"= 1; methods = [ \"original\", \"post\" ]; issuedWithinMonths = 3; dates = [ "  \
	"\"issuedOn\" ]; proves = [ \"commonName\" ]; },\n"                              \
	"{ kind = \"seal\"; name = \"S\"; nameJa = \"印\"; photo = false; counts = 1; " \
	"methods = [ \"original\" ]; proves = [ \"commonName\" ]; },\n"                  \
	"{ kind = \"mail\"; name = \"M\"; nameJa = \"メ\"; photo = false; counts = 0; " \
	"methods = [ \"mail\" ]; proves = [ \"rfc822Name\" ]; } );\n"

static void clear_folder(void)
{
	static const char *const files[] = { "A.cfg", "B.cfg" };
	char path[64];
	mkdir(FOLDER, 0755);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, FOLDER "/%s", files[i]);
		unlink(path);
	}
}

static void put(const char *file, const char *head, const char *documents)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	char path[64];
	snprintf(path, sizeof path, FOLDER "/%s", file);
	CHECK_OK(buf_append_format(&text, "%s\n%s", head, documents), "%s", file);
	CHECK_OK(file_write(path, buf_view(&text), 0644), "%s", file);
}

static struct identity_set *load(void)
{
	struct conf_faults faults = { .count = 0 };
	struct identity_set *set = NULL;
	CHECK_OK(identity_set_load(FOLDER, &set, &faults), "%s",
		faults.count > 0 ? faults.text[0] : "");
	return set;
}

static int64_t at(const char *text)
{
	int64_t time = 0;
	CHECK_OK(clock_parse(text, &time), "%s", text);
	return time;
}

/* proves R-IDV-16: a rule whose day lies ahead takes effect without anybody's hand, at midnight in Japan */
static void test_days(void)
{
	static const struct {
		const char *at, *rules, *next;
	} rows[] = {
		{ "2025-12-31T14:59:59Z", NULL, "A" },
		{ "2025-12-31T15:00:00Z", "A", "B" },
		{ "2027-03-31T14:59:59Z", "A", "B" },
		{ "2027-03-31T15:00:00Z", "B", NULL },
		{ "2099-01-01T00:00:00Z", "B", NULL },
	};
	clear_folder();
	put("A.cfg", "rules = \"A\"; from = \"2026-01-01\"; needed = 2;", DOCUMENTS);
	put("B.cfg", "rules = \"B\"; from = \"2027-04-01\"; needed = 1;", DOCUMENTS);
	AUTO(identity_set_free) struct identity_set *set = load();
	if (set == NULL)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct identity_rules *next,
			*rules = identity_set_at(set, at(rows[i].at), &next);
		CHECK_TEXT(rules == NULL ? "-" : rules->name,
			rows[i].rules == NULL ? "-" : rows[i].rules, "%s", rows[i].at);
		CHECK_TEXT(next == NULL ? "-" : next->name,
			rows[i].next == NULL ? "-" : rows[i].next, "after %s",
			rows[i].at);
	}
	const struct identity_rules *a = identity_set_get(set, 0),
				    *b = identity_set_get(set, 1);
	CHECK(memcmp(a->sha256, b->sha256, 32) != 0, "each file has its digest");
}

struct paper {
	const char *kind, *method, *issued_on, *valid_until, *proves;
};

static struct evidence_list list_of(const struct paper *papers, size_t count)
{
	struct evidence_list list = { .count = 0 };
	for (size_t i = 0; i < count && papers[i].kind != NULL; i++) {
		struct evidence *item = &list.item[list.count++];
		const struct paper *paper = &papers[i];
		snprintf(item->kind, sizeof item->kind, "%s", paper->kind);
		snprintf(item->method, sizeof item->method, "%s", paper->method);
		snprintf(item->issued_on, sizeof item->issued_on, "%s",
			paper->issued_on == NULL ? "" : paper->issued_on);
		snprintf(item->valid_until, sizeof item->valid_until, "%s",
			paper->valid_until == NULL ? "" : paper->valid_until);
		CHECK_OK(evidence_add_claim(item,
				 paper->proves == NULL ? "commonName" : paper->proves),
			"%s", paper->kind);
	}
	return list;
}

/* proves R-IDV-10, R-IDV-11, R-IDV-12, R-IDV-14: each rule, on both sides of its border */
static void test_judgement(void)
{
	static const struct {
		const char *what, *at;
		struct paper paper[2];
		const char *code;
	} rows[] = {
		{ "one with a photograph", "2026-11-23T03:00:00Z",
			{ { "licence", "original", NULL, "2030-01-01", NULL } }, NULL },
		{ "one without", "2026-11-23T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL } }, "identity.count" },
		{ "two without", "2026-11-23T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "post", "2026-11-01", NULL, NULL } },
			NULL },
		{ "one paper twice", "2026-11-23T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "seal", "original", NULL, NULL, NULL } },
			"identity.count" },
		{ "what proves nobody", "2026-11-23T03:00:00Z",
			{ { "mail", "mail", NULL, NULL, "rfc822Name" } },
			"identity.count" },
		{ "no such paper", "2026-11-23T03:00:00Z",
			{ { "libraryCard", "original", NULL, NULL, NULL } },
			"identity.kind" },
		{ "the last day of a paper", "2025-12-01T14:59:59Z",
			{ { "insurance", "original", NULL, NULL, NULL },
				{ "seal", "original", NULL, NULL, NULL } },
			NULL },
		{ "a second later", "2025-12-01T15:00:00Z",
			{ { "insurance", "original", NULL, NULL, NULL },
				{ "seal", "original", NULL, NULL, NULL } },
			"identity.kind" },
		{ "a method before its day", "2027-03-31T14:59:59Z",
			{ { "licence", "chip", NULL, "2030-01-01", NULL } },
			"identity.method" },
		{ "and from it", "2027-03-31T15:00:00Z",
			{ { "licence", "chip", NULL, NULL, NULL } }, NULL },
		{ "a date that is missing", "2026-11-23T03:00:00Z",
			{ { "licence", "original", NULL, NULL, NULL } },
			"identity.date" },
		{ "three months to the day", "2026-11-23T14:59:59Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-08-23", NULL, NULL } },
			NULL },
		{ "three months and a day", "2026-11-23T15:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-08-23", NULL, NULL } },
			"identity.age" },
		{ "over the end of February", "2027-03-01T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-11-30", NULL, NULL } },
			"identity.age" },
		{ "its last day", "2027-02-28T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-11-30", NULL, NULL } },
			NULL },
		{ "issued this morning, Japan's day", "2026-11-22T23:30:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-11-23", NULL, NULL } },
			NULL },
		{ "issued tomorrow", "2026-11-23T03:00:00Z",
			{ { "seal", "original", NULL, NULL, NULL },
				{ "residence", "original", "2026-11-24", NULL, NULL } },
			"identity.age" },
		{ "a claim that it cannot prove", "2026-11-23T03:00:00Z",
			{ { "licence", "original", NULL, "2030-01-01", "title" } },
			"identity.attribute" },
		{ "a mailbox by a licence", "2026-11-23T03:00:00Z",
			{ { "licence", "original", NULL, "2030-01-01", "rfc822Name" } },
			"identity.attribute" },
	};
	clear_folder();
	put("A.cfg", "rules = \"A\"; from = \"2020-01-01\"; needed = 2;", DOCUMENTS);
	AUTO(identity_set_free) struct identity_set *set = load();
	if (set == NULL)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct evidence_list list =
			list_of(rows[i].paper, COUNT(rows[i].paper));
		struct faults faults = { .count = 0 };
		bool told = false;
		identity_check(identity_set_get(set, 0), &list, at(rows[i].at), &faults);
		for (size_t j = 0; j < faults.count; j++)
			told |= rows[i].code != NULL &&
				strcmp(faults.row[j].code, rows[i].code) == 0;
		CHECK(rows[i].code == NULL ? faults.count == 0 : told, "%s: %zu: %s %s",
			rows[i].what, faults.count,
			faults.count > 0 ? faults.row[0].code : "none",
			faults.count > 0 ? faults.row[0].detail : "");
	}
}

#define ROW(rest)                                                                        \
	"documents = (\n{ kind = \"x\"; name = \"X\"; nameJa = \"X\"; photo = true; "    \
	"counts = 1;\n" rest " } );"
#define WELL "methods = [ \"chip\" ]; proves = [ \"title\" ];"

/* Every fault with its line. */
static void test_faults(void)
{
	static const struct {
		const char *head, *documents, *says;
	} rows[] = {
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;", "", "documents" },
		{ "rules = \"B\"; from = \"2026-01-01\"; needed = 2;", ROW(WELL),
			"A.cfg:1: rules: not the file's name" },
		{ "rules = \"A\"; from = \"2026-13-01\"; needed = 2;", ROW(WELL),
			"A.cfg:1: from: not a day" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 10;", ROW(WELL),
			"A.cfg:1: needed: not a number from 0 to 9" },
		{ "rules = \"A\"; from = \"2026-01-01\";", ROW(WELL),
			"needed: is missing" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2; neded = 1;",
			ROW(WELL), "A.cfg:1: neded: no such setting here" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW("methods = [ \"smell\" ]; proves = [ \"title\" ];"),
			"A.cfg:4: methods: \"smell\" is not known" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW("methods = [ \"chip\" ]; proves = [ \"shoeSize\" ];"),
			"A.cfg:4: proves: \"shoeSize\" is not known" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW("methods = [ ]; proves = [ \"title\" ];"),
			"A.cfg:4: methods: an empty list" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW(WELL " foto = true;"), "A.cfg:4: foto: no such setting" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW(WELL " from = \"2026-02-01\"; until = \"2026-01-01\";"),
			"until: before from" },
		{ "rules = \"A\"; from = \"2026-01-01\"; needed = 2;",
			ROW(WELL " issuedWithinMonths = 3;"), "issuedWithinMonths" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(identity_set_free) struct identity_set *set = NULL;
		struct conf_faults faults = { .count = 0 };
		bool said = false;
		clear_folder();
		put("A.cfg", rows[i].head, rows[i].documents);
		CHECK_ERR(identity_set_load(FOLDER, &set, &faults), E_INPUT, "%s",
			rows[i].says);
		CHECK(set == NULL, "%s: out stays untouched", rows[i].says);
		for (size_t j = 0; j < faults.count; j++)
			said |= strstr(faults.text[j], rows[i].says) != NULL;
		CHECK(said, "%s is not said, but %s", rows[i].says,
			faults.count > 0 ? faults.text[0] : "nothing");
	}
}

static void test_folders(void)
{
	AUTO(identity_set_free) struct identity_set *set = NULL;
	AUTO(identity_set_free) struct identity_set *shipped = NULL;
	struct conf_faults faults = { .count = 0 };
	CHECK_OK(identity_set_load("", &set, &faults), "no rules");
	CHECK(set == NULL, "and none are judged by");
	CHECK_ERR(identity_set_load("build/no-such-folder", &set, &faults), E_NOT_FOUND,
		"no folder");
	clear_folder();
	CHECK_ERR(identity_set_load(FOLDER, &set, &faults), E_INPUT, "an empty folder");
	put("A.cfg", "rules = \"A\"; from = \"2026-01-01\"; needed = 2;", DOCUMENTS);
	put("B.cfg", "rules = \"B\"; from = \"2026-01-01\"; needed = 2;", DOCUMENTS);
	CHECK_ERR(identity_set_load(FOLDER, &set, &faults), E_CONFLICT, "two of one day");
	CHECK_OK(identity_set_load("policies/identity", &shipped, &faults), "%s",
		faults.count > 0 ? faults.text[0] : "what is shipped");
}

static const CU_TestInfo tests[] = {
	{ "which rules hold on a day", test_days },
	{ "each rule at its border", test_judgement },
	{ "faults of a file, with their lines", test_faults },
	{ "folders", test_folders },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_identity_rules = { "common/flow/identity_rules", tests,
	NULL, NULL };
