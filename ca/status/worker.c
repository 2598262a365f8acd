#include "ca/status/worker.h"

#include <poll.h>

#include "ca/status/freshness.h"
#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum { REPLICA_WAIT_MS = 200, TELL_MS = 1000 };

/* What strangers ask wrongly is only counted: they could fill the disk with it. */
static bool is_strangers(struct err err)
{
	return err.code == E_INPUT || err.code == E_POLICY || err.code == E_NOT_FOUND;
}

/* Our own trouble meets every request while it lasts: one line a second says it, the tally counts the others. */
static void tell(struct worker *worker, const struct log_subject *subject, struct err why)
{
	int64_t now = clock_monotonic_ms();
	if (!err_is(why) || is_strangers(why) || now - worker->told_ms < TELL_MS)
		return;
	worker->told_ms = now;
	log_err(subject, "OCSP request not answered", why);
}

static RESULT give(struct worker *worker, const struct http_request *request,
	const struct responder_answer *answer, struct http_response *response)
{
	bool not_modified = false;
	response->media_type = "application/ocsp-response";
	tell(worker, &request->subject, answer->why);
	if (answer->key_failed)
		keys_fail(worker->keys);
	if (answer->cacheable && answer->error == OCSP_SUCCESSFUL) {
		struct freshness freshness = { .this_update = answer->this_update,
			.next_update = answer->next_update,
			.etag = answer->etag,
			.max_age_s = worker->conf->max_age_s };
		TRY(freshness_set(&freshness, request, response, &not_modified));
	} else {
		TRY(freshness_none(response));
	}
	return not_modified ? OK : buf_append(&response->body, answer->der);
}

static RESULT ocsp_post(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct worker *worker = context;
	struct responder_answer answer;
	responder_answer(worker->responder, request->body, request->now, &answer);
	return give(worker, request, &answer, response);
}

static RESULT ocsp_get(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct worker *worker = context;
	struct responder_answer answer = { .error = OCSP_SUCCESSFUL };
	AUTO(buf_clear) struct buf der = BUF(LIMIT_OCSP_REQUEST);
	struct err err = ocsp_request_from_path(request->parameter[0], &der);
	if (err_is(err))
		responder_refuse(worker->responder, err, &answer);
	else
		responder_answer(worker->responder, buf_view(&der), request->now,
			&answer);
	return give(worker, request, &answer, response);
}

static RESULT crl(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct worker *worker = context;
	return repository_crl(worker->repository, request, response);
}

static RESULT certificate(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct worker *worker = context;
	return repository_certificate(worker->repository, request, response);
}

static RESULT page(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct worker *worker = context;
	return repository_page(worker->repository, request, response);
}

static RESULT style(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	return repository_style(request, response);
}

static RESULT health(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	(void)request;
	response->media_type = "text/plain; charset=utf-8";
	TRY(freshness_none(response));
	return buf_append_text(&response->body, "ok\n");
}

/* clang-format off */
const struct http_route worker_routes[] = { /* method, path, roles, media, largest body, handler, summary */
	{ "POST", "/ocsp",       0, MEDIA_OCSP_REQUEST, LIMIT_OCSP_REQUEST, ocsp_post,   "OCSP request in the body (RFC 6960 appendix A.1)" },
	{ "GET",  "/ocsp/{*}",   0, MEDIA_NONE,         0,                  ocsp_get,    "OCSP request as base64 in the path" },
	{ "GET",  "/crl/{name}", 0, MEDIA_NONE,         0,                  crl,         "a revocation list, ISSUER.crl" },
	{ "GET",  "/ca/{name}",  0, MEDIA_NONE,         0,                  certificate, "a CA certificate, ISSUER.cer" },
	{ "GET",  "/healthz",    0, MEDIA_NONE,         0,                  health,      "the process lives" },
	{ "GET",  "/style.css",  0, MEDIA_NONE,         0,                  style,       "style of the page" },
	{ "GET",  "/",           0, MEDIA_NONE,         0,                  page,        "the repository page" },
};
/* clang-format on */
const size_t worker_route_count = COUNT(worker_routes);

static void tick(void *context)
{
	struct worker *worker = context;
	if (keys_wanting(worker->keys))
		tally_want_keys(worker->tally);
}

/* The feeder makes the replica; whoever comes first waits. */
static RESULT open_replica(struct worker *worker)
{
	struct err err = OK;
	while (!proc_stop) {
		err = replica_open_reader(worker->conf->replica_folder, &worker->replica);
		if (err.code != E_NOT_FOUND)
			return err;
		poll(NULL, 0, REPLICA_WAIT_MS);
	}
	return FAIL(E_STATE, "stopped before the replica was there");
}

static struct responder_settings responder_settings(const struct status_conf *conf)
{
	return (struct responder_settings){ .validity_s = conf->ocsp_validity_s,
		.unassigned = conf->unassigned,
		.cache = (size_t)conf->ocsp_cache };
}

static RESULT open_all(struct worker *worker)
{
	const struct status_conf *conf = worker->conf;
	struct conf_faults faults = { .count = 0 };
	struct responder_settings settings = responder_settings(conf);
	TRY(issuer_set_load(conf->issuers, &worker->set, &faults));
	TRY(open_replica(worker));
	TRY(responder_new(&settings, worker->set, worker->replica, worker->tally,
		&worker->responder));
	TRY(keys_new(conf, worker->set, worker->responder, &worker->keys));
	TRY(repository_new(conf, worker->set, worker->tally, &worker->repository));
	/* R-OCSP-14: without the token CRLs are served all the same, and kept answers later on. */
	struct err err = keys_open(worker->keys);
	if (err_is(err))
		log_err(NULL, "OCSP keys are not at hand", err);
	return OK;
}

static void close_all(struct worker *worker)
{
	repository_free(worker->repository);
	keys_free(worker->keys);
	responder_free(worker->responder);
	replica_close(worker->replica);
	issuer_set_free(worker->set);
}

RESULT worker_run(struct worker *worker, struct http_server *server)
{
	struct err err = open_all(worker);
	if (!err_is(err))
		err = proc_restrict(POWER_NET_SERVE | POWER_FILE_READ, NULL, NULL);
	if (!err_is(err))
		err = http_serve(server, &proc_stop, tick, worker);
	close_all(worker);
	return err;
}

RESULT worker_probe(const struct status_conf *conf)
{
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	AUTO(responder_free) struct responder *responder = NULL;
	AUTO(keys_free) struct keys *keys = NULL;
	struct conf_faults faults = { .count = 0 };
	struct responder_settings settings = responder_settings(conf);
	settings.cache = 0;
	TRY(issuer_set_load(conf->issuers, &set, &faults));
	TRY(responder_new(&settings, set, NULL, NULL, &responder));
	TRY(keys_new(conf, set, responder, &keys));
	return keys_open(keys);
}
