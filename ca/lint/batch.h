/* batch: one frame of questions into one frame of verdicts; see common/flow/lint_pipe.h for the asker's side. */
#ifndef CA_LINT_BATCH_H
#define CA_LINT_BATCH_H

#include "ca/lint/lint.h"

/*
 * frame: for each item four octets of length and "profile NUL version NUL issuer NUL" with the TBSCertificate.
 * out: opened with LIMIT_FRAME; what it held is replaced: for each item four octets of length and "ok", or "no" with a line
 * "rule: words: detail" a finding; "no" alone where the frame could not hold them all.
 * E_INPUT: not of this form, and no verdict is given on any item.
 */
RESULT batch_judge(const struct lint_policy *policy, struct blob frame, struct buf *out);

#endif
