/*
 * calendar: ends of certificates for calendar programs (iCalendar, RFC 5545), and the address at which one person's program
 * fetches them.
 *
 * A calendar program has neither a card nor a passkey, and no session. So a person may have one secret address, 256 random
 * bits, shown once and kept as a hash; it shows receipt numbers and days of his LRA, nothing of a person, and can do nothing.
 * It ends when he says so, when he makes another, and when the roster takes his role away.
 */
#ifndef LRA_CALENDAR_H
#define LRA_CALENDAR_H

#include "lra/lra.h"
#include "lra/web_token.h"

struct calendar_entry {
	const char *receipt; /* of ours: ASCII */
	int64_t not_after;
};
/* Begins a calendar, puts the entries one by one, ends it. page: where a case is looked at, "" for nowhere. now: DTSTAMP. */
RESULT calendar_begin(struct buf *out);
RESULT calendar_put(const struct calendar_entry *entry, const char *lra, const char *page,
	int64_t now, struct buf *out);
RESULT calendar_end(struct buf *out);

/* A new address for the caller; an older one ends. Audited. */
RESULT lra_calendar_open(struct lra_call *call, char token[static WEB_TOKEN]);
/* Ends the caller's address, if he has one. Audited. */
RESULT lra_calendar_close(struct lra_call *call);
/* What stands in the calendar of the token's owner. E_DENIED: no such token, it has ended, or he is no longer in force. */
RESULT lra_calendar_fetch(struct lra_call *call, const char *token, struct buf *out);

#endif
