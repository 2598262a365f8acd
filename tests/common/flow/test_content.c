#include "common/flow/content.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"

static const char sample[] =
	"{\"agreement\":"
	"\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
	"\"application\":\"A26-000001-0\","
	"\"entity\":\"LRA-0001:100234\",\"key\":{\"digest\":"
	"\"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\","
	"\"origin\":\"csr\"},\"lra\":\"LRA-0001\",\"profile\":\"P-PERSON-MP\","
	"\"profileVersion\":1,\"subject\":["
	"{\"type\":\"countryName\",\"value\":\"JP\"},{\"type\":\"organizationName\","
	"\"value\":\"Mirai Bank, Ltd.\"},"
	"{\"type\":\"surname\",\"value\":\"TAKAHASHI\"}],\"subjectAltName\":[{\"type\":"
	"\"rfc822Name\",\"value\":\"a@mirai.example\"},"
	"{\"type\":\"directoryName\",\"value\":[{\"type\":\"surname\",\"value\":\"髙橋\"}"
	"]}],\"validity\":63072000,\"version\":1}";

static void test_round_trip(void)
{
	struct content content;
	AUTO(buf_clear) struct buf text = BUF(LIMIT_STATEMENT);
	if (!CHECK_OK(content_parse_bytes(blob_text(sample), &content), "read"))
		return;
	CHECK_TEXT(content.lra, "LRA-0001", "lra");
	CHECK_INT(content.subject.count, 3, "attributes");
	CHECK_TEXT(name_get(&content.subject_alt_name.directory, NAME_SURNAME), "髙橋",
		"Japanese script stays");
	CHECK(content.has_key && content.key_digest[0] == 0xff, "key");
	CHECK_OK(content_write(&content, &text), "written");
	CHECK_TEXT(buf_text(&text), sample, "the same content gives the same bytes");
}

