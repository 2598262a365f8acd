/* OCSP requests (R-OCSP-11): strangers send these; reading ends without harm, and what is accepted keeps its bounds. */
#include "common/pki/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocsp_request request;
	if (err_is(ocsp_request_parse(blob_make(data, size), &request)))
		return 0;
	if (request.count == 0 || request.count > LIMIT_OCSP_SINGLE)
		abort();
	if (request.nonce.len != 0 &&
		(request.nonce.len < 16 || request.nonce.len > LIMIT_NONCE))
		abort();
	for (size_t i = 0; i < request.count; i++)
		if (request.item[i].der.data < data ||
			request.item[i].der.data + request.item[i].der.len > data + size)
			abort();
	return 0;
}
