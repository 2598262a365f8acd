#include "ca/conf.h"

#include "ca/cert_store.h"
#include "ca/quota.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/flow/enrolment_store.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "id", CONF_TEXT, offsetof(struct ca_conf, id), .fallback_text = "ca",
	  .help = "Name of this CA in audit events." },
	{ "database", CONF_TEXT, offsetof(struct ca_conf, database), .required = true,
	  .help = "libpq connection of the issuer, role inkan_ca; several hosts are welcome." },
	{ "databasePublish", CONF_TEXT, offsetof(struct ca_conf, database_publish), .required = true,
	  .help = "Connection of the publisher, role inkan_publish." },
	{ "databaseAudit", CONF_TEXT, offsetof(struct ca_conf, database_audit), .required = true,
	  .help = "Connection of the auditor, which closes the audit chain, role inkan_audit." },
	{ "issuers", CONF_TEXT, offsetof(struct ca_conf, issuers), .required = true,
	  .help = "issuers.cfg of the ceremony." },
	{ "profiles", CONF_TEXT, offsetof(struct ca_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "identityRules", CONF_TEXT, offsetof(struct ca_conf, identity_rules), .fallback_text = "",
	  .help = "Folder of the identity rules (policies/identity), the same at LRA, RA and CA; without it any paper will do. Read again with the roster." },
	{ "roster", CONF_TEXT, offsetof(struct ca_conf, roster), .required = true,
	  .help = "roster.cfg: people, LRAs, components. Read again on SIGHUP." },
	{ "weakKeys", CONF_TEXT, offsetof(struct ca_conf, weak_keys), .required = true,
	  .help = "The list of weak keys." },
	{ "programs", CONF_TEXT, offsetof(struct ca_conf, programs), .fallback_text = "",
	  .help = "Folder of inkan-signer and inkan-lint; empty: beside inkan-ca." },
	{ "signer.settings", CONF_TEXT, offsetof(struct ca_conf, signer_conf), .required = true,
	  .help = "Settings file of inkan-signer." },
	{ "lint.settings", CONF_TEXT, offsetof(struct ca_conf, lint_conf), .required = true,
	  .help = "Settings file of inkan-lint." },
	{ "user.issuer", CONF_TEXT, offsetof(struct ca_conf, user_issuer), .fallback_text = "",
	  .help = "OS user of the issuer, when started by root." },
	{ "user.signer", CONF_TEXT, offsetof(struct ca_conf, user_signer), .fallback_text = "",
	  .help = "OS user of the signer." },
	{ "user.lint", CONF_TEXT, offsetof(struct ca_conf, user_lint), .fallback_text = "",
	  .help = "OS user of the linter." },
	{ "user.publisher", CONF_TEXT, offsetof(struct ca_conf, user_publisher), .fallback_text = "",
	  .help = "OS user of the publisher." },
	{ "user.auditor", CONF_TEXT, offsetof(struct ca_conf, user_auditor), .fallback_text = "",
	  .help = "OS user of the auditor." },
	{ "quotaFolder", CONF_TEXT, offsetof(struct ca_conf, quota_folder), .fallback_text = "",
	  .help = "Folder of the issuer alone, where it counts the orders of LRAs that have a quotaPerMonth in the roster." },
	{ "publicFolder", CONF_TEXT, offsetof(struct ca_conf, public_folder), .required = true,
	  .help = "Folder that the status program serves; CRLs appear in crl/." },
	{ "archiveFolder", CONF_TEXT, offsetof(struct ca_conf, archive_folder), .required = true,
	  .help = "Every CRL ever made, in the same file system as publicFolder." },
	{ "crl.validity", CONF_SECONDS, offsetof(struct ca_conf, crl_validity_s), .min = HOUR, .max = 10 * DAY - 1,
	  .fallback = 48 * HOUR, .help = "From thisUpdate to nextUpdate." },
	{ "crl.interval", CONF_SECONDS, offsetof(struct ca_conf, crl_interval_s), .min = MINUTE, .max = 24 * HOUR,
	  .fallback = 12 * HOUR, .help = "A CRL is made this often even without a change." },
	{ "audit.interval", CONF_SECONDS, offsetof(struct ca_conf, audit_interval_s), .min = 1, .max = 30 * DAY,
	  .fallback = HOUR, .help = "From the end of one walk along the whole audit chain to the next." },
	{ "batch", CONF_INT, offsetof(struct ca_conf, batch), .min = 1, .max = 128, .fallback = 128,
	  .help = "Orders taken at once." },
	{ "readyFd", CONF_INT, offsetof(struct ca_conf, ready_fd), .min = 0, .max = 1023, .fallback = 0,
	  .help = "Descriptor that is told when all processes run." },
};
/* clang-format on */

