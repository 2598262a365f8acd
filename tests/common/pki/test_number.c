#include "common/pki/number.h"

#include "common/base/table.h"
#include "tests/check.h"

/* proves R-IDV-01; vectors of REQUIREMENTS appendix B */
static void test_corporate_number(void)
{
	static const char *const good[] = { "1010405009403", "7123456789012",
		"4011001098993" };
	static const char *const wrong[] = { "1010405009413", "", "101040500940",
		"10104050094031", "101040500940x", "0010405009403",
		"１０１０４０５００９４０３" };
	for (size_t i = 0; i < COUNT(good); i++) {
		CHECK(corporate_number_valid(good[i]), "%s", good[i]);
		/* Any other digit in front is wrong. */
		for (char c = '0'; c <= '9'; c++) {
			char other[14];
			snprintf(other, sizeof other, "%c%s", c, good[i] + 1);
			CHECK(corporate_number_valid(other) == (c == good[i][0]), "%s",
				other);
		}
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!corporate_number_valid(wrong[i]), "%s", wrong[i]);
}

/* Every single wrong digit is found but 0 for 9 and 9 for 0, which no such digit can tell apart. */
static void test_corporate_number_one_digit(void)
{
	static const char good[] = "7123456789012";
	for (size_t at = 1; at < 13; at++)
		for (char c = '0'; c <= '9'; c++) {
			char other[14];
			snprintf(other, sizeof other, "%s", good);
			other[at] = c;
			bool swap = (c - good[at]) % 9 == 0;
			CHECK(corporate_number_valid(other) == swap, "%s", other);
		}
}

/* proves R-IDV-13; 12345678901 has the check digit 8 */
static void test_individual_number(void)
{
	static const char *const wrong[] = { "", "12345678901", "1234567890188",
		"12345678901x" };
	for (char c = '0'; c <= '9'; c++) {
		char number[13];
		snprintf(number, sizeof number, "12345678901%c", c);
		CHECK(individual_number_plausible(number) == (c == '8'), "%s", number);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!individual_number_plausible(wrong[i]), "%s", wrong[i]);
	/* The rests 0 and 1 both give 0. */
	CHECK(individual_number_plausible("000000000000"), "rest 0");
	CHECK(individual_number_plausible("000008000000"), "8 times 7 leaves 1");
	CHECK(!individual_number_plausible("000008000001"), "8 times 7 leaves 1");
	CHECK(individual_number_plausible("000000040002"), "4 times 5 leaves 9");
	CHECK(!individual_number_plausible("000000040000"), "4 times 5 leaves 9");
}

/* ISO 7064 mod 97-10; the examples are the identifiers of GLEIF, Deutsche Bank and Bloomberg Finance. */
static void test_lei(void)
{
	static const char *const good[] = { "506700GE1G29325QX363",
		"7LTWFZYICNSX8D621K86", "5493001KJTIIGC8Y1R12" };
	static const char *const wrong[] = { "", "506700GE1G29325QX364",
		"506700ge1g29325qx363", "506700GE1G29325QX36", "506700GE1G29325QX3630",
		"506700GE1G29325QX3AA", "506700GE1G29325QX 63" };
	for (size_t i = 0; i < COUNT(good); i++)
		CHECK(lei_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!lei_valid(wrong[i]), "%s", wrong[i]);
}

/* proves R-IDV-05 */
static void test_organization_identifier(void)
{
	static const struct {
		const char *text, *country;
		enum organization_identifier_fault want;
	} rows[] = {
		{ "NTRJP-010405009403", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "NTRJP-010405009403", NULL, ORGANIZATION_IDENTIFIER_GOOD },
		{ "VATJP-1010405009403", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "LEIXG-506700GE1G29325QX363", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "LEIXG-506700GE1G29325QX363", "DE", ORGANIZATION_IDENTIFIER_GOOD },
		{ "GOVJP", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "GOVJP+01", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "GOVJP+13", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "GOVJP+47", "JP", ORGANIZATION_IDENTIFIER_GOOD },
		{ "NTRJP-1010405009403", "JP",
			ORGANIZATION_IDENTIFIER_SYNTAX }, /* 13 digits */
		{ "NTRJP-01040500940", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "NTRJP-01040500940x", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "NTRJP010405009403", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "ntrjp-010405009403", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "VATJP-010405009403", "JP",
			ORGANIZATION_IDENTIFIER_SYNTAX }, /* 12 digits */
		{ "VATJP-1010405009413", "JP", ORGANIZATION_IDENTIFIER_NUMBER },
		{ "LEIXG-506700GE1G29325QX36", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "LEIXG-506700GE1G29325QX364", "JP", ORGANIZATION_IDENTIFIER_NUMBER },
		{ "GOVJP+00", "JP", ORGANIZATION_IDENTIFIER_NUMBER },
		{ "GOVJP+48", "JP", ORGANIZATION_IDENTIFIER_NUMBER },
		{ "GOVJP+1", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "GOVJP+013", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "GOVJPX", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "GOVJP-13", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "NTRJP-010405009403", "US", ORGANIZATION_IDENTIFIER_COUNTRY },
		{ "VATJP-1010405009403", "DE", ORGANIZATION_IDENTIFIER_COUNTRY },
		{ "GOVJP", "KR", ORGANIZATION_IDENTIFIER_COUNTRY },
		{ "VATDE-123456789", "DE", ORGANIZATION_IDENTIFIER_SYNTAX },
		{ "", "JP", ORGANIZATION_IDENTIFIER_SYNTAX },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_INT(organization_identifier_check(rows[i].text, rows[i].country),
			rows[i].want, "%s in %s", rows[i].text,
			rows[i].country == NULL ? "-" : rows[i].country);
}

static const CU_TestInfo tests[] = {
	{ "corporate numbers", test_corporate_number },
	{ "corporate numbers, one digit wrong", test_corporate_number_one_digit },
	{ "individual numbers", test_individual_number },
	{ "LEI", test_lei },
	{ "organizationIdentifier", test_organization_identifier },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_number = { "common/pki/number", tests, NULL, NULL };
