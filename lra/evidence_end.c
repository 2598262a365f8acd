/* evidence_end: what becomes of evidence behind its case: closed, kept for years, destroyed by two people, and looked after. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/evidence.h"
#include "lra/evidence_store.h"

enum {
	AT_ONCE = 50,        /* cases in one round */
	CHECKED = 50,        /* files in one round */
	EVERY_S = 10,        /* a round */
	SWEEP_S = 600,       /* a sweep */
	GARBAGE_S = 15 * 60, /* what is younger may be somebody's */
	LONGEST_S = DAY,     /* no upload takes so long */
};

/* clang-format off */
static const struct fault_rule too_early = { "evidence.retention", "R-LOG-07",
	"Evidence is kept for as long as the policy says behind the last certificate that rests on it.",
	"証跡は、最後の証明書の有効期間終了後、保存期間が満了するまで廃棄できません。" };
static const struct fault_rule case_open = { "evidence.caseOpen", "R-LOG-07",
	"The case is open.",
	"この申込は終了していません。" };
static const struct fault_rule proposed = { "evidence.proposed", "R-LOG-07",
	"Its destruction was proposed already; another person approves it.",
	"廃棄は申請済みです。別の担当者が承認してください。" };
static const struct fault_rule not_proposed = { "evidence.notProposed", "R-LOG-07",
	"Nobody proposed its destruction.",
	"廃棄は申請されていません。" };
static const struct fault_rule same_person = { "evidence.samePerson", "R-LRA-05",
	"Whoever proposed it does not approve it.",
	"申請者本人は承認できません。" };
/* clang-format on */

int64_t lra_evidence_due_at(const struct lra *lra, int64_t ended)
{
	return ended + lra->conf->evidence_retention_s;
}

/* ---- two people */

struct destroying {
	struct lra_call *call;
	const char *receipt, *reason;
};

static bool is_ended(enum application_state state)
{
	return state == APP_ACCEPTED || state == APP_REJECTED || state == APP_WITHDRAWN;
}

static enum role role_of(const struct lra_call *call)
{
	return (call->roles & ROLE_LRA_APPROVER) != 0 ? ROLE_LRA_APPROVER
						      : ROLE_LRA_CLERK;
}

static RESULT check_due(struct lra_call *call, struct db_tx *tx,
	const struct lra_application *application)
{
	int64_t ended;
	char date[CLOCK_TEXT];
	if (!is_ended(application->state))
		return lra_refuse(call, E_STATE, &case_open, "state", "%s",
			application_state_name(application->state));
	TRY(evidence_store_ended(tx, application->id, &ended));
	int64_t due = lra_evidence_due_at(call->lra, ended);
	if (call->now >= due)
		return OK;
	clock_text(due, date);
	return lra_refuse(call, E_STATE, &too_early, "retention", "until %s", date);
}

static RESULT propose(void *context, struct db_tx *tx)
{
	struct destroying *work = context;
	struct lra_call *call = work->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	char by[64];
	bool approved;
	TRY(lra_application_load(call, tx, work->receipt, &application));
	TRY(check_due(call, tx, &application));
	struct err err = evidence_store_proposal(tx, application.id, by, &approved);
	if (!err_is(err))
		return lra_refuse(call, E_CONFLICT, &proposed, "evidence", "%s", by);
	if (err.code != E_NOT_FOUND)
		return err;
	TRY(evidence_store_propose(tx, application.id, work->reason, call->person->id,
		call->now));
	return lra_audit(call, tx, AUDIT_DESTRUCTION_PROPOSED, NULL, role_of(call),
		application.receipt, "{}");
}

RESULT lra_destruction_propose(struct lra_call *call, const char *receipt,
	const char *reason)
{
	struct destroying work = { call, receipt, reason };
	return db_run(call->lra->db, propose, &work);
}

static RESULT approve(void *context, struct db_tx *tx)
{
	struct destroying *work = context;
	struct lra_call *call = work->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	char by[64];
	bool approved;
	TRY(lra_application_load(call, tx, work->receipt, &application));
	TRY(check_due(call, tx, &application));
	struct err err = evidence_store_proposal(tx, application.id, by, &approved);
	if (err.code == E_NOT_FOUND)
		return lra_refuse(call, E_STATE, &not_proposed, "evidence", "%s",
			application.receipt);
	TRY(err);
	if (strcmp(by, call->person->id) == 0)
		return lra_refuse(call, E_DENIED, &same_person, "approvedBy", "%s", by);
	if (approved)
		return OK; /* asked again: it is under way or done */
	TRY(evidence_store_approve(tx, application.id, call->person->id, call->now));
	TRY(lra_audit(call, tx, AUDIT_DESTRUCTION_APPROVED, NULL, ROLE_LRA_APPROVER,
		application.receipt, "{}"));
	return lra_store_notify(tx, "inkan_evidence");
}

RESULT lra_destruction_approve(struct lra_call *call, const char *receipt)
{
	struct destroying work = { call, receipt, NULL };
	return db_run(call->lra->db, approve, &work);
}

