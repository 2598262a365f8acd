#include "lra/conf.h"

#include <openssl/sha.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/csv/charset.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "common/proc/proc.h"
#include "lra/application_store.h"
#include "lra/calendar_store.h"
#include "lra/certificate_store.h"
#include "lra/corporate_store.h"
#include "lra/decision_store.h"
#include "lra/delivery_store.h"
#include "lra/distribution_store.h"
#include "lra/draft_store.h"
#include "lra/duplicate_store.h"
#include "lra/enrol_store.h"
#include "lra/evidence_store.h"
#include "lra/expiring_store.h"
#include "lra/import_store.h"
#include "lra/key_file.h"
#include "lra/letter_store.h"
#include "lra/notice_store.h"
#include "lra/paper_store.h"
#include "lra/pickup_store.h"
#include "lra/queue_store.h"
#include "lra/trail_store.h"
#include "lra/vault.h"
#include "lra/web_challenge_store.h"
#include "lra/web_session_store.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "id", CONF_TEXT, offsetof(struct lra_conf, id), .fallback_text = "lra",
	  .help = "Name of this process in the log and in audit events." },
	{ "database", CONF_TEXT, offsetof(struct lra_conf, database), .required = true,
	  .help = "libpq connection, role inkan_lra; several hosts are welcome." },
	{ "issuers", CONF_TEXT, offsetof(struct lra_conf, issuers), .required = true,
	  .help = "issuers.cfg of the ceremony. Read again on SIGHUP." },
	{ "profiles", CONF_TEXT, offsetof(struct lra_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "identityRules", CONF_TEXT, offsetof(struct lra_conf, identity_rules), .fallback_text = "",
	  .help = "Folder of the identity rules (policies/identity), the same at LRA, RA and CA; without it any paper will do. Read again with the roster." },
	{ "roster", CONF_TEXT, offsetof(struct lra_conf, roster), .required = true,
	  .help = "roster.cfg: people, LRAs, components. Read again on SIGHUP." },
	{ "rosterAhead", CONF_SECONDS, offsetof(struct lra_conf, roster_ahead_s), .min = DAY, .max = 180 * DAY,
	  .fallback = 30 * DAY, .help = "So long before contract, appointment or training ends, clerks are told." },
	{ "weakKeys", CONF_TEXT, offsetof(struct lra_conf, weak_keys), .required = true,
	  .help = "The list of weak keys." },
	{ "http.listen", CONF_TEXT, offsetof(struct lra_conf, listen), .required = true,
	  .help = "Address and port of the clerks' interface, for cards, subscribers and programs." },
	{ "http.origin", CONF_TEXT, offsetof(struct lra_conf, origin), .fallback_text = "",
	  .help = "Its address as browsers see it, https://lra.example:8443; told to whoever comes to the counter with a card." },
	{ "http.counterListen", CONF_TEXT, offsetof(struct lra_conf, counter_listen), .fallback_text = "",
	  .help = "Address and port of the counter, for browsers with passkeys: no client certificate is asked for. Needs passkey.*." },
	{ "tls.certificate", CONF_TEXT, offsetof(struct lra_conf, tls_certificate), .required = true,
	  .help = "PEM file of the server's certificate and chain." },
	{ "tls.key", CONF_TEXT, offsetof(struct lra_conf, tls_key), .required = true,
	  .help = "PEM file of its private key." },
	{ "tls.clientCa", CONF_TEXT, offsetof(struct lra_conf, tls_client_ca), .required = true,
	  .help = "PEM file of the CAs whose certificates clerks and subscribers may show." },
	{ "web", CONF_TEXT, offsetof(struct lra_conf, web), .fallback_text = "",
	  .help = "Folder of the counter's pages (lra/web); without it only the JSON interface is there. Read again on SIGHUP." },
	{ "passkey.rpId", CONF_TEXT, offsetof(struct lra_conf, passkey_rp_id), .fallback_text = "",
	  .help = "Host name that passkeys are made for (lra.example). Another one later makes all of them worthless. Without it none are taken." },
	{ "passkey.origin", CONF_TEXT, offsetof(struct lra_conf, passkey_origin), .fallback_text = "",
	  .help = "Address of the counter as browsers see it, without a final slash: https://lra.example:8444." },
	{ "session.idle", CONF_SECONDS, offsetof(struct lra_conf, session_idle_s), .min = MINUTE, .max = 30 * MINUTE,
	  .fallback = 15 * MINUTE, .help = "A browser's session ends when nobody did anything for so long." },
	{ "session.length", CONF_SECONDS, offsetof(struct lra_conf, session_length_s), .min = 10 * MINUTE, .max = 12 * HOUR,
	  .fallback = 9 * HOUR, .help = "It ends after so long, whatever is done." },
	{ "session.stepUp", CONF_SECONDS, offsetof(struct lra_conf, session_step_up_s), .min = 10, .max = 15 * MINUTE,
	  .fallback = 5 * MINUTE, .help = "How long a proof of the person counts for deeds that need a fresh one." },
	{ "gateway.certificate", CONF_TEXT, offsetof(struct lra_conf, gateway_certificate), .required = true,
	  .help = "PEM file of this LRA's own signing certificate (P-INT-SIGN)." },
	{ "gateway.key", CONF_TEXT, offsetof(struct lra_conf, gateway_key), .required = true,
	  .help = "PEM file of its private key; only its owner may read it." },
	{ "delivery.seal", CONF_TEXT, offsetof(struct lra_conf, seal), .required = true,
	  .help = "Where the secret comes from under which PINs wait: fd:N, credential:NAME or file:PATH; 32 octets or more." },
	{ "delivery.receiptWithin", CONF_SECONDS, offsetof(struct lra_conf, receipt_s), .min = DAY, .max = 90 * DAY,
	  .fallback = 30 * DAY, .help = "Time in which receipt must be confirmed; the reminders at 7, 14 and 21 days come before its end." },
	{ "delivery.pickupWithin", CONF_SECONDS, offsetof(struct lra_conf, pickup_s), .min = HOUR, .max = 30 * DAY,
	  .fallback = 7 * DAY, .help = "How long a link to a file is good that its holder fetches himself; then the file is destroyed." },
	{ "delivery.wait", CONF_SECONDS, offsetof(struct lra_conf, wait_s), .min = 1, .max = 60, .fallback = 20,
	  .help = "How long a hand-over waits for the CA." },
	{ "evidence.folder", CONF_TEXT, offsetof(struct lra_conf, evidence_folder), .fallback_text = "",
	  .help = "Where sealed evidence lies; only the LRA's user may enter it. Without it evidence is recorded by digest alone." },
	{ "evidence.archive", CONF_TEXT, offsetof(struct lra_conf, evidence_archive), .fallback_text = "",
	  .help = "PEM file of the archive's certificate (RSA, 3072 bits or more); its private key never comes to this host." },
	{ "evidence.seal", CONF_TEXT, offsetof(struct lra_conf, evidence_seal), .fallback_text = "",
	  .help = "Where the secret comes from under which open cases wait: fd:N, credential:NAME or file:PATH; 32 octets or more." },
	{ "evidence.largest", CONF_BYTES, offsetof(struct lra_conf, evidence_largest), .min = 64 * KIB, .max = EVIDENCE_LARGEST,
	  .fallback = 16 * MIB, .help = "The longest file of evidence." },
	{ "evidence.check", CONF_SECONDS, offsetof(struct lra_conf, evidence_check_s), .min = 1, .max = 90 * DAY, .fallback = DAY,
	  .help = "How long the keeper rests between two checks of all that is sealed." },
	{ "evidence.retention", CONF_SECONDS, offsetof(struct lra_conf, evidence_retention_s), .min = 2557LL * DAY, .max = 18263LL * DAY,
	  .fallback = 3653LL * DAY, .help = "How long evidence is kept behind the last certificate that rests on it; seven years are the floor." },
	{ "pkcs12.iterations", CONF_INT, offsetof(struct lra_conf, iterations), .min = 10000, .max = 2000000,
	  .fallback = 100000, .help = "Rounds of PBKDF2; the PIN has 112 bits of its own." },
	{ "queue.within", CONF_SECONDS, offsetof(struct lra_conf, queue_within_s), .min = HOUR, .max = 90 * DAY,
	  .fallback = 3 * DAY, .help = "How long a case may wait in one state before the queue shows it as late." },
	{ "draft.keep", CONF_SECONDS, offsetof(struct lra_conf, draft_keep_s), .min = HOUR, .max = 90 * DAY,
	  .fallback = 14 * DAY, .help = "How long what somebody began to type is kept for him." },
	{ "workers", CONF_INT, offsetof(struct lra_conf, workers), .min = 1, .max = 64, .fallback = 4,
	  .help = "Processes that answer requests." },
	{ "distributors", CONF_INT, offsetof(struct lra_conf, distributors), .min = 1, .max = DISTRIBUTORS_MAX, .fallback = 2,
	  .help = "Processes that hand over to many people at once: as many as there are cores." },
	{ "user.worker", CONF_TEXT, offsetof(struct lra_conf, user_worker), .fallback_text = "",
	  .help = "OS user of the workers, when started by root." },
	{ "user.keeper", CONF_TEXT, offsetof(struct lra_conf, user_keeper), .fallback_text = "",
	  .help = "OS user of the keeper, which looks for lost keys, and of the distributors." },
	{ "user.paper", CONF_TEXT, offsetof(struct lra_conf, user_paper), .fallback_text = "",
	  .help = "OS user of inkan-paper, which draws letters and the ledger." },
	{ "user.notices", CONF_TEXT, offsetof(struct lra_conf, user_notices), .fallback_text = "",
	  .help = "OS user of inkan-notices, which sends mails and webhooks." },
	{ "user.subscriber", CONF_TEXT, offsetof(struct lra_conf, user_subscriber), .fallback_text = "",
	  .help = "OS user of inkan-subscriber, to which strangers talk." },
	{ "subscriber.settings", CONF_TEXT, offsetof(struct lra_conf, subscriber_settings), .fallback_text = "",
	  .help = "Settings of inkan-subscriber, the subscribers' own pages; without them there are none." },
	{ "subscriber.origin", CONF_TEXT, offsetof(struct lra_conf, subscriber_origin), .fallback_text = "",
	  .help = "Address of their open door as browsers see it, without a final slash; links begin with it. Without it nobody picks up." },
	{ "notices.settings", CONF_TEXT, offsetof(struct lra_conf, notices_settings), .fallback_text = "",
	  .help = "Settings of inkan-notices; without them nobody is told of anything." },
	{ "paper.contact", CONF_TEXT, offsetof(struct lra_conf, contact), .fallback_text = "",
	  .help = "How the LRA is reached, on letters: address, telephone, hours; lines end with \\n." },
	{ "paper.fonts", CONF_TEXT, offsetof(struct lra_conf, fonts), .fallback_text = "/usr/share/fonts",
	  .help = "Folder of the fonts (fonts-noto-cjk and fonts-ipamj-mincho of Debian)." },
	{ "paper.program", CONF_TEXT, offsetof(struct lra_conf, paper_program), .fallback_text = "",
	  .help = "Path of inkan-paper; empty: beside inkan-lra." },
	{ "readyFd", CONF_INT, offsetof(struct lra_conf, ready_fd), .min = 0, .max = 1023, .fallback = 0,
	  .help = "Descriptor that is told the address when all processes run." },
};
/* clang-format on */

