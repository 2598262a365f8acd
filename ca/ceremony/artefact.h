/* artefact: the files that a ceremony leaves, each written whole or not at all. */
#ifndef CA_CEREMONY_ARTEFACT_H
#define CA_CEREMONY_ARTEFACT_H

#include "ca/ceremony/room.h"

/* Makes OUTPUT, OUTPUT/public/ca and OUTPUT/public/crl. E_CONFLICT: a ceremony was finished there. */
RESULT artefact_folders(const struct room *room);
/* WORD.pem; for end entities also WORD-chain.pem with the CA above, as servers send it. */
RESULT artefact_certificate(struct room *room, const struct plan_row *row,
	struct blob der);
/* DER of WORD.pem. E_NOT_FOUND. out: opened with LIMIT_CERT. */
RESULT artefact_read_certificate(const struct room *room, const struct plan_row *row,
	struct buf *out);
/* public/ca/WORD.cer, and issuers.cfg as far as it goes. */
RESULT artefact_authorities(struct room *room);
/* public/crl/WORD.crl. Reading: E_NOT_FOUND when there is none. */
RESULT artefact_read_crl(const struct room *room, const char *word, struct buf *out);
RESULT artefact_crl(struct room *room, const char *word, struct blob der);
/* fingerprints.sha256: "SHA-256 of the DER, two spaces, word" a certificate (R-CA-KEY-13, and for the roster). */
RESULT artefact_fingerprints(struct room *room);
/* manifest.sha256 over all files but keys, in the form of sha256sum; its presence says that the ceremony is finished. */
RESULT artefact_manifest(struct room *room);

#endif
