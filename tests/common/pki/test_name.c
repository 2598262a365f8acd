#include "common/pki/name.h"

#include <openssl/x509.h>

#include "common/base/random.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

static struct name name_of(const char *const *pairs)
{
	struct name name = { .count = 0 };
	for (; pairs[0] != NULL; pairs += 2)
		CHECK_OK(name_add(&name, name_type_by_name(pairs[0]), pairs[1]), "%s",
			pairs[0]);
	return name;
}

static const char *const person[] = { "countryName", "JP", "stateOrProvinceName", "Tokyo",
	"organizationName", "Mirai Bank, Ltd.", "organizationIdentifier",
	"NTRJP-010405009403", "surname", "Tanaka", "givenName", "Tar\xc5\x8d", "title",
	"葛󠄀城市長", "serialNumber", "S-0001", "commonName", "Tar\xc5\x8d Tanaka",
	"emailAddress", "tanaka@mirai.example", NULL };

static void test_name_kinds(void)
{
	for (size_t i = 0; i < NAME_TYPE_COUNT; i++) {
		const struct name_kind *kind = name_kind((enum name_type)i);
		CHECK_INT(name_type_by_name(kind->name), i, "%s", kind->name);
		CHECK(kind->oid.len > 0 && kind->max_chars > 0 && kind->label != NULL,
			"%s", kind->name);
	}
	CHECK_INT(name_type_by_name("nonsense"), NAME_TYPE_COUNT, "an unknown name");
	CHECK_INT(name_type_by_name(""), NAME_TYPE_COUNT, "the empty name");
}

static void test_name_add(void)
{
	struct name name = { .count = 0 };
	char value[sizeof name.attribute[0].value + 1];
	memset(value, 'a', sizeof value);
	value[sizeof value - 1] = 0;
	CHECK_ERR(name_add(&name, NAME_TITLE, value), E_INPUT, "520 octets");
	value[sizeof value - 2] = 0;
	CHECK_OK(name_add(&name, NAME_TITLE, value), "519 octets");
	CHECK_ERR(name_add(&name, NAME_TITLE, "\xff"), E_INPUT, "not UTF-8");
	CHECK_ERR(name_add(&name, NAME_TYPE_COUNT, "x"), E_INPUT, "no such attribute");
	CHECK_INT(name.count, 1, "what failed is not there");
	for (size_t i = 1; i < LIMIT_RDN; i++)
		CHECK_OK(name_add(&name, NAME_STREET, "x"), "attribute %zu", i + 1);
	CHECK_ERR(name_add(&name, NAME_STREET, "x"), E_INPUT, "attribute 17");
	CHECK(name_get(&name, NAME_COUNTRY) == NULL, "not there");
	CHECK_TEXT(name_get(&name, NAME_STREET), "x", "the first one");
}

