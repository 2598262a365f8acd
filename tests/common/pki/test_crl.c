#include "common/pki/crl.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/base/clock.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/sample_ca.h"

enum { THIS_UPDATE = 1795000000, NEXT_UPDATE = THIS_UPDATE + 48 * HOUR };

static struct crl_fields fields_of(const struct sample_ca *ca)
{
	return (struct crl_fields){
		.issuer = ca->cert.subject,
		.authority_key_identifier = ca->cert.subject_key_identifier,
		.algorithm = SIGNATURE_ECDSA_SHA256,
		.this_update = THIS_UPDATE,
		.next_update = NEXT_UPDATE,
		.crl_number = 7,
	};
}

/* The pieces put together as the publisher does, in memory. */
static struct err assemble(const struct crl_fields *fields, struct blob entries,
	EVP_PKEY *key, struct buf *out)
{
	static uint8_t head_room[8192], tail_room[1024], tbs_room[1 << 20],
		frame_room[16], end_room[1200];
	uint8_t signature[SIGNATURE_MAX];
	size_t signature_len = 0;
	struct der_writer head = DER_WRITER(head_room), tail = DER_WRITER(tail_room);
	struct der_writer tbs = DER_WRITER(tbs_room), frame = DER_WRITER(frame_room);
	struct der_writer end = DER_WRITER(end_room);
	struct signing_key signer;
	struct blob all;
	TRY(crl_write_head(fields, entries.len, &head));
	TRY(crl_write_tail(fields, &tail));
	der_put_raw(&tbs, blob_make(head_room, head.len));
	der_put_raw(&tbs, entries);
	der_put_raw(&tbs, blob_make(tail_room, tail.len));
	TRY(der_finish(&tbs, &all));
	TRY(signature_software_key(key, &signer));
	TRY(signer.sign(signer.context, all, signature, &signature_len));
	TRY(crl_write_frame(tbs.len, fields->algorithm,
		blob_make(signature, signature_len), &frame, &end));
	TRY(buf_append(out, blob_make(frame_room, frame.len)));
	TRY(buf_append(out, all));
	return buf_append(out, blob_make(end_room, end.len));
}

static struct crl_entry entry_of(uint8_t last, enum revocation_reason reason)
{
	struct crl_entry entry = { .revocation_date = THIS_UPDATE - 100 - last,
		.reason = reason };
	entry.serial_number.len = 16;
	entry.serial_number.octet[0] = 0x40;
	entry.serial_number.octet[15] = last;
	return entry;
}

