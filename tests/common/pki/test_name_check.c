#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/name.h"
#include "tests/check.h"

static struct name name_of(const char *const *pairs)
{
	struct name name = { .count = 0 };
	for (; pairs[0] != NULL; pairs += 2)
		CHECK_OK(name_add(&name, name_type_by_name(pairs[0]), pairs[1]), "%s",
			pairs[0]);
	return name;
}

/* All codes, one behind the other, so that one fault too many is seen too. */
static void codes_of(const struct faults *faults, char *out, size_t size)
{
	out[0] = 0;
	for (size_t i = 0; i < faults->count; i++) {
		size_t len = strlen(out);
		snprintf(out + len, size - len, "%s%s/%s", i == 0 ? "" : " ",
			faults->row[i].code, faults->row[i].field);
	}
}

static void check_pairs(const char *const *pairs, const char *want, const char *what)
{
	struct name name = name_of(pairs);
	struct faults faults = { .count = 0 };
	char codes[1024];
	name_check(&name, &faults);
	codes_of(&faults, codes, sizeof codes);
	CHECK_TEXT(codes, want, "%s", what);
	for (size_t i = 0; i < faults.count; i++) {
		const struct fault *row = &faults.row[i];
		CHECK(row->en[0] != 0 && strlen(row->ja) > 10 && row->clause[0] != 0 &&
				row->detail[0] != 0 &&
				text_is_utf8(blob_text(row->detail)),
			"%s: %s tells what to do, twice", what, row->code);
	}
}

#define PAIRS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* proves R-ISS-11 */
static void test_check_values(void)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "Mirai Bank, Ltd.", "" },
		{ "株式会社みらい銀行", "" },
		{ "Société Générale", "" },
		{ "髙﨑 𠮷野", "" },
		{ "A", "" },
		{ "7", "" },
		{ "〆", "" },
		{ "々", "" },
		{ "田中　太郎", "" }, /* one ideographic space within */
		{ "", "name.empty" },
		{ " ", "name.space name.placeholder" },
		{ " a", "name.space" },
		{ "a ", "name.space" },
		{ "　a", "name.space" },
		{ "a　", "name.space" },
		{ "a\xc2\xa0", "name.space name.invisible" },
		{ "a\xc2\xa0"
		  "b",
			"name.invisible" },
		{ "a\tb", "name.control" },
		{ "a\nb", "name.control" },
		{ "a\x7f"
		  "b",
			"name.control" },
		{ "a\xc2\x85"
		  "b",
			"name.control" },
		{ "a\xe2\x80\x8b"
		  "b",
			"name.invisible" }, /* zero width space */
		{ "a\xe2\x80\x8d"
		  "b",
			"name.invisible" }, /* joiner */
		{ "a\xe2\x80\xae"
		  "b",
			"name.invisible" }, /* right-to-left override */
		{ "a\xe2\x81\xa6"
		  "b",
			"name.invisible" }, /* left-to-right isolate */
		{ "a\xef\xbb\xbf"
		  "b",
			"name.invisible" }, /* byte order mark */
		{ "a\xc2\xad"
		  "b",
			"name.invisible" }, /* soft hyphen */
		{ "a\xe1\x85\x9f"
		  "b",
			"name.invisible" }, /* Hangul filler */
		{ "a\xe3\x85\xa4"
		  "b",
			"name.invisible" }, /* Hangul filler */
		{ "a\xe2\xa0\x80"
		  "b",
			"name.invisible" }, /* Braille blank */
		{ "a\xf3\xa0\x80\xa1"
		  "b",
			"name.invisible" }, /* a tag */
		{ "a\xe2\x80\xa8"
		  "b",
			"name.invisible" }, /* line separator */
		{ "葛󠄀", "" },
		{ "葛\xef\xb8\x80", "" },
		{ "葛󠄀󠄁", "name.invisible" }, /* two selectors */
		{ "a\xf3\xa0\x84\x80",
			"name.invisible" }, /* a selector behind a letter */
		{ "か\xef\xb8\x80", "name.invisible" },
		{ "\xf3\xa0\x84\x80", "name.invisible name.placeholder" },
		{ "\xee\x80\x80", "name.private name.placeholder" }, /* U+E000, 外字 */
		{ "a\xef\xb7\x90", "name.private" },                 /* U+FDD0 */
		{ "\xf0\xae\xaf\xb0", "" }, /* U+2EBF0, a kanji of Unicode 15.1 */
		{ "a\xf0\xbf\xbf\xbf", "name.private" }, /* U+3FFFF */
		{ "e\xcc\x81", "name.nfc" },
		{ "カ\xe3\x82\x99", "name.nfc" },
		{ "\xef\xa8\x99", "name.nfc" }, /* U+FA19, a compatibility kanji */
		{ "-", "name.placeholder" },
		{ ".", "name.placeholder" },
		{ "***", "name.placeholder" },
		{ "ー", "name.placeholder" }, /* a letter by Unicode */
		{ "〇〇", "name.placeholder" },
		{ "N/A", "name.placeholder" },
		{ "n/a", "name.placeholder" },
		{ "NA", "name.placeholder" },
		{ "不明", "name.placeholder" },
		{ "なし", "name.placeholder" },
		{ "該当なし", "name.placeholder" },
		{ "Internet Widgits Pty Ltd", "name.placeholder" },
		{ "Unknown Pleasures", "" },
		{ "N/A e-\xef\xbc\xa1", "" },
		{ "\t", "name.control name.placeholder" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct faults faults = { .count = 0 };
		char codes[512] = "";
		name_check_value("organizationName", rows[i].value, 64, &faults);
		for (size_t k = 0; k < faults.count; k++)
			snprintf(codes + strlen(codes), sizeof codes - strlen(codes),
				"%s%s", k == 0 ? "" : " ", faults.row[k].code);
		CHECK_TEXT(codes, rows[i].want, "row %zu: \"%s\"", i, rows[i].value);
	}
	struct faults faults = { .count = 0 };
	name_check_value("organizationName", "\xff", 64, &faults);
	CHECK(faults.count == 1 && strcmp(faults.row[0].code, "name.utf8") == 0,
		"not UTF-8");
}

