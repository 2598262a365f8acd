/*
 * vault: the folder of sealed evidence. One folder a case, named by its receipt number; in it
 *
 *   key.archive   the case's key for the archive's private key (archive_key.h): how an auditor opens the case, for ever
 *   key.work      the same under a secret of this LRA (seal.h): how clerks see it, until the case is closed
 *   HEX.sealed    the files (sealed.h), named at random: no name tells of whom they are
 *   HEX.part      uploads under way, locked by their process; what no living process holds is swept
 *
 * Files and not rows: the registry's dump, its log and its replicas stay free of evidence even as ciphertext, a destroyed key
 * lives on in none of their backups, and a scan of 20 MiB passes through 64 KiB of memory. A copy of one folder is all that an
 * auditor needs. What files cost is the order of the two stores: durable file first, then its row; destroyed file last, behind
 * its row; a file without a row is garbage.
 */
#ifndef LRA_VAULT_H
#define LRA_VAULT_H

#include "common/base/limits.h"
#include "lra/sealed.h"

enum {
	VAULT_NAME = 33,
	EVIDENCE_LARGEST = 64 * MIB /* no setting allows more */
};
#define VAULT_ARCHIVE_KEY "key.archive"

struct vault_settings {
	const char *folder;  /* exists; nobody but the LRA may enter it */
	const char *archive; /* PEM certificate */
	const char *seal;    /* a secret's source: 32 octets or more */
	int64_t largest;     /* octets of one file */
};
struct vault;
RESULT vault_open(const struct vault_settings *settings, struct vault **out);
void vault_free(struct vault *vault);
AUTO_DEFINE(struct vault, vault_free)
int64_t vault_largest(const struct vault *vault);

/*
 * ---- one file on its way in; vault_upload_free removes it before its end. Behind it, only vault_upload_drop does: whether the
 * row of a file came to be may be unknown (db_commit), and a row without its file is the worse loss.
 */
struct vault_upload;
/* E_STATE: the case is closed. */
RESULT vault_upload_begin(struct vault *vault, const char *receipt,
	const char *media_type, struct vault_upload **out);
RESULT vault_upload_put(struct vault_upload *upload, struct blob bytes);
/* The file lies there under its name, whatever power fails now. */
RESULT vault_upload_end(struct vault_upload *upload, char name[static VAULT_NAME],
	struct sealed_digests *out);
void vault_upload_drop(struct vault_upload *upload); /* it has no row, surely */
void vault_upload_free(struct vault_upload *upload);
AUTO_DEFINE(struct vault_upload, vault_upload_free)

/* ---- what lies there */

/* The whole file as plaintext into memory that has a descriptor (memfd), judged against its digest before anybody sees it.
 * E_STATE: the case is closed.  E_CRYPTO: changed.  E_NOT_FOUND: gone. */
RESULT vault_read(struct vault *vault, const char *receipt, const char *name,
	const uint8_t sha256[static 32], int *fd);
/* As it lies there, sealed; or VAULT_ARCHIVE_KEY. */
RESULT vault_file(struct vault *vault, const char *receipt, const char *name, int *fd);
/* E_CRYPTO: not these octets. E_NOT_FOUND: gone. */
RESULT vault_check(struct vault *vault, const char *receipt, const char *name,
	const uint8_t sealed[static 32]);

/* ---- ends; both may be done again */

/* The LRA's own key of the case is erased: from now on only the archive opens it. */
RESULT vault_close_case(struct vault *vault, const char *receipt);
/* Both keys are overwritten and erased first, then the files and the folder. */
RESULT vault_destroy_case(struct vault *vault, const char *receipt);

/*
 * Removes what no living process is writing, what is older than `before` and, of sealed files, what known() does not know. Cases
 * and files that were last changed before `after` were looked at already: 0 looks at all.
 */
struct vault_sweep {
	int64_t after, before;
	struct err (*known)(void *context, const char *name, bool *out);
	void *context;
	size_t removed;
};
RESULT vault_sweep(struct vault *vault, struct vault_sweep *sweep);

#endif
