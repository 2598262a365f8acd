#include "ra/conf.h"

#include "common/base/file.h"
#include "common/base/table.h"
#include "common/flow/enrolment_store.h"
#include "ra/store.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "id", CONF_TEXT, offsetof(struct ra_conf, id), .fallback_text = "ra",
	  .help = "Name of this RA in the log." },
	{ "ordersId", CONF_TEXT, offsetof(struct ra_conf, orders_id), .fallback_text = "ra-orders",
	  .help = "Id of the clerk of orders in the roster and in audit events." },
	{ "database", CONF_TEXT, offsetof(struct ra_conf, database), .required = true,
	  .help = "libpq connection of the workers, role inkan_ra; several hosts are welcome." },
	{ "databaseOrders", CONF_TEXT, offsetof(struct ra_conf, database_orders), .required = true,
	  .help = "Connection of the clerk of orders, role inkan_orders." },
	{ "issuers", CONF_TEXT, offsetof(struct ra_conf, issuers), .required = true,
	  .help = "issuers.cfg of the ceremony." },
	{ "profiles", CONF_TEXT, offsetof(struct ra_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "identityRules", CONF_TEXT, offsetof(struct ra_conf, identity_rules), .fallback_text = "",
	  .help = "Folder of the identity rules (policies/identity), the same at LRA, RA and CA; without it any paper will do. Read again with the roster." },
	{ "roster", CONF_TEXT, offsetof(struct ra_conf, roster), .required = true,
	  .help = "roster.cfg: people, LRAs, components. Read again on SIGHUP." },
	{ "weakKeys", CONF_TEXT, offsetof(struct ra_conf, weak_keys), .required = true,
	  .help = "The list of weak keys." },
	{ "http.listen", CONF_TEXT, offsetof(struct ra_conf, listen), .required = true,
	  .help = "Address and port of the officers' interface." },
	{ "tls.certificate", CONF_TEXT, offsetof(struct ra_conf, tls_certificate), .required = true,
	  .help = "PEM file of the server's certificate and chain." },
	{ "tls.key", CONF_TEXT, offsetof(struct ra_conf, tls_key), .required = true,
	  .help = "PEM file of its private key." },
	{ "tls.clientCa", CONF_TEXT, offsetof(struct ra_conf, tls_client_ca), .required = true,
	  .help = "PEM file of the CAs whose certificates officers may show." },
	{ "token.module", CONF_TEXT, offsetof(struct ra_conf, token_module), .required = true,
	  .help = "PKCS #11 module that holds the order-signing key." },
	{ "token.label", CONF_TEXT, offsetof(struct ra_conf, token_label), .required = true,
	  .help = "Label of its token." },
	{ "token.pin", CONF_TEXT, offsetof(struct ra_conf, token_pin), .required = true,
	  .help = "Where its PIN comes from: fd:N, credential:NAME or file:PATH." },
	{ "token.key", CONF_TEXT, offsetof(struct ra_conf, token_key), .required = true,
	  .help = "Label of the order-signing key." },
	{ "certificate", CONF_TEXT, offsetof(struct ra_conf, certificate), .required = true,
	  .help = "PEM file of the order-signing certificate." },
	{ "user.worker", CONF_TEXT, offsetof(struct ra_conf, user_worker), .fallback_text = "",
	  .help = "OS user of the workers, when started by root." },
	{ "user.orders", CONF_TEXT, offsetof(struct ra_conf, user_orders), .fallback_text = "",
	  .help = "OS user of the clerk of orders." },
	{ "batch", CONF_INT, offsetof(struct ra_conf, batch), .min = 1, .max = 128, .fallback = 64,
	  .help = "Applications taken at once." },
	{ "readyFd", CONF_INT, offsetof(struct ra_conf, ready_fd), .min = 0, .max = 1023, .fallback = 0,
	  .help = "Descriptor that is told the address when all processes run." },
};
/* clang-format on */

RESULT ra_conf_load(const char *path, struct ra_conf *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	TRY(conf_load(path, 64 * KIB, &conf));
	conf_read(conf, items, COUNT(items), NULL, out, faults);
	return conf_result(faults);
}

void ra_conf_clear(struct ra_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT ra_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}

static RESULT is_revoked(void *context, const char *issuer, const struct serial *serial,
	bool *out)
{
	struct ra *ra = context;
	return ra_store_is_revoked(ra->db, issuer, serial_view(serial), out);
}

static RESULT papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	struct ra *ra = context;
	return enrolment_store_papers(ra->db, credential_id, out);
}

static RESULT load_weak_keys(const char *path, struct key_blocklist **out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * MIB);
	TRY(file_read(path, &file));
	TRY_IN(key_blocklist_parse(buf_view(&file), out), "%s", path);
	return OK;
}

static RESULT load_certificate(const char *path, struct buf *out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	TRY(file_read(path, &file));
	TRY_IN(cert_from_file(buf_view(&file), out), "%s", path);
	return OK;
}

RESULT ra_open(const struct ra_conf *conf, const char *database,
	const struct db_stmt_list *lists, size_t list_count, struct ra *out,
	struct conf_faults *faults)
{
	*out = (struct ra){ .conf = conf, .certificate = BUF(LIMIT_CERT) };
	TRY_IN(issuer_set_load(conf->issuers, &out->issuers, faults), "issuers");
	TRY_IN(profile_set_load(conf->profiles, &out->profiles, faults), "profiles");
	TRY_IN(roster_load(conf->roster, &out->roster, faults), "roster");
	TRY_IN(identity_set_load(conf->identity_rules, &out->identity, faults),
		"identityRules");
	TRY_IN(load_weak_keys(conf->weak_keys, &out->weak_keys), "weakKeys");
	TRY_IN(load_certificate(conf->certificate, &out->certificate), "certificate");
	out->trust = (struct trust){ .roster = out->roster,
		.issuers = out->issuers,
		.profiles = out->profiles,
		.revoked = is_revoked,
		.papers = papers,
		.context = out,
		.verified = &out->verified };
	out->rules = (struct order_rules){ .trust = &out->trust,
		.profiles = out->profiles,
		.weak_keys = out->weak_keys,
		.identity = out->identity,
		.key_later = true };
	return db_open(database, lists, list_count, &out->db);
}

void ra_close(struct ra *ra)
{
	issuer_set_free(ra->issuers);
	profile_set_free(ra->profiles);
	roster_free(ra->roster);
	identity_set_free(ra->identity);
	key_blocklist_free(ra->weak_keys);
	buf_clear(&ra->certificate);
	db_close(ra->db);
	*ra = (struct ra){ .conf = NULL };
}

RESULT ra_reload_roster(struct ra *ra, struct conf_faults *faults)
{
	AUTO(roster_free) struct roster *roster = NULL;
	AUTO(identity_set_free) struct identity_set *identity = NULL;
	TRY(roster_load(ra->conf->roster, &roster, faults));
	TRY(identity_set_load(ra->conf->identity_rules, &identity, faults));
	identity_set_free(ra->identity);
	ra->identity = MOVE(identity);
	ra->rules.identity = ra->identity;
	roster_free(ra->roster);
	ra->roster = MOVE(roster);
	ra->trust.roster = ra->roster;
	return OK;
}
