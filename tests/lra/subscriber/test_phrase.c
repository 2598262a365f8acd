/* The pass phrase for revocation: which are taken, and what is kept of one. */
#include "lra/subscriber/phrase.h"

#include "common/base/table.h"
#include "tests/check.h"

#define TEN          "aaaaaaaaaa"
#define SIXTY        TEN TEN TEN TEN TEN TEN
#define OF_128       SIXTY SIXTY "aaaaaaaa"
#define TWELVE_KANJI "失効用合言葉失効用合言葉"

static void test_judge(void)
{
	static const struct {
		const char *phrase, *again;
		enum phrase_fault fault;
	} rows[] = {
		{ "", "", PHRASE_SHORT },
		{ "eleven-long", "eleven-long", PHRASE_SHORT },
		{ "twelve-long!", "twelve-long!", PHRASE_GOOD },
		{ "失効用合", "失効用合", PHRASE_SHORT }, /* 12 octets are 4 letters */
		{ TWELVE_KANJI, TWELVE_KANJI, PHRASE_GOOD },
		{ OF_128, OF_128, PHRASE_GOOD },
		{ OF_128 "a", OF_128 "a", PHRASE_LONG },
		{ "twelve-long!", "twelve-long?", PHRASE_DIFFERS },
		{ "twelve-long!", "", PHRASE_DIFFERS },
		{ "my number 123456789018", "my number 123456789018", PHRASE_NUMBER },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(phrase_judge(rows[i].phrase, rows[i].again) == rows[i].fault, "%s",
			rows[i].phrase);
}

/* What is compared with was made by Python's hashlib.scrypt (n=32768, r=8, p=1). */
static void test_hash(void)
{
	static const uint8_t salt[PHRASE_SALT] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15 };
	static const uint8_t other_salt[PHRASE_SALT] = { 1 };
	uint8_t hash[PHRASE_HASH], other[PHRASE_HASH];
	CHECK_OK(phrase_hash("correct horse battery", salt, hash), "hash");
	AUTO(buf_clear)
	struct buf want = check_unhex(
		"c72e940880b3f15bff3fa26a3a49140f80ce9a1c4dd2d5d27bab10014071ba94");
	CHECK_BLOB(BLOB(hash), buf_view(&want), "another program's");
	CHECK(phrase_equal(hash, hash), "equal");
	CHECK_OK(phrase_hash("correct horse battery", other_salt, other), "salted");
	CHECK(!phrase_equal(hash, other), "another salt");
	CHECK_OK(phrase_hash("correct horse batterz", salt, other), "other");
	CHECK(!phrase_equal(hash, other), "another phrase");
	memcpy(other, hash, sizeof other);
	other[PHRASE_HASH - 1] ^= 1;
	CHECK(!phrase_equal(hash, other), "to the last bit");
}

static const CU_TestInfo tests[] = {
	{ "which are taken", test_judge },
	{ "what is kept", test_hash },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_subscriber_phrase = { "lra/subscriber/phrase", tests,
	NULL, NULL };
