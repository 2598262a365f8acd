/* routes_all: the one table out of the rows of all topics, and what their handlers share. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "common/proc/fault_point.h"
#include "lra/routes.h"
#include "lra/web_guard.h"

static const struct lra_route_set *const sets[] = {
	&lra_routes_session,
	&lra_routes_application,
	&lra_routes_enrol,
	&lra_routes_queue,
	&lra_routes_import,
	&lra_routes_office,
	&lra_routes_draft,
	&lra_routes_paper,
	&lra_routes_distribution,
	&lra_routes_decisions,
	&lra_routes_evidence,
	&lra_routes_notice,
	&lra_routes_calendar,
	&lra_routes_trail,
	&lra_routes_corporate,
};

RESULT lra_routes_join(struct http_route **out, size_t *count)
{
	size_t all = 0, at = 0;
	for (size_t i = 0; i < COUNT(sets); i++)
		all += sets[i]->count;
	struct http_route *table = calloc(all, sizeof *table);
	if (table == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < COUNT(sets); i++) {
		memcpy(table + at, sets[i]->row, sets[i]->count * sizeof *table);
		at += sets[i]->count;
	}
	*out = table;
	*count = all;
	return OK;
}

/* clang-format off */
static const struct fault_rule rule_often = { "login.often", "R-ACC-06",
	"Too many attempts failed. Wait a minute, then try again.",
	"失敗が続いたため受け付けていません。1分ほど待ってからやり直してください。" };
/* clang-format on */

/* What is refused with reasons is answered with all of them; a lack of permission is audited too. */
static RESULT tell(struct lra_call *call, const struct http_request *request,
	struct err err, bool open, struct http_response *response)
{
	if (err.code == E_DENIED && !open) {
		struct err audit = lra_audit_refusal(call, request->path);
		if (err_is(audit))
			log_err(&request->subject, "refusal not audited", audit);
	}
	if (call->faults->count == 0)
		return err;
	log_notice(&request->subject, "refused", "code", call->faults->row[0].code);
	buf_clear(&response->body);
	response->status = err_kind(err.code)->http_status;
	return http_faults_body(err.code, call->faults, request->ref, &response->body);
}

static RESULT serve(void *context, const struct http_request *request,
	struct http_response *response, lra_deed work, bool open)
{
	struct lra *lra = context;
	struct faults faults = { .count = 0 };
	struct lra_call call = { .lra = lra,
		.certificate = request->client_certificate,
		.roles = request->role,
		.session = request->session,
		.fresh = request->fresh,
		.now = request->now,
		.ref = request->ref,
		.faults = &faults };
	/* The roster may have been read again since the head of this request was judged: who it is, is looked up anew. */
	call.person = roster_person(lra->roster, request->who);
	if (call.person == NULL && (call.roles & HOLDER) == 0 && !open)
		return FAIL(E_DENIED, "not in the roster");
	struct err err = open && throttle_is_full(&lra->refused, request->subject.peer,
					 request->now)
				 ? lra_refuse(&call, E_DENIED, &rule_often, "", "%s", "")
				 : work(&call, request, response);
	if (open && err.code == E_DENIED)
		throttle_count(&lra->refused, request->subject.peer, request->now);
	if (err_is(err))
		return tell(&call, request, err, open, response);
	if (strcmp(request->method, "POST") == 0)
		fault_point("lra.answering"); /* done, but nobody is told */
	return OK;
}

RESULT lra_route_serve(void *context, const struct http_request *request,
	struct http_response *response, lra_deed work)
{
	return serve(context, request, response, work, false);
}

RESULT lra_route_serve_open(void *context, const struct http_request *request,
	struct http_response *response, lra_deed work)
{
	return serve(context, request, response, work, true);
}

RESULT lra_upload_sink(void *context, const struct http_request *request,
	struct http_sink *out)
{
	TRY(lra_evidence_sink(context, request, out));
	return out->context != NULL ? OK : lra_import_sink(context, request, out);
}

RESULT lra_read_decision(const struct http_request *request, struct decision *out)
{
	static const char *const members[] = { "form", "statement", "signature", NULL };
	AUTO(json_free) struct json *object = NULL;
	const char *form;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "form", &form));
	TRY_IN(text_copy(form, out->form, sizeof out->form), "form");
	TRY(json_get_base64(object, "statement", &out->statement));
	return json_get_base64(object, "signature", &out->signature);
}

RESULT lra_check_present(struct lra_call *call, const struct decision *decision)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	if (call->fresh || call->lra->door == DOOR_CARD)
		return OK; /* with a card, the hook has asked */
	TRY(statement_parse(buf_view(&decision->statement), &statement));
	return strcmp(decision->form, "passkey") == 0 &&
			       statement.at + call->lra->conf->session_step_up_s >
				       call->now
		       ? OK
		       : lra_refuse(call, E_DENIED, &web_rule_step_up, "", "%s", "");
}

RESULT lra_query_or(const struct http_request *request, const char *name,
	const char *fallback, char *out, size_t size)
{
	struct err err = http_query(request, name, out, size);
	return err.code == E_NOT_FOUND ? text_copy(fallback, out, size) : err;
}

RESULT lra_query_int(const struct http_request *request, const char *name,
	const char *fallback, int64_t min, int64_t max, int64_t *out)
{
	char text[24];
	TRY(lra_query_or(request, name, fallback, text, sizeof text));
	TRY_IN(text_to_int(text, min, max, out), "%s", name);
	return OK;
}

const char *lra_reader(const struct lra_call *call)
{
	return call->person == NULL
		       ? "-"
		       : call->person->lra; /* an auditor of no LRA sees all */
}
