/* identifiers: codes that registers give, and their check digits, computed by the second reader for itself. */
#include <string.h>

#include "ca/lint/lint_inner.h"
#include "common/base/table.h"

bool country_exists(struct span text)
{
	/* ISO 3166-1 alpha-2, officially assigned: the second letters behind each first one, from A to Z. */
	static const char *const second[26] = { "DEFGILMOQRSTUWXZ",
		"ABDEFGHIJLMNOQRSTVWYZ", "ACDFGHIKLMNORUVWXYZ", "EJKMOZ", "CEGHRST",
		"IJKMOR", "ABDEFGHILMNPQRSTUWY", "KMNRTU", "DELMNOQRST", "EMOP",
		"EGHIMNPRWYZ", "ABCIKRSTUVY", "ACDEFGHKLMNOPQRSTUVWXYZ", "ACEFGILOPRUZ",
		"M", "AEFGHKLMNRSTWY", "A", "EOSUW", "ABCDEGHIJKLMNORSTVXYZ",
		"CDFGHJKLMNORTVWZ", "AGMSYZ", "ACEGINU", "FS", "", "ET", "AMW" };
	return text.len == 2 && text.at[0] >= 'A' && text.at[0] <= 'Z' &&
	       text.at[1] != 0 && strchr(second[text.at[0] - 'A'], text.at[1]) != NULL;
}

/* ---- organizationIdentifier: scheme, country, '-', reference with its own check */

static bool all_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

static bool is_registry_number(struct span text)
{
	return text.len == 12 && all_digits(text);
}

/* R-IDV-01: the first of thirteen digits is 9 - (the others, weighted 1 and 2 from the right, modulo 9). */
static bool is_corporate_number(struct span text)
{
	int sum = 0;
	if (text.len != 13 || !all_digits(text))
		return false;
	for (size_t n = 1; n <= 12; n++)
		sum += (text.at[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
	return text.at[0] - '0' == 9 - sum % 9;
}

/* ISO 17442: 18 letters and digits, two check digits; ISO 7064 mod 97-10 over all of them. */
static bool is_lei(struct span text)
{
	unsigned rest = 0;
	if (text.len != 20 || !all_digits((struct span){ text.at + 18, 2 }))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool digit = c >= '0' && c <= '9';
		if (!digit && !(c >= 'A' && c <= 'Z'))
			return false;
		unsigned value = digit ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
		rest = (rest * (digit ? 10 : 100) + value) % 97;
	}
	return rest == 1;
}

static bool is_nothing(struct span text)
{
	return text.len == 0;
}

/* ISO 3166-2:JP, 01 to 47 */
static bool is_prefecture(struct span text)
{
	if (text.len != 2 || !all_digits(text))
		return false;
	int number = (text.at[0] - '0') * 10 + (text.at[1] - '0');
	return number >= 1 && number <= 47;
}

bool organization_id_fits(struct span text, struct span country)
{
	static const struct {
		const char *scheme, *country;
		bool (*fits)(struct span rest);
	} rows[] = { { "NTRJP-", "JP", is_registry_number },
		{ "VATJP-", "JP", is_corporate_number }, { "LEIXG-", NULL, is_lei },
		{ "GOVJP+", "JP", is_prefecture }, { "GOVJP", "JP", is_nothing } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].scheme);
		if (text.len < len || memcmp(text.at, rows[i].scheme, len) != 0)
			continue;
		bool here = rows[i].country == NULL || country.len == 0 ||
			    span_is(country, rows[i].country);
		return here &&
		       rows[i].fits((struct span){ text.at + len, text.len - len });
	}
	return false;
}

/* ---- 個人番号: eleven digits and a check digit, weights 6 5 4 3 2 7 6 5 4 3 2, modulo 11 */

static bool is_individual(const uint8_t digit[static 12])
{
	static const int weight[11] = { 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	int sum = 0;
	for (size_t i = 0; i < COUNT(weight); i++)
		sum += weight[i] * (digit[i] - '0');
	int rest = sum % 11;
	return digit[11] - '0' == (rest <= 1 ? 0 : 11 - rest);
}

/* A run of exactly twelve digits, written in groups or not. */
bool holds_individual_number(struct span text)
{
	uint8_t run[12];
	size_t count = 0;
	for (size_t i = 0; i <= text.len; i++) {
		uint8_t c = i < text.len ? text.at[i] : 0;
		bool joint = (c == ' ' || c == '-') && count > 0 && i + 1 < text.len &&
			     text.at[i + 1] >= '0' && text.at[i + 1] <= '9';
		if (c >= '0' && c <= '9') {
			if (count < COUNT(run))
				run[count] = c;
			count++;
		} else if (!joint) {
			if (count == COUNT(run) && is_individual(run))
				return true;
			count = 0;
		}
	}
	return false;
}
