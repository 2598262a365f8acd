#include "common/pki/der.h"

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static int64_t at(const char *text)
{
	int64_t time = 0;
	CHECK_OK(clock_parse(text, &time), "%s", text);
	return time;
}

static void expect(const struct der_writer *w, const char *hex, const char *what)
{
	AUTO(buf_clear) struct buf want = check_unhex(hex);
	struct blob got = BLOB_NONE;
	CHECK_OK(der_finish(w, &got), "%s", what);
	CHECK_BLOB(got, buf_view(&want), "%s", what);
}

/* X.690 sections 8 and 11 */
static void test_der_int(void)
{
	static const struct {
		uint64_t value;
		const char *hex;
	} rows[] = {
		{ 0, "020100" },
		{ 1, "020101" },
		{ 127, "02017f" },
		{ 128, "02020080" },
		{ 255, "020200ff" },
		{ 256, "02020100" },
		{ 32767, "02027fff" },
		{ 32768, "0203008000" },
		{ INT64_MAX, "02087fffffffffffffff" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[16];
		struct der_writer w = DER_WRITER(room);
		uint64_t back = 1;
		der_put_int(&w, DER_INTEGER, rows[i].value);
		expect(&w, rows[i].hex, rows[i].hex);
		struct blob in = blob_make(room, w.len);
		CHECK_OK(der_get_int(&in, DER_INTEGER, &back), "%s", rows[i].hex);
		CHECK(back == rows[i].value, "%s", rows[i].hex);
		CHECK_INT(in.len, 0, "%s: all read", rows[i].hex);
	}
	uint8_t room[16];
	struct der_writer w = DER_WRITER(room);
	der_put_int(&w, DER_INTEGER, UINT64_MAX);
	expect(&w, "020900ffffffffffffffff", "64 bits need a sign octet");
	struct blob in = blob_make(room, w.len);
	uint64_t back = 1;
	CHECK_ERR(der_get_int(&in, DER_INTEGER, &back), E_INPUT, "more than 63 bits");
}

static void test_der_unsigned(void)
{
	static const struct {
		const char *magnitude, *hex, *back;
	} rows[] = {
		{ "", "020100", "00" },
		{ "00", "020100", "00" },
		{ "0000", "020100", "00" },
		{ "80", "02020080", "80" },
		{ "007f", "02017f", "7f" },
		{ "00ff01", "020300ff01", "ff01" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[16];
		struct der_writer w = DER_WRITER(room);
		AUTO(buf_clear) struct buf magnitude = check_unhex(rows[i].magnitude);
		AUTO(buf_clear) struct buf back = check_unhex(rows[i].back);
		struct blob got = BLOB_NONE;
		der_put_unsigned(&w, buf_view(&magnitude));
		expect(&w, rows[i].hex, rows[i].magnitude);
		struct blob in = blob_make(room, w.len);
		CHECK_OK(der_get_unsigned(&in, &got), "%s", rows[i].hex);
		CHECK_BLOB(got, buf_view(&back), "%s", rows[i].hex);
	}
}

/* PROFILES G12; the two empty forms and all bits of a certificate's keyUsage. */
static void test_der_named_bits(void)
{
	static const struct {
		uint32_t bits;
		const char *hex;
	} rows[] = {
		{ 0, "030100" },
		{ 1 << 0, "03020780" },
		{ 1 << 1, "03020640" },
		{ 3, "030206c0" },
		{ 1 << 7, "03020001" },
		{ 1 << 8, "0303070080" },
		{ 0x60, "03020106" },
		{ 0x80000000, "03050000000001" },
		{ 0xffffffff, "030500ffffffff" },
	};
	static const char *const wrong[] = {
		"0300",
		"03020600",
		"03020781" /* an unused bit is set */,
		"03020700",
		"03020002",
		"03020880",
		"030101",
		"030600ffffffff80",
		"0303058000",
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[16];
		struct der_writer w = DER_WRITER(room);
		uint32_t back = 7;
		der_put_named_bits(&w, rows[i].bits);
		expect(&w, rows[i].hex, rows[i].hex);
		struct blob in = blob_make(room, w.len);
		CHECK_OK(der_get_named_bits(&in, &back), "%s", rows[i].hex);
		CHECK(back == rows[i].bits, "%s", rows[i].hex);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(wrong[i]);
		struct blob in = buf_view(&der);
		uint32_t back = 7;
		CHECK_ERR(der_get_named_bits(&in, &back), E_INPUT, "%s", wrong[i]);
		CHECK_INT(back, 7, "%s: out stays untouched", wrong[i]);
		CHECK_INT(in.len, der.len, "%s: nothing is cut off", wrong[i]);
	}
}

/* proves R-ISS-07 */
static void test_der_time(void)
{
	static const struct {
		const char *time, *tag_and_text;
	} rows[] = {
		{ "1950-01-01T00:00:00Z", "\x17\x0d"
					  "500101000000Z" },
		{ "1999-12-31T23:59:59Z", "\x17\x0d"
					  "991231235959Z" },
		{ "2000-02-29T12:34:56Z", "\x17\x0d"
					  "000229123456Z" },
		{ "2049-12-31T23:59:59Z", "\x17\x0d"
					  "491231235959Z" },
		{ "2050-01-01T00:00:00Z", "\x18\x0f"
					  "20500101000000Z" },
		{ "9999-12-31T23:59:59Z", "\x18\x0f"
					  "99991231235959Z" },
		{ "1949-12-31T23:59:59Z", "\x18\x0f"
					  "19491231235959Z" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t room[20];
		struct der_writer w = DER_WRITER(room);
		int64_t back = 0;
		der_put_time(&w, at(rows[i].time));
		CHECK_BLOB(blob_make(room, w.len), blob_text(rows[i].tag_and_text), "%s",
			rows[i].time);
		struct blob in = blob_make(room, w.len);
		CHECK_OK(der_get_time(&in, &back), "%s", rows[i].time);
		CHECK_INT(back, at(rows[i].time), "%s", rows[i].time);
	}
	uint8_t room[20];
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE, in;
	int64_t back = 0;
	der_put_generalized(&w, 0);
	CHECK_BLOB(blob_make(room, w.len),
		blob_text("\x18\x0f"
			  "19700101000000Z"),
		"OCSP says 1970 so");
	in = blob_make(room, w.len);
	CHECK_OK(der_get_generalized(&in, &back), "1970");
	in = blob_make(room, w.len);
	CHECK_ERR(der_get_time(&in, &back), E_INPUT, "1970 has to be a UTCTime");
	w = DER_WRITER(room);
	der_put_time(&w, at("9999-12-31T23:59:59Z") + 1);
	CHECK_ERR(der_finish(&w, &out), E_INPUT, "the year 10000");
}

static void test_der_time_refused(void)
{
	static const char *const wrong[] = {
		"\x17\x0b"
		"9912312359Z", /* no seconds */
		"\x17\x11"
		"991231235959+0900", /* another zone */
		"\x17\x0d"
		"9912312359590", /* no Z */
		"\x17\x0d"
		"990229000000Z", /* no such day */
		"\x17\x0d"
		"990001000000Z", /* no such month */
		"\x17\x0d"
		"991231240000Z",
		"\x17\x0d"
		"991231236000Z",
		"\x17\x0d"
		"9912312359 0Z",
		"\x17\x0d"
		"9912312359/0Z",
		"\x18\x0f"
		"20491231235959Z", /* has to be a UTCTime */
		"\x18\x11"
		"20500101000000.0Z", /* a fraction */
		"\x18\x0d"
		"205001010000Z",
		"\x16\x0d"
		"991231235959Z", /* another type */
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct blob in = blob_text(wrong[i]);
		int64_t back = 7;
		CHECK_ERR(der_get_time(&in, &back), E_INPUT, "%s", wrong[i] + 2);
		CHECK_INT(back, 7, "%s: out stays untouched", wrong[i] + 2);
	}
}

/* The length's own length changes at these borders. */
static void test_der_lengths(void)
{
	static const struct {
		size_t len;
		const char *header;
	} rows[] = {
		{ 0, "3000" },
		{ 1, "3001" },
		{ 127, "307f" },
		{ 128, "308180" },
		{ 255, "3081ff" },
		{ 256, "30820100" },
		{ 65535, "3082ffff" },
		{ 65536, "3083010000" },
	};
	AUTO(buf_clear) struct buf content = BUF(70000);
	AUTO(buf_clear) struct buf room = BUF(70000);
	CHECK_OK(buf_reserve(&content, 70000), "room");
	CHECK_OK(buf_reserve(&room, 70000), "room");
	for (size_t i = 0; i < 70000; i++)
		content.data[i] = (uint8_t)(i * 31 >> 3);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf header = check_unhex(rows[i].header);
		struct der_writer w = { .data = room.data, .max = 70000 };
		struct blob got, want = blob_make(content.data, rows[i].len), in;
		size_t mark = der_open(&w, DER_SEQUENCE);
		der_put_raw(&w, want);
		der_close(&w, mark);
		CHECK_BLOB(blob_make(room.data, header.len), buf_view(&header),
			"opened %zu", rows[i].len);
		CHECK_INT(w.len, header.len + rows[i].len, "opened %zu", rows[i].len);
		in = blob_make(room.data, w.len);
		CHECK_OK(der_get(&in, DER_SEQUENCE, &got), "%zu", rows[i].len);
		CHECK_BLOB(got, want, "opened %zu", rows[i].len);
		w = (struct der_writer){ .data = room.data,
			.max = header.len + rows[i].len };
		der_put(&w, DER_SEQUENCE, want);
		CHECK(!w.full && w.len == w.max, "put %zu fits exactly", rows[i].len);
		in = blob_make(room.data, w.len);
		CHECK_OK(der_get_element(&in, &got), "%zu", rows[i].len);
		CHECK_INT(got.len, w.len, "put %zu", rows[i].len);
	}
}

static void test_der_room(void)
{
	uint8_t room[8];
	struct blob out = BLOB_NONE;
	for (size_t max = 0; max <= sizeof room; max++) {
		struct der_writer w = { .data = room, .max = max };
		memset(room, 0xee, sizeof room);
		size_t mark = der_open(&w, DER_SEQUENCE);
		der_put_int(&w, DER_INTEGER, 1);
		der_put_int(&w, DER_INTEGER, 2);
		der_close(&w, mark);
		if (max == 8)
			CHECK_OK(der_finish(&w, &out), "eight octets are enough");
		else
			CHECK_ERR(der_finish(&w, &out), E_INPUT, "%zu of 8", max);
		for (size_t i = max; i < sizeof room; i++)
			CHECK_INT(room[i], 0xee, "%zu of 8: nothing behind the room",
				max);
	}
	/* An error sticks: what would fit later is not written either. */
	struct der_writer w = DER_WRITER(room);
	der_put(&w, DER_OCTET_STRING, blob_make(room, 7));
	der_put_null(&w);
	CHECK_INT(w.len, 0, "nothing written");
	CHECK_ERR(der_finish(&w, &out), E_INPUT, "full");
	/* The content fits, its longer length does not. */
	uint8_t large[130];
	w = DER_WRITER(large);
	size_t mark = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < 64; i++)
		der_put_null(&w);
	CHECK(!w.full, "130 octets used");
	der_close(&w, mark);
	CHECK(w.full, "128 octets of content need a second octet of length");
}

static void test_der_elements_refused(void)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "", "nothing" },
		{ "30", "no length" },
		{ "3001", "content is missing" },
		{ "308000"
		  "00",
			"indefinite" },
		{ "30810100", "long form for 1" },
		{ "30820080"
		  "00",
			"two octets for 128" },
		{ "3081", "length is missing" },
		{ "30840000"
		  "0001"
		  "00",
			"leading zeros" },
		{ "3085"
		  "0100000000"
		  "00",
			"five octets of length" },
		{ "3084ffffffff00", "longer than what is there" },
		{ "30ff00", "the reserved length" },
		{ "1f1f00", "a tag above 30" },
		{ "3f8100", "a tag above 30" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(rows[i].hex);
		struct blob in = buf_view(&der), out = BLOB_NONE;
		uint8_t tag = 7;
		CHECK_ERR(der_get_any(&in, &tag, &out), E_INPUT, "%s", rows[i].why);
		CHECK_ERR(der_get_element(&in, &out), E_INPUT, "%s", rows[i].why);
		CHECK_ERR(der_get(&in, DER_SEQUENCE, &out), E_INPUT, "%s", rows[i].why);
		CHECK(tag == 7 && out.data == NULL && in.len == der.len, "%s: untouched",
			rows[i].why);
	}
}

