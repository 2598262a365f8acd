#include "lra/sealed.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/hkdf.h"
#include "common/base/ossl.h"
#include "common/base/random.h"

enum { MAGIC = 16, SALT = 32, NONCE = 12, BLOCK = SEALED_CHUNK + SEALED_TAG };
static const char magic[MAGIC + 1] = "inkan evidence 1";

/* The nonce counts; the last octet says whether the file ends here. */
static void make_nonce(uint64_t number, bool last, uint8_t out[static NONCE])
{
	memset(out, 0, NONCE);
	for (int i = 0; i < 8; i++)
		out[NONCE - 2 - i] = (uint8_t)(number >> (8 * i));
	out[NONCE - 1] = last;
}

/* ---- the header */

static RESULT write_header(const struct sealed_about *about,
	uint8_t out[static SEALED_HEADER])
{
	memset(out, 0, SEALED_HEADER);
	memcpy(out, magic, MAGIC);
	TRY(random_bytes(out + MAGIC, SALT));
	memcpy(out + MAGIC + SALT, about->receipt, strlen(about->receipt));
	memcpy(out + MAGIC + SALT + sizeof about->receipt, about->media_type,
		strlen(about->media_type));
	return OK;
}

/* Words of printable ASCII, one at least, and zeros behind them, one at least. */
static RESULT read_words(const uint8_t *from, char *out, size_t size)
{
	size_t len = 0;
	while (len < size && from[len] > 0x20 && from[len] < 0x7f)
		len++;
	if (len == 0 || len == size)
		return FAIL(E_INPUT, "sealed file: header");
	for (size_t i = len; i < size; i++)
		if (from[i] != 0)
			return FAIL(E_INPUT, "sealed file: header");
	memcpy(out, from, size);
	return OK;
}

static RESULT read_header(const uint8_t header[static SEALED_HEADER],
	struct sealed_about *out)
{
	const uint8_t *words = header + MAGIC + SALT;
	if (memcmp(header, magic, MAGIC) != 0)
		return FAIL(E_INPUT, "not a sealed file");
	TRY(read_words(words, out->receipt, sizeof out->receipt));
	return read_words(words + sizeof out->receipt, out->media_type,
		sizeof out->media_type);
}

static RESULT file_key(const struct secret *case_key,
	const uint8_t header[static SEALED_HEADER], uint8_t out[static HKDF_KEY])
{
	return hkdf_derive(secret_view(case_key), blob_make(header + MAGIC, SALT),
		blob_make(header, SEALED_HEADER), out);
}

/* ---- writing */

struct sealed_writer {
	int fd;
	EVP_CIPHER_CTX *cipher;
	EVP_MD_CTX *plain, *sealed;
	uint64_t number; /* of the chunk that is being filled */
	int64_t size;
	size_t len;
	uint8_t chunk[SEALED_CHUNK], block[BLOCK];
};

void sealed_free(struct sealed_writer *writer)
{
	if (writer == NULL)
		return;
	EVP_CIPHER_CTX_free(writer->cipher);
	EVP_MD_CTX_free(writer->plain);
	EVP_MD_CTX_free(writer->sealed);
	OPENSSL_cleanse(writer, sizeof *writer);
	free(writer);
}

