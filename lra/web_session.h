/* web_session: a browser's session: how it begins, what it is worth now, how it ends (R-ACC-06). */
#ifndef LRA_WEB_SESSION_H
#define LRA_WEB_SESSION_H

#include "lra/lra.h"
#include "lra/web_session_store.h"
#include "lra/web_token.h"

/* What is there for a session: why it is not worth anything, too. */
enum web_life {
	WEB_LIVE,
	WEB_ENDED,
	WEB_IDLE,
	WEB_TIME,
	WEB_ROSTER,
	WEB_PASSKEY,
	WEB_LIFE_COUNT
};
const char *web_life_name(enum web_life life); /* as in web_session.ended_by: "idle" */

/*
 * Judged anew at each request: not ended, seen within the idle time, before its absolute end, and its person has the very
 * roles that the roster gave him at login, in force; the passkey that logged in is his, in force. E_RETRY, E_IO: the registry
 * could not be asked.
 */
RESULT web_session_judge(const struct lra *lra, const struct web_session_row *row,
	int64_t now, enum web_life *out);
/* Seconds for which the last proof of the person still counts; 0: no more. */
int64_t web_session_fresh_s(const struct lra *lra, int64_t verified_at, int64_t now);

/* Roles as the registry keeps them: words with a space between. */
void web_session_roles(unsigned roles, char out[static WEB_ROLES]);

/*
 * The caller has just proved who he is: a new session, and whatever else he had open ends. row: person and roles are the
 * caller's; form and credential say by what.  token: for the cookie; kept nowhere.
 */
RESULT web_session_open(struct lra_call *call, const char *form,
	const uint8_t credential[static 32], struct web_session_row *out,
	char token[static WEB_TOKEN]);
/* The same for a session that goes on: a new token, so that nothing learned before is worth anything. E_STATE: has ended. */
RESULT web_session_verify(struct lra_call *call, struct web_session_row *row,
	char token[static WEB_TOKEN]);
RESULT web_session_end(struct lra_call *call, const struct web_session_row *row,
	const char *why);

/* Ends what is not live any more, each with its audit row; for the keeper. */
RESULT web_session_sweep(struct lra_call *call);

#endif
