#include "ca/signer/conf.h"

#include "common/base/limits.h"
#include "common/base/table.h"

/* clang-format off */
static const struct conf_item items[] = {
	{ "issuers",        CONF_TEXT, offsetof(struct signer_conf, issuers), .required = true,
	  .help = "issuers.cfg of the ceremony; every issuer with a key there gets its key opened here." },
	{ "profiles",       CONF_TEXT, offsetof(struct signer_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "token.module",   CONF_TEXT, offsetof(struct signer_conf, token_module), .required = true,
	  .help = "PKCS #11 module; the labels of tokens and keys stand in issuers.cfg." },
	{ "token.pin",      CONF_TEXT, offsetof(struct signer_conf, token_pin), .required = true,
	  .help = "Where the PIN comes from: credential:NAME, file:PATH or fd:N; never the PIN itself." },
	{ "token.software", CONF_BOOL, offsetof(struct signer_conf, token_software), .fallback = 0,
	  .help = "Allow a token that is only software (SoftHSM): for tests and demonstrations." },
	{ "token.folder",   CONF_TEXT, offsetof(struct signer_conf, token_folder), .fallback_text = "",
	  .help = "The one folder that the module must read while it signs (SoftHSM's store); empty: no files after the start." },
	{ "token.network",  CONF_BOOL, offsetof(struct signer_conf, token_network), .fallback = 0,
	  .help = "Allow the module to open connections, for tokens in the network." },
	{ "crl.validity",   CONF_SECONDS, offsetof(struct signer_conf, crl_validity_max_s), .min = HOUR, .max = 366 * DAY,
	  .fallback = 10 * DAY,
	  .help = "The longest time from thisUpdate to nextUpdate that is signed (PROFILES part 3)." },
};
/* clang-format on */

RESULT signer_conf_load(const char *path, struct signer_conf *out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	struct signer_conf read = { .issuers = NULL };
	TRY(conf_load(path, LIMIT_PROFILE_FILE, &conf));
	conf_read(conf, items, COUNT(items), NULL, &read, faults);
	struct err err = conf_result(faults);
	if (err_is(err)) {
		signer_conf_clear(&read);
		return err;
	}
	*out = read;
	return OK;
}

void signer_conf_clear(struct signer_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT signer_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}
