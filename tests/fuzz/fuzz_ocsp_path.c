/* The path of an OCSP GET: escapes and base64 from strangers. */
#include "common/pki/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(buf_clear) struct buf out = BUF(LIMIT_OCSP_REQUEST);
	char path[4096];
	if (size >= sizeof path)
		return 0;
	memcpy(path, data, size);
	path[size] = 0;
	if (err_is(ocsp_request_from_path(path, &out)))
		return 0;
	if (out.len > LIMIT_OCSP_REQUEST)
		abort();
	return 0;
}
