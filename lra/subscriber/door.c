/* door: a listener, and what stands between strangers and the pages. */
#include <poll.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include "common/flow/audit_store.h"
#include "common/pki/name.h"
#include "common/proc/proc.h"
#include "lra/subscriber/store.h"
#include "lra/subscriber/subscriber.h"
#include "lra/web_guard.h"

enum { AGAIN_MS = 1000, TIMEOUT_S = 20, CONNECTIONS = 200, PER_ADDRESS = 20 };

/* clang-format off */
static const struct words
	sorry = { "受け付けられませんでした", "This could not be done" },
	often = { "失敗が続いたため、このネットワークからの受付を1分間止めています。お急ぎの場合は、下記へお電話ください。",
	          "Too many attempts from this network failed; it is heard again in a minute. If it is urgent, call us." },
	foreign = { "他のサイトの画面からの要求のため、受け付けませんでした。この画面からやり直してください。",
	            "This request came from another site's page and was refused. Begin again from these pages." },
	reference = { "お問合せ番号", "Reference" },
	home = { "最初の画面へ", "To the first page" };
/* clang-format on */

struct page subscriber_page(const struct visit *visit, int status, struct words title)
{
	return page_begin(visit->desk->conf, visit->request, visit->response, status,
		title);
}

static RESULT tell(const struct visit *visit, int status, struct words why)
{
	struct page page = subscriber_page(visit, status, sorry);
	page_notice(&page, "bad", why);
	page_raw(&page, "<dl>");
	page_fact(&page, reference, visit->request->ref);
	page_raw(&page, "</dl><p>");
	page_link(&page, visit->desk->conf->origin, "/", home);
	page_raw(&page, "</p>");
	return page_end(&page);
}

static bool is_foreign(const struct http_request *request)
{
	const struct web_origin from = { .method = request->method,
		.sec_fetch_site = http_request_header(request, "Sec-Fetch-Site"),
		.origin = http_request_header(request, "Origin"),
		.host = http_request_header(request, "Host") };
	/* A link in a mail may lead here; it changes nothing. */
	return web_guard_changes(request->method) && !web_guard_is_ours(&from);
}

RESULT subscriber_serve(void *context, const struct http_request *request,
	struct http_response *response, subscriber_deed deed)
{
	struct subscriber *desk = context;
	struct visit visit = { .desk = desk, .request = request, .response = response };
	if (throttle_is_full(&desk->refused, request->subject.peer, request->now))
		return tell(&visit, 429, often);
	if (is_foreign(request)) {
		throttle_count(&desk->refused, request->subject.peer, request->now);
		log_notice(&request->subject, "refused: from another site");
		return tell(&visit, 403, foreign);
	}
	struct err err = deed(&visit);
	if (response->status == 403 || response->status == 404)
		throttle_count(&desk->refused, request->subject.peer, request->now);
	if (!err_is(err))
		return OK;
	const struct err_kind *kind = err_kind(err.code);
	log_err(&request->subject, "refused", err);
	return tell(&visit, kind->http_status,
		(struct words){ kind->message_ja, kind->message_en });
}

/* ---- audit */

RESULT subscriber_audit(const struct visit *visit, struct db_tx *tx,
	enum audit_event_kind kind, const char *object, const char *detail)
{
	char origin[64];
	snprintf(origin, sizeof origin, "subscriber %.20s", visit->request->ref);
	const struct audit_event event = { .name = audit_event_name(kind),
		.at = visit->request->now,
		.actor = "subscriber",
		.role = role_name(ROLE_SUBSCRIBER),
		.origin = origin,
		.object = object,
		.refused = kind == AUDIT_ACCESS_REFUSED,
		.detail = detail };
	return audit_store_append(tx, &event);
}

void subscriber_audit_refusal(const struct visit *visit, const char *object,
	const char *detail)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	struct err err = db_begin(visit->desk->db, &tx);
	if (!err_is(err))
		err = subscriber_audit(visit, tx, AUDIT_ACCESS_REFUSED, object, detail);
	if (!err_is(err))
		err = db_commit(&tx);
	if (err_is(err))
		log_err(&visit->request->subject, "refusal not audited", err);
}

/* ---- fields */

