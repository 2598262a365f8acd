/* crl_file: a CRL made as a stream at constant memory: spool of entries, TBSCertList, frame; put in place by one rename. */
#ifndef CA_CRL_FILE_H
#define CA_CRL_FILE_H

#include "ca/crl_follow.h"
#include "common/flow/issuer_file.h"
#include "common/pki/crl.h"

struct crl_file; /* a CRL in the making, in unnamed files below the archive folder */

RESULT crl_file_new(const char *archive_folder, struct crl_file **out);
void crl_file_free(struct crl_file *file);
AUTO_DEFINE(struct crl_file, crl_file_free)

/* Serial numbers ascend as octets. */
RESULT crl_file_add(struct crl_file *file, const struct crl_entry *entry);
/* Holds all entries against the list that is public now, before anything is signed: crl_follow(). None there: nothing to hold. */
RESULT crl_file_follows(struct crl_file *file, const char *public_folder,
	const struct issuer *issuer, const struct crl_ended *ended);
/* Puts head and tail around the entries: the finished TBSCertList, to be read from its start. The descriptor is borrowed. */
RESULT crl_file_tbs(struct crl_file *file, const struct crl_fields *fields, int *fd);
/*
 * Frames it with its signature, reads the whole again (structure, issuer, number, count of entries, signature under the
 * issuer's key) and writes it durably to archive_folder/crl/<issuer>/<number>.crl. E_CRYPTO: what was read is not right.
 */
struct crl_facts {
	int64_t entries, size;
	uint8_t sha256[32];
	char path[512]; /* in the archive */
};
RESULT crl_file_finish(struct crl_file *file, const struct issuer *issuer,
	struct blob signature, struct crl_facts *out);
/* public_folder/crl/<issuer>.crl becomes this CRL by one rename. E_CONFLICT: the one there has a higher number. */
RESULT crl_file_publish(const struct crl_facts *facts, const char *public_folder,
	const struct issuer *issuer, uint64_t crl_number);

#endif