/* proves R-ISS-09: PrintableString where the characters allow, UTF8String elsewhere, IA5String for mail and DC. */
static void test_name_encoding(void)
{
	static const struct {
		const char *type, *value, *tag_and_text;
	} rows[] = {
		{ "countryName", "JP", "\x13\x02JP" },
		{ "organizationName", "Mirai (1) '+,-./:=?",
			"\x13\x13Mirai (1) '+,-./:=?" },
		{ "organizationName", "A&B",
			"\x0c\x03"
			"A&B" },
		{ "organizationName", "a@b",
			"\x0c\x03"
			"a@b" },
		{ "organizationName", "A_B",
			"\x0c\x03"
			"A_B" },
		{ "organizationName", "A*B",
			"\x0c\x03"
			"A*B" },
		{ "commonName", "葛󠄀", "\x0c\x07葛󠄀" },
		{ "serialNumber", "S-1", "\x13\x03S-1" },
		{ "emailAddress", "a@b.jp",
			"\x16\x06"
			"a@b.jp" },
		{ "domainComponent", "jp", "\x16\x02jp" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const pairs[] = { rows[i].type, rows[i].value, NULL };
		struct name name = name_of(pairs), back;
		uint8_t room[128];
		struct der_writer w = DER_WRITER(room);
		size_t want = strlen(rows[i].tag_and_text);
		name_write(&name, &w);
		CHECK(!w.full && w.len > want, "%s fits", rows[i].value);
		CHECK_BLOB(blob_make(room + w.len - want, want),
			blob_text(rows[i].tag_and_text), "%s", rows[i].value);
		CHECK_OK(name_parse(blob_make(room, w.len), &back), "%s", rows[i].value);
		CHECK_TEXT(name_get(&back, name_type_by_name(rows[i].type)),
			rows[i].value, "there and back");
	}
}

/* What its attribute cannot hold is not written in another type. */
static void test_name_unwritable(void)
{
	static const struct {
		enum name_type type;
		const char *value;
	} rows[] = {
		{ NAME_COUNTRY, "日本" },
		{ NAME_SERIAL_NUMBER, "a_b" },
		{ NAME_EMAIL, "田中@mirai.example" },
		{ NAME_DOMAIN_COMPONENT, "例え" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct name name = { .count = 0 };
		struct blob out = BLOB_NONE;
		uint8_t room[128];
		struct der_writer w = DER_WRITER(room);
		CHECK_OK(name_add(&name, rows[i].type, rows[i].value), "%s",
			rows[i].value);
		name_write(&name, &w);
		CHECK_ERR(der_finish(&w, &out), E_INPUT, "%s", rows[i].value);
	}
}

/* Another program's eyes: order, types and text. */
static void test_name_judged_outside(void)
{
	static const char *const want[] = { "PRINTABLESTRING   :JP",
		"PRINTABLESTRING   :Mirai Bank, Ltd.",
		"PRINTABLESTRING   :NTRJP-010405009403",
		"UTF8STRING        :Tar\xc5\x8d Tanaka",
		"UTF8STRING        :葛󠄀城市長",
		"IA5STRING         :tanaka@mirai.example", "organizationIdentifier",
		"OBJECT            :surname", "OBJECT            :givenName",
		"OBJECT            :serialNumber" };
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(16384);
	struct name name = name_of(person);
	uint8_t room[1024];
	struct der_writer w = DER_WRITER(room);
	struct blob der = BLOB_NONE;
	name_write(&name, &w);
	CHECK_OK(der_finish(&w, &der), "fits");
	outside_write(&outside, "name.der", der);
	CHECK_INT(outside_run(&outside, &said,
			  "openssl asn1parse -inform DER -in name.der"),
		0, "openssl reads it");
	for (size_t i = 0; i < COUNT(want); i++)
		CHECK(outside_said(&said, want[i]), "%s in: %s", want[i],
			buf_text(&said));
	const uint8_t *at = der.data;
	X509_NAME *theirs = d2i_X509_NAME(NULL, &at, (long)der.len);
	if (CHECK(theirs != NULL && at == der.data + der.len,
		    "OpenSSL takes it as a Name"))
		CHECK_INT(X509_NAME_entry_count(theirs), name.count,
			"one attribute per RDN");
	X509_NAME_free(theirs);
}

static void test_name_parse_refuses(void)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "", "nothing" },
		{ "3100", "not a SEQUENCE" },
		{ "300000", "bytes behind" },
		{ "300d310b3009060355040613024a5000", "bytes behind" },
		{ "300d310b300906035504060c024a50", "UTF8String though printable" },
		{ "300f310d300b0603550403"
		  "1e0400480049",
			"BMPString" },
		{ "300d310b3009060355040314024a50", "TeletexString" },
		{ "300d310b3009060355040313"
		  "02e3a1",
			"PrintableString of other octets" },
		{ "300d310b300906035504030c02c080", "not UTF-8" },
		{ "300d310b300906035504030c02ff00", "an inner NUL" },
		{ "300d310b300906035504"
		  "6313024a50",
			"an attribute that is not in the table" },
		{ "3018"
		  "3116"
		  "3009060355040613024a50"
		  "3009060355040313024a50",
			"two attributes in one RDN" },
		{ "300f310d300b0603550406"
		  "13024a500500",
			"bytes behind the value" },
		{ "3002"
		  "3100",
			"an empty RDN" },
		{ "300d310b3009060355040616024a50", "IA5String for C" },
		{ "3016311430120609"
		  "2a864886f70d010901"
		  "0c0561406a2e6a",
			"UTF8String for mail" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(rows[i].hex);
		struct name name = { .count = 99 };
		CHECK_ERR(name_parse(buf_view(&der), &name), E_INPUT, "%s", rows[i].why);
		CHECK_INT(name.count, 99, "%s: out stays untouched", rows[i].why);
	}
	AUTO(buf_clear) struct buf good = check_unhex("300d310b3009060355040613024a50");
	struct name name;
	CHECK_OK(name_parse(buf_view(&good), &name), "C=JP");
	CHECK_TEXT(name_get(&name, NAME_COUNTRY), "JP", "C=JP");
}

static void test_name_too_many(void)
{
	uint8_t room[512];
	struct der_writer w = DER_WRITER(room);
	AUTO(buf_clear) struct buf rdn = check_unhex("310b3009060355040913024a50");
	struct name name = { .count = 99 };
	size_t mark = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i <= LIMIT_RDN; i++)
		der_put_raw(&w, buf_view(&rdn));
	der_close(&w, mark);
	CHECK_ERR(name_parse(blob_make(room, w.len), &name), E_INPUT, "17 RDNs");
}