/* proves R-CRL-01 R-CRL-03 R-REV-07 */
static void test_crl_read_by_others(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(sample_ca_clear) struct sample_ca ca = sample_ca_new(&outside, "ca");
	AUTO(buf_clear) struct buf der = BUF(1 << 20);
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	uint8_t room[1024];
	struct der_writer entries = DER_WRITER(room);
	static const enum revocation_reason reasons[] = { REASON_UNSPECIFIED,
		REASON_KEY_COMPROMISE, REASON_AFFILIATION_CHANGED, REASON_SUPERSEDED,
		REASON_CESSATION_OF_OPERATION, REASON_PRIVILEGE_WITHDRAWN };
	for (size_t i = 0; i < COUNT(reasons); i++) {
		struct crl_entry entry = entry_of((uint8_t)(i + 1), reasons[i]);
		crl_entry_write(&entry, &entries);
	}
	struct crl_fields fields = fields_of(&ca);
	fields.this_update = clock_now() - MINUTE; /* certtool looks at its own clock */
	fields.next_update = fields.this_update + 48 * HOUR;
	fields.expired_certs_on_crl = THIS_UPDATE - 365 * DAY;
	if (!CHECK_OK(assemble(&fields, blob_make(room, entries.len), ca.key, &der),
		    "assemble"))
		return;
	outside_write(&outside, "test.crl", buf_view(&der));

	CHECK_INT(outside_run(&outside, &said,
			  "openssl crl -inform DER -in test.crl -noout -text -CAfile "
			  "ca.pem"),
		0, "openssl reads it: %s", buf_text(&said));
	CHECK(outside_said(&said, "verify OK"), "openssl verifies: %s", buf_text(&said));
	CHECK(outside_said(&said, "Version 2"), "version: %s", buf_text(&said));
	CHECK(outside_said(&said, "X509v3 CRL Number: \n                7"), "number: %s",
		buf_text(&said));
	CHECK(outside_said(&said, "Serial Number: 40000000000000000000000000000001"),
		"serial number: %s", buf_text(&said));
	CHECK(outside_said(&said, "Key Compromise"), "reason: %s", buf_text(&said));
	CHECK(!outside_said(&said, "Unspecified"), "unspecified is left out: %s",
		buf_text(&said));
	CHECK(outside_said(&said, "2.5.29.60"), "ExpiredCertsOnCRL: %s", buf_text(&said));
	CHECK_INT(outside_run(&outside, &said,
			  "certtool --crl-info --inder --infile test.crl"),
		0, "certtool reads it: %s", buf_text(&said));
	CHECK(outside_said(&said, "Revoked certificates (6)"), "certtool counts: %s",
		buf_text(&said));
	CHECK_INT(outside_run(&outside, &said,
			  "openssl crl -inform DER -in test.crl -out test.pem && "
			  "certtool --verify-crl "
			  "--load-ca-certificate ca.pem --infile test.pem"),
		0, "certtool verifies: %s", buf_text(&said));
	CHECK(outside_said(&said, "Verification output: Verified"), "certtool: %s",
		buf_text(&said));
}

static void test_crl_round_trip(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(sample_ca_clear) struct sample_ca ca = sample_ca_new(&outside, "ca");
	AUTO(buf_clear) struct buf der = BUF(1 << 20);
	uint8_t room[256];
	struct der_writer entries = DER_WRITER(room);
	struct crl_entry first = entry_of(1, REASON_KEY_COMPROMISE),
			 second = entry_of(2, REASON_UNSPECIFIED);
	first.invalidity_date = first.revocation_date - 86400;
	second.revocation_date = 2524608000; /* 2050: GeneralizedTime from here on */
	crl_entry_write(&first, &entries);
	crl_entry_write(&second, &entries);
	struct crl_fields fields = fields_of(&ca);
	fields.expired_certs_on_crl = 1600000000;
	fields.next_update = 253402300799; /* L-LAST: 99991231235959Z */
	if (!CHECK_OK(assemble(&fields, blob_make(room, entries.len), ca.key, &der),
		    "assemble"))
		return;
	struct crl crl;
	if (!CHECK_OK(crl_parse(buf_view(&der), &crl), "parse"))
		return;
	CHECK_OK(crl_verify(&crl, ca.key), "verify");
	CHECK_BLOB(crl.issuer, ca.cert.subject, "issuer");
	CHECK_BLOB(crl.authority_key_identifier, ca.cert.subject_key_identifier,
		"key identifier");
	CHECK_INT(crl.this_update, THIS_UPDATE, "thisUpdate");
	CHECK_INT(crl.next_update, 253402300799, "nextUpdate");
	CHECK_INT(crl.crl_number, 7, "number");
	CHECK_INT(crl.expired_certs_on_crl, 1600000000, "ExpiredCertsOnCRL");
	struct crl_entry got;
	CHECK_OK(crl_next(&crl.entries, &got), "first");
	CHECK_BLOB(serial_view(&got.serial_number), serial_view(&first.serial_number),
		"first serial");
	CHECK_INT(got.reason, REASON_KEY_COMPROMISE, "first reason");
	CHECK_INT(got.invalidity_date, first.invalidity_date, "since when");
	CHECK_INT(got.revocation_date, first.revocation_date, "first date");
	CHECK_OK(crl_next(&crl.entries, &got), "second");
	CHECK_INT(got.reason, REASON_UNSPECIFIED, "second reason");
	CHECK_INT(got.invalidity_date, 0, "since when is not known");
	CHECK_INT(got.revocation_date, second.revocation_date, "second date");
	CHECK_INT(crl.entries.len, 0, "nothing behind");

	AUTO(EVP_PKEY_free) EVP_PKEY *other = EVP_EC_gen("P-256");
	CHECK_ERR(crl_verify(&crl, other), E_CRYPTO, "another key");
	der.data[der.len - 1] ^= 1;
	CHECK_OK(crl_parse(buf_view(&der), &crl), "form is still right");
	CHECK(err_is(crl_verify(&crl, ca.key)), "a bit of the signature");
}

