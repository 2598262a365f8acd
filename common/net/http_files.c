#include "common/net/http_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum {
	FILES_MAX = 2000,
	FILE_MAX = 8 * 1024 * 1024, /* a font with all of JIS X 0213 */
	ALL_MAX = 64 * 1024 * 1024,
	DEPTH_MAX = 8,
	PATH_LEN = 200,
	ETAG_LEN = 34
};

/* clang-format off */
static const struct { const char *ending, *type; } types[] = {
	{ ".html",  "text/html; charset=utf-8" },
	{ ".css",   "text/css; charset=utf-8" },
	{ ".js",    "text/javascript; charset=utf-8" },
	{ ".json",  "application/json" },
	{ ".svg",   "image/svg+xml" },
	{ ".woff2", "font/woff2" },
	{ ".png",   "image/png" },
	{ ".ico",   "image/vnd.microsoft.icon" },
};

/* UX part 4. The policy allows no script, style or frame but our own files, and no text to become markup. */
static const struct { const char *name, *value; } headers[] = {
	{ "Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
		"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
		"require-trusted-types-for 'script'" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "private, max-age=60, must-revalidate" },
};
/* clang-format on */

struct file {
	char path[PATH_LEN]; /* "/style/page.css" */
	const char *type;
	char etag[ETAG_LEN + 1]; /* with its quotation marks */
	struct buf bytes;
};

struct http_files {
	size_t count, room, all;
	struct file *file; /* sorted by path */
};

void http_files_free(struct http_files *files)
{
	if (files == NULL)
		return;
	for (size_t i = 0; i < files->count; i++)
		buf_clear(&files->file[i].bytes);
	free(files->file);
	free(files);
}

size_t http_files_count(const struct http_files *files)
{
	return files->count;
}

/* ---- reading the folder */

static const char *type_of(const char *name)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (text_ends(name, types[i].ending))
			return types[i].type;
	return NULL;
}

static bool name_is_plain(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789._-";
	return name[0] != '.' && name[0] != 0 && strspn(name, plain) == strlen(name);
}

static void leave_out(const char *path, const char *why)
{
	log_warning(NULL, "not served", "file", path, "why", why);
}

static RESULT read_all(int fd, size_t size, struct buf *out)
{
	TRY(buf_reserve(out, size));
	while (out->len < size) {
		ssize_t got = read(fd, out->data + out->len, size - out->len);
		if (got <= 0)
			return FAIL(E_IO, "%s",
				got == 0 ? "became shorter" : strerror(errno));
		out->len += (size_t)got;
	}
	return OK;
}

static void write_etag(struct blob bytes, char out[static ETAG_LEN + 1])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256(bytes.data, bytes.len, digest);
	out[0] = '"';
	hex_encode(blob_make(digest, (ETAG_LEN - 2) / 2), out + 1);
	out[ETAG_LEN - 1] = '"';
	out[ETAG_LEN] = 0;
}

static RESULT add_file(struct http_files *files, int fd, const char *path,
	const char *type, size_t size)
{
	if (files->count == FILES_MAX)
		return FAIL(E_INPUT, "more than %d files", FILES_MAX);
	if (size > FILE_MAX || files->all + size > ALL_MAX)
		return FAIL(E_INPUT, "longer than %d bytes, or all than %d", FILE_MAX,
			ALL_MAX);
	if (files->count == files->room) {
		size_t room = files->room == 0 ? 64 : 2 * files->room;
		struct file *more = realloc(files->file, room * sizeof *more);
		if (more == NULL)
			return FAIL(E_IO, "out of memory");
		files->file = more;
		files->room = room;
	}
	struct file *file = &files->file[files->count];
	*file = (struct file){ .type = type, .bytes = BUF(FILE_MAX) };
	files->count++; /* so that it is freed, whatever comes */
	TRY(text_copy(path, file->path, sizeof file->path));
	TRY(read_all(fd, size, &file->bytes));
	write_etag(buf_view(&file->bytes), file->etag);
	files->all += size;
	return OK;
}