static void test_name_truncated(void)
{
	struct name name = name_of(person), back;
	uint8_t room[1024];
	struct der_writer w = DER_WRITER(room);
	name_write(&name, &w);
	for (size_t len = 0; len < w.len; len++) {
		uint8_t *part = malloc(
			len + 1); /* its own block, so that a step outside is seen */
		if (!CHECK(part != NULL, "memory"))
			return;
		memcpy(part, room, len);
		CHECK_ERR(name_parse(blob_make(part, len), &back), E_INPUT, "%zu of %zu",
			len, w.len);
		free(part);
	}
}

/* Random names of all attributes come back as they were. */
static void test_name_round_trip(void)
{
	static const char *const letters[] = { "a", "Z", " ", "0", "&", "é", "葛󠄀",
		"𠮷", "ｱ", "'", ",", "Ω", "\xc2\xa0" };
	for (size_t round = 0; round < 500; round++) {
		struct name name = { .count = 0 }, back;
		uint8_t dice[200], room[8192];
		size_t die = 0;
		CHECK_OK(random_bytes(dice, sizeof dice), "random");
		for (size_t i = 0; i < dice[0] % 17u; i++) {
			enum name_type type =
				(enum name_type)(dice[++die] % NAME_TYPE_COUNT);
			const struct name_kind *kind = name_kind(type);
			size_t most =
				kind->printable_only || kind->ia5 ? 3 : COUNT(letters);
			char value[64] = "";
			for (size_t k = dice[++die] % 9; k > 0; k--)
				snprintf(value + strlen(value),
					sizeof value - strlen(value), "%s",
					letters[dice[++die] % most]);
			CHECK_OK(name_add(&name, type, value), "%s", value);
		}
		struct der_writer w = DER_WRITER(room);
		name_write(&name, &w);
		if (!CHECK_OK(name_parse(blob_make(room, w.len), &back), "round %zu",
			    round))
			return;
		CHECK_INT(back.count, name.count, "round %zu", round);
		for (size_t i = 0; i < name.count; i++) {
			CHECK_INT(back.attribute[i].type, name.attribute[i].type,
				"round %zu", round);
			CHECK_TEXT(back.attribute[i].value, name.attribute[i].value,
				"round %zu", round);
		}
	}
}

/* RFC 4514 section 2.4 */
static void test_name_text(void)
{
	static const struct {
		const char *value, *text;
	} rows[] = {
		{ "Mirai", "O=Mirai" },
		{ "Mirai Bank, Ltd.", "O=Mirai Bank\\, Ltd." },
		{ " a ", "O=\\ a\\ " },
		{ "#1", "O=\\#1" },
		{ "a#1", "O=a#1" },
		{ "a=b", "O=a=b" },
		{ "\"+;<>\\", "O=\\\"\\+\\;\\<\\>\\\\" },
		{ "a\nb", "O=a\\0Ab" },
		{ "a\x7f", "O=a\\7F" },
		{ "葛󠄀城", "O=葛󠄀城" },
		{ "", "O=" },
		{ "a\xe2\x80\xae"
		  "b",
			"O=a\\E2\\80\\AEb" }, /* turns the line around */
		{ " ", "O=\\ " },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const pairs[] = { "organizationName", rows[i].value, NULL };
		struct name name = name_of(pairs);
		AUTO(buf_clear) struct buf text = BUF(256);
		CHECK_OK(name_text(&name, &text), "%s", rows[i].text);
		CHECK_TEXT(buf_text(&text), rows[i].text, "escaped");
	}
	struct name whole = name_of(person);
	AUTO(buf_clear) struct buf text = BUF(512);
	AUTO(buf_clear) struct buf small = BUF(16);
	CHECK_OK(name_text(&whole, &text), "whole");
	CHECK_TEXT(buf_text(&text),
		"C=JP, ST=Tokyo, O=Mirai Bank\\, Ltd., "
		"organizationIdentifier=NTRJP-010405009403, SN=Tanaka, GN=Tar\xc5\x8d, "
		"title=葛󠄀城市長, serialNumber=S-0001, CN=Tar\xc5\x8d Tanaka, "
		"emailAddress=tanaka@mirai.example",
		"in the order of the Name");
	CHECK_ERR(name_text(&whole, &small), E_INPUT, "out is too small");
}

static const CU_TestInfo tests[] = {
	{ "kinds", test_name_kinds },
	{ "adding", test_name_add },
	{ "string types", test_name_encoding },
	{ "what cannot be written", test_name_unwritable },
	{ "openssl reads it", test_name_judged_outside },
	{ "refused", test_name_parse_refuses },
	{ "too many RDNs", test_name_too_many },
	{ "cut off anywhere", test_name_truncated },
	{ "random names, there and back", test_name_round_trip },
	{ "as text", test_name_text },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_name = { "common/pki/name", tests, NULL, NULL };
