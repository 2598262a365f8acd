#include "common/pki/general_name.h"

#include <openssl/x509v3.h>

#include "common/base/table.h"
#include "common/pki/mailbox.h"
#include "tests/check.h"

static struct general_names one(enum general_name_type type, const char *value)
{
	struct general_names names = { .count = 0 };
	CHECK_OK(general_names_add(&names, type, value), "%s", value);
	return names;
}

static void check_one(enum general_name_type type, const char *value, const char *want)
{
	struct general_names names = one(type, value);
	struct faults faults = { .count = 0 };
	general_names_check(&names, &faults);
	CHECK_INT(faults.count, want == NULL ? 0 : 1, "%s \"%s\"",
		general_name_word(type), value);
	if (want != NULL && faults.count > 0)
		CHECK_TEXT(faults.row[0].code, want, "%s \"%s\"", general_name_word(type),
			value);
}

static void test_words(void)
{
	for (size_t i = GENERAL_NAME_NONE + 1; i < GENERAL_NAME_TYPE_COUNT; i++)
		CHECK_INT(general_name_by_word(
				  general_name_word((enum general_name_type)i)),
			i, "word %zu", i);
	CHECK(general_name_word(GENERAL_NAME_NONE) == NULL, "NONE has none");
	CHECK_INT(general_name_by_word("iPAddress"), GENERAL_NAME_NONE, "unknown");
}

static void test_add(void)
{
	struct general_names names = { .count = 0 };
	char value[sizeof names.item[0].value + 1];
	memset(value, 'a', sizeof value);
	value[sizeof value - 1] = 0;
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_DNS, value), E_INPUT,
		"256 octets");
	value[sizeof value - 2] = 0;
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DNS, value), "255 octets");
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_DNS, "\xff"), E_INPUT,
		"not UTF-8");
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_NONE, "a"), E_INPUT, "no kind");
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_DIRECTORY, "CN=a"), E_INPUT,
		"directoryName as text");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DIRECTORY, ""),
		"one directoryName");
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_DIRECTORY, ""), E_INPUT,
		"two directoryNames");
	for (size_t i = 2; i < LIMIT_SAN; i++)
		CHECK_OK(general_names_add(&names, GENERAL_NAME_DNS, "a"), "%zu", i);
	CHECK_ERR(general_names_add(&names, GENERAL_NAME_DNS, "a"), E_INPUT, "nine");
	CHECK_INT(names.count, LIMIT_SAN, "what failed is not there");
}

/* proves R-ISS-13 */
static void test_mailbox_to_san(void)
{
	static const struct {
		const char *in;
		enum general_name_type type;
		const char *out;
	} good[] = {
		{ "tanaka@mirai.example", GENERAL_NAME_RFC822, "tanaka@mirai.example" },
		{ "Tanaka@MIRAI.Example", GENERAL_NAME_RFC822, "Tanaka@mirai.example" },
		{ "tanaka@例え.jp", GENERAL_NAME_RFC822, "tanaka@xn--r8jz45g.jp" },
		{ "tanaka@例え。jp", GENERAL_NAME_RFC822, "tanaka@xn--r8jz45g.jp" },
		{ "田中@例え.jp", GENERAL_NAME_SMTP_UTF8, "田中@xn--r8jz45g.jp" },
		{ "田中@mirai.example", GENERAL_NAME_SMTP_UTF8, "田中@mirai.example" },
		{ "tanaka@xn--r8jz45g.jp", GENERAL_NAME_RFC822, "tanaka@xn--r8jz45g.jp" },
		{ "a.b+c_d!#$%&'*/=?^`{|}~-@mirai.example", GENERAL_NAME_RFC822,
			"a.b+c_d!#$%&'*/=?^`{|}~-@mirai.example" },
		{ "a@straße.de", GENERAL_NAME_RFC822, "a@xn--strae-oqa.de" },
	};
	static const char *const wrong[] = {
		"", "@", "tanaka", "@mirai.example", "tanaka@", "tanaka@example",
		"a@b@c.jp", "a..b@mirai.example", ".a@mirai.example", "a.@mirai.example",
		"a b@mirai.example", "\"a\"@mirai.example", "a@mirai.example.",
		"a@-mirai.example", "a@mi_rai.example", "a@192.0.2.1", "a@[192.0.2.1]",
		"a,b@mirai.example", "a\xe2\x80\x8b@mirai.example", "a@mirai..example",
		"a@xn--.jp", "a@xn--zzzzzz99999.jp", "a@*.example",
		"e\xcc\x81@mirai.example", "a\t@mirai.example",
		"a1234567890123456789012345678901234567890123456789012345678901234@b.jp"
	};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct general_names names = { .count = 0 };
		struct faults faults = { .count = 0 };
		if (!CHECK_OK(general_names_add_mailbox(&names, good[i].in), "%s",
			    good[i].in))
			continue;
		CHECK_INT(names.item[0].type, good[i].type, "%s", good[i].in);
		CHECK_TEXT(names.item[0].value, good[i].out, "%s", good[i].in);
		general_names_check(&names, &faults);
		CHECK_INT(faults.count, 0, "%s", good[i].out);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct general_names names = { .count = 0 };
		CHECK_ERR(general_names_add_mailbox(&names, wrong[i]), E_INPUT, "\"%s\"",
			wrong[i]);
		CHECK_INT(names.count, 0, "\"%s\" is not there", wrong[i]);
	}
}

