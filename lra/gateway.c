#include "lra/gateway.h"

#include <openssl/sha.h>

#include "common/base/text.h"
#include "common/pki/cms.h"
#include "lra/application_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"

RESULT gateway_of(const struct lra *lra, const char *lra_id,
	const struct roster_component **out)
{
	uint8_t digest[32];
	SHA256(lra->gateway_certificate.data, lra->gateway_certificate.len, digest);
	const struct roster_component *self = roster_component(lra->roster, digest);
	if (self == NULL || self->role != ROLE_LRA_GATEWAY)
		return FAIL(E_DENIED, "gateway: not in the roster");
	if (lra_id != NULL && strcmp(self->lra, lra_id) != 0)
		return FAIL(E_DENIED, "gateway: of %s, not of %s", self->lra, lra_id);
	*out = self;
	return OK;
}

RESULT gateway_sign(struct lra_call *call, const struct roster_component *self,
	struct statement *statement, const char *text, struct decision *out)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	statement->at = call->now;
	TRY(text_copy(self->id, statement->person, sizeof statement->person));
	TRY(text_copy("cms", out->form, sizeof out->form));
	TRY(statement_write(statement, text, &out->statement));
	TRY_IN(cms_sign(buf_view(&out->statement),
		       buf_view(&call->lra->gateway_certificate), call->now,
		       &call->lra->gateway, &w),
		"gateway");
	TRY(der_finish(&w, &signature));
	return buf_append(&out->signature, signature);
}

static RESULT fill_request(struct db_tx *tx, const struct lra_application *application,
	const struct gateway_wish *wish, struct revocation_request *out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(lra_store_certificate(tx, application->id, &rows));
	*out = (struct revocation_request){ .event = revocation_event_find(wish->event) };
	if (out->event == NULL)
		return FAIL(E_INPUT, "no life event: %s", wish->event);
	TRY(text_copy(application->receipt, out->application, sizeof out->application));
	TRY(text_copy(db_text(rows, 0, CERTIFICATE_ISSUER), out->issuer,
		sizeof out->issuer));
	TRY(serial_from_blob(db_blob(rows, 0, CERTIFICATE_SERIAL), &out->serial_number));
	return text_copy(wish->requester, out->requester, sizeof out->requester);
}

RESULT gateway_revoke(struct lra_call *call, struct db_tx *tx,
	const struct roster_component *self, const struct lra_application *application,
	const struct gateway_wish *wish)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(decision_clear) struct decision decision = DECISION;
	struct revocation_request request;
	int64_t id;
	TRY(fill_request(tx, application, wish, &request));
	TRY(revocation_write(&request, &statement.content));
	statement.kind = DECISION_REVOKE;
	TRY(gateway_sign(call, self, &statement, wish->text, &decision));
	const struct lra_revocation_row row = { .request = &request,
		.form = decision.form,
		.statement = buf_view(&decision.statement),
		.signature = buf_view(&decision.signature),
		.received_at = wish->received_at,
		.due_at = wish->received_at + request.event->due_s };
	TRY(lra_store_add_decision(tx, application->id, application->version, &decision,
		DECISION_REVOKE, self->id, call->now));
	TRY(lra_store_add_revocation(tx, &row, &id));
	TRY(lra_audit(call, tx, AUDIT_REVOCATION_ASKED, self->id, self->role,
		application->receipt, "{}"));
	return lra_store_notify(tx, "inkan_revocation");
}
