/* client: what the issuer and the publisher may ask of the signer: typed requests over their own pipe, nothing else. */
#ifndef CA_SIGNER_CLIENT_H
#define CA_SIGNER_CLIENT_H

#include "common/pki/serial.h"
#include "common/pki/signature.h"

/* A certificate to be built, linted and signed. The signer looks up profile and issuer in its own files. Borrowed. */
struct signer_request {
	const char *issuer;  /* word of issuers.cfg */
	const char *profile; /* name */
	int64_t profile_version;
	struct serial serial_number;
	int64_t not_before, not_after;
	struct blob subject;                 /* DER Name */
	struct blob subject_alt_name;        /* DER GeneralNames, or empty */
	struct blob subject_public_key_info; /* DER */
};
struct signer_answer {
	struct err
		err; /* E_POLICY: profile or lint refused (text says what); no certificate then */
	struct blob certificate; /* points into the buf given */
};
enum { SIGNER_BATCH = 128 };
/* Answers come in the order of the requests. hold: opened by the caller with LIMIT_FRAME, keeps the certificates' bytes.
 * E_IO: the signer is gone, or linter or token failed it; nothing is known of the batch, and no request is to be refused for that. */
RESULT signer_certify(int fd, const struct signer_request *requests, size_t count,
	struct buf *hold, struct signer_answer *out);

/* Reads a TBSCertList from tbs_fd (from its start to its end), judges it, signs it. E_POLICY: it is not one of this issuer's. */
RESULT signer_sign_crl(int fd, const char *issuer, int tbs_fd,
	uint8_t signature[static SIGNATURE_MAX], size_t *len);

#endif