/* proves R-ISS-13: ASCII in SmtpUTF8Mailbox and the other way round are refused. */
static void test_check_mailboxes(void)
{
	static const struct {
		enum general_name_type type;
		const char *value, *want;
	} rows[] = {
		{ GENERAL_NAME_RFC822, "tanaka@mirai.example", NULL },
		{ GENERAL_NAME_SMTP_UTF8, "田中@xn--r8jz45g.jp", NULL },
		{ GENERAL_NAME_RFC822, "田中@xn--r8jz45g.jp", "san.mailbox.kind" },
		{ GENERAL_NAME_SMTP_UTF8, "tanaka@xn--r8jz45g.jp", "san.mailbox.kind" },
		{ GENERAL_NAME_SMTP_UTF8, "田中@例え.jp", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "tanaka@Mirai.example", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "tanaka@MIRAI.EXAMPLE", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "tanaka@localhost", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "a@XN--r8jz45g.jp", "san.mailbox" },
		{ GENERAL_NAME_RFC822, "a@ab--cd.jp", "san.mailbox" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		check_one(rows[i].type, rows[i].value, rows[i].want);
}

static void test_check_domains(void)
{
	static const char *const good[] = { "ra.mirai.example", "localhost", "a",
		"a-b.c1", "xn--r8jz45g.jp", "1.jp", "3com.example",
		"a23456789012345678901234567890123456789012345678901234567890123.jp" };
	static const char *const wrong[] = { "", ".", "a.", ".a", "a..b",
		"*.mirai.example", "a_b.example", "-a.example", "a-.example",
		"Mirai.example", "192.0.2.1", "1", "a b", "例え.jp", "xn--.jp",
		"ab--cd.jp",
		"a234567890123456789012345678901234567890123456789012345678901234.jp" };
	for (size_t i = 0; i < COUNT(good); i++)
		check_one(GENERAL_NAME_DNS, good[i], NULL);
	for (size_t i = 0; i < COUNT(wrong); i++)
		check_one(GENERAL_NAME_DNS, wrong[i], "san.dns");
	/* 253 octets are the most (RFC 1035). */
	char domain[256] = "";
	for (size_t i = 0; i < 126; i++)
		snprintf(domain + strlen(domain), sizeof domain - strlen(domain), "a.");
	snprintf(domain + strlen(domain), sizeof domain - strlen(domain), "b");
	CHECK_INT(strlen(domain), 253, "the vector");
	check_one(GENERAL_NAME_DNS, domain, NULL);
	snprintf(domain + strlen(domain), sizeof domain - strlen(domain), "b");
	check_one(GENERAL_NAME_DNS, domain, "san.dns");
	CHECK(domain_valid("a", 1) && !domain_valid("a", 2) && domain_valid("a.b", 2),
		"labels needed");
}

static void test_check_uris(void)
{
	static const char *const good[] = {
		"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		"urn:oid:2.999:component:ra", "https://mirai.example/a?b=c#d",
		"urn:dev:mac:0024befffe804ff1", "http://a/%e3%81%82"
	};
	static const char *const wrong[] = { "", "urn", "urn:", ":a", "1a:b", "Urn:a",
		"http://", "http://例え.jp/", "http://a b", "http://a/%e", "http://a/%zz",
		"http://a/<", "a:\x01", "/path" };
	for (size_t i = 0; i < COUNT(good); i++)
		check_one(GENERAL_NAME_URI, good[i], NULL);
	for (size_t i = 0; i < COUNT(wrong); i++)
		check_one(GENERAL_NAME_URI, wrong[i], "san.uri");
}

static void expect_codes(const struct general_names *names, const char *want,
	const char *what)
{
	struct faults faults = { .count = 0 };
	char codes[512] = "";
	general_names_check(names, &faults);
	for (size_t i = 0; i < faults.count; i++)
		snprintf(codes + strlen(codes), sizeof codes - strlen(codes), "%s%s",
			i == 0 ? "" : " ", faults.row[i].code);
	CHECK_TEXT(codes, want, "%s", what);
}

static void test_check_sets(void)
{
	struct general_names names = one(GENERAL_NAME_RFC822, "a@mirai.example");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DNS, "mirai.example"),
		"another kind");
	expect_codes(&names, "", "two kinds");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_RFC822, "a@mirai.example"),
		"again");
	expect_codes(&names, "san.repeated", "twice the same");
	names = one(GENERAL_NAME_DIRECTORY, "");
	expect_codes(&names, "san.directory", "an empty directoryName");
	CHECK_OK(name_add(&names.directory, NAME_COMMON_NAME, "田中 太郎"),
		"Japanese script");
	expect_codes(&names, "", "a directoryName");
	CHECK_OK(name_add(&names.directory, NAME_EMAIL, "a@mirai.example"), "a mailbox");
	expect_codes(&names, "san.directory.mail", "its mailbox is not repeated");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_RFC822, "a@mirai.example"),
		"repeated");
	expect_codes(&names, "", "its mailbox is repeated");
	names = (struct general_names){ .count = 0 };
	expect_codes(&names, "", "none at all");
	CHECK_OK(name_add(&names.directory, NAME_COMMON_NAME, " a"), "a fault within");
	expect_codes(&names, "san.directory", "a Name that no item names");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DIRECTORY, ""), "named");
	expect_codes(&names, "name.space", "the same rules for a directoryName");
}

