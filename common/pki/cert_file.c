#include "common/pki/cert.h"
#include "common/pki/pem.h"

static const char label[] = "CERTIFICATE";

RESULT cert_from_file(struct blob file, struct buf *der)
{
	struct blob in = file, element;
	if (!der_peek(file, DER_SEQUENCE)) {
		struct err err = pem_read(file, label, der);
		if (err.code == E_NOT_FOUND)
			return FAIL(E_INPUT, "neither a DER nor a PEM certificate");
		return err;
	}
	TRY_IN(der_get_element(&in, &element), "certificate");
	TRY_IN(der_end(in), "certificate");
	return buf_append(der, element);
}

RESULT cert_to_pem(struct blob der, struct buf *pem)
{
	return pem_write(label, der, pem);
}