/* Passkeys are made for one address, and that is the counter's: either all of it is set, or nothing. */
static void check_counter(const struct conf *conf, const struct lra_conf *settings,
	struct conf_faults *faults)
{
	const struct webauthn_party party = { settings->passkey_rp_id,
		settings->passkey_origin };
	bool listens = settings->counter_listen[0] != 0, rp_id = party.rp_id[0] != 0,
	     origin = party.origin[0] != 0;
	struct err err = rp_id && origin ? webauthn_party_check(&party) : OK;
	if (listens != rp_id || listens != origin)
		conf_fault(faults, conf_root(conf),
			"http.counterListen, passkey.rpId and passkey.origin: all or "
			"none");
	else if (err_is(err))
		conf_fault(faults, conf_root(conf), "passkey: %s", err.text);
}

RESULT lra_conf_load(const char *path, struct lra_conf *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	TRY(conf_load(path, 64 * KIB, &conf));
	conf_read(conf, items, COUNT(items), NULL, out, faults);
	if (faults->count == 0)
		check_counter(conf, out, faults);
	return conf_result(faults);
}

void lra_conf_clear(struct lra_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT lra_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}

static RESULT is_revoked(void *context, const char *issuer, const struct serial *serial,
	bool *out)
{
	struct lra *lra = context;
	return lra_store_is_revoked(lra->db, issuer, serial_view(serial), out);
}

