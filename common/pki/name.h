/* name: distinguished names as PROFILES part 2 allows them; characters are counted, not bytes; nothing is ever cut. */
#ifndef COMMON_PKI_NAME_H
#define COMMON_PKI_NAME_H

#include "common/base/fault.h"
#include "common/base/limits.h"
#include "common/pki/der.h"

/* In the order in which they stand in a Name (PROFILES part 2). */
enum name_type {
	NAME_DOMAIN_COMPONENT,
	NAME_COUNTRY,
	NAME_STATE,
	NAME_LOCALITY,
	NAME_POSTAL_CODE,
	NAME_STREET,
	NAME_ORGANIZATION,
	NAME_ORGANIZATION_IDENTIFIER,
	NAME_SURNAME,
	NAME_GIVEN_NAME,
	NAME_PSEUDONYM,
	NAME_ORGANIZATIONAL_UNIT,
	NAME_TITLE,
	NAME_SERIAL_NUMBER,
	NAME_COMMON_NAME,
	NAME_EMAIL,
	NAME_TYPE_COUNT
};

struct name_attribute {
	enum name_type type;
	char value[520]; /* UTF-8 */
};

struct name {
	size_t count;
	struct name_attribute attribute[LIMIT_RDN];
};

/* One row a type: ASN.1 name ("organizationName"), OID, longest in characters, encoding. */
struct name_kind {
	const char *name, *label; /* label: the short form of RFC 4514, "O" */
	struct oid oid;
	size_t max_chars;
	bool printable_only; /* C, serialNumber */
	bool ia5;            /* emailAddress, domainComponent */
};
const struct name_kind *name_kind(enum name_type type);
/* NAME_TYPE_COUNT when unknown. */
enum name_type name_type_by_name(const char *name);

/* Appends one attribute. E_INPUT: too long for the struct, not UTF-8, or no place left. */
RESULT name_add(struct name *name, enum name_type type, const char *value);
const char *name_get(const struct name *name,
	enum name_type type); /* first value or NULL */

/*
 * Every rule of PROFILES part 2 that needs no register: order, repeats, lengths in characters, NFC, placeholders,
 * control, bidi and zero-width characters, leading and trailing spaces, country, organizationIdentifier syntax with
 * check digits, pseudonym beside names, same script for SN, GN and CN. All faults are listed.
 */
void name_check(const struct name *name, struct faults *faults);
/* The character rules alone, for text outside a Name. */
void name_check_value(const char *field, const char *value, size_t max_chars,
	struct faults *faults);

/* DER Name: one attribute per RDN, PrintableString where the characters allow, else UTF8String (IA5String for mail). */
void name_write(const struct name *name, struct der_writer *w);
/* Reads what name_write() writes and nothing else. E_INPUT. der: exactly one Name. */
RESULT name_parse(struct blob der, struct name *out);
/* "C=JP, O=Mirai Bank, Ltd., CN=…" for people; escaped as RFC 4514. Order as in the Name. E_INPUT: out is too small. */
RESULT name_text(const struct name *name, struct buf *out);

/*
 * Repairs what people type, changing no meaning: full-width ASCII to half width, half-width kana to full width,
 * spaces of any width and runs of them to one space, none at the ends, hyphen look-alikes between digits to '-', NFC;
 * kanji variants and their selectors stay: a compatibility kanji, which NFC would lose, becomes its base and selector.
 * changed: set to true when anything changed, else left. E_INPUT: not UTF-8 or longer than size - 1 bytes.
 */
RESULT name_normalize(const char *in, char *out, size_t size, bool *changed);

/* 法人番号: 13 digits with the right check digit (R-IDV-01). */
bool corporate_number_valid(const char *digits);
/* 個人番号: 12 digits whose check digit fits (R-IDV-13, the detector). */
bool individual_number_plausible(const char *digits);

#endif
