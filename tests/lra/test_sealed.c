#include "lra/sealed.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "lra/evidence_media.h"
#include "tests/check.h"

static const struct sealed_about about = { "A26-000001-K", "application/pdf" };

static struct secret *key_of(char c)
{
	uint8_t octets[SEALED_KEY];
	struct secret *key = NULL;
	memset(octets, c, sizeof octets);
	CHECK_OK(secret_new(BLOB(octets), &key), "key");
	return key;
}

static int new_file(void)
{
	int fd = memfd_create("sealed", MFD_CLOEXEC);
	CHECK(fd >= 0, "a file in memory");
	return fd;
}

static struct err take(void *context, struct blob bytes)
{
	return buf_append(context, bytes);
}

/* len octets that are all different from their neighbours, in parts of `part`. */
static int seal(const struct secret *key, size_t len, size_t part,
	struct sealed_digests *digests)
{
	AUTO(sealed_free) struct sealed_writer *writer = NULL;
	int fd = new_file();
	uint8_t *bytes = malloc(len + 1);
	if (bytes == NULL)
		abort();
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	CHECK_OK(sealed_begin(fd, key, &about, &writer), "begin");
	for (size_t at = 0; at < len; at += part)
		CHECK_OK(sealed_put(writer, blob_make(bytes + at,
						    len - at < part ? len - at : part)),
			"put");
	CHECK_OK(sealed_end(writer, digests), "end");
	free(bytes);
	return fd;
}

static struct err open_it(int fd, const struct secret *key, struct buf *out)
{
	struct sealed_about found;
	struct sealed_digests digests;
	buf_clear(out);
	TRY(sealed_open(fd, key, take, out, &found, &digests));
	CHECK_TEXT(found.receipt, about.receipt, "the case");
	CHECK_TEXT(found.media_type, about.media_type, "the type");
	CHECK_INT(digests.size, out->len, "its size");
	return OK;
}

/* proves R-ARC-01 R-PRV-04: what is sealed opens again, at each border of the chunks, and is nowhere in the file */
static void test_round_trip(void)
{
	static const size_t sizes[] = { 1, 15, SEALED_CHUNK - 1, SEALED_CHUNK,
		SEALED_CHUNK + 1, 2 * SEALED_CHUNK, 2 * SEALED_CHUNK + 1, 300000 };
	static const size_t parts[] = { 1000, SEALED_CHUNK, 1 << 20 };
	AUTO(secret_free) struct secret *key = key_of('k');
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t j = 0; j < COUNT(parts); j++) {
			AUTO(buf_clear) struct buf plain = BUF(1 << 20);
			struct sealed_digests digests;
			uint8_t sealed[32];
			int fd = seal(key, sizes[i], parts[j], &digests);
			CHECK_INT(digests.size, sizes[i], "size");
			CHECK_OK(open_it(fd, key, &plain), "%zu in parts of %zu",
				sizes[i], parts[j]);
			CHECK_INT(plain.len, sizes[i], "whole");
			CHECK(plain.len > 0 && plain.data[plain.len - 1] ==
						       (uint8_t)((sizes[i] - 1) * 7 +
								 (sizes[i] - 1) / 251),
				"the last octet");
			CHECK_OK(sealed_digest(fd, sealed), "digest");
			CHECK_BLOB(BLOB(sealed), BLOB(digests.sealed), "as it lies");
			close(fd);
		}
}

static void test_empty(void)
{
	AUTO(secret_free) struct secret *key = key_of('k');
	AUTO(sealed_free) struct sealed_writer *writer = NULL;
	struct sealed_digests digests;
	int fd = new_file();
	CHECK_OK(sealed_begin(fd, key, &about, &writer), "begin");
	CHECK_ERR(sealed_end(writer, &digests), E_INPUT, "nothing is no file");
	close(fd);
}

/* proves R-ARC-01: a changed octet is found, wherever it lies */
static void test_each_octet(void)
{
	AUTO(secret_free) struct secret *key = key_of('k');
	AUTO(buf_clear) struct buf plain = BUF(1 << 20);
	struct sealed_digests digests;
	int fd = seal(key, 100, 100, &digests);
	off_t size = lseek(fd, 0, SEEK_END);
	for (off_t at = 0; at < size; at++) {
		uint8_t octet, other;
		CHECK(pread(fd, &octet, 1, at) == 1, "read");
		other = octet ^ 1;
		CHECK(pwrite(fd, &other, 1, at) == 1, "write");
		struct err err = open_it(fd, key, &plain);
		CHECK(err.code == E_CRYPTO || err.code == E_INPUT,
			"octet %lld changed: %s", (long long)at, err.text);
		CHECK(pwrite(fd, &octet, 1, at) == 1, "back");
	}
	CHECK_OK(open_it(fd, key, &plain), "as it was");
	close(fd);
}