static RESULT papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	struct lra *lra = context;
	return enrolment_store_papers(lra->db, credential_id, out);
}

static RESULT load_weak_keys(const char *path, struct key_blocklist **out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * MIB);
	TRY(file_read(path, &file));
	TRY_IN(key_blocklist_parse(buf_view(&file), out), "%s", path);
	return OK;
}

/* The gateway's key stays in memory: its signature says only that a key was born here, and the CA asks for two people more. */
static RESULT load_gateway(const struct lra_conf *conf, struct lra *out)
{
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	TRY(file_read(conf->gateway_certificate, &file));
	TRY_IN(cert_from_file(buf_view(&file), &out->gateway_certificate), "%s",
		conf->gateway_certificate);
	TRY_IN(key_file_read(conf->gateway_key, &out->gateway_key), "key");
	return signature_software_key(out->gateway_key, &out->gateway);
}

static RESULT load_seal(const char *source, struct secret **out)
{
	enum { SEAL_LEAST = 32 };
	AUTO(secret_free) struct secret *seal = NULL;
	TRY(secret_from_source(source, &seal));
	if (secret_view(seal).len < SEAL_LEAST)
		return FAIL(E_INPUT, "shorter than %d octets", SEAL_LEAST);
	*out = MOVE(seal);
	return OK;
}

