/* routes: what may be asked of the LRA. Each topic has its rows in a file of its own; here they are joined, and share. */
#ifndef LRA_ROUTES_H
#define LRA_ROUTES_H

#include "lra/lra.h"

#define CLERK    ROLE_LRA_CLERK
#define APPROVER ROLE_LRA_APPROVER
#define STAFF    (ROLE_LRA_CLERK | ROLE_LRA_APPROVER)
#define READER   (ROLE_LRA_CLERK | ROLE_LRA_APPROVER | ROLE_AUDITOR)
#define HOLDER   ROLE_SUBSCRIBER

/* The rows of one topic: const struct lra_route_set lra_routes_x = { routes, COUNT(routes) }; and a line in routes_all.c. */
struct lra_route_set {
	const struct http_route *row;
	size_t count;
};
extern const struct lra_route_set lra_routes_application, lra_routes_evidence,
	lra_routes_enrol, lra_routes_queue, lra_routes_import, lra_routes_office,
	lra_routes_paper, lra_routes_session, lra_routes_draft, lra_routes_distribution,
	lra_routes_decisions, lra_routes_notice, lra_routes_calendar, lra_routes_trail,
	lra_routes_corporate;

/* Where the body of an upload goes: struct http_settings asks the first, which asks each topic that has one. */
RESULT lra_upload_sink(void *context, const struct http_request *request,
	struct http_sink *out);
RESULT lra_import_sink(void *context, const struct http_request *request,
	struct http_sink *out);
RESULT lra_evidence_sink(void *context, const struct http_request *request,
	struct http_sink *out);

/* All of them, in their order; to be freed by the caller with free(). */
RESULT lra_routes_join(struct http_route **out, size_t *count);

/*
 * One deed behind a route: who asks is looked up anew, refusals are told with all their faults, and a lack of permission is
 * audited. LRA_HANDLER(x) makes the handler x out of the deed do_x.
 */
typedef struct err (*lra_deed)(struct lra_call *call, const struct http_request *request,
	struct http_response *response);
RESULT lra_route_serve(void *context, const struct http_request *request,
	struct http_response *response, lra_deed work);
/*
 * The same for a deed that is open to whoever is nobody yet: the person may be missing, refusals leave their audit row
 * themselves, and an address that is refused too often is not heard for a while (throttle.h).
 */
RESULT lra_route_serve_open(void *context, const struct http_request *request,
	struct http_response *response, lra_deed work);
#define LRA_HANDLER_OPEN(name)                                                           \
	static RESULT name(void *context, const struct http_request *request,            \
		struct http_response *response)                                          \
	{                                                                                \
		return lra_route_serve_open(context, request, response, do_##name);      \
	}
#define LRA_HANDLER(name)                                                                \
	static RESULT name(void *context, const struct http_request *request,            \
		struct http_response *response)                                          \
	{                                                                                \
		return lra_route_serve(context, request, response, do_##name);           \
	}

/* {"form", "statement", "signature"}: a signed decision, as people send it. */
RESULT lra_read_decision(const struct http_request *request, struct decision *out);

/* "form", "fileChannel", "pinChannel" of an object; borrowed from it. */
RESULT lra_read_delivery(const struct json *object, struct lra_delivery *out);

/*
 * The person is there, now: he proved himself a moment ago, or this decision is his passkey's, over a statement that is as
 * young. To be asked behind the routes that web_guard calls WEB_SIGNED. E_DENIED: session.stepUp.
 */
RESULT lra_check_present(struct lra_call *call, const struct decision *decision);

/* A query parameter, or the fallback when it is absent. */
RESULT lra_query_or(const struct http_request *request, const char *name,
	const char *fallback, char *out, size_t size);
RESULT lra_query_int(const struct http_request *request, const char *name,
	const char *fallback, int64_t min, int64_t max, int64_t *out);
/* The LRA whose rows the caller may see: "" all (an auditor of no LRA), "-" none. */
const char *lra_reader(const struct lra_call *call);

#endif
