/* approve: step 3. A second person, who has had no part in the case, signs exactly what will be issued (R-LRA-05). */
#include "common/base/text.h"
#include "lra/decide.h"

/* clang-format off */
static const struct fault_rule same_person = { "decision.samePerson", "R-LRA-05",
	"Who entered or verified an application cannot approve it. Ask a second person.",
	"入力または本人確認をした人は承認できません。別の承認者に依頼してください。" };
/* clang-format on */

static RESULT check(struct lra_call *call, struct lra_application *application,
	const struct evidence_list *evidence)
{
	const char *id = call->person->id;
	if (strcmp(id, application->entered_by) == 0 ||
		strcmp(id, application->identified_by) == 0)
		return lra_refuse(call, E_DENIED, &same_person, "person", "%s", id);
	TRY(decide_not_own_case(call, &application->content));
	*call->faults = (struct faults){ .count = 0 };
	evidence_check(evidence, &application->content, call->now, call->faults);
	TRY(faults_result(call->faults, E_POLICY));
	return text_copy(id, application->approved_by, sizeof application->approved_by);
}

const struct decide_rule decide_approve = { .kind = DECISION_APPROVE,
	.event = EV_APPROVE,
	.audit = AUDIT_APPLICATION_APPROVED,
	.words = "承認 / Approved",
	.check = check,
	.wakes = "inkan_application" };