static void test_der_values_refused(void)
{
	static const char *const booleans[] = { "010101", "0100", "01020000", "0101",
		"0201ff" };
	static const char *const integers[] = { "0200", "020180", "0202007f", "02020000",
		"0201" };
	static const char *const oids[] = { "0600", "060180", "06022a80", "06028001",
		"06032a8001", "06182a0101010101010101010101010101010101010101010101" };
	static const char *const bits[] = { "0300", "03020100", "03020780", "030101" };
	for (size_t i = 0; i < COUNT(booleans); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(booleans[i]);
		struct blob in = buf_view(&der);
		bool out = true;
		CHECK_ERR(der_get_bool(&in, &out), E_INPUT, "BOOLEAN %s", booleans[i]);
	}
	for (size_t i = 0; i < COUNT(integers); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(integers[i]);
		struct blob in = buf_view(&der), out;
		uint64_t value;
		CHECK_ERR(der_get_int(&in, DER_INTEGER, &value), E_INPUT, "INTEGER %s",
			integers[i]);
		CHECK_ERR(der_get_unsigned(&in, &out), E_INPUT, "INTEGER %s",
			integers[i]);
	}
	for (size_t i = 0; i < COUNT(oids); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(oids[i]);
		struct blob in = buf_view(&der);
		struct oid oid = { .len = 99 };
		CHECK_ERR(der_get_oid(&in, &oid), E_INPUT, "OID %s", oids[i]);
		CHECK_INT(oid.len, 99, "OID %s: out stays untouched", oids[i]);
	}
	for (size_t i = 0; i < COUNT(bits); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(bits[i]);
		struct blob in = buf_view(&der), out;
		CHECK_ERR(der_get_bits(&in, &out), E_INPUT, "BIT STRING %s", bits[i]);
	}
	CHECK_ERR(der_end(blob_text("x")), E_INPUT, "one byte too many");
	CHECK_OK(der_end(BLOB_NONE), "the end");
}

