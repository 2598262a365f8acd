/* Revocation lists: whatever the bytes, reading ends without harm, and what is read can be walked. */
#include "common/pki/crl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crl crl;
	struct crl_entry entry;
	int64_t from, to;
	IGNORE(crl_head_times(blob_make(data, size), &from, &to)); /* any end will do */
	if (err_is(crl_parse(blob_make(data, size), &crl)))
		return 0;
	while (crl.entries.len > 0)
		if (err_is(crl_next(&crl.entries, &entry)))
			break;
	return 0;
}