static struct general_names all_kinds(void)
{
	struct general_names names = one(GENERAL_NAME_RFC822, "tanaka@mirai.example");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_SMTP_UTF8, "田中@xn--r8jz45g.jp"),
		"mailbox");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DNS, "ra.mirai.example"),
		"domain");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_URI,
			 "urn:oid:2.999:component:ra"),
		"URI");
	CHECK_OK(general_names_add(&names, GENERAL_NAME_DIRECTORY, ""), "directory");
	CHECK_OK(name_add(&names.directory, NAME_COUNTRY, "JP"), "directory");
	CHECK_OK(name_add(&names.directory, NAME_COMMON_NAME, "葛󠄀城 太郎"),
		"directory");
	return names;
}

/* OpenSSL's reader finds what we wrote, and its writer makes the same octets. */
static void test_judged_outside(void)
{
	static const int kinds[] = { GEN_EMAIL, GEN_OTHERNAME, GEN_DNS, GEN_URI,
		GEN_DIRNAME };
	struct general_names names = all_kinds();
	uint8_t room[1024], *again = NULL;
	struct der_writer w = DER_WRITER(room);
	struct blob der = BLOB_NONE;
	general_names_write(&names, &w);
	CHECK_OK(der_finish(&w, &der), "fits");
	const uint8_t *at = der.data;
	GENERAL_NAMES *theirs = d2i_GENERAL_NAMES(NULL, &at, (long)der.len);
	if (!CHECK(theirs != NULL && at == der.data + der.len,
		    "OpenSSL takes it as GeneralNames"))
		return;
	CHECK_INT(sk_GENERAL_NAME_num(theirs), COUNT(kinds), "all of them");
	for (int i = 0; i < sk_GENERAL_NAME_num(theirs); i++)
		CHECK_INT(sk_GENERAL_NAME_value(theirs, i)->type, kinds[i], "kind %d", i);
	int len = i2d_GENERAL_NAMES(theirs, &again);
	CHECK_BLOB(blob_make(again, (size_t)len), der, "the octets OpenSSL writes");
	OPENSSL_free(again);
	const GENERAL_NAME *other = sk_GENERAL_NAME_value(theirs, 1);
	CHECK_INT(OBJ_obj2nid(other->d.otherName->type_id), NID_id_on_SmtpUTF8Mailbox,
		"SmtpUTF8Mailbox");
	CHECK_INT(other->d.otherName->value->type, V_ASN1_UTF8STRING, "a UTF8String");
	GENERAL_NAMES_free(theirs);
}

