#include "lra/decide.h"

#include "common/base/quote.h"
#include "common/base/text.h"
#include "lra/application_store.h"
#include "lra/decision_store.h"
#include "lra/web_passkey.h"

/* clang-format off */
static const struct fault_rule stale = { "decision.content", "R-APP-07",
	"The content, its evidence or the identity rules have changed since it was shown. Read it again and sign anew.",
	"表示後に内容・証跡・本人確認規則のいずれかが変わっています。確認のうえ署名し直してください。" };
static const struct fault_rule another = { "decision.person", "R-LRA-04",
	"The decision was signed by somebody else than who sent it.",
	"送信した人と署名した人が異なります。" };
static const struct fault_rule own_case = { "decision.ownCase", "R-IDV-23",
	"Nobody verifies or approves an application for himself.",
	"自分自身の申込を確認・承認することはできません。" };
/* clang-format on */

RESULT decide_not_own_case(struct lra_call *call, const struct content *content)
{
	const char *entity = strchr(content->entity, ':');
	if (entity != NULL && strcmp(entity + 1, call->person->id) == 0)
		return lra_refuse(call, E_DENIED, &own_case, "person", "%s",
			call->person->id);
	return OK;
}

static RESULT rule_of(enum decision_kind kind, const struct decide_rule **out)
{
	if (kind != DECISION_IDENTIFY && kind != DECISION_APPROVE)
		return FAIL(E_INPUT, "decision: neither identify nor approve");
	*out = kind == DECISION_IDENTIFY ? &decide_identify : &decide_approve;
	return OK;
}

const char *decide_words(enum decision_kind kind)
{
	return kind == DECISION_IDENTIFY ? decide_identify.words : decide_approve.words;
}

/* The application as it stands, with its evidence. */
static RESULT load(struct lra_call *call, struct db_tx *tx, const char *receipt,
	struct lra_application *application, struct evidence_list *list,
	struct buf *evidence)
{
	*list = (struct evidence_list){ .count = 0 };
	TRY(lra_application_load(call, tx, receipt, application));
	TRY(lra_store_evidence(tx, application->id, list));
	return evidence_write(list, evidence);
}

/* May the decision be asked for. */
static RESULT check(struct lra_call *call, const struct decide_rule *rule,
	struct lra_application *application, const struct evidence_list *list)
{
	enum application_state to;
	enum role as;
	TRY(lra_step(call, application, rule->event, call->roles, &to, &as));
	return rule->check(call, application, list);
}

/* R-IDV-12: the statement names the rules that the papers are judged by. NULL: none, in approvals and where there are none. */
static const struct identity_rules *rules_of(const struct lra_call *call,
	enum decision_kind kind, int64_t at)
{
	const struct identity_rules *next;
	return kind == DECISION_IDENTIFY && call->lra->identity != NULL
		       ? identity_set_at(call->lra->identity, at, &next)
		       : NULL;
}

static bool names_rules(const struct statement *statement,
	const struct identity_rules *rules)
{
	return rules == NULL ? !statement->has_identity_rules
			     : statement->has_identity_rules &&
				       memcmp(statement->identity_rules, rules->sha256,
					       sizeof rules->sha256) == 0;
}

/* ---- showing */

static RESULT text_of(const struct decide_rule *rule,
	const struct lra_application *application, struct buf *out)
{
	TRY(buf_append_format(out, "%s: %s ", rule->words, application->receipt));
	return name_text(&application->content.subject, out);
}

RESULT decide_show(struct lra_call *call, const char *receipt,
	const struct decide_shown *shown, struct buf *out)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	AUTO(buf_clear) struct buf text = BUF(4096);
	const struct decide_rule *rule;
	struct evidence_list list;
	TRY(rule_of(shown->kind, &rule));
	TRY(db_begin(call->lra->db, &tx));
	TRY(load(call, tx, receipt, &application, &list, &statement.evidence));
	if (shown->checked)
		TRY(check(call, rule, &application, &list));
	TRY(text_of(rule, &application, &text));
	statement.kind = shown->kind;
	statement.at = shown->at;
	TRY(text_copy(shown->nonce, statement.nonce, sizeof statement.nonce));
	TRY(text_copy(call->person->id, statement.person, sizeof statement.person));
	TRY(buf_append(&statement.content, buf_view(&application.content_bytes)));
	const struct identity_rules *rules = rules_of(call, shown->kind, shown->at);
	statement.has_identity_rules = rules != NULL;
	if (rules != NULL)
		memcpy(statement.identity_rules, rules->sha256, sizeof rules->sha256);
	return statement_write(&statement, buf_text(&text), out);
}

RESULT lra_statement(struct lra_call *call, const char *receipt, enum decision_kind kind,
	struct buf *out)
{
	const struct decide_shown shown = { .kind = kind,
		.at = call->now,
		.checked = true };
	return decide_show(call, receipt, &shown, out);
}

/* ---- deciding */

struct deciding {
	struct lra_call *call;
	const char *receipt;
	const struct decide_signed *given;
	const struct decide_rule *rule;
	enum application_state *out;
};