/* Every kind of value in one element, read by another program. */
static void test_der_judged_outside(void)
{
	static const char *const want[] = { "SEQUENCE", "BOOLEAN           :255",
		"BOOLEAN           :0", "INTEGER           :80", "ENUMERATED        :05",
		"NULL", "OBJECT            :commonName",
		"UTF8STRING        :\xe8\x91\x9b\xe5\x9f\x8e", "PRINTABLESTRING   :Tokyo",
		"IA5STRING         :a@b.jp", "UTCTIME           :491231235959Z",
		"GENERALIZEDTIME   :20500101000000Z", "BIT STRING", "cont [ 1 ]" };
	static const struct oid common_name = { 3, { 0x55, 0x04, 0x03 } };
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(8192);
	uint8_t room[512];
	struct der_writer w = DER_WRITER(room);
	size_t outer = der_open(&w, DER_SEQUENCE), inner;
	der_put_bool(&w, true);
	der_put_bool(&w, false);
	der_put_int(&w, DER_INTEGER, 128);
	der_put_int(&w, DER_ENUMERATED, 5);
	der_put_null(&w);
	der_put_oid(&w, &common_name);
	der_put_text(&w, DER_UTF8_STRING, "葛城");
	der_put_text(&w, DER_PRINTABLE_STRING, "Tokyo");
	der_put_text(&w, DER_IA5_STRING, "a@b.jp");
	der_put_time(&w, at("2049-12-31T23:59:59Z"));
	der_put_time(&w, at("2050-01-01T00:00:00Z"));
	der_put_bits(&w, blob_text("bits"));
	inner = der_open(&w, DER_CONTEXT_OPEN(1));
	for (size_t i = 0; i < 50; i++)
		der_put_bool(&w,
			true); /* more than 127 octets, within more than 127 octets */
	der_close(&w, inner);
	der_close(&w, outer);
	struct blob der = BLOB_NONE;
	CHECK_OK(der_finish(&w, &der), "fits");
	outside_write(&outside, "all.der", der);
	CHECK_INT(outside_run(&outside, &said,
			  "openssl asn1parse -inform DER -in all.der"),
		0, "openssl reads it");
	for (size_t i = 0; i < COUNT(want); i++)
		CHECK(outside_said(&said, want[i]), "%s in: %s", want[i],
			buf_text(&said));
}

