/* General names: what is read is written byte for byte; mailboxes that people type end as good ones or not at all. */
#include "common/pki/general_name.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void type_mailbox(struct blob bytes)
{
	char text[512];
	struct general_names names = { .count = 0 };
	struct faults faults = { .count = 0 };
	if (bytes.len >= sizeof text)
		return;
	if (bytes.len > 0)
		memcpy(text, bytes.data, bytes.len);
	text[bytes.len] = 0;
	if (err_is(general_names_add_mailbox(&names, text)))
		return;
	general_names_check(&names, &faults);
	assert(names.count == 1 && faults.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct general_names names;
	struct faults faults = { .count = 0 };
	uint8_t room[16 * 1024];
	struct der_writer w = DER_WRITER(room);
	type_mailbox(blob_make(data, size));
	if (err_is(general_names_parse(blob_make(data, size), &names)))
		return 0;
	general_names_check(&names, &faults);
	general_names_write(&names, &w);
	assert(!w.full && w.len == size && memcmp(room, data, size) == 0);
	return 0;
}
