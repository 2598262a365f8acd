/* Certificates and PEM files: whatever the bytes, reading ends without harm and every part points into them. */
#include "common/pki/cert.h"

#include <assert.h>

#include "common/base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct blob part, struct blob whole)
{
	assert(part.len == 0 || (part.data >= whole.data &&
					part.data + part.len <= whole.data + whole.len));
}

static void walk(struct blob der)
{
	struct cert cert;
	struct name name;
	struct general_names san;
	if (err_is(cert_parse(der, &cert)))
		return;
	inside(cert.tbs, der);
	inside(cert.signature, der);
	inside(cert.issuer, der);
	inside(cert.subject, der);
	inside(cert.subject_public_key_info, der);
	inside(cert.authority_key_identifier, der);
	inside(cert.subject_key_identifier, der);
	inside(cert.subject_alt_name, der);
	inside(cert.certificate_policies, der);
	inside(cert.name_constraints, der);
	assert(cert.is_ca || cert.path_length == -1);
	IGNORE(name_parse(cert.subject, &name));
	if (cert.subject_alt_name.len > 0)
		IGNORE(general_names_parse(cert.subject_alt_name, &san));
	/* Under itself as its own CA: constraints, key and signature are read too. */
	IGNORE(cert_verify_path(&cert, &cert, 1, cert.not_before));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	walk(blob_make(data, size));
	if (!err_is(cert_from_file(blob_make(data, size), &der)))
		walk(buf_view(&der));
	return 0;
}
