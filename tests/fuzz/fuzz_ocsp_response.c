/* OCSP responses, as our own clients and tests read them. */
#include "common/pki/ocsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocsp_response response;
	IGNORE(ocsp_response_parse(blob_make(data, size),
		&response)); /* any end will do */
	return 0;
}
