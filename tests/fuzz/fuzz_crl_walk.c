/* A list that the publisher, taken over, may pass to the signer. */
/* with: ca/signer/crl_walk.c */
#include "ca/signer/crl_walk.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t issuer[] = { 0x30, 0x00 }, key[20] = { 1 };
	const struct crl_expected expected = { .issuer = BLOB(issuer),
		.key_identifier = BLOB(key),
		.algorithm = SIGNATURE_ECDSA_SHA256,
		.now = 1800000000,
		.validity_max_s = 864000 };
	struct crl_walked walked;
	int fd = memfd_create("list", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return 0;
	IGNORE(crl_walk(fd, &expected, &walked)); /* any answer will do */
	close(fd);
	return 0;
}