static void test_crl_empty_and_shard(void)
{
	/* distributionPoint fullName URI http://c/1, onlyContainsUserCerts */
	static const uint8_t point[] = { 0x30, 0x13, 0xa0, 0x0e, 0xa0, 0x0c, 0x86, 0x0a,
		'h', 't', 't', 'p', ':', '/', '/', 'c', '/', '1', 0x81, 0x01, 0xff };
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(sample_ca_clear) struct sample_ca ca = sample_ca_new(&outside, "ca");
	AUTO(buf_clear) struct buf der = BUF(1 << 20);
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	struct crl_fields fields = fields_of(&ca);
	fields.issuing_distribution_point = BLOB(point);
	if (!CHECK_OK(assemble(&fields, BLOB_NONE, ca.key, &der), "assemble"))
		return;
	outside_write(&outside, "test.crl", buf_view(&der));
	CHECK_INT(outside_run(&outside, &said,
			  "openssl crl -inform DER -in test.crl -noout -text -CAfile "
			  "ca.pem"),
		0, "openssl: %s", buf_text(&said));
	CHECK(outside_said(&said, "verify OK"), "verifies: %s", buf_text(&said));
	CHECK(outside_said(&said, "No Revoked Certificates"), "none: %s",
		buf_text(&said));
	CHECK(outside_said(&said, "X509v3 Issuing Distribution Point: critical"),
		"shard: %s", buf_text(&said));
	CHECK(outside_said(&said, "URI:http://c/1"), "its address: %s", buf_text(&said));
	struct crl crl;
	if (!CHECK_OK(crl_parse(buf_view(&der), &crl), "parse"))
		return;
	CHECK_INT(crl.entries.len, 0, "no entries");
	CHECK_BLOB(crl.issuing_distribution_point, BLOB(point), "distribution point");
}

/* Lengths of 1, 2, 3 and 4 octets: the header is made for bytes that are not in memory. */
static void test_crl_lengths(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(sample_ca_clear) struct sample_ca ca = sample_ca_new(&outside, "ca");
	static const size_t counts[] = { 1, 3, 4, 100, 1700, 20000 };
	static uint8_t room[1 << 20];
	for (size_t i = 0; i < COUNT(counts); i++) {
		struct der_writer entries = DER_WRITER(room);
		AUTO(buf_clear) struct buf der = BUF(2 << 20);
		for (size_t n = 0; n < counts[i]; n++) {
			struct crl_entry entry = entry_of((uint8_t)n, REASON_SUPERSEDED);
			entry.serial_number.octet[14] = (uint8_t)(n >> 8);
			crl_entry_write(&entry, &entries);
		}
		struct crl_fields fields = fields_of(&ca);
		if (!CHECK_OK(assemble(&fields, blob_make(room, entries.len), ca.key,
				      &der),
			    "assemble"))
			return;
		const unsigned char *p = der.data;
		X509_CRL *other = d2i_X509_CRL(NULL, &p, (long)der.len);
		CHECK(other != NULL && p == der.data + der.len,
			"%zu entries: OpenSSL reads", counts[i]);
		CHECK(other != NULL && X509_CRL_verify(other, ca.key) == 1,
			"%zu entries: verifies", counts[i]);
		CHECK_INT(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(other)), counts[i],
			"count");
		X509_CRL_free(other);
		int64_t from = 0, to = 0;
		size_t head = der.len < 256 ? der.len : 256;
		CHECK_OK(crl_head_times(blob_make(der.data, head), &from, &to),
			"times of the head");
		CHECK_INT(from, THIS_UPDATE, "thisUpdate");
		CHECK_INT(to, NEXT_UPDATE, "nextUpdate");
	}
}

