/* DER: every reader on whatever bytes; what is read as a value is written again as the same bytes. */
#include "common/pki/der.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const struct der_writer *w, struct blob before, struct blob behind)
{
	assert(!w->full && w->len == before.len - behind.len);
	assert(memcmp(w->data, before.data, w->len) == 0);
}

static void read_numbers(struct blob in)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob rest = in;
	uint64_t number;
	uint32_t bits;
	bool flag;
	if (!err_is(der_get_int(&rest, DER_INTEGER, &number))) {
		der_put_int(&w, DER_INTEGER, number);
		same(&w, in, rest);
	} else if (!err_is(der_get_named_bits(&rest, &bits))) {
		der_put_named_bits(&w, bits);
		same(&w, in, rest);
	} else if (!err_is(der_get_bool(&rest, &flag))) {
		der_put_bool(&w, flag);
		same(&w, in, rest);
	}
}

static void read_octets(struct blob in)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob rest, octets;
	if (in.len > sizeof room)
		in.len = sizeof room;
	rest = in;
	if (!err_is(der_get_unsigned(&rest, &octets))) {
		der_put_unsigned(&w, octets);
		same(&w, in, rest);
	} else if (!err_is(der_get_bits(&rest, &octets))) {
		der_put_bits(&w, octets);
		same(&w, in, rest);
	}
}

static void read_others(struct blob in)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob rest = in;
	struct oid oid;
	int64_t time;
	if (!err_is(der_get_oid(&rest, &oid))) {
		der_put_oid(&w, &oid);
		same(&w, in, rest);
	} else if (!err_is(der_get_time(&rest, &time))) {
		der_put_time(&w, time);
		same(&w, in, rest);
	} else if (!err_is(der_get_generalized(&rest, &time))) {
		der_put_generalized(&w, time);
		same(&w, in, rest);
	} else {
		read_octets(in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blob in = blob_make(data, size), content;
	uint8_t tag;
	for (;;) {
		read_numbers(in);
		read_others(in);
		if (err_is(der_get_any(&in, &tag, &content)))
			return 0;
		if ((tag & 0x20) != 0)
			in = content; /* inside the first one, then on: enough for a walk */
	}
}
