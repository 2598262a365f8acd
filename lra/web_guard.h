/*
 * web_guard: what a request must show beside who sends it: that it comes from our own page, and, where the deed is grave,
 * that the person was there a moment ago. Pure: tables and their judgement.
 */
#ifndef LRA_WEB_GUARD_H
#define LRA_WEB_GUARD_H

#include "common/base/fault.h"
#include "common/net/http.h"

/* The refusals, with words for people; their codes are what pages look at. */
extern const struct fault_rule web_rule_none, /* nobody is logged in */
	web_rule_ended,                       /* the session is over, or was never one */
	web_rule_other,   /* the card is another one than the session's, or is gone */
	web_rule_step_up, /* show anew who you are, then repeat */
	web_rule_token,   /* X-Inkan-Token is missing or of another session */
	web_rule_origin;  /* from another site's page */

/* Where a request comes from, as the browser says; NULL what is absent. */
struct web_origin {
	const char *method;
	const char *sec_fetch_site, *origin, *host;
	const char
		*own; /* our own origin; NULL: "https://" and the Host that was asked */
	bool program; /* may come from no browser at all: no word of one is needed */
};
/* False for what another site's page made the browser send (RFC 6454, Fetch Metadata). */
bool web_guard_is_ours(const struct web_origin *from);
/* GET and HEAD change nothing; all others do. */
bool web_guard_changes(const char *method);

/*
 * The deeds that need a fresh proof of the person (UX part 4: approve, issue, print PIN, revoke, export); one table. Borrowed,
 * ended by a row without method. WEB_SIGNED: by passkey the deed is such a proof itself, for the passkey signs the very deed.
 */
enum web_grave { WEB_LIGHT, WEB_GRAVE, WEB_SIGNED };
struct web_step_up {
	const char *method, *path; /* of a row of the routes */
	enum web_grave grave;
};
extern const struct web_step_up web_step_ups[];
enum web_grave web_guard_grave(const struct http_route *route);

#endif