static RESULT write_out(struct sealed_writer *writer, const uint8_t *bytes, size_t len)
{
	if (EVP_DigestUpdate(writer->sealed, bytes, len) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	while (len > 0) {
		ssize_t done = write(writer->fd, bytes, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAIL(E_IO, "sealed file: %s", strerror(errno));
		bytes += done;
		len -= (size_t)done;
	}
	return OK;
}

static RESULT set_key(struct sealed_writer *writer, const struct secret *case_key,
	const uint8_t header[static SEALED_HEADER])
{
	uint8_t key[HKDF_KEY];
	struct err err = file_key(case_key, header, key);
	if (!err_is(err) && EVP_EncryptInit_ex(writer->cipher, EVP_aes_256_gcm(), NULL,
				    key, NULL) != 1)
		err = FAIL_OSSL(E_CRYPTO, "AES-256-GCM");
	OPENSSL_cleanse(key, sizeof key);
	return err;
}

RESULT sealed_begin(int fd, const struct secret *case_key,
	const struct sealed_about *about, struct sealed_writer **out)
{
	uint8_t header[SEALED_HEADER];
	AUTO(sealed_free) struct sealed_writer *writer = calloc(1, sizeof *writer);
	if (writer == NULL)
		return FAIL(E_IO, "out of memory");
	writer->fd = fd;
	writer->cipher = EVP_CIPHER_CTX_new();
	writer->plain = EVP_MD_CTX_new();
	writer->sealed = EVP_MD_CTX_new();
	if (writer->cipher == NULL || writer->plain == NULL || writer->sealed == NULL ||
		EVP_DigestInit_ex(writer->plain, EVP_sha256(), NULL) != 1 ||
		EVP_DigestInit_ex(writer->sealed, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "sealed file");
	TRY(write_header(about, header));
	TRY(set_key(writer, case_key, header));
	TRY(write_out(writer, header, sizeof header));
	*out = MOVE(writer);
	return OK;
}

static RESULT write_chunk(struct sealed_writer *writer, bool last)
{
	uint8_t nonce[NONCE];
	int len = 0, more = 0;
	make_nonce(writer->number++, last, nonce);
	if (EVP_EncryptInit_ex(writer->cipher, NULL, NULL, NULL, nonce) != 1 ||
		EVP_EncryptUpdate(writer->cipher, writer->block, &len, writer->chunk,
			(int)writer->len) != 1 ||
		EVP_EncryptFinal_ex(writer->cipher, writer->block + len, &more) != 1 ||
		EVP_CIPHER_CTX_ctrl(writer->cipher, EVP_CTRL_GCM_GET_TAG, SEALED_TAG,
			writer->block + writer->len) != 1)
		return FAIL_OSSL(E_CRYPTO, "AES-256-GCM");
	size_t size = writer->len + SEALED_TAG;
	writer->len = 0;
	return write_out(writer, writer->block, size);
}

RESULT sealed_put(struct sealed_writer *writer, struct blob bytes)
{
	if (EVP_DigestUpdate(writer->plain, bytes.data, bytes.len) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	writer->size += (int64_t)bytes.len;
	while (bytes.len > 0) {
		/* A full chunk waits until it is known whether another one follows. */
		if (writer->len == SEALED_CHUNK)
			TRY(write_chunk(writer, false));
		size_t part = SEALED_CHUNK - writer->len;
		if (part > bytes.len)
			part = bytes.len;
		memcpy(writer->chunk + writer->len, bytes.data, part);
		writer->len += part;
		bytes.data += part;
		bytes.len -= part;
	}
	return OK;
}

RESULT sealed_end(struct sealed_writer *writer, struct sealed_digests *out)
{
	if (writer->size == 0)
		return FAIL(E_INPUT, "file: empty");
	TRY(write_chunk(writer, true));
	out->size = writer->size;
	if (EVP_DigestFinal_ex(writer->plain, out->plain, NULL) != 1 ||
		EVP_DigestFinal_ex(writer->sealed, out->sealed, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}

/* ---- reading */

static RESULT read_at(int fd, uint8_t *out, size_t len, int64_t at)
{
	while (len > 0) {
		ssize_t got = pread(fd, out, len, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(E_IO, "sealed file: %s",
				got < 0 ? strerror(errno) : "shorter than it was");
		out += got;
		len -= (size_t)got;
		at += got;
	}
	return OK;
}

static RESULT size_of(int fd, int64_t *out)
{
	struct stat about;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
		return FAIL(E_INPUT, "sealed file: not a file");
	*out = about.st_size;
	return OK;
}

struct reader {
	int fd;
	EVP_CIPHER_CTX *cipher;
	EVP_MD_CTX *plain;
	uint8_t header[SEALED_HEADER], block[BLOCK], text[SEALED_CHUNK];
};
static void reader_free(struct reader *reader)
{
	EVP_CIPHER_CTX_free(reader->cipher);
	EVP_MD_CTX_free(reader->plain);
	OPENSSL_cleanse(reader, sizeof *reader);
	free(reader);
}
AUTO_DEFINE(struct reader, reader_free)

static RESULT reader_new(int fd, struct reader **out)
{
	AUTO(reader_free) struct reader *reader = calloc(1, sizeof *reader);
	if (reader == NULL)
		return FAIL(E_IO, "out of memory");
	reader->fd = fd;
	reader->cipher = EVP_CIPHER_CTX_new();
	reader->plain = EVP_MD_CTX_new();
	if (reader->cipher == NULL || reader->plain == NULL ||
		EVP_DigestInit_ex(reader->plain, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "sealed file");
	*out = MOVE(reader);
	return OK;
}

static RESULT reader_key(struct reader *reader, const struct secret *case_key)
{
	uint8_t key[HKDF_KEY];
	struct err err = file_key(case_key, reader->header, key);
	if (!err_is(err) && EVP_DecryptInit_ex(reader->cipher, EVP_aes_256_gcm(), NULL,
				    key, NULL) != 1)
		err = FAIL_OSSL(E_CRYPTO, "AES-256-GCM");
	OPENSSL_cleanse(key, sizeof key);
	return err;
}

/* The plaintext of one block stands in reader->text. */
static RESULT open_block(struct reader *reader, size_t len, uint64_t number, bool last)
{
	uint8_t nonce[NONCE];
	int text = (int)(len - SEALED_TAG), done = 0, more = 0;
	make_nonce(number, last, nonce);
	if (EVP_DecryptInit_ex(reader->cipher, NULL, NULL, NULL, nonce) != 1 ||
		EVP_DecryptUpdate(reader->cipher, reader->text, &done, reader->block,
			text) != 1 ||
		EVP_CIPHER_CTX_ctrl(reader->cipher, EVP_CTRL_GCM_SET_TAG, SEALED_TAG,
			reader->block + text) != 1 ||
		EVP_DecryptFinal_ex(reader->cipher, reader->text + done, &more) != 1)
		return FAIL_OSSL(E_CRYPTO, "sealed file: does not open");
	if (EVP_DigestUpdate(reader->plain, reader->text, (size_t)text) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}

static RESULT read_blocks(struct reader *reader, int64_t size,
	struct err (*give)(void *context, struct blob bytes), void *context)
{
	uint64_t number = 0;
	for (int64_t at = SEALED_HEADER; at < size; number++) {
		size_t len = size - at > BLOCK ? BLOCK : (size_t)(size - at);
		if (len <= SEALED_TAG)
			return FAIL(E_CRYPTO, "sealed file: cut off");
		TRY(read_at(reader->fd, reader->block, len, at));
		at += (int64_t)len;
		TRY(open_block(reader, len, number, at == size));
		TRY(give(context, blob_make(reader->text, len - SEALED_TAG)));
	}
	return OK;
}

RESULT sealed_open(int fd, const struct secret *case_key,
	struct err (*give)(void *context, struct blob bytes), void *context,
	struct sealed_about *about, struct sealed_digests *digests)
{
	AUTO(reader_free) struct reader *reader = NULL;
	struct sealed_about found;
	int64_t size, blocks;
	TRY(size_of(fd, &size));
	TRY(reader_new(fd, &reader));
	if (size <= SEALED_HEADER + SEALED_TAG)
		return FAIL(E_INPUT, "not a sealed file");
	TRY(read_at(fd, reader->header, SEALED_HEADER, 0));
	TRY(read_header(reader->header, &found));
	TRY(reader_key(reader, case_key));
	TRY(read_blocks(reader, size, give, context));
	blocks = (size - SEALED_HEADER + BLOCK - 1) / BLOCK;
	*digests = (struct sealed_digests){ .size = size - SEALED_HEADER -
						    blocks * SEALED_TAG };
	if (EVP_DigestFinal_ex(reader->plain, digests->plain, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	*about = found;
	return OK;
}

RESULT sealed_digest(int fd, uint8_t out[static 32])
{
	AUTO(reader_free) struct reader *reader = NULL;
	int64_t size;
	TRY(size_of(fd, &size));
	TRY(reader_new(fd, &reader));
	for (int64_t at = 0; at < size;) {
		size_t len = size - at > BLOCK ? BLOCK : (size_t)(size - at);
		TRY(read_at(fd, reader->block, len, at));
		at += (int64_t)len;
		if (EVP_DigestUpdate(reader->plain, reader->block, len) != 1)
			return FAIL_OSSL(E_CRYPTO, "digest");
	}
	if (EVP_DigestFinal_ex(reader->plain, out, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}
