#include "lra/pin.h"

#include "lra/delivery_store.h"
#include "lra/seal.h"

/* clang-format off */
static const struct fault_rule pin_shown = { "pin.shown", "R-SUB-KEY-04",
	"The PIN was shown or printed already, and only once. Revoke and issue anew if it is lost.",
	"PINは表示または印刷済みです(1回限り)。紛失した場合は失効のうえ再発行してください。" };
static const struct fault_rule no_pin = { "pin.none", "R-SUB-KEY-04",
	"This delivery has no PIN.",
	"この引き渡しにはPINがありません。" };
/* clang-format on */

RESULT pin_take(struct lra_call *call, struct db_tx *tx, const char *receipt,
	const struct pin_kept *kept, const char *how, struct secret **out)
{
	AUTO(secret_free) struct secret *pin = NULL;
	char detail[64];
	if (kept->shown)
		return lra_refuse(call, E_CONFLICT, &pin_shown, "pin", "%s", receipt);
	if (kept->sealed.data == NULL)
		return lra_refuse(call, E_STATE, &no_pin, "pin", "%s", receipt);
	TRY(seal_open(call->lra->seal, SEAL_PIN, receipt, kept->sealed, &pin));
	TRY(lra_store_erase_pin(tx, kept->delivery_id, call->now));
	snprintf(detail, sizeof detail, "{\"by\":\"%.40s\"}", how);
	TRY(lra_audit(call, tx, AUDIT_PIN_SHOWN, NULL, ROLE_LRA_CLERK, receipt, detail));
	*out = MOVE(pin);
	return OK;
}
