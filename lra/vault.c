/* vault: opening it, cases and their keys. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/random.h"
#include "lra/archive_key.h"
#include "lra/seal.h"
#include "lra/vault_parts.h"

#define WORK_KEY "key.work"

void held_fd_clear(struct held_fd *held)
{
	if (held->fd >= 0)
		close(held->fd);
	held->fd = -1;
}

static RESULT open_folder(const char *path, int *out)
{
	struct stat about;
	AUTO(held_fd_clear)
	struct held_fd folder = { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (folder.fd < 0 || fstat(folder.fd, &about) != 0)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	if ((about.st_mode & S_IRWXO) != 0)
		return FAIL(E_INPUT, "%s: others may enter it; chmod 700", path);
	*out = folder.fd;
	folder.fd = -1;
	return OK;
}

RESULT vault_open(const struct vault_settings *settings, struct vault **out)
{
	enum { SEAL_LEAST = 32 };
	AUTO(vault_free) struct vault *vault = calloc(1, sizeof *vault);
	if (vault == NULL)
		return FAIL(E_IO, "out of memory");
	vault->fd = -1;
	vault->largest = settings->largest;
	TRY(open_folder(settings->folder, &vault->fd));
	TRY(archive_certificate_read(settings->archive, &vault->archive));
	TRY_IN(secret_from_source(settings->seal, &vault->seal), "seal");
	if (secret_view(vault->seal).len < SEAL_LEAST)
		return FAIL(E_INPUT, "seal: shorter than %d octets", SEAL_LEAST);
	*out = MOVE(vault);
	return OK;
}

void vault_free(struct vault *vault)
{
	if (vault == NULL)
		return;
	if (vault->fd >= 0)
		close(vault->fd);
	X509_free(vault->archive);
	secret_free(vault->seal);
	free(vault);
}

int64_t vault_largest(const struct vault *vault)
{
	return vault->largest;
}

RESULT vault_sync(int fd, const char *what)
{
	return fsync(fd) == 0 ? OK : FAIL(E_IO, "%s: %s", what, strerror(errno));
}

/* Receipt numbers are ours; all the same none becomes a path of more than one part. */
static bool is_plain(const char *name)
{
	return name[0] != 0 && name[0] != '.' && strlen(name) < 40 &&
	       strchr(name, '/') == NULL;
}

RESULT vault_case(struct vault *vault, const char *receipt, bool make, int *out)
{
	if (!is_plain(receipt))
		return FAIL(E_INPUT, "receipt number");
	if (make && mkdirat(vault->fd, receipt, 0700) == 0)
		TRY(vault_sync(vault->fd, "evidence folder"));
	int fd = openat(vault->fd, receipt,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return FAIL(errno == ENOENT ? E_NOT_FOUND : E_IO, "case %s: %s", receipt,
			strerror(errno));
	*out = fd;
	return OK;
}

/* ---- keys */

static RESULT read_key(int folder, const char *name, struct buf *out)
{
	uint8_t bytes[ARCHIVE_KEY_MAX];
	AUTO(held_fd_clear)
	struct held_fd file = { openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) };
	if (file.fd < 0)
		return FAIL(errno == ENOENT ? E_NOT_FOUND : E_IO, "%s: %s", name,
			strerror(errno));
	ssize_t got = read(file.fd, bytes, sizeof bytes);
	if (got < 0)
		return FAIL(E_IO, "%s: %s", name, strerror(errno));
	return buf_append(out, blob_make(bytes, (size_t)got));
}

/* Whole and durable under its name, or not there. */
static RESULT write_key(int folder, const char *name, struct blob bytes)
{
	char new_name[32];
	snprintf(new_name, sizeof new_name, "%s.new", name);
	AUTO(held_fd_clear)
	struct held_fd file = { openat(folder, new_name,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600) };
	if (file.fd < 0 || write(file.fd, bytes.data, bytes.len) != (ssize_t)bytes.len)
		return FAIL(E_IO, "%s: %s", name, strerror(errno));
	TRY(vault_sync(file.fd, name));
	if (renameat(folder, new_name, folder, name) != 0)
		return FAIL(E_IO, "%s: %s", name, strerror(errno));
	return vault_sync(folder, name);
}