/* Null, Test and Na are people's names, and nobody's company. */
static void test_check_placeholders_of_people(void)
{
	static const char *const values[] = { "Null", "NA", "Test", "Sample", "無" };
	for (size_t i = 0; i < COUNT(values); i++) {
		check_pairs(PAIRS("surname", values[i]), "", values[i]);
		check_pairs(PAIRS("organizationName", values[i]),
			"name.placeholder/organizationName", values[i]);
	}
	check_pairs(PAIRS("surname", "不明"), "name.placeholder/surname",
		"不明 is nobody");
}

/* proves R-ISS-09: 64 kanji are 192 octets and fit; kanji outside the first plane take four octets each. */
static void test_check_lengths(void)
{
	static const char *const one[] = { "a", "葛", "𠮷" };
	for (size_t i = 0; i < COUNT(one); i++)
		for (size_t count = 63; count <= 65; count++) {
			struct name name = { .count = 0 }, back;
			struct faults faults = { .count = 0 };
			char value[300] = "";
			uint8_t room[512];
			struct der_writer w = DER_WRITER(room);
			for (size_t k = 0; k < count; k++)
				snprintf(value + strlen(value),
					sizeof value - strlen(value), "%s", one[i]);
			CHECK_OK(name_add(&name, NAME_ORGANIZATION, value), "%zu of %s",
				count, one[i]);
			name_check(&name, &faults);
			CHECK_INT(faults.count, count > 64, "%zu of %s", count, one[i]);
			if (count > 64)
				CHECK_TEXT(faults.row[0].detail, "65 of 64 characters",
					"%s", one[i]);
			name_write(&name, &w);
			CHECK_OK(name_parse(blob_make(room, w.len), &back), "%zu of %s",
				count, one[i]);
			CHECK_TEXT(name_get(&back, NAME_ORGANIZATION), value,
				"%zu of %s: never cut", count, one[i]);
		}
	for (size_t i = 0; i < NAME_TYPE_COUNT; i++) {
		const struct name_kind *kind = name_kind((enum name_type)i);
		char value[300];
		struct faults good = { .count = 0 }, wrong = { .count = 0 };
		memset(value, 'a', sizeof value);
		value[kind->max_chars] = 0;
		name_check_value(kind->name, value, kind->max_chars, &good);
		value[kind->max_chars] = 'a';
		value[kind->max_chars + 1] = 0;
		name_check_value(kind->name, value, kind->max_chars, &wrong);
		CHECK(good.count == 0 && wrong.count == 1, "%s: at its border",
			kind->name);
	}
}

