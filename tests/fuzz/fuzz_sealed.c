/* Any bytes as a sealed file, under a key that is known; and any bytes as the begin of each type of evidence. */
/* with: lra/sealed.c lra/evidence_media.c */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lra/evidence_media.h"
#include "lra/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct err count(void *context, struct blob bytes)
{
	size_t *total = context;
	*total += bytes.len;
	return bytes.len > 0 ? OK : FAIL(E_BUG, "an empty chunk");
}

static struct err take(void *context, struct blob bytes)
{
	int *fd = context;
	return write(*fd, bytes.data, bytes.len) == (ssize_t)bytes.len
		       ? OK
		       : FAIL(E_IO, "write");
}

/* What we seal opens, whatever it is. */
static void round_trip(const struct secret *key, struct blob bytes)
{
	static const struct sealed_about about = { "A26-000001-K", "image/png" };
	AUTO(sealed_free) struct sealed_writer *writer = NULL;
	struct sealed_about found;
	struct sealed_digests in, out;
	int sealed = memfd_create("sealed", 0), plain = memfd_create("plain", 0);
	if (err_is(sealed_begin(sealed, key, &about, &writer)) ||
		err_is(sealed_put(writer, bytes)) || err_is(sealed_end(writer, &in)) ||
		err_is(sealed_open(sealed, key, take, &plain, &found, &out)) ||
		memcmp(in.plain, out.plain, sizeof in.plain) != 0 || in.size != out.size)
		abort();
	close(sealed);
	close(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "application/pdf", "image/jpeg", "image/png",
		"image/heic", "image/tiff" };
	static struct secret *key;
	struct sealed_about about;
	struct sealed_digests digests;
	size_t total = 0;
	int fd = memfd_create("sealed", 0);
	if (key == NULL &&
		err_is(secret_new(BLOB("0123456789abcdef0123456789abcde"), &key)))
		abort();
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	/* Nobody without the key makes one that opens. */
	if (!err_is(sealed_open(fd, key, count, &total, &about, &digests)))
		abort();
	close(fd);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (evidence_media_fits(evidence_media_find(types[i]),
			    blob_make(data, size)) &&
			size < 4)
			abort();
	if (size > 0)
		round_trip(key, blob_make(data, size));
	return 0;
}