/* proves R-APP-07: every member counts; none may be missing, doubled, of another kind, or unknown */
static void test_refusals(void)
{
	static const struct {
		const char *what, *from, *to;
	} rows[] = {
		{ "unknown member", "\"lra\":", "\"colour\":\"red\",\"lra\":" },
		{ "doubled member", "\"lra\":\"LRA-0001\"",
			"\"lra\":\"LRA-0001\",\"lra\":\"LRA-0002\"" },
		{ "missing member", "\"profileVersion\":1,", "" },
		{ "text for number", "\"profileVersion\":1", "\"profileVersion\":\"1\"" },
		{ "fraction", "\"validity\":63072000", "\"validity\":63072000.5" },
		{ "digest too short",
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeef"
			"f",
			"0011" },
		{ "digest not hex", "ffeeddccbbaa", "ffeeddccbbxx" },
		{ "no such attribute", "\"surname\",\"value\":\"TAKAHASHI\"",
			"\"surnmae\",\"value\":\"TAKAHASHI\"" },
		{ "no such general name", "rfc822Name", "mailName" },
		{ "no such origin", "\"origin\":\"csr\"", "\"origin\":\"found\"" },
		{ "a key without digest",
			"\"digest\":"
			"\"ffeeddccbbaa99887766554433221100ffeeddccbbaa998877665544332211"
			"00\",",
			"" },
		{ "NUL in a name", "TAKAHASHI", "TAKA\\u0000" },
		{ "two directory names", "{\"type\":\"directoryName\"",
			"{\"type\":\"directoryName\",\"value\":[{\"type\":\"surname\","
			"\"value\":\"x\"}]},{\"type\":\"directoryName\"" },
		{ "something behind", "\"version\":1}", "\"version\":1}x" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf text = BUF(LIMIT_STATEMENT);
		const char *at = strstr(sample, rows[i].from);
		struct content content;
		if (!CHECK(at != NULL, "%s: the sample has it", rows[i].what))
			continue;
		CHECK_OK(buf_append(&text, blob_make(sample, (size_t)(at - sample))),
			"%s", rows[i].what);
		CHECK_OK(buf_append_text(&text, rows[i].to), "%s", rows[i].what);
		CHECK_OK(buf_append_text(&text, at + strlen(rows[i].from)), "%s",
			rows[i].what);
		CHECK_ERR(content_parse_bytes(buf_view(&text), &content), E_INPUT, "%s",
			rows[i].what);
	}
}

static bool has_fault(const struct faults *faults, const char *code, const char *field)
{
	for (size_t i = 0; i < faults->count; i++)
		if (strcmp(faults->row[i].code, code) == 0 &&
			strcmp(faults->row[i].field, field) == 0)
			return true;
	return false;
}

/* proves R-IDV-24: an attribute that nothing proves is named */
static void test_unproved_attributes(void)
{
	struct content content;
	struct evidence_list list = { .count = 1 };
	struct faults faults = { .count = 0 };
	if (!CHECK_OK(content_parse_bytes(blob_text(sample), &content), "read"))
		return;
	CHECK_OK(evidence_add_claim(&list.item[0], "organizationName"), "claim");
	CHECK_OK(evidence_add_claim(&list.item[0], "rfc822Name"), "claim");
	CHECK_ERR(evidence_add_claim(&list.item[0], "shoeSize"), E_INPUT, "no attribute");
	evidence_check(&list, &content, 0, &faults);
	CHECK_INT(faults.count, 2, "two are left");
	CHECK(has_fault(&faults, "evidence.missing", "surname"), "the surname");
	CHECK(has_fault(&faults, "evidence.missing", "directoryName"),
		"the name in Japanese script");
}

/* proves R-IDV-11: both ends of a paper's own time, to the second */
static void test_evidence_times(void)
{
	static const struct {
		const char *kind, *issued, *until, *now, *fault;
	} rows[] = {
		{ "driverLicence", "", "2026-11-23", "2026-11-23T23:59:59Z", NULL },
		{ "driverLicence", "", "2026-11-23", "2026-11-24T00:00:00Z",
			"evidence.expired" },
		{ "residenceCertificate", "2026-08-23", "", "2026-11-23T00:00:00Z",
			NULL },
		{ "residenceCertificate", "2026-08-23", "", "2026-11-23T00:00:01Z",
			"evidence.old" },
		{ "driverLicence", "2020-01-01", "", "2026-11-23T00:00:00Z", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct content content;
		struct evidence_list list = { .count = 1 };
		struct evidence *item = &list.item[0];
		struct faults faults = { .count = 0 };
		int64_t now;
		CHECK_OK(content_parse_bytes(blob_text(sample), &content), "read");
		CHECK_OK(clock_parse(rows[i].now, &now), "row %zu", i);
		snprintf(item->kind, sizeof item->kind, "%s", rows[i].kind);
		snprintf(item->issued_on, sizeof item->issued_on, "%s", rows[i].issued);
		snprintf(item->valid_until, sizeof item->valid_until, "%s",
			rows[i].until);
		item->proves_subject = item->proves_san = UINT32_MAX;
		evidence_check(&list, &content, now, &faults);
		CHECK_INT(faults.count, rows[i].fault == NULL ? 0 : 1, "row %zu", i);
		if (rows[i].fault != NULL)
			CHECK(has_fault(&faults, rows[i].fault, rows[i].kind), "row %zu",
				i);
	}
}

static void test_evidence_form(void)
{
	static const char good[] =
		"[{\"issuedOn\":\"2026-11-01\",\"kind\":\"personnelRegister\",\"method\":"
		"\"register\",\"proves\":"
		"[\"organizationName\",\"rfc822Name\"],\"sha256\":"
		"\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"}]";
	static const struct {
		const char *what, *from, *to;
	} wrong[] = {
		{ "a day that does not exist", "2026-11-01", "2026-02-30" },
		{ "proves nothing", "[\"organizationName\",\"rfc822Name\"]", "[]" },
		{ "no such attribute", "rfc822Name", "mail" },
		{ "an unknown member", "\"kind\"", "\"x\":1,\"kind\"" },
	};
	AUTO(json_free) struct json *array = NULL;
	AUTO(buf_clear) struct buf text = BUF(LIMIT_STATEMENT);
	struct evidence_list list;
	CHECK_OK(json_parse(blob_text(good), &array), "JSON");
	CHECK_OK(evidence_parse(array, &list), "read");
	CHECK_OK(evidence_write(&list, &text), "written");
	CHECK_TEXT(buf_text(&text), good, "comes back");
	for (size_t i = 0; i < COUNT(wrong); i++) {
		AUTO(json_free) struct json *bad = NULL;
		AUTO(buf_clear) struct buf changed = BUF(LIMIT_STATEMENT);
		const char *at = strstr(good, wrong[i].from);
		CHECK_OK(buf_append(&changed, blob_make(good, (size_t)(at - good))), "%s",
			wrong[i].what);
		CHECK_OK(buf_append_text(&changed, wrong[i].to), "%s", wrong[i].what);
		CHECK_OK(buf_append_text(&changed, at + strlen(wrong[i].from)), "%s",
			wrong[i].what);
		CHECK_OK(json_parse(buf_view(&changed), &bad), "%s", wrong[i].what);
		if (bad != NULL)
			CHECK_ERR(evidence_parse(bad, &list), E_INPUT, "%s",
				wrong[i].what);
	}
}

static const CU_TestInfo tests[] = {
	{ "one content, one text", test_round_trip },
	{ "what is not one is refused", test_refusals },
	{ "attributes that nothing proves", test_unproved_attributes },
	{ "papers within their time", test_evidence_times },
	{ "evidence as decisions name it", test_evidence_form },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_content = { "common/flow/content", tests, NULL, NULL };
