/* oid: the object identifiers that the suite knows, and their dotted text. */
#ifndef COMMON_PKI_OID_H
#define COMMON_PKI_OID_H

#include "common/pki/der.h"

/* Dotted text to content octets, "2.999.1.1". E_INPUT: not canonical, or more than 23 octets. */
RESULT oid_from_text(const char *text, struct oid *out);
#define OID_TEXT 96
void oid_text(const struct oid *oid, char out[static OID_TEXT]);
bool oid_equal(const struct oid *a, const struct oid *b);

/* Known ones by their ASN.1 name ("commonName", "id-kp-emailProtection"), or NULL. Names may be used in policy files. */
const struct oid *oid_by_name(const char *name);
const char *oid_name(const struct oid *oid); /* or NULL */
/* A known name or dotted text. E_INPUT: neither. */
RESULT oid_parse(const char *text, struct oid *out);

#endif
