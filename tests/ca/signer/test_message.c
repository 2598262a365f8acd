#include "ca/signer/message.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"

static const uint8_t subject[] = { 0x30, 0x00 }, san[] = { 0x30, 0x02, 0x05, 0x00 },
		     spki[] = { 0x30, 0x01, 0x00 };

static struct signer_request sample(uint8_t n)
{
	struct signer_request request = { .issuer = "person",
		.profile = "P-PERSON-MP",
		.profile_version = 3,
		.serial_number = { .octet = { 0x5a, n }, .len = 2 },
		.not_before = 1700000000,
		.not_after = 253402300799,
		.subject = BLOB(subject),
		.subject_alt_name = n % 2 == 0 ? BLOB(san) : BLOB_NONE,
		.subject_public_key_info = BLOB(spki) };
	return request;
}

static void check_item(const struct signer_request *got,
	const struct signer_request *want, size_t at)
{
	CHECK_TEXT(got->issuer, want->issuer, "%zu: issuer", at);
	CHECK_TEXT(got->profile, want->profile, "%zu: profile", at);
	CHECK_INT(got->profile_version, want->profile_version, "%zu: version", at);
	CHECK_BLOB(serial_view(&got->serial_number), serial_view(&want->serial_number),
		"%zu: serial", at);
	CHECK_INT(got->not_before, want->not_before, "%zu: notBefore", at);
	CHECK_INT(got->not_after, want->not_after, "%zu: notAfter", at);
	CHECK_BLOB(got->subject, want->subject, "%zu: subject", at);
	CHECK_BLOB(got->subject_alt_name, want->subject_alt_name, "%zu: subjectAltName",
		at);
	CHECK_BLOB(got->subject_public_key_info, want->subject_public_key_info,
		"%zu: key", at);
}

static void test_certify_round_trip(void)
{
	static const size_t counts[] = { 1, 2, SIGNER_BATCH };
	static struct message message;
	static uint8_t room[64 * 1024];
	struct signer_request requests[SIGNER_BATCH + 1];
	struct blob frame;
	for (size_t i = 0; i < COUNT(requests); i++)
		requests[i] = sample((uint8_t)i);
	for (size_t i = 0; i < COUNT(counts); i++) {
		struct der_writer w = DER_WRITER(room);
		CHECK_OK(message_write_certify(requests, counts[i], &w), "%zu",
			counts[i]);
		CHECK_OK(der_finish(&w, &frame), "%zu", counts[i]);
		if (!CHECK_OK(message_parse(frame, &message), "%zu", counts[i]))
			return;
		CHECK_INT(message.kind, MESSAGE_CERTIFY, "kind");
		CHECK_INT(message.count, counts[i], "count");
		for (size_t n = 0; n < message.count; n++)
			check_item(&message.item[n].request, &requests[n], n);
	}
	struct der_writer w = DER_WRITER(room);
	CHECK_ERR(message_write_certify(requests, 0, &w), E_INPUT, "none");
	CHECK_ERR(message_write_certify(requests, SIGNER_BATCH + 1, &w), E_INPUT,
		"one too many");
	requests[0].not_before = -1;
	CHECK_ERR(message_write_certify(requests, 1, &w), E_INPUT, "before 1970");
	struct der_writer narrow = { .data = room, .max = 20 };
	CHECK_ERR(message_write_certify(requests + 1, 1, &narrow), E_INPUT, "no room");
}

static void test_crl_round_trip(void)
{
	struct message *message = calloc(1, sizeof *message);
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob frame;
	CHECK_OK(message_write_crl("sign", &w), "write");
	CHECK_OK(der_finish(&w, &frame), "finish");
	CHECK_OK(message_parse(frame, message), "parse");
	CHECK_INT(message->kind, MESSAGE_CRL, "kind");
	CHECK_TEXT(message->issuer, "sign", "issuer");
	free(message);
}

#define ITEM(serial)                                                                     \
	"0c01610c0162020101" serial "020101"                                             \
	"020101"                                                                         \
	"040004000400"

static void test_parse_refuses(void)
{
	static const struct {
		const char *name, *hex;
	} rows[] = {
		{ "nothing", "" },
		{ "no request", "a000" },
		{ "another tag", "a2030c0161" },
		{ "primitive tag", "81030c0161" },
		{ "one byte behind", "a1030c016100" },
		{ "something behind the issuer", "a1050c01610500" },
		{ "issuer with a NUL", "a1030c0100" },
		{ "issuer of 32 bytes", "a1220c206161616161616161616161616161616161616161"
					"616161616161616161616161" },
		{ "item without members", "a0023000" },
		{ "item that is no SEQUENCE", "a0023100" },
		{ "serial number zero", "a01a3018" ITEM("020100") },
		{ "serial number negative", "a01a3018" ITEM("0201ff") },
		{ "a member too many", "a01c301a" ITEM("020101") "0500" },
	};
	struct message *message = calloc(1, sizeof *message);
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf frame = check_unhex(rows[i].hex);
		CHECK_ERR(message_parse(buf_view(&frame), message), E_INPUT, "%s",
			rows[i].name);
	}
	AUTO(buf_clear)
	struct buf good = check_unhex("a01a3018" ITEM("020101"));
	CHECK_OK(message_parse(buf_view(&good), message),
		"the rows differ from a good one in one thing");
	free(message);
}

static void test_answers(void)
{
	static const uint8_t certificate[] = { 0x30, 0x01, 0x02 };
	uint8_t room[1024];
	struct signer_answer answers[3];
	struct der_writer w = DER_WRITER(room);
	struct blob frame;
	size_t mark = der_open(&w, DER_SEQUENCE);
	message_put_answer(&w, OK, BLOB(certificate));
	message_put_answer(&w, FAIL(E_POLICY, "lint: %s", "a rule"), BLOB(certificate));
	der_close(&w, mark);
	CHECK_OK(der_finish(&w, &frame), "finish");
	CHECK_ERR(message_parse_answers(frame, 1, answers), E_INPUT, "one too many");
	CHECK_ERR(message_parse_answers(frame, 3, answers), E_INPUT, "one is missing");
	if (!CHECK_OK(message_parse_answers(frame, 2, answers), "two"))
		return;
	CHECK_OK(answers[0].err, "the first");
	CHECK_BLOB(answers[0].certificate, BLOB(certificate), "the first");
	CHECK_ERR(answers[1].err, E_POLICY, "the second");
	CHECK_TEXT(answers[1].err.text, "lint: a rule", "its words");
	CHECK_INT(answers[1].certificate.len, 0, "no certificate with an error");
}

static const CU_TestInfo tests[] = {
	{ "certify round trip", test_certify_round_trip },
	{ "crl round trip", test_crl_round_trip },
	{ "parse refuses", test_parse_refuses },
	{ "answers", test_answers },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_signer_message = { "ca/signer/message", tests, NULL,
	NULL };