static void test_crl_head_refuses(void)
{
	static const char *const rows[] = { "", "30", "3080", "31820100", "3004300202",
		"30893000", "3003020100", "30063004020101",
		"30183016020101300030001701" };
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf in = check_unhex(rows[i]);
		int64_t from = 5, to = 6;
		CHECK_ERR(crl_head_times(buf_view(&in), &from, &to), E_INPUT, "%s",
			rows[i]);
		CHECK(from == 5 && to == 6, "%s: out stays untouched", rows[i]);
	}
}

static void test_crl_fields_refused(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(sample_ca_clear) struct sample_ca ca = sample_ca_new(&outside, "ca");
	uint8_t room[1024];
	struct der_writer w = DER_WRITER(room);
	struct crl_fields fields = fields_of(&ca);
	fields.next_update = fields.this_update;
	CHECK_ERR(crl_write_head(&fields, 0, &w), E_POLICY, "nextUpdate equal");
	fields = fields_of(&ca);
	fields.issuer = BLOB_NONE;
	CHECK_ERR(crl_write_head(&fields, 0, &w), E_POLICY, "no issuer");
	fields = fields_of(&ca);
	fields.authority_key_identifier = BLOB_NONE;
	CHECK_ERR(crl_write_head(&fields, 0, &w), E_POLICY, "no key identifier");
	fields = fields_of(&ca);
	w.max = 20;
	CHECK_ERR(crl_write_head(&fields, 0, &w), E_INPUT, "no room");
}

/* A whole list with one part changed; the signature is not looked at by crl_parse(). */
struct part {
	const char *name, *version, *inner, *issuer, *times, *entries, *extensions,
		*outer, *behind;
};
#define ECDSA     "300a06082a8648ce3d040302"
#define ECDSA_384 "300a06082a8648ce3d040303"
#define NAME      "300d310b3009060355040613024a50"
#define TIMES     "170d3236313132333030303030305a170d3236313132353030303030305a"
#define AKI                                                                              \
	"300f0603551d23040830068004"                                                     \
	"01020304"
#define NUMBER "300a0603551d140403020107"
#define ENTRY  "3012020105170d3236313132323030303030305a"

static struct buf list_of(const struct part *part)
{
	static uint8_t room[4096];
	struct buf out = BUF(4096);
	struct der_writer w = DER_WRITER(room);
	const char *const inner[] = { part->version, part->inner, part->issuer,
		part->times, part->entries, part->extensions };
	size_t outer = der_open(&w, DER_SEQUENCE), tbs = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT(inner); i++) {
		AUTO(buf_clear) struct buf bytes = check_unhex(inner[i]);
		der_put_raw(&w, buf_view(&bytes));
	}
	der_close(&w, tbs);
	AUTO(buf_clear) struct buf algorithm = check_unhex(part->outer);
	der_put_raw(&w, buf_view(&algorithm));
	der_put_bits(&w, BLOB("xyz"));
	AUTO(buf_clear) struct buf behind = check_unhex(part->behind);
	der_put_raw(&w, buf_view(&behind));
	der_close(&w, outer);
	IGNORE(buf_append(&out,
		blob_make(room, w.len))); /* 4096 are enough for all rows */
	return out;
}

