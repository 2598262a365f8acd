#include "lra/seal.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"

static struct secret *secret_of(const char *text)
{
	struct secret *secret = NULL;
	CHECK_OK(secret_new(blob_text(text), &secret), "secret");
	return secret;
}

#define KEY_ONE "0123456789abcdef0123456789abcdef"
#define KEY_TWO "0123456789abcdef0123456789abcdeg"

/* proves R-SUB-KEY-04: a PIN waits sealed, for this receipt number and this LRA only */
static void test_seal(void)
{
	AUTO(secret_free)
	struct secret *key = secret_of(KEY_ONE), *other = secret_of(KEY_TWO);
	AUTO(secret_free)
	struct secret *pin = secret_of("7KQW-29ZX-MMPR"), *opened = NULL;
	AUTO(buf_clear) struct buf sealed = BUF(LIMIT_PIN), again = BUF(LIMIT_PIN);
	CHECK_OK(seal_close(key, SEAL_PIN, "A26-000001-K", pin, &sealed), "close");
	CHECK_OK(seal_close(key, SEAL_PIN, "A26-000001-K", pin, &again), "close again");
	CHECK(!blob_equal(buf_view(&sealed), buf_view(&again)),
		"never the same bytes twice");
	CHECK_OK(seal_open(key, SEAL_PIN, "A26-000001-K", buf_view(&sealed), &opened),
		"open");
	CHECK(opened != NULL && secret_equal(opened, secret_view(pin)), "the same PIN");
	struct secret *none = NULL;
	CHECK_ERR(seal_open(other, SEAL_PIN, "A26-000001-K", buf_view(&sealed), &none),
		E_CRYPTO, "another key");
	CHECK_ERR(seal_open(key, SEAL_PIN, "A26-000002-K", buf_view(&sealed), &none),
		E_CRYPTO, "another receipt");
	CHECK_ERR(seal_open(key, SEAL_CASE, "A26-000001-K", buf_view(&sealed), &none),
		E_CRYPTO, "another purpose");
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		CHECK_ERR(seal_open(key, SEAL_PIN, "A26-000001-K", buf_view(&sealed),
				  &none),
			E_CRYPTO, "octet %zu changed", i);
		sealed.data[i] ^= 1;
	}
	for (size_t len = 0; len <= 28; len++)
		CHECK_ERR(seal_open(key, SEAL_PIN, "A26-000001-K",
				  blob_make(sealed.data, len), &none),
			E_CRYPTO, "%zu octets", len);
	CHECK(none == NULL, "nothing came out");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "seal", test_seal },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_seal = { "lra/seal", tests, NULL, NULL };
