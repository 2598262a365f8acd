/* worker: one process that answers the public. Opens replica and token itself, after fork(), and then gives up its powers. */
#ifndef CA_STATUS_WORKER_H
#define CA_STATUS_WORKER_H

#include "ca/status/keys.h"
#include "ca/status/repository.h"
#include "ca/status/responder.h"
#include "common/net/http.h"

struct worker {
	const struct status_conf *conf;
	struct tally *tally;
	struct issuer_set *set;
	struct replica *replica;
	struct responder *responder;
	struct keys *keys;
	struct repository *repository;
	int64_t told_ms; /* when trouble was last told */
};

/* The routes of the public counter; their context is a struct worker. */
extern const struct http_route worker_routes[];
extern const size_t worker_route_count;

/* conf and tally of the worker are set; everything else is opened here and closed at the end. */
RESULT worker_run(struct worker *worker, struct http_server *server);

/* Can all keys be opened? For a process of its own, which ends afterwards. */
RESULT worker_probe(const struct status_conf *conf);

#endif
