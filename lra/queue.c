#include "lra/queue.h"

#include "common/base/table.h"

/* clang-format off */
static const struct queue_tab tabs[] = {
	{ "identify", QUEUE_KEYS_ALL,      2, { APP_RECEIVED, APP_REFUSED } },
	{ "approve",  QUEUE_KEYS_ALL,      1, { APP_IDENTIFIED } },
	{ "progress", QUEUE_KEYS_OWN,      3, { APP_SUBMITTED, APP_VERIFIED, APP_ORDERED } },
	{ "deliver",  QUEUE_KEYS_HANDOVER, 2, { APP_VERIFIED, APP_ISSUED } },
	{ "receipt",  QUEUE_KEYS_ALL,      1, { APP_DELIVERED } },
	{ "open",     QUEUE_KEYS_ALL,      8, { APP_RECEIVED, APP_REFUSED, APP_IDENTIFIED, APP_SUBMITTED, APP_VERIFIED, APP_ORDERED,
	                                        APP_ISSUED, APP_DELIVERED } },
};
/* clang-format on */

const struct queue_tab *queue_tabs(size_t *count)
{
	*count = COUNT(tabs);
	return tabs;
}

const struct queue_tab *queue_tab_find(const char *name)
{
	for (size_t i = 0; i < COUNT(tabs); i++)
		if (strcmp(tabs[i].name, name) == 0)
			return &tabs[i];
	return NULL;
}

static bool holds(const struct queue_tab *tab, enum application_state state,
	bool handover)
{
	for (size_t i = 0; i < tab->state_count; i++)
		if (tab->state[i] == state)
			return state != APP_VERIFIED || tab->verified == QUEUE_KEYS_ALL ||
			       handover == (tab->verified == QUEUE_KEYS_HANDOVER);
	return false;
}

const char *queue_tab_of(enum application_state state, bool handover)
{
	for (size_t i = 0; i + 1 < COUNT(tabs); i++)
		if (holds(&tabs[i], state, handover))
			return tabs[i].name;
	return "closed";
}

struct taking {
	struct lra_call *call;
	const char *receipt;
	bool give_back;
};

static RESULT take(void *context, struct db_tx *tx)
{
	struct taking *taking = context;
	struct lra_call *call = taking->call;
	TRY(lra_store_take(tx, call->person->lra, taking->receipt,
		taking->give_back ? NULL : call->person->id, call->now));
	return lra_audit(call, tx, AUDIT_APPLICATION_TAKEN, NULL, ROLE_LRA_CLERK,
		taking->receipt, taking->give_back ? "{\"back\":true}" : "{}");
}

RESULT lra_take(struct lra_call *call, const char *receipt, bool give_back)
{
	struct taking taking = { call, receipt, give_back };
	if (!receipt_number_valid(receipt))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	return db_run(call->lra->db, take, &taking);
}
