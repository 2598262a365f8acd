/* crl_walk: a TBSCertList of any length, judged and hashed in one pass at constant memory. */
#ifndef CA_SIGNER_CRL_WALK_H
#define CA_SIGNER_CRL_WALK_H

#include "common/pki/crl.h"

/* What it must say. Borrowed. */
struct crl_expected {
	struct blob issuer;                 /* DER Name of the CA certificate */
	struct blob key_identifier;         /* its SubjectKeyIdentifier */
	enum signature_algorithm algorithm; /* of its key; also of the digest */
	int64_t now, validity_max_s;
	uint64_t number_min; /* CRLNumber is not below it */
};

struct crl_walked {
	uint64_t crl_number, entries;
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t digest_len;
};

/*
 * fd: a plain file, read from its start to its end; every byte is read once, so what was judged is what was hashed, whoever
 * else may write to it. E_POLICY: not a list of this issuer, or its times or extensions are wrong. E_INPUT: not DER.
 */
RESULT crl_walk(int fd, const struct crl_expected *expected, struct crl_walked *out);

#endif
