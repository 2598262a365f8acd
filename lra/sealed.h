/*
 * sealed: a file of evidence as it lies on disk: a header of 128 octets, then AES-256-GCM in chunks.
 *
 *   16 "inkan evidence 1"   32 salt   24 receipt number   56 media type (both ended by zeros)
 *   chunks of 64 KiB of plaintext (the last one 1 to 65536), each with its tag of 16 octets behind it
 *
 * The file's key is HKDF(case key, salt, header): nothing of the header can change, and no key ever seals two files, so that
 * the nonce is the chunk's number and whether it is the last: none can be left out, moved or added. CMS AuthEnvelopedData has
 * one tag behind everything: whoever reads it in a stream has shown bytes before he knows that they are true. The case key
 * itself, 32 octets, is wrapped in that form (archive_key.h).
 */
#ifndef LRA_SEALED_H
#define LRA_SEALED_H

#include "common/base/secret.h"

enum {
	SEALED_CHUNK = 64 * 1024,
	SEALED_TAG = 16,
	SEALED_HEADER = 128,
	SEALED_KEY = 32 /* octets of a case key */
};

struct sealed_about {
	char receipt[24];
	char media_type[56];
};
/* What the registry keeps of it. sealed: of the file as it lies there, so that it can be checked without any key. */
struct sealed_digests {
	uint8_t plain[32], sealed[32];
	int64_t size; /* of the plaintext */
};

/* Writes in the order of the bytes, never more than a chunk in memory. fd: borrowed, at its begin. */
struct sealed_writer;
RESULT sealed_begin(int fd, const struct secret *case_key,
	const struct sealed_about *about, struct sealed_writer **out);
RESULT sealed_put(struct sealed_writer *writer, struct blob bytes);
/* The last chunk. E_INPUT: nothing was put. Durable only after the caller's fsync. */
RESULT sealed_end(struct sealed_writer *writer, struct sealed_digests *out);
void sealed_free(struct sealed_writer *writer);
AUTO_DEFINE(struct sealed_writer, sealed_free)

/*
 * Reads a whole sealed file (a regular one). give gets each chunk after its tag was found good, in order; but only when all of it
 * returned OK is it the whole file. E_INPUT: no sealed file.  E_CRYPTO: another key, or changed. digests->sealed stays empty.
 */
RESULT sealed_open(int fd, const struct secret *case_key,
	struct err (*give)(void *context, struct blob bytes), void *context,
	struct sealed_about *about, struct sealed_digests *digests);
/* SHA-256 of the file as it lies there. */
RESULT sealed_digest(int fd, uint8_t out[static 32]);

#endif
