/* Any bytes as a SubjectPublicKeyInfo: what is accepted is written back as the same bytes, and the gate never falls over. */
#include <stdlib.h>

#include "common/base/limits.h"
#include "common/pki/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blob spki = blob_make(data, size);
	enum key_algorithm algorithm = KEY_NONE;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct faults faults = { .count = 0 };
	uint8_t room[LIMIT_SPKI], identifier[20];
	struct der_writer w = DER_WRITER(room);
	struct blob again = BLOB_NONE;
	key_check(spki, 0xff, NULL, &faults);
	if (err_is(key_parse(spki, &algorithm, &key))) {
		if (faults.count == 0)
			abort(); /* the gate may not be wider than the reader */
		return 0;
	}
	if (err_is(key_write(key, &w)) || err_is(der_finish(&w, &again)) ||
		!blob_equal(again, spki) || err_is(key_identifier(spki, identifier)))
		abort();
	return 0;
}
