/* Names: what name_parse() reads, name_write() writes byte for byte; rules and repairs end on any text. */
#include "common/pki/name.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct name *name)
{
	struct faults faults = { .count = 0 };
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	name_check(name, &faults);
	assert(faults.count <= FAULTS_MAX);
	IGNORE(name_text(name, &text)); /* only that it ends */
}

static void repair(struct blob bytes)
{
	char in[512], out[4096], again[4096];
	bool changed = false;
	struct faults faults = { .count = 0 };
	if (bytes.len >= sizeof in)
		return;
	if (bytes.len > 0)
		memcpy(in, bytes.data, bytes.len);
	in[bytes.len] = 0;
	name_check_value("organizationName", in, 64, &faults);
	if (err_is(name_normalize(in, out, sizeof out, &changed)))
		return;
	assert(changed == (strcmp(in, out) != 0));
	changed = false;
	struct err err = name_normalize(out, again, sizeof again, &changed);
	assert(!err_is(err) && !changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct name name;
	uint8_t room[LIMIT_RDN * 600];
	struct der_writer w = DER_WRITER(room);
	repair(blob_make(data, size));
	if (err_is(name_parse(blob_make(data, size), &name)))
		return 0;
	name_write(&name, &w);
	assert(!w.full && w.len == size && memcmp(room, data, size) == 0);
	judge(&name);
	return 0;
}