static void test_crl_parse_refuses(void)
{
	/* clang-format off */
	static const struct { struct part part; enum err_code want; } rows[] = {
		{ { "as it should be",       "020101", ECDSA, NAME, TIMES, "3014" ENTRY, "a01f301d" AKI NUMBER, ECDSA, "" }, E_NONE },
		{ { "no entries",            "020101", ECDSA, NAME, TIMES, "",       "a01f301d" AKI NUMBER, ECDSA, "" }, E_NONE },
		{ { "version 1",             "020100", ECDSA, NAME, TIMES, "",       "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
		{ { "no version",            "",       ECDSA, NAME, TIMES, "",       "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
		{ { "other algorithm outside", "020101", ECDSA, NAME, TIMES, "",     "a01f301d" AKI NUMBER, ECDSA_384, "" }, E_INPUT },
		{ { "ecdsa-with-SHA1",       "020101", "300906072a8648ce3d0401", NAME, TIMES, "", "a01f301d" AKI NUMBER, "300906072a8648ce3d0401", "" }, E_INPUT },
		{ { "no nextUpdate",         "020101", ECDSA, NAME, "170d3236313132333030303030305a", "", "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
		{ { "GeneralizedTime too early", "020101", ECDSA, NAME, "180f32303236313132333030303030305a170d3236313132353030303030305a", "", "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
		{ { "empty list written",    "020101", ECDSA, NAME, TIMES, "3000",   "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
		{ { "no extensions",         "020101", ECDSA, NAME, TIMES, "",       "", ECDSA, "" }, E_INPUT },
		{ { "no number",             "020101", ECDSA, NAME, TIMES, "",       "a0133011" AKI, ECDSA, "" }, E_INPUT },
		{ { "no key identifier",     "020101", ECDSA, NAME, TIMES, "",       "a00e300c" NUMBER, ECDSA, "" }, E_INPUT },
		{ { "number twice",          "020101", ECDSA, NAME, TIMES, "",       "a02b3029" AKI NUMBER NUMBER, ECDSA, "" }, E_INPUT },
		{ { "number critical",       "020101", ECDSA, NAME, TIMES, "",       "a0223020" AKI "300d0603551d140101ff0403020107", ECDSA, "" }, E_INPUT },
		{ { "critical FALSE written", "020101", ECDSA, NAME, TIMES, "",      "a0223020" AKI "300d0603551d140101000403020107", ECDSA, "" }, E_INPUT },
		{ { "a delta list",          "020101", ECDSA, NAME, TIMES, "",       "a02e302c" AKI NUMBER "300d0603551d1b0101ff0403020106", ECDSA, "" }, E_INPUT },
		{ { "unknown, not critical", "020101", ECDSA, NAME, TIMES, "",       "a02b3029" AKI NUMBER "300a0603551d2e0403020106", ECDSA, "" }, E_NONE },
		{ { "point not critical",    "020101", ECDSA, NAME, TIMES, "",       "a02a3028" AKI NUMBER "30090603551d1c04023000", ECDSA, "" }, E_INPUT },
		{ { "bytes behind",          "020101", ECDSA, NAME, TIMES, "",       "a01f301d" AKI NUMBER, ECDSA, "0500" }, E_INPUT },
		{ { "issuer is no Name",     "020101", ECDSA, "0500", TIMES, "",     "a01f301d" AKI NUMBER, ECDSA, "" }, E_INPUT },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf der = list_of(&rows[i].part);
		struct crl crl = { .crl_number = 99 };
		CHECK_ERR(crl_parse(buf_view(&der), &crl), rows[i].want, "%s",
			rows[i].part.name);
		CHECK(rows[i].want == E_NONE || crl.crl_number == 99,
			"%s: out stays untouched", rows[i].part.name);
		if (rows[i].want != E_NONE)
			continue;
		/* Cut anywhere, it is refused. */
		for (size_t len = 0; len < der.len; len++)
			CHECK_ERR(crl_parse(blob_make(der.data, len), &crl), E_INPUT,
				"%s: cut to %zu", rows[i].part.name, len);
	}
}

#define DATE "170d3236313132323030303030305a"
static void test_crl_entry_refuses(void)
{
	/* clang-format off */
	static const struct { const char *name, *hex; enum err_code want; } rows[] = {
		{ "plain",                 "3012020105" DATE, E_NONE },
		{ "reason 1",              "3020020105" DATE "300c300a0603551d1504030a0101", E_NONE },
		{ "reason 0 written",      "3020020105" DATE "300c300a0603551d1504030a0100", E_INPUT },
		{ "reason 7",              "3020020105" DATE "300c300a0603551d1504030a0107", E_INPUT },
		{ "reason 11",             "3020020105" DATE "300c300a0603551d1504030a010b", E_INPUT },
		{ "reason critical",       "3023020105" DATE "300f300d0603551d150101ff04030a0101", E_INPUT },
		{ "reason twice",          "302c020105" DATE "3018300a0603551d1504030a0101300a0603551d1504030a0101", E_INPUT },
		{ "reason as INTEGER",     "3020020105" DATE "300c300a0603551d150403020101", E_INPUT },
		{ "an indirect list",      "3021020105" DATE "300d300b0603551d1d0101ff040100", E_INPUT },
		{ "extensions empty",      "3014020105" DATE "3000", E_INPUT },
		{ "serial number 0",       "3012020100" DATE, E_INPUT },
		{ "serial number negative", "3012020185" DATE, E_INPUT },
		{ "serial number padded",  "301302020005" DATE, E_INPUT },
		{ "21 octets",             "3026021541" "0000000000000000000000000000000000000000" DATE, E_INPUT },
		{ "20 octets",             "3025021441" "00000000000000000000000000000000000000" DATE, E_NONE },
		{ "no date",               "3003020105", E_INPUT },
		{ "bytes behind",          "3014020105" DATE "0500", E_INPUT },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf in = check_unhex(rows[i].hex);
		struct blob cursor = buf_view(&in);
		struct crl_entry entry = { .revocation_date = 9 };
		CHECK_ERR(crl_next(&cursor, &entry), rows[i].want, "%s", rows[i].name);
		if (rows[i].want == E_NONE)
			CHECK_INT(cursor.len, 0, "%s: all is read", rows[i].name);
		else
			CHECK(cursor.len == in.len && entry.revocation_date == 9,
				"%s: untouched", rows[i].name);
	}
}

/* proves R-REV-07 */
static void test_crl_reasons(void)
{
	for (int n = -1; n < 13; n++) {
		const char *name = reason_name((enum revocation_reason)n);
		bool known = n >= 0 && n <= 10 && n != 7;
		CHECK((name != NULL) == known, "reason %d", n);
		enum revocation_reason back = REASON_AA_COMPROMISE;
		if (name != NULL && CHECK_OK(reason_by_name(name, &back), "%s", name))
			CHECK_INT(back, n, "%s", name);
	}
	enum revocation_reason untouched = REASON_SUPERSEDED;
	CHECK_ERR(reason_by_name("keycompromise", &untouched), E_INPUT,
		"names are exact");
	CHECK_INT(untouched, REASON_SUPERSEDED, "out stays untouched");
}

static const CU_TestInfo tests[] = {
	{ "read and verified by openssl and certtool", test_crl_read_by_others },
	{ "round trip", test_crl_round_trip },
	{ "empty, and a shard", test_crl_empty_and_shard },
	{ "lengths", test_crl_lengths },
	{ "head refuses", test_crl_head_refuses },
	{ "fields refused", test_crl_fields_refused },
	{ "parse refuses", test_crl_parse_refuses },
	{ "entries refused", test_crl_entry_refuses },
	{ "reasons", test_crl_reasons },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_crl = { "common/pki/crl", tests, NULL, NULL };
