/*
 * lint_pipe: asking the linter (R-ISS-02) from the side of whoever is about to sign. One frame holds a batch; the linter
 * answers each frame in order, so that a second one may be on its way while the first is judged.
 */
#ifndef COMMON_FLOW_LINT_PIPE_H
#define COMMON_FLOW_LINT_PIPE_H

#include "common/base/blob.h"

struct lint_item {
	const char *profile; /* name */
	int64_t profile_version;
	const char *issuer; /* word of issuers.cfg */
	struct blob tbs;    /* TBSCertificate, DER: the very bytes that will be signed */
};

/* room: opened by the caller with LIMIT_FRAME, what it held is replaced. E_INPUT: too long for a frame. */
RESULT lint_pipe_send(int fd, const struct lint_item *items, size_t count,
	struct buf *room);

/*
 * verdicts: one an item; E_NONE or E_POLICY with the first finding and how many more. room: opened by the caller with
 * LIMIT_FRAME. E_IO: the linter is gone, or answered something else than verdicts: nothing may be signed.
 */
RESULT lint_pipe_receive(int fd, size_t count, struct buf *room, struct err *verdicts);

#endif