RESULT subscriber_receipt(const struct visit *visit, char out[static 24])
{
	char typed[64] = "", half[64] = "";
	size_t len = 0;
	bool changed;
	bool posted = visit->request->body.len > 0;
	struct err err =
		posted ? http_form(visit->request, "number", typed, sizeof typed)
		       : http_query(visit->request, "number", typed, sizeof typed);
	if (err.code != E_NOT_FOUND && err.code != E_INPUT)
		TRY(err);
	IGNORE(name_normalize(typed, half, sizeof half, &changed)); /* then it is none */
	for (const char *at = half; *at != 0 && len < 23; at++)
		if (*at != ' ')
			out[len++] =
				(char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
	out[len] = 0;
	return OK;
}

/* ---- the process */

static void tick(void *context)
{
	struct subscriber *desk = context;
	IGNORE(db_reconnect(desk->db)); /* while it is away, pages say so */
}

static RESULT open_patiently(struct subscriber *desk)
{
	const struct db_stmt_list lists[] = { subscriber_stmts, audit_store_writing };
	for (;;) {
		struct err err = db_open(desk->conf->database, lists,
			sizeof lists / sizeof *lists, &desk->db);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		poll(NULL, 0, AGAIN_MS);
	}
}

static RESULT give_file(void *context, const struct http_request *request,
	struct http_response *response)
{
	const struct subscriber *desk = context;
	return http_files_answer(desk->files, request, response);
}
static const struct http_route files = { "GET", "/{*}", 0, MEDIA_NONE, 0, give_file,
	"The pages' style" };

struct pem {
	struct buf certificate, key, client_ca;
};
static void pem_clear(struct pem *pem)
{
	buf_clear(&pem->certificate);
	buf_clear(&pem->key);
	buf_clear(&pem->client_ca);
}
AUTO_DEFINE_HELD(struct pem, pem_clear)

/* Each topic has its own table. */
static RESULT join_routes(struct subscriber *desk, enum subscriber_door door)
{
	static const struct {
		enum subscriber_door door;
		const struct subscriber_routes *routes;
	} topics[] = { { SUBSCRIBER_OPEN, &subscriber_follow_routes },
		{ SUBSCRIBER_OPEN, &subscriber_pickup_routes },
		{ SUBSCRIBER_OPEN, &subscriber_challenge_routes },
		{ SUBSCRIBER_CERTIFICATE, &subscriber_certificate_routes } };
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		for (size_t j = 0; topics[i].door == door && j < topics[i].routes->count;
			j++) {
			if (desk->route_count == SUBSCRIBER_ROUTES)
				return FAIL(E_BUG, "more routes than %d",
					SUBSCRIBER_ROUTES);
			desk->routes[desk->route_count++] = topics[i].routes->row[j];
		}
	return OK;
}

static RESULT bind_door(struct subscriber *desk, enum subscriber_door door,
	struct pem *pem, struct http_server **out)
{
	const struct subscriber_conf *conf = desk->conf;
	bool shown = door == SUBSCRIBER_CERTIFICATE;
	TRY(join_routes(desk, door));
	TRY(file_read(conf->tls_certificate, &pem->certificate));
	TRY(file_read(conf->tls_key, &pem->key));
	TRY(file_read(conf->tls_client_ca, &pem->client_ca));
	const struct http_settings settings = { .listen = shown ? conf->certificate_listen
								: conf->listen,
		.certificate_pem = buf_text(&pem->certificate),
		.key_pem = buf_text(&pem->key),
		.client_ca_pem = shown ? buf_text(&pem->client_ca) : NULL,
		.routes = desk->routes,
		.route_count = desk->route_count,
		.fallback = &files,
		.context = desk,
		.timeout_s = TIMEOUT_S,
		.max_connections = CONNECTIONS,
		.max_per_address = PER_ADDRESS,
		.max_response = LIMIT_PKCS12 + 16 * KIB };
	return http_listen(&settings, out);
}

static void desk_clear(struct subscriber *desk)
{
	http_files_free(desk->files);
	db_close(desk->db);
}
AUTO_DEFINE_HELD(struct subscriber, desk_clear)

RESULT subscriber_run(const struct subscriber_conf *conf, enum subscriber_door door,
	bool only_check)
{
	AUTO(desk_clear) struct subscriber desk = { .conf = conf };
	AUTO(pem_clear) struct pem pem = { BUF(64 * KIB), BUF(64 * KIB), BUF(256 * KIB) };
	AUTO(http_close) struct http_server *server = NULL;
	TRY_IN(http_files_load(conf->pages, &desk.files), "pages");
	if (only_check)
		return OK;
	TRY(bind_door(&desk, door, &pem, &server));
	TRY(open_patiently(&desk));
	log_notice(NULL, "serving", "door",
		door == SUBSCRIBER_CERTIFICATE ? "certificate" : "open");
	TRY(proc_restrict(POWER_NET_SERVE | POWER_NET_CONNECT, NULL, NULL));
	return http_serve(server, &proc_stop, tick, &desk);
}