static RESULT load_vault(const struct lra_conf *conf, struct vault **out)
{
	const struct vault_settings settings = { .folder = conf->evidence_folder,
		.archive = conf->evidence_archive,
		.seal = conf->evidence_seal,
		.largest = conf->evidence_largest };
	return settings.folder[0] == 0 ? OK : vault_open(&settings, out);
}

static RESULT load_web(const char *folder, struct http_files **out)
{
	return folder[0] == 0 ? OK : http_files_load(folder, out);
}

static RESULT check_gateway(const struct lra *lra)
{
	uint8_t digest[32];
	SHA256(lra->gateway_certificate.data, lra->gateway_certificate.len, digest);
	const struct roster_component *component = roster_component(lra->roster, digest);
	if (component == NULL || component->role != ROLE_LRA_GATEWAY)
		return FAIL(E_INPUT, "gateway.certificate: not a gateway of the roster");
	return OK;
}

RESULT lra_open_files(const struct lra_conf *conf, struct lra *out,
	struct conf_faults *faults)
{
	*out = (struct lra){ .conf = conf,
		.gateway_certificate = BUF(LIMIT_CERT),
		.paper_fd = -1 };
	out->roster_state = file_state(conf->roster);
	TRY(charset_load()); /* its tables are files, which nobody may open later */
	TRY_IN(issuer_set_load(conf->issuers, &out->issuers, faults), "issuers");
	TRY_IN(profile_set_load(conf->profiles, &out->profiles, faults), "profiles");
	TRY_IN(roster_load(conf->roster, &out->roster, faults), "roster");
	TRY_IN(identity_set_load(conf->identity_rules, &out->identity, faults),
		"identityRules");
	TRY_IN(load_weak_keys(conf->weak_keys, &out->weak_keys), "weakKeys");
	TRY_IN(load_gateway(conf, out), "gateway");
	TRY_IN(load_seal(conf->seal, &out->seal), "delivery.seal");
	TRY_IN(load_vault(conf, &out->vault), "evidence");
	TRY_IN(load_web(conf->web, &out->web), "web");
	out->trust = (struct trust){ .roster = out->roster,
		.issuers = out->issuers,
		.profiles = out->profiles,
		.revoked = is_revoked,
		.papers = papers,
		.context = out,
		.verified = &out->verified };
	return check_gateway(out);
}

