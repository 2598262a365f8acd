#include "lra/hold.h"

#include "common/base/clock.h"
#include "common/base/quote.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "lra/application_store.h"

/* clang-format off */
static const struct fault_rule held = { "application.held", "R-APP-01",
	"The application is on hold. Resume it first; then do this again.",
	"この申込は保留中です。先に再開してから、もう一度行ってください。" };
static const struct fault_rule not_held = { "application.notHeld", "R-APP-01",
	"The application is not on hold: there is nothing to resume.",
	"この申込は保留されていません。再開の必要はありません。" };
static const struct fault_rule moving = { "hold.moving", "R-APP-01",
	"The registration authority is working on it. Wait until it is back, then put it on hold.",
	"登録局または認証局で処理中のため保留できません。戻ってから保留してください。" };
static const struct fault_rule bad_reason = { "hold.reason", "R-APP-01",
	"Choose why it is held: papers, applicant, inquiry, register or other; with other, say why in words.",
	"保留の理由を選んでください (papers, applicant, inquiry, register, other)。other のときは説明も入力してください。" };
static const struct fault_rule bad_day = { "hold.resumeOn", "R-APP-01",
	"The day to resume it is a day from today on, such as 2026-12-01.",
	"再開予定日は本日以降の日付 (例 2026-12-01) で指定してください。" };
static const struct fault_rule bad_resumer = { "hold.resumer", "R-APP-01",
	"Name a clerk of this LRA who is to resume it.",
	"再開する人には、この登録局の受付担当を指定してください。" };

static const char *const reasons[] = { "papers", "applicant", "inquiry", "register", "other" };
/* clang-format on */

RESULT lra_step(struct lra_call *call, const struct lra_application *application,
	enum application_event event, unsigned roles, enum application_state *to,
	enum role *as)
{
	bool may = event == EV_AMEND || event == EV_REJECT || event == EV_WITHDRAW ||
		   event == EV_RESUME;
	if (application->resumer[0] != 0 && !may)
		return lra_refuse(call, E_STATE, &held, "state", "%s",
			application->resumer);
	if (application->resumer[0] == 0 && event == EV_RESUME)
		return lra_refuse(call, E_STATE, &not_held, "state", "%s",
			application_state_name(application->state));
	return application_step(application->state, event, roles, to, as);
}

/* Whether a machine is about to go on with it; the database refuses the same (application_guard). */
static bool is_moving(const struct lra_application *application)
{
	bool handover = application->key_origin == KEY_ORIGIN_HANDOVER;
	switch (application->state) {
	case APP_SUBMITTED:
	case APP_ORDERED:
		return true;
	case APP_VERIFIED:
		return !handover || application->spki.len > 0;
	case APP_ISSUED:
		return handover;
	case APP_NONE:
	case APP_RECEIVED:
	case APP_IDENTIFIED:
	case APP_REFUSED:
	case APP_DELIVERED:
	case APP_ACCEPTED:
	case APP_REJECTED:
	case APP_WITHDRAWN:
	case APP_STATE_COUNT:
		return false;
	}
	return false;
}

static bool is_reason(const struct lra_hold *hold)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (strcmp(reasons[i], hold->reason) == 0)
			return strcmp(hold->reason, "other") != 0 || hold->note[0] != 0;
	return false;
}

/* Days are those of Japan. */
static bool is_day_ahead(const char *day, int64_t now)
{
	enum { JAPAN_S = 9 * 3600, DAY_S = 86400 };
	char text[32];
	int64_t at;
	snprintf(text, sizeof text, "%.10sT00:00:00Z", day);
	return strlen(day) == 10 && !err_is(clock_parse(text, &at)) &&
	       at + DAY_S > now + JAPAN_S;
}

struct holding {
	struct lra_call *call;
	const char *receipt;
	const struct lra_hold *hold;
	enum application_state *out;
};

/* Whom it waits for: a clerk of this LRA, for no other may resume it. */
static RESULT find_resumer(struct lra_call *call, const struct lra_hold *hold,
	const struct lra_application *application, const char **out)
{
	const char *id = hold->resumer[0] != 0 ? hold->resumer
			 : (call->person->roles & ROLE_LRA_CLERK) != 0
				 ? call->person->id
				 : application->entered_by;
	const struct roster_person *person = roster_person(call->lra->roster, id);
	if (person == NULL || (person->roles & ROLE_LRA_CLERK) == 0 ||
		strcmp(person->lra, application->lra) != 0)
		return lra_refuse(call, E_POLICY, &bad_resumer, "resumer", "%s", id);
	*out = person->id;
	return OK;
}

static RESULT write_detail(const struct lra_hold *hold, const char *resumer,
	struct buf *out)
{
	TRY(buf_append_format(out, "{\"code\":\"%s\",\"reason\":", hold->reason));
	TRY(quote_json(out, hold->note));
	if (hold->resume_on[0] != 0)
		TRY(buf_append_format(out, ",\"resumeOn\":\"%s\"", hold->resume_on));
	return buf_append_format(out, ",\"resumer\":\"%s\"}", resumer);
}

static RESULT hold(void *context, struct db_tx *tx)
{
	struct holding *holding = context;
	struct lra_call *call = holding->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(buf_clear) struct buf detail = BUF(4096);
	struct lra_hold_row row = { .hold = holding->hold };
	enum application_state to;
	TRY(lra_application_load(call, tx, holding->receipt, &application));
	if (is_moving(&application))
		return lra_refuse(call, E_STATE, &moving, "state", "%s",
			application_state_name(application.state));
	TRY(lra_step(call, &application, EV_HOLD, call->roles, &to, &row.as));
	TRY(find_resumer(call, holding->hold, &application, &row.resumer));
	row.id = application.id;
	row.held_by = call->person->id;
	row.at = call->now;
	TRY(lra_store_hold(tx, &row));
	TRY(write_detail(holding->hold, row.resumer, &detail));
	TRY(lra_audit(call, tx, AUDIT_APPLICATION_HELD, NULL, row.as, application.receipt,
		buf_text(&detail)));
	*holding->out = to;
	return OK;
}

RESULT lra_hold(struct lra_call *call, const char *receipt, const struct lra_hold *wish,
	enum application_state *out)
{
	struct holding holding = { call, receipt, wish, out };
	if (!is_reason(wish))
		return lra_refuse(call, E_POLICY, &bad_reason, "reason", "%.20s",
			wish->reason);
	if (wish->resume_on[0] != 0 && !is_day_ahead(wish->resume_on, call->now))
		return lra_refuse(call, E_POLICY, &bad_day, "resumeOn", "%.20s",
			wish->resume_on);
	return db_run(call->lra->db, hold, &holding);
}

static RESULT resume(void *context, struct db_tx *tx)
{
	struct holding *holding = context;
	struct lra_call *call = holding->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	enum application_state to;
	enum role as;
	TRY(lra_application_load(call, tx, holding->receipt, &application));
	TRY(lra_step(call, &application, EV_RESUME, call->roles, &to, &as));
	TRY(lra_store_resume(tx, application.id, as, call->now));
	TRY(lra_audit(call, tx, AUDIT_APPLICATION_RESUMED, NULL, as, application.receipt,
		"{}"));
	*holding->out = to;
	return OK;
}

RESULT lra_resume(struct lra_call *call, const char *receipt, enum application_state *out)
{
	struct holding holding = { call, receipt, NULL, out };
	return db_run(call->lra->db, resume, &holding);
}
