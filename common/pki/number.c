#include "common/pki/number.h"

#include "common/base/table.h"
#include "common/base/text.h"

enum { CORPORATE_DIGITS = 13, INDIVIDUAL_DIGITS = 12, LEI_CHARS = 20, PREFECTURES = 47 };

static bool all_digits(const char *text, size_t count)
{
	return strlen(text) == count && strspn(text, "0123456789") == count;
}

/* R-IDV-01: 9 less the weighted sum's rest of 9; weights 1 and 2 in turn from the right. */
bool corporate_number_valid(const char *digits)
{
	int sum = 0;
	if (!all_digits(digits, CORPORATE_DIGITS))
		return false;
	for (int n = 1; n < CORPORATE_DIGITS; n++)
		sum += (digits[CORPORATE_DIGITS - n] - '0') * (n % 2 == 1 ? 1 : 2);
	return digits[0] - '0' == 9 - sum % 9;
}

/* R-IDV-13: the detector. About one number of twelve digits in ten fits, so its field has to be weighed too. */
bool individual_number_plausible(const char *digits)
{
	int sum = 0;
	if (!all_digits(digits, INDIVIDUAL_DIGITS))
		return false;
	for (int n = 1; n < INDIVIDUAL_DIGITS; n++)
		sum += (digits[INDIVIDUAL_DIGITS - 1 - n] - '0') *
		       (n <= 6 ? n + 1 : n - 5);
	int rest = sum % 11;
	return digits[INDIVIDUAL_DIGITS - 1] - '0' == (rest <= 1 ? 0 : 11 - rest);
}

bool lei_valid(const char *text)
{
	unsigned rest = 0;
	if (strlen(text) != LEI_CHARS)
		return false;
	for (size_t i = 0; i < LEI_CHARS; i++) {
		char c = text[i];
		if (c >= '0' && c <= '9')
			rest = (10 * rest + (unsigned)(c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z' && i < LEI_CHARS - 2)
			rest = (100 * rest + (unsigned)(c - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

static bool is_prefecture(const char *digits)
{
	int64_t number;
	return !err_is(text_to_int(digits, 1, PREFECTURES, &number));
}

/* clang-format off */
static const struct scheme { /* of those that fit, the last one counts */
	const char *prefix, *country; /* country: NULL when the scheme is of no country */
	size_t len;                   /* of what follows the prefix */
	bool digits;
	bool (*valid)(const char *rest); /* NULL: nothing to check; 会社法人等番号 has no check digit */
} schemes[] = {
	{ "NTRJP-", "JP", 12, true,  NULL },
	{ "VATJP-", "JP", 13, true,  corporate_number_valid },
	{ "LEIXG-", NULL, 20, false, lei_valid },
	{ "GOVJP",  "JP",  0, false, NULL },
	{ "GOVJP+", "JP",  2, true,  is_prefecture }, /* ISO 3166-2:JP */
};
/* clang-format on */

enum organization_identifier_fault organization_identifier_check(const char *text,
	const char *country)
{
	const struct scheme *scheme = NULL;
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (text_starts(text, schemes[i].prefix))
			scheme = &schemes[i];
	if (scheme == NULL)
		return ORGANIZATION_IDENTIFIER_SYNTAX;
	const char *rest = text + strlen(scheme->prefix);
	if (strlen(rest) != scheme->len ||
		(scheme->digits && !all_digits(rest, scheme->len)))
		return ORGANIZATION_IDENTIFIER_SYNTAX;
	if (scheme->valid != NULL && !scheme->valid(rest))
		return ORGANIZATION_IDENTIFIER_NUMBER;
	if (country != NULL && scheme->country != NULL &&
		strcmp(country, scheme->country) != 0)
		return ORGANIZATION_IDENTIFIER_COUNTRY;
	return ORGANIZATION_IDENTIFIER_GOOD;
}
