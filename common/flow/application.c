#include "common/flow/application.h"

#include "common/base/table.h"

/* clang-format off */
static const char *const state_names[APP_STATE_COUNT] = {
	[APP_NONE] = "",              [APP_RECEIVED] = "received",   [APP_IDENTIFIED] = "identified",
	[APP_SUBMITTED] = "submitted", [APP_VERIFIED] = "verified",  [APP_REFUSED] = "refused",
	[APP_ORDERED] = "ordered",    [APP_ISSUED] = "issued",       [APP_DELIVERED] = "delivered",
	[APP_ACCEPTED] = "accepted",  [APP_REJECTED] = "rejected",   [APP_WITHDRAWN] = "withdrawn",
};
static const char *const event_names[EV_COUNT] = {
	[EV_RECEIVE] = "receive",  [EV_AMEND] = "amend",      [EV_IDENTIFY] = "identify", [EV_APPROVE] = "approve",
	[EV_SEND_BACK] = "sendBack", [EV_REJECT] = "reject",  [EV_WITHDRAW] = "withdraw", [EV_VERIFY] = "verify",
	[EV_REFUSE] = "refuse",    [EV_BIND_KEY] = "bindKey", [EV_PLACE] = "place",       [EV_ISSUE] = "issue",
	[EV_LOSE_KEY] = "loseKey", [EV_DELIVER] = "deliver",  [EV_CONFIRM] = "confirm",
	[EV_HOLD] = "hold",        [EV_RESUME] = "resume",  [EV_LAPSE] = "lapse",
};

/* from, event, by, the process's database role, to; the same rows stand in sql/schema.sql */
static const struct application_row rows[] = {
	{ APP_NONE,       EV_RECEIVE,   ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_RECEIVED,   EV_AMEND,     ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_IDENTIFIED, EV_AMEND,     ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_SUBMITTED,  EV_AMEND,     ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_REFUSED,    EV_AMEND,     ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_RECEIVED,   EV_IDENTIFY,  ROLE_LRA_CLERK,    "inkan_lra",    APP_IDENTIFIED },
	{ APP_IDENTIFIED, EV_APPROVE,   ROLE_LRA_APPROVER, "inkan_lra",    APP_SUBMITTED  },
	{ APP_IDENTIFIED, EV_SEND_BACK, ROLE_LRA_APPROVER, "inkan_lra",    APP_RECEIVED   },
	{ APP_RECEIVED,   EV_REJECT,    ROLE_LRA_APPROVER, "inkan_lra",    APP_REJECTED   },
	{ APP_IDENTIFIED, EV_REJECT,    ROLE_LRA_APPROVER, "inkan_lra",    APP_REJECTED   },
	{ APP_RECEIVED,   EV_WITHDRAW,  ROLE_LRA_CLERK,    "inkan_lra",    APP_WITHDRAWN  },
	{ APP_IDENTIFIED, EV_WITHDRAW,  ROLE_LRA_CLERK,    "inkan_lra",    APP_WITHDRAWN  },
	{ APP_SUBMITTED,  EV_WITHDRAW,  ROLE_LRA_CLERK,    "inkan_lra",    APP_WITHDRAWN  },
	{ APP_REFUSED,    EV_WITHDRAW,  ROLE_LRA_CLERK,    "inkan_lra",    APP_WITHDRAWN  },
	{ APP_VERIFIED,   EV_WITHDRAW,  ROLE_LRA_CLERK,    "inkan_lra",    APP_WITHDRAWN  },
	{ APP_SUBMITTED,  EV_VERIFY,    ROLE_RA,           "inkan_orders", APP_VERIFIED   },
	{ APP_SUBMITTED,  EV_REFUSE,    ROLE_RA,           "inkan_orders", APP_REFUSED    },
	{ APP_VERIFIED,   EV_BIND_KEY,  ROLE_LRA_GATEWAY,  "inkan_lra",    APP_VERIFIED   },
	{ APP_VERIFIED,   EV_PLACE,     ROLE_RA,           "inkan_orders", APP_ORDERED    },
	{ APP_VERIFIED,   EV_REFUSE,    ROLE_RA,           "inkan_orders", APP_REFUSED    },
	{ APP_ORDERED,    EV_ISSUE,     ROLE_RA,           "inkan_orders", APP_ISSUED     },
	{ APP_ORDERED,    EV_REFUSE,    ROLE_RA,           "inkan_orders", APP_REFUSED    },
	{ APP_ISSUED,     EV_LOSE_KEY,  ROLE_LRA_GATEWAY,  "inkan_lra",    APP_VERIFIED   },
	{ APP_ISSUED,     EV_DELIVER,   ROLE_LRA_CLERK,    "inkan_lra",    APP_DELIVERED  },
	{ APP_DELIVERED,  EV_LOSE_KEY,  ROLE_LRA_GATEWAY,  "inkan_lra",    APP_VERIFIED   },
	{ APP_DELIVERED,  EV_CONFIRM,   ROLE_SUBSCRIBER,   "inkan_lra",    APP_ACCEPTED   },
	{ APP_DELIVERED,  EV_CONFIRM,   ROLE_LRA_CLERK,    "inkan_lra",    APP_ACCEPTED   },
	{ APP_ISSUED,     EV_LAPSE,     ROLE_LRA_GATEWAY,  "inkan_lra",    APP_WITHDRAWN  },
	{ APP_DELIVERED,  EV_LAPSE,     ROLE_LRA_GATEWAY,  "inkan_lra",    APP_WITHDRAWN  },
	{ APP_RECEIVED,   EV_HOLD,      ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_IDENTIFIED, EV_HOLD,      ROLE_LRA_CLERK,    "inkan_lra",    APP_IDENTIFIED },
	{ APP_REFUSED,    EV_HOLD,      ROLE_LRA_CLERK,    "inkan_lra",    APP_REFUSED    },
	{ APP_VERIFIED,   EV_HOLD,      ROLE_LRA_CLERK,    "inkan_lra",    APP_VERIFIED   },
	{ APP_ISSUED,     EV_HOLD,      ROLE_LRA_CLERK,    "inkan_lra",    APP_ISSUED     },
	{ APP_IDENTIFIED, EV_HOLD,      ROLE_LRA_APPROVER, "inkan_lra",    APP_IDENTIFIED },
	{ APP_RECEIVED,   EV_RESUME,    ROLE_LRA_CLERK,    "inkan_lra",    APP_RECEIVED   },
	{ APP_IDENTIFIED, EV_RESUME,    ROLE_LRA_CLERK,    "inkan_lra",    APP_IDENTIFIED },
	{ APP_REFUSED,    EV_RESUME,    ROLE_LRA_CLERK,    "inkan_lra",    APP_REFUSED    },
	{ APP_VERIFIED,   EV_RESUME,    ROLE_LRA_CLERK,    "inkan_lra",    APP_VERIFIED   },
	{ APP_ISSUED,     EV_RESUME,    ROLE_LRA_CLERK,    "inkan_lra",    APP_ISSUED     },
};
/* clang-format on */

