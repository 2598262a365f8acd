/* answers: signed OCSP responses kept for the same question, used only while the replica says the very same. */
#ifndef CA_STATUS_ANSWERS_H
#define CA_STATUS_ANSWERS_H

#include "ca/status/replica.h"

enum { ANSWER_ETAG = 35 };
struct answer {
	uint8_t cert_id[OCSP_CERT_ID_MAX];
	size_t cert_id_len;
	uint8_t record[REPLICA_RECORD];
	int64_t this_update, next_update, refresh_at;
	char etag[ANSWER_ETAG]; /* in quotes */
	struct buf der;
};

struct answers;
/* places: 0 keeps nothing. Bounded for ever: a question has one place, the youngest answer sits in it. */
RESULT answers_new(size_t places, struct answers **out);
void answers_free(struct answers *answers);
AUTO_DEFINE(struct answers, answers_free)

/* NULL: none that may be given now. Borrowed until the next answers_keep(). */
const struct answer *answers_find(const struct answers *answers, struct blob cert_id,
	const uint8_t record[static REPLICA_RECORD], int64_t now);
/* Copies; what cannot be kept (too long a CertID, no memory) is not kept. */
void answers_keep(struct answers *answers, const struct answer *answer, struct blob der);

#endif
