/* common/base/merkle: trees of each size up to some, held against the recursive definition of RFC 9162 section 2.1.1. */
#include "common/base/merkle.h"

#include <openssl/sha.h>

#include "tests/check.h"

enum { MOST = 40 };

/* The definition itself, word for word. */
static void define(const uint8_t *leaves, size_t count, uint8_t out[static 32])
{
	uint8_t text[65] = { 1 };
	size_t k = 1;
	if (count == 1) {
		memcpy(out, leaves, 32);
		return;
	}
	while (k * 2 < count)
		k *= 2;
	define(leaves, k, text + 1);
	define(leaves + k * 32, count - k, text + 33);
	SHA256(text, sizeof text, out);
}

static void fill(uint8_t leaves[static MOST * 32])
{
	for (size_t i = 0; i < MOST; i++) {
		uint8_t octet = (uint8_t)i;
		CHECK_OK(merkle_leaf(blob_make(&octet, 1), leaves + i * 32), "leaf %zu",
			i);
	}
}

static void test_root(void)
{
	uint8_t leaves[MOST * 32], want[32];
	fill(leaves);
	SHA256((const uint8_t *)"\0\0", 2, want);
	CHECK(memcmp(leaves, want, 32) == 0, "a leaf begins with an octet of zero");
	for (size_t count = 1; count <= MOST; count++) {
		AUTO(merkle_free) struct merkle *merkle = NULL;
		define(leaves, count, want);
		if (!CHECK_OK(merkle_new(leaves, count, &merkle), "%zu leaves", count))
			return;
		CHECK(memcmp(merkle_root(merkle), want, 32) == 0, "root of %zu", count);
	}
}

static void test_proofs(void)
{
	uint8_t leaves[MOST * 32];
	fill(leaves);
	for (size_t count = 1; count <= MOST; count++) {
		AUTO(merkle_free) struct merkle *merkle = NULL;
		if (!CHECK_OK(merkle_new(leaves, count, &merkle), "%zu leaves", count))
			return;
		for (size_t i = 0; i < count; i++) {
			struct merkle_path path;
			const uint8_t *root = merkle_root(merkle);
			merkle_prove(merkle, i, &path);
			CHECK_OK(merkle_verify(leaves + i * 32, i, count, &path, root),
				"%zu of %zu", i, count);
			if (count == 1)
				continue;
			CHECK_ERR(merkle_verify(leaves + (i + 1) % count * 32, i, count,
					  &path, root),
				E_CRYPTO, "another leaf at %zu of %zu", i, count);
			CHECK_ERR(merkle_verify(leaves + i * 32, count, count, &path,
					  root),
				E_CRYPTO, "behind the end of %zu", count);
			path.hash[path.count / 2][7] ^= 1;
			CHECK_ERR(merkle_verify(leaves + i * 32, i, count, &path, root),
				E_CRYPTO, "a changed path of %zu of %zu", i, count);
			path.count--;
			CHECK_ERR(merkle_verify(leaves + i * 32, i, count, &path, root),
				E_CRYPTO, "a shorter one");
		}
	}
}

static void test_refused(void)
{
	uint8_t leaves[MOST * 32], inner[32];
	AUTO(merkle_free) struct merkle *merkle = NULL;
	struct merkle_path path = { .count = 0 };
	fill(leaves);
	CHECK_ERR(merkle_new(leaves, 0, &merkle), E_INPUT, "no leaf");
	if (!CHECK_OK(merkle_new(leaves, 4, &merkle), "four"))
		return;
	/* An inner node offered as a leaf of a tree of two: the sizes do not fit, for the count is signed beside the root. */
	define(leaves, 2, inner);
	define(leaves + 64, 2, path.hash[0]);
	path.count = 1;
	CHECK_ERR(merkle_verify(inner, 0, 4, &path, merkle_root(merkle)), E_CRYPTO,
		"an inner node");
}

static CU_TestInfo tests[] = {
	{ "roots as defined", test_root },
	{ "each leaf is proved, nothing else", test_proofs },
	{ "what is refused", test_refused },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_merkle = { "base/merkle", tests, NULL, NULL };
