#include "ca/crl_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"

enum { CHUNK = 256 * 1024, EDGE = 8 * 1024 };

struct crl_file {
	const char *folder;
	int spool, tbs; /* unnamed files */
	uint8_t *room; /* CHUNK bytes: entries on their way out, or a file being copied */
	size_t used;
	uint64_t spooled;
	int64_t entries;
	struct crl_fields fields;
	uint64_t tbs_len;
};

static RESULT write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, data, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAIL(E_IO, "could not write a CRL: %s", strerror(errno));
		data += done;
		len -= (size_t)done;
	}
	return OK;
}

static RESULT open_unnamed(const char *folder, int *out)
{
	*out = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return *out < 0 ? FAIL(E_IO, "could not make a file below %s: %s", folder,
				  strerror(errno))
			: OK;
}

RESULT crl_file_new(const char *archive_folder, struct crl_file **out)
{
	AUTO(crl_file_free) struct crl_file *file = calloc(1, sizeof *file);
	if (file == NULL)
		return FAIL(E_IO, "out of memory");
	file->folder = archive_folder;
	file->spool = file->tbs = -1;
	file->room = malloc(CHUNK);
	if (file->room == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(open_unnamed(archive_folder, &file->spool));
	TRY(open_unnamed(archive_folder, &file->tbs));
	*out = MOVE(file);
	return OK;
}

void crl_file_free(struct crl_file *file)
{
	if (file == NULL)
		return;
	if (file->spool >= 0)
		close(file->spool);
	if (file->tbs >= 0)
		close(file->tbs);
	free(file->room);
	free(file);
}

static RESULT flush(struct crl_file *file)
{
	TRY(write_all(file->spool, file->room, file->used));
	file->spooled += file->used;
	file->used = 0;
	return OK;
}

RESULT crl_file_add(struct crl_file *file, const struct crl_entry *entry)
{
	uint8_t room[128];
	struct der_writer w = DER_WRITER(room);
	struct blob encoded;
	crl_entry_write(entry, &w);
	TRY(der_finish(&w, &encoded));
	if (file->used + encoded.len > CHUNK)
		TRY(flush(file));
	memcpy(file->room + file->used, encoded.data, encoded.len);
	file->used += encoded.len;
	file->entries++;
	return OK;
}

/* Appends a whole file to another at constant memory. */
static RESULT copy(struct crl_file *file, int from, int to)
{
	if (lseek(from, 0, SEEK_SET) != 0)
		return FAIL(E_IO, "could not rewind");
	for (;;) {
		ssize_t got = read(from, file->room, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(E_IO, "could not read a spool: %s", strerror(errno));
		if (got == 0)
			return OK;
		TRY(write_all(to, file->room, (size_t)got));
	}
}

RESULT crl_file_tbs(struct crl_file *file, const struct crl_fields *fields, int *fd)
{
	uint8_t head[EDGE], tail[EDGE];
	struct der_writer h = DER_WRITER(head), t = DER_WRITER(tail);
	struct blob head_der, tail_der;
	TRY(flush(file));
	file->fields = *fields;
	TRY(crl_write_head(fields, file->spooled, &h));
	TRY(der_finish(&h, &head_der));
	TRY(crl_write_tail(fields, &t));
	TRY(der_finish(&t, &tail_der));
	TRY(write_all(file->tbs, head_der.data, head_der.len));
	TRY(copy(file, file->spool, file->tbs));
	TRY(write_all(file->tbs, tail_der.data, tail_der.len));
	file->tbs_len = head_der.len + file->spooled + tail_der.len;
	if (lseek(file->tbs, 0, SEEK_SET) != 0)
		return FAIL(E_IO, "could not rewind");
	*fd = file->tbs;
	return OK;
}

/* MAP_FAILED for an empty file. */
static RESULT map_file(int fd, void **map, size_t *size)
{
	struct stat about;
	*map = MAP_FAILED;
	if (fstat(fd, &about) != 0)
		return FAIL(E_IO, "could not look at a list: %s", strerror(errno));
	*size = (size_t)about.st_size;
	if (*size == 0)
		return OK;
	*map = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	return *map == MAP_FAILED
		       ? FAIL(E_IO, "could not map a list: %s", strerror(errno))
		       : OK;
}

/* Reads the finished file as a relying party would, mapped and not held. */
static RESULT read_again(const struct crl_file *file, int fd, const struct issuer *issuer,
	struct crl_facts *facts)
{
	struct crl crl;
	int64_t entries = 0;
	size_t size;
	void *map;
	TRY(map_file(fd, &map, &size));
	struct blob der = map == MAP_FAILED ? BLOB_NONE : blob_make(map, size);
	struct err err = crl_parse(der, &crl);
	if (!err_is(err) && (!blob_equal(crl.issuer, issuer->parsed.subject) ||
				    crl.crl_number != file->fields.crl_number ||
				    crl.this_update != file->fields.this_update ||
				    crl.next_update != file->fields.next_update))
		err = FAIL(E_CRYPTO,
			"the CRL says something else than was to be written");
	if (!err_is(err))
		err = crl_verify(&crl, issuer->public_key);
	while (!err_is(err) && crl.entries.len > 0) {
		struct crl_entry entry;
		err = crl_next(&crl.entries, &entry);
		entries++;
	}
	if (!err_is(err) && entries != file->entries)
		err = FAIL(E_CRYPTO, "the CRL has %lld entries of %lld",
			(long long)entries, (long long)file->entries);
	if (!err_is(err) && EVP_Digest(der.data, der.len, facts->sha256, NULL,
				    EVP_sha256(), NULL) != 1)
		err = FAIL_OSSL(E_CRYPTO, "digest");
	facts->entries = entries;
	facts->size = (int64_t)size;
	if (map != MAP_FAILED)
		munmap(map, size);
	return err;
}

/* Gives an unnamed file its name; one that stands there already was left by a crash before it was recorded. */
static RESULT give_name(int fd, const char *path)
{
	char self[64];
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	if (fsync(fd) != 0)
		return FAIL(E_IO, "could not make %s durable: %s", path, strerror(errno));
	if (unlink(path) != 0 && errno != ENOENT)
		return FAIL(E_IO, "could not replace %s: %s", path, strerror(errno));
	if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0)
		return FAIL(E_IO, "could not name %s: %s", path, strerror(errno));
	return OK;
}

static RESULT sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int bad = fd < 0 || fsync(fd) != 0;
	if (fd >= 0)
		close(fd);
	return bad ? FAIL(E_IO, "could not make %s durable", folder) : OK;
}

