#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static RESULT read_all(int fd, const char *path, struct buf *out)
{
	struct stat about;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
		return FAIL(E_INPUT, "%s: not a file", path);
	for (;;) {
		/* One byte of the maximum more than needed tells a file that is too long from one that just fits. */
		size_t left = out->max - out->len;
		size_t part = left < 65536 ? left : 65536;
		if (part == 0) {
			char more;
			return read(fd, &more, 1) == 0
				       ? OK
				       : FAIL(E_INPUT, "%s: longer than %zu bytes", path,
						 out->max);
		}
		TRY(buf_reserve(out, part));
		ssize_t got = read(fd, out->data + out->len, part);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL(E_IO, "%s: could not be read: %s", path,
				strerror(errno));
		if (got == 0)
			return OK;
		out->len += (size_t)got;
		out->data[out->len] = 0;
	}
}

RESULT file_read(const char *path, struct buf *out)
{
	/* Without O_NONBLOCK a pipe would hold us here until somebody writes; it changes nothing for files. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return FAIL(E_NOT_FOUND, "%s: could not be opened: %s", path,
			strerror(errno));
	struct err err = read_all(fd, path, out);
	close(fd);
	return err;
}

static RESULT write_all(int fd, struct blob bytes)
{
	while (bytes.len > 0) {
		ssize_t done = write(fd, bytes.data, bytes.len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAIL(E_IO, "could not be written: %s", strerror(errno));
		bytes = blob_make(bytes.data + done, bytes.len - (size_t)done);
	}
	return fsync(fd) == 0
		       ? OK
		       : FAIL(E_IO, "could not be made durable: %s", strerror(errno));
}

static RESULT sync_folder_of(const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	if (len >= sizeof folder)
		return FAIL(E_INPUT, "%s: path too long", path);
	memcpy(folder, path, len);
	folder[len] = 0;
	int fd = open(slash == NULL ? "."
		      : len == 0    ? "/"
				    : folder,
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool bad = fd < 0 || fsync(fd) != 0;
	if (fd >= 0)
		close(fd);
	return bad ? FAIL(E_IO, "%s: its folder could not be made durable", path) : OK;
}

RESULT file_write(const char *path, struct blob bytes, unsigned mode)
{
	char temporary[4096];
	int len = snprintf(temporary, sizeof temporary, "%s.new", path);
	if (len < 0 || (size_t)len >= sizeof temporary)
		return FAIL(E_INPUT, "%s: path too long", path);
	if (unlink(temporary) != 0 && errno != ENOENT)
		return FAIL(E_IO, "%s: could not be cleared: %s", temporary,
			strerror(errno));
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return FAIL(E_IO, "%s: could not be made: %s", temporary,
			strerror(errno));
	struct err err = write_all(fd, bytes);
	close(fd);
	TRY_IN(err, "%s", temporary);
	if (rename(temporary, path) != 0)
		return FAIL(E_IO, "%s: could not be put in place: %s", path,
			strerror(errno));
	return sync_folder_of(path);
}

struct file_state file_state(const char *path)
{
	struct stat about;
	if (stat(path, &about) != 0)
		return (struct file_state){ .size = 0 };
	/* The time of the inode's change: a copy may keep the older time of the content. */
	return (struct file_state){ .device = about.st_dev,
		.inode = about.st_ino,
		.size = about.st_size,
		.changed_ns = (int64_t)about.st_ctim.tv_sec * 1000000000 +
			      about.st_ctim.tv_nsec };
}
