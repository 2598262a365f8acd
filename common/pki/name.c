#include "common/pki/name.h"

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/oid.h"

/*
 * PROFILES part 2. What X.520 leaves without bound (organizationIdentifier) is bounded by its syntax; 64 is room enough.
 */
/* clang-format off */
static const struct name_kind kinds[NAME_TYPE_COUNT] = { /* name, label, OID, characters, PrintableString only, IA5String */
	[NAME_DOMAIN_COMPONENT]        = { "domainComponent", "DC",
		{ 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 } }, 63, false, true },
	[NAME_COUNTRY]                 = { "countryName",            "C",           { 3, { 0x55, 0x04, 0x06 } },   2, true,  false },
	[NAME_STATE]                   = { "stateOrProvinceName",    "ST",          { 3, { 0x55, 0x04, 0x08 } }, 128, false, false },
	[NAME_LOCALITY]                = { "localityName",           "L",           { 3, { 0x55, 0x04, 0x07 } }, 128, false, false },
	[NAME_POSTAL_CODE]             = { "postalCode",             "postalCode",  { 3, { 0x55, 0x04, 0x11 } },  40, false, false },
	[NAME_STREET]                  = { "streetAddress",          "STREET",      { 3, { 0x55, 0x04, 0x09 } }, 128, false, false },
	[NAME_ORGANIZATION]            = { "organizationName",       "O",           { 3, { 0x55, 0x04, 0x0a } },  64, false, false },
	[NAME_ORGANIZATION_IDENTIFIER] = { "organizationIdentifier", "organizationIdentifier",
		{ 3, { 0x55, 0x04, 0x61 } }, 64, false, false },
	[NAME_SURNAME]                 = { "surname",                "SN",          { 3, { 0x55, 0x04, 0x04 } },  64, false, false },
	[NAME_GIVEN_NAME]              = { "givenName",              "GN",          { 3, { 0x55, 0x04, 0x2a } },  64, false, false },
	[NAME_PSEUDONYM]               = { "pseudonym",              "pseudonym",   { 3, { 0x55, 0x04, 0x41 } }, 128, false, false },
	[NAME_ORGANIZATIONAL_UNIT]     = { "organizationalUnitName", "OU",          { 3, { 0x55, 0x04, 0x0b } },  64, false, false },
	[NAME_TITLE]                   = { "title",                  "title",       { 3, { 0x55, 0x04, 0x0c } },  64, false, false },
	[NAME_SERIAL_NUMBER]           = { "serialNumber",           "serialNumber", { 3, { 0x55, 0x04, 0x05 } }, 64, true,  false },
	[NAME_COMMON_NAME]             = { "commonName",             "CN",          { 3, { 0x55, 0x04, 0x03 } },  64, false, false },
	[NAME_EMAIL]                   = { "emailAddress",           "emailAddress",
		{ 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 } }, 255, false, true },
};
/* clang-format on */

const struct name_kind *name_kind(enum name_type type)
{
	return &kinds[type];
}

enum name_type name_type_by_name(const char *name)
{
	size_t i = 0;
	while (i < NAME_TYPE_COUNT && strcmp(kinds[i].name, name) != 0)
		i++;
	return (enum name_type)i;
}

RESULT name_add(struct name *name, enum name_type type, const char *value)
{
	if (type >= NAME_TYPE_COUNT)
		return FAIL(E_INPUT, "no such attribute");
	if (name->count == LIMIT_RDN)
		return FAIL(E_INPUT, "%s: more than %d attributes", kinds[type].name,
			LIMIT_RDN);
	struct name_attribute *attribute = &name->attribute[name->count];
	TRY_IN(text_copy(value, attribute->value, sizeof attribute->value), "%s",
		kinds[type].name);
	attribute->type = type;
	name->count++;
	return OK;
}

const char *name_get(const struct name *name, enum name_type type)
{
	for (size_t i = 0; i < name->count; i++)
		if (name->attribute[i].type == type)
			return name->attribute[i].value;
	return NULL;
}

static bool is_ascii(struct blob text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] >= 0x80)
			return false;
	return true;
}

