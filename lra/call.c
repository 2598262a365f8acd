/* call: what all steps share: refusing with words, the audit row, and the application that a deed is about. */
#include <stdarg.h>

#include "common/flow/audit_store.h"
#include "lra/application_store.h"

RESULT lra_refuse(struct lra_call *call, enum err_code code,
	const struct fault_rule *rule, const char *field, const char *format, ...)
{
	char detail[160];
	va_list args;
	va_start(args, format);
	vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	/* A transaction may be repeated: its faults are not. */
	*call->faults = (struct faults){ .count = 0 };
	faults_add(call->faults, rule, field, "%s", detail);
	return FAIL(code, "%s: %s", rule->code, detail);
}

RESULT lra_audit(struct lra_call *call, struct db_tx *tx, enum audit_event_kind kind,
	const char *actor, enum role role, const char *object, const char *detail)
{
	char origin[64];
	snprintf(origin, sizeof origin, "%.30s %.20s", call->lra->conf->id, call->ref);
	const struct audit_event event = { .name = audit_event_name(kind),
		.at = call->now,
		.actor = actor != NULL          ? actor
			 : call->person != NULL ? call->person->id
						: "subscriber",
		.role = role_name(role),
		.origin = origin,
		.object = object,
		.refused = kind == AUDIT_ACCESS_REFUSED || kind == AUDIT_LOGIN_REFUSED,
		.detail = detail };
	return audit_store_append(tx, &event);
}

RESULT lra_audit_refusal(struct lra_call *call, const char *what)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	enum role role = call->person == NULL ? ROLE_SUBSCRIBER
			 : (call->person->roles & ROLE_LRA_APPROVER) != 0
				 ? ROLE_LRA_APPROVER
				 : ROLE_LRA_CLERK;
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, AUDIT_ACCESS_REFUSED, NULL, role, what, "{}"));
	return db_commit(&tx);
}

void lra_application_clear(struct lra_application *application)
{
	buf_clear(&application->content_bytes);
	buf_clear(&application->spki);
}

RESULT lra_application_load(struct lra_call *call, struct db_tx *tx, const char *receipt,
	struct lra_application *out)
{
	if (!receipt_number_valid(receipt))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(lra_store_find(tx, receipt, out));
	if (call->person != NULL && strcmp(call->person->lra, out->lra) != 0)
		return FAIL(E_NOT_FOUND, "application %.30s: of another LRA", receipt);
	return OK;
}