/* The archive's key comes last: a case that has it is complete, and one that has not has sealed nothing yet. */
static RESULT make_key(struct vault *vault, int folder, const char *receipt,
	struct secret **out)
{
	AUTO(buf_clear) struct buf work = BUF(LIMIT_PIN);
	AUTO(buf_clear) struct buf archive = BUF(ARCHIVE_KEY_MAX);
	AUTO(secret_free) struct secret *key = NULL;
	uint8_t random[SEALED_KEY];
	TRY(random_bytes(random, sizeof random));
	struct err err = secret_new(BLOB(random), &key);
	OPENSSL_cleanse(random, sizeof random);
	TRY(err);
	TRY(seal_close(vault->seal, SEAL_CASE, receipt, key, &work));
	TRY(archive_key_wrap(vault->archive, receipt, key, &archive));
	TRY(write_key(folder, WORK_KEY, buf_view(&work)));
	TRY(write_key(folder, VAULT_ARCHIVE_KEY, buf_view(&archive)));
	*out = MOVE(key);
	return OK;
}

static RESULT find_key(struct vault *vault, int folder, const char *receipt, bool make,
	struct secret **out)
{
	AUTO(buf_clear) struct buf work = BUF(ARCHIVE_KEY_MAX);
	bool complete = faccessat(folder, VAULT_ARCHIVE_KEY, F_OK, 0) == 0;
	if (!complete)
		return make ? make_key(vault, folder, receipt, out)
			    : FAIL(E_NOT_FOUND, "case %s: no key", receipt);
	struct err err = read_key(folder, WORK_KEY, &work);
	if (err.code == E_NOT_FOUND)
		return FAIL(E_STATE, "case %s: closed", receipt);
	TRY(err);
	return seal_open(vault->seal, SEAL_CASE, receipt, buf_view(&work), out);
}

RESULT vault_case_key(struct vault *vault, int folder, const char *receipt, bool make,
	struct secret **out)
{
	/* Two first uploads at once: the second finds the key of the first. */
	if (flock(folder, LOCK_EX) != 0)
		return FAIL(E_IO, "case %s: %s", receipt, strerror(errno));
	struct err err = find_key(vault, folder, receipt, make, out);
	flock(folder, LOCK_UN);
	return err;
}

/* ---- ends */

/* Overwritten before it is unlinked: what a disk remembers beyond that is the reason for the seal and the archive's key. */
static RESULT erase(int folder, const char *name)
{
	uint8_t nothing[ARCHIVE_KEY_MAX] = { 0 };
	struct stat about;
	AUTO(held_fd_clear)
	struct held_fd file = { openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) };
	if (file.fd < 0)
		return errno == ENOENT ? OK : FAIL(E_IO, "%s: %s", name, strerror(errno));
	if (fstat(file.fd, &about) != 0 || about.st_size > (off_t)sizeof nothing)
		return FAIL(E_IO, "%s: not a key", name);
	if (pwrite(file.fd, nothing, (size_t)about.st_size, 0) != about.st_size)
		return FAIL(E_IO, "%s: %s", name, strerror(errno));
	TRY(vault_sync(file.fd, name));
	if (unlinkat(folder, name, 0) != 0 && errno != ENOENT)
		return FAIL(E_IO, "%s: %s", name, strerror(errno));
	return vault_sync(folder, name);
}

RESULT vault_close_case(struct vault *vault, const char *receipt)
{
	AUTO(held_fd_clear) struct held_fd folder = HELD_FD;
	struct err err = vault_case(vault, receipt, false, &folder.fd);
	if (err.code == E_NOT_FOUND)
		return OK;
	TRY(err);
	TRY(erase(folder.fd, WORK_KEY ".new")); /* a cut-off beginning */
	return erase(folder.fd, WORK_KEY);
}

static RESULT empty(int folder)
{
	AUTO(vault_listing_free) struct vault_listing *list = NULL;
	TRY(vault_list(folder, &list));
	for (size_t i = 0; i < list->count; i++)
		if (unlinkat(folder, list->name[i], 0) != 0 && errno != ENOENT)
			return FAIL(E_IO, "evidence folder: %s", strerror(errno));
	return vault_sync(folder, "evidence folder");
}

RESULT vault_destroy_case(struct vault *vault, const char *receipt)
{
	AUTO(held_fd_clear) struct held_fd folder = HELD_FD;
	struct err err = vault_case(vault, receipt, false, &folder.fd);
	if (err.code == E_NOT_FOUND)
		return OK; /* by the try before */
	TRY(err);
	TRY(erase(folder.fd, WORK_KEY ".new"));
	TRY(erase(folder.fd, WORK_KEY));
	TRY(erase(folder.fd, VAULT_ARCHIVE_KEY ".new"));
	TRY(erase(folder.fd, VAULT_ARCHIVE_KEY));
	TRY(empty(folder.fd));
	if (unlinkat(vault->fd, receipt, AT_REMOVEDIR) != 0 && errno != ENOENT)
		return FAIL(E_IO, "case %s: %s", receipt, strerror(errno));
	return vault_sync(vault->fd, "evidence folder");
}
