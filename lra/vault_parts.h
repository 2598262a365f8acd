/* vault_parts: what the files of the vault share with each other; nobody else includes it. */
#ifndef LRA_VAULT_PARTS_H
#define LRA_VAULT_PARTS_H

#include "common/base/ossl.h"
#include "lra/vault.h"

struct vault {
	int fd; /* the folder */
	int64_t largest;
	X509 *archive;
	struct secret *seal;
};

/* A descriptor that closes itself. */
struct held_fd {
	int fd;
};
void held_fd_clear(struct held_fd *held);
AUTO_DEFINE_HELD(struct held_fd, held_fd_clear)
#define HELD_FD ((struct held_fd){ .fd = -1 })

/* The folder of a case. E_NOT_FOUND. make: it comes to be. */
RESULT vault_case(struct vault *vault, const char *receipt, bool make, int *out);
/* The key of a case. make: when there is none, it is made, for the archive and for us. E_STATE: closed. E_NOT_FOUND. */
RESULT vault_case_key(struct vault *vault, int folder, const char *receipt, bool make,
	struct secret **out);
struct vault_listing {
	size_t count, room;
	char **name;
};
/* The names in an open folder, but those that begin with a dot. */
RESULT vault_list(int folder, struct vault_listing **out);
void vault_listing_free(struct vault_listing *list);
AUTO_DEFINE(struct vault_listing, vault_listing_free)

RESULT vault_sync(int fd, const char *what);

#endif
