/* number: numbers that registers gave to organizations and people, and their check digits. See also name.h. */
#ifndef COMMON_PKI_NUMBER_H
#define COMMON_PKI_NUMBER_H

#include "common/pki/name.h"

/* Legal Entity Identifier: 18 letters or digits and two check digits (ISO 17442, ISO 7064 mod 97-10). */
bool lei_valid(const char *text);

enum organization_identifier_fault {
	ORGANIZATION_IDENTIFIER_GOOD,
	ORGANIZATION_IDENTIFIER_SYNTAX, /* not one of the schemes, or not as long as its scheme asks */
	ORGANIZATION_IDENTIFIER_NUMBER, /* a check digit does not fit, or there is no such prefecture */
	ORGANIZATION_IDENTIFIER_COUNTRY, /* the scheme's country is not countryName */
};
/* R-IDV-05: NTRJP-12 digits, VATJP-13 digits, LEIXG-20 characters, GOVJP, GOVJP+nn. country: NULL is not compared. */
enum organization_identifier_fault organization_identifier_check(const char *text,
	const char *country);

/*
 * R-IDV-13: whether somebody's 個人番号 may stand in the text: twelve digits of any width with the right check digit, alone or
 * parted by spaces, hyphens or line ends. Digits right beside others belong to a longer number and are none. About one other
 * number of twelve digits in ten fits too; so its field has to be weighed. text: UTF-8, or bytes with text among them.
 */
bool individual_number_in_text(struct blob text);

#endif