static void test_round_trip(void)
{
	struct general_names names = all_kinds(), back;
	uint8_t room[1024];
	struct der_writer w = DER_WRITER(room);
	general_names_write(&names, &w);
	CHECK_OK(general_names_parse(blob_make(room, w.len), &back), "there and back");
	CHECK_INT(back.count, names.count, "all of them");
	for (size_t i = 0; i < names.count; i++) {
		CHECK_INT(back.item[i].type, names.item[i].type, "%zu", i);
		CHECK_TEXT(back.item[i].value, names.item[i].value, "%zu", i);
	}
	CHECK_INT(back.directory.count, 2, "the directoryName");
	CHECK_TEXT(name_get(&back.directory, NAME_COMMON_NAME), "葛󠄀城 太郎",
		"the directoryName");
	for (size_t len = 0; len < w.len; len++) {
		uint8_t *part = malloc(len + 1);
		if (!CHECK(part != NULL, "memory"))
			return;
		memcpy(part, room, len);
		CHECK_ERR(general_names_parse(blob_make(part, len), &back), E_INPUT,
			"%zu of %zu", len, w.len);
		free(part);
	}
	w = DER_WRITER(room);
	names.count = 0;
	general_names_write(&names, &w);
	CHECK_INT(w.len, 0, "none is no extension, not an empty SEQUENCE");
	names = one(GENERAL_NAME_DNS, "例え.jp");
	general_names_write(&names, &w);
	CHECK(w.full, "no IA5String of other octets");
}

static void test_parse_refuses(void)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "", "nothing" },
		{ "3000", "none" },
		{ "3003"
		  "820161"
		  "00",
			"bytes behind" },
		{ "3006"
		  "8704c0000201",
			"iPAddress" },
		{ "3005"
		  "88032a0304",
			"registeredID" },
		{ "3003"
		  "8201ff",
			"beyond ASCII" },
		{ "3003"
		  "820100",
			"an inner NUL" },
		{ "3012"
		  "a010"
		  "060a2b060104018237140203"
		  "a0020c00",
			"UPN" },
		{ "3013"
		  "a011"
		  "06082b06010505070809"
		  "a005"
		  "16034061"
		  "62",
			"SmtpUTF8Mailbox as IA5String" },
		{ "3004"
		  "a4023000"
		  "",
			"an empty directoryName is read and judged later" },
		{ "3008"
		  "a4023000a4023000",
			"two directoryNames" },
		{ "3004"
		  "a4020500",
			"directoryName that is none" },
		{ "301b"
		  "820161"
		  "820161"
		  "820161"
		  "820161"
		  "820161"
		  "820161"
		  "820161"
		  "820161"
		  "820161",
			"nine" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = check_unhex(rows[i].hex);
		struct general_names names = { .count = 99 };
		bool fine = strstr(rows[i].why, "judged later") != NULL;
		CHECK_ERR(general_names_parse(buf_view(&der), &names),
			fine ? E_NONE : E_INPUT, "%s", rows[i].why);
		CHECK_INT(names.count, fine ? 1 : 99, "%s", rows[i].why);
	}
}

static const CU_TestInfo tests[] = {
	{ "words", test_words },
	{ "adding", test_add },
	{ "mailboxes that people type", test_mailbox_to_san },
	{ "mailboxes", test_check_mailboxes },
	{ "domains", test_check_domains },
	{ "URIs", test_check_uris },
	{ "together", test_check_sets },
	{ "OpenSSL reads it", test_judged_outside },
	{ "there and back, and cut off", test_round_trip },
	{ "refused", test_parse_refuses },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_general_name = { "common/pki/general_name", tests, NULL,
	NULL };
