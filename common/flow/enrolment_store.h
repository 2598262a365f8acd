/* enrolment_store: the documents about passkeys, as every verifier reads them. */
#ifndef COMMON_FLOW_ENROLMENT_STORE_H
#define COMMON_FLOW_ENROLMENT_STORE_H

#include "common/db/db.h"
#include "common/flow/enrolment.h"

extern const struct db_stmt_list enrolment_store_reading;

/* At most ENROLMENT_PAPERS of them, those that end a passkey first. */
RESULT enrolment_store_papers(struct db *db, struct blob credential_id,
	struct enrolment_papers *out);

#endif