static void test_check_attributes(void)
{
	static const struct {
		const char *type, *value, *want;
	} rows[] = {
		{ "countryName", "JP", "" },
		{ "countryName", "US", "" },
		{ "countryName", "NA", "" }, /* Namibia, not "not available" */
		{ "countryName", "jp", "name.country/countryName" },
		{ "countryName", "XX", "name.placeholder/countryName" },
		{ "countryName", "UK", "name.country/countryName" },
		{ "countryName", "P ", "name.space/countryName" },
		{ "countryName", "J", "name.country/countryName" },
		{ "countryName", "JPN", "name.length/countryName" },
		{ "countryName", "日本",
			"name.printable/countryName name.country/countryName" },
		{ "countryName", " A", "name.space/countryName" },
		{ "countryName", "D A", "name.length/countryName" },
		{ "serialNumber", "S-0001", "" },
		{ "serialNumber", "a_b", "name.printable/serialNumber" },
		{ "serialNumber", "番号", "name.printable/serialNumber" },
		{ "emailAddress", "tanaka@mirai.example", "" },
		{ "emailAddress", "tanaka@Mirai.example", "name.mail/emailAddress" },
		{ "emailAddress", "田中@mirai.example", "name.mail/emailAddress" },
		{ "emailAddress", "tanaka", "name.mail/emailAddress" },
		{ "domainComponent", "example", "" },
		{ "domainComponent", "example.jp", "name.domain/domainComponent" },
		{ "domainComponent", "Example", "name.domain/domainComponent" },
		{ "organizationIdentifier", "NTRJP-010405009403", "" },
		{ "organizationIdentifier", "NTRJP-1010405009403",
			"name.organizationIdentifier/organizationIdentifier" },
		{ "organizationIdentifier", "VATJP-1010405009413",
			"name.organizationIdentifier.digit/organizationIdentifier" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		check_pairs(PAIRS(rows[i].type, rows[i].value), rows[i].want,
			rows[i].value);
	check_pairs(PAIRS("countryName", "DE", "organizationIdentifier",
			    "VATJP-1010405009403"),
		"name.organizationIdentifier.country/organizationIdentifier",
		"another country");
	check_pairs(PAIRS("countryName", "DE", "organizationIdentifier",
			    "LEIXG-506700GE1G29325QX363"),
		"", "LEI is of no country");
}

/* proves R-IDV-13 */
static void test_check_individual_number(void)
{
	static const struct {
		const char *value;
		bool hit;
	} rows[] = {
		{ "123456789018", true },
		{ "1234-5678-9018", true },
		{ "1234 5678 9018", true },
		{ "MN 123456789018", true },
		{ "A123456789018B", true },
		{ "123456789019", false },
		{ "1234567890180", false },
		{ "0123456789018", false },
		{ "1234-5678-90180", false },
		{ "12345678901", false },
		{ "S-0001", false },
		{ "1234--5678-9018", true },
		{ "1-123456789018", true },
		{ "x/123456789018", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		check_pairs(PAIRS("serialNumber", rows[i].value),
			rows[i].hit ? "name.individualNumber/serialNumber" : "",
			rows[i].value);
		struct name name = name_of(PAIRS("serialNumber", rows[i].value));
		struct faults faults = { .count = 0 };
		name_check(&name, &faults);
		if (rows[i].hit)
			CHECK(strstr(faults.row[0].detail, "9018") == NULL,
				"the number itself is not told");
	}
	check_pairs(PAIRS("organizationIdentifier", "NTRJP-123456789018"), "",
		"会社法人等番号 has 12 digits too");
}

static void test_check_order(void)
{
	check_pairs(PAIRS("domainComponent", "jp", "domainComponent", "mirai",
			    "countryName", "JP", "stateOrProvinceName", "Tokyo",
			    "localityName", "Minato", "postalCode", "105-0001",
			    "streetAddress", "1", "streetAddress", "2",
			    "organizationName", "Mirai", "surname", "Tanaka", "givenName",
			    "Taro", "organizationalUnitName", "Sales", "title", "Head",
			    "serialNumber", "1", "commonName", "Taro Tanaka",
			    "emailAddress", "t@mirai.example"),
		"", "everything in order");
	check_pairs(PAIRS("commonName", "a", "countryName", "JP"),
		"name.order/countryName", "CN before C");
	check_pairs(PAIRS("organizationName", "a", "organizationName", "b"),
		"name.repeated/organizationName", "O twice");
	check_pairs(PAIRS("countryName", "JP", "organizationName", "a", "countryName",
			    "JP"),
		"name.repeated/countryName name.order/countryName", "C twice");
	check_pairs(PAIRS("streetAddress", "1", "countryName", "JP", "streetAddress",
			    "2"),
		"name.order/countryName", "streets around C");
	check_pairs((const char *const[]){ NULL }, "",
		"the empty Name is the profile's question");
}

static void test_check_together(void)
{
	check_pairs(PAIRS("pseudonym", "Kaze"), "", "a pseudonym alone");
	check_pairs(PAIRS("surname", "Tanaka", "pseudonym", "Kaze"),
		"name.pseudonym/pseudonym", "beside surname");
	check_pairs(PAIRS("givenName", "Taro", "pseudonym", "Kaze"),
		"name.pseudonym/pseudonym name.single/givenName", "beside givenName");
	check_pairs(PAIRS("givenName", "Taro"), "name.single/givenName",
		"a single name is a surname");
	check_pairs(PAIRS("surname", "Sukarno"), "", "a single name");
	check_pairs(PAIRS("stateOrProvinceName", "Tokyo"),
		"name.state/stateOrProvinceName", "without country");
}

/* PROFILES part 2: one script in surname, givenName and commonName. */
static void test_check_scripts(void)
{
	static const struct {
		const char *surname, *given, *common, *want;
	} rows[] = {
		{ "Tanaka", "Taro", "Taro Tanaka", "" },
		{ "Müller", "Zoë", "Zoë Müller", "" },
		{ "田中", "太郎", "田中 太郎", "" },
		{ "田中", "マリア", "田中・マリア", "" },
		{ "佐々木", "ゆう子", "佐々木 ゆう子", "" },
		{ "葛󠄀城", "〆子", "葛󠄀城 〆子", "" },
		{ "ﾀﾅｶ", "タロウ", "タナカ", "" },
		{ "김", "민준", "김 민준", "" },
		{ "Иванов", "Иван", "Иван Иванов", "" },
		{ "Tanaka", "Taro", "taro@mirai.example", "" },
		{ "田中", "太郎", "taro@mirai.example", "" },
		{ "Tanaka", "Taro", "Taro Tanaka 2", "" },
		{ "O'Neill", "Ann-Marie", "Ann-Marie O'Neill", "" },
		{ "Tanaka", "Taro", "田中 太郎", "name.script/commonName" },
		{ "Tanaka", "太郎", "Taro Tanaka", "name.script/givenName" },
		{ "田中", "太郎", "Taro Tanaka", "name.script/commonName" },
		{ "Tаnaka", "Taro", "Taro Tanaka",
			"name.script/surname" }, /* a Cyrillic а */
		{ "Τanaka", "Taro", "Taro Tanaka",
			"name.script/surname" }, /* a Greek Τ */
		{ "김", "太郎", "김", "name.script/givenName" },
		{ "ก", "Taro", "Taro", "name.script/givenName" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		check_pairs(PAIRS("surname", rows[i].surname, "givenName", rows[i].given,
				    "commonName", rows[i].common),
			rows[i].want, rows[i].common);
	check_pairs(PAIRS("organizationName", "Mirai", "commonName", "株式会社ABC"), "",
		"a company may mix");
}

/* R-ISS-11: all of them at once. */
static void test_check_lists_all(void)
{
	check_pairs(PAIRS("commonName", " 太郎", "surname", "Tanaka", "countryName", "UK",
			    "serialNumber", "123456789018", "organizationName", "-"),
		"name.space/commonName name.country/countryName "
		"name.individualNumber/serialNumber "
		"name.placeholder/organizationName name.order/surname "
		"name.order/countryName name.order/organizationName "
		"name.script/commonName",
		"five wrong attributes");
}

/* ISO 3166-1: the number of codes, so that none is forgotten and none made up. */
static void test_check_countries(void)
{
	size_t count = 0;
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			const char code[] = { a, b, 0 };
			struct name name = name_of(PAIRS("countryName", code));
			struct faults faults = { .count = 0 };
			name_check(&name, &faults);
			count += faults.count == 0;
		}
	CHECK_INT(count, 249, "officially assigned codes");
}

static const CU_TestInfo tests[] = {
	{ "values", test_check_values },
	{ "placeholders that are names", test_check_placeholders_of_people },
	{ "lengths in characters", test_check_lengths },
	{ "attributes", test_check_attributes },
	{ "individual numbers", test_check_individual_number },
	{ "order and repeats", test_check_order },
	{ "attributes together", test_check_together },
	{ "scripts", test_check_scripts },
	{ "all faults at once", test_check_lists_all },
	{ "countries", test_check_countries },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_name_check = { "common/pki/name_check", tests, NULL,
	NULL };
