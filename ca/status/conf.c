#include "ca/status/conf.h"

#include "common/base/limits.h"
#include "common/base/table.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "http.listen",          CONF_TEXT,    offsetof(struct status_conf, listen), .required = true,
	  .help = "Address and port of the public counter, plain HTTP: \"0.0.0.0:80\", \"[::]:8080\"; port 0 takes a free one." },
	{ "http.timeout",         CONF_SECONDS, offsetof(struct status_conf, timeout_s), .min = 1, .max = 120, .fallback = 10,
	  .help = "Idle and slow connections are closed after this time." },
	{ "http.maxConnections", CONF_INT,     offsetof(struct status_conf, max_connections), .min = 8, .max = 65536, .fallback = 4096,
	  .help = "Connections of one worker." },
	{ "http.maxPerAddress", CONF_INT,     offsetof(struct status_conf, max_per_address), .min = 0, .max = 65536, .fallback = 256,
	  .help = "Connections of one worker from one address; 0 for no bound (behind a proxy)." },
	{ "http.maxAge",         CONF_SECONDS, offsetof(struct status_conf, max_age_s), .min = 0, .max = DAY, .fallback = HOUR,
	  .help = "How long caches on the way may keep an answer or a CRL; never beyond its nextUpdate." },
	{ "workers",              CONF_INT,     offsetof(struct status_conf, workers), .min = 1, .max = 64, .fallback = 2,
	  .help = "Processes that answer; each has a session of its own in the token." },
	{ "issuers",              CONF_TEXT,    offsetof(struct status_conf, issuers), .required = true,
	  .help = "Path of issuers.cfg as the ceremony wrote it." },
	{ "replica.folder",       CONF_TEXT,    offsetof(struct status_conf, replica_folder), .required = true,
	  .help = "Folder of the status replica (LMDB), owned by user.feeder; its group is that of user.worker." },
	{ "replica.mapSize",     CONF_BYTES,   offsetof(struct status_conf, replica_map), .min = 1 * MIB, .max = INT64_C(1) << 44,
	  .fallback = INT64_C(16) << 30,
	  .help = "The most the replica may ever hold; address space, not disk. About 150 bytes a certificate." },
	{ "database",    CONF_TEXT,    offsetof(struct status_conf, database), .required = true,
	  .help = "The registry (or a standby of it), libpq's words, role inkan_status; without a pass phrase." },
	{ "poll",        CONF_SECONDS, offsetof(struct status_conf, poll_s), .min = 1, .max = MINUTE, .fallback = 1,
	  .help = "How often the registry is asked for what is new." },
	{ "publicFolder",        CONF_TEXT,    offsetof(struct status_conf, public_folder), .required = true,
	  .help = "Where the publisher puts CRLs: FOLDER/crl/ISSUER.crl." },
	{ "page.note",          CONF_TEXT,    offsetof(struct status_conf, page_note), .fallback_text = "",
	  .help = "A line at the head of the repository page, for example that this is a demonstration." },
	/* R-OCSP-04: at least 8 h; the span counts both its ends, so ten days are one second too many. */
	{ "ocsp.validity",        CONF_SECONDS, offsetof(struct status_conf, ocsp_validity_s), .min = 8 * HOUR, .max = 10 * DAY - 1,
	  .fallback = DAY,
	  .help = "From thisUpdate to nextUpdate, both counted." },
	{ "ocsp.cache",           CONF_INT,     offsetof(struct status_conf, ocsp_cache), .min = 0, .max = 1 << 20, .fallback = 4096,
	  .help = "Signed answers each worker keeps, about 1.5 KiB each; one is used only while the replica says the same." },
	{ "ocsp.unassigned",      CONF_TEXT,    offsetof(struct status_conf, unassigned_word), .fallback_text = "unauthorized",
	  .help = "The answer for numbers never issued: unauthorized, unknown, or revoked (with extended-revoke, RFC 6960 2.2)." },
	{ "token.module",         CONF_TEXT,    offsetof(struct status_conf, token_module), .fallback_text = "",
	  .help = "PKCS #11 module with the delegated OCSP keys; their labels stand in issuers.cfg. Without it no OCSP." },
	{ "token.pin",            CONF_TEXT,    offsetof(struct status_conf, token_pin), .fallback_text = "",
	  .help = "Where the PIN comes from: credential:NAME or file:PATH; readable by user.worker." },
	{ "readyFd",              CONF_INT,     offsetof(struct status_conf, ready_fd), .min = 0, .max = 1023, .fallback = 0,
	  .help = "Descriptor that is told \"http PORT\" when the public counter is open." },
	{ "user.feeder",          CONF_TEXT,    offsetof(struct status_conf, user_feeder), .fallback_text = "",
	  .help = "User that follows the registry; used when started as root." },
	{ "user.worker",          CONF_TEXT,    offsetof(struct status_conf, user_worker), .fallback_text = "",
	  .help = "User that answers the public; used when started as root." },
};
static const struct { const char *word; enum unassigned value; } unassigned_words[] = {
	{ "unauthorized", UNASSIGNED_UNAUTHORIZED },
	{ "unknown",      UNASSIGNED_UNKNOWN },
	{ "revoked",      UNASSIGNED_REVOKED },
};
/* clang-format on */

/* Rules between the settings, and of words. */
static void check(struct status_conf *conf, const struct conf *file,
	struct conf_faults *faults)
{
	const struct conf_node *root = conf_root(file);
	bool known = false;
	for (size_t i = 0; conf->unassigned_word != NULL && i < COUNT(unassigned_words);
		i++)
		if (strcmp(conf->unassigned_word, unassigned_words[i].word) == 0) {
			conf->unassigned = unassigned_words[i].value;
			known = true;
		}
	if (!known)
		conf_fault(faults, root,
			"ocsp.unassigned: unauthorized, unknown or revoked");
	if (conf->token_module != NULL && conf->token_module[0] != 0 &&
		(conf->token_pin == NULL || conf->token_pin[0] == 0))
		conf_fault(faults, root, "token.pin: needed with token.module");
	/* A descriptor would reach the first worker only, and not the one that is started after a failure. */
	if (conf->token_pin != NULL && strncmp(conf->token_pin, "fd:", 3) == 0)
		conf_fault(faults, root, "token.pin: credential:NAME or file:PATH");
}

RESULT status_conf_load(const char *path, struct status_conf *out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *file = NULL;
	TRY(conf_load(path, LIMIT_PROFILE_FILE, &file));
	struct status_conf conf = { .listen = NULL };
	conf_read(file, items, COUNT(items), NULL, &conf, faults);
	check(&conf, file, faults);
	struct err result = conf_result(faults);
	if (err_is(result)) {
		status_conf_clear(&conf);
		return result;
	}
	*out = conf;
	return OK;
}

void status_conf_clear(struct status_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT status_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}
