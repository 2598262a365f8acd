#include "common/pki/extension.h"

#include "common/pki/oid.h"

RESULT extension_next(struct blob *list, struct extension *out)
{
	struct blob rest = *list, one;
	struct extension extension = { .critical = false };
	TRY(der_get(&rest, DER_SEQUENCE, &one));
	TRY(der_get_oid(&one, &extension.id));
	if (der_peek(one, DER_BOOLEAN)) {
		TRY(der_get_bool(&one, &extension.critical));
		/* X.690 section 11.5: a default value is not encoded. */
		if (!extension.critical)
			return FAIL(E_INPUT, "critical: FALSE is written");
	}
	TRY(der_get(&one, DER_OCTET_STRING, &extension.value));
	TRY(der_end(one));
	*list = rest;
	*out = extension;
	return OK;
}

void extension_put(struct der_writer *w, const struct oid *id, bool critical,
	struct blob value)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_oid(w, id);
	if (critical)
		der_put_bool(w, true);
	der_put(w, DER_OCTET_STRING, value);
	der_close(w, mark);
}

bool extension_is(const struct extension *extension, const struct oid *id)
{
	return oid_equal(&extension->id, id);
}
