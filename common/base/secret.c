#include "common/base/secret.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/text.h"

struct secret {
	size_t len;
	uint8_t data[]; /* one NUL behind len */
};

RESULT secret_new(struct blob bytes, struct secret **out)
{
	struct secret *secret = OPENSSL_secure_zalloc(sizeof *secret + bytes.len + 1);
	if (secret == NULL)
		return FAIL(E_IO, "secure memory is used up");
	secret->len = bytes.len;
	if (bytes.len > 0)
		memcpy(secret->data, bytes.data, bytes.len);
	*out = secret;
	return OK;
}

RESULT secret_from_fd(int fd, size_t max, struct secret **out)
{
	AUTO(buf_clear) struct buf bytes = BUF(max + 1);
	for (;;) {
		TRY(buf_reserve(&bytes, 1));
		size_t free_bytes = bytes.room - bytes.len - 1;
		size_t most = bytes.max - bytes.len;
		ssize_t got = read(fd, bytes.data + bytes.len,
			free_bytes < most ? free_bytes : most);
		if (got < 0)
			return FAIL(E_IO, "could not read the secret");
		if (got == 0)
			break;
		bytes.len += (size_t)got;
		if (bytes.len > max)
			return FAIL(E_INPUT, "secret: longer than %zu bytes", max);
	}
	if (bytes.len > 0 && bytes.data[bytes.len - 1] == '\n')
		bytes.len--;
	if (bytes.len == 0)
		return FAIL(E_INPUT, "secret: empty");
	return secret_new(buf_view(&bytes), out);
}

static RESULT secret_from_file(const char *path, struct secret **out)
{
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return FAIL(E_NOT_FOUND, "secret: could not open %s", path);
	struct err err = OK;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
		err = FAIL(E_INPUT, "secret: %s is not a file", path);
	else if ((about.st_mode & 077) != 0)
		err = FAIL(E_INPUT, "secret: %s can be read by others; chmod 600 it",
			path);
	else
		err = secret_from_fd(fd, LIMIT_PIN, out);
	close(fd);
	return err;
}

RESULT secret_from_source(const char *source, struct secret **out)
{
	char path[512];
	int64_t fd;
	if (text_starts(source, "fd:")) {
		TRY_IN(text_to_int(source + 3, 3, 1023, &fd), "%s", source);
		struct err err = secret_from_fd((int)fd, LIMIT_PIN, out);
		close((int)fd); /* nobody after us reads it again */
		return err;
	}
	if (text_starts(source, "credential:")) {
		const char *folder = getenv("CREDENTIALS_DIRECTORY");
		if (folder == NULL || strchr(source + 11, '/') != NULL)
			return FAIL(E_INPUT,
				"secret: no CREDENTIALS_DIRECTORY, or a path in %s",
				source);
		int len = snprintf(path, sizeof path, "%s/%s", folder, source + 11);
		if (len < 0 || (size_t)len >= sizeof path)
			return FAIL(E_INPUT, "secret: path too long");
		return secret_from_file(path, out);
	}
	if (text_starts(source, "file:"))
		return secret_from_file(source + 5, out);
	return FAIL(E_INPUT, "secret: not fd:N, credential:NAME or file:PATH");
}

void secret_free(struct secret *secret)
{
	if (secret != NULL)
		OPENSSL_secure_clear_free(secret, sizeof *secret + secret->len + 1);
}

struct blob secret_view(const struct secret *secret)
{
	return blob_make(secret->data, secret->len);
}

bool secret_equal(const struct secret *a, struct blob b)
{
	return a->len == b.len && CRYPTO_memcmp(a->data, b.data, b.len) == 0;
}

RESULT secret_harden(void)
{
	const struct rlimit none = { 0, 0 };
	if (CRYPTO_secure_malloc_initialized() == 0 &&
		CRYPTO_secure_malloc_init(1 << 18, 32) == 0)
		return FAIL(E_IO, "could not set up secure memory");
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return FAIL(E_IO, "could not forbid core dumps");
	return OK;
}
