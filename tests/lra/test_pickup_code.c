/* What a file is given out against, and how it lies until then. */
#include "lra/pickup_code.h"

#include "common/base/table.h"
#include "tests/check.h"

#define PIN     "abcd-efgh-jkmn-pqrs-tuvw"
#define RECEIPT "A26-000001-X"
#define SIXTEEN "0123456789abcdef"
#define CODE    SIXTEEN SIXTEEN SIXTEEN SIXTEEN

/* What is compared with was made by Python's hmac (RFC 5869). */
static void test_word(void)
{
	char word[PICKUP_WORD], other[PICKUP_WORD];
	CHECK_OK(pickup_word(blob_text(PIN), RECEIPT, word), "word");
	CHECK_TEXT(word, "67381-70750", "another program's");
	CHECK_OK(pickup_word(blob_text(PIN), "A26-000002-X", other), "of another case");
	CHECK(strcmp(word, other) != 0, "another word");
	CHECK_OK(pickup_word(blob_text("abcd-efgh-jkmn-pqrs-tuvx"), RECEIPT, other),
		"of another PIN");
	CHECK(strcmp(word, other) != 0, "another word");
}

static void test_typed(void)
{
	static const struct {
		const char *typed, *word; /* NULL: none */
	} rows[] = {
		{ "12345-67890", "12345-67890" },
		{ " 12345 67890 ", "12345-67890" },
		{ "1234567890", "12345-67890" },
		{ "123456789", NULL },
		{ "12345678901", NULL },
		{ "12345-6789O", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char word[PICKUP_WORD] = "untouched";
		CHECK(pickup_word_read(rows[i].typed, word) == (rows[i].word != NULL),
			"\"%s\"", rows[i].typed);
		CHECK_TEXT(word, rows[i].word == NULL ? "untouched" : rows[i].word,
			"\"%s\"", rows[i].typed);
	}
	CHECK(pickup_code_valid(CODE), "a code");
	CHECK(!pickup_code_valid(CODE "0"), "one letter more");
	CHECK(!pickup_code_valid(&CODE[1]), "one less");
	CHECK(!pickup_code_valid("X" SIXTEEN SIXTEEN SIXTEEN "123456789abcdef"),
		"another letter");
}

static void test_sealed(void)
{
	AUTO(buf_clear) struct buf sealed = BUF(256);
	AUTO(buf_clear) struct buf opened = BUF(256);
	char other[] = CODE;
	other[63] = '0';
	CHECK_OK(pickup_close(CODE, RECEIPT, blob_text("a file"), &sealed), "closed");
	CHECK_OK(pickup_open(CODE, RECEIPT, buf_view(&sealed), &opened), "opened");
	CHECK_BLOB(buf_view(&opened), blob_text("a file"), "as it was");
	CHECK_ERR(pickup_open(other, RECEIPT, buf_view(&sealed), &opened), E_CRYPTO,
		"by another code");
	CHECK_ERR(pickup_open(CODE, "A26-000002-X", buf_view(&sealed), &opened), E_CRYPTO,
		"for another case");
	sealed.data[sealed.len - 1] ^= 1;
	CHECK_ERR(pickup_open(CODE, RECEIPT, buf_view(&sealed), &opened), E_CRYPTO,
		"changed by a bit");
}

static const CU_TestInfo tests[] = {
	{ "the word beside the PIN", test_word },
	{ "as people type it", test_typed },
	{ "the file as it lies there", test_sealed },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lra_pickup_code = { "lra/pickup_code", tests, NULL, NULL };
