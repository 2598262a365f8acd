/* application: the states of an application and the one table of steps between them (HOUSE part 1, R-APP-01). */
#ifndef COMMON_FLOW_APPLICATION_H
#define COMMON_FLOW_APPLICATION_H

#include "common/flow/role.h"

enum application_state {
	APP_NONE,
	APP_RECEIVED,
	APP_IDENTIFIED,
	APP_SUBMITTED,
	APP_VERIFIED,
	APP_REFUSED,
	APP_ORDERED,
	APP_ISSUED,
	APP_DELIVERED,
	APP_ACCEPTED,
	APP_REJECTED,
	APP_WITHDRAWN,
	APP_STATE_COUNT
};
enum application_event {
	EV_RECEIVE,
	EV_AMEND,
	EV_IDENTIFY,
	EV_APPROVE,
	EV_SEND_BACK,
	EV_REJECT,
	EV_WITHDRAW,
	EV_VERIFY,
	EV_REFUSE,
	EV_BIND_KEY,
	EV_PLACE,
	EV_ISSUE,
	EV_LOSE_KEY,
	EV_DELIVER,
	EV_CONFIRM,
	EV_HOLD,
	EV_RESUME,
	EV_LAPSE,
	EV_COUNT
};
const char *application_state_name(
	enum application_state state); /* "received"; "" for NONE */
RESULT application_state_by_name(const char *name, enum application_state *out);
const char *application_event_name(enum application_event event); /* "sendBack" */

/* The one way to a new state. E_STATE: no such step from here; E_DENIED: the step exists, but for another role. roles: bits. */
RESULT application_step(enum application_state from, enum application_event event,
	unsigned roles, enum application_state *to, enum role *as);

/* The table itself, for the test that holds it against the database's and for the manual. */
struct application_row {
	enum application_state from;
	enum application_event event;
	enum role role;
	const char *database_role;
	enum application_state to;
};
const struct application_row *application_rows(size_t *count);

/* "A26-000123-K" from year and number; the last letter checks the others, so that a slip on paper is noticed. */
RESULT receipt_number_write(int year, int64_t number, char out[static 24]);
bool receipt_number_valid(const char *text);

#endif
