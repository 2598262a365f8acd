/*
 * enrol: passkeys of an LRA's people (R-ACC-04): an administrator hands out a code, the person's browser registers with it,
 * and two administrators sign whose the passkey is (common/flow/enrolment.h). Who lost both passkeys begins anew the same way.
 */
#ifndef LRA_ENROL_H
#define LRA_ENROL_H

#include "lra/enrol_store.h"
#include "lra/lra.h"

enum { ENROL_CODE = 24 }; /* "XXXXX-XXXXX-XXXXX-XXXXX" (100 random bits) and NUL */

/* The caller is an administrator: a code for somebody else of his LRA, good for a day, once; an older one ends. */
struct enrol_invitation {
	char code[ENROL_CODE]; /* kept nowhere: the registry has a slow hash */
	int64_t expires_at;
};
RESULT lra_enrol_invite(struct lra_call *call, const char *person,
	struct enrol_invitation *out);

/* The caller is whoever knows the code. A wrong one counts; the fifth ends it. */
struct enrol_challenge {
	uint8_t challenge[32];
	const struct roster_person *person;
};
RESULT lra_enrol_begin(struct lra_call *call, const char *person, const char *code,
	struct enrol_challenge *out);
struct enrol_registration {
	const char *person, *code;
	struct blob client_data_json, attestation_object;
};
RESULT lra_enrol_register(struct lra_call *call,
	const struct enrol_registration *registration,
	char fingerprint[static ENROLMENT_FINGERPRINT]);

/* id: of the row. kind: DECISION_ENROL or DECISION_DISENROL. E_NOT_FOUND also for another LRA's. */
RESULT lra_enrol_statement(struct lra_call *call, int64_t id, enum decision_kind kind,
	struct buf *out);
RESULT lra_enrol_decide(struct lra_call *call, int64_t id,
	const struct decision *decision);

#endif
