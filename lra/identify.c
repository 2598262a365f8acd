/* identify: step 2. The clerk says with his signature that he has seen the papers, and what each of them proves. */
#include "common/base/text.h"
#include "lra/corporate.h"
#include "lra/decide.h"

static RESULT check(struct lra_call *call, struct lra_application *application,
	const struct evidence_list *evidence)
{
	TRY(decide_not_own_case(call, &application->content));
	*call->faults = (struct faults){ .count = 0 };
	evidence_check(evidence, &application->content, call->now,
		call->faults); /* R-IDV-24, R-IDV-11 */
	if (call->lra->identity != NULL) {
		const struct identity_rules *next,
			*rules = identity_set_at(call->lra->identity, call->now, &next);
		identity_judge(call->lra->identity, rules == NULL ? NULL : rules->sha256,
			evidence, call->now, call->faults);
	}
	TRY(faults_result(call->faults, E_POLICY));
	TRY(corporate_check(call, application->lra,
		&application->content)); /* R-IDV-01 */
	return text_copy(call->person->id, application->identified_by,
		sizeof application->identified_by);
}

const struct decide_rule decide_identify = { .kind = DECISION_IDENTIFY,
	.event = EV_IDENTIFY,
	.audit = AUDIT_IDENTITY_PROVED,
	.words = "本人確認済 / Identity verified",
	.check = check,
	.wakes = NULL };
