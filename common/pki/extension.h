/* extension: the Extensions of certificates, CRLs and OCSP (RFC 5280 section 4.1), one by one, without judging them. */
#ifndef COMMON_PKI_EXTENSION_H
#define COMMON_PKI_EXTENSION_H

#include "common/pki/der.h"

struct extension {
	struct oid id;
	bool critical;
	struct blob value; /* what stands in extnValue */
};

/*
 * The next one off a cursor over the content of an Extensions SEQUENCE. Use while list->len > 0.
 * E_INPUT: not DER; that includes a critical flag of FALSE, which is the default and therefore not written.
 */
RESULT extension_next(struct blob *list, struct extension *out);
/* Writes one whose value is already DER. */
void extension_put(struct der_writer *w, const struct oid *id, bool critical,
	struct blob value);
bool extension_is(const struct extension *extension, const struct oid *id);

#endif