/* The one string type for a value; 0 when its attribute cannot hold it. R-ISS-09: PrintableString where it fits. */
static uint8_t tag_of(const struct name_kind *kind, struct blob value)
{
	if (kind->ia5)
		return is_ascii(value) ? DER_IA5_STRING : 0;
	if (character_are_printable(value))
		return DER_PRINTABLE_STRING;
	return kind->printable_only ? 0 : DER_UTF8_STRING;
}

void name_write(const struct name *name, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < name->count; i++) {
		const struct name_attribute *attribute = &name->attribute[i];
		const struct name_kind *kind = &kinds[attribute->type];
		struct blob value = blob_text(attribute->value);
		uint8_t tag = tag_of(kind, value);
		if (tag == 0)
			w->full =
				true; /* never a string of the wrong type; name_check() says it in words */
		size_t set = der_open(w, DER_SET);
		size_t pair = der_open(w, DER_SEQUENCE);
		der_put_oid(w, &kind->oid);
		der_put(w, tag, value);
		der_close(w, pair);
		der_close(w, set);
	}
	der_close(w, mark);
}

static RESULT parse_attribute(struct blob pair, struct name *name)
{
	struct oid oid;
	struct blob value;
	uint8_t tag;
	char text[sizeof name->attribute[0].value];
	size_t type = 0;
	TRY(der_get_oid(&pair, &oid));
	while (type < NAME_TYPE_COUNT && !oid_equal(&kinds[type].oid, &oid))
		type++;
	if (type == NAME_TYPE_COUNT)
		return FAIL(E_INPUT, "an attribute that is not in the table");
	TRY_IN(der_get_any(&pair, &tag, &value), "%s", kinds[type].name);
	TRY(der_end(pair));
	if (tag == 0 || tag != tag_of(&kinds[type], value))
		return FAIL(E_INPUT, "%s: not the string type for this value",
			kinds[type].name);
	TRY_IN(text_from_blob(value, text, sizeof text), "%s", kinds[type].name);
	return name_add(name, (enum name_type)type, text);
}

RESULT name_parse(struct blob der, struct name *out)
{
	struct name name = { .count = 0 };
	struct blob list, set, pair;
	TRY_IN(der_get(&der, DER_SEQUENCE, &list), "Name");
	TRY_IN(der_end(der), "Name");
	while (list.len > 0) {
		TRY_IN(der_get(&list, DER_SET, &set), "Name");
		TRY_IN(der_get(&set, DER_SEQUENCE, &pair), "Name");
		/* PROFILES G5: one attribute in an RDN. */
		TRY_IN(der_end(set), "Name: RDN");
		TRY_IN(parse_attribute(pair, &name), "Name");
	}
	*out = name;
	return OK;
}

/* RFC 4514 section 2.4. What is not to be seen, or would turn the line around, is shown as its octets. */
static RESULT append_escaped(struct buf *out, struct blob value)
{
	size_t at = 0;
	int32_t before = -1;
	while (at < value.len) {
		size_t from = at;
		int32_t c = text_next(value, &at);
		bool at_edge = (from == 0 && (c == ' ' || c == '#')) ||
			       (at == value.len && c == ' ');
		enum character_trouble trouble = character_judge(c, before);
		if (at_edge || (c < 0x80 && strchr("\"+,;<>\\", c) != NULL))
			TRY(buf_append_text(out, "\\"));
		if (trouble == CHARACTER_FINE || trouble == CHARACTER_PRIVATE)
			TRY(buf_append(out, blob_make(value.data + from, at - from)));
		else
			for (size_t i = from; i < at; i++)
				TRY(buf_append_format(out, "\\%02X", value.data[i]));
		before = c;
	}
	return OK;
}

RESULT name_text(const struct name *name, struct buf *out)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct name_attribute *attribute = &name->attribute[i];
		TRY(buf_append_format(out, "%s%s=", i == 0 ? "" : ", ",
			kinds[attribute->type].label));
		TRY(append_escaped(out, blob_text(attribute->value)));
	}
	return OK;
}
