#include "ca/ceremony/site.h"

#include <openssl/sha.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "output",       CONF_TEXT, offsetof(struct site, output), .required = true,
	  .help = "Folder that the ceremony fills; made when it is not there." },
	{ "profiles",     CONF_TEXT, offsetof(struct site, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "baseUrl",      CONF_TEXT, offsetof(struct site, base_url), .required = true,
	  .help = "Where the status program will be reached: http://HOST[:PORT]; /crl, /ca and /ocsp follow it." },
	{ "lint",         CONF_TEXT, offsetof(struct site, lint_program), .fallback_text = "",
	  .help = "The program inkan-lint; empty: beside inkan-ceremony." },
	{ "token.module", CONF_TEXT, offsetof(struct site, token_module), .required = true,
	  .help = "PKCS #11 module." },
	{ "token.pin",    CONF_TEXT, offsetof(struct site, token_pin), .required = true,
	  .help = "Where the PIN comes from: credential:NAME, file:PATH or fd:N." },
	{ "token.soPin",  CONF_TEXT, offsetof(struct site, token_so_pin), .fallback_text = "",
	  .help = "The security officer's PIN, the same way; needed with token.create." },
	{ "token.create", CONF_BOOL, offsetof(struct site, token_create), .fallback = 0,
	  .help = "Initialise the tokens of the plan; otherwise they must be there, without the plan's keys." },
};
/* clang-format on */

static void read_hosts(const struct conf_node *list, struct site *site,
	struct conf_faults *faults)
{
	if (conf_count(list) > SITE_HOSTS)
		conf_fault(faults, list, "hosts: at most %d", SITE_HOSTS);
	for (size_t i = 0; i < conf_count(list) && i < SITE_HOSTS; i++) {
		const char *host = conf_as_text(conf_at(list, i));
		if (host == NULL ||
			err_is(text_copy(host, site->host[i], sizeof site->host[i])))
			conf_fault(faults, list, "hosts: not a list of names");
		site->host_count = i + 1;
	}
}

static void check(const struct site *site, const struct conf_node *root,
	struct conf_faults *faults)
{
	size_t len = site->base_url == NULL ? 0 : strlen(site->base_url);
	if (len > 0 && (!text_starts(site->base_url, "http://") ||
			       site->base_url[len - 1] == '/' || len > 180))
		conf_fault(faults, root,
			"baseUrl: begins with http:// and does not end with /");
	if (site->token_create && site->token_so_pin != NULL &&
		site->token_so_pin[0] == 0)
		conf_fault(faults, root, "token.soPin: needed with token.create");
}

RESULT site_load(const char *path, struct site *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(site_clear) struct site site = { .output = NULL };
	AUTO(buf_clear) struct buf bytes = BUF(LIMIT_PROFILE_FILE);
	TRY(conf_load(path, LIMIT_PROFILE_FILE, &conf));
	TRY(file_read(path, &bytes));
	SHA256(bytes.data, bytes.len, site.sha256);
	conf_read(conf, items, COUNT(items), "hosts", &site, faults);
	const struct conf_node *hosts = conf_get(conf_root(conf), "hosts");
	if (hosts != NULL)
		read_hosts(hosts, &site, faults);
	check(&site, conf_root(conf), faults);
	TRY(conf_result(faults));
	*out = site;
	site = (struct site){ .output = NULL };
	return OK;
}

void site_clear(struct site *site)
{
	conf_clear(items, COUNT(items), site);
}

RESULT site_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}