RESULT lra_open_database(struct lra *lra)
{
	const struct db_stmt_list lists[] = { lra_application_stmts, lra_decision_stmts,
		lra_delivery_stmts, lra_distribution_stmts, lra_certificate_stmts,
		lra_paper_stmts, lra_queue_stmts, lra_import_stmts, lra_evidence_stmts,
		lra_web_session_stmts, lra_web_challenge_stmts, lra_enrol_stmts,
		lra_draft_stmts, lra_notice_stmts, lra_duplicate_stmts,
		lra_expiring_stmts, lra_calendar_stmts, lra_letter_stmts, lra_trail_stmts,
		lra_pickup_stmts, lra_corporate_stmts, audit_store_writing,
		enrolment_store_reading };
	return db_open(lra->conf->database, lists, COUNT(lists), &lra->db);
}

void lra_close(struct lra *lra)
{
	issuer_set_free(lra->issuers);
	profile_set_free(lra->profiles);
	roster_free(lra->roster);
	identity_set_free(lra->identity);
	key_blocklist_free(lra->weak_keys);
	buf_clear(&lra->gateway_certificate);
	EVP_PKEY_free(lra->gateway_key);
	secret_free(lra->seal);
	vault_free(lra->vault);
	http_files_free(lra->web);
	db_close(lra->db);
	*lra = (struct lra){ .conf = NULL };
}

static RESULT reload(struct lra *lra, struct conf_faults *faults)
{
	AUTO(roster_free) struct roster *roster = NULL;
	AUTO(issuer_set_free) struct issuer_set *issuers = NULL;
	AUTO(identity_set_free) struct identity_set *identity = NULL;
	AUTO(http_files_free) struct http_files *web = NULL;
	/* Looked at before it is read: a change in between is then seen as one. A wrong file is not read again and again. */
	lra->roster_state = file_state(lra->conf->roster);
	TRY(roster_load(lra->conf->roster, &roster, faults));
	TRY(issuer_set_load(lra->conf->issuers, &issuers, faults));
	TRY(identity_set_load(lra->conf->identity_rules, &identity, faults));
	TRY_IN(load_web(lra->conf->web, &web), "web");
	http_files_free(lra->web);
	lra->web = MOVE(web);
	roster_free(lra->roster);
	issuer_set_free(lra->issuers);
	identity_set_free(lra->identity);
	lra->identity = MOVE(identity);
	lra->roster = MOVE(roster);
	lra->issuers = MOVE(issuers);
	lra->trust.roster = lra->roster;
	lra->trust.issuers = lra->issuers;
	lra->verified = (struct verified){ .next = 0 }; /* under issuers of before */
	return OK;
}

bool lra_keep_up(struct lra *lra)
{
	struct conf_faults faults = { .count = 0 };
	if (!proc_reload &&
		file_state_equal(lra->roster_state, file_state(lra->conf->roster)))
		return false;
	proc_reload = 0;
	struct err err = reload(lra, &faults);
	if (err_is(err))
		log_err(NULL, "roster, issuers and pages kept as they were", err);
	else
		log_notice(NULL, "roster, issuers and pages read again");
	return true;
}
