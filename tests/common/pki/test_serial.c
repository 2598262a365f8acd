#include "common/pki/serial.h"

#include "common/base/table.h"
#include "tests/check.h"

enum { MANY = 20000 };

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct serial));
}

/* proves R-ISS-01 */
static void test_serial_random(void)
{
	size_t ones[128] = { 0 };
	struct serial *all = calloc(MANY, sizeof *all);
	if (!CHECK(all != NULL, "memory"))
		return;
	for (size_t i = 0; i < MANY; i++) {
		CHECK_OK(serial_random(&all[i]), "random");
		CHECK_INT(all[i].len, 16, "always 16 octets");
		CHECK_INT(all[i].octet[0] >> 6, 1, "top bits 01");
		for (size_t bit = 0; bit < 128; bit++)
			ones[bit] += all[i].octet[bit / 8] >> (7 - bit % 8) & 1;
	}
	/* Each of the 126 bits is one about half of the time; six standard deviations are 424. */
	for (size_t bit = 2; bit < 128; bit++)
		CHECK(ones[bit] > MANY / 2 - 424 && ones[bit] < MANY / 2 + 424,
			"bit %zu: %zu ones", bit, ones[bit]);
	qsort(all, MANY, sizeof *all, compare);
	for (size_t i = 1; i < MANY; i++)
		CHECK(memcmp(&all[i], &all[i - 1], sizeof *all) != 0,
			"no serial number twice");
	free(all);
}

/* proves R-ISS-01 */
static void test_serial_octets(void)
{
	static const struct {
		const char *hex;
		enum err_code want;
	} rows[] = {
		{ "", E_INPUT }, { "00", E_INPUT }, { "0000", E_INPUT },
		{ "80", E_INPUT },                        /* negative */
		{ "ff00", E_INPUT }, { "0001", E_INPUT }, /* not minimal */
		{ "007f", E_INPUT },
		{ "0080", E_NONE }, /* the zero is there for the sign */
		{ "01", E_NONE },
		{ "7fffffffffffffffffffffffffffffffffffffff", E_NONE },    /* 20 octets */
		{ "01ffffffffffffffffffffffffffffffffffffffff", E_INPUT }, /* 21 octets */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf octets = check_unhex(rows[i].hex);
		struct serial serial = { .len = 99 };
		CHECK_ERR(serial_from_blob(buf_view(&octets), &serial), rows[i].want,
			"%s", rows[i].hex);
		if (rows[i].want == E_NONE)
			CHECK_BLOB(serial_view(&serial), buf_view(&octets), "%s",
				rows[i].hex);
		else
			CHECK_INT(serial.len, 99, "%s: out stays untouched", rows[i].hex);
		CHECK_ERR(serial_from_hex(rows[i].hex, &serial), rows[i].want,
			"%s as text", rows[i].hex);
	}
}

static void test_serial_text(void)
{
	static const struct {
		const char *in, *out;
	} good[] = {
		{ "01", "01" },
		{ "0A:Bc:dE", "0abcde" },
		{ "7fffffffffffffffffffffffffffffffffffffff",
			"7fffffffffffffffffffffffffffffffffffffff" },
	};
	static const char *const wrong[] = { "1", "0x01", "01:", ":01", "01::02", "0:1",
		"01 02", "0g", "01:2",
		"01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15" };
	for (size_t i = 0; i < COUNT(good); i++) {
		struct serial serial = { .len = 0 };
		char text[SERIAL_TEXT];
		CHECK_OK(serial_from_hex(good[i].in, &serial), "%s", good[i].in);
		serial_text(&serial, text);
		CHECK_TEXT(text, good[i].out, "%s", good[i].in);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct serial serial = { .len = 99 };
		CHECK_ERR(serial_from_hex(wrong[i], &serial), E_INPUT, "\"%s\"",
			wrong[i]);
		CHECK_INT(serial.len, 99, "\"%s\": out stays untouched", wrong[i]);
	}
}

static void test_decimal(void)
{
	/* clang-format off */
	static const struct {
		const char *decimal, *hex; /* NULL: refused */
	} rows[] = {
		{ "1", "01" }, { "127", "7f" }, { "128", "0080" }, { "255", "00ff" }, { "256", "0100" },
		{ "0000000128", "0080" }, /* as columns of a table show it */
		{ "84823189361030477835303114037663590403", "3fd05a1f16d6a69a6ef1f45a8eab6803" },
		{ "730750818665451459101842416358141509827966271487", "7fffffffffffffffffffffffffffffffffffffff" },
		{ "730750818665451459101842416358141509827966271488", NULL }, /* its sign needs one more octet */
		{ "1461501637330902918203684832716283019655932542976", NULL }, { "0", NULL }, { "", NULL }, { "-1", NULL },
		{ "12a", NULL }, { "99999999999999999999999999999999999999999999999999999999999", NULL },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct serial serial;
		char hex[SERIAL_TEXT];
		struct err err = serial_from_decimal(rows[i].decimal, &serial);
		if (rows[i].hex == NULL) {
			CHECK_ERR(err, E_INPUT, "%s", rows[i].decimal);
			continue;
		}
		if (!CHECK_OK(err, "%s", rows[i].decimal))
			continue;
		serial_text(&serial, hex);
		CHECK_TEXT(hex, rows[i].hex, "%s", rows[i].decimal);
	}
}

static const CU_TestInfo tests[] = {
	{ "random ones", test_serial_random },
	{ "octets and their borders", test_serial_octets },
	{ "hex text", test_serial_text },
	{ "decimal", test_decimal },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_serial = { "common/pki/serial", tests, NULL, NULL };
