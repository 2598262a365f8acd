#include "common/base/merkle.h"

#include "common/base/ossl.h"

struct merkle {
	size_t depth; /* levels above the leaves */
	size_t count[MERKLE_DEPTH + 1];
	uint8_t *level[MERKLE_DEPTH + 1]; /* 0: the leaves */
};

static RESULT hash(uint8_t kind, struct blob left, struct blob right, uint8_t *out)
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(context, &kind, 1) != 1 ||
		EVP_DigestUpdate(context, left.data, left.len) != 1 ||
		EVP_DigestUpdate(context, right.data, right.len) != 1 ||
		EVP_DigestFinal_ex(context, out, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}

static RESULT node(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	return hash(1, blob_make(left, MERKLE_HASH), blob_make(right, MERKLE_HASH), out);
}

RESULT merkle_leaf(struct blob document, uint8_t out[static MERKLE_HASH])
{
	return hash(0, document, BLOB_NONE, out);
}

/* The last of an odd number goes up as it is; so the tree is that of the standard. */
static RESULT build_level(struct merkle *merkle, size_t depth)
{
	size_t below = merkle->count[depth - 1], pairs = below / 2;
	const uint8_t *from = merkle->level[depth - 1];
	uint8_t *to = calloc(pairs + below % 2, MERKLE_HASH);
	if (to == NULL)
		return FAIL(E_IO, "out of memory");
	merkle->level[depth] = to;
	merkle->count[depth] = pairs + below % 2;
	for (size_t i = 0; i < pairs; i++)
		TRY(node(from + 2 * i * MERKLE_HASH, from + (2 * i + 1) * MERKLE_HASH,
			to + i * MERKLE_HASH));
	if (below % 2 == 1)
		memcpy(to + pairs * MERKLE_HASH, from + 2 * pairs * MERKLE_HASH,
			MERKLE_HASH);
	return OK;
}

RESULT merkle_new(const uint8_t *leaves, size_t count, struct merkle **out)
{
	AUTO(merkle_free) struct merkle *merkle = calloc(1, sizeof *merkle);
	if (count == 0 || count > (size_t)1 << 31)
		return FAIL(E_INPUT, "tree of %zu leaves", count);
	if (merkle == NULL || (merkle->level[0] = calloc(count, MERKLE_HASH)) == NULL)
		return FAIL(E_IO, "out of memory");
	memcpy(merkle->level[0], leaves, count * MERKLE_HASH);
	merkle->count[0] = count;
	while (merkle->count[merkle->depth] > 1) {
		TRY(build_level(merkle, merkle->depth + 1));
		merkle->depth++;
	}
	*out = MOVE(merkle);
	return OK;
}

void merkle_free(struct merkle *merkle)
{
	if (merkle == NULL)
		return;
	for (size_t i = 0; i <= MERKLE_DEPTH; i++)
		free(merkle->level[i]);
	free(merkle);
}

const uint8_t *merkle_root(const struct merkle *merkle)
{
	return merkle->level[merkle->depth];
}

void merkle_prove(const struct merkle *merkle, size_t index, struct merkle_path *out)
{
	out->count = 0;
	for (size_t depth = 0; depth < merkle->depth; depth++, index /= 2)
		if ((index ^ 1) < merkle->count[depth])
			memcpy(out->hash[out->count++],
				merkle->level[depth] + (index ^ 1) * MERKLE_HASH,
				MERKLE_HASH);
}

/* RFC 9162 section 2.1.3.2, in its words: fn, sn, r. */
RESULT merkle_verify(const uint8_t leaf[static MERKLE_HASH], uint64_t index,
	uint64_t count, const struct merkle_path *path,
	const uint8_t root[static MERKLE_HASH])
{
	uint8_t r[MERKLE_HASH];
	if (index >= count)
		return FAIL(E_CRYPTO, "leaf %llu of %llu", (unsigned long long)index,
			(unsigned long long)count);
	uint64_t fn = index, sn = count - 1;
	memcpy(r, leaf, sizeof r);
	for (size_t i = 0; i < path->count; i++) {
		if (sn == 0)
			return FAIL(E_CRYPTO, "path: too long");
		if ((fn & 1) == 1 || fn == sn) {
			TRY(node(path->hash[i], r, r));
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			TRY(node(r, path->hash[i], r));
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(r, root, sizeof r) == 0
		       ? OK
		       : FAIL(E_CRYPTO, "not below this root");
}
