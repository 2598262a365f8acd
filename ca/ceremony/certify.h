/* certify: one certificate: built, linted, signed, read again, verified up to its root, and only then written. */
#ifndef CA_CEREMONY_CERTIFY_H
#define CA_CEREMONY_CERTIFY_H

#include "ca/ceremony/subject_key.h"

/* out: the certificate's DER, opened by the caller with LIMIT_CERT. E_POLICY: profile or linter refuse. */
RESULT certify_row(struct room *room, const struct plan_row *row,
	const struct subject_key *key, int64_t now, struct buf *out);
/* R-ISS-03: the parsed certificate is this row's, of this key, and leads to its root. */
RESULT certify_check(struct room *room, const struct plan_row *row, struct blob spki,
	struct blob der, int64_t now);
/* A CA whose certificate exists joins those that sign. key: its token_key is taken over. */
RESULT authority_add(struct room *room, const struct plan_row *row,
	struct subject_key *key, struct blob der);

#endif
