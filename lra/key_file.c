#include "lra/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/secret.h"

enum { KEY_FILE_MAX = 16 * KIB };

static RESULT read_open(int fd, const char *path, struct secret **out)
{
	struct stat status;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return FAIL(E_INPUT, "%s: not a file", path);
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return FAIL(E_INPUT, "%s: others may read it; chmod 600", path);
	TRY_IN(secret_from_fd(fd, KEY_FILE_MAX, out), "%s", path);
	return OK;
}

RESULT key_file_read(const char *path, EVP_PKEY **out)
{
	AUTO(secret_free) struct secret *file = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return FAIL(E_NOT_FOUND, "%s: %s", path, strerror(errno));
	struct err err = read_open(fd, path, &file);
	close(fd);
	TRY(err);
	AUTO(BIO_free_all)
	BIO *bio = BIO_new_mem_buf(secret_view(file).data, (int)secret_view(file).len);
	EVP_PKEY *key =
		bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	if (key == NULL)
		return FAIL_OSSL(E_INPUT, "%s: no private key in it", path);
	*out = key;
	return OK;
}