/* ---- the keeper's rounds */

struct ending {
	struct lra_call *call;
	int64_t id;
	const char *receipt;
	RESULT (*store)(struct db_tx *tx, int64_t id, int64_t now);
	enum audit_event_kind kind;
};

static RESULT store_end(void *context, struct db_tx *tx)
{
	struct ending *ending = context;
	struct lra_call *call = ending->call;
	TRY(ending->store(tx, ending->id, call->now));
	return lra_audit(call, tx, ending->kind, call->lra->conf->id, ROLE_LRA_GATEWAY,
		ending->receipt, "{}");
}

/* R-LRA-10. The key goes first: a row says only what is so. */
static RESULT close_cases(struct lra_call *call)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(evidence_store_to_close(call->lra->db, AT_ONCE, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		struct ending ending = { call, db_int(rows, i, WAITING_ID),
			db_text(rows, i, WAITING_RECEIPT), evidence_store_close,
			AUDIT_EVIDENCE_CLOSED };
		TRY(vault_close_case(call->lra->vault, ending.receipt));
		fault_point("evidence.closed");
		TRY(db_run(call->lra->db, store_end, &ending));
	}
	return OK;
}

/* The yes of two people is committed; from here on there is only forward. */
static RESULT destroy_cases(struct lra_call *call)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(evidence_store_to_destroy(call->lra->db, AT_ONCE, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		struct ending ending = { call, db_int(rows, i, WAITING_ID),
			db_text(rows, i, WAITING_RECEIPT), evidence_store_destroyed,
			AUDIT_EVIDENCE_DESTROYED };
		fault_point("evidence.destroying");
		TRY(vault_destroy_case(call->lra->vault, ending.receipt));
		fault_point("evidence.destroyed");
		TRY(db_run(call->lra->db, store_end, &ending));
	}
	return OK;
}

struct damaging {
	struct lra_call *call;
	int64_t id;
	const char *receipt;
};

static RESULT store_damage(void *context, struct db_tx *tx)
{
	struct damaging *damaging = context;
	struct lra_call *call = damaging->call;
	bool new;
	TRY(evidence_store_damage(tx, damaging->id, call->now, &new));
	if (!new)
		return OK;
	log_error(NULL, "sealed evidence is not what it was", "case", damaging->receipt);
	return lra_audit(call, tx, AUDIT_EVIDENCE_DAMAGED, call->lra->conf->id,
		ROLE_LRA_GATEWAY, damaging->receipt, "{}");
}

/* R-ARC-01: some files each round, from the first to the last, and again when the setting says so. */
static RESULT check_files(struct lra_call *call, struct evidence_keeping *keeping)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(evidence_store_next(call->lra->db, keeping->checked, CHECKED, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		struct damaging damaging = { call, db_int(rows, i, NEXT_ID),
			db_text(rows, i, NEXT_RECEIPT) };
		struct blob sealed = db_blob(rows, i, NEXT_SEALED);
		if (sealed.len != 32)
			return FAIL(E_BUG, "digest of sealed evidence");
		struct err err = vault_check(call->lra->vault, damaging.receipt,
			db_text(rows, i, NEXT_NAME), sealed.data);
		if (err.code == E_CRYPTO || err.code == E_NOT_FOUND)
			err = db_run(call->lra->db, store_damage, &damaging);
		TRY(err);
	}
	size_t count = db_count(rows);
	if (count == CHECKED) {
		keeping->checked = db_int(rows, count - 1, NEXT_ID);
		return OK;
	}
	keeping->checked = 0;
	keeping->check_at = call->now + call->lra->conf->evidence_check_s;
	log_notice(NULL, "sealed evidence was checked, from the first file to the last");
	return OK;
}

static RESULT is_known(void *context, const char *name, bool *out)
{
	struct lra_call *call = context;
	return evidence_store_known(call->lra->db, name, out);
}

static RESULT sweep(struct lra_call *call, struct evidence_keeping *keeping)
{
	struct vault_sweep work = { .after = keeping->swept,
		.before = call->now - GARBAGE_S,
		.known = is_known,
		.context = call };
	TRY(vault_sweep(call->lra->vault, &work));
	if (work.removed > 0)
		log_notice(NULL, "uploads that were cut off are swept");
	keeping->swept = work.before - LONGEST_S;
	keeping->sweep_at = call->now + SWEEP_S;
	return OK;
}

RESULT lra_evidence_keep(struct lra_call *call, struct evidence_keeping *keeping)
{
	if (call->lra->vault == NULL || call->now < keeping->next_at)
		return OK;
	TRY(close_cases(call));
	TRY(destroy_cases(call));
	if (call->now >= keeping->check_at)
		TRY(check_files(call, keeping));
	if (call->now >= keeping->sweep_at)
		TRY(sweep(call, keeping));
	keeping->next_at = call->now + EVERY_S;
	return OK;
}