static void get_everything(struct blob in)
{
	struct blob content;
	struct oid oid;
	uint64_t number;
	uint32_t bits;
	int64_t time;
	bool flag;
	uint8_t tag;
	struct blob copy;
#define READ(call)                                                                       \
	do {                                                                             \
		copy = in;                                                               \
		IGNORE(call);                                                            \
	} while (0) /* whatever it says: it must not read outside */
	READ(der_get_bool(&copy, &flag));
	READ(der_get_int(&copy, DER_INTEGER, &number));
	READ(der_get_unsigned(&copy, &content));
	READ(der_get_oid(&copy, &oid));
	READ(der_get_bits(&copy, &content));
	READ(der_get_named_bits(&copy, &bits));
	READ(der_get_time(&copy, &time));
	READ(der_get_generalized(&copy, &time));
#undef READ
	while (in.len > 0 && !err_is(der_get_any(&in, &tag, &content)))
		if ((tag & 0x20) != 0)
			get_everything(content);
}

/* Bytes at random, in blocks of their exact size, under the sanitizers. */
static void test_der_any_bytes(void)
{
	static const uint8_t tags[] = { 0x01, 0x02, 0x03, 0x06, 0x17, 0x18, 0x30, 0xa0 };
	for (size_t round = 0; round < 20000; round++) {
		uint8_t head[2];
		CHECK_OK(random_bytes(head, sizeof head), "random");
		size_t len = head[0] % 24u + 1;
		uint8_t *bytes = malloc(len);
		if (!CHECK(bytes != NULL, "memory"))
			return;
		CHECK_OK(random_bytes(bytes, len), "random");
		bytes[0] = tags[head[1] % COUNT(tags)];
		if (len > 1 && head[1] < 200)
			bytes[1] = (uint8_t)(len - 2);
		get_everything(blob_make(bytes, len));
		free(bytes);
	}
}

static const CU_TestInfo tests[] = {
	{ "INTEGER and its borders", test_der_int },
	{ "INTEGER of octets", test_der_unsigned },
	{ "named bits", test_der_named_bits },
	{ "times and the year 2050", test_der_time },
	{ "times refused", test_der_time_refused },
	{ "lengths at their borders", test_der_lengths },
	{ "the room", test_der_room },
	{ "elements refused", test_der_elements_refused },
	{ "values refused", test_der_values_refused },
	{ "openssl reads it", test_der_judged_outside },
	{ "any bytes", test_der_any_bytes },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_der = { "common/pki/der", tests, NULL, NULL };