/* Chunks cannot be left out, moved, doubled or added, and the end cannot be cut. */
static void test_chunks(void)
{
	enum { BLOCK = SEALED_CHUNK + SEALED_TAG };
	AUTO(secret_free) struct secret *key = key_of('k'), *other = key_of('o');
	AUTO(buf_clear) struct buf plain = BUF(1 << 20);
	static uint8_t one[BLOCK], two[BLOCK];
	struct sealed_digests digests;
	int fd = seal(key, 3 * SEALED_CHUNK, SEALED_CHUNK, &digests);
	CHECK_ERR(open_it(fd, other, &plain), E_CRYPTO, "another key");
	CHECK(pread(fd, one, BLOCK, SEALED_HEADER) == BLOCK &&
			pread(fd, two, BLOCK, SEALED_HEADER + BLOCK) == BLOCK,
		"two chunks");
	CHECK(pwrite(fd, two, BLOCK, SEALED_HEADER) == BLOCK &&
			pwrite(fd, one, BLOCK, SEALED_HEADER + BLOCK) == BLOCK,
		"changed over");
	CHECK_ERR(open_it(fd, key, &plain), E_CRYPTO, "chunks changed over");
	CHECK(pwrite(fd, one, BLOCK, SEALED_HEADER) == BLOCK &&
			pwrite(fd, two, BLOCK, SEALED_HEADER + BLOCK) == BLOCK,
		"back");
	CHECK_OK(open_it(fd, key, &plain), "as it was");
	CHECK(ftruncate(fd, SEALED_HEADER + 2 * BLOCK) == 0, "cut");
	CHECK_ERR(open_it(fd, key, &plain), E_CRYPTO, "the last chunk is missing");
	CHECK(ftruncate(fd, SEALED_HEADER + 2 * BLOCK + SEALED_TAG) == 0, "cut");
	CHECK_ERR(open_it(fd, key, &plain), E_CRYPTO, "an empty last chunk");
	CHECK(ftruncate(fd, SEALED_HEADER + SEALED_TAG) == 0, "cut");
	CHECK_ERR(open_it(fd, key, &plain), E_INPUT, "nothing but a head");
	CHECK(ftruncate(fd, 0) == 0, "cut");
	CHECK_ERR(open_it(fd, key, &plain), E_INPUT, "nothing");
	close(fd);
	fd = seal(key, SEALED_CHUNK, SEALED_CHUNK, &digests);
	CHECK(pwrite(fd, one, BLOCK, SEALED_HEADER + BLOCK) == BLOCK, "one more");
	CHECK_ERR(open_it(fd, key, &plain), E_CRYPTO, "a chunk too many");
	close(fd);
}

/* The same bytes twice have nothing in common. */
static void test_fresh(void)
{
	AUTO(secret_free) struct secret *key = key_of('k');
	struct sealed_digests one, two;
	close(seal(key, 5000, 5000, &one));
	close(seal(key, 5000, 5000, &two));
	CHECK_BLOB(BLOB(one.plain), BLOB(two.plain), "the same paper");
	CHECK(!blob_equal(BLOB(one.sealed), BLOB(two.sealed)), "sealed anew");
}

/* proves R-NET-04: a file is what its first octets are, whatever it is said to be */
static void test_media(void)
{
	/* clang-format off */
	static const struct { const char *type; const char *hex; bool fits; } rows[] = {
		{ "application/pdf", "255044462d312e370a25e2e3cfd3", true },
		{ "application/pdf", "255044462d322e30", true },
		{ "application/pdf", "0a255044462d312e37", false },
		{ "application/pdf", "255044462d312e", false },
		{ "application/pdf", "3c21444f43545950452068746d6c3e", false },
		{ "application/pdf", "504b0304140000000800", false },
		{ "image/jpeg", "ffd8ffe000104a464946", true },
		{ "image/jpeg", "ffd8ff", false },
		{ "image/png", "89504e470d0a1a0a0000000d494844520000", true },
		{ "image/png", "89504e470d0a1a0a", false },
		{ "image/heic", "000000186674797068656963000000006d696631", true },
		{ "image/heic", "00000018667479706d696631", true },
		{ "image/heic", "000000186674797069736f6d", false },
		{ "image/tiff", "49492a0008000000", true },
		{ "image/tiff", "4d4d002a00000008", true },
		{ "image/jpeg", "89504e470d0a1a0a0000000d49484452", false },
		{ "image/png", "", false },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf head = check_unhex(rows[i].hex);
		const struct evidence_media *media = evidence_media_find(rows[i].type);
		if (CHECK(media != NULL, "%s", rows[i].type))
			CHECK(evidence_media_fits(media, buf_view(&head)) == rows[i].fits,
				"%s %s", rows[i].type, rows[i].hex);
	}
	CHECK(evidence_media_find("text/html") == NULL, "no pages");
	CHECK(evidence_media_find("image/svg+xml") == NULL, "nothing that runs");
	CHECK(evidence_media_find("image/jpegx") == NULL &&
			evidence_media_find("") == NULL &&
			evidence_media_find(NULL) == NULL,
		"nothing like one");
	CHECK(evidence_media_find("IMAGE/JPEG; q=1") != NULL, "as HTTP writes it");
	CHECK_TEXT(evidence_media_of_name("/tmp/a.b/scan.JPEG")->type, "image/jpeg",
		"by name");
	CHECK(evidence_media_of_name("scan.html") == NULL &&
			evidence_media_of_name("scan") == NULL,
		"by no name");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "round trip", test_round_trip },
	{ "empty", test_empty },
	{ "each octet", test_each_octet },
	{ "chunks", test_chunks },
	{ "fresh", test_fresh },
	{ "media", test_media },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_sealed = { "lra/sealed", tests, NULL, NULL };
