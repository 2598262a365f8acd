#include "lra/gateway.h"

#include <openssl/sha.h>

#include "common/base/text.h"
#include "common/pki/cms.h"

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
