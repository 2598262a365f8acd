/* routes_decisions: the same decision about many applications, by one signature. */
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/decide_list.h"
#include "lra/routes.h"
#include "lra/web_guard.h"

static RESULT next_statement(void *context, struct buf *part)
{
	return decide_list_show_next(context, part);
}

static RESULT next_part(void *context, struct buf *part)
{
	return decide_list_next(context, part);
}

static void end_parts(void *context)
{
	decide_list_free(context);
}

static RESULT show_whole(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct http_response *response)
{
	AUTO(decide_list_free) struct decide_list *list = NULL;
	TRY(decide_list_show(call, receipts, kind, &list));
	response->next = next_statement;
	response->end = end_parts;
	response->context = MOVE(list);
	return OK;
}

static RESULT do_post_decisions_statement(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "decision", "receiptNumbers", "whole",
		NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	const struct json *receipts;
	const char *word;
	enum decision_kind kind;
	bool whole = false;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "decision", &word));
	TRY(decision_kind_by_name(word, &kind));
	TRY(json_get_array(object, "receiptNumbers", &receipts));
	if (json_has(object, "whole"))
		TRY(json_get_bool(object, "whole", &whole));
	if (whole)
		return show_whole(call, receipts, kind, response);
	TRY(lra_decide_list_statement(call, receipts, kind, &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

/* As lra_check_present() for one statement: at the counter the passkey's own signature is the proof, as long as it is young. */
static RESULT check_present(struct lra_call *call, const struct decision *decision)
{
	struct decision_list list;
	if (call->fresh || call->lra->door == DOOR_CARD)
		return OK;
	TRY(decision_list_parse(buf_view(&decision->statement), &list));
	return strcmp(decision->form, "passkey") == 0 &&
			       list.at + call->lra->conf->session_step_up_s > call->now
		       ? OK
		       : lra_refuse(call, E_DENIED, &web_rule_step_up, "", "%s", "");
}

static RESULT do_post_decisions(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "form", "statement", "signature",
		"receiptNumbers", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(decide_list_free) struct decide_list *list = NULL;
	const struct json *receipts;
	const char *form;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "form", &form));
	TRY_IN(text_copy(form, decision.form, sizeof decision.form), "form");
	TRY(json_get_base64(object, "statement", &decision.statement));
	TRY(json_get_base64(object, "signature", &decision.signature));
	TRY(json_get_array(object, "receiptNumbers", &receipts));
	TRY(check_present(call, &decision));
	TRY(decide_list_open(call, &decision, receipts, &list));
	response->next = next_part;
	response->end = end_parts;
	response->context = MOVE(list);
	return OK;
}

LRA_HANDLER(post_decisions_statement)
LRA_HANDLER(post_decisions)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "POST", "/v1/decisions/statement", STAFF, MEDIA_JSON, 64 * KIB,  post_decisions_statement,
	  "The list that one signature decides on" },
	{ "POST", "/v1/decisions",           STAFF, MEDIA_JSON, 192 * KIB, post_decisions,
	  "Many decisions, signed together" },
};
/* clang-format on */
const struct lra_route_set lra_routes_decisions = { routes, COUNT(routes) };
