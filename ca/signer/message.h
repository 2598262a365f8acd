/* message: what goes over the pipe between issuer or publisher and signer, in DER. Both sides are in this one file. */
#ifndef CA_SIGNER_MESSAGE_H
#define CA_SIGNER_MESSAGE_H

#include "ca/signer/client.h"
#include "common/pki/profile.h"

enum message_kind {
	MESSAGE_CERTIFY, /* [0] { SEQUENCE of what a certificate will say … } */
	MESSAGE_CRL,     /* [1] { issuer }, with the TBSCertList as a descriptor */
};

enum { MESSAGE_WORD = 32 };

/* A request as read; request points into issuer, profile and the frame's bytes, so an item is not copied about. */
struct message_item {
	char issuer[MESSAGE_WORD];
	char profile[PROFILE_NAME];
	struct signer_request request;
};
struct message {
	enum message_kind kind;
	size_t count; /* of certify */
	struct message_item item[SIGNER_BATCH];
	char issuer[MESSAGE_WORD]; /* of crl */
};

RESULT message_write_certify(const struct signer_request *requests, size_t count,
	struct der_writer *w);
RESULT message_write_crl(const char *issuer, struct der_writer *w);
/* E_INPUT: not a message, none or more than SIGNER_BATCH items. out: points into frame. */
RESULT message_parse(struct blob frame, struct message *out);

/* An answer frame is a SEQUENCE of these; bytes: certificate or signature, empty with an error. */
void message_put_answer(struct der_writer *w, struct err err, struct blob bytes);
/* Exactly count of them. E_INPUT otherwise. out: points into frame. */
RESULT message_parse_answers(struct blob frame, size_t count, struct signer_answer *out);

#endif
