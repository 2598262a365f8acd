/* merkle: one digest for many documents, and a short proof that one of them is among them (RFC 9162 section 2.1, SHA-256). */
#ifndef COMMON_BASE_MERKLE_H
#define COMMON_BASE_MERKLE_H

#include "common/base/blob.h"

enum { MERKLE_HASH = 32, MERKLE_DEPTH = 32 };

/* A leaf of the tree: never the hash of an inner node (RFC 9162 section 2.1.1). */
RESULT merkle_leaf(struct blob document, uint8_t out[static MERKLE_HASH]);

struct merkle;
/* leaves: count × MERKLE_HASH, one or more, copied. */
RESULT merkle_new(const uint8_t *leaves, size_t count, struct merkle **out);
void merkle_free(struct merkle *merkle);
AUTO_DEFINE(struct merkle, merkle_free)
const uint8_t *merkle_root(const struct merkle *merkle); /* borrowed */

/* What stands beside the way from a leaf to the root, from below. */
struct merkle_path {
	size_t count;
	uint8_t hash[MERKLE_DEPTH][MERKLE_HASH];
};
void merkle_prove(const struct merkle *merkle, size_t index, struct merkle_path *out);
/* E_CRYPTO: this leaf is not the one at `index` of `count` below this root. */
RESULT merkle_verify(const uint8_t leaf[static MERKLE_HASH], uint64_t index,
	uint64_t count, const struct merkle_path *path,
	const uint8_t root[static MERKLE_HASH]);

#endif
