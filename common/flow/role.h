/* role: what a person or a component may be, in words and bits. Mutually exclusive ones never meet in one person (R-ACC-02). */
#ifndef COMMON_FLOW_ROLE_H
#define COMMON_FLOW_ROLE_H

#include "common/base/err.h"

enum role {
	ROLE_LRA_CLERK = 1 << 0,    /* enters, verifies, delivers, asks for revocation */
	ROLE_LRA_APPROVER = 1 << 1, /* the second person */
	ROLE_RA_OFFICER = 1 << 2,   /* reads at the RA */
	ROLE_AUDITOR = 1 << 3,      /* reads everything, changes nothing */
	ROLE_RA = 1 << 4,           /* component: signs orders */
	ROLE_LRA_GATEWAY = 1 << 5,  /* component: binds keys born at hand-over */
	ROLE_SUBSCRIBER = 1 << 6,   /* holder of a certificate of ours */
	/*
	 * The LRA's head (R-ACC-01): enrols and removes its people's passkeys, two of them together; decides on no case.
	 * Not the RA's officer, for an LRA answers for its own people (R-LRA-01), and no role may do everything.
	 */
	ROLE_LRA_ADMIN = 1 << 7,
};

const char *role_name(enum role role); /* "lraClerk"; as in the table application_step */
/* The one that stands in an audit row of who has several; nobody's: a subscriber. */
enum role role_first(unsigned of);
/* E_INPUT: no such role. */
RESULT role_by_name(const char *name, enum role *out);
/* E_POLICY: two of these roles exclude each other in one person. */
RESULT role_check_set(unsigned roles);

#endif
