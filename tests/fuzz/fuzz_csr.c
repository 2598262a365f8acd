/* Any bytes as a certification request, DER or file. */
#include <stdlib.h>

#include "common/base/limits.h"
#include "common/pki/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blob in = blob_make(data, size);
	struct csr csr;
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CSR);
	if (!err_is(csr_parse(in, &csr)) &&
		(csr.spki.data < data || csr.spki.data + csr.spki.len > data + size))
		abort();
	if (!err_is(csr_from_file(in, &der)))
		IGNORE(csr_parse(buf_view(&der), &csr)); /* nearly always refused */
	return 0;
}