/*
 * The same request again repeats the first answer: whoever sent it was perhaps never told, for the connection broke. Done it
 * is not again. err: why it cannot be done now.
 */
static RESULT answer_again(struct deciding *deciding, struct db_tx *tx,
	const struct lra_application *application, struct err err)
{
	bool made;
	TRY(lra_store_decision_made(tx, application->id, deciding->given->decision,
		&made));
	if (!made)
		return err;
	*deciding->out = application->state;
	return OK;
}

static RESULT decide(void *context, struct db_tx *tx)
{
	struct deciding *deciding = context;
	struct lra_call *call = deciding->call;
	const struct decide_rule *rule = deciding->rule;
	const struct decide_signed *given = deciding->given;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(buf_clear) struct buf evidence = BUF(LIMIT_STATEMENT);
	struct evidence_list list;
	enum application_state to;
	enum role as;
	TRY(load(call, tx, deciding->receipt, &application, &list, &evidence));
	struct err err = lra_step(call, &application, rule->event, call->roles, &to, &as);
	if (err.code == E_STATE)
		return answer_again(deciding, tx, &application, err);
	TRY(err);
	/* R-APP-07: byte for byte what the RA and the CA will be given. A stale form is told so before anything else. */
	if (!blob_equal(buf_view(&given->statement->content),
		    buf_view(&application.content_bytes)) ||
		!blob_equal(buf_view(&given->statement->evidence), buf_view(&evidence)) ||
		!names_rules(given->statement,
			rules_of(call, rule->kind, given->statement->at)))
		return lra_refuse(call, E_CONFLICT, &stale,
			decision_kind_name(rule->kind), "version %lld",
			(long long)application.version);
	TRY(rule->check(call, &application, &list));
	if (!given->counted)
		TRY(web_passkey_used(call, tx, given->signer));
	TRY(lra_store_add_decision(tx, application.id, application.version,
		given->decision, rule->kind, call->person->id, call->now));
	TRY(lra_store_step(tx, &application, rule->event, as, to, call->now));
	TRY(lra_audit(call, tx, rule->audit, NULL, as, application.receipt, "{}"));
	if (rule->wakes != NULL)
		TRY(lra_store_notify(tx, rule->wakes));
	*deciding->out = to;
	return OK;
}

RESULT decide_signed(struct lra_call *call, const char *receipt,
	const struct decide_signed *given, enum application_state *out)
{
	struct deciding deciding = { .call = call,
		.receipt = receipt,
		.given = given,
		.out = out };
	TRY(rule_of(given->statement->kind, &deciding.rule));
	return db_run(call->lra->db, decide, &deciding);
}

RESULT lra_decide(struct lra_call *call, const char *receipt,
	const struct decision *decision, enum application_state *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_signer signer;
	const struct decide_signed given = { .decision = decision,
		.statement = &statement,
		.signer = &signer };
	TRY(decision_verify(&call->lra->trust, decision, call->now, &statement, &signer));
	if (signer.person != call->person)
		return lra_refuse(call, E_DENIED, &another, "person", "%s",
			statement.person);
	return decide_signed(call, receipt, &given, out);
}

/* ---- sending back, rejecting, withdrawing */

static const struct {
	enum application_event event;
	enum audit_event_kind audit;
} turns[] = {
	{ EV_SEND_BACK, AUDIT_APPLICATION_SENT_BACK },
	{ EV_REJECT, AUDIT_APPLICATION_REJECTED },
	{ EV_WITHDRAW, AUDIT_APPLICATION_WITHDRAWN },
};

struct turning {
	struct lra_call *call;
	const char *receipt, *reason, *told;
	size_t turn;
	enum application_state *out;
};

static RESULT turn(void *context, struct db_tx *tx)
{
	struct turning *turning = context;
	struct lra_call *call = turning->call;
	enum application_event event = turns[turning->turn].event;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(buf_clear) struct buf detail = BUF(4096);
	enum application_state to;
	enum role as;
	TRY(lra_application_load(call, tx, turning->receipt, &application));
	TRY(lra_step(call, &application, event, call->roles, &to, &as));
	if (event == EV_SEND_BACK)
		application.identified_by[0] = 0; /* the check of identity begins anew */
	application.told = turning->told;
	TRY(lra_store_step(tx, &application, event, as, to, call->now));
	TRY(buf_append_text(&detail, "{\"reason\":"));
	TRY(quote_json(&detail, turning->reason));
	TRY(buf_append_text(&detail, "}"));
	TRY(lra_audit(call, tx, turns[turning->turn].audit, NULL, as, application.receipt,
		buf_text(&detail)));
	*turning->out = to;
	return OK;
}

RESULT lra_turn(struct lra_call *call, const char *receipt, enum application_event event,
	const char *reason, const char *told, enum application_state *out)
{
	struct turning turning = { .call = call,
		.receipt = receipt,
		.reason = reason,
		.told = told,
		.out = out };
	while (turning.turn < sizeof turns / sizeof *turns &&
		turns[turning.turn].event != event)
		turning.turn++;
	if (turning.turn == sizeof turns / sizeof *turns)
		return FAIL(E_BUG, "%s is no turn", application_event_name(event));
	return db_run(call->lra->db, turn, &turning);
}
