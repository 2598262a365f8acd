/* evidence: the papers themselves, sealed: taken in, shown with a reason, closed with the case, destroyed with a record. */
#ifndef LRA_EVIDENCE_H
#define LRA_EVIDENCE_H

#include "lra/evidence_media.h"
#include "lra/lra.h"
#include "lra/vault.h"

/* ---- one file on its way in: bytes first, who may and the row behind them */
struct evidence_upload;
/*
 * lra_id: of the clerk. type: as the request declares it. What is wrong is kept, so that the step below tells it in words; the
 * bytes are then dropped. Fails only without memory.
 */
RESULT evidence_upload_begin(struct lra *lra, const char *lra_id, const char *receipt,
	const char *type, struct evidence_upload **out);
RESULT evidence_upload_put(void *upload, struct blob bytes);
void evidence_upload_free(void *upload);

struct evidence_stored {
	int64_t size;
	const struct evidence_media *media;
	bool again; /* it lay there already */
	int64_t application_id;
};
/*
 * sha256: as the clerk's machine found it. Durable when it returns OK: first the file, then its row with the audit event.
 */
RESULT lra_evidence_store(struct lra_call *call, const char *receipt, struct blob sha256,
	struct evidence_upload *upload, struct evidence_stored *out);

/* ---- looks; each leaves an audit event (R-PRV-04) */

/* What somebody may say that he looks for. NULL-ended. */
extern const char *const evidence_purposes[];
/* fd: the plaintext, judged whole. */
RESULT lra_evidence_look(struct lra_call *call, const char *receipt, struct blob sha256,
	const char *purpose, const struct evidence_media **media, int *fd);
/* Sealed, for whoever has the archive's private key elsewhere: a file, or with sha256 empty the case's key. */
RESULT lra_evidence_fetch(struct lra_call *call, const char *receipt, struct blob sha256,
	int *fd);

/* ---- the end */

/* R-LOG-07: from when on the evidence of a case that ended then may be destroyed. */
int64_t lra_evidence_due_at(const struct lra *lra, int64_t ended);
RESULT lra_destruction_propose(struct lra_call *call, const char *receipt,
	const char *reason);
RESULT lra_destruction_approve(struct lra_call *call, const char *receipt);

/* The keeper's part, again and again: closes, destroys, sweeps, checks what lies there. */
struct evidence_keeping {        /* zero at the start */
	int64_t next_at;         /* the next round */
	int64_t sweep_at, swept; /* the next sweep, and up to when the last one looked */
	int64_t check_at,
		checked; /* the next pass over all files; the last file of this one */
};
RESULT lra_evidence_keep(struct lra_call *call, struct evidence_keeping *keeping);

#endif
