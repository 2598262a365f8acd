/* letter: one notice as a mail, signed by the key of whoever sends (RFC 8551). Pure: bytes out. */
#ifndef LRA_NOTICES_LETTER_H
#define LRA_NOTICES_LETTER_H

#include "common/pki/signature.h"
#include "lra/notices/notice.h"
#include "lra/notices/template.h"

struct letter_sender {
	const char *mailbox; /* "notices@ca.example" */
	const struct templates *templates;
	struct blob certificate;  /* DER; empty: mails are not signed */
	const struct blob *chain; /* DER, the CA's above it */
	size_t chain_count;
	struct signing_key key;
};

/*
 * The message for one recipient. Date and Message-ID are of the delivery and its round, so that a message which is sent twice,
 * because nobody knows whether it arrived, is the same to its reader.  now: signingTime.
 */
RESULT letter_write(const struct letter_sender *sender,
	const struct notice_office *office, const struct notice *notice,
	const struct notice_task *task, int64_t now, struct buf *out);

#endif
