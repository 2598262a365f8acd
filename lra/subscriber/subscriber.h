/* subscriber: one door of the subscribers' pages, and what its visitors' deeds share. */
#ifndef LRA_SUBSCRIBER_SUBSCRIBER_H
#define LRA_SUBSCRIBER_SUBSCRIBER_H

#include "common/db/db.h"
#include "common/flow/audit.h"
#include "common/flow/revocation.h"
#include "common/net/http_files.h"
#include "lra/subscriber/page.h"
#include "lra/throttle.h"

enum subscriber_door {
	SUBSCRIBER_OPEN,       /* no client certificate is asked for */
	SUBSCRIBER_CERTIFICATE /* TLS client authentication */
};

enum { SUBSCRIBER_ROUTES = 32 }; /* of one door, at most */

/* Of one process. */
struct subscriber {
	const struct subscriber_conf *conf;
	struct db *db;
	struct http_files *files;
	struct throttle refused;
	struct http_route routes[SUBSCRIBER_ROUTES];
	size_t route_count;
};

/* One request. */
struct visit {
	struct subscriber *desk;
	const struct http_request *request;
	struct http_response *response;
};

/*
 * A deed writes its page, whatever comes; an error is for what nobody foresaw (the registry is away) and becomes a page
 * with the request's reference. A page of status 403 or 404 counts against the address (throttle.h).
 */
typedef struct err (*subscriber_deed)(struct visit *visit);
RESULT subscriber_serve(void *context, const struct http_request *request,
	struct http_response *response, subscriber_deed deed);
#define SUBSCRIBER_HANDLER(name)                                                         \
	static RESULT name(void *context, const struct http_request *request,            \
		struct http_response *response)                                          \
	{                                                                                \
		return subscriber_serve(context, request, response, do_##name);          \
	}

struct subscriber_routes {
	const struct http_route *row;
	size_t count;
};
extern const struct subscriber_routes subscriber_follow_routes, /* of the open door */
	subscriber_pickup_routes, subscriber_challenge_routes,
	subscriber_certificate_routes; /* of the other */

/* An audit row; refused ones in a transaction of their own. object: a receipt number. */
RESULT subscriber_audit(const struct visit *visit, struct db_tx *tx,
	enum audit_event_kind kind, const char *object, const char *detail);
void subscriber_audit_refusal(const struct visit *visit, const char *object,
	const char *detail);

/* A field of the form or query as a receipt number: blanks out, capitals. "" when absent; it may still be none. */
RESULT subscriber_receipt(const struct visit *visit, char out[static 24]);
struct page subscriber_page(const struct visit *visit, int status, struct words title);

/* The choice of a life event: those that a holder may report (R-REV-07), "no reason" first. */
void subscriber_events(struct page *page);
/* The one that was chosen; NULL: none of these. */
const struct revocation_event *subscriber_event(const struct visit *visit);
/* What is told when a request for revocation was taken: within which hours it is done. */
RESULT subscriber_revocation_taken(const struct visit *visit, const char *receipt,
	const struct revocation_event *event);

/* Opens what the settings name and serves one door until it is told to stop. only_check: the files, and nothing else. */
RESULT subscriber_run(const struct subscriber_conf *conf, enum subscriber_door door,
	bool only_check);

#endif
