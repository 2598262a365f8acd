/* decision_parts: what decision.c and enrolment.c share: the one is judged by the other. */
#ifndef COMMON_FLOW_DECISION_PARTS_H
#define COMMON_FLOW_DECISION_PARTS_H

#include "common/flow/enrolment.h"

/*
 * standing: judged as of the statement's own time, however old: its signer was then who he was. A certificate must be the
 * roster's own, unrevoked, or one that the roster names as used before.
 */
struct judging {
	const struct trust *trust;
	int64_t now;
	bool standing;
	unsigned depth; /* passkeys enrolled by passkeys enrolled by … */
};
enum { JUDGING_DEPTH = 3 };

RESULT decision_judge(const struct judging *judging, const struct decision *decision,
	struct statement *statement, struct decision_signer *signer);
/* The form "passkey": whose it is as of `at`, and the assertion. */
RESULT decision_judge_passkey(const struct judging *judging, struct blob statement,
	struct blob signature, int64_t at, struct decision_signer *out);
/* The form "list": that the statement is in it, and the signature below the list. */
RESULT decision_judge_list(const struct judging *judging, struct blob statement,
	struct blob signature, int64_t at, struct decision_signer *out);
/* Any bytes signed as a decision's statement is, by one signature of their own: not as one of a list. */
RESULT decision_judge_bytes(const struct judging *judging,
	const struct decision *decision, int64_t at, struct decision_signer *out);
/* A statement's time: not of the future, and not too old to count. E_DENIED. */
RESULT decision_check_time(const struct judging *judging, int64_t at);
/* enrolment_find(), at the time that is judged, one deeper. */
RESULT enrolment_find_at(const struct judging *judging, struct blob credential_id,
	int64_t at, struct enrolment *out);

#endif
