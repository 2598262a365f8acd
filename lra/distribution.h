/*
 * distribution: many hand-overs in one step (UX 14, 15). What is asked for is written down, the distributors (distributor.c) do
 * it, each person's exactly once. The PKCS #12 files wait, encrypted under PINs that wait sealed elsewhere, until they were
 * taken to where they belong; then they are erased, as they are behind the time for receipts. PINs go their own way: onto
 * letters (papers.h).
 */
#ifndef LRA_DISTRIBUTION_H
#define LRA_DISTRIBUTION_H

#include "lra/lra.h"

extern const struct fault_rule distribution_not_ready;

struct lra_distribution {
	int64_t id;
	bool again; /* the same request came before: this is the first answer */
};
/*
 * delivery: of a form with a PIN. receipts: JSON array of receipt numbers, of applications that are approved and whose key is
 * born at their hand-over. All or none: all that is wrong stands in call->faults, by receipt number. idempotency_key: or NULL.
 */
RESULT lra_distribute(struct lra_call *call, const struct lra_delivery *delivery,
	const struct json *receipts, const char *idempotency_key,
	struct lra_distribution *out);
/* Whose key is born is still handed over; everybody else waits again for somebody to do it. */
RESULT lra_distribution_cancel(struct lra_call *call, int64_t id);

/*
 * All its files as one ZIP archive, "A26-000001-K.p12" …, part by part like the ledger (papers.h); again and again until they
 * were taken. E_STATE with words: people still wait, or nothing is kept any more.
 */
struct distribution_files;
RESULT distribution_files_open(struct lra_call *call, int64_t id,
	struct distribution_files **out);
RESULT distribution_files_next(struct distribution_files *files, struct buf *part);
void distribution_files_free(struct distribution_files *files);
AUTO_DEFINE(struct distribution_files, distribution_files_free)
/* That they may be fetched now, and that they are, in the audit trail. */
RESULT lra_distribution_fetch(struct lra_call *call, int64_t id);
/* The files are safe with whoever fetched them: none is kept here any longer. */
RESULT lra_distribution_taken(struct lra_call *call, int64_t id);

/* The process that does it; several side by side share the work. */
RESULT lra_distributor(const struct lra_conf *conf);

#endif