static RESULT frame(struct crl_file *file, struct blob signature, int out)
{
	uint8_t head[EDGE], tail[EDGE];
	struct der_writer h = DER_WRITER(head), t = DER_WRITER(tail);
	struct blob head_der, tail_der;
	TRY(crl_write_frame(file->tbs_len, file->fields.algorithm, signature, &h, &t));
	TRY(der_finish(&h, &head_der));
	TRY(der_finish(&t, &tail_der));
	TRY(write_all(out, head_der.data, head_der.len));
	TRY(copy(file, file->tbs, out));
	return write_all(out, tail_der.data, tail_der.len);
}

static RESULT archive(struct crl_file *file, int fd, const struct issuer *issuer,
	struct blob signature, struct crl_facts *out)
{
	char folder[400];
	TRY(frame(file, signature, fd));
	TRY_IN(read_again(file, fd, issuer, out), "second look");
	snprintf(folder, sizeof folder, "%.300s/crl", file->folder);
	mkdir(folder, 0755);
	snprintf(folder, sizeof folder, "%.300s/crl/%.60s", file->folder, issuer->name);
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return FAIL(E_IO, "could not make %s: %s", folder, strerror(errno));
	snprintf(out->path, sizeof out->path, "%s/%llu.crl", folder,
		(unsigned long long)file->fields.crl_number);
	if (fchmod(fd, 0644) != 0)
		return FAIL(E_IO, "could not open %s to readers", out->path);
	TRY(give_name(fd, out->path));
	return sync_folder(folder);
}

RESULT crl_file_finish(struct crl_file *file, const struct issuer *issuer,
	struct blob signature, struct crl_facts *out)
{
	int fd;
	TRY(open_unnamed(file->folder, &fd));
	struct err err = archive(file, fd, issuer, signature, out);
	close(fd);
	return err;
}

/* The list that stands there, mapped; none when there is none. What cannot be read says nothing: it is replaced. */
struct public_list {
	void *map;
	size_t size;
	struct crl crl;
	bool found;
};

static void public_list_close(struct public_list *list)
{
	if (list->map != MAP_FAILED)
		munmap(list->map, list->size);
}
AUTO_DEFINE_HELD(struct public_list, public_list_close)

static void public_path(const char *public_folder, const struct issuer *issuer,
	char out[static 512])
{
	snprintf(out, 512, "%.300s/crl/%.60s.crl", public_folder, issuer->name);
}

static RESULT public_list_open(const char *path, struct public_list *out)
{
	*out = (struct public_list){ .map = MAP_FAILED };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? OK : FAIL(E_IO, "could not open %s", path);
	struct err err = map_file(fd, &out->map, &out->size);
	close(fd);
	TRY(err);
	out->found = out->map != MAP_FAILED &&
		     !err_is(crl_parse(blob_make(out->map, out->size), &out->crl));
	return OK;
}

RESULT crl_file_follows(struct crl_file *file, const char *public_folder,
	const struct issuer *issuer, const struct crl_ended *ended)
{
	AUTO(public_list_close) struct public_list list = { .map = MAP_FAILED };
	char path[512];
	size_t size;
	void *map;
	public_path(public_folder, issuer, path);
	TRY(public_list_open(path, &list));
	if (!list.found)
		return OK;
	TRY(flush(file));
	TRY(map_file(file->spool, &map, &size));
	struct blob next = map == MAP_FAILED ? BLOB_NONE : blob_make(map, size);
	struct err err = crl_follow(list.crl.entries, next, ended);
	if (map != MAP_FAILED)
		munmap(map, size);
	return err;
}

RESULT crl_file_publish(const struct crl_facts *facts, const char *public_folder,
	const struct issuer *issuer, uint64_t crl_number)
{
	char folder[400], path[512], temporary[512];
	AUTO(public_list_close) struct public_list list = { .map = MAP_FAILED };
	snprintf(folder, sizeof folder, "%.300s/crl", public_folder);
	public_path(public_folder, issuer, path);
	snprintf(temporary, sizeof temporary, "%s/.%.60s.new", folder, issuer->name);
	TRY(public_list_open(path, &list));
	if (list.found && list.crl.crl_number > crl_number)
		return FAIL(E_CONFLICT, "%s has number %llu", path,
			(unsigned long long)list.crl.crl_number);
	if (unlink(temporary) != 0 && errno != ENOENT)
		return FAIL(E_IO, "could not clear %s", temporary);
	/* The archive's own file under a second name; both lie in one file system by configuration. */
	if (link(facts->path, temporary) != 0)
		return FAIL(E_IO,
			"could not put %s into %s (they must lie in one file system): %s",
			facts->path, folder, strerror(errno));
	if (rename(temporary, path) != 0)
		return FAIL(E_IO, "could not put %s in place: %s", path, strerror(errno));
	return sync_folder(folder);
}
