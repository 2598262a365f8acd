/* routes_evidence: sealed evidence over HTTP: bytes in, bytes out, and its end. Handlers parse, call one step, encode. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/answers_evidence.h"
#include "lra/evidence_store.h"
#include "lra/routes.h"

enum { DUE_MOST = 500 };

static RESULT read_digest(const char *text, struct buf *out)
{
	TRY_IN(hex_decode(text, out), "sha256");
	return out->len == 32 ? OK : FAIL(E_INPUT, "sha256: %zu octets", out->len);
}

/* ---- in */

static RESULT do_put_evidence(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(buf_clear) struct buf sha256 = BUF(32);
	struct evidence_stored stored;
	TRY(read_digest(request->parameter[1], &sha256));
	if (request->sink == NULL)
		return FAIL(E_INPUT, "file: empty");
	TRY(lra_evidence_store(call, request->parameter[0], buf_view(&sha256),
		request->sink, &stored));
	response->status = stored.again ? 200 : 201;
	return answer_stored(call->lra->db, call->person->lra, buf_view(&sha256), &stored,
		&response->body);
}

/* ---- out */

static RESULT do_list_evidence(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(evidence_store_case(call->lra->db, lra_reader(call), request->parameter[0],
		&rows));
	return answer_evidence(call->lra, lra_reader(call), db_int(rows, 0, CASE_ID),
		request->parameter[0], &response->body);
}

/*
 * UX part 4: whatever the file is, the browser gives it no origin, no scripts and no frames of ours. The name says which
 * paper of which case, never of whom.
 */
static RESULT say_how(struct http_response *response, const char *receipt,
	const char *sha256, const struct evidence_media *media)
{
	response->media_type = media->type;
	TRY(http_header(response, "Content-Security-Policy",
		"sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
		"form-action 'none'"));
	TRY(http_header(response, "Cross-Origin-Resource-Policy", "same-origin"));
	return http_header(response, "Content-Disposition",
		"%s; filename=\"%.23s-%.12s%s\"",
		media->in_page ? "inline" : "attachment", receipt, sha256, media->suffix);
}

static RESULT do_get_evidence(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(buf_clear) struct buf sha256 = BUF(32);
	const struct evidence_media *media;
	char purpose[32];
	TRY(read_digest(request->parameter[1], &sha256));
	TRY(lra_query_or(request, "purpose", "", purpose, sizeof purpose));
	TRY(lra_evidence_look(call, request->parameter[0], buf_view(&sha256), purpose,
		&media, &response->file_fd));
	return say_how(response, request->parameter[0], request->parameter[1], media);
}

static RESULT do_get_sealed(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(buf_clear) struct buf sha256 = BUF(32);
	TRY(read_digest(request->parameter[1], &sha256));
	TRY(lra_evidence_fetch(call, request->parameter[0], buf_view(&sha256),
		&response->file_fd));
	response->media_type = "application/octet-stream";
	return OK;
}

static RESULT do_get_case_key(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	TRY(lra_evidence_fetch(call, request->parameter[0], BLOB_NONE,
		&response->file_fd));
	response->media_type = "application/cms";
	return OK;
}

/* ---- the end */

static RESULT do_list_due(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	(void)request;
	TRY(evidence_store_due(call->lra->db, lra_reader(call),
		call->now - call->lra->conf->evidence_retention_s, DUE_MOST, &rows));
	return answer_due(call->lra, rows, &response->body);
}

static RESULT do_post_destruction(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "reason", NULL };
	AUTO(json_free) struct json *object = NULL;
	const char *reason;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "reason", &reason));
	if (reason[0] == 0 || strlen(reason) > 400)
		return FAIL(E_INPUT, "reason: 1 to 400 octets");
	TRY(lra_destruction_propose(call, request->parameter[0], reason));
	response->status = 201;
	return do_list_evidence(call, request, response);
}

static RESULT do_approve_destruction(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	TRY(lra_destruction_approve(call, request->parameter[0]));
	return do_list_evidence(call, request, response);
}

LRA_HANDLER(put_evidence)
LRA_HANDLER(list_evidence)
LRA_HANDLER(get_evidence)
LRA_HANDLER(get_sealed)
LRA_HANDLER(get_case_key)
LRA_HANDLER(list_due)
LRA_HANDLER(post_destruction)
LRA_HANDLER(approve_destruction)

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/applications/{receipt}/evidence",          READER,             MEDIA_NONE, 0, list_evidence,
	  "Evidence that is named, and what of it is sealed" },
	{ "PUT",  "/v1/applications/{receipt}/evidence/{sha256}", CLERK,              MEDIA_ANY,  EVIDENCE_LARGEST, put_evidence,
	  "Seals one file of evidence" },
	{ "GET",  "/v1/applications/{receipt}/evidence/{sha256}", READER,             MEDIA_NONE, 0, get_evidence,
	  "Shows one file of evidence, with a purpose" },
	{ "GET",  "/v1/applications/{receipt}/archive-key",       APPROVER | ROLE_AUDITOR, MEDIA_NONE, 0, get_case_key,
	  "The key of a case, for the archive's private key" },
	{ "GET",  "/v1/applications/{receipt}/sealed/{sha256}",   APPROVER | ROLE_AUDITOR, MEDIA_NONE, 0, get_sealed,
	  "One file of evidence as it lies, sealed" },
	{ "GET",  "/v1/evidence/due",                             READER,             MEDIA_NONE, 0, list_due,
	  "Cases whose evidence may be destroyed" },
	{ "POST", "/v1/applications/{receipt}/destruction",       STAFF,              MEDIA_JSON, 4 * KIB, post_destruction,
	  "Proposes that evidence is destroyed" },
	{ "POST", "/v1/applications/{receipt}/destruction/approval", APPROVER,        MEDIA_ANY,  1 * KIB, approve_destruction,
	  "Approves that evidence is destroyed" },
};
/* clang-format on */
const struct lra_route_set lra_routes_evidence = { routes, COUNT(routes) };

RESULT lra_evidence_sink(void *context, const struct http_request *request,
	struct http_sink *out)
{
	struct lra *lra = context;
	struct evidence_upload *upload = NULL;
	if (request->route->handler != put_evidence)
		return OK;
	const struct roster_person *person = roster_person(lra->roster, request->who);
	if (person == NULL)
		return FAIL(E_DENIED, "nobody we know");
	TRY(evidence_upload_begin(lra, person->lra, request->parameter[0],
		http_request_header(request, "Content-Type"), &upload));
	*out = (struct http_sink){ .context = upload,
		.put = evidence_upload_put,
		.free = evidence_upload_free };
	return OK;
}
