/* vault_file: one file on its way in, and out again. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/random.h"
#include "common/base/text.h"
#include "lra/vault_parts.h"

struct vault_upload {
	int folder, fd;
	int64_t largest, size;
	char name[VAULT_NAME];
	bool filed, dropped;
	struct sealed_writer *writer;
};

static void file_name(const char *name, const char *suffix, char out[static 48])
{
	snprintf(out, 48, "%.32s%s", name, suffix);
}

static RESULT begin_part(struct vault_upload *upload)
{
	uint8_t random[(VAULT_NAME - 1) / 2];
	char part[48];
	TRY(random_bytes(random, sizeof random));
	hex_encode(BLOB(random), upload->name);
	file_name(upload->name, ".part", part);
	upload->fd = openat(upload->folder, part,
		O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* The lock says that somebody lives who will end it. */
	if (upload->fd < 0 || flock(upload->fd, LOCK_EX | LOCK_NB) != 0)
		return FAIL(E_IO, "evidence file: %s", strerror(errno));
	return OK;
}

RESULT vault_upload_begin(struct vault *vault, const char *receipt,
	const char *media_type, struct vault_upload **out)
{
	AUTO(vault_upload_free) struct vault_upload *upload = calloc(1, sizeof *upload);
	AUTO(secret_free) struct secret *key = NULL;
	struct sealed_about about;
	if (upload == NULL)
		return FAIL(E_IO, "out of memory");
	upload->folder = upload->fd = -1;
	upload->largest = vault->largest;
	TRY(text_copy(receipt, about.receipt, sizeof about.receipt));
	TRY(text_copy(media_type, about.media_type, sizeof about.media_type));
	TRY(vault_case(vault, receipt, true, &upload->folder));
	TRY(vault_case_key(vault, upload->folder, receipt, true, &key));
	TRY(begin_part(upload));
	TRY(sealed_begin(upload->fd, key, &about, &upload->writer));
	*out = MOVE(upload);
	return OK;
}

RESULT vault_upload_put(struct vault_upload *upload, struct blob bytes)
{
	upload->size += (int64_t)bytes.len;
	if (upload->size > upload->largest)
		return FAIL(E_INPUT, "file: longer than %lld bytes",
			(long long)upload->largest);
	return sealed_put(upload->writer, bytes);
}

RESULT vault_upload_end(struct vault_upload *upload, char name[static VAULT_NAME],
	struct sealed_digests *out)
{
	char part[48], sealed[48];
	file_name(upload->name, ".part", part);
	file_name(upload->name, ".sealed", sealed);
	TRY(sealed_end(upload->writer, out));
	TRY(vault_sync(upload->fd, "evidence file"));
	if (renameat(upload->folder, part, upload->folder, sealed) != 0)
		return FAIL(E_IO, "evidence file: %s", strerror(errno));
	upload->filed = true;
	TRY(vault_sync(upload->folder, "evidence folder"));
	memcpy(name, upload->name, VAULT_NAME);
	return OK;
}

void vault_upload_drop(struct vault_upload *upload)
{
	upload->dropped = true;
}

void vault_upload_free(struct vault_upload *upload)
{
	char name[48];
	if (upload == NULL)
		return;
	sealed_free(upload->writer);
	file_name(upload->name, upload->filed ? ".sealed" : ".part", name);
	if (upload->fd >= 0 && (!upload->filed || upload->dropped))
		unlinkat(upload->folder, name, 0);
	if (upload->fd >= 0)
		close(upload->fd);
	if (upload->folder >= 0)
		close(upload->folder);
	free(upload);
}

/* ---- out */

static RESULT open_file(int folder, const char *name, int *out)
{
	char sealed[48];
	if (strcmp(name, VAULT_ARCHIVE_KEY) == 0)
		snprintf(sealed, sizeof sealed, "%s", name);
	else
		file_name(name, ".sealed", sealed);
	int fd = openat(folder, sealed, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return FAIL(errno == ENOENT ? E_NOT_FOUND : E_IO, "evidence file: %s",
			strerror(errno));
	*out = fd;
	return OK;
}

RESULT vault_file(struct vault *vault, const char *receipt, const char *name, int *fd)
{
	AUTO(held_fd_clear) struct held_fd folder = HELD_FD;
	TRY(vault_case(vault, receipt, false, &folder.fd));
	return open_file(folder.fd, name, fd);
}

static RESULT write_memory(void *context, struct blob bytes)
{
	const struct held_fd *memory = context;
	while (bytes.len > 0) {
		ssize_t done = write(memory->fd, bytes.data, bytes.len);
		if (done <= 0)
			return FAIL(E_IO, "memory: %s", strerror(errno));
		bytes.data += done;
		bytes.len -= (size_t)done;
	}
	return OK;
}

RESULT vault_read(struct vault *vault, const char *receipt, const char *name,
	const uint8_t sha256[static 32], int *fd)
{
	AUTO(held_fd_clear) struct held_fd folder = HELD_FD, file = HELD_FD;
	AUTO(held_fd_clear)
	struct held_fd memory = { memfd_create("evidence", MFD_CLOEXEC) };
	AUTO(secret_free) struct secret *key = NULL;
	struct sealed_about about;
	struct sealed_digests digests;
	if (memory.fd < 0)
		return FAIL(E_IO, "memory: %s", strerror(errno));
	TRY(vault_case(vault, receipt, false, &folder.fd));
	TRY(vault_case_key(vault, folder.fd, receipt, false, &key));
	TRY(open_file(folder.fd, name, &file.fd));
	struct err err =
		sealed_open(file.fd, key, write_memory, &memory, &about, &digests);
	if (err.code == E_INPUT)
		return FAIL(E_CRYPTO, "%s", err.text);
	TRY(err);
	if (memcmp(digests.plain, sha256, sizeof digests.plain) != 0 ||
		strcmp(about.receipt, receipt) != 0)
		return FAIL(E_CRYPTO, "evidence file: another one");
	*fd = memory.fd;
	memory.fd = -1;
	return OK;
}

RESULT vault_check(struct vault *vault, const char *receipt, const char *name,
	const uint8_t sealed[static 32])
{
	AUTO(held_fd_clear) struct held_fd file = HELD_FD;
	uint8_t digest[32];
	TRY(vault_file(vault, receipt, name, &file.fd));
	TRY(sealed_digest(file.fd, digest));
	return memcmp(digest, sealed, sizeof digest) == 0
		       ? OK
		       : FAIL(E_CRYPTO, "evidence file: changed");
}