RESULT ca_conf_load(const char *path, struct ca_conf *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	TRY(conf_load(path, 64 * KIB, &conf));
	conf_read(conf, items, COUNT(items), NULL, out, faults);
	/* R-CRL-02: the next one is there well before the last one runs out. */
	if (faults->count == 0 && out->crl_interval_s * 2 > out->crl_validity_s)
		conf_fault(faults, conf_root(conf),
			"crl.interval: more than half of crl.validity");
	return conf_result(faults);
}

void ca_conf_clear(struct ca_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT ca_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}

static RESULT is_revoked(void *context, const char *issuer, const struct serial *serial,
	bool *out)
{
	struct ca *ca = context;
	for (size_t i = 0; i < ca->status_count; i++) {
		const struct signer_status *known = &ca->status[i];
		if (strcmp(known->issuer, issuer) != 0 ||
			!blob_equal(serial_view(&known->serial_number),
				serial_view(serial)))
			continue;
		*out = known->revoked;
		return OK;
	}
	TRY(cert_store_is_revoked(ca->db, issuer, serial_view(serial), out));
	if (ca->status_count == STATUS_PLACES)
		return OK;
	struct signer_status *place = &ca->status[ca->status_count];
	TRY(text_copy(issuer, place->issuer, sizeof place->issuer));
	place->serial_number = *serial;
	place->revoked = *out;
	ca->status_count++;
	return OK;
}

static RESULT papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	struct ca *ca = context;
	return enrolment_store_papers(ca->db, credential_id, out);
}

static RESULT load_weak_keys(const char *path, struct key_blocklist **out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * MIB);
	TRY(file_read(path, &file));
	TRY_IN(key_blocklist_parse(buf_view(&file), out), "%s", path);
	return OK;
}

/* Who has a quota is counted, or nothing is read at all. */
static RESULT load_roster(const struct ca_conf *conf, struct roster **out,
	struct conf_faults *faults)
{
	AUTO(roster_free) struct roster *roster = NULL;
	const struct roster_lra *lra;
	TRY(roster_load(conf->roster, &roster, faults));
	for (size_t i = 0; (lra = roster_lra_at(roster, i)) != NULL; i++)
		if (lra->quota_per_month > 0 && conf->quota_folder[0] == 0)
			return FAIL(E_INPUT,
				"%.31s has a quotaPerMonth, but the CA's settings name "
				"no "
				"quotaFolder",
				lra->id);
	*out = MOVE(roster);
	return OK;
}

RESULT ca_open(const struct ca_conf *conf, const char *database,
	const struct db_stmt_list *lists, size_t list_count, int pipe, struct ca *out,
	struct conf_faults *faults)
{
	*out = (struct ca){ .conf = conf, .signer = pipe };
	TRY_IN(issuer_set_load(conf->issuers, &out->issuers, faults), "issuers");
	TRY_IN(profile_set_load(conf->profiles, &out->profiles, faults), "profiles");
	TRY_IN(load_roster(conf, &out->roster, faults), "roster");
	TRY_IN(identity_set_load(conf->identity_rules, &out->identity, faults),
		"identityRules");
	TRY_IN(load_weak_keys(conf->weak_keys, &out->weak_keys), "weakKeys");
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
		.identity = out->identity };
	return db_open(database, lists, list_count, &out->db);
}

void ca_close(struct ca *ca)
{
	ca_forget(ca);
	issuer_set_free(ca->issuers);
	profile_set_free(ca->profiles);
	roster_free(ca->roster);
	identity_set_free(ca->identity);
	key_blocklist_free(ca->weak_keys);
	quota_close(ca->quota);
	db_close(ca->db);
	*ca = (struct ca){ .signer = -1 };
}

RESULT ca_reload_roster(struct ca *ca, struct conf_faults *faults)
{
	AUTO(roster_free) struct roster *roster = NULL;
	AUTO(identity_set_free) struct identity_set *identity = NULL;
	TRY(load_roster(ca->conf, &roster, faults));
	TRY(identity_set_load(ca->conf->identity_rules, &identity, faults));
	identity_set_free(ca->identity);
	ca->identity = MOVE(identity);
	ca->rules.identity = ca->identity;
	roster_free(ca->roster);
	ca->roster = MOVE(roster);
	ca->trust.roster = ca->roster;
	ca_forget(ca); /* what was judged by the old one */
	return OK;
}