const char *application_state_name(enum application_state state)
{
	return state_names[state];
}

RESULT application_state_by_name(const char *name, enum application_state *out)
{
	for (size_t i = 1; i < APP_STATE_COUNT; i++)
		if (strcmp(state_names[i], name) == 0) {
			*out = (enum application_state)i;
			return OK;
		}
	return FAIL(E_INPUT, "state: \"%.40s\" is none", name);
}

const char *application_event_name(enum application_event event)
{
	return event_names[event];
}

const struct application_row *application_rows(size_t *count)
{
	*count = COUNT(rows);
	return rows;
}

RESULT application_step(enum application_state from, enum application_event event,
	unsigned roles, enum application_state *to, enum role *as)
{
	bool exists = false;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].from != from || rows[i].event != event)
			continue;
		exists = true;
		if ((rows[i].role & roles) == 0)
			continue;
		*to = rows[i].to;
		*as = rows[i].role;
		return OK;
	}
	if (exists)
		return FAIL(E_DENIED, "step %s: not for this role", event_names[event]);
	return FAIL(E_STATE, "step %s: not possible in state %s", event_names[event],
		state_names[from]);
}

/* Letters that are not mistaken for others in print; 31 of them, a prime, so that each slip and swap shows. */
static const char check_letters[] = "0123456789ACDEFGHJKLMNPQRTUVWXY";

static char check_letter(const char *text)
{
	unsigned sum = 0, weight = 2;
	for (; *text != 0; text++)
		if (*text >= '0' && *text <= '9')
			sum += (unsigned)(*text - '0') * weight++;
	return check_letters[sum % 31];
}

RESULT receipt_number_write(int year, int64_t number, char out[static 24])
{
	char body[20];
	if (number < 1 || number > 999999999999)
		return FAIL(E_BUG, "receipt number: out of range");
	snprintf(body, sizeof body, "A%02d-%06lld", year % 100, (long long)number);
	snprintf(out, 24, "%s-%c", body, check_letter(body));
	return OK;
}

bool receipt_number_valid(const char *text)
{
	char body[24];
	size_t len = strlen(text);
	if (len < 12 || len > 18 || text[0] != 'A' || text[3] != '-' ||
		text[len - 2] != '-')
		return false;
	for (size_t i = 1; i < len - 2; i++)
		if (i != 3 && (text[i] < '0' || text[i] > '9'))
			return false;
	memcpy(body, text, len - 2);
	body[len - 2] = 0;
	return text[len - 1] == check_letter(body);
}
