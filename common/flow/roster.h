/*
 * roster: who may do what, and for whom: roster.cfg. It belongs to the CA's and RA's own hosts, not to the registry, so that
 * whoever holds the database still cannot name new clerks or widen a scope (R-ACC-08, R-LRA-02).
 */
#ifndef COMMON_FLOW_ROSTER_H
#define COMMON_FLOW_ROSTER_H

#include "common/conf/conf.h"
#include "common/flow/content.h"
#include "common/flow/role.h"

enum { ROSTER_WORDS = 8 };

/* An LRA with its contract (R-LRA-01): what it may ask for. */
struct roster_lra {
	char id[32]; /* "LRA-0001" */
	char name[200];
	size_t organization_count, identifier_count, domain_count, profile_count;
	char organization[ROSTER_WORDS][200]; /* exact organizationName values */
	char organization_identifier[ROSTER_WORDS][40]; /* exact */
	char mail_domain[ROSTER_WORDS][128];            /* exact, lower-case A-labels */
	char profile[ROSTER_WORDS][32];
	int64_t validity_max_s;
	int64_t quota_per_month; /* orders that the CA accepts in a calendar month, UTC; 0: as many as come */
	bool revoke_unreceived; /* by itself, when receipt is not confirmed in time (R-LRA-09); else people decide */
	int64_t valid_from, valid_until; /* of the contract */
};

/* A natural person; identified by certificates, one to log in and one to sign decisions, or by passkeys (enrolment.h). */
struct roster_person {
	char id[32]; /* "sato" */
	char name[128], name_ja[128];
	char lra[32]; /* "" for staff of the RA and auditors */
	unsigned roles;
	uint8_t auth_certificate[32],
		sign_certificate[32]; /* SHA-256 of the DER; zeros: none */
	/* Those he signed with before: what they signed then stands (enrolments), new decisions are refused. */
	size_t past_count;
	uint8_t past_sign_certificate[ROSTER_WORDS][32];
	int64_t valid_from, valid_until; /* of the appointment to the role */
	int64_t training_until; /* R-LRA-15, R-AUD-04; 0: as long as the appointment */
};

/* A program that signs: RA orders, LRA key links. */
struct roster_component {
	char id[32];
	enum role role;
	char lra[32];
	uint8_t certificate[32];
};

struct roster;
RESULT roster_load(const char *path, struct roster **out, struct conf_faults *faults);
void roster_free(struct roster *roster);
AUTO_DEFINE(struct roster, roster_free)

const struct roster_lra *roster_lra(const struct roster *roster,
	const char *id); /* NULL: none */
const struct roster_lra *roster_lra_at(const struct roster *roster,
	size_t index); /* from 0; NULL: there are no more */
const struct roster_person *roster_person(const struct roster *roster, const char *id);
/* One after the other, from 0; NULL: there are no more. */
const struct roster_person *roster_person_at(const struct roster *roster, size_t index);
/* By SHA-256 of a certificate; NULL: nobody's. */
const struct roster_person *roster_by_auth(const struct roster *roster,
	const uint8_t digest[static 32]);
const struct roster_person *roster_by_sign(const struct roster *roster,
	const uint8_t digest[static 32]);
/* By one that he signed with before. */
const struct roster_person *roster_by_past_sign(const struct roster *roster,
	const uint8_t digest[static 32]);
const struct roster_component *roster_component(const struct roster *roster,
	const uint8_t digest[static 32]);

/*
 * What a person's standing rests on: appointment, training, and the contract of his LRA. at: the last second in which it
 * holds; rule: the words for it, static.
 */
struct roster_standing {
	const struct fault_rule *rule;
	int64_t at;
};
enum { ROSTER_STANDINGS = 3 };

/* The first of them that does not hold at `now`; NULL: all do (R-LRA-01, R-LRA-15). */
const struct fault_rule *roster_lapsed(const struct roster *roster,
	const struct roster_person *person, int64_t now);
/* Those that hold at `now` and not after now + ahead_s; how many. */
size_t roster_lapsing(const struct roster *roster, const struct roster_person *person,
	int64_t now, int64_t ahead_s,
	struct roster_standing out[static ROSTER_STANDINGS]);

/* Is the person's role, and the contract of the LRA, in force. E_DENIED says which is not. */
RESULT roster_in_force(const struct roster *roster, const struct roster_person *person,
	int64_t now);

/* R-LRA-01, -02: everything of the content lies within the LRA's scope; all faults. */
void scope_check(const struct roster_lra *lra, const struct content *content, int64_t now,
	struct faults *faults);

#endif
