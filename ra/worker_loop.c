#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/proc.h"
#include "ra/conf.h"
#include "ra/serve.h"
#include "ra/store.h"

/* Who a certificate belongs to: the roster says so, never the subject field (PROFILES part 7). */
static RESULT authenticate(void *context, struct http_request *request)
{
	struct ra *ra = context;
	uint8_t digest[32];
	struct cert cert;
	bool revoked;
	if (request->client_certificate.len == 0)
		return OK; /* the rows say what is open to everybody */
	SHA256(request->client_certificate.data, request->client_certificate.len, digest);
	const struct roster_person *person = roster_by_auth(ra->roster, digest);
	if (person == NULL)
		return FAIL(E_DENIED, "certificate: not in the roster");
	request->refusal = roster_lapsed(ra->roster, person, request->now);
	TRY(roster_in_force(ra->roster, person, request->now));
	TRY(cert_parse(request->client_certificate, &cert));
	if (request->now < cert.not_before || request->now > cert.not_after)
		return FAIL(E_DENIED, "certificate of %s: not valid at this time",
			person->id);
	for (size_t i = 0; i < issuer_set_count(ra->issuers); i++) {
		const struct issuer *issuer = issuer_set_at(ra->issuers, i);
		if (!blob_equal(issuer->parsed.subject, cert.issuer))
			continue;
		TRY(ra_store_is_revoked(ra->db, issuer->name,
			serial_view(&cert.serial_number), &revoked));
		if (revoked)
			return FAIL(E_DENIED, "certificate of %s: revoked", person->id);
	}
	request->role = person->roles;
	return text_copy(person->id, request->who, sizeof request->who);
}

/* Between requests: a changed roster is read, a lost connection is made anew. */
static void tick(void *context)
{
	struct ra *ra = context;
	struct conf_faults faults = { .count = 0 };
	IGNORE(db_reconnect(
		ra->db)); /* while it is away, requests are answered E_RETRY */
	if (!proc_reload)
		return;
	proc_reload = 0;
	struct err err = ra_reload_roster(ra, &faults);
	if (err_is(err))
		log_err(NULL, "roster kept as it was", err);
}

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

RESULT ra_worker_loop(const struct ra_conf *conf)
{
	AUTO(ra_close) struct ra ra = { .conf = conf };
	AUTO(pem_clear) struct pem pem = { BUF(64 * KIB), BUF(64 * KIB), BUF(256 * KIB) };
	AUTO(http_close) struct http_server *server = NULL;
	struct conf_faults faults = { .count = 0 };
	char address[64];
	TRY(file_read(conf->tls_certificate, &pem.certificate));
	TRY(file_read(conf->tls_key, &pem.key));
	TRY(file_read(conf->tls_client_ca, &pem.client_ca));
	TRY(ra_open(conf, conf->database, &ra_store_view_stmts, 1, &ra, &faults));
	const struct http_settings settings = { .listen = conf->listen,
		.certificate_pem = buf_text(&pem.certificate),
		.key_pem = buf_text(&pem.key),
		.client_ca_pem = buf_text(&pem.client_ca),
		.routes = ra_routes,
		.route_count = ra_route_count,
		.context = &ra,
		.authenticate = authenticate,
		.timeout_s = 15,
		.max_connections = 200,
		.max_per_address = 100,
		.max_response = 1 * MIB };
	TRY(http_listen(&settings, &server));
	snprintf(address, sizeof address, "port %u", http_port(server));
	log_notice(NULL, "serving", "address", address);
	TRY(proc_restrict(POWER_NET_SERVE | POWER_NET_CONNECT | POWER_FILE_READ, NULL,
		NULL));
	return http_serve(server, &proc_stop, tick, &ra);
}
