/*
 * webhook: one notice as JSON to an organisation's program, signed as Standard Webhooks has it, so that receivers find libraries:
 *
 *   webhook-id: notice-12              the same at every try: whoever has it already does nothing more
 *   webhook-timestamp: 1795401234      of this try; older than five minutes is somebody's replay
 *   webhook-signature: v1,BASE64       HMAC-SHA-256 with the shared secret over "ID.TIMESTAMP.BODY"
 *
 * The body names no person: receipt number, LRA, kind and time. An answer 2xx is taken; 410 ends it; all else is tried again.
 */
#ifndef LRA_NOTICES_WEBHOOK_H
#define LRA_NOTICES_WEBHOOK_H

#include "common/base/secret.h"
#include "lra/notices/notice.h"

enum { WEBHOOK_ANSWER = 200 };

RESULT webhook_body(const struct notice *notice, struct buf *out);
/* The value of webhook-signature. */
RESULT webhook_sign(const struct secret *secret, const char *id, int64_t at,
	struct blob body, struct buf *out);
/* answer: "HTTP 200", or why not. E_POLICY: refused for good. E_RETRY, E_CRYPTO: not now. */
RESULT webhook_send(const struct notice_webhook *webhook, const struct notice *notice,
	int64_t now, char answer[static WEBHOOK_ANSWER]);

#endif
