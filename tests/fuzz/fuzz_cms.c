/* Any bytes as a signed statement. */
#include <stdlib.h>

#include "common/pki/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cms cms;
	/* The content of the seeds. */
	struct err err =
		cms_verify(blob_make(data, size), blob_text("statement\n"), &cms);
	if (!err_is(err) &&
		(cms.certificate.der.data < data ||
			cms.certificate.der.data + cms.certificate.der.len > data + size))
		abort();
	return 0;
}