struct folder {
	DIR *dir;
};
static void folder_close(struct folder *folder)
{
	if (folder->dir != NULL)
		closedir(folder->dir);
}
AUTO_DEFINE_HELD(struct folder, folder_close)

static RESULT read_folder(struct http_files *files, int fd, const char *path, int depth);

/* fd: the entry, opened without following a link; closed here or by what it is given to. */
static RESULT take(struct http_files *files, int fd, const char *path, int depth)
{
	struct stat about;
	const char *type = type_of(path);
	struct err err = OK;
	if (fstat(fd, &about) != 0)
		err = FAIL(E_IO, "%s", strerror(errno));
	else if (S_ISDIR(about.st_mode))
		return read_folder(files, fd, path, depth + 1);
	else if (!S_ISREG(about.st_mode))
		leave_out(path, "neither file nor folder");
	else if (type == NULL)
		leave_out(path, "not of a type that is served");
	else
		err = add_file(files, fd, path, type, (size_t)about.st_size);
	close(fd);
	return err;
}

static RESULT read_entry(struct http_files *files, int folder, const char *below,
	const char *name, int depth)
{
	char path[PATH_LEN];
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return OK;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", below, name) >= sizeof path)
		return FAIL(E_INPUT, "%s/%s: longer than %d bytes", below, name,
			PATH_LEN);
	if (!name_is_plain(name)) {
		leave_out(path, "its name");
		return OK;
	}
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP) {
		leave_out(path, "a symbolic link");
		return OK;
	}
	if (fd < 0)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	TRY_IN(take(files, fd, path, depth), "%s", path);
	return OK;
}

static RESULT read_folder(struct http_files *files, int fd, const char *path, int depth)
{
	AUTO(folder_close) struct folder folder = { fdopendir(fd) };
	if (folder.dir == NULL) {
		close(fd);
		return FAIL(E_IO, "%s", strerror(errno));
	}
	if (depth > DEPTH_MAX)
		return FAIL(E_INPUT, "deeper than %d folders", DEPTH_MAX);
	for (const struct dirent *entry; (entry = readdir(folder.dir)) != NULL;)
		TRY(read_entry(files, dirfd(folder.dir), path, entry->d_name, depth));
	return OK;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

RESULT http_files_load(const char *folder, struct http_files **out)
{
	AUTO(http_files_free) struct http_files *files = calloc(1, sizeof *files);
	if (files == NULL)
		return FAIL(E_IO, "out of memory");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return FAIL(E_NOT_FOUND, "%s: %s", folder, strerror(errno));
	TRY_IN(read_folder(files, fd, "", 0), "%s", folder);
	if (files->count > 0)
		qsort(files->file, files->count, sizeof *files->file, by_path);
	*out = MOVE(files);
	return OK;
}

/* ---- answering */

static const struct file *find(const struct http_files *files, const char *path)
{
	struct file key;
	int len = snprintf(key.path, sizeof key.path, "%s%s", path,
		text_ends(path, "/") ? "index.html" : "");
	if (len < 0 || (size_t)len >= sizeof key.path || files->count == 0)
		return NULL;
	return bsearch(&key, files->file, files->count, sizeof key, by_path);
}

/* RFC 9110 section 13.1.2: a list, or "*"; caches may have made ours weak, which compares the same. */
static bool has_it(const char *if_none_match, const char *etag)
{
	return if_none_match != NULL &&
	       (strcmp(if_none_match, "*") == 0 || strstr(if_none_match, etag) != NULL);
}

RESULT http_files_answer(const struct http_files *files,
	const struct http_request *request, struct http_response *response)
{
	const struct file *file = find(files, request->path);
	if (file == NULL)
		return FAIL(E_NOT_FOUND, "no such file");
	for (size_t i = 0; i < COUNT(headers); i++)
		TRY(http_header(response, headers[i].name, "%s", headers[i].value));
	TRY(http_header(response, "ETag", "%s", file->etag));
	response->media_type = file->type;
	if (has_it(request->if_none_match, file->etag)) {
		response->status = 304;
		return OK;
	}
	buf_clear(&response->body);
	response->body = BUF(FILE_MAX);
	return buf_append(&response->body, buf_view(&file->bytes));
}
