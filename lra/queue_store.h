/* queue_store: open cases as the counter lists them, who has taken which, what happened to one, and where to find it. */
#ifndef LRA_QUEUE_STORE_H
#define LRA_QUEUE_STORE_H

#include "common/db/db.h"

extern const struct db_stmt_list lra_queue_stmts;

/* How many cases of one LRA wait in each state, without those on hold; those of keys that are born at hand-over apart. late_*_s: when a case is late. */
struct lra_queue_terms {
	int64_t now;
	int64_t within_s;  /* a case may wait this long in one state */
	int64_t receipt_s; /* and this long for its receipt */
};
RESULT lra_store_queue_counts(struct db *db, const char *lra,
	const struct lra_queue_terms *terms, struct db_rows **out);
enum { WAITING_STATE, WAITING_HANDOVER, WAITING_COUNT, WAITING_LATE, WAITING_OLDEST };
/* Of those, the ones that this person has taken. */
RESULT lra_store_queue_taken(struct db *db, const char *lra, const char *person,
	int64_t *out);

enum lra_queue_keys { QUEUE_KEYS_OWN, QUEUE_KEYS_HANDOVER, QUEUE_KEYS_ALL };
struct lra_queue_filter {
	const char *lra;
	const char *taken_by; /* "": whoever has it */
	const struct blob *states;
	size_t state_count;
	enum lra_queue_keys verified; /* which of the verified ones */
	bool held;                    /* those on hold, too */
	int64_t after_due, after_id;  /* behind this one; 0, 0: from the first */
	int64_t most;
};
/* By the time when they are due, the oldest first. */
RESULT lra_store_queue_list(struct db *db, const struct lra_queue_filter *filter,
	const struct lra_queue_terms *terms, struct db_rows **out);
/* Those on hold, the soonest to be looked at first. */
RESULT lra_store_queue_held(struct db *db, const char *lra, const char *taken_by,
	int64_t most, struct db_rows **out);
RESULT lra_store_queue_held_count(struct db *db, const char *lra, int64_t now,
	struct db_rows **out);
enum { HELD_COUNT, HELD_LATE, HELD_OLDEST };
/*
 * Revocations that were asked for and are not public yet, as cases with their own due time; and those that are proposed,
 * because the receipt was not confirmed in its time: event notReceived.
 */
RESULT lra_store_queue_revocations(struct db *db, const char *lra,
	const struct lra_queue_terms *terms, int64_t most, struct db_rows **out);
/*
 * Cases, open or not, newest first: whose receipt number or number in the personnel register begins with the text, whose
 * certificate has the serial number or the fingerprint, whose organisation has the number, or whose name has the text as a part; a text shorter than three characters only at the
 * beginning of one of its words.
 */
struct lra_search {
	const char *lra;   /* "": for those who see all */
	const char *text;  /* normalised */
	const char *state; /* "": any */
	/* What else the text may be; none, empty and "": it is not. */
	struct blob serial_numbers[2];
	size_t serial_count;
	struct blob sha256, sha1; /* fingerprints of a certificate */
	const char *organization_number;
	int64_t before; /* ids below this one */
	int64_t most;
};
RESULT lra_store_search(struct db *db, const struct lra_search *asked,
	struct db_rows **out);
enum {
	QUEUED_ID,
	QUEUED_RECEIPT,
	QUEUED_STATE,
	QUEUED_PROFILE,
	QUEUED_NAME,
	QUEUED_ENTITY,
	QUEUED_KEY_ORIGIN,
	QUEUED_ENTERED_BY,
	QUEUED_RECEIVED_AT,
	QUEUED_CHANGED_AT,
	QUEUED_DUE_AT, /* NULL when nothing is due any more */
	QUEUED_TAKEN_BY,
	QUEUED_EVENT,       /* of a revocation, else NULL */
	QUEUED_PROPOSED,    /* nobody asked for that revocation yet */
	QUEUED_UNTOLD,      /* a notice did not reach somebody */
	QUEUED_UNDELIVERED, /* so many mails that ask for its receipt did not arrive */
	QUEUED_UNFETCHED, /* "expired", "locked" or "recalled": its file was not picked up; else NULL */
	QUEUED_HELD_AT, /* NULL, with those behind it: not on hold */
	QUEUED_HOLD_REASON,
	QUEUED_RESUMER,
	QUEUED_RESUME_ON,
	QUEUED_ISSUER, /* of the certificate that a proposal is about; else NULL */
	QUEUED_SERIAL
};

/* Who works on it; person NULL gives it back. E_NOT_FOUND: no such case of this LRA. */
RESULT lra_store_take(struct db_tx *tx, const char *lra, const char *receipt,
	const char *person, int64_t now);

/* What happened to one case, oldest first. */
RESULT lra_store_history(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum { HISTORY_AT, HISTORY_EVENT, HISTORY_ACTOR, HISTORY_ROLE, HISTORY_DETAIL };
/* A version as it came in, byte for byte.  E_NOT_FOUND: none. */
RESULT lra_store_entered(struct db *db, const char *lra, const char *receipt,
	int64_t version, struct buf *out);
/* Its hand-overs, oldest first. */
RESULT lra_store_deliveries(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum {
	HANDED_FORM,
	HANDED_FILE_CHANNEL,
	HANDED_PIN_CHANNEL,
	HANDED_PIN_WAITS,
	HANDED_PIN_SHOWN_AT,
	HANDED_BY,
	HANDED_AT,
	HANDED_DUE_AT,
	HANDED_RECEIPT_METHOD,
	HANDED_RECEIPT_AT,
	HANDED_PICKUP_UNTIL, /* NULL, and the three below of no meaning: no link was given out */
	HANDED_PICKUP_TRIES,
	HANDED_PICKUP_AT, /* when it was fetched, or ended */
	HANDED_PICKUP_STATE
};
/* When the holder is reminded of its receipt, while that is waited for: days behind the hand-over, and the time. */
RESULT lra_store_reminders(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out);
enum { REMINDER_DAYS, REMINDER_AT, REMINDER_LRA };

#endif
